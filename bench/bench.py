#!/usr/bin/env python3
"""Measures the tool beside etcdctl. Started by run.sh, which builds what is needed."""
import argparse
import os
import time

import report
import stages
from measure import floor_mib

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--etcd", required=True, help="folder with etcd and etcdctl")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--huge", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.tool = f"{ROOT}/out/etcd-defrag"
    options.root = ROOT
    options.results = f"{ROOT}/bench/results"
    options.runs = 5 if options.quick else 20

    wanted = options.only.split(",") if options.only else [name for name in stages.ALL if "huge" not in name or options.huge]
    unknown = set(wanted) - set(stages.ALL)
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}; there are {', '.join(stages.ALL)}")

    begun = time.monotonic()
    tables, headlines = [], []
    for name in wanted:
        print(f"==> {name}", flush=True)
        table, lines = stages.ALL[name](options)
        tables.append(table)
        headlines += lines
        # After every stage, so that whoever ends it early keeps what was measured until then.
        report.write(options, wanted[: len(tables)], headlines, tables, floor_mib(), time.monotonic() - begun)
    report.tell(headlines)


if __name__ == "__main__":
    main()
