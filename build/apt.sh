# shellcheck shell=bash
# Debian packages of other suites than this machine's, unpacked and not installed. Sourced after lib.sh, never run.
#
# A private apt configuration asks the mirror that this machine already uses, so neither its sources nor its packages change.

# Where this machine's own sources have the main component: "ADDRESS SUITE" a line.
main_sources() {
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | awk '$3 == "main" { print $1, $2 }'
}

# The address that serves a suite: of this machine's own source for it, otherwise the mirror of the machine's own release.
#   mirror_of SUITE SOURCES
mirror_of() {
    local codename
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-stable}")
    awk -v suite="$1" -v codename="$codename" '$2 == suite { own = own ? own : $1 }
        ($2 == codename || $2 == "stable") && $1 !~ /security/ { main = main ? main : $1 }
        END { print own ? own : suite ~ /-security$/ ? "" : main }' <<<"$2"
}

apt_get() { (cd "$WORK/archives" && APT_CONFIG="$WORK/apt.conf" apt-get -qq "$@" </dev/null); }

# Reads the package lists of these suites into a folder of this run's own, $WORK, which is gone when the script ends.
# A security suite that this machine has no source for is left out.
#   open_apt WHAT_TO_DO_WITHOUT ARCHITECTURE SUITE…
open_apt() {
    local without=$1 architecture=$2 sources mirror suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    shift 2
    command -v apt-get >/dev/null || die "this comes from Debian's packages, and there is no apt here: $without"
    sources=$(main_sources)
    # apt tells the sources only once it has read their lists.
    [ -n "$sources" ] || { update_lists && sources=$(main_sources); }
    [ -r "$keyring" ] || die "$keyring is missing: install debian-archive-keyring"

    WORK=$(mktemp -d "$CACHE/apt.XXXXXX")
    trap 'rm -rf "$WORK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -p "$WORK"/{lists/partial,archives/partial,unpacked}
    : >"$WORK/status"
    for suite in "$@"; do
        mirror=$(mirror_of "$suite" "$sources")
        if [ -n "$mirror" ]; then
            printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite"
        elif [[ $suite != *-security ]]; then
            die "no Debian mirror in this machine's apt sources: $without"
        fi
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
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
CONF
    apt_get -o APT::Update::Error-Mode=any update >&2 || die "could not read the package lists; without a network: $without"
}

# Unpacks packages of one suite and prints the folder.
#   unpack SUITE PACKAGE…
unpack() {
    local tree
    tree=$(mktemp -d "$WORK/unpacked/XXXXXX")
    unpack_into "$tree" "$@" >/dev/null
    printf '%s\n' "$tree"
}

# Unpacks packages into a folder and prints "NAME VERSION" of each. SUITE "newest": the newest version that any suite has.
#   unpack_into FOLDER SUITE PACKAGE…
unpack_into() {
    local tree=$1 suite=$2 package
    shift 2
    rm -f "$WORK"/archives/*.deb
    [ "$suite" = newest ] || set -- "${@/%//$suite}"
    apt_get download "$@" >&2 || die "could not download $*"
    for package in "$WORK"/archives/*.deb; do
        dpkg-deb -x "$package" "$tree"
        # shellcheck disable=SC2016 # dpkg's own placeholders
        dpkg-deb -W --showformat '${Package} ${Version}\n' "$package"
    done
}
