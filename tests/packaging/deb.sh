#!/usr/bin/env bash
# Installs the package into a throwaway copy of this machine's file system (an overlay that vanishes with its mount
# namespace), uses what it installed, purges it, and looks for what is left.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package=$(released 'etcd-defrag_*.deb')
say "lintian"
expect 0 lintian --allow-root --fail-on error,warning --info "$package"
expect_same "$OUTPUT" "" "lintian's findings"

say "a pre-release, by somebody whose name has every sign in it"
mkdir "$WORK/rc"
DEBFULLNAME='R&D / Oper@ions' DEBEMAIL=ops@example.org SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) \
    packaging/deb.sh 1.2.3-rc.1 "$CACHE/release/tree" "$WORK/rc"
expect 0 dpkg-deb -f "$WORK"/rc/*.deb Version Maintainer
expect_same "$OUTPUT" "Version: 1.2.3~rc.1-1
Maintainer: R&D / Oper@ions <ops@example.org>" "version and maintainer"

cp "$package" "$WORK/package.deb"
start_etcd
cat >"$WORK/inside.sh" <<'INSIDE'
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
say() { printf '%s\n' "--- $*"; }
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
# As an operator would; an upgrade keeps it, and the purge takes it back.
systemctl --quiet enable etcd-defrag.timer
dpkg -i "$WORK/package.deb"
[ "$(systemctl is-enabled etcd-defrag.timer)" = enabled ] && echo still enabled
say settings
settings=$(sed -n 's/^EnvironmentFile=-\{0,1\}//p' $(grep service <<<"$units"))
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
# $1: the mount point. The upper layer then holds all that installing, using and purging has written.
cat >"$WORK/outside.sh" <<'OUTSIDE'
set -euo pipefail
mount -t tmpfs none "$1"
mkdir "$1"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind "$WORK" "$1/root$WORK"
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
# What this machine has of an installation of its own is not in the way.
rm -rf "$1"/root/etc/etcd-defrag "$1"/root/etc/systemd/system/etcd-defrag.* "$1"/root/var/lib/{,private/}etcd-defrag
written() { (cd "$1/upper" && find . ! -type d | grep -Ev '^\./(var/lib/dpkg/|var/log/|var/cache/(man|ldconfig|debconf)/|tmp/|root/|run/)' | sort) || true; }
before=$(written "$1")
chroot "$1/root" bash "$WORK/inside.sh"
printf '%s\n' '--- left'
comm -13 <(printf '%s\n' "$before") <(written "$1")
OUTSIDE
mkdir "$WORK/overlay"
export WORK ENDPOINT CA
say "install, use, purge"
expect 0 as_root env WORK="$WORK" ENDPOINT="$ENDPOINT" CA="$CA" unshare --mount bash "$WORK/outside.sh" "$WORK/overlay"
expect_text "etcd-defrag Version: $VERSION"
expect_text "/usr/bin/etcd-defrag"
expect_text "complete -F _etcd_defrag etcd-defrag"
expect_text "_etcd-defrag: function"
expect_text "--move-leader"
expect_text "verified"
expect_text "disabled"
expect_text "still enabled"
expect_text "unchanged"
expect_text "kept until the purge"
expect_text "endpoint: $ENDPOINT, health: true"
lines=$(sed -n '/^--- manual/,/^--- completion/p' <<<"$OUTPUT" | sed -n 2p)
[ "${lines:-0}" -gt 50 ] || die "man shows ${lines:-0} lines"
expect_same "$(sed -n '/^--- left/,$p' <<<"$OUTPUT" | tail -n +2)" "" "what is left after the purge"
