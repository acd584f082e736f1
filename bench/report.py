"""Writes RESULTS.md."""
import datetime
import os
import platform
import re
import subprocess

from clusters import STORE


def write(options, measured, headlines, tables, floor, took):
    folder = f"{options.root}/bench"
    with open(f"{folder}/optimisations.md", encoding="utf-8") as file:
        optimisations = file.read()
    parts = ["# Measured\n"]
    if options.quick:
        parts.append("> **Not the full measurement**: `--quick`, a few runs of each, made to see that it works. Its figures prove nothing.\n")
    parts += [
        f"Made by `bench/run.sh`, which runs each command {options.runs} times, in turns with those that it is compared with. Figures are median (minimum-maximum) of whole processes; "
        "ratios are medians of the ratios turn by turn. The raw samples are in [results](results).\n",
        f"Stages: {', '.join(measured)}.\n",
        _machine(options),
        "## In short\n", "| what | limit | measured |", "|---|---|---|",
        *(f"| {what} | {limit} | {figure} |" for what, limit, figure in headlines),
        f"\nPeak memory below {floor:.1f} MiB cannot be seen: a child's begins as a copy of its parent's.\n",
        "## In full\n", *(table + "\n" for table in tables), optimisations, f"The measurement took {took / 60:.1f} minutes.",
    ]
    with open(f"{folder}/RESULTS.md", "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


def tell(headlines):
    for what, limit, figure in headlines:
        print(f"{what}: {figure}" + (f" (limit {limit})" if limit else ""))


def _machine(options):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        processor = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"^MemTotal:\s*(\d+)", file.read(), re.M).group(1)) / (1 << 20)
    with open("/etc/os-release", encoding="utf-8") as file:
        system = re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.M).group(1)
    version = subprocess.run([options.tool, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")
    return (
        f"Machine: {processor.group(1) if processor else platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GiB, {system}, Linux {platform.release()}; "
        f"load at the end {os.getloadavg()[0]:.1f}. {'; '.join(line for line in version if line)}. etcd and etcdctl {os.path.basename(options.etcd)}, "
        f"its writes not synced to disk (`--unsafe-no-fsync`){', its data in memory' if STORE else ''}. {datetime.date.today().isoformat()}.\n")
