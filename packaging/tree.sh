#!/usr/bin/env bash
# Lays out what every package holds: the binary, its documents, completions and systemd units.
#
#   packaging/tree.sh VERSION SBOM FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 SBOM=$2 TREE=$3
UNITS=(etcd-defrag.service etcd-defrag.timer etcd-defrag.env metrics.conf)

rm -rf "$TREE"
mkdir -p "$TREE"/{docs,completions,systemd}
install -m 755 out/etcd-defrag "$TREE/"
shown=$("$TREE/etcd-defrag" --version)
grep -qxF "etcd-defrag Version: $VERSION" <<<"$shown" || die "out/etcd-defrag is not version $VERSION but says: $shown"

install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md docs/etcd-defrag.1 "$TREE/"
install -m 644 docs/*.md "$TREE/docs/"
for shell in bash zsh fish; do
    "$TREE/etcd-defrag" completion "$shell" >"$TREE/completions/etcd-defrag.$shell"
done
install -m 644 "${UNITS[@]/#/deploy/systemd/}" "$TREE/systemd/"
packaging/notices.sh "$SBOM" >"$TREE/THIRD-PARTY-NOTICES.txt"
