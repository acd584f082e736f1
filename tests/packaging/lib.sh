# shellcheck shell=bash
# Shared by the tests of what release.sh makes; sourced, never run.

# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../build/lib.sh"
cd "$ROOT" || exit

# The version that Directory.Build.props has, so that out/etcd-defrag serves the tests as it is.
# shellcheck disable=SC2034 # used by those who source this
VERSION=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
# What tests/packaging/reproducible.sh made, for the tests after it.
RELEASED=$CACHE/test-release/dist

WORK=$(mktemp -d "${TMPDIR:-/tmp}/etcd-defrag-packaging.XXXXXX")
SERVERS=()
clean_up() {
    trap - EXIT
    exec 2>/dev/null # bash would report each server that is killed here
    if [ ${#SERVERS[@]} -gt 0 ]; then kill -KILL "${SERVERS[@]}" 2>/dev/null || true; fi
    wait
    rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The only file of the release that fits the pattern.
released() {
    local files
    mapfile -t files < <(compgen -G "$RELEASED/$1")
    [ ${#files[@]} -eq 1 ] || die "one $1 in $RELEASED, not ${#files[@]}: run tests/packaging/reproducible.sh first"
    printf '%s\n' "${files[0]}"
}

# This machine's architecture, and the one that qemu runs here.
# shellcheck disable=SC2034
OWN=$(machine_architecture) FOREIGN=arm64
# shellcheck disable=SC2034
[ "$OWN" = amd64 ] || FOREIGN=amd64

# Runs a program of the other architecture with the libraries below a folder.
#   emulate FOLDER COMMAND…
emulate() { "qemu-$(triplet "$FOREIGN" | cut -d - -f 1)" -L "$@"; }

# Runs a bash script in a copy of this machine's file system, an overlay that vanishes with its mount namespace. The script gets WORK,
# ENDPOINT and CA. What it leaves behind in the copy is listed after the line "--- left".
#   in_a_copy SCRIPT
in_a_copy() {
    mkdir "$WORK/overlay"
    as_root env WORK="$WORK" ENDPOINT="$ENDPOINT" CA="$CA" VERSION="$VERSION" unshare --mount bash -s "$1" "$WORK/overlay" <<'OUTSIDE'
set -euo pipefail
mount -t tmpfs none "$2"
mkdir "$2"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount --rbind "$WORK" "$2/root$WORK"
mount --rbind /proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
# What this machine has of an installation of its own is not in the way.
rm -rf "$2"/root/etc/etcd-defrag "$2"/root/etc/systemd/system/etcd-defrag.* "$2"/root/var/lib/{,private/}etcd-defrag
written() {
    (cd "$2/upper" && find . ! -type d | grep -Ev '^\./(var/lib/(dpkg|rpm)/|var/log/|var/cache/(man|ldconfig|debconf)/|tmp/|root/|run/)' | sort) || true
}
before=$(written "$@")
chroot "$2/root" bash "$1" </dev/null
printf '%s\n' '--- left'
comm -13 <(printf '%s\n' "$before") <(written "$@")
OUTSIDE
}
left_behind() { sed -n '/^--- left/,$p' <<<"$OUTPUT" | tail -n +2; }

# Fails unless the command ends with this exit code; its output is then in $OUTPUT.
expect() {
    local wanted=$1 code=0
    shift
    OUTPUT=$("$@" 2>&1 </dev/null) || code=$?
    [ "$code" -eq "$wanted" ] || die "exit code $code instead of $wanted: $*"$'\n'"$OUTPUT"
}

# Fails unless the last command's output has this text.
expect_text() { grep -qF -- "$1" <<<"$OUTPUT" || die "'$1' is not in:"$'\n'"$OUTPUT"; }

# Fails unless both texts are the same.
expect_same() { diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2 || die "differs from what was expected (<): $3"; }

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# One etcd on 127.0.0.1 with a certificate for it and for localhost. Sets ENDPOINT and CA.
start_etcd() {
    local folder port peer name
    folder=$(etcd_folder)/$(etcd_versions | tail -n 1)
    CA=$WORK/ca.crt
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' \
        -keyout "$WORK/server.key" -out "$CA" 2>/dev/null
    chmod 644 "$CA"
    # Another process may take a port between the look and the start: then etcd ends, and the next one is tried.
    for port in $(shuf -i 20000-32000 -n 20); do
        peer=$((port + 1))
        if ! is_free "$port" || ! is_free "$peer"; then continue; fi
        name=etcd-$port
        "$folder/etcd" --name "$name" --data-dir "$WORK/$name" --listen-client-urls "https://127.0.0.1:$port" --advertise-client-urls "https://127.0.0.1:$port" \
            --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "$name=http://127.0.0.1:$peer" \
            --cert-file "$CA" --key-file "$WORK/server.key" >"$WORK/$name.log" 2>&1 </dev/null &
        SERVERS+=($!)
        ENDPOINT=https://127.0.0.1:$port
        if ETCDCTL_API=3 "$folder/etcdctl" --endpoints "$ENDPOINT" --cacert "$CA" --command-timeout 30s endpoint health >/dev/null 2>&1; then
            return
        fi
    done
    die "no etcd would start: $(tail -n 5 "$WORK"/etcd-*.log)"
}

# A dry run over TLS by the command given, which must end well and say so.
dry_run() {
    expect 0 "$@" --endpoints "$ENDPOINT" --cluster --dry-run
    expect_text "endpoint: $ENDPOINT, health: true"
    expect_text "[Dry run] skip defragmenting endpoint \"$ENDPOINT\""
}
