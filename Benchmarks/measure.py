"""Measures the runner and the floor of every workload in turns; started by Benchmarks/run, which brings the servers."""
import argparse
import fnmatch
import json
import os
import re
import select
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, ".work")
OUT, FLOOR_OUT = os.path.join(WORK, "out.json"), os.path.join(WORK, "floor.json")
FILES = os.path.join(WORK, "files")
# Where Apache notes every request.
APACHE_LOG = os.environ.get("APACHE_LOG", "")
CACHE, COLD_CACHE = os.path.join(WORK, "cache"), os.path.join(WORK, "cold-cache")
TABLE = """create table if not exists bench_rows (id int primary key, uuid text, name text, email text, age int,
    score float8, active boolean, created_at timestamptz)"""


def state(name):
    return os.path.join(WORK, "state", name)


def job_file(job):
    return job if os.path.isabs(job) else os.path.join(HERE, "jobs", job + ".js")


def run_job(program, job, adaptor, input_name, out):
    return [program, job_file(job), "-a", adaptor, "-s", state(input_name + ".json"), "-o", out]


class Workload:
    """A job, the program that does the same work with as little as possible, and what to reach.

    `wall` and `peak` limit the ratios, `ms` and `MiB` what the runner takes, `over` the ms above the floor, `flat`
    how many times its memory and open files may become after the first quarter of a run. `less` is a workload whose
    times are subtracted, to leave start-up out. One that only `compiles` has no final state. The programs `beside` are
    measured in the same turns, and set no target; `rounds` are the most that a slow workload gets.
    """

    def __init__(self, name, job, adaptor, input_name, floor_name, floor, wall=None, peak=None, ms=None, MiB=None,
                 over=None, flat=None, cold=False, before=None, check=None, less=None, compiles=False, flags=(),
                 beside=(), rounds=None, note=None):
        self.name, self.job, self.adaptor, self.input_name = name, job, adaptor, input_name
        self.floors = [(floor_name, floor), *beside]
        self.targets = {"wall": wall, "peak": peak, "ms": ms, "MiB": MiB, "over": over, "flat": flat}
        self.cold, self.before, self.check, self.less = cold, before, check, less
        self.compiles, self.flags, self.rounds, self.note = compiles, list(flags), rounds, note

    def command(self, adaptor):
        if self.compiles:
            return [adaptor, "compile", job_file(self.job), "-a", self.adaptor]
        return run_job(adaptor, self.job, self.adaptor, self.input_name, OUT) + self.flags


class Failure(Exception):
    """A workload that could not be measured."""


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


def stored(expected):
    def check():
        found = sql("select count(*) from bench_rows")
        return None if found == str(expected) else "the table has %s rows instead of %d" % (found, expected)
    return check


def make_big_table():
    """The rows of `stored`, a million of them; what the first of several calls makes stays."""
    if not sql("select to_regclass('bench_big')"):
        sql("""create table bench_big as select i as id, '00000000-0000-4000-8000-' || lpad(i::text, 12, '0') as uuid,
            'person ' || i as name, 'u' || i || '@example.org' as email, 18 + i % 60 as age, i / 7.0::float8 as score,
            i % 2 = 0 as active, timestamptz '2024-01-01' + i * interval '1 second' as created_at
            from generate_series(1, 1000000) i""", "vacuum analyze bench_big")


def same_json():
    """Node compares, so that 50 MB of JSON do not become this process's memory."""
    test = ("const r = f => JSON.parse(require('fs').readFileSync(f));"
            "require('assert').deepStrictEqual(r(process.argv[1]), r(process.argv[2]))")
    run = subprocess.run(["node", "-e", test, OUT, FLOOR_OUT], capture_output=True)
    return "the runner's result differs from the floor's" if run.returncode else None


def count(expected):
    def check():
        with open(OUT, encoding="utf-8") as file:
            found = json.load(file).get("count")
        return None if found == expected else "%s rows were counted instead of %s" % (found, expected)
    return check


def no_files():
    """What a run wrote does not slow down the next one."""
    shutil.rmtree(FILES, ignore_errors=True)
    os.mkdir(FILES)


