# shellcheck shell=bash
# Shared by the scripts; sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=$ROOT/.cache
mkdir -p "$CACHE"

# What the scripts need from Debian, by who needs it. The one list.
# shellcheck disable=SC2034 # used by those who source this
NATIVE_PACKAGES=(gcc make cmake)
# shellcheck disable=SC2034
RELEASE_PACKAGES=(debhelper dpkg-dev rpm binutils jq ca-certificates buildah)
# shellcheck disable=SC2034
TEST_PACKAGES=(
    shellcheck
    dnsmasq-base # SRV records
    strace # connections and files counted
    zsh fish # their completion
    tmux # what is seen in a terminal
    jq # the recipes of docs/fleet.md
    mandoc man-db # the manual page
    "${RELEASE_PACKAGES[@]}" lintian systemd openssl unzip # what release.sh makes, tried
    qemu-user # runs the arm64 binary
    golang-go golang-github-masterminds-sprig-dev golang-github-ghodss-yaml-dev # the engine below helm (build/get-tools.sh)
)
# shellcheck disable=SC2034
BENCH_PACKAGES=(python3 strace openssl binutils)

say() { printf '%s\n' "==> $*" >&2; }

die() {
    printf '%s\n' "${0##*/}: $*" >&2
    exit 1
}

# Runs a command as root: as it is, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "'$*' needs root: run it yourself, or run this script as root"
    fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Reads this machine's package lists anew.
update_lists() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 </dev/null ||
        say "apt-get update failed: trying with the package lists that are there"
}

# Installs the missing ones of these Debian packages; touches neither apt nor the network when none is missing.
need_packages() {
    local package missing=()
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "needs the packages ${missing[*]} (Debian's names), and there is no apt-get here: install them yourself"
    say "installing ${missing[*]}"
    update_lists
    # Waiting for the lock: another installation may be at work on the same machine.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
        install --no-install-recommends "${missing[@]}" >&2 </dev/null || die "could not install ${missing[*]}"
}

need_dotnet() {
    command -v dotnet >/dev/null || die "needs the .NET SDK 10 (the command 'dotnet' was not found)"
    (cd "$ROOT" && dotnet --version >/dev/null 2>&1) || die "needs the .NET SDK that global.json names: $(cd "$ROOT" && dotnet --version 2>&1 | head -n 3)"
}

# Only one of these at a time on this working copy: file of the lock. Held until the script ends.
only_one() {
    exec {LOCK_FD}>"$1"
    flock "$LOCK_FD"
}

# Runs a command without the locks held here: what it leaves running, such as .NET's compiler server, would hold them for minutes.
without_locks() (
    for descriptor in "/proc/$BASHPID/fd"/*; do
        descriptor=${descriptor##*/}
        [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
    done
    exec "$@"
)

# Where the etcd versions lie: <version>/etcd and <version>/etcdctl.
etcd_folder() { printf '%s\n' "${ETCD_DEFRAG_ETCD_DIR:-$CACHE/etcd}"; }

# The versions in that folder, oldest first.
etcd_versions() {
    local folder
    for folder in "$(etcd_folder)"/*/; do
        [ -x "$folder/etcd" ] && [ -x "$folder/etcdctl" ] && basename "$folder"
    done | sort -V
}

# Where NuGet keeps its packages: <name in lower case>/<version>/.
nuget_folder() { printf '%s\n' "${NUGET_PACKAGES:-$HOME/.nuget/packages}"; }

# The architectures that there is a native build for, in Debian's names.
# shellcheck disable=SC2034
ARCHITECTURES=(amd64 arm64)

# This machine's, in the same names.
machine_architecture() {
    case $(uname -m) in
        x86_64) echo amd64 ;;
        aarch64) echo arm64 ;;
        *) uname -m ;;
    esac
}

# As compilers and Debian's library folders name it: aarch64-linux-gnu.
triplet() {
    case $1 in
        amd64) echo x86_64-linux-gnu ;;
        arm64) echo aarch64-linux-gnu ;;
        *) die "no native build for $1: only for ${ARCHITECTURES[*]}" ;;
    esac
}

# As .NET names it: linux-arm64.
runtime_identifier() {
    case $1 in
        amd64) echo linux-x64 ;;
        arm64) echo linux-arm64 ;;
    esac
}

# Where the native binary of an architecture is: this machine's own is out/etcd-defrag.
native_binary() {
    [ "$1" = "$(machine_architecture)" ] && printf '%s\n' "$ROOT/out/etcd-defrag" || printf '%s\n' "$ROOT/out/$1/etcd-defrag"
}

# What the last native build of an architecture was restored to.
native_assets() { printf '%s\n' "$CACHE/native/$1/obj/EtcdDefrag/project.assets.json"; }

# The folder with the C library and the OpenSSL that the native build of an architecture is linked with (build/sysroot.sh).
# Empty: the machine's own, where it is not Debian.
sysroot() { if is_debian; then printf '%s\n' "${ETCD_DEFRAG_SYSROOT_DIR:-$CACHE/sysroot}/$1"; fi; }

# The version of the OpenSSL package that the native build of an architecture is linked with.
openssl_version() {
    local sysroot
    sysroot=$(sysroot "$1")
    if [ -n "$sysroot" ]; then sed -n 's/^libssl-dev //p' "$sysroot/packages"; else dpkg-query -W -f '${Version}' libssl-dev; fi
}

# The oldest glibc that releases start on (build/glibc-floor.c, build/sysroot.sh), and the oldest that a binary starts on.
# shellcheck disable=SC2034
GLIBC_FLOOR=2.28
newest_glibc() { readelf --wide --version-info "$1" | grep -o 'GLIBC_[0-9.]*' | cut -d _ -f 2 | sort -Vu | tail -n 1; }

is_debian() { (. /etc/os-release && [ "$ID" = debian ]); }
