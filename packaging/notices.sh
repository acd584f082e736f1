#!/usr/bin/env bash
# Prints the licences of all that is linked into a native binary: for each component of its bill of materials the texts that came with it.
#
#   packaging/notices.sh ARCHITECTURE SBOM
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"

# The texts of one component. One without any fails the release.
texts() {
    local name=$1 version=$2 file
    case $name in
        openssl) file=$(sysroot "$ARCHITECTURE")/usr/share/doc/libssl-dev/copyright ;;
        *.NativeAOT.* | *.ILCompiler) file=$(nuget_folder)/${name,,}/$version/THIRD-PARTY-NOTICES.TXT ;;
        *) file=packaging/licences/$name.txt ;;
    esac
    case $name in
        openssl) printf 'Apache-2.0:\n\n' && cat /usr/share/common-licenses/Apache-2.0 && printf '\n\n' ;;
        *.NativeAOT.* | *.ILCompiler) cat packaging/licences/dotnet.txt && printf '\n\n' ;;
    esac
    cat "$file" || die "no licence text of $name: its place is $file"
}

cd "$ROOT"
ARCHITECTURE=$1 SBOM=$2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
printf 'What is linked into etcd-defrag besides its own code, and under which licence.\n\n'
jq -r '.components[] | "  \(.name) \(.version): \([.licenses[].license | .id // .name] | join(", "))"' "$SBOM"
jq -r '.components[] | "\(.name) \(.version)"' "$SBOM" >"$WORK/components"
while read -r name version; do
    printf '\n\n===== %s %s\n\n' "$name" "$version"
    texts "$name" "$version" | sed -e 's/\r$//' -e '1s/^\xEF\xBB\xBF//' >"$WORK/text"
    # .NET's packs all bring the same one.
    digest=$(sha256sum <"$WORK/text")
    if [ -e "$WORK/${digest%% *}" ]; then
        printf 'The same text as for %s above.\n' "$(cat "$WORK/${digest%% *}")"
    else
        printf '%s\n' "$name" >"$WORK/${digest%% *}"
        cat "$WORK/text"
    fi
done <"$WORK/components"
