#!/usr/bin/env python3
"""Black-box conformance harness (Python standard library only; psql and a PostgreSQL server for SQL cases).

    run.py --runner 'PROGRAM [ARGS]' [--area NAME] [--only ID] [--jobs N] [--upstream] [--pending FILE] [FILE.json ...]

Each case runs `PROGRAM job.js -a ADAPTOR -s state.json -o out.json ARGS` in a scratch directory and its
output is compared with what the case expects. See README.md for the format.
"""
import argparse
import concurrent.futures
import fnmatch
import glob
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MATCHERS = {"$any", "$type", "$regex", "$subset", "$oneOf", "$unordered", "$length", "$absent", "$empty", "$contains"}
LOCK = threading.Lock()
PENDING = object()  # outcome of a case that fails and may


# ---------------------------------------------------------------------------------------- comparing
def kind(v):
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "boolean"
    if isinstance(v, (int, float)):
        return "number"
    return {str: "string", list: "array", dict: "object"}[type(v)]


def short(v, limit=110):
    text = json.dumps(v, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= limit else text[:limit - 1] + "…"


def is_matcher(e):
    return isinstance(e, dict) and len(e) == 1 and next(iter(e)) in MATCHERS


def diff(expected, actual, path="$"):
    """List of differences, empty when `actual` satisfies `expected`."""
    if is_matcher(expected):
        op, want = next(iter(expected.items()))
        if op == "$any":
            return []
        if op == "$absent":
            return ["%s: should be absent, is %s" % (path, short(actual))]
        if op == "$type":
            return [] if kind(actual) == want else ["%s: expected a %s, got %s" % (path, want, short(actual))]
        if op == "$regex":
            ok = isinstance(actual, str) and re.search(want, actual)
            return [] if ok else ["%s: %s does not match /%s/" % (path, short(actual), want)]
        if op == "$length":
            ok = isinstance(actual, (list, str, dict)) and len(actual) == want
            return [] if ok else ["%s: expected length %s, got %s" % (path, want, short(actual))]
        if op == "$contains":
            ok = isinstance(actual, str) and want in actual
            return [] if ok else ["%s: %s lacks %s" % (path, short(actual), short(want))]
        if op == "$oneOf":
            tried = [diff(w, actual, path) for w in want]
            return [] if any(not t for t in tried) else ["%s: %s is none of %s" % (path, short(actual), short(want))]
        if op == "$subset":
            if not isinstance(actual, dict):
                return ["%s: expected an object, got %s" % (path, short(actual))]
            return diff_object(want, {k: actual[k] for k in want if k in actual}, path)
        if op == "$unordered":
            if not isinstance(actual, list) or len(actual) != len(want):
                return ["%s: expected %d items in any order, got %s" % (path, len(want), short(actual))]
            left = list(actual)
            for w in want:
                for i, a in enumerate(left):
                    if not diff(w, a, path):
                        del left[i]
                        break
                else:
                    return ["%s: no item equal to %s" % (path, short(w))]
            return []
    if kind(expected) != kind(actual):
        return ["%s: expected %s, got %s" % (path, short(expected), short(actual))]
    if isinstance(expected, dict):
        return diff_object(expected, actual, path)
    if isinstance(expected, list):
        out = []
        if len(expected) != len(actual):
            out.append("%s: expected %d items, got %d" % (path, len(expected), len(actual)))
        for i, (e, a) in enumerate(zip(expected, actual)):
            out += diff(e, a, "%s[%d]" % (path, i))
        return out
    if expected != actual:
        return ["%s: expected %s, got %s" % (path, short(expected), short(actual))]
    return []


def diff_object(expected, actual, path):
    out = []
    for k, e in expected.items():
        where = "%s.%s" % (path, k)
        if k not in actual:
            if not (is_matcher(e) and "$absent" in e):
                out.append("%s: missing, expected %s" % (where, short(e)))
        else:
            out += diff(e, actual[k], where)
    for k in actual:
        if k not in expected:
            out.append("%s.%s: unexpected %s" % (path, k, short(actual[k])))
    return out


def scrub(v):
    """Drop what changes from run to run: durations of responses, transport headers."""
    if isinstance(v, list):
        return [scrub(x) for x in v]
    if isinstance(v, dict):
        out = {}
        for k, x in v.items():
            if k == "duration" and "statusCode" in v:
                continue
            if k == "headers" and isinstance(x, dict):
                x = {h: y for h, y in x.items() if h not in ("date", "connection", "keep-alive", "server")}
            out[k] = scrub(x)
        return out
    return v


# ---------------------------------------------------------------------------------------- peers
class EchoServer:
    def __init__(self):
        self.proc = subprocess.Popen([sys.executable, os.path.join(HERE, "echo_server.py")],
                                     stdout=subprocess.PIPE, text=True)
        self.urls = json.loads(self.proc.stdout.readline())

    def stop(self):
        self.proc.terminate()
        try:
            self.proc.wait(5)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    return port


class Postgres:
    """The server named by PGHOST & co., or a scratch cluster that is removed afterwards."""

    def __init__(self):
        self.proc = self.dir = None
        self.psql = shutil.which("psql")
        env = os.environ
        if env.get("PGHOST"):
            self.conf = {"host": env["PGHOST"], "port": int(env.get("PGPORT", "5432")),
                         "user": env.get("PGUSER", "postgres"), "password": env.get("PGPASSWORD", ""),
                         "admin_db": env.get("PGDATABASE", "postgres")}
        else:
            self.start_scratch()

    def start_scratch(self):
        bins = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"),
                      key=lambda p: [int(x) for x in re.findall(r"\d+", p)])
        initdb = bins[-1] if bins else shutil.which("initdb")
        if not initdb:
            raise RuntimeError("no PostgreSQL binaries found and PGHOST is not set")
        bindir = os.path.dirname(initdb)
        if not self.psql:
            self.psql = os.path.join(bindir, "psql")
        as_user = {}
        self.dir = tempfile.mkdtemp(prefix="conf-pg-")
        if os.geteuid() == 0:
            import pwd
            who = pwd.getpwnam("postgres")
            as_user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
            os.chown(self.dir, who.pw_uid, who.pw_gid)
        password, pwfile = secrets.token_hex(8), os.path.join(self.dir, "pw")
        with open(pwfile, "w") as f:
            f.write(password + "\n")
        os.chmod(pwfile, 0o644)
        data = os.path.join(self.dir, "data")
        subprocess.run([initdb, "-D", data, "-U", "conformance", "--pwfile", pwfile, "-A", "scram-sha-256",
                        "-E", "UTF8", "--locale=C", "--no-sync"],
                       check=True, cwd=self.dir, stdout=subprocess.DEVNULL, **as_user)
        os.unlink(pwfile)
        port = free_port()
        self.proc = subprocess.Popen(
            [os.path.join(bindir, "postgres"), "-D", data, "-p", str(port), "-k", self.dir, "-h", "127.0.0.1",
             "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "timezone=UTC",
             "-c", "max_connections=60", "-c", "shared_buffers=32MB"],
            cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)
        self.conf = {"host": "127.0.0.1", "port": port, "user": "conformance", "password": password,
                     "admin_db": "postgres"}
        for _ in range(150):
            if self.proc.poll() is not None:
                raise RuntimeError("the scratch PostgreSQL did not start")
            try:
                self.run_sql("postgres", "select 1")
                return
            except RuntimeError:
                time.sleep(0.1)
        raise RuntimeError("the scratch PostgreSQL did not answer")

    def run_sql(self, database, sql):
        c = self.conf
        env = dict(os.environ, PGPASSWORD=c["password"], PGCONNECT_TIMEOUT="10", PGOPTIONS="")
        r = subprocess.run([self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", c["host"],
                            "-p", str(c["port"]), "-U", c["user"], "-d", database],
                           input=sql, env=env, text=True, capture_output=True)
        if r.returncode:
            raise RuntimeError(r.stderr.strip())
        return r.stdout.strip()

    def create(self, name):
        with LOCK:  # two concurrent copies of a template database get in each other's way
            self.run_sql(self.conf["admin_db"], 'CREATE DATABASE "%s" TEMPLATE template0' % name)

    def drop(self, name):
        try:
            self.run_sql(self.conf["admin_db"], 'DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % name)
        except RuntimeError:
            pass

    def rows(self, database, query):
        text = self.run_sql(database, "select coalesce(json_agg(row_to_json(t)), '[]') from (%s) t" % query)
        return json.loads(text)

    def stop(self):
        if self.proc:
            self.proc.send_signal(signal.SIGINT)
            try:
                self.proc.wait(15)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        if self.dir:
            shutil.rmtree(self.dir, ignore_errors=True)


# ---------------------------------------------------------------------------------------- one case
def substitute(value, vars_):
    if isinstance(value, str):
        if value in vars_:
            return vars_[value]
        for k, v in vars_.items():
            if k in value:
                value = value.replace(k, str(v))
        return value
    if isinstance(value, list):
        return [substitute(v, vars_) for v in value]
    if isinstance(value, dict):
        return {k: substitute(v, vars_) for k, v in value.items()}
    return value


def needs_pg(case):
    text = json.dumps(case)
    return "${PG_" in text or "setup_sql" in case or "sql_after" in case.get("expect", {})


class Outcome:
    def __init__(self, exit_code, stdout, state, raw):
        self.exit, self.stdout, self.state, self.raw = exit_code, stdout, state, raw


class Harness:
    def __init__(self, runner, timeout=60, keep=False):
        self.runner = shlex.split(runner)
        if os.sep in self.runner[0]:
            self.runner[0] = os.path.abspath(self.runner[0])
        self.timeout, self.keep = timeout, keep
        self.echo = self.pg = self.pg_error = None

    def start(self, with_pg):
        self.echo = EchoServer()
        if with_pg:
            try:
                self.pg = Postgres()
            except Exception as e:  # cases that need it are skipped
                self.pg_error = str(e)

    def stop(self):
        if self.pg:
            self.pg.stop()
        if self.echo:
            self.echo.stop()

    def execute(self, case, after=None):
        """Run one case; `after(outcome, database)` is called while its database still exists."""
        database = None
        work = tempfile.mkdtemp(prefix="conf-")
        vars_ = {"${HTTP_URL}": self.echo.urls["url"], "${HTTP_URL2}": self.echo.urls["url2"],
                 "${DHIS2_URL}": self.echo.urls["url"] + "/dhis2", "${DIR}": work}
        try:
            if needs_pg(case):
                database = "conf_" + secrets.token_hex(6)
                self.pg.create(database)
                c = self.pg.conf
                vars_.update({"${PG_HOST}": c["host"], "${PG_PORT}": c["port"], "${PG_USER}": c["user"],
                              "${PG_PASSWORD}": c["password"], "${PG_DATABASE}": database})
                if case.get("setup_sql"):
                    self.pg.run_sql(database, ";\n".join(case["setup_sql"]) + ";")
            outcome = self.spawn(case, work, vars_)
            return after(outcome, database) if after else outcome
        finally:
            if database:
                self.pg.drop(database)
            if not self.keep:
                shutil.rmtree(work, ignore_errors=True)
            else:
                print("kept", case["id"], work)

    def spawn(self, case, work, vars_):
        def put(name, text):
            path = os.path.join(work, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(text)

        for name, content in case.get("files", {}).items():
            content = substitute(content, vars_)
            put(name, content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
        if "workflow" in case:
            wf = substitute(case["workflow"], vars_)
            entry = "wf.yaml" if isinstance(wf, str) else "wf.json"
            put(entry, wf if isinstance(wf, str) else json.dumps(wf, ensure_ascii=False))
        else:
            entry = "job.js"
            put(entry, substitute(case["job"], vars_))
        cmd = list(self.runner) + [entry]
        adaptor = case.get("adaptor")
        for a in adaptor if isinstance(adaptor, list) else [adaptor] if adaptor else []:
            cmd += ["-a", a]
        if "state" in case:
            put("state.json", json.dumps(substitute(case["state"], vars_), ensure_ascii=False))
            cmd += ["-s", "state.json"]
        cmd += ["-o", "out.json"] + substitute(case.get("args", []), vars_)
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env.update({"TZ": "UTC", "NO_COLOR": "1", "IGNORE_DOT_ENV": "1"})
        env.update(case.get("env", {}))
        proc = subprocess.Popen(cmd, cwd=work, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)
        try:
            out, _ = proc.communicate(timeout=case.get("timeout", self.timeout))
            code = proc.returncode
        except subprocess.TimeoutExpired:
            os.killpg(proc.pid, signal.SIGKILL)  # its own session: the runner and its children only
            out, _ = proc.communicate()
            code = "timeout"
        stdout = out.decode("utf-8", "replace")
        raw, state = None, {"$absent": True}
        path = os.path.join(work, "out.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                raw = f.read()
            back = [("${DHIS2_URL}", vars_["${DHIS2_URL}"]), ("${HTTP_URL}", vars_["${HTTP_URL}"]),
                    ("${HTTP_URL2}", vars_["${HTTP_URL2}"]), ("${DIR}", vars_["${DIR}"])]
            for name, url in back:
                raw = raw.replace(url, name)
            if raw.strip() == "":
                state = {"$empty": True}
            else:
                try:
                    state = scrub(json.loads(raw))
                except ValueError:
                    state = {"$invalid": raw[:200]}
        return Outcome(code, stdout, state, raw)

    def check(self, case):
        """List of differences for one case."""
        expect = case["expect"]

        def after(o, database):
            out = []
            want = expect.get("exit", 0)
            if want == "nonzero":
                if o.exit in (0, "timeout"):
                    out.append("exit: expected nonzero, got %s" % o.exit)
            elif o.exit != want:
                tail = " | ".join(o.stdout.strip().splitlines()[-4:])
                out.append("exit: expected %s, got %s (%s)" % (want, o.exit, tail[-300:]))
            state = o.state
            if "errors" in expect:
                got = state.get("errors") if isinstance(state, dict) else None
                got = got if isinstance(got, dict) else {}
                for step in sorted(set(got) | set(expect["errors"])):
                    if step not in got:
                        out.append("errors.%s: missing" % step)
                    elif step not in expect["errors"]:
                        out.append("errors.%s: unexpected %s" % (step, short(got[step])))
                    else:
                        out.extend(diff({"$subset": expect["errors"][step]}, got[step], "errors." + step))
                if isinstance(state, dict):
                    state = {k: v for k, v in state.items() if k != "errors"}
            if "state" in expect:
                want = expect["state"]
                if is_matcher(want) and next(iter(want)) in ("$absent", "$empty"):
                    if state != want:
                        out.append("output: expected %s, got %s" % (short(want), short(state)))
                elif state in ({"$absent": True}, {"$empty": True}):
                    out.append("output: %s, expected %s" % (short(state), short(want)))
                else:
                    out += diff(want, state)
            for needle in expect.get("stdout_contains", []):
                if isinstance(needle, dict):
                    if not re.search(needle["$regex"], o.stdout):
                        out.append("stdout does not match /%s/" % needle["$regex"])
                elif needle not in o.stdout:
                    out.append("stdout lacks %s" % short(needle))
            for needle in expect.get("stdout_lacks", []):
                if needle in o.stdout:
                    out.append("stdout contains %s" % short(needle))
            for needle in expect.get("output_lacks", []):
                if needle in (o.raw or ""):
                    out.append("output contains %s" % short(needle))
            for item in expect.get("sql_after", []):
                try:
                    rows = self.pg.rows(database, item["query"])
                    out += diff(item["rows"], rows, "sql(%s)" % item["query"])
                except RuntimeError as e:
                    out.append("sql(%s): %s" % (item["query"], e))
            return out

        return self.execute(case, after)


# ---------------------------------------------------------------------------------------- main
def load(files):
    cases, seen = [], set()
    for path in files:
        with open(path, encoding="utf-8") as f:
            for case in json.load(f):
                case["area"] = os.path.splitext(os.path.basename(path))[0]
                if case["id"] in seen:
                    raise SystemExit("duplicate case id " + case["id"])
                seen.add(case["id"])
                cases.append(case)
    return cases


def load_pending(path, known):
    """Reason by id of the cases that may fail; anything odd in the list ends the run, so that it hides nothing."""
    with open(path, encoding="utf-8") as f:
        entries = json.load(f)
    pending = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict) or set(entry) != {"id", "reason"} or not all(
                isinstance(v, str) and v.strip() for v in entry.values()):
            raise SystemExit("%s: every entry is {\"id\": text, \"reason\": text}, not %s" % (path, short(entry)))
        if entry["id"] in pending:
            raise SystemExit("%s: %s is listed twice" % (path, entry["id"]))
        pending[entry["id"]] = entry["reason"]
    unknown = sorted(set(pending) - known)
    if unknown:
        raise SystemExit("%s: there is no case %s: remove it" % (path, ", ".join(unknown)))
    return pending


def main():
    ap = argparse.ArgumentParser(description="Run the conformance suite against a runner.")
    ap.add_argument("files", nargs="*", help="case files (default: suite/*.json next to this program)")
    ap.add_argument("--runner", required=True, help="command under test")
    ap.add_argument("--area", action="append", help="only this area (repeatable)")
    ap.add_argument("--only", action="append", help="only this case id (repeatable, * allowed)")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--timeout", type=float, default=60, help="seconds per case")
    ap.add_argument("--upstream", action="store_true", help="skip cases whose expectation differs from upstream")
    ap.add_argument("--pending", metavar="FILE",
                    help="cases that do not pass yet (default: pending.json next to this program, if present)")
    ap.add_argument("--verbose", action="store_true", help="print a line for every case")
    ap.add_argument("--keep", action="store_true", help="keep the scratch directories")
    args = ap.parse_args()
    suite = sorted(glob.glob(os.path.join(HERE, "suite", "*.json")))
    files = args.files or suite
    cases = load(files)
    pending, default = {}, os.path.join(HERE, "pending.json")
    if args.pending or os.path.exists(default):
        # A list may name cases of files that are not part of this run.
        known = {case["id"] for case in cases + (load(suite) if args.files else [])}
        pending = load_pending(args.pending or default, known)
    if args.area:
        cases = [c for c in cases if c["area"] in args.area]
    if args.only:
        cases = [c for c in cases if any(fnmatch.fnmatchcase(c["id"], p) for p in args.only)]
    skipped = 0
    if args.upstream:
        same = [c for c in cases if c["upstream"] == "same"]
        skipped, cases = len(cases) - len(same), same
    h = Harness(args.runner, args.timeout, args.keep)
    passed = failed = waiting = 0

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    try:
        h.start(any(needs_pg(c) for c in cases))
        if h.pg_error:
            print("SQL cases are skipped: " + h.pg_error)

        def one(case):
            if needs_pg(case) and not h.pg:
                return None
            try:
                result = h.check(case)
            except Exception as e:  # never excused by the list of pending cases
                return ["harness: %s: %s" % (type(e).__name__, e)]
            if case["id"] not in pending:
                return result
            return PENDING if result else ["listed as pending but passes: remove it"]

        pool = concurrent.futures.ThreadPoolExecutor(max(1, args.jobs))
        try:
            for case, result in zip(cases, pool.map(one, cases)):
                label = "%s %s (%s)" % (case["area"], case["id"], case["title"])
                if result is None:
                    skipped += 1
                elif result is PENDING:
                    skipped += 1
                    waiting += 1
                    if args.verbose:
                        print("wait %s: %s" % (label, pending[case["id"]]), flush=True)
                elif result:
                    failed += 1
                    more = "" if len(result) <= 4 else "; and %d more" % (len(result) - 4)
                    text = "; ".join(result[:4]) + more
                    print("FAIL %s: %s" % (label, text.replace("\n", "\\n")), flush=True)
                else:
                    passed += 1
                    if args.verbose:
                        print("ok   " + label, flush=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    finally:
        h.stop()
    if waiting:
        print("%d of the skipped cases are pending" % waiting)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
