#!/usr/bin/env bash
# Lays out what every package holds: the binary, its documents, completions and deploy/.
#
#   packaging/tree.sh VERSION SBOM FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 SBOM=$2 TREE=$3

rm -rf "$TREE"
mkdir -p "$TREE"/{docs,completions}
install -m 755 out/etcd-defrag "$TREE/"
shown=$("$TREE/etcd-defrag" --version)
grep -qxF "etcd-defrag Version: $VERSION" <<<"$shown" || die "out/etcd-defrag is not version $VERSION but says: $shown"

install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md docs/etcd-defrag.1 "$TREE/"
install -m 644 docs/*.md docs/*.svg docs/*.schema.json "$TREE/docs/"
for shell in bash zsh fish; do
    "$TREE/etcd-defrag" completion "$shell" >"$TREE/completions/etcd-defrag.$shell"
done
# Whole, and under its own name: the documents say deploy/… and are to be right here as well.
cp -R deploy "$TREE/"
packaging/notices.sh "$SBOM" >"$TREE/THIRD-PARTY-NOTICES.txt"
