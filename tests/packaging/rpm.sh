#!/usr/bin/env bash
# Installs the .rpm into a throwaway copy of this machine's file system, with a package database of its own, uses what it installed, upgrades
# and erases it; and unpacks the other architecture's.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package() { released "etcd-defrag-*.$(triplet "$1" | cut -d - -f 1).rpm"; }
for architecture in "${ARCHITECTURES[@]}"; do
    expect 0 rpm -qp --queryformat '%{NAME} %{VERSION} %{ARCH} %{BUILDHOST} %{PAYLOADCOMPRESSOR}\n' "$(package "$architecture")"
    expect_same "$OUTPUT" "etcd-defrag $VERSION $(triplet "$architecture" | cut -d - -f 1) localhost xz" "name, version, architecture, build host, compression"
    # Found in the binary by rpm itself: the newest C library that it asks for.
    expect 0 rpm -qp --requires "$(package "$architecture")"
    expect_same "$(grep -o 'GLIBC_[0-9.]*' <<<"$OUTPUT" | sort -V | tail -n 1)" "GLIBC_$GLIBC_FLOOR" "the C library that it asks for"
done

mkdir "$WORK/tarball" "$WORK/before"
tar -xzf "$(released "etcd-defrag-*-linux-$OWN.tar.gz")" -C "$WORK/tarball"
TREE=$(echo "$WORK"/tarball/*)
printf '# Of the version before.\n' >>"$TREE/deploy/systemd/etcd-defrag.env"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) packaging/rpm.sh 0.0.1-rc.1 "$OWN" "$TREE" "$WORK/before"
mv "$WORK"/before/*.rpm "$WORK/before.rpm"
cp "$(package "$OWN")" "$WORK/package.rpm"
start_etcd
cat >"$WORK/inside.sh" <<'INSIDE'
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
say() { printf '%s\n' "--- $*"; }
# Debian's own packages are not in rpm's database: hence without a look at what this one needs.
run() { rpm --nodeps "$@"; }
settings=/etc/etcd-defrag/etcd-defrag.env
run -i "$WORK/before.rpm"
say version && rpm -q --queryformat '%{VERSION}\n' etcd-defrag
[ "$(systemctl is-enabled etcd-defrag.timer)" = disabled ] && echo disabled at first
echo '# Edited.' >>"$settings"
systemctl --quiet enable etcd-defrag.timer
mkdir -p /var/lib/systemd/timers /var/lib/private/etcd-defrag
touch -d 2020-01-01 /var/lib/systemd/timers/stamp-etcd-defrag.timer
echo kept >/var/lib/private/etcd-defrag/report.json
say upgrade && run -U "$WORK/package.rpm"
[ "$(tail -n 1 "$settings")" = '# Edited.' ] && echo edited settings kept
[ -e "$settings.rpmnew" ] && echo new settings beside them
[ "$(systemctl is-enabled etcd-defrag.timer)" = enabled ] && echo enabled after the upgrade
stat -c 'stamp of %y' /var/lib/systemd/timers/stamp-etcd-defrag.timer
etcd-defrag --version
man --no-hyphenation etcd-defrag | grep -c .
bash -c '. /usr/share/bash-completion/completions/etcd-defrag && complete -p etcd-defrag'
systemd-analyze verify /usr/lib/systemd/system/etcd-defrag.{service,timer} && echo verified
rpm -V --nodeps etcd-defrag | grep -v " $settings\$" || echo unchanged
etcd-defrag --endpoints "$ENDPOINT" --cacert "$CA" --cluster --dry-run
say erase && run -e etcd-defrag
[ ! -e /usr/bin/etcd-defrag ] && [ ! -e /etc/systemd/system/timers.target.wants/etcd-defrag.timer ] && echo erased
# Edited settings and the last report are the operator's, as with every .rpm.
rm "$settings".rpm{save,new} /var/lib/private/etcd-defrag/report.json /var/lib/systemd/timers/stamp-etcd-defrag.timer
INSIDE
say "install, use, upgrade, erase"
expect 0 in_a_copy "$WORK/inside.sh"
for word in "0.0.1~rc.1" "disabled at first" "edited settings kept" "new settings beside them" "enabled after the upgrade" "stamp of 2020-01-01" \
    "etcd-defrag Version: $VERSION" "complete -F _etcd_defrag etcd-defrag" verified unchanged "endpoint: $ENDPOINT, health: true" erased; do
    expect_text "$word"
done
expect_same "$(left_behind)" "" "what is left after it was erased"

say "the other architecture's"
expect 0 as_root rpm -i --root "$WORK/root" --ignorearch --nodeps --noscripts "$(package "$FOREIGN")"
expect 0 emulate "$(sysroot "$FOREIGN")" "$WORK/root/usr/bin/etcd-defrag" --version
expect_text "etcd-defrag Version: $VERSION"
