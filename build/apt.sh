# shellcheck shell=bash
# Debian packages of other suites than this machine's, unpacked and not installed. Sourced after lib.sh, never run.
#
# A private apt configuration asks the mirror that this machine already uses, so neither its sources nor its packages change.

# The mirror of this machine's own sources: the first that serves its release's main component, security archives aside.
mirror() {
    local codename
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v codename="$codename" '$3 == "main" && ($2 == codename || $2 == "stable") && $1 !~ /security/ { print $1; exit }'
}

apt_get() { (cd "$WORK/archives" && APT_CONFIG="$WORK/apt.conf" apt-get -qq "$@" </dev/null); }

# Reads the package lists of these suites into a folder of this run's own, $WORK, which is gone when the script ends.
#   open_apt WHAT_TO_DO_WITHOUT SUITE…
open_apt() {
    local without=$1 mirror suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    shift
    command -v apt-get >/dev/null || die "this comes from Debian's packages, and there is no apt here: $without"
    mirror=$(mirror)
    [ -n "$mirror" ] || die "no Debian mirror in this machine's apt sources: $without"
    [ -r "$keyring" ] || die "$keyring is missing: install debian-archive-keyring"

    WORK=$(mktemp -d "$CACHE/apt.XXXXXX")
    trap 'rm -rf "$WORK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -p "$WORK"/{lists/partial,archives/partial,unpacked}
    : >"$WORK/status"
    for suite in "$@"; do
        printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite"
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
    apt_get -o APT::Update::Error-Mode=any update >&2 || die "could not read the package lists; without a network: $without"
}

# Unpacks packages of one suite and prints the folder.
#   unpack SUITE PACKAGE…
unpack() {
    local suite=$1 package tree
    shift
    rm -f "$WORK"/archives/*.deb
    apt_get download "${@/%//$suite}" >&2 || die "could not download $* of $suite"
    tree=$(mktemp -d "$WORK/unpacked/XXXXXX")
    for package in "$WORK"/archives/*.deb; do
        dpkg-deb -x "$package" "$tree"
    done
    printf '%s\n' "$tree"
}
