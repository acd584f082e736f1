"""What is measured. Each stage returns a piece of RESULTS.md and the lines for the table of ratios: (what, limit, figure)."""
import collections
import csv
import io
import re
import statistics
import subprocess

import plot
from clusters import BENCH, Cluster, Scripted
from fleet import fleet
from measure import WARMING, Command, in_turns, keep, median, ratio, run, spread, traffic
from offline import inspect, offline, offline_huge

MEGABYTE = 1 << 20


def start(options):
    etcdctl = Command("etcdctl version", [f"{options.etcd}/etcdctl", "version"])
    commands = [
        Command("--version", [options.tool, "--version"]),
        Command("--help", [options.tool, "--help"]),
        Command("a rule's error", [options.tool, "rule", "dbSize >"], codes=(2,)),
        etcdctl,
    ]
    samples = in_turns(commands, options.runs)
    _keep(options, "start", samples)
    lines = [("`--version` / `etcdctl version`, wall", "1.0", f"{ratio(samples, '--version', etcdctl.name):.2f}")]
    return _compared("Start-up", samples, commands, etcdctl.name), lines


def reads(options):
    """Dry run and status beside etcdctl's own reads: 1, 3 and 5 members, by every way in."""
    pieces, lines = [], []
    for members in (1, 3, 5):
        for way, roots in (("plain", ""), ("tls", "cacert"), ("tls", "system"), ("auth", "")):
            with Cluster(options.etcd, members, way) as cluster:
                flags, env = cluster.flags(roots), cluster.env(roots)
                etcdctl = [f"{options.etcd}/etcdctl", *flags, "endpoint"]
                commands = [
                    Command("dry run", [options.tool, *flags, "--cluster", "--dry-run"], env),
                    Command("status", [options.tool, "status", *flags, "--cluster"], env),
                    Command("etcdctl endpoint status", [*etcdctl, "status", "--cluster"], env),
                    Command("etcdctl endpoint health", [*etcdctl, "health", "--cluster"], env),
                ]
                samples = in_turns(commands, options.runs)
                title = f"{members} members, {way}{' with ' + {'cacert': '--cacert', 'system': 'the system’s roots'}[roots] if roots else ''}"
                _keep(options, f"reads-{members}-{way}{roots and '-' + roots}", samples)
                pieces.append(_compared(title, samples, commands, "etcdctl endpoint status"))
            if members == 3 and roots != "system":
                value = ratio(samples, "dry run", "etcdctl endpoint status")
                limit = "" if way == "auth" else "0.5"
                lines.append((f"dry run / `etcdctl endpoint status --cluster`, {title}, wall", limit, f"{value:.2f}"))
                lines.append((f"dry run, {title}, peak memory", {"plain": "16 MiB", "tls": "20 MiB"}.get(way, ""), f"{median(samples['dry run'], 'peak_mib'):.1f} MiB"))
    return "\n".join(pieces), lines


