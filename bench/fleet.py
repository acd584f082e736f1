"""Many clusters: fleet beside a shell loop of single dry runs."""
import collections
import json
import os
import subprocess
import tempfile
import time

from clusters import Scripted
from measure import Command, in_turns, keep, median, run, spread

COUNTS = (10, 100, 1000)


def _inventory(folder, urls, labels=0):
    path = f"{folder}/clusters.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump({
            "defaults": {"cluster": True, "all": True, "wait-between-defrags": "0s"},
            "clusters": [{"name": f"tenant-{i:05}", "endpoints": [url], **({"labels": {"pad": "x" * labels}} if labels else {})} for i, url in enumerate(urls)],
        }, file)
    return path


def _descriptors(argv):
    """The most open files that a run has at once."""
    most = 0
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                most = max(most, len(os.listdir(f"/proc/{process.pid}/fd")))
            except FileNotFoundError:
                break
            time.sleep(0.005)
    return most


def fleet(options):
    rows, medians = [], collections.defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            with Scripted(3, clusters=count) as servers:
                inventory = _inventory(folder, servers.urls)
                status = [options.tool, "fleet", inventory, "--status", "--parallel", "64"]
                with open(f"{folder}/urls", "w", encoding="utf-8") as file:
                    file.write("\n".join(servers.urls) + "\n")
                loop = f"xargs -a {folder}/urls -P 8 -I URL {options.tool} --endpoints URL --cluster --dry-run >/dev/null 2>&1"
                commands = [Command("fleet --status", status), Command("xargs -P 8, dry runs", ["sh", "-c", loop])]
                for name, samples in in_turns(commands, max(3, options.runs // 5)).items():
                    rows += [{"clusters": count, "command": name, **sample} for sample in samples]
                    medians[name][count] = (median(samples, "wall_ms"), median(samples, "peak_mib"))
                if count == COUNTS[-1]:
                    descriptors = _descriptors(status)
        with Scripted(3, clusters=100, defragment_s=0.05) as servers:
            single = run(Command("single", [options.tool, "--endpoints", servers.url, "--cluster", "--wait-between-defrags", "0s"]))["wall_ms"]
            whole = run(Command("whole", [options.tool, "fleet", _inventory(folder, servers.urls), "--parallel", "4", "-q"]))
        big = _inventory(folder, [f"http://10.{i >> 16}.{i >> 8 & 255}.{i & 255}:2379" for i in range(40_000)], labels=110)
        parsed = run(Command("inventory", [options.tool, "fleet", big, "--print-shard", "--select", "tenant-00001"]))
        size = os.path.getsize(big) / 1e6
    keep(options.results, "fleet", rows)
    text = ["### Fleet: clusters of 3 scripted members that answer Status after 5 ms\n", "| clusters | command | wall ms | CPU ms | peak MiB |", "|---|---|---|---|---|"]
    for count in COUNTS:
        for name in medians:
            group = [row for row in rows if row["clusters"] == count and row["command"] == name]
            text.append(f"| {count} | {name} | {spread(group, 'wall_ms')} | {spread(group, 'cpu_ms')} | {spread(group, 'peak_mib')} |")
    wall, peak = medians["fleet --status"][COUNTS[-1]]
    loop = medians["xargs -P 8, dry runs"][COUNTS[-1]][0]
    bound = 100 * single / 4
    text.append(f"\nOpen files with 1,000 clusters: at most {descriptors}. Whole run of 100 clusters, defragmentations of 50 ms, 4 at once: {whole['wall_ms'] / 1e3:.1f} s, peak {whole['peak_mib']:.1f} MiB; "
                f"a single run takes {single:.0f} ms. An inventory of {size:.1f} MB (40,000 clusters): {parsed['wall_ms'] / 1e3:.2f} s, peak {parsed['peak_mib']:.1f} MiB.")
    return "\n".join(text), [
        ("1,000 clusters, `fleet --status --parallel 64`, wall", "3 s", f"{wall / 1e3:.2f} s"),
        ("the same / `xargs -P 8` of dry runs", "0.5", f"{wall / loop:.2f}"),
        ("the same, peak memory", "96 MiB", f"{peak:.1f} MiB"),
        ("the same, open files", f"{64 + 2 * 3 * 64}", f"{descriptors}"),
        ("100 clusters with defragmentations of 50 ms / (single runs / 4)", "1.2", f"{whole['wall_ms'] / bound:.2f}"),
        (f"inventory of {size:.0f} MB", "1 s, 64 MiB", f"{parsed['wall_ms'] / 1e3:.2f} s, {parsed['peak_mib']:.0f} MiB"),
    ]
