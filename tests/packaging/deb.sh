#!/usr/bin/env bash
# Installs the package into a throwaway copy of this machine's file system, uses what it installed, upgrades it, purges it, and looks
# for what is left.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package=$(released "etcd-defrag_*_$OWN.deb")
say "lintian"
for architecture in "${ARCHITECTURES[@]}"; do
    expect 0 lintian --allow-root --fail-on error,warning --info "$(released "etcd-defrag_*_$architecture.deb")"
    expect_same "$OUTPUT" "" "lintian's findings"
done

mkdir "$WORK/tarball"
tar -xzf "$(released "etcd-defrag-*-linux-$OWN.tar.gz")" -C "$WORK/tarball"
TREE=$(echo "$WORK"/tarball/*)
say "the version before: a pre-release with other settings, by somebody whose name has every sign in it"
mkdir "$WORK/before"
printf '# Of the version before.\n' >>"$TREE/deploy/systemd/etcd-defrag.env"
DEBFULLNAME='R&D / Oper@ions' DEBEMAIL=ops@example.org SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) \
    packaging/deb.sh 0.0.1-rc.1 "$OWN" "$TREE" "$WORK/before"
mv "$WORK"/before/*.deb "$WORK/before.deb"
expect 0 dpkg-deb -f "$WORK/before.deb" Version Maintainer
expect_same "$OUTPUT" "Version: 0.0.1~rc.1-1
Maintainer: R&D / Oper@ions <ops@example.org>" "version and maintainer"
cp "$package" "$WORK/package.deb"
start_etcd
cat >"$WORK/inside.sh" <<'INSIDE'
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
say() { printf '%s\n' "--- $*"; }
# Settings that nobody edited become those of the new version; edited ones stay. What the timer knows stays as well.
say upgrade
dpkg -i "$WORK/before.deb"
dpkg -i "$WORK/package.deb"
settings=$(sed -n 's/^EnvironmentFile=-\{0,1\}//p' /lib/systemd/system/etcd-defrag.service)
! grep -q 'Of the version before' "$settings" && echo new settings
dpkg --purge etcd-defrag
dpkg -i "$WORK/before.deb"
echo '# Edited.' >>"$settings"
systemctl --quiet enable etcd-defrag.timer
mkdir -p /var/lib/systemd/timers /var/lib/private/etcd-defrag
touch -d 2020-01-01 /var/lib/systemd/timers/stamp-etcd-defrag.timer
echo kept >/var/lib/private/etcd-defrag/report.json
dpkg --force-confold -i "$WORK/package.deb"
[ "$(tail -n 1 "$settings")" = '# Edited.' ] && echo edited settings kept
[ "$(systemctl is-enabled etcd-defrag.timer)" = enabled ] && echo enabled after the upgrade
stat -c 'stamp of %y' /var/lib/systemd/timers/stamp-etcd-defrag.timer
[ "$(cat /var/lib/private/etcd-defrag/report.json)" = kept ] && echo report kept
dpkg --purge etcd-defrag
[ ! -e /var/lib/systemd/timers/stamp-etcd-defrag.timer ] && [ ! -e /var/lib/private/etcd-defrag ] && echo purged

dpkg -i "$WORK/package.deb"
say version && etcd-defrag --version
say path && command -v etcd-defrag
say manual && man --no-hyphenation etcd-defrag | grep -c .
say completion && bash -c '. /usr/share/bash-completion/completions/etcd-defrag && complete -p etcd-defrag'
zsh -fc 'autoload -Uz compinit && compinit -D && whence -w _etcd-defrag'
fish -c 'complete --do-complete "etcd-defrag --move-l"'
say units
units=$(dpkg -L etcd-defrag | grep -E '\.(service|timer)$')
# shellcheck disable=SC2086 # one unit a word
systemd-analyze verify $units && echo verified
systemctl is-enabled etcd-defrag.timer || true
# As an operator would; the purge takes it back.
systemctl --quiet enable etcd-defrag.timer
say settings
dpkg-query -W -f '${Conffiles}\n' etcd-defrag | grep -F " $settings "
say files
dpkg --verify etcd-defrag && echo unchanged
say run && etcd-defrag --endpoints "$ENDPOINT" --cacert "$CA" --cluster --dry-run
# What a run of the service and its timer leave behind.
mkdir -p /var/lib/private/etcd-defrag /var/lib/systemd/timers
touch /var/lib/private/etcd-defrag/report.json /var/lib/systemd/timers/stamp-etcd-defrag.timer
ln -s private/etcd-defrag /var/lib/etcd-defrag
dpkg --remove etcd-defrag
[ -e /var/lib/etcd-defrag/report.json ] && echo kept until the purge
say purge && dpkg --purge etcd-defrag
[ ! -e /usr/bin/etcd-defrag ]
INSIDE
say "install, use, upgrade, purge"
expect 0 in_a_copy "$WORK/inside.sh"
expect_text "etcd-defrag Version: $VERSION"
expect_text "/usr/bin/etcd-defrag"
expect_text "complete -F _etcd_defrag etcd-defrag"
expect_text "_etcd-defrag: function"
expect_text "--move-leader"
expect_text "verified"
expect_text "disabled"
for word in "new settings" "edited settings kept" "enabled after the upgrade" "stamp of 2020-01-01" "report kept" purged; do
    expect_text "$word"
done
expect_text "unchanged"
expect_text "kept until the purge"
expect_text "endpoint: $ENDPOINT, health: true"
lines=$(sed -n '/^--- manual/,/^--- completion/p' <<<"$OUTPUT" | sed -n 2p)
[ "${lines:-0}" -gt 50 ] || die "man shows ${lines:-0} lines"
expect_same "$(left_behind)" "" "what is left after the purge"
