"""Rewrites of a stopped etcd's database: ours, etcdutl's, and a plain copy of the result."""
import base64
import json
import os
import shutil
import statistics
import subprocess
import urllib.request

from clusters import Cluster
from measure import WARMING, Command, in_turns, keep, run

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# name, keys, bytes of a value, puts in a transaction; every key is written twice, and the first half of it all is compacted away.
FILES = [("64,000 keys of 5 KB", 64_000, 5_000, 100), ("2 million keys of 100 bytes", 2_000_000, 100, 5_000), ("200 keys of 1 MB", 200, 1_000_000, 1)]
HUGE = ("8 GB", 800_000, 5_000, 200)


def offline(options):
    """Each file warm and cold, in turns."""
    return _measure(options, FILES, max(3, options.runs // 3), "offline", cold=True)


def offline_huge(options):
    """One file of 8 GB."""
    return _measure(options, [HUGE], 1, "offline-huge", cold=False)


def inspect(options):
    """What fills a file, beside `etcdutl snapshot status`, which does less: page cache, in turns."""
    rows, lines = [], []
    text = ["### inspect\n", "| file | command | wall / etcdutl | MB/s of file | wall ms | CPU ms | peak MiB |", "|---|---|---|---|---|---|---|"]
    for title, keys, size, batch in FILES:
        source = _database(options, title, keys, size, batch)
        commands = [
            Command("etcdutl", [f"{options.etcd}/etcdutl", "snapshot", "status", source]),
            Command("inspect", [options.tool, "inspect", source]),
            Command("inspect --hash-kv", [options.tool, "inspect", "--hash-kv", source]),
        ]
        subprocess.run(["cat", source], stdout=subprocess.DEVNULL, check=True)
        samples = in_turns(commands, max(3, options.runs // 3))
        bytes_ = os.path.getsize(source)
        for command, own in samples.items():
            rows += [{"file": title, "command": command, "run": turn, **sample} for turn, sample in enumerate(own)]
            speed = bytes_ / 1e3 / statistics.median(sample["wall_ms"] for sample in own)
            text.append(
                f"| {title} | {command} | {_ratio(samples, command, 'etcdutl'):.2f} | {speed:.0f} | {_spread(own, 'wall_ms')} | {_spread(own, 'cpu_ms')} | {_spread(own, 'peak_mib')} |")
            if command == "inspect":
                lines.append((f"inspect, {title}: MB/s of file", ">= 500", f"{speed:.0f}"))
                most = 32 + 32 * keys / MIB
                lines.append((f"inspect, {title}: peak memory", f"{most:.0f} MiB", f"{max(sample['peak_mib'] for sample in own):.1f} MiB"))
        shutil.rmtree(os.path.dirname(source))
    keep(options.results, "inspect", rows)
    return "\n".join(text) + "\n", lines


def _measure(options, files, turns, name, cold):
    rows, text, lines = [], [f"### A stopped etcd's database{' of 8 GB' if name != 'offline' else ''}\n"], []
    text += ["| file | cache | command | wall / etcdutl | wall / copy | wall ms | CPU ms | peak MiB | result MiB |", "|---|---|---|---|---|---|---|---|---|"]
    for title, keys, size, batch in files:
        source = _database(options, title, keys, size, batch)
        for cache in ("warm", "cold") if cold else ("warm",):
            samples = _in_turns(options, source, cache, turns)
            for command, own in samples.items():
                rows += [{"file": title, "cache": cache, "command": command, "run": turn, **sample} for turn, sample in enumerate(own)]
                text.append(
                    f"| {title} | {cache} | {command} | {_ratio(samples, command, 'etcdutl'):.2f} | {_ratio(samples, command, 'copy'):.2f} | {_spread(own, 'wall_ms')} "
                    f"| {_spread(own, 'cpu_ms')} | {_spread(own, 'peak_mib')} | {own[0]['result_mib']:.0f} |")
            what = f"{title}, {cache}: ours"
            lines += [(f"{what} / etcdutl, wall", "0.25", f"{_ratio(samples, 'ours', 'etcdutl'):.2f}"), (f"{what} / copy, wall", "1.5", f"{_ratio(samples, 'ours', 'copy'):.2f}")]
            lines.append((f"{what}, peak memory", "32 MiB", f"{max(sample['peak_mib'] for sample in samples['ours']):.1f} MiB"))
        shutil.rmtree(os.path.dirname(source))
    keep(options.results, name, rows)
    return "\n".join(text) + "\n\n`copy` is `cp` of our result, `fsync`, and a rename over the old file.\n", lines


def _in_turns(options, source, cache, turns):
    folder = f"{os.path.dirname(source)}/turn"
    database = f"{folder}/member/snap/db"
    result = f"{os.path.dirname(source)}/result"
    commands = [
        Command("etcdutl", [f"{options.etcd}/etcdutl", "defrag", "--data-dir", folder]),
        Command("copy", ["sh", "-c", 'cp "$0" "$1.new" && sync "$1.new" && mv "$1.new" "$1"', result, database]),
        Command("ours", [options.tool, "--data-dir", folder]),
    ]
    _fresh(source, folder)
    run(commands[-1])
    shutil.copyfile(database, result)
    warming = WARMING if turns > 1 else 0
    samples = {command.name: [] for command in commands}
    for turn in range(turns + warming):
        for command in commands:
            _fresh(source, folder)
            subprocess.run(["sync"], check=True)
            if cache == "cold":
                with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
                    file.write("3")
            else:
                for path in (database, result):
                    subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)
            sample = {**run(command), "result_mib": os.path.getsize(database) / MIB}
            if turn >= warming:
                samples[command.name].append(sample)
    return samples


def _fresh(source, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/member/snap")
    subprocess.run(["cp", "--sparse=never", source, f"{folder}/member/snap/db"], check=True)


def _database(options, title, keys, size, batch):
    """A real etcd's database, half of it garbage, on the disk: what a disk does is what is measured here."""
    folder = f"{options.root}/.cache/bench-offline/{title.replace(' ', '-')}"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with Cluster(options.etcd, 1, flags={"max-txn-ops": "10000", "max-request-bytes": str(8 * MIB), "quota-backend-bytes": str(32 * GIB), "snapshot-count": "1000"}) as cluster:
        for _ in range(2):
            for first in range(0, keys, batch):
                _put(cluster.urls[0], range(first, min(keys, first + batch)), size)
        cluster.compact()
        cluster.stop()
        shutil.copyfile(f"{cluster.folder}/m1/member/snap/db", f"{folder}/db")
    return f"{folder}/db"


def _put(url, numbers, size):
    value = base64.b64encode(os.urandom(size)).decode()
    puts = [{"requestPut": {"key": base64.b64encode(b"key/%08d" % number).decode(), "value": value}} for number in numbers]
    urllib.request.urlopen(urllib.request.Request(f"{url}/v3/kv/txn", json.dumps({"success": puts}).encode())).read()


def _ratio(samples, one, other):
    return statistics.median(a["wall_ms"] / b["wall_ms"] for a, b in zip(samples[one], samples[other]))


def _spread(samples, figure):
    values = [sample[figure] for sample in samples]
    return f"{statistics.median(values):.0f} ({min(values):.0f}-{max(values):.0f})"
