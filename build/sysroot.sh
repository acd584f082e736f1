#!/usr/bin/env bash
# Gets what the native build of an architecture is compiled and linked with, into .cache/sysroot/ARCHITECTURE: an old C library, so that
# the binary starts on old systems too, and the OpenSSL that is linked in. Debian's own packages, unpacked and not installed (build/apt.sh).
#
#   build/sysroot.sh ARCHITECTURE      amd64 or arm64; what is there already is not asked for again
#
# "packages" in it has the names and versions; "runtime" has the current C library, for the container image.
# Without a network: ETCD_DEFRAG_SYSROOT_DIR names a folder with amd64/ and arm64/ that this script made elsewhere.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=build/apt.sh
. "$ROOT/build/apt.sh"
ARCHITECTURE=$1
FOLDER=$(sysroot "$ARCHITECTURE")
TRIPLET=$(triplet "$ARCHITECTURE")

# The oldest C library that the mirror still has, 2.31; and the distribution whose OpenSSL gets security fixes.
OLD=bullseye
CURRENT=bookworm

# Made by this very script, or by the one that was here before it changed.
MADE_BY=$(sha256sum <"$ROOT/build/sysroot.sh")
is_made() { [ "$(cat "$FOLDER/.made-by" 2>/dev/null)" = "$MADE_BY" ]; }

is_made && exit 0
[ -z "${ETCD_DEFRAG_SYSROOT_DIR:-}" ] || die "ETCD_DEFRAG_SYSROOT_DIR=$ETCD_DEFRAG_SYSROOT_DIR has no $ARCHITECTURE/ of this build/sysroot.sh"
mkdir -p "$CACHE/sysroot"
only_one "$CACHE/sysroot.lock"
is_made && exit 0

say "asking the mirror for the C library and OpenSSL of $ARCHITECTURE"
open_apt "set ETCD_DEFRAG_SYSROOT_DIR to a folder that this script made elsewhere" "$ARCHITECTURE" "$OLD" "$CURRENT" "$CURRENT-security"
NEW=$WORK/sysroot
mkdir -p "$NEW/runtime"
unpack_into "$NEW" "$OLD" libc6 libc6-dev linux-libc-dev >"$NEW/packages"
unpack_into "$NEW" newest libssl-dev libssl3 >>"$NEW/packages"
unpack_into "$NEW/runtime" newest libc6 >"$NEW/runtime/packages"

# Links that begin at the root would lead out of it.
for root in "$NEW/runtime" "$NEW"; do
    find "$root" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
        ln -snrf "$root$(readlink "$link")" "$link"
    done
done
[ -e "$NEW/usr/lib/$TRIPLET/libcrypto.a" ] || die "libssl-dev of $ARCHITECTURE has no libcrypto.a"

printf '%s\n' "$MADE_BY" >"$NEW/.made-by"
rm -rf "${FOLDER:?}"
mv "$NEW" "$FOLDER"
say "$(paste -sd ' ' "$FOLDER/packages")"