def whole(options):
    """A whole run, small and medium; its own cost is what remains of the wall time without the servers' work and the announced waits."""
    rows, lines = [], []
    sizes = [("small", MEGABYTE, MEGABYTE // 4, 5)]
    sizes.append(("medium", 40 * MEGABYTE, 4 * MEGABYTE, 2) if options.quick else ("medium", 500 * MEGABYTE, 50 * MEGABYTE, 3))
    variants = {
        "etcd-defrag": [options.tool],
        "etcd-defrag --defrag-rule": [options.tool, "--defrag-rule", "dbSizeFree > 1KiB"],
        "etcd-defrag, which compacts": [options.tool],
        "etcdctl defrag --cluster": [f"{options.etcd}/etcdctl", "--command-timeout", "10m", "defrag"],
    }
    for name, on_disk, live, runs in sizes:
        for turn in range(runs):
            for variant, argv in variants.items():
                # A cluster for each: etcd keeps the last 100,000 entries of its log in memory, here a megabyte each.
                with Cluster(options.etcd, 3) as cluster:
                    cluster.fill(on_disk, live)
                    if "compacts" not in variant:
                        cluster.compact()  # which etcdctl defrag does not do itself
                    rows.append({"size": name, "command": variant, "run": turn, **_one_run(cluster, [*argv, *cluster.flags(), "--cluster"])})
    keep(options.results, "whole", rows)
    text = [
        "### A whole run, 3 members\n",
        "History is compacted before the run, as `etcdctl defrag` wants it; only the run \"which compacts\" does so itself, and its own cost has etcd's compaction in it.\n",
        "| database | command | wall | servers' defragmentation | announced waits | own cost | CPU |", "|---|---|---|---|---|---|---|",
    ]
    for key, group in _grouped(rows, "size", "command"):
        cells = [f"{statistics.median(row[figure] for row in group):.0f} ms" for figure in ("wall_ms", "servers_ms", "waits_ms", "own_ms", "cpu_ms")]
        text.append(f"| {key[0]} | `{key[1]}` | {' | '.join(cells)} |")
        if key[1] == "etcd-defrag":
            lines.append((f"whole run, {key[0]}: own cost", "30 ms", cells[3]))
    return "\n".join(text), lines


def growth(options):
    """Scripted members in one process, each of which answers Status after 5 ms."""
    counts = (3, 10, 30, 100, 300)
    rows, servers_ms = [], {}
    for members in counts:
        with Scripted(members) as servers:
            commands = [
                Command("status", [options.tool, "status", "--endpoints", servers.url, "--cluster"]),
                Command("dry run", [options.tool, "--endpoints", servers.url, "--cluster", "--dry-run"]),
            ]
            before = servers.cpu_ms()
            for name, samples in in_turns(commands, options.runs).items():
                rows += [{"members": members, "command": name, **sample} for sample in samples]
            servers_ms[members] = (servers.cpu_ms() - before) / (len(commands) * (options.runs + WARMING))
    keep(options.results, "growth", rows)
    medians = collections.defaultdict(list)
    text = [
        "### Growth: scripted members that answer Status after 5 ms\n",
        "All members are one process on the same machine: what it uses is taken from the wall time as well.\n",
        "| members | command | wall ms | CPU ms | peak MiB | the servers' CPU ms |", "|---|---|---|---|---|---|",
    ]
    for (members, command), group in _grouped(rows, "members", "command"):
        text.append(f"| {members} | {command} | {spread(group, 'wall_ms')} | {spread(group, 'cpu_ms')} | {spread(group, 'peak_mib')} | {servers_ms[members]:.0f} |")
        medians[command].append((members, median(group, "wall_ms")))
    exponents = {command: plot.exponent(points) for command, points in medians.items()}
    plot.log_log(f"{options.results}/growth.svg", "wall time of a run against members", "members", "ms", medians)
    text.append("\n![wall time against members](results/growth.svg)")
    text.append("\nWall time grows as members to the power of " + ", ".join(f"{value:.2f} ({command})" for command, value in exponents.items()) + ".")
    hundred, three = (dict(medians["dry run"])[members] for members in (100, 3))
    return "\n".join(text), [
        ("dry run of 100 members / of 3, wall", "3.0", f"{hundred / three:.2f}"),
        ("exponent of growth, 3 to 300 members", "well under 0.5", f"{max(exponents.values()):.2f}"),
    ]


def rules(options):
    seconds = "1" if options.quick else "3"
    text = subprocess.run([f"{BENCH}/EtcdDefrag.Bench/bin/Release/net10.0/EtcdDefrag.Bench", "rules", seconds], capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    keep(options.results, "rules", rows)
    table = ["### The rule evaluator (compiled at run time, one thread)\n", "| rule | evaluations a second | bytes allocated each |", "|---|---|---|"]
    table += [f"| `{row['rule'].replace('|', chr(92) + '|')}` | {int(row['evaluations_per_second']):,} | {row['bytes_per_evaluation']} |" for row in rows]
    return "\n".join(table), []


def long(options):
    """A defragmentation that takes long: waiting must cost nothing."""
    seconds = 5 if options.quick else 20
    with Scripted(1, defragment_s=seconds) as servers:
        sample = run(Command("long", [options.tool, "--endpoints", servers.url, "--wait-between-defrags", "0s"]))
    keep(options.results, "long", [{"defragmentation_s": seconds, **sample}])
    figure = f"{sample['cpu_ms']:.0f} ms in {sample['wall_ms'] / 1e3:.1f} s"
    return f"### A defragmentation that takes {seconds} s\n\nCPU: {figure}; peak memory {sample['peak_mib']:.1f} MiB.", [(f"CPU of a run with a defragmentation of {seconds} s", "near zero", figure)]


def huge(options):
    """2 GB on disk, 1 GB of it live, one member: memory must not depend on the database."""
    with Cluster(options.etcd, 1) as cluster:
        cluster.fill(2048 * MEGABYTE, 1024 * MEGABYTE)
        row = _one_run(cluster, [options.tool, *cluster.flags(), "--defrag-timeout", "30m"])
    keep(options.results, "huge", [row])
    return (
        "### A database of 2 GB, 1 GB of it live, one member\n\n"
        f"Wall {row['wall_ms'] / 1e3:.1f} s, of it the server's defragmentation {row['servers_ms'] / 1e3:.1f} s; CPU {row['cpu_ms']:.0f} ms; peak memory {row['peak_mib']:.1f} MiB.",
        [("2 GB database: peak memory", "as for a small one", f"{row['peak_mib']:.1f} MiB"), ("2 GB database: CPU", "near zero", f"{row['cpu_ms']:.0f} ms")],
    )


def size(options):
    """What the binary's bytes are: its sections, the big ones by the symbols that were stripped from it."""
    parts, symbols = collections.Counter(), []
    for line in _lines("nm", "--numeric-sort", f"{options.root}/.cache/native/publish/etcd-defrag.dbg"):
        fields = line.split()
        if len(fields) == 3:
            symbols.append((int(fields[0], 16), fields[2]))
    for line in _lines("size", "-A", "-d", options.tool):
        fields = line.split()
        if len(fields) != 3 or not fields[2].isdigit() or fields[2] == "0" or "bss" in fields[0]:
            continue
        name, begin, end = fields[0], int(fields[2]), int(fields[2]) + int(fields[1])
        if name not in (".text", "__managedcode", ".data"):
            parts["unwind tables" if "eh_" in name else "constants and metadata (.rodata)" if name == ".rodata" else "other sections"] += end - begin
            continue
        inside = [(address, symbol) for address, symbol in symbols if begin <= address < end] + [(end, "")]
        parts[f"other bytes of {name}"] += inside[0][0] - begin
        for (address, symbol), (following, _) in zip(inside, inside[1:]):
            parts[_native(symbol) if name == ".text" else _managed(symbol) + (", type data" if name == ".data" else "")] += following - address
    with open(options.tool, "rb") as file:
        total = file.seek(0, 2)
    keep(options.results, "size", [{"part": part, "bytes": count} for part, count in parts.most_common() if count])
    text = [f"### The binary: {total:,} bytes. Its ten biggest parts\n", "| part | bytes | share |", "|---|---|---|"]
    text += [f"| {part} | {count:,} | {100 * count / total:.0f} % |" for part, count in parts.most_common(10)]
    return "\n".join(text), [("binary", "17 MB", f"{total / 1e6:.1f} MB")]


ALL = {"start": start, "reads": reads, "whole": whole, "growth": growth, "rules": rules, "long": long, "fleet": fleet, "size": size, "huge": huge, "offline": offline, "offline-huge": offline_huge, "inspect": inspect}

LIBRARIES = {
    "EtcdDefrag": "etcd-defrag itself", "etcd_defrag": "etcd-defrag itself", "Google_Protobuf": "Google.Protobuf", "System_Net_Http": "System.Net.Http",
    "System_Net_Security": "System.Net.Security", "System_Net_Sockets": "System.Net.Sockets", "System_Security_Cryptography": "System.Security.Cryptography",
    "S_P_CoreLib": "System.Private.CoreLib", "System_": "other libraries of .NET",
}


def _managed(symbol):
    """The library that the code is of; of a generic one, the library that uses it, where that is one of those named first."""
    return next((library for name, library in LIBRARIES.items() if name in symbol), "System.Private.CoreLib")


def _native(symbol):
    runtime = re.match(r"_Z|Rh|RH|Pal|GC|Sys|minipal|SystemNative|CryptoNative|Compression|Brotli|Globalization", symbol)
    return ".NET runtime, native code" if runtime else "OpenSSL"


def _lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _one_run(cluster, argv):
    before = cluster.defragmented_seconds()
    command = Command("run", argv)
    log = f"{cluster.folder}/run.log"
    with_log = Command(command.name, ["sh", "-c", 'exec "$@" >"$0" 2>&1', log, *argv])
    sample = run(with_log)
    servers = (cluster.defragmented_seconds() - before) * 1e3
    with open(log, encoding="utf-8") as file:
        text = file.read()
    waits = sum(_milliseconds(told) for told in re.findall(r"Waiting for (\S+) for next operation|have freed what was compacted\. took (\S+)", text) for told in told if told)
    return {**sample, "servers_ms": servers, "waits_ms": waits, "own_ms": sample["wall_ms"] - servers - waits}


def _milliseconds(duration):
    """A duration as Go prints it."""
    units = {"h": 3.6e6, "m": 6e4, "s": 1e3, "ms": 1.0, "µs": 1e-3, "ns": 1e-6}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(h|ms|µs|ns|m|s)", duration))


def _compared(title, samples, commands, other):
    text = [f"### {title}\n", "| command | wall / that of etcdctl | wall ms | CPU ms | peak MiB | connections | bytes sent | files opened |", "|---|---|---|---|---|---|---|---|"]
    for command in commands:
        world, own = traffic(command), samples[command.name]
        text.append(
            f"| {command.name} | {ratio(samples, command.name, other):.2f} | {spread(own, 'wall_ms')} | {spread(own, 'cpu_ms')} | {spread(own, 'peak_mib')} "
            f"| {world['connections']} | {world['bytes_sent']} | {world['files_opened']} |")
    return "\n".join(text) + "\n"


def _keep(options, name, samples):
    keep(options.results, name, [{"command": command, "run": turn, **sample} for command, own in samples.items() for turn, sample in enumerate(own)])


def _grouped(rows, *names):
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups.items()
