"""Runs commands for measure.py and says what each took.

One command per line on stdin: log file, then the program and its arguments, separated by tabs. Two lines of answer:
the process id at once; exit status, wall time in ns and peak memory in KiB at the end. Linux counts the memory of the
process that starts a program as that program's own peak, so this one imports next to nothing and is started with
`python3 -S -I`.
"""
import os
import sys
import time


def run(line):
    log, *command = line.rstrip("\n").split("\t")
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
               (os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)]
    began = time.perf_counter_ns()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    print(pid, flush=True)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter_ns() - began
    os.close(output)
    print(os.waitstatus_to_exitcode(status), wall, usage.ru_maxrss, flush=True)


try:
    for request in sys.stdin:
        run(request)
except KeyboardInterrupt:  # measure.py, interrupted too, says what there is to say
    pass
