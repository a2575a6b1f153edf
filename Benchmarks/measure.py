"""Measures the runner and the floor of every workload in turns; started by Benchmarks/run, which brings the servers."""
import argparse
import fnmatch
import json
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, ".work")
OUT, FLOOR_OUT = os.path.join(WORK, "out.json"), os.path.join(WORK, "floor.json")
CACHE, COLD_CACHE = os.path.join(WORK, "cache"), os.path.join(WORK, "cold-cache")
TABLE = """create table if not exists bench_rows (id int primary key, uuid text, name text, email text, age int,
    score float8, active boolean, created_at timestamptz)"""


def state(name):
    return os.path.join(WORK, "state", name)


class Workload:
    """A job, the program that does the same work with as little as possible, and what to reach.

    `wall` and `peak` limit the ratios, `ms` and `MiB` what the runner takes. `less` is a workload whose times are
    subtracted, to leave start-up out. One that only `compiles` has no final state.
    """

    def __init__(self, name, job, adaptor, input_name, floor_name, floor, wall=None, peak=None, ms=None, MiB=None,
                 cold=False, before=None, check=None, less=None, compiles=False):
        self.name, self.job, self.adaptor, self.input_name = name, job, adaptor, input_name
        self.floor_name, self.floor = floor_name, floor
        self.targets = {"wall": wall, "peak": peak, "ms": ms, "MiB": MiB}
        self.cold, self.before, self.check, self.less = cold, before, check, less
        self.compiles = compiles


def psql(*commands):
    """The runner's rival where rows are stored; Benchmarks/run has set PGHOST and so on."""
    return [shutil.which("psql") or "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"] + [
        word for command in commands for word in ("-c", command)]


def sql(*commands):
    run = subprocess.run(psql(*commands), capture_output=True, text=True)
    if run.returncode:
        raise SystemExit("psql: " + run.stderr.strip())
    return run.stdout.strip()


def truncate():
    sql("truncate bench_rows")


def all_rows_there():
    found = sql("select count(*) from bench_rows")
    return None if found == "10000" else "the table has %s rows instead of 10000" % found


def same_json():
    """Node compares, so that 50 MB of JSON do not become this process's memory."""
    test = ("const r = f => JSON.parse(require('fs').readFileSync(f));"
            "require('assert').deepStrictEqual(r(process.argv[1]), r(process.argv[2]))")
    run = subprocess.run(["node", "-e", test, OUT, FLOOR_OUT], capture_output=True)
    return "the runner's result differs from the floor's" if run.returncode else None


def count(expected):
    def check():
        with open(OUT, encoding="utf-8") as file:
            found = json.load(file)["count"]
        return None if found == expected else "%s rows were counted instead of %s" % (found, expected)
    return check


def each(rows):
    """A loop over rows that the job makes itself."""
    node = shutil.which("node") or "node"
    return Workload("each-%d" % rows, "each-sync", "common", "count-%d" % rows, "for loop in node",
                    [node, os.path.join(HERE, "floors", "each-sync.js"), str(rows)], check=count(rows))


def workloads(url):
    node, curl = (shutil.which(name) or name for name in ("node", "curl"))
    copy = "\\copy bench_rows from '%s'" % state("pg-10k.tsv")
    fetch = [curl, "-sf", "-o", "/dev/null", "--noproxy", "*"]
    post = [curl, "--noproxy", "*", "--config"]
    start = ("node -e 0", [node, "-e", "0"])
    loop = each(100000)
    loop.name, loop.less, loop.targets["wall"] = "each-100k", each(0), 2
    return [
        Workload("noop", "noop", "common", "empty", *start, wall=0.4, peak=0.9),
        Workload("noop-cold", "noop", "common", "empty", *start, wall=0.8, cold=True),
        Workload("get-small", "get-small", "http", "empty", "curl", fetch + [url + "/items"]),
        Workload("get-big", "get-big", "http", "empty", "curl", fetch + [url + "/big"]),
        Workload("each-post-1k", "each-post", "http", "each-1k", "curl, one connection",
                 post + [state("curl-1k.cfg")], wall=1.25),
        Workload("each-post-10k", "each-post", "http", "each-10k", "curl, one connection",
                 post + [state("curl-10k.cfg")]),
        Workload("pg-insert-10k", "pg-insert", "postgresql", "pg-10k", "psql \\copy",
                 psql("truncate bench_rows", copy), wall=3, before=truncate, check=all_rows_there),
        Workload("pg-upsert-10k", "pg-upsert", "postgresql", "pg-10k", "psql \\copy",
                 psql(copy), wall=3, before=truncate, check=all_rows_there),
        Workload("json-map", "json-map", "common", "json-50mb", "bare node",
                 [node, os.path.join(HERE, "floors", "json-map.js"), state("json-50mb.json"), FLOOR_OUT],
                 wall=0.8, peak=0.8, check=same_json),
        Workload("csv-1m", "parse-csv", "http", "empty", "python csv.DictReader",
                 [sys.executable, os.path.join(HERE, "floors", "parse-csv.py"), os.path.join(WORK, "www", "rows.csv")],
                 wall=0.5, MiB=120, check=count(1000000)),
        loop,
        Workload("compile-1mb", os.path.join(WORK, "operations.js"), "common", "empty", "node --check",
                 [node, "--check", os.path.join(WORK, "operations.js")], ms=1000, MiB=200, cold=True,
                 compiles=True),
    ]