def same_file():
    run = subprocess.run(["cmp", os.path.join(WORK, "www", "1gb"), os.path.join(FILES, "out.bin")],
                         capture_output=True, text=True)
    return (run.stdout + run.stderr).strip() or None


def forget_requests():
    os.truncate(APACHE_LOG, 0)


def requests_made(expected):
    """All were answered, with no more round trips than it takes."""
    def check():
        problem = count(1000)()
        with open(APACHE_LOG, encoding="utf-8") as file:
            found = len(file.readlines())
        return problem or (None if found == expected else "%d requests were made instead of %d" % (found, expected))
    return check


def wrk_limit(url):
    """What the server gives to a client that only counts; None without wrk."""
    wrk = shutil.which("wrk")
    if not wrk:
        return None
    report = subprocess.run([wrk, "-t1", "-c64", "-d2s", url], capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec: *([0-9.]+)", report).group(1))
    return "wrk with 64 connections gets %.0f answers a second, 10,000 in %.0f ms" % (rate, 1e7 / rate)


def each(rows):
    """A loop over rows that the job makes itself."""
    node = shutil.which("node") or "node"
    return Workload("each-%d" % rows, "each-sync", "common", "count-%d" % rows, "for loop in node",
                    [node, os.path.join(HERE, "floors", "each-sync.js"), str(rows)], check=count(rows))


def python_copies():
    """COPY as Python's two drivers do it, if Benchmarks/run could install them."""
    python = os.path.join(WORK, "venv", "bin", "python")
    script = os.path.join(HERE, "floors", "pg-copy.py")
    if not os.path.exists(os.path.join(WORK, "venv", "ready")):
        return []
    return [(title, [python, script, name, state("pg-100k.json")])
            for title, name in (("psycopg copy", "psycopg"), ("asyncpg copy_records_to_table", "asyncpg"))]


def workloads(url, adaptor):
    node, curl = (shutil.which(name) or name for name in ("node", "curl"))
    copy, copy_100k = ("\\copy bench_rows from '%s'" % state(name + ".tsv") for name in ("pg-10k", "pg-100k"))
    copy_out = "\\copy (select * from bench_big) to '%s'" % os.path.join(WORK, "copied.tsv")
    get_many, pg_exec = (os.path.join(WORK, "bin", name) for name in ("get-many", "pg-exec"))
    fetch = [curl, "-sf", "-o", "/dev/null", "--noproxy", "*"]
    post = [curl, "--noproxy", "*", "--config"]
    start = ("node -e 0", [node, "-e", "0"])
    get_1k = run_job(adaptor, "get-100k", "http", "count-1000-http", FLOOR_OUT)
    loop = each(100000)
    loop.name, loop.less, loop.targets["wall"] = "each-100k", each(0), 2
    return [
        Workload("noop", "noop", "common", "empty", *start, wall=0.4, peak=0.9),
        Workload("noop-cold", "noop", "common", "empty", *start, wall=0.8, cold=True),
        Workload("get-small", "get-small", "http", "empty", "curl", fetch + [url + "/items"]),
        Workload("get-big", "get-big", "http", "empty", "curl", fetch + [url + "/big"], over=120, MiB=110),
        Workload("get-64", "get-64", "http", "count-10000-http", "C, curl_multi",
                 [get_many, url + "/items", "10000", "64"], wall=1.25, check=count(10000), rounds=5,
                 note=lambda: wrk_limit(url + "/items")),
        Workload("get-100k", "get-100k", "http", "count-100000-http", "C, curl_multi",
                 [get_many, url + "/items", "100000", "16"], MiB=80, flat=1.1, check=count(100000), rounds=1,
                 beside=[("the job over 1,000", get_1k)]),
        Workload("digest-1k", "digest", "http", "digest-1k", "curl --digest, one process",
                 [curl, "--noproxy", "*", "--config", state("digest-1k.cfg")], before=forget_requests,
                 check=requests_made(1001), rounds=5),
        Workload("download-1gb", "download", "http", "empty", "curl -o",
                 [curl, "-sf", "--noproxy", "*", "-o", os.path.join(FILES, "floor.bin"), url + "/1gb"],
                 wall=1.11, MiB=60, flags=["--files", FILES], before=no_files, check=same_file, rounds=3),
        Workload("each-post-1k", "each-post", "http", "each-1k", "curl, one connection",
                 post + [state("curl-1k.cfg")], wall=1.25),
        Workload("each-post-10k", "each-post", "http", "each-10k", "curl, one connection",
                 post + [state("curl-10k.cfg")], wall=1.25, MiB=70, rounds=5),
        Workload("pg-insert-10k", "pg-insert", "postgresql", "pg-10k", "psql \\copy",
                 psql("truncate bench_rows", copy), wall=3, before=truncate, check=stored(10000)),
        Workload("pg-upsert-10k", "pg-upsert", "postgresql", "pg-10k", "psql \\copy",
                 psql(copy), wall=3, before=truncate, check=stored(10000)),
        Workload("pg-insert-100k", "pg-insert", "postgresql", "pg-100k", "psql \\copy",
                 psql("truncate bench_rows", copy_100k), wall=1.2, MiB=130, before=truncate, check=stored(100000),
                 rounds=5, beside=python_copies()),
        Workload("pg-upsert-100k", "pg-upsert", "postgresql", "pg-100k", "psql \\copy",
                 psql(copy_100k), wall=2.2, MiB=130, before=truncate, check=stored(100000), rounds=5),
        Workload("pg-stream-1m", "pg-stream", "postgresql", "pg-none", "psql \\copy to a file",
                 psql(copy_out), wall=2, MiB=60, before=make_big_table, check=count(1000000), rounds=3),
        Workload("pg-sql-10k", "pg-sql", "postgresql", "pg-none", "C, PQexecParams", [pg_exec, "10000"], wall=1.5,
                 before=truncate, check=stored(10000), rounds=3),
        Workload("pg-pipelined-10k", "pg-sql-pipelined", "postgresql", "pg-none", "C, PQexecParams",
                 [pg_exec, "10000"], wall=0.5, before=truncate, check=stored(10000), rounds=3),
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
        # No buffer: what it holds back, select does not see.
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-I", os.path.join(HERE, "spawn.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=0, cwd=HERE, env=dict(env, XDG_CACHE_HOME=cache))

    def run(self, name, command, watched=False):
        """Wall time in ms, peak in MiB and growth (see `flat`; 0 unless watched) of one run."""
        log = os.path.join(WORK, "log")
        self.process.stdin.write(("\t".join([log] + command) + "\n").encode())
        pid = self.process.stdout.readline().strip().decode()
        samples = self.watch(pid) if watched else []
        answer = self.process.stdout.readline().split()
        if not answer or answer[0] != b"0":
            with open(log, encoding="utf-8", errors="replace") as text:
                lines = text.read().splitlines()[-20:]
            raise Failure("%s failed with status %s:\n%s\n%s" % (
                name, answer[0].decode() if answer else "unknown", " ".join(command), "\n".join(lines)))
        return float(answer[1]) / 1e6, float(answer[2]) / 1024, growth(samples) if watched else 0

    def watch(self, pid):
        """Memory pages and open files, twice a second until the process ends."""
        samples = []
        while not select.select([self.process.stdout], [], [], 0.5)[0]:
            with open("/proc/%s/statm" % pid, encoding="ascii") as file:
                samples.append((int(file.read().split()[1]), len(os.listdir("/proc/%s/fd" % pid))))
        return samples

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def growth(samples):
    """The most of memory or open files after the first quarter of a run, divided by the most within it."""
    quarter = len(samples) // 4
    if not quarter:
        raise Failure("the run was too short to see whether it grows")
    return max(max(column[quarter:]) / max(column[:quarter]) for column in zip(*samples))


def measure(workload, adaptor, rounds, spawners):
    """Lists of (wall, peak, growth) of the runner and of its floors, taken in turns."""
    spawner = spawners["cold" if workload.cold else "warm"]

    def one(who, argv, watched=False):
        if workload.cold:
            shutil.rmtree(COLD_CACHE, ignore_errors=True)
        if workload.before:
            workload.before()
        return spawner.run("%s (%s)" % (workload.name, who), argv, watched)

    def runner():
        if os.path.exists(OUT):
            os.unlink(OUT)
        result = one("runner", workload.command(adaptor), bool(workload.targets["flat"]))
        if not os.path.exists(OUT) and not workload.compiles:
            raise Failure("%s: the runner wrote no final state" % workload.name)
        return result

    turns = [runner] + [lambda floor=floor: one(*floor) for floor in workload.floors]
    for each in reversed(turns):  # unmeasured: files and programs are in the page cache, the job is compiled
        each()
    problem = workload.check and workload.check()
    if problem:
        raise Failure("%s: %s" % (workload.name, problem))
    results = {each: [] for each in turns}
    rounds = min(rounds, workload.rounds or rounds)
    for number in range(rounds):
        for each in turns if number % 2 == 0 else reversed(turns):
            results[each].append(each())
        progress("%-14s %d/%d" % (workload.name, number + 1, rounds))
    progress("")
    return list(results.values())


def progress(text):
    """One line that is written over, only on a terminal."""
    if sys.stderr.isatty():
        print("\r\033[K" + text, end="", file=sys.stderr, flush=True)


def medians(results):
    return [statistics.median(column) for column in zip(*results)]


def table_rows(workload, results, less):
    """The cells of one workload, and whether its targets are met. A program beside has a row of its own."""
    ours, *others = [medians(runs) for runs in results]
    rows = [table_row(workload, ours, name, other, less) for (name, _), other in zip(workload.floors, others)]
    for row in rows[1:]:
        row[0][-2:] = ["–", "–"]
    return [cells for cells, _ in rows], rows[0][1]


def table_row(workload, ours, floor_name, floor, less):
    (wall, peak, grown), (floor_wall, floor_peak, _) = ours, floor
    wall, floor_wall = wall - less[0], floor_wall - less[1]
    ratios = {"wall": wall / floor_wall, "peak": peak / floor_peak}
    targets = {name: limit for name, limit in workload.targets.items() if limit}
    reached = dict(ratios, ms=wall, MiB=peak, over=wall - floor_wall, flat=grown)
    missed = ["%s %.4g" % (name, reached[name]) for name, limit in targets.items() if reached[name] > limit]
    return [workload.name, "%.1f" % wall, "%.1f" % peak, floor_name, "%.1f" % floor_wall,
            "%.1f" % floor_peak, "%.2f" % ratios["wall"], "%.2f" % ratios["peak"],
            ", ".join("%s ≤ %g" % item for item in targets.items()) or "–",
            ("MISS: " + ", ".join(missed) if missed else "ok") if targets else "–"], not missed


def print_row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def report(workload, options, spawners):
    """Measures one workload and prints its rows; whether its targets are met."""
    def measured(each):
        return measure(each, options.adaptor, options.rounds, spawners)
    try:
        less = [medians(runs)[0] for runs in measured(workload.less)] if workload.less else (0, 0)
        rows, met = table_rows(workload, measured(workload), less)
    except Failure as failure:
        print(failure, file=sys.stderr)
        rows, met = [[workload.name] + ["–"] * 8 + ["FAILED"]], False
    for cells in rows:
        print_row(cells)
    return met


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--adaptor", required=True)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", action="append", metavar="NAME")
    options = parser.parse_args()
    chosen = [w for w in workloads(os.environ["BENCH_HTTP_URL"], options.adaptor)
              if not options.only or any(fnmatch.fnmatchcase(w.name, p) for p in options.only)]
    sql("set client_min_messages = warning", TABLE)
    spawners = {"warm": Spawner(CACHE), "cold": Spawner(COLD_CACHE)}
    print_row(["workload", "adaptor ms", "peak MiB", "floor", "floor ms", "floor peak MiB", "ratio wall",
               "ratio peak", "target", ""])
    print_row(["---", "---:", "---:", "---", "---:", "---:", "---:", "---:", "---", "---"])
    try:
        met = [report(workload, options, spawners) for workload in chosen]
    finally:
        for spawner in spawners.values():
            spawner.close()
    for workload in chosen:
        note = workload.note and workload.note()
        if note:
            print("\n%s: %s" % (workload.name, note))
    return 0 if all(met) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
