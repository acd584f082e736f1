#!/usr/bin/env bash
# Lays out the file system of the container image: the binary, the libraries that it loads, certificate authorities, licences.
#
#   packaging/image-root.sh VERSION FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 FOLDER=$2
DOCUMENTS=$FOLDER/usr/share/doc/etcd-defrag
umask 022

need_packages jq ca-certificates
./build.sh "$VERSION"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Directory.Build.props)}
export SOURCE_DATE_EPOCH LC_ALL=C

rm -rf "$FOLDER"
mkdir -p "$FOLDER"/{usr/bin,etc/ssl/certs} "$DOCUMENTS"
install -m 755 out/etcd-defrag "$FOLDER/usr/bin/"

# The loader and the C library, where the binary looks for them. Everything else is linked in.
ldd out/etcd-defrag | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 755 "$(realpath "$library")" "$FOLDER$library"
done
printf 'hosts: files dns\n' >"$FOLDER/etc/nsswitch.conf"

# For servers with publicly signed certificates. --cacert needs none of it.
install -m 644 /etc/ssl/certs/ca-certificates.crt "$FOLDER/etc/ssl/certs/"

packaging/sbom.sh "$VERSION" "$DOCUMENTS/etcd-defrag.cdx.json"
packaging/notices.sh "$DOCUMENTS/etcd-defrag.cdx.json" >"$DOCUMENTS/THIRD-PARTY-NOTICES.txt"
install -m 644 LICENSE "$DOCUMENTS/"
for package in libc6 ca-certificates; do
    install -m 644 "/usr/share/doc/$package/copyright" "$DOCUMENTS/$package.txt"
done