class Spawner:
    """The small process that starts everything measured; see spawn.py."""

    def __init__(self, cache):
        env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-I", os.path.join(HERE, "spawn.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, cwd=HERE, env=dict(env, XDG_CACHE_HOME=cache))

    def run(self, name, command):
        """Wall time in ms and peak in MiB of one run; a failure ends everything."""
        log = os.path.join(WORK, "log")
        self.process.stdin.write("\t".join([log] + command) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer or answer[0] != "0":
            with open(log, encoding="utf-8", errors="replace") as text:
                lines = text.read().splitlines()[-20:]
            raise SystemExit("%s failed with status %s:\n%s\n%s" % (
                name, answer[0] if answer else "unknown", " ".join(command), "\n".join(lines)))
        return float(answer[1]) / 1e6, float(answer[2]) / 1024

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(workload, adaptor, rounds, spawners):
    """Lists of (wall, peak) of the runner and of its floor, taken in turns."""
    job = workload.job if os.path.isabs(workload.job) else os.path.join(HERE, "jobs", workload.job + ".js")
    command = [adaptor, job, "-a", workload.adaptor,
               "-s", state(workload.input_name + ".json"), "-o", OUT]
    if workload.compiles:
        command = [adaptor, "compile", job, "-a", workload.adaptor]
    spawner = spawners["cold" if workload.cold else "warm"]

    def one(who, argv):
        if workload.cold:
            shutil.rmtree(COLD_CACHE, ignore_errors=True)
        if workload.before:
            workload.before()
        return spawner.run("%s (%s)" % (workload.name, who), argv)

    def runner():
        if os.path.exists(OUT):
            os.unlink(OUT)
        result = one("runner", command)
        if not os.path.exists(OUT) and not workload.compiles:
            raise SystemExit("%s: the runner wrote no final state" % workload.name)
        return result

    def floor():
        return one("floor", workload.floor)

    floor()  # unmeasured: files and programs are in the page cache, the job is compiled
    runner()
    problem = workload.check and workload.check()
    if problem:
        raise SystemExit("%s: %s" % (workload.name, problem))
    results = {runner: [], floor: []}
    for number in range(rounds):
        for each in (runner, floor) if number % 2 == 0 else (floor, runner):
            results[each].append(each())
        progress("%-14s %d/%d" % (workload.name, number + 1, rounds))
    progress("")
    return results[runner], results[floor]


def progress(text):
    """One line that is written over, only on a terminal."""
    if sys.stderr.isatty():
        print("\r\033[K" + text, end="", file=sys.stderr, flush=True)


def medians(results):
    return [statistics.median(column) for column in zip(*results)]


def table_row(workload, ours, floor, less=(0, 0)):
    """The cells of one workload, and whether its targets are met."""
    (wall, peak), (floor_wall, floor_peak) = medians(ours), medians(floor)
    wall, floor_wall = wall - less[0], floor_wall - less[1]
    ratios = {"wall": wall / floor_wall, "peak": peak / floor_peak}
    targets = {name: limit for name, limit in workload.targets.items() if limit}
    reached = dict(ratios, ms=wall, MiB=peak)
    met = all(reached[name] <= limit for name, limit in targets.items())
    return [workload.name, "%.1f" % wall, "%.1f" % peak, workload.floor_name, "%.1f" % floor_wall,
            "%.1f" % floor_peak, "%.2f" % ratios["wall"], "%.2f" % ratios["peak"],
            ", ".join("%s ≤ %g" % item for item in targets.items()) or "–",
            ("ok" if met else "MISS") if targets else "–"], met


def print_row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--adaptor", required=True)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", action="append", metavar="NAME")
    options = parser.parse_args()
    chosen = [w for w in workloads(os.environ["BENCH_HTTP_URL"])
              if not options.only or any(fnmatch.fnmatchcase(w.name, p) for p in options.only)]
    sql("set client_min_messages = warning", TABLE)
    spawners = {"warm": Spawner(CACHE), "cold": Spawner(COLD_CACHE)}
    print_row(["workload", "adaptor ms", "peak MiB", "floor", "floor ms", "floor peak MiB", "ratio wall",
               "ratio peak", "target", ""])
    print_row(["---", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---", "---"])
    all_met = True
    try:
        for workload in chosen:
            def measured(each):
                return measure(each, options.adaptor, options.rounds, spawners)
            less = [medians(runs)[0] for runs in measured(workload.less)] if workload.less else (0, 0)
            cells, met = table_row(workload, *measured(workload), less)
            print_row(cells)
            all_met = all_met and met
    finally:
        for spawner in spawners.values():
            spawner.close()
    return 0 if all_met else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
