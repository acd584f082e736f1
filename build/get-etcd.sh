#!/usr/bin/env bash
# Gets the etcd versions that the tests and the demo run against, side by side, into .cache/etcd/<version>/{etcd,etcdctl}, and etcdutl where a version has it (3.5).
#
# They are Debian's own packages, unpacked and not installed (build/apt.sh). What is there already is not asked for again.
# Without a network: ETCD_DEFRAG_ETCD_DIR names a folder of the same layout with a 3.4.x and a 3.5.x (or newer) in it.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=build/apt.sh
. "$ROOT/build/apt.sh"

# suite, and how its version must begin. sid moves: there any 3.5 or newer is taken, and said.
SUITES=("bookworm 3.4." "trixie 3.5." "sid 3.")

if [ -n "${ETCD_DEFRAG_ETCD_DIR:-}" ]; then
    versions=$(etcd_versions)
    grep -q '^3\.4\.' <<<"$versions" || die "ETCD_DEFRAG_ETCD_DIR=$ETCD_DEFRAG_ETCD_DIR has no 3.4.x/{etcd,etcdctl}"
    grep -qv '^3\.4\.' <<<"$versions" || die "ETCD_DEFRAG_ETCD_DIR=$ETCD_DEFRAG_ETCD_DIR has no 3.5.x (or newer)/{etcd,etcdctl}"
    say "etcd from $ETCD_DEFRAG_ETCD_DIR: ${versions//$'\n'/ }"
    exit 0
fi

ETCD=$CACHE/etcd
mkdir -p "$ETCD"
only_one "$CACHE/etcd.lock"

# The version that was taken from a suite, when it is still there.
version_of() {
    local version
    version=$(cat "$ETCD/.$1" 2>/dev/null) || return 1
    [ -x "$ETCD/$version/etcd" ] && [ -x "$ETCD/$version/etcdctl" ] || return 1
    [[ $version == 3.4.* ]] || [ -x "$ETCD/$version/etcdutl" ] || return 1
    printf '%s\n' "$version"
}

missing=()
for entry in "${SUITES[@]}"; do
    read -r suite _ <<<"$entry"
    version_of "$suite" >/dev/null || missing+=("$entry")
done
[ ${#missing[@]} -gt 0 ] || exit 0

say "asking the mirror for etcd: $(printf '%s\n' "${missing[@]}" | cut -d ' ' -f 1 | paste -sd ' ')"
# shellcheck disable=SC2046 # one word a suite
open_apt "set ETCD_DEFRAG_ETCD_DIR to a folder with <version>/etcd and <version>/etcdctl" "$(machine_architecture)" $(printf '%s\n' "${missing[@]}" | cut -d ' ' -f 1)

for entry in "${missing[@]}"; do
    read -r suite prefix <<<"$entry"
    tree=$(unpack "$suite" etcd-server etcd-client)

    # The binary's own word, which also shows that it runs on this machine.
    version=$("$tree/usr/bin/etcd" --version | awk '/^etcd Version:/ { print $3 }') || die "the etcd of $suite does not run here"
    [ -n "$version" ] || die "the etcd of $suite does not tell its version"
    [[ $version == "$prefix"* ]] || die "$suite has etcd $version now, and the tests need $prefix*: tell build/get-etcd.sh another place for it"
    [[ $suite != sid || $version == 3.5.* ]] || say "sid has moved on to etcd $version: taking that as the newest"

    rm -rf "${ETCD:?}/$version"
    mkdir "$tree/done"
    mv "$tree/usr/bin/etcd" "$tree/usr/bin/etcdctl" "$tree/done/"
    [ ! -e "$tree/usr/bin/etcdutl" ] || mv "$tree/usr/bin/etcdutl" "$tree/done/"
    mv "$tree/done" "$ETCD/$version"
    printf '%s\n' "$version" >"$ETCD/.$suite"
    say "etcd $version from $suite"
done
