#!/usr/bin/env bash
# Writes the bill of materials (CycloneDX 1.6, JSON) of a native binary: what is linked into it, with versions, licences and hashes.
#
#   packaging/sbom.sh VERSION ARCHITECTURE FILE
#
# The CycloneDX tool knows the NuGet packages. Added here: .NET's native packs, which no package list names, and OpenSSL.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 ARCHITECTURE=$2 FILE=$3
BINARY=$(native_binary "$ARCHITECTURE")
ASSETS=$(native_assets "$ARCHITECTURE")
SYSROOT=$(sysroot "$ARCHITECTURE")

log=$(dotnet tool restore </dev/null 2>&1) || die "could not restore the CycloneDX tool of .config/dotnet-tools.json: $log"
log=$(dotnet tool run dotnet-CycloneDX src/EtcdDefrag/EtcdDefrag.csproj --disable-package-restore --base-intermediate-output-path "${ASSETS%/obj/*}" \
    --spec-version 1.6 --output-format UnsafeJson --set-name etcd-defrag --set-version "$VERSION" --output "$(dirname "$FILE")" \
    --filename "$(basename "$FILE")" --no-serial-number </dev/null 2>&1) || die "the CycloneDX tool failed: $log"

# .NET's own parts: the compiler's pack (its OpenSSL shim and libraries are linked in) and the native runtime's.
packs() {
    local name version hash
    jq -r '.project.frameworks[].downloadDependencies[] | select(.name | test("NativeAOT|^runtime.*ILCompiler")) | "\(.name) \(.version)"' "$ASSETS" |
        tr -d '[],' | sort -u | while read -r name version _; do
        hash=$(base64 -d "$(nuget_folder)/${name,,}/$version/${name,,}.$version.nupkg.sha512" | od -An -tx1 | tr -d ' \n')
        jq -n --arg name "$name" --arg version "$version" --arg hash "$hash" '{
            type: "framework", "bom-ref": "pkg:nuget/\($name)@\($version)", name: $name, version: $version, scope: "required",
            description: "The .NET runtime, linked in. It brings copies of zlib-ng and Brotli; its notices name what else it is made of.",
            hashes: [{alg: "SHA-512", content: $hash}], licenses: [{license: {id: "MIT"}}], purl: "pkg:nuget/\($name)@\($version)"}'
    done
}

# The binary must say the same version as the package.
openssl() {
    local version upstream distribution
    version=$(openssl_version "$ARCHITECTURE")
    upstream=${version%%-*}
    distribution=$(. /etc/os-release && printf '%s' "$ID")
    grep -aq "OpenSSL ${upstream%+*} " "$BINARY" || die "libssl-dev is $version now, and $BINARY was built with another: remove out/ and build again"
    jq -n --arg version "$version" --arg upstream "$upstream" --arg purl "pkg:deb/$distribution/openssl@${version//+/%2B}?arch=$ARCHITECTURE" \
        --arg crypto "$(library_hash libcrypto.a)" --arg ssl "$(library_hash libssl.a)" '{
            type: "library", "bom-ref": $purl, name: "openssl", version: $version, scope: "required", licenses: [{license: {id: "Apache-2.0"}}], purl: $purl,
            description: "OpenSSL \($upstream), linked in", components: [
                {type: "file", name: "libcrypto.a", hashes: [{alg: "SHA-256", content: $crypto}]},
                {type: "file", name: "libssl.a", hashes: [{alg: "SHA-256", content: $ssl}]}]}'
}

library_hash() { sha256sum "$SYSROOT/usr/lib/$(triplet "$ARCHITECTURE")/$1" | cut -d ' ' -f 1; }

# Left out: what only built or checked it (scope "excluded"). Time and serial number come from the commit and the content, not from the hour.
content=$(jq --slurpfile native <(packs && openssl) --arg time "$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)" --arg hash "$(sha256sum "$BINARY" | cut -d ' ' -f 1)" '
    .metadata.timestamp = $time
    | .metadata.component += {hashes: [{alg: "SHA-256", content: $hash}], licenses: [{license: {id: "MIT"}}]}
    | .components = ([.components[] | select(.scope != "excluded")] + $native | sort_by(.name))
    | .dependencies = [{ref: .metadata.component."bom-ref", dependsOn: [.components[]."bom-ref"]}] + [.components[] | {ref: ."bom-ref"}]' "$FILE")
serial=$(sha256sum <<<"$content" | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/urn:uuid:\1-\2-8\3-a\4-\5/')
jq --arg serial "$serial" '{bomFormat, specVersion, serialNumber: $serial} + .' <<<"$content" >"$FILE.new"
mv "$FILE.new" "$FILE"
