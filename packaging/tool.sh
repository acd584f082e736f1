#!/usr/bin/env bash
# Packs the dotnet tool: etcd-defrag.VERSION.nupkg, for any machine with the .NET 10 runtime.
#
#   packaging/tool.sh VERSION TREE FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 TREE=$2 FOLDER=$3

rm -rf "$CACHE/tool"
dotnet pack src/EtcdDefrag/EtcdDefrag.csproj -nologo -verbosity:quiet -c Release --artifacts-path "$CACHE/tool" -o "$FOLDER" \
    -p:PackAsTool=true -p:Version="$VERSION" -p:Notices="$TREE/THIRD-PARTY-NOTICES.txt" \
    -p:RunAnalyzers=false -p:GenerateDocumentationFile=false -p:DebugType=none </dev/null
