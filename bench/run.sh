#!/usr/bin/env bash
# Builds the tool, measures it beside etcdctl and writes bench/RESULTS.md and, raw, bench/results/*.csv.
#
#   bench/run.sh            everything but --huge, some five minutes on a quiet machine
#   bench/run.sh --quick    a few runs of each, to see that it works; RESULTS.md says so
#   bench/run.sh --huge     as well a database of 2 GB with 1 GB live, a minute more, and a stopped etcd's database of 8 GB
#   bench/run.sh --only start,reads    those stages alone, of: start reads whole growth fleet long rules size huge offline offline-huge inspect
#
# Nothing else should be at work on the machine. Listens on 127.0.0.1 only.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"

need_dotnet
need_packages "${BENCH_PACKAGES[@]}"
./build.sh
build/get-etcd.sh
dotnet build bench/EtcdDefrag.Bench -c Release -nologo -verbosity:quiet </dev/null
VERSION=$(etcd_versions | tail -n 1)
exec python3 bench/bench.py --etcd "$(etcd_folder)/$VERSION" "$@"
