#!/usr/bin/env bash
# Gets the programs that the tests of deploy/ and of the metrics ask for their opinion, into .cache/tools/: kubectl (renders and reads
# what is under deploy/kubernetes), promtool (reads metrics and rules), a Pushgateway (takes metrics), and chart-template, built here from
# Go's own template engine.
#
# They are Debian's own packages of a newer release, unpacked and not installed. What is there already is not asked for again.
# Without a network: ETCD_DEFRAG_TOOLS_DIR names a folder with these programs in it.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=build/apt.sh
. "$ROOT/build/apt.sh"

# Debian's package and program have the same name. bookworm's kubectl knows a kustomize of 2020, and it has no promtool of its own.
SUITE=trixie
TOOLS=(kubectl promtool prometheus-pushgateway)

FOLDER=$CACHE/tools
mkdir -p "$FOLDER"
only_one "$CACHE/tools.lock"

# helm is neither in Debian nor to be built from it; the engine below it is.
SOURCE=$ROOT/tests/EtcdDefrag.Deploy.Tests/Helm/main.go
if [ "$SOURCE" -nt "$FOLDER/chart-template" ]; then
    GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE=$CACHE/go go build -o "$FOLDER/chart-template" "$SOURCE"
fi

if [ -n "${ETCD_DEFRAG_TOOLS_DIR:-}" ]; then
    for tool in "${TOOLS[@]}"; do
        [ -x "$ETCD_DEFRAG_TOOLS_DIR/$tool" ] || die "ETCD_DEFRAG_TOOLS_DIR=$ETCD_DEFRAG_TOOLS_DIR has no $tool"
    done
    exit 0
fi

missing=()
for tool in "${TOOLS[@]}"; do
    [ -x "$FOLDER/$tool" ] || missing+=("$tool")
done
[ ${#missing[@]} -gt 0 ] || exit 0

say "asking the mirror for ${missing[*]} ($SUITE)"
open_apt "set ETCD_DEFRAG_TOOLS_DIR to a folder with ${TOOLS[*]}" "$(machine_architecture)" "$SUITE"
for tool in "${missing[@]}"; do
    tree=$(unpack "$SUITE" "$tool")
    mv "$tree/usr/bin/$tool" "$FOLDER/$tool"
    say "$tool is there"
done
