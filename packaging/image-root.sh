#!/usr/bin/env bash
# Lays out the file system of the container image: the binary, the libraries that it loads, certificate authorities, licences.
#
#   packaging/image-root.sh VERSION FOLDER [ARCHITECTURE]
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 FOLDER=$2 ARCHITECTURE=${3:-$(machine_architecture)}
BINARY=$(native_binary "$ARCHITECTURE")
SYSROOT=$(sysroot "$ARCHITECTURE")
DOCUMENTS=$FOLDER/usr/share/doc/etcd-defrag
umask 022

need_packages jq ca-certificates binutils
./build.sh --arch "$ARCHITECTURE" "$VERSION"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Directory.Build.props)}
export SOURCE_DATE_EPOCH LC_ALL=C

rm -rf "$FOLDER"
mkdir -p "$FOLDER"/{usr/bin,etc/ssl/certs} "$DOCUMENTS"
install -m 755 "$BINARY" "$FOLDER/usr/bin/"

# The loader and the C library, where the binary looks for them: Debian's newest, or this machine's own. Everything else is linked in.
libraries() {
    if [ -z "$SYSROOT" ]; then
        ldd "$BINARY" | grep -o '/[^ ]*'
    else
        readelf --wide --program-headers "$BINARY" | sed -n 's/.*program interpreter: \(.*\)]/\1/p'
        readelf --wide --dynamic "$BINARY" | sed -n "s:.*(NEEDED).*\[\(lib.*\)]:/lib/$(triplet "$ARCHITECTURE")/\1:p"
    fi
}
RUNTIME=${SYSROOT:+$SYSROOT/runtime}
libraries | while read -r library; do
    install -D -m 755 "$(realpath "$RUNTIME$library")" "$FOLDER$library"
done
printf 'hosts: files dns\n' >"$FOLDER/etc/nsswitch.conf"

# For servers with publicly signed certificates. --cacert needs none of it.
install -m 644 /etc/ssl/certs/ca-certificates.crt "$FOLDER/etc/ssl/certs/"

packaging/sbom.sh "$VERSION" "$ARCHITECTURE" "$DOCUMENTS/etcd-defrag.cdx.json"
packaging/notices.sh "$ARCHITECTURE" "$DOCUMENTS/etcd-defrag.cdx.json" >"$DOCUMENTS/THIRD-PARTY-NOTICES.txt"
install -m 644 LICENSE "$DOCUMENTS/"
install -m 644 "$RUNTIME/usr/share/doc/libc6/copyright" "$DOCUMENTS/libc6.txt"
install -m 644 /usr/share/doc/ca-certificates/copyright "$DOCUMENTS/ca-certificates.txt"
