"""Runs commands as whole processes and keeps what the operating system says about each."""
import csv
import glob
import os
import re
import statistics
import subprocess
import sys
import tempfile

WARMING = 2  # turns that are not counted: they warm the caches


class Command:
    """A command with a name for the tables, and how it may end."""

    def __init__(self, name, argv, env=None, codes=(0,)):
        self.name, self.argv, self.codes = name, argv, codes
        self.env = {**os.environ, **(env or {})}


_spawner = subprocess.Popen(
    [sys.executable, "-I", "-S", f"{os.path.dirname(os.path.abspath(__file__))}/spawn.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def run(command):
    """One run: wall and CPU in milliseconds, peak memory in MiB."""
    request = b"\0".join(os.fsencode(part) for part in command.argv) + b"\0\0" + b"\0".join(os.fsencode(f"{name}={value}") for name, value in command.env.items())
    _spawner.stdin.write(b"%8d" % len(request) + request)
    _spawner.stdin.flush()
    code, wall, cpu, peak = _spawner.stdout.readline().split()
    if int(code) not in command.codes:
        raise RuntimeError(f"{' '.join(command.argv)} ended with {int(code)}")
    return {"wall_ms": float(wall) * 1e3, "cpu_ms": float(cpu) * 1e3, "peak_mib": int(peak) / 1024}


def floor_mib():
    """What the smallest program seems to take: a child begins as a copy of the spawner, and the kernel counts that into its peak."""
    return run(Command("true", ["true"]))["peak_mib"]


def in_turns(commands, runs):
    """Each command so many times, in turns (A B C A B C …), so that a drift of the machine meets all alike."""
    samples = {command.name: [] for command in commands}
    for turn in range(runs + WARMING):
        for command in commands:
            sample = run(command)
            if turn >= WARMING:
                samples[command.name].append(sample)
    return samples


def traffic(command):
    """What one run does to the world: connections opened, bytes sent over TCP, files opened. By strace."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["strace", "-ff", "-yy", "-e", "trace=connect,sendto,sendmsg,write,writev,openat,open", "-o", f"{folder}/t", *command.argv],
            env=command.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        lines = [line for path in glob.glob(f"{folder}/t.*") for line in open(path, encoding="utf-8", errors="replace")]
    sent = (re.match(r"(?:sendto|sendmsg|write|writev)\(\d+<TCP.*\) = (\d+)$", line) for line in lines)
    return {
        "connections": sum(bool(re.match(r"connect\(\d+<TCP", line)) for line in lines),
        "bytes_sent": sum(int(match.group(1)) for match in sent if match),
        "files_opened": sum(bool(re.match(r"open(at)?\(.*\) = \d", line)) for line in lines),
    }


def median(samples, figure):
    return statistics.median(sample[figure] for sample in samples)


def spread(samples, figure, digits=1):
    """median (min - max), for a table."""
    values = [sample[figure] for sample in samples]
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(samples, one, other, figure="wall_ms"):
    """The median of the ratios run by run."""
    return statistics.median(a[figure] / b[figure] for a, b in zip(samples[one], samples[other]))


def keep(folder, name, rows):
    """Writes raw samples: one row each."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
