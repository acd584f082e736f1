#!/usr/bin/env bash
# The C compiler and linker of the native build: gcc for TARGET_TRIPLET, with headers and libraries of TARGET_SYSROOT alone.
# .NET runs it by its path, to compile its OpenSSL shim and to link.
set -euo pipefail
LIBRARIES=$TARGET_SYSROOT/usr/lib/$TARGET_TRIPLET

arguments=()
for argument in "$@"; do
    # clang's way to name the target; this gcc knows no other.
    [[ $argument == --target=* ]] || arguments+=("$argument")
done
# Named first, as Debian's cross compiler has headers and a C library of its own outside any sysroot.
exec "$TARGET_TRIPLET-gcc" --sysroot="$TARGET_SYSROOT" -B "$LIBRARIES" -L "$LIBRARIES" \
    -isystem "$TARGET_SYSROOT/usr/include/$TARGET_TRIPLET" -isystem "$TARGET_SYSROOT/usr/include" "${arguments[@]}"
