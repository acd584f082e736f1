#!/usr/bin/env bash
# The bill of materials is what the schema wants, and names what really is in the binary and in the dotnet tool; so do the notices.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# The schema's own check, by the library that the CycloneDX tool brings.
library=$(find "$(nuget_folder)/cyclonedx" -name CycloneDX.Core.dll -path '*net10.0*' | head -n 1)
[ -n "$library" ] || die "the CycloneDX tool was not restored"
cp tests/packaging/validate.cs "$WORK/"
validate() { dotnet run "$WORK/validate.cs" -- "$library" "$1"; }
expect 0 validate "$(released "etcd-defrag-*-linux-$OWN.cdx.json")"
jq '.components[0].type = "thing"' "$(released "etcd-defrag-*-linux-$OWN.cdx.json")" >"$WORK/wrong.json"
expect 1 validate "$WORK/wrong.json"

check() {
    local sbom architecture=$1
    sbom=$(released "etcd-defrag-*-linux-$architecture.cdx.json")
    rm -rf "$WORK/tree"
    mkdir "$WORK/tree"
    tar -xzf "$(released "etcd-defrag-*-linux-$architecture.tar.gz")" -C "$WORK/tree" --strip-components 1

    jq -e --arg version "$VERSION" '.metadata.component | .name == "etcd-defrag" and .version == $version' "$sbom" >/dev/null || die "it is not about etcd-defrag $VERSION"
    expect_same "$(jq -r '.metadata.component.hashes[0].content' "$sbom")" "$(sha256sum "$WORK/tree/etcd-defrag" | cut -d ' ' -f 1)" "the binary's hash"
    components=$(jq -r '.components[] | "\(.name)/\(.version)"' "$sbom")
    has() { grep -Eq "$1" <<<"$components" || die "$2, and the bill of materials lacks it:"$'\n'"$components"; }

    # What the binary says of itself, and what the dotnet tool loads.
    openssl=$(grep -ao 'OpenSSL 3\.[0-9.]* ' "$WORK/tree/etcd-defrag" | head -n 1 | cut -d ' ' -f 2)
    has "^openssl/${openssl:-none}[-+~]" "OpenSSL $openssl is linked in"
    runtime=$("$(native_binary "$OWN")" --version | sed -n 's/^\.NET Version: //p')
    has "^runtime\..*ILCompiler/${runtime:-none}$" ".NET $runtime is linked in"
    unzip -p "$(released 'etcd-defrag.*.nupkg')" '*.deps.json' | jq -r '.libraries | to_entries[] | select(.value.type == "package").key' >"$WORK/packages"
    [ -s "$WORK/packages" ] || die "the dotnet tool loads no package at all?"
    while read -r package; do
        has "^$package$" "the dotnet tool loads $package"
    done <"$WORK/packages"

    # Every component has a licence and its text; nothing that only built it is named.
    jq -e 'all(.components[]; (.licenses | length) > 0 and (.scope == "required"))' "$sbom" >/dev/null || die "a component without licence, or one that is not in the binary"
    while read -r component; do
        grep -qxF "===== ${component/\// }" "$WORK/tree/THIRD-PARTY-NOTICES.txt" || die "the notices lack $component"
    done <<<"$components"
    for text in 'Copyright (c) .NET Foundation' 'Copyright 2008 Google Inc.' 'Apache License' 'License notice for zlib-ng' 'License notice for Brotli' 'License notice for libunwind'; do
        grep -qF "$text" "$WORK/tree/THIRD-PARTY-NOTICES.txt" || die "the notices lack '$text'"
    done
}
for architecture in "${ARCHITECTURES[@]}"; do
    check "$architecture"
done
