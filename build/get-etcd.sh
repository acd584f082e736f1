#!/usr/bin/env bash
# Gets the etcd versions that the tests and the demo run against, side by side, into .cache/etcd/<version>/{etcd,etcdctl}.
#
# They are Debian's own packages, unpacked and not installed: a private apt configuration asks the mirror that this
# machine already uses, so neither its sources nor its packages change. What is there already is not asked for again.
# Without a network: ETCD_DEFRAG_ETCD_DIR names a folder of the same layout with a 3.4.x and a 3.5.x (or newer) in it.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

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
    [ -x "$ETCD/$version/etcd" ] && [ -x "$ETCD/$version/etcdctl" ] && printf '%s\n' "$version"
}

missing=()
for entry in "${SUITES[@]}"; do
    read -r suite _ <<<"$entry"
    version_of "$suite" >/dev/null || missing+=("$entry")
done
[ ${#missing[@]} -gt 0 ] || exit 0

[ -x "$(command -v apt-get)" ] ||
    die "etcd comes from Debian's packages, and there is no apt here: set ETCD_DEFRAG_ETCD_DIR to a folder with <version>/etcd and <version>/etcdctl"

WORK=$(mktemp -d "$CACHE/get-etcd.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The mirror of this machine's own sources: the first that serves its release's main component, security archives aside.
mirror() {
    local codename
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v codename="$codename" '$3 == "main" && ($2 == codename || $2 == "stable") && $1 !~ /security/ { print $1; exit }'
}

MIRROR=$(mirror)
[ -n "$MIRROR" ] || die "no Debian mirror in this machine's apt sources: set ETCD_DEFRAG_ETCD_DIR to a folder with <version>/etcd and <version>/etcdctl"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$KEYRING" ] || die "$KEYRING is missing: install debian-archive-keyring"

mkdir -p "$WORK"/{lists/partial,archives/partial,unpacked}
: >"$WORK/status"
for entry in "${missing[@]}"; do
    read -r suite _ <<<"$entry"
    printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$MIRROR" "$suite"
done >"$WORK/sources.list"
# Everything apt would otherwise write to, or read from, the machine's own folders. Its proxy settings stay in force.
cat >"$WORK/apt.conf" <<CONF
Dir::Etc::sourcelist "$WORK/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$WORK/lists";
Dir::State::status "$WORK/status";
Dir::State::extended_states "$WORK/extended_states";
Dir::Cache::archives "$WORK/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
APT::Sandbox::User "$(id -un)";
CONF

apt_get() { (cd "$WORK/archives" && APT_CONFIG="$WORK/apt.conf" apt-get -qq "$@" </dev/null); }

say "asking the mirror for etcd: $(printf '%s\n' "${missing[@]}" | cut -d ' ' -f 1 | paste -sd ' ')"
apt_get -o APT::Update::Error-Mode=any update >&2 || die "could not read the package lists; with no network, set ETCD_DEFRAG_ETCD_DIR"

for entry in "${missing[@]}"; do
    read -r suite prefix <<<"$entry"
    rm -f "$WORK"/archives/*.deb
    apt_get download "etcd-server/$suite" "etcd-client/$suite" >&2 || die "could not download etcd-server and etcd-client of $suite"
    tree=$WORK/unpacked/$suite
    for package in "$WORK"/archives/*.deb; do
        dpkg-deb -x "$package" "$tree"
    done

    # The binary's own word, which also shows that it runs on this machine.
    version=$("$tree/usr/bin/etcd" --version | awk '/^etcd Version:/ { print $3 }') || die "the etcd of $suite does not run here"
    [ -n "$version" ] || die "the etcd of $suite does not tell its version"
    [[ $version == "$prefix"* ]] || die "$suite has etcd $version now, and the tests need $prefix*: tell build/get-etcd.sh another place for it"
    [[ $suite != sid || $version == 3.5.* ]] || say "sid has moved on to etcd $version: taking that as the newest"

    rm -rf "${ETCD:?}/$version"
    mkdir "$tree/done"
    mv "$tree/usr/bin/etcd" "$tree/usr/bin/etcdctl" "$tree/done/"
    mv "$tree/done" "$ETCD/$version"
    printf '%s\n' "$version" >"$ETCD/.$suite"
    say "etcd $version from $suite"
done
