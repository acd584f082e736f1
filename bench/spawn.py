"""Starts commands for measure.py and tells how each ended. Imports nothing that it can do without: a child's peak memory begins with ours."""
import os
import time
from posix import POSIX_SPAWN_OPEN

QUIET = [(POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
requests, answers = os.fdopen(0, "rb"), os.fdopen(1, "wb")
while length := requests.read(8):
    arguments, _, variables = requests.read(int(length)).partition(b"\0\0")
    argv = arguments.split(b"\0")
    environment = dict(line.split(b"=", 1) for line in variables.split(b"\0") if line)
    begun = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, environment, file_actions=QUIET)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    answers.write(b"%d %f %f %d\n" % (os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
    answers.flush()
