#!/usr/bin/env bash
# Lays out what every package holds: the binary, its documents, completions and deploy/.
#
#   packaging/tree.sh VERSION ARCHITECTURE SBOM FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 ARCHITECTURE=$2 SBOM=$3 TREE=$4
BINARY=$(native_binary "$ARCHITECTURE")

rm -rf "$TREE"
mkdir -p "$TREE"/{docs,completions}
# What the tool prints of itself is the same for all: asked of the one that runs here.
OWN=$(native_binary "$(machine_architecture)")
shown=$("$OWN" --version)
grep -qxF "etcd-defrag Version: $VERSION" <<<"$shown" || die "$OWN is not version $VERSION but says: $shown"
newest=$(newest_glibc "$BINARY")
[ "$(printf '%s\n' "$newest" "$GLIBC_FLOOR" | sort -V | tail -n 1)" = "$GLIBC_FLOOR" ] ||
    die "$BINARY needs glibc $newest, and $GLIBC_FLOOR is promised"
install -m 755 "$BINARY" "$TREE/"

install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md docs/etcd-defrag.1 "$TREE/"
install -m 644 docs/*.md docs/*.svg docs/*.schema.json "$TREE/docs/"
for shell in bash zsh fish; do
    "$OWN" completion "$shell" >"$TREE/completions/etcd-defrag.$shell"
done
# Whole, and under its own name: the documents say deploy/… and are to be right here as well.
cp -R deploy "$TREE/"
packaging/notices.sh "$ARCHITECTURE" "$SBOM" >"$TREE/THIRD-PARTY-NOTICES.txt"
