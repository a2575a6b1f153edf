#!/usr/bin/env python3
"""Black-box tests of the command line program (Python standard library only).

    run.py [--adaptor PATH] [--only PATTERN] [--verbose]

Each test is a function whose docstring says what the program promises. It gets a scratch directory of its own,
with its own HOME and cache. The last line is `N passed, N failed, N skipped`; the exit status is 1 when one failed.

The SQL tests need the postgresql adaptor, and PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE naming a server.
"""
import argparse
import base64
import concurrent.futures
import fnmatch
import http.server
import json
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGTRAP, -signal.SIGFPE,
           -signal.SIGPIPE}


class Skip(Exception):
    """The test cannot be made here."""


class Failure(Exception):
    """The program did not do what it promises."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def short(text, limit=700):
    text = text if isinstance(text, str) else repr(text)
    return text if len(text) <= limit else text[:limit // 2] + " … " + text[-limit // 2:]


# ------------------------------------------------------------------------------------------------ servers
class Peer(http.server.BaseHTTPRequestHandler):
    """A small web service: some routes are well behaved, most are not."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length).decode("utf-8", "replace")
        route = self.path.split("?")[0].strip("/").replace("-", "_")
        getattr(self, "route_" + route, self.route_ok)(body)

    do_GET = do_POST = do_PUT = answer

    def send(self, body, status=200, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def route_ok(self, _):
        self.send({"ok": True})

    def route_refuse(self, body):
        """Refuses and echoes everything it was told, in JSON with escapes."""
        self.send({"you": dict(self.headers), "path": self.path, "sent": body}, 401)

    def route_refuse_text(self, body):
        self.send(("refused: %s %s %s" % (self.path, dict(self.headers), body)).encode(), 403, "text/plain")

    def route_refuse_parsed(self, body):
        """Refuses and echoes a parsed JSON body; non-ASCII characters leave as \\u escapes."""
        self.send({"received": json.loads(body)}, 422)

    def route_refuse_form(self, body):
        """Refuses and echoes the values as a form: blanks are plus signs, escapes in lower case."""
        values = json.loads(body)
        form = re.sub("%[0-9A-F]{2}", lambda m: m.group().lower(), urllib.parse.urlencode(values))
        self.send(form.encode(), 400, "text/plain")

    def route_half(self, _):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b'{"half": "of th')
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def route_not_json(self, _):
        self.send(b'{"a": 1,,}')

    def route_slow(self, _):
        time.sleep(3)
        self.send({})

    def route_error(self, _):
        self.send({"error": "no"}, 500)

    def route_proto(self, _):
        self.send(b'{"__proto__": {"polluted": true}, "a": 1, "constructor": {"prototype": {"polluted": true}}}')

    def route_deep(self, _):
        self.send(b"[" * 100000 + b"]" * 100000)

    def route_linked(self, _):
        """Three pages, which name the next one in their Link field."""
        page = int(urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("page", ["1"])[0])
        link = '<%s>; rel="first", <?page=%d&x=a%%2Cb>; title="a, b"; rel="last next"' % (self.path, page + 1)
        body = json.dumps([page, page * 10]).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if page < 3:
            self.send_header("link", link)
        self.end_headers()
        self.wfile.write(body)

    def route_circle(self, _):
        self.send({"next": "/circle", "rows": [1]})

    def route_stall(self, _):
        """A failure whose body never comes whole."""
        self.send_response(500)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b"abc")
        self.wfile.flush()
        time.sleep(3)

    def route_large(self, _):
        self.send(LARGE)

    def route_large_malformed(self, _):
        self.send(json.dumps(LARGE)[:-2].encode() + b",]}")

    def route_numbers(self, _):
        self.send(b'[1e400, 123456789012345678901234567890, 1.0, {"a": 1, "a": 2}]')


LARGE = {"rows": [{"id": i, "name": "Ay\u015fe", "tags": ["a,b", "}]"]} for i in range(100_000)], "last": True}


def serve():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that goes away is what some tests are about
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "http://127.0.0.1:%d" % server.server_address[1]


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ------------------------------------------------------------------------------------------------ running
class Result:
    def __init__(self, code, out, seconds, command):
        self.code, self.out, self.seconds, self.command = code, out, seconds, command

    @property
    def lines(self):
        return self.out.rstrip("\n").split("\n") if self.out else []

    def __str__(self):
        return "%s\n    exit %s after %.1f s, printed:\n%s" % (
            short(" ".join(self.command)), self.code, self.seconds,
            "\n".join("      " + line for line in short(self.out).splitlines()))


class Bench:
    """A scratch directory, and the program in it."""

    adaptor = None
    url = None

    def __init__(self, path):
        self.path = path
        self.environment = {
            "HOME": os.path.join(path, ".home"), "XDG_CACHE_HOME": os.path.join(path, ".cache"),
            "PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LANG": "C.UTF-8"}
        for name in ("ADAPTOR_NODE_PATH", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        os.mkdir(self.environment["HOME"])

    def file(self, name, content):
        full = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return name

    def read(self, name="output.json"):
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read()

    def exists(self, name="output.json"):
        return os.path.lexists(os.path.join(self.path, name))

    def output(self, name="output.json"):
        check(self.exists(name), "%s was not written" % name)
        text = self.read(name)
        try:
            return json.loads(text)
        except ValueError as error:
            raise Failure("%s is not JSON: %s: %r" % (name, error, short(text.decode("utf-8", "replace")))) from None

    def start(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL,
                   "cwd": self.path, "env": self.environment, "preexec_fn": no_core, **options}
        return subprocess.Popen([self.adaptor, *arguments], **options)

    def run(self, *arguments, limit=6, code=None, **options):
        """Runs the program; it must neither crash nor take more than `limit` seconds nor leave a temporary file."""
        begin = time.monotonic()
        process = self.start(*arguments, **options)
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            raise Failure("still running after %d s: %s\n      printed: %s" % (
                limit, short(" ".join(process.args)), short((out or b"").decode("utf-8", "replace"), 300))) from None
        result = Result(process.returncode, (out or b"").decode("utf-8", "replace"), time.monotonic() - begin,
                        ["adaptor", *arguments])
        check(result.code not in CRASHES and result.code >= 0, "died of signal %d: %s" % (-result.code, result))
        if code is not None:
            check(result.code == code, "exit code %s, should be %s: %s" % (result.code, code, result))
        self.check_leftovers()
        return result

    def clear(self, name="output.json"):
        """Removes the output of an earlier run."""
        if self.exists(name):
            os.remove(os.path.join(self.path, name))

    def check_leftovers(self):
        left = [os.path.join(folder, name) for folder, _, names in os.walk(self.path)
                for name in names if name.endswith(".tmp")]
        check(not left, "left behind: %s" % left)

    def job(self, source, *arguments, adaptor="common", code=0, name="job.js", **options):
        """Writes a job and runs it."""
        self.file(name, source)
        return self.run(name, *(["-a", adaptor] if adaptor else []), *arguments, code=code, **options)

    def workflow(self, content, *arguments, name="workflow.json", **options):
        self.file(name, content)
        return self.run(name, *arguments, **options)

    def error(self, step="job-1"):
        """The error that the state reports for a step."""
        errors = self.output().get("errors", {})
        check(step in errors, "state.errors has no '%s': %s" % (step, short(json.dumps(self.output()))))
        return errors[step]


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def says(result, *words):
    """All words stand in what was printed."""
    for word in words:
        check(word in result.out, "does not say %r: %s" % (word, result))


def aborts(bench, result, *words, code=1):
    """The program ends with `code` and one line that says why; no output file is made."""
    check(result.code == code, "exit code %s, should be %s: %s" % (result.code, code, result))
    complaints = [line for line in result.lines if "✘" in line]
    check(len(complaints) == 1, "should complain in one line: %s" % result)
    check(complaints[0].startswith("[CLI] ✘ "), "the complaint should come from CLI: %s" % result)
    for word in words:
        check(word in complaints[0], "does not say %r: %s" % (word, result))
    check(not bench.exists(), "an output file was written: %s" % result)


def times_out(bench, source, *arguments, adaptor="common", limit=5):
    """A job is stopped by --timeout 400: exit 1, a TimeoutError, no output."""
    bench.clear()
    result = bench.job(source, "-t", "400", *arguments, adaptor=adaptor, code=1, limit=limit)
    says(result, "TimeoutError", "longer than 400ms")
    check(not bench.exists(), "an output file was written: %s" % result)


def fails(bench, source, *words, kind="JobError", adaptor="common", arguments=()):
    """A job whose step fails: exit 0, the error in the state and on the terminal."""
    bench.clear()
    result = bench.job(source, *arguments, adaptor=adaptor)
    says(result, "Errors reported in 1 job")
    error = bench.error()
    check(error["name"] == kind, "should be a %s: %s" % (kind, error))
    for word in words:
        check(word in error["message"], "state.errors does not say %r: %s" % (word, error))
    says(result, *words)
    return result


def survives(bench, source, *arguments, adaptor="common", limit=6):
    """A hostile job ends by itself, with 0 or 1; a file that is written is JSON; 1 comes with a reason."""
    bench.clear()
    result = bench.job(source, *arguments, adaptor=adaptor, code=None, limit=limit)
    check(result.code in (0, 1), "exit code %s: %s" % (result.code, result))
    check(result.code == 0 or "✘" in result.out, "no reason given: %s" % result)
    check(result.code == 0 or not bench.exists(), "an output file was written: %s" % result)
    if bench.exists() and bench.read():
        bench.output()
    return result


# ------------------------------------------------------------------------------------------------ malformed jobs
def test_malformed_job(t):
    """A malformed job: message, line, column, the source line and a caret under the place; exit 1."""
    result = t.job("fn(s => s);\nfn(s => { let x = ; return s });\n", code=1)
    says(result, "job.js", "SyntaxError", "2:18")
    index = next(i for i, line in enumerate(result.lines) if line.startswith("2: "))
    shown, caret = result.lines[index:index + 2]
    check(shown == "2: fn(s => { let x = ; return s });", "the source line is not shown: %s" % result)
    check(caret.rstrip() == " " * shown.index("; return") + "^", "the caret is elsewhere: %s" % result)
    check(not t.exists(), "an output file was written")


def test_malformed_job_tabs(t):
    """The caret stands under its place on a line that is indented with tabs."""
    result = t.job("fn(s => s);\n\t\tlet x = ;\n", code=1)
    index = next(i for i, line in enumerate(result.lines) if line.startswith("2: "))
    shown, caret = (line.expandtabs(8) for line in result.lines[index:index + 2])
    check(caret.index("^") == shown.index(";"), "the caret is elsewhere: %s" % result)


def test_malformed_job_crlf(t):
    """Line and column are right in a file with CRLF line ends."""
    says(t.job("fn(s => s);\r\nfn(s => {\r\n  let x = ; });\r\n", code=1), "3:10", "3:   let x = ; });")


def test_malformed_job_end(t):
    """A job that ends too early names its last place."""
    says(t.job("fn(s => s", code=1), "SyntaxError", "1:9", "1: fn(s => s")


def test_malformed_job_long_line(t):
    """An error on a line of 10 MB shows a part of it."""
    result = t.job("fn(s => ({ data: '%s' }));let x = ;" % ("x" * 10_000_000), code=1, limit=15)
    check(len(result.out) < 2000, "%d characters were printed" % len(result.out))
    says(result, "let x = ;", "^")


def test_long_line(t):
    """A job of one line of 10 MB runs."""
    t.job("fn(s => ({ data: '%s'.length }))" % ("x" * 10_000_000), limit=15)
    check(t.output() == {"data": 10_000_000}, "wrong state")


def test_deep_source(t):
    """A job nested 20,000 parentheses deep is refused in one sentence, not by a crash."""
    aborts(t, t.job("fn(s => ({ data: %s1%s }))" % ("(" * 20000, ")" * 20000), code=1), "nested too deeply")


def test_many_operations(t):
    """A job of 10,000 operations runs."""
    t.job("fn(s => s);\n" * 10000, limit=15)


def test_missing_job(t):
    """A missing job file: its name and the reason; exit 1."""
    aborts(t, t.run("nope.js", "-a", "common"), "'nope.js'", "No such file")


def test_directory_as_job(t):
    """A directory instead of a job file: its name and the reason; exit 1."""
    os.mkdir(os.path.join(t.path, "job.js"))
    aborts(t, t.run("job.js", "-a", "common"), "'job.js'", "Is a directory")


def test_unreadable_job(t):
    """A job file without read permission: its name and the reason; exit 1."""
    if os.geteuid() == 0:
        raise Skip("root may read everything")
    os.chmod(os.path.join(t.path, t.file("job.js", "fn(s => s)")), 0)
    aborts(t, t.run("job.js", "-a", "common"), "'job.js'", "Permission denied")


def test_other_file_as_job(t):
    """A file that is neither a job nor a workflow: what was expected; exit 9."""
    aborts(t, t.run(t.file("job.txt", "fn(s => s)")), "job.txt", ".js", ".json", ".yaml", code=9)


def test_empty_job(t):
    """An empty job has no operations; the state passes through."""
    t.job("", "-S", '{"data":{"a":1}}')
    check(t.output() == {"data": {"a": 1}}, "wrong state: %s" % t.output())


def test_job_with_bom(t):
    """A byte order mark before a job changes nothing."""
    t.job(b"\xef\xbb\xbffn(s => ({ data: 1 }))")
    check(t.output() == {"data": 1}, "wrong state")


def test_job_with_crlf(t):
    """Lines of a job may end with CR LF; positions of errors count them once."""
    says(fails(t, "fn(s => {\r\n  throw new Error('crlf');\r\n});\r\n", "crlf"), "job.js:2:")


def test_job_with_nul_in_string(t):
    """A NUL character inside a string of a job does not cut the job short."""
    fails(t, b"fn(s => ({ data: 'a\0b' }));\nfn(s => { throw new Error('second ' + s.data.length) });", "second 3")


def test_job_with_nul(t):
    """A NUL character between operations is a syntax error; the rest is not silently dropped."""
    result = t.job(b"fn(s => s);\0 fn(s => { throw new Error('second') });", code=1)
    says(result, "SyntaxError", "1:11")


def test_job_with_invalid_utf8(t):
    """Bytes that are not UTF-8 (a Latin-1 file) become replacement characters; the job runs all the same."""
    t.job(b"// caf\xe9\nfn(s => ({ data: 'caf\xe9' }));")
    check(t.output() == {"data": "caf\ufffd"}, "the job did not run: %s" % t.output())


# ------------------------------------------------------------------------------------------------ failing jobs
def test_job_throws(t):
    """A job that throws: exit 0, the error in the state, line and column on the terminal."""
    says(fails(t, "fn(s => {\n  throw new Error('boom');\n})", "boom"), "job.js:2:", "Check state.errors.job-1")


def test_job_rejects(t):
    """A job that rejects fails in the same way."""
    fails(t, "fn(s => Promise.reject(new Error('rejected')))", "rejected")


def test_job_returns_nothing(t):
    """A job that returns nothing leaves an empty output file."""
    t.job("fn(s => {})")
    check(t.read() == b"", "the output should be empty: %r" % t.read())


def test_throw_null(t):
    """Throwing null or undefined is reported as a TypeError."""
    for value in ("null", "undefined"):
        fails(t, "fn(s => { throw %s })" % value, "TypeError", kind="RuntimeError")


def test_throw_primitives(t):
    """Thrown strings, numbers, symbols and BigInts are the message."""
    for value, text in (("'text'", "text"), ("5", "5"), ("Symbol('x')", "Symbol(x)"), ("7n", "7")):
        fails(t, "fn(s => { throw %s })" % value, text)


def test_throw_frozen(t):
    """A frozen error is reported like any other."""
    fails(t, "fn(s => { throw Object.freeze(new Error('frozen')) })", "frozen")


def test_throw_odd_objects(t):
    """Thrown objects with hostile getters, proxies and odd members are reported somehow."""
    for value in ("{ get message() { throw new Error('inner') } }", "{ message: { toString() { throw 1 } } }",
                  "{ message: 'm', get stack() { throw 1 } }", "Object.create(null)", "function f() {}",
                  "new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 1 } })",
                  "Object.assign(new Error('x'), { subtype: { toString() { throw 1 } } })",
                  "Object.assign(new Error('x'), { stack: 5, name: null, constructor: null })"):
        says(survives(t, "fn(s => { throw %s })" % value), "✘")


def test_throw_with_frozen_state(t):
    """The job's own error is told even when the state cannot take it."""
    says(survives(t, "fn(s => { Object.freeze(s); throw new Error('the original') })"), "the original")


def test_throw_with_hostile_state(t):
    """The job's own error is told even when the state cannot be serialised."""
    says(survives(t, "fn(s => { s.data = { get x() { throw new Error('getter') } }; throw new Error('the original') })"),
         "the original")


def test_floating_rejection(t):
    """A rejection that nobody handles while the job goes on ends the run: exit 1, the reason, no output."""
    result = t.job("fn(s => { Promise.reject(new Error('floating')); return new Promise(r => setTimeout(r, 50, s)) })",
                   code=1)
    says(result, "floating")
    check(not t.exists(), "an output file was written")


def test_floating_rejection_at_end(t):
    """A rejection that nobody handles is not lost when the job returns at once."""
    says(t.job("fn(s => { Promise.reject(new Error('floating')); return s })", code=1), "floating")


def test_unawaited_request_fails(t):
    """A request that the job does not wait for and that fails is not lost."""
    says(t.job("fn(s => { post('http://127.0.0.1:%d/')(s); return s })" % unused_port(), adaptor="http", code=None),
         "ECONNREFUSED")


def test_error_in_timer(t):
    """An error thrown by a timer ends the run: exit 1, the reason, no output."""
    for timer in ("() => { throw new Error('in timer') }", "async () => { throw new Error('in timer') }"):
        result = t.job("fn(s => { setTimeout(%s, 1); return new Promise(r => setTimeout(r, 100, s)) })" % timer, code=1)
        says(result, "in timer")
        check(not t.exists(), "an output file was written")


def test_invalid_exports(t):
    """Exporting something else than operations is named; exit 1."""
    says(t.job("export default 5", code=1), "exports must be an array")
    says(t.job("export default [5]", code=1), "Invalid operation at statement 0")


def test_eval(t):
    """eval and its relatives are refused; exit 1."""
    for text in ("eval('1')", "fn(s => { eval('1') })", "fn(s => { (() => {}).constructor('return 1')() })",
                 "fn(s => { new Function('return 1')() })"):
        says(t.job(text, code=1), "SecurityError")


def test_no_inner_names(t):
    """A job cannot reach the machinery that runs it."""
    t.job("fn(s => ({ data: [typeof __job, typeof host, typeof require, typeof process, typeof module] }))")
    check(t.output()["data"] == ["undefined"] * 5, "reachable: %s" % t.output())


# ------------------------------------------------------------------------------------------------ endless jobs
def test_timeout_pending(t):
    """--timeout stops a job that waits for ever."""
    times_out(t, "fn(s => new Promise(done => setTimeout(done, 60000)))")


def test_timeout_interval(t):
    """--timeout stops a job that only has an interval running."""
    times_out(t, "fn(s => { setInterval(() => {}, 1); return new Promise(() => {}) })")


def test_timeout_loop(t):
    """--timeout stops a synchronous endless loop, at top level and in an operation."""
    times_out(t, "while (true) {}")
    times_out(t, "fn(s => { while (true) {} })")


def test_timeout_loop_in_promise(t):
    """--timeout stops an endless loop in a promise's callback."""
    times_out(t, "fn(s => Promise.resolve().then(() => { while (true) {} }))")


def test_timeout_loop_in_timer(t):
    """--timeout stops an endless loop in a timer's callback."""
    times_out(t, "fn(s => { setTimeout(() => { while (true) {} }, 1); return new Promise(() => {}) })")


def test_timeout_loop_in_getter(t):
    """--timeout stops an endless loop in a getter or toJSON of the final state."""
    times_out(t, "fn(s => ({ get data() { while (true) {} } }))")
    times_out(t, "fn(s => ({ data: { toJSON() { while (true) {} } } }))")


def test_timeout_loop_in_error(t):
    """--timeout stops an endless loop in a getter of a thrown error, and in console output."""
    times_out(t, "fn(s => { throw { get message() { while (true) {} } } })")
    times_out(t, "fn(s => { console.log({ get x() { while (true) {} } }); return s })")


def test_timeout_not_catchable(t):
    """A job can neither catch nor postpone its timeout."""
    times_out(t, "fn(s => { try { while (true) {} } catch (e) { return s } finally { s.late = 1 } })")
    times_out(t, "fn(s => { while (true) { try { while (true) {} } catch (e) {} finally { continue } } })")


def test_timeout_promise_chain(t):
    """--timeout stops an endless chain of promise callbacks, each of which ends at once."""
    times_out(t, "fn(s => { const next = () => Promise.resolve().then(next); return next() })")


def test_timeout_async_loop(t):
    """--timeout stops an endless asynchronous loop that never really waits."""
    times_out(t, "fn(async s => { while (true) await null })")


def test_timeout_output_flood(t):
    """--timeout stops a job that prints for ever."""
    with open(os.devnull, "w") as sink:
        t.job("fn(s => { for (;;) console.log('x') })", "-t", "400", code=1, stdout=sink)


def test_timeout_request(t):
    """--timeout stops a job that waits for a slow server."""
    times_out(t, "get('%s/slow')" % t.url, adaptor="http", limit=2.5)


def test_timeout_of_workflow(t):
    """A workflow's own timeout holds; the flag is stronger."""
    workflow = {"options": {"timeout": 300},
                "steps": [{"id": "a", "adaptor": "common", "expression": "fn(s => new Promise(r => setTimeout(r, 700, s)))"}]}
    says(t.workflow(workflow, code=1), "longer than 300ms")
    t.workflow(workflow, "-t", "5000", code=0)


def test_no_timeout(t):
    """--timeout 0 means no limit."""
    t.job("fn(s => new Promise(r => setTimeout(r, 30, s)))", "-t", "0")


def test_regular_expression(t):
    """A catastrophic regular expression does not hang for ever."""
    survives(t, "fn(s => ({ data: /^(a|a?)+$/.test('a'.repeat(40) + 'b') }))", "-t", "1000", limit=15)


def test_nothing_pending(t):
    """A promise that nothing can settle any more is noticed at once instead of after five minutes."""
    says(t.job("fn(s => new Promise(() => {}))", code=1, limit=4), "✘")


def test_log_of_a_run(t):
    """--log info tells what is compiled and executed, debug also each operation and the memory."""
    says(t.job("fn(s => s)", "-l", "info"), "[CMP] ℹ Compiled job-1 in ", "[R/T] ℹ Executing job-1",
         "[R/T] ℹ Resolved adaptor @openfn/language-common to version ", "[R/T] ℹ Starting step job-1")
    says(t.job("fn(s => s)", "-l", "debug"), "[R/T] ❯ Operation 1 complete", "[R/T] ❯ Step memory usage: ")


def test_paginate_by_link(t):
    """paginate follows Link fields and URLs in the body, and notices a circle."""
    state = json.dumps({"configuration": {"baseUrl": t.url}, "data": {}})
    t.job("paginate('/linked'); fn(s => ({ data: s.data }))", "-S", state, adaptor="http")
    check(t.output() == {"data": [1, 10, 2, 20, 3, 30]}, "wrong pages: %s" % t.output())
    fails(t, "paginate('/circle', { next: '$.next', items: '$.rows[*]' })", "as the next one again",
          kind="AdaptorError", adaptor="http", arguments=("-S", state))


def test_deadline_of_a_stalled_failure(t):
    """deadline ends the reading of an error's body, and the wait for a token."""
    state = {"configuration": {"baseUrl": t.url}, "data": {}}
    fails(t, "get('/stall', { parseAs: 'stream', deadline: 300 })", "deadline of 300ms", kind="AdaptorError",
          adaptor="http", arguments=("-S", json.dumps(state)))
    state["configuration"].update(authentication="oauth2", oauth2={
        "tokenUrl": t.url + "/slow", "clientId": "cid", "clientSecret": "secret-xyz"})
    fails(t, "get('/ok', { deadline: 300 })", "deadline of 300ms", kind="AdaptorError", adaptor="http",
          arguments=("-S", json.dumps(state)))


def test_secret_of_oauth2(t):
    """What a token endpoint echoes of the client's secret is hidden."""
    state = {"configuration": {"baseUrl": t.url, "authentication": "oauth2", "oauth2": {
        "tokenUrl": t.url + "/refuse", "clientId": "cid", "clientSecret": "secret-xyz"}}, "data": {}}
    result = fails(t, "get('/ok')", "401", kind="AdaptorError", adaptor="http", arguments=("-S", json.dumps(state)))
    for secret in ("secret-xyz", "Y2lkOnNlY3JldC14eXo="):
        check(secret not in result.out and secret not in t.read().decode(), "the secret is shown: %s" % result)


def test_memory_while_loading(t):
    """--memory and --timeout hold while the state is read."""
    t.file("state.json", {"data": ["x" * 50] * 2_000_000})
    says(t.job("fn(s => ({ n: s.data.length }))", "-s", "state.json", "--memory", "60", code=1, limit=20), "OOMError")
    os.mkfifo(os.path.join(t.path, "silent"))
    keeper = os.open(os.path.join(t.path, "silent"), os.O_RDWR)
    try:
        says(t.job("fn(s => s)", "-s", "silent", "-t", "300", code=1), "TimeoutError")
    finally:
        os.close(keeper)


def test_large_response(t):
    """A large response is read in pieces, and gives what JSON.parse gives."""
    state = json.dumps({"configuration": {"baseUrl": t.url}, "data": {}})
    t.job("get('/large'); fn(s => ({ data: s.data }))", "-S", state, adaptor="http", limit=20)
    check(t.output() == {"data": LARGE}, "the data differs")
    fails(t, "get('/large-malformed')", "Error parsing the response body", kind="AdaptorError", adaptor="http",
          arguments=("-S", state))


def test_memory_of_many_steps(t):
    """What a step held is let go of when it has ended."""
    steps = [{"id": "s%d" % i, "adaptor": "common", "expression": "fn(s => ({ ...s, n: (s.n || 0) + 1 }))",
              "next": {"s%d" % (i + 1): True} if i < 299 else {}} for i in range(300)]
    t.workflow({"steps": steps}, "-S", "{}", "--memory", "150", limit=20)
    check(t.output()["n"] == 300, "not every step ran: %s" % t.output())


def test_flags_as_yargs_takes_them(t):
    """Flags in camel case, and values without a space, are those of OpenFn's command line."""
    t.file("in.json", {"data": 7})
    t.job("fn(s => ({ n: s.data }))", "-acommon", "--statePath", "in.json", "--outputPath=other.json", adaptor=None)
    check(json.loads(t.read("other.json")) == {"n": 7}, "the flags mean something else")


def test_memory(t):
    """--memory ends what takes too much: in a loop, in promises, in the native side; nothing else."""
    for body in ("const a = []; for (;;) a.push('x'.repeat(1000) + a.length, { n: a.length })",
                 "const a = []; const more = async () => { a.push(new Array(1e5).fill(a.length)); await null; return more() };"
                 " return more()",
                 "const a = []; return new Promise(() => setInterval(() => a.push(new Array(1e6).fill(1.5)), 1))"):
        says(t.job("fn(s => { %s })" % body, "--memory", "200", code=1, limit=20), "OOMError",
             "Run exceeded maximum memory usage of 200 MB")
        check(not t.exists(), "an output was written")
    t.job("fn(s => { for (let i = 0; i < 300; i++) new Array(1e6).fill(i); return { data: 1 } })", "--memory", "200", limit=20)
    check(t.output() == {"data": 1}, "garbage counted")
    for wrong in ("0", "-1", "x", ""):
        says(t.job("fn(s => s)", "--memory", wrong, code=9), "--memory needs megabytes")


# ------------------------------------------------------------------------------------------------ heavy jobs
def test_recursion(t):
    """Endless recursion is a RangeError of the job."""
    fails(t, "fn(s => { const f = n => f(n + 1) + 1; return f(0) })", "Maximum call stack", kind="RuntimeError")


def test_many_timers(t):
    """100,000 timers all fire."""
    t.job("fn(s => new Promise(r => { let n = 0; for (let i = 0; i < 1e5; i++)"
          " setTimeout(() => { if (++n === 1e5) r({ data: n }) }, i % 7) }))", limit=20)
    check(t.output() == {"data": 100000}, "wrong state")


def test_many_lines(t):
    """50,000 console lines all arrive."""
    result = t.job("fn(s => { for (let i = 0; i < 50000; i++) console.log('line', i); return s })", limit=20)
    check(sum(line.startswith("[JOB]") for line in result.lines) == 50000, "lines are missing")


def test_giant_string(t):
    """A string beyond the engine's limit is an error of the job."""
    fails(t, "fn(s => ({ data: 'x'.repeat(2 ** 31) }))", "memory", kind="RuntimeError")


def test_large_state(t):
    """A state of 50 MB is written whole."""
    t.job("fn(s => ({ data: 'x'.repeat(5e7) }))", limit=20)
    check(len(t.output()["data"]) == 50_000_000, "the state was cut")


def test_deep_state(t):
    """A result nested 5,000 deep is written."""
    t.job("fn(s => { let a = []; for (let i = 0; i < 5000; i++) a = [a]; return { data: a } })", limit=15)
    check(t.read().count(b"[") == 5001, "wrong state")


def test_very_deep_state(t):
    """A result nested 100,000 deep ends with a reason within seconds, not after a quadratic search."""
    survives(t, "fn(s => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return { data: a } })", limit=8)


def test_deep_response(t):
    """A response nested 100,000 deep ends with a reason within seconds, not after a quadratic search."""
    says(survives(t, "get('%s/deep')" % t.url, adaptor="http", limit=8), "✘")


# ------------------------------------------------------------------------------------------------ hostile globals
def hostile(name, statement, *more):
    """Makes a test: a job changes a global and still ends, well before any timeout."""
    def test(t):
        for operation in (statement + "; return s", statement + "; throw new Error('told')", *more):
            survives(t, "fn(s => { %s }); fn(s => s)" % operation, limit=4)
    test.__doc__ = "A job that changes %s ends with a result or a reason." % name
    return test


test_global_json = hostile("JSON", "globalThis.JSON = null")
test_global_stringify = hostile("JSON.stringify", "JSON.stringify = JSON.parse = () => { throw new Error('told') }")
test_global_promise = hostile("Promise", "globalThis.Promise = class {}; Promise.prototype.then = null")
test_global_then = hostile("Promise.prototype.then", "Promise.prototype.then = () => { throw new Error('told') }")
test_global_map = hostile("Array.prototype.map", "Array.prototype.map = () => { throw new Error('told') }",
                          "Array.prototype.map = null; console.log('a', {}); return s")
test_global_iterator = hostile("the iterator of arrays", "Array.prototype[Symbol.iterator] = null")
test_global_string = hostile("String and RegExp", "String.prototype.split = RegExp.prototype.exec = null")
test_global_collections = hostile("Map and WeakMap", "Map.prototype.get = WeakMap.prototype.has = WeakSet.prototype.has = null")
test_global_function = hostile("Function.prototype", "Function.prototype.call = Function.prototype.apply = null")
test_global_object = hostile("Object", "Object.keys = Object.assign = Object.entries = Object.getPrototypeOf = null")
test_global_error = hostile("Error", "globalThis.Error = globalThis.TypeError = null")
test_global_to_json = hostile("Object.prototype.toJSON", "Object.prototype.toJSON = () => 'x'")
test_global_thenable = hostile("Object.prototype.then", "Object.prototype.then = function (r) { r(1) }")
test_global_pollution = hostile("Object.prototype", "Object.prototype.error = { severity: 'kill' }; Object.prototype.status = 'x'")
test_global_everything = hostile("every global", "for (const k of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[k] } catch {}")


def test_forged_stringify(t):
    """A job that replaces JSON.stringify cannot make the output file something else than JSON."""
    survives(t, "fn(s => { JSON.stringify = () => 'not json at all'; return s })")


def test_delete_console(t):
    """After `delete globalThis.console` a use of it is a ReferenceError; without one all is well."""
    t.job("fn(s => { delete globalThis.console; return s })")
    t.clear()
    says(t.job("fn(s => { delete globalThis.console; return s }); fn(s => { console.log(1); return s })", code=1),
         "ReferenceError", "console")


def test_pollution_stays_in_step(t):
    """What a step does to its globals is not seen by the next step."""
    t.workflow({"steps": [
        {"id": "a", "adaptor": "common", "next": "b",
         "expression": "fn(s => { Object.prototype.p = 1; Array.prototype.map = null; globalThis.g = 1; return s })"},
        {"id": "b", "adaptor": "common",
         "expression": "fn(s => ({ data: [typeof ({}).p, typeof [].map, typeof globalThis.g] }))"}]}, code=0)
    check(t.output() == {"data": ["undefined", "function", "undefined"]}, "seen: %s" % t.output())


# ------------------------------------------------------------------------------------------------ odd states
def test_state_with_cycle(t):
    """A cycle in the final state is marked."""
    t.job("fn(s => { s.data.self = s.data; return s })")
    check(t.output() == {"data": {"self": "[Circular]"}}, "wrong state: %s" % t.output())


def test_state_with_bigint(t):
    """A BigInt in the final state is a number, or text when it is too large."""
    t.job("fn(s => ({ data: { a: 10n, b: 123456789012345678901234567890n } }))")
    check(t.output() == {"data": {"a": 10, "b": "123456789012345678901234567890"}}, "wrong state: %s" % t.output())


def test_state_that_throws(t):
    """A toJSON, a getter or a proxy trap that throws while the state is written fails the step."""
    for state in ("{ toJSON() { throw new Error('trap') } }", "{ data: { toJSON() { throw new Error('trap') } } }",
                  "{ get data() { throw new Error('trap') } }",
                  "new Proxy({}, { ownKeys() { throw new Error('trap') } })"):
        fails(t, "fn(s => (%s))" % state, "trap")


def test_state_proxy(t):
    """A proxy as state is written as what it shows."""
    t.job("fn(s => new Proxy({ data: { a: 1 } }, {}))")
    check(t.output() == {"data": {"a": 1}}, "wrong state: %s" % t.output())


def test_state_not_data(t):
    """A function or a symbol as state ends the run with the reason."""
    for value, kind in (("() => 1", "function"), ("Symbol('x')", "symbol")):
        says(t.job("fn(s => %s)" % value, code=1), kind)
        check(not t.exists(), "an output file was written")


def test_state_text(t):
    """Unpaired surrogates and NUL characters survive in the output file."""
    t.job(r"fn(s => ({ data: 'a\ud800b\0c' }))")
    check(json.loads(t.read()) == {"data": "a\ud800b\0c"}, "wrong state: %r" % t.read())


def test_console_surrogate(t):
    """An unpaired surrogate in console output does not cut the line."""
    result = t.job(r"fn(s => { console.log('before \ud800 after'); return s })")
    check(any("before" in line and "after" in line for line in result.lines), "the line is cut: %s" % result)


def test_malformed_state_text(t):
    """Malformed JSON after -S: one sentence with line and column, exit 1."""
    aborts(t, t.job("fn(s => s)", "-S", '{"data":\n  1,}', code=1), "line 2", "column 5")
    aborts(t, t.run("job.js", "-a", "common", "-S", ""), "line 1")


def test_malformed_state_file(t):
    """A malformed state file: a warning with file, line and column; the run starts with an empty state."""
    t.file("state.json", '{"data":\n  1,}')
    result = t.job("fn(s => s)", "-s", "state.json")
    warnings = [line for line in result.lines if "⚠" in line]
    check(len(warnings) == 1, "should warn in one line: %s" % result)
    for word in ("state.json", "line 2", "column 5", "empty state"):
        check(word in warnings[0], "does not say %r: %s" % (word, result))
    check("CRITICAL" not in result.out and "✘" not in result.out, "also reports an error: %s" % result)
    check(t.output() == {"data": {}}, "wrong state: %s" % t.output())


def test_malformed_state_quote(t):
    """The character found in malformed JSON is shown as it is."""
    t.file("state.json", '{"a":1 "b":2}')
    says(t.job("fn(s => s)", "-s", "state.json"), "found '\"'")


def test_missing_state_file(t):
    """A missing state file, or a directory: a warning; the run starts with an empty state."""
    says(t.job("fn(s => s)", "-s", "nope.json"), "'nope.json'", "No such file", "⚠")
    says(t.job("fn(s => s)", "-s", "."), "Is a directory", "⚠")


def test_large_state_file(t):
    """A large state file, which is read in pieces, gives the state that JSON.parse gives."""
    rows = [{"id": i, "name": "Ay\u015fe \U0001f642", "tags": ["a,b", "}]", "\\"], "n": {"x": [i, None, True]}}
            for i in range(60_000)]
    state = {"z": 1, "data": {"meta": {"k": "v"}, "rows": rows, "text": "x" * 3_000_000}, "a": [rows[:10]],
             "__proto__": {"own": 1}, "configuration": {"key": "word"}}
    t.file("state.json", b"\xef\xbb\xbf" + json.dumps(state, indent=1, ensure_ascii=False).encode())
    t.job("fn(s => ({ ...s, kinds: [s.data.rows instanceof Array, Object.keys(s).includes('__proto__')] }))", "-s", "state.json", limit=20)
    del state["configuration"]
    output = t.output()
    check(output.pop("kinds") == [True, True], "wrong kinds")
    check(output == state, "the state differs")
    check(list(output) == list(state), "the keys stand in another order: %s" % list(output))


def test_large_state_file_malformed(t):
    """A large state file that is not JSON is told with line and column; the job starts with an empty state."""
    rows = ",\n".join(json.dumps({"id": i, "text": "x" * 50}) for i in range(80_000))
    for end in ("]", "", ",]}", "]} more", "]}}"):
        t.file("state.json", '{"data":[\n%s%s' % (rows, end))
        says(t.job("fn(s => s)", "-s", "state.json", limit=20), "⚠", "state.json", "line 80001")
        check(t.output() == {"data": {}}, "wrong state")


def test_large_state_through_trigger(t):
    """A large state goes through a step without a job."""
    t.file("state.json", {"data": ["x" * 100] * 50_000})
    t.workflow({"steps": [{"id": "in", "next": {"a": {"condition": "state.data.length === 50000"}}},
                          {"id": "a", "adaptor": "common", "expression": "fn(s => ({ n: s.data.length }))"}]},
               "-s", "state.json", limit=20)
    check(t.output() == {"n": 50_000}, "wrong state")


def test_state_from_pipe(t):
    """The state may come from a pipe, which can be read only once."""
    os.mkfifo(os.path.join(t.path, "pipe"))
    for text, expected in (('{"data":5}', {"data": 5}), ('{"data":', {"data": {}})):
        writer = subprocess.Popen(["sh", "-c", "printf %s \"$1\" > pipe", "sh", text], cwd=t.path)
        t.job("fn(s => s)", "-s", "pipe")
        writer.wait()
        check(t.output() == expected, "wrong state: %s" % t.output())


def test_empty_state_file(t):
    """An empty state file: a warning; the run starts with an empty state."""
    t.file("state.json", "")
    says(t.job("fn(s => s)", "-s", "state.json"), "state.json", "⚠")
    check(t.output() == {"data": {}}, "wrong state")


def test_state_with_bom(t):
    """A byte order mark before the state changes nothing."""
    t.file("state.json", b'\xef\xbb\xbf{"data":{"a":1}}')
    t.job("fn(s => s)", "-s", "state.json")
    check(t.output() == {"data": {"a": 1}}, "wrong state: %s" % t.output())


def test_state_with_invalid_utf8(t):
    """Bytes of a state file that are not UTF-8 become replacement characters."""
    t.file("state.json", b'{"data":{"a":"caf\xe9"}}')
    t.job("fn(s => s)", "-s", "state.json")
    check(t.output() == {"data": {"a": "caf\ufffd"}}, "wrong state: %s" % t.output())


def test_state_with_nul(t):
    """Text after a NUL character in a state file is not silently ignored."""
    t.file("state.json", b'{"data":{"a":1}}\0, "more": 2}')
    says(t.job("fn(s => s)", "-s", "state.json"), "⚠", "state.json")


def test_state_nesting(t):
    """A state nested 100 deep passes; one nested 100,000 deep ends with a result or a reason."""
    t.file("state.json", '{"data":%s}' % ("[" * 100 + "]" * 100))
    t.job("fn(s => s)", "-s", "state.json")
    check(t.read().count(b"[") == 100, "wrong state")
    t.clear()
    t.file("state.json", '{"data":%s}' % ("[" * 100000 + "]" * 100000))
    survives(t, "fn(s => s)", "-s", "state.json", limit=12)
    t.file("state.json", '{"configuration":%s1%s}' % ('{"token":' * 60000, "}" * 60000))
    survives(t, "fn(s => s)", "-s", "state.json", limit=12)


def test_state_numbers(t):
    """Huge numbers and duplicate keys behave as in JavaScript."""
    t.job("fn(s => s)", "-S", '{"data":[1e400,123456789012345678901234567890,1.0,{"a":1,"a":2}]}')
    check(t.output() == {"data": [None, 1.2345678901234568e29, 1, {"a": 2}]}, "wrong state: %s" % t.output())


def test_state_shapes(t):
    """States that are not objects are accepted as OpenFn accepts them."""
    for text, members in ("null", {}), ("5", {}), ('"ab"', {"0": "a", "1": "b"}), ("[]", {}), ("true", {}):
        t.job("fn(s => s)", "-S", text)
        check(t.output() == {"data": {}, **members}, "-S %s gives %s" % (text, t.output()))


def test_proto_in_state(t):
    """A `__proto__` member of the state pollutes nothing."""
    t.job("fn(s => ({ data: [({}).polluted === undefined, Object.getPrototypeOf(Object.getPrototypeOf(s)) === null] }))",
          "-S", '{"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1}},'
                '"configuration":{"__proto__":{"polluted":1}}}')
    check(t.output() == {"data": [True, True]}, "polluted: %s" % t.output())


def test_proto_in_response(t):
    """A `__proto__` member of a response is data and pollutes nothing."""
    t.job("get('%s/proto'); fn(s => ({ data: [({}).polluted === undefined, Object.keys(s.data), s.data.polluted === undefined] }))"
          % t.url, adaptor="http")
    check(t.output() == {"data": [True, ["__proto__", "a", "constructor"], True]}, "polluted: %s" % t.output())


def test_numbers_in_response(t):
    """Huge numbers and duplicate keys of a response behave as in JavaScript."""
    t.job("get('%s/numbers'); fn(s => ({ data: s.data }))" % t.url, adaptor="http")
    check(t.output() == {"data": [None, 1.2345678901234568e29, 1, {"a": 2}]}, "wrong state: %s" % t.output())


# ------------------------------------------------------------------------------------------------ servers
def test_server_down(t):
    """A server that is down: the address and the reason in the step's error."""
    port = unused_port()
    result = fails(t, "get('http://127.0.0.1:%d/x')" % port, "127.0.0.1:%d" % port, "ECONNREFUSED",
                   kind="AdaptorError", adaptor="http")
    says(result, 'Error reported by "get()" operation line 1')


def test_unknown_host(t):
    """A host that does not exist: its name in the step's error."""
    fails(t, "get('http://no-such-host.invalid/')", "no-such-host.invalid", kind="AdaptorError", adaptor="http")


def test_connection_closed(t):
    """A connection that closes in the middle of a body fails the step."""
    fails(t, "get('%s/half')" % t.url, "closed", kind="AdaptorError", adaptor="http")


def test_body_not_json(t):
    """A body that is not the JSON its type promises fails the step."""
    fails(t, "get('%s/not-json')" % t.url, "Error parsing the response body", kind="AdaptorError", adaptor="http")


def test_wrong_password(t):
    """A refused password: the status in the step's error, the password nowhere."""
    fails(t, "get('%s/refuse')" % t.url, "401", kind="AdaptorError", adaptor="http",
          arguments=("-S", json.dumps({"configuration": {"username": "u", "password": "geheim-4711"}})))
    check("geheim-4711" not in t.read().decode(), "the password is in the output")


def serve_tls(t):
    """An HTTPS server with a certificate of its own for 127.0.0.1: its URL, and the certificate."""
    key, certificate = os.path.join(t.path, "key.pem"), os.path.join(t.path, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that hangs up on the certificate is what is tested
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(certificate, encoding="ascii") as file:
        return "https://127.0.0.1:%d" % server.server_address[1], file.read()


def test_tls_verified(t):
    """A certificate that nobody vouches for is refused."""
    url, _ = serve_tls(t)
    fails(t, "get('%s/ok')" % url, "certificate", kind="AdaptorError", adaptor="http")


def test_tls_authority(t):
    """A certificate is accepted when the configuration brings its authority."""
    url, certificate = serve_tls(t)
    state = {"configuration": {"baseUrl": url, "tls": {"ca": certificate}}}
    t.job("get('/ok'); fn(s => ({ data: s.response.statusCode }))", "-S", json.dumps(state), adaptor="http")
    check(t.output() == {"data": 200}, "refused: %s" % t.output())


def test_tls_unverified(t):
    """A certificate is not looked at when the configuration says so."""
    url, _ = serve_tls(t)
    state = {"configuration": {"baseUrl": url, "tls": {"rejectUnauthorized": False}}}
    t.job("get('/ok'); fn(s => ({ data: s.response.statusCode }))", "-S", json.dumps(state), adaptor="http")
    check(t.output() == {"data": 200}, "refused: %s" % t.output())


def need_postgresql(t, server=True):
    if t.run("docs", "postgresql").code != 0:
        raise Skip("no postgresql adaptor")
    if server and not os.environ.get("PGHOST"):
        raise Skip("PGHOST names no server")


def postgresql(**changes):
    env = os.environ.get
    return json.dumps({"configuration": {
        "host": env("PGHOST"), "port": int(env("PGPORT", "5432")), "user": env("PGUSER"),
        "password": env("PGPASSWORD", ""), "database": env("PGDATABASE"), "ssl": False, **changes}})


def test_database_down(t):
    """A database server that is down: address and reason in the step's error, no secret."""
    need_postgresql(t, server=False)
    port = unused_port()
    result = fails(t, "sql('select 1')", str(port), kind="AdaptorError", adaptor="postgresql", arguments=(
        "-S", postgresql(host="127.0.0.1", port=port, user="u", password="geheim-4711", database="d")))
    check("geheim-4711" not in result.out + t.read().decode(), "the password is told")


def test_database_wrong_password(t):
    """A database that refuses the password: the reason in the step's error, the password nowhere."""
    need_postgresql(t)
    result = t.job("sql('select 1')", "-S", postgresql(password="geheim-4711"), adaptor="postgresql")
    if "Errors reported" not in result.out:
        raise Skip("the server trusts everybody")
    says(result, "password")
    check("geheim-4711" not in result.out + t.read().decode(), "the password is told")


def test_database_unknown_table(t):
    """An unknown table: its name in the step's error."""
    need_postgresql(t)
    fails(t, "sql('select * from no_such_table_here')", "no_such_table_here", kind="AdaptorError",
          adaptor="postgresql", arguments=("-S", postgresql()))


# ------------------------------------------------------------------------------------------------ output
def test_default_output(t):
    """Without -o the state goes to output.json beside the job, with two blanks of indent and no line end."""
    t.file("jobs/job.js", "fn(s => ({ data: 1 }))")
    t.run("jobs/job.js", "-a", "common", code=0)
    check(t.read("jobs/output.json") == b'{\n  "data": 1\n}', "wrong file: %r" % t.read("jobs/output.json"))


def test_output_path(t):
    """-o makes the folders it needs."""
    says(t.job("fn(s => s)", "-o", "a/b/c/out.json"), "a/b/c/out.json")
    check(t.output("a/b/c/out.json") == {"data": {}}, "wrong state")
    check(not t.exists(), "output.json was written too")


def test_output_stdout(t):
    """-O prints the state and writes no file, even beside -o."""
    result = t.job("fn(s => ({ data: 1 }))", "-O", "-o", "out.json")
    says(result, 'Result:\n{\n  "data": 1\n}')
    check(not t.exists() and not t.exists("out.json"), "a file was written")


def test_output_replaces(t):
    """An output file is replaced whole by a longer or shorter one."""
    for length in (100, 3):
        t.job("fn(s => ({ data: 'x'.repeat(%d) }))" % length)
        check(t.output() == {"data": "x" * length}, "wrong state")


def test_output_keeps_old(t):
    """A run that crashes or is malformed leaves an older output file as it is."""
    for source in ("undefinedVariable", "fn(", "while (true) {}"):
        t.file("output.json", "old")
        t.job(source, "-t", "300", code=1)
        check(t.read() == b"old", "the older file was changed by %r" % source)


def test_output_device_full(t):
    """A full device: the name and the reason, exit 1."""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    aborts(t, t.job("fn(s => s)", "-o", "/dev/full", code=1), "/dev/full", "No space left")


def test_output_disk_full(t):
    """A full disk: exit 1, the older file stays, nothing half written."""
    disk = os.path.join(t.path, "disk")
    os.mkdir(disk)
    if os.geteuid() != 0 or subprocess.call(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk],
                                            stderr=subprocess.DEVNULL):
        raise Skip("cannot mount a small disk")
    try:
        t.file("disk/out.json", "old")
        result = t.job("fn(s => ({ data: 'x'.repeat(1e6) }))", "-o", "disk/out.json", code=1)
        aborts(t, result, "disk/out.json", "No space left")
        check(os.listdir(disk) == ["out.json"], "left behind: %s" % os.listdir(disk))
        check(t.read("disk/out.json") == b"old", "the older file was changed")
    finally:
        subprocess.call(["umount", disk])


def test_output_unwritable(t):
    """Output paths that cannot be written: the name and the reason, exit 1."""
    os.mkdir(os.path.join(t.path, "folder"))
    t.file("file", "x")
    for path, reason in (("folder", "Is a directory"), ("file/out.json", "Not a directory"), ("", "No such file"),
                         ("/proc/nope/out.json", "/proc/nope")):
        aborts(t, t.job("fn(s => s)", "-o", path, code=1), "'%s" % path[:5], reason)


def test_output_keeps_mode(t):
    """A private output file stays private when it is replaced."""
    t.file("output.json", "old")
    os.chmod(os.path.join(t.path, "output.json"), 0o600)
    t.job("fn(s => s)")
    mode = stat.S_IMODE(os.stat(os.path.join(t.path, "output.json")).st_mode)
    check(mode == 0o600, "its mode became %o" % mode)


def test_output_through_link(t):
    """An output path that is a symbolic link: the file it names is written."""
    t.file("real.json", "old")
    os.symlink("real.json", os.path.join(t.path, "output.json"))
    t.job("fn(s => s)")
    check(os.path.islink(os.path.join(t.path, "output.json")), "the link was replaced")
    check(t.output("real.json") == {"data": {}}, "the file was not written")


def test_stdout_closed(t):
    """With a closed standard output the run goes on and the file is written."""
    t.job("fn(s => { for (let i = 0; i < 5000; i++) console.log('line', i); return s })", stdout=None,
          preexec_fn=lambda: os.close(1))
    check(t.output() == {"data": {}}, "wrong state")


def test_everything_closed(t):
    """With all standard streams closed the run goes on, and log lines go into no other file or socket."""
    def close():
        for descriptor in range(3):
            os.close(descriptor)
    listener = socket.create_server(("127.0.0.1", 0))
    received = []

    def listen():
        connection, _ = listener.accept()
        connection.settimeout(1)
        try:
            while True:
                data = connection.recv(65536)
                if not data:
                    break
                received.append(data)
                if b"\r\n\r\n" in data:
                    time.sleep(0.3)
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok")
        except OSError:
            pass
        connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    t.job("fn(s => { setInterval(() => console.log('LOG LINE'), 20); return s }); get('http://127.0.0.1:%d/');"
          " fn(s => ({ data: s.data }))"
          % listener.getsockname()[1], adaptor="http", stdin=None, stdout=None, stderr=None, preexec_fn=close)
    thread.join(3)
    check(b"LOG LINE" not in b"".join(received), "log lines went to the server")
    check(t.output() == {"data": "ok"}, "wrong state: %s" % t.output())


def test_stdout_reader_gone(t):
    """A reader that goes away (`| head -0`) does not stop the run."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        t.job("fn(s => { for (let i = 0; i < 5000; i++) console.log('line', i); return s })", stdout=write_end)
    finally:
        os.close(write_end)
    check(t.output() == {"data": {}}, "wrong state")


def test_stdout_full(t):
    """Log lines that cannot be written do not stop a run that writes a file."""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        t.job("fn(s => { console.log('x'); return s })", stdout=full)
    check(t.output() == {"data": {}}, "wrong state")


def test_result_lost(t):
    """A state or a script that was asked for on standard output and cannot be written there: exit 1."""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "wb") as full:
        t.job("fn(s => s)", "-O", stdout=full, code=1)
        t.run("compile", "job.js", "-a", "common", stdout=full, code=1)


def test_result_lost_closed(t):
    """-O with a closed standard output: exit 1."""
    t.job("fn(s => s)", "-O", stdout=None, preexec_fn=lambda: os.close(1), code=1)


# ------------------------------------------------------------------------------------------------ signals
def interrupted(t, source, number, code, *arguments, adaptor="common"):
    t.file("job.js", source)
    process = t.start("job.js", "-a", adaptor, *arguments)
    first = process.stdout.readline()
    check(b"ready" in first, "printed %r" % first)
    time.sleep(0.1)
    process.send_signal(number)
    try:
        out, _ = process.communicate(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure("still running 3 s after signal %d" % number) from None
    check(process.returncode == code, "exit code %s, should be %s" % (process.returncode, code))
    check(not t.exists(), "an output file was written")
    t.check_leftovers()
    return out.decode()


WAITING = "fn(s => { console.log('ready'); return new Promise(r => setTimeout(r, 9000, s)) })"


def test_interrupt(t):
    """Ctrl-C while a job waits: exit 130, one line, no output file, no temporary file."""
    out = interrupted(t, WAITING, signal.SIGINT, 130)
    check("interrupted" in out and len(out.splitlines()) == 1, "printed %r" % out)


def test_interrupt_loop(t):
    """Ctrl-C while a job loops: exit 130."""
    interrupted(t, "fn(s => { console.log('ready'); while (true) {} })", signal.SIGINT, 130)


def test_interrupt_request(t):
    """Ctrl-C during a request: exit 130."""
    interrupted(t, "fn(s => { console.log('ready'); return get('%s/slow')(s) })" % t.url, signal.SIGINT, 130,
                adaptor="http")


def test_terminate(t):
    """SIGTERM ends a run like Ctrl-C: exit 143."""
    interrupted(t, WAITING, signal.SIGTERM, 143)


def test_interrupt_json(t):
    """With --log-json the line about an interrupt is JSON too."""
    for line in interrupted(t, WAITING, signal.SIGINT, 130, "--log-json").splitlines():
        json_line(line)


def test_interrupt_writing(t):
    """Ctrl-C while a large output is written: exit 130, the older file stays, no temporary file."""
    t.file("output.json", "old")
    t.file("job.js", "fn(s => ({ data: 'x'.repeat(1.5e8) }))")
    process = t.start("job.js", "-a", "common")
    while process.poll() is None:
        if any(name.startswith("output.json.") for name in os.listdir(t.path)):
            process.send_signal(signal.SIGINT)
            break
    process.communicate(timeout=10)
    if process.returncode == 0:
        raise Skip("the file was written too quickly")
    check(process.returncode == 130, "exit code %s" % process.returncode)
    check(t.read() == b"old", "the older file was changed")
    t.check_leftovers()


# ------------------------------------------------------------------------------------------------ secrets
SECRET = "geheim-4711-xyz"


def hides(t, source, *secrets, configuration=None, adaptor="http", arguments=(), code=None):
    """None of the secrets is printed or stands in the output file."""
    configuration = {"baseUrl": t.url, "username": "anna", "password": SECRET} if configuration is None else configuration
    t.file("state.json", {"configuration": configuration})
    for more in ((), ("--log", "debug"), ("--log-json", "--log", "debug")):
        result = t.job(source, "-s", "state.json", *more, *arguments, adaptor=adaptor, code=code)
        for secret in secrets or (SECRET,):
            for where, text in (("printed", result.out), ("written", t.read().decode() if t.exists() else "")):
                if secret in text:
                    place = text.index(secret)
                    raise Failure("%r is %s: …%s…" % (secret, where, text[max(0, place - 80):place + len(secret) + 20]))
    return result


def test_secret_in_console(t):
    """Secrets of the configuration are hidden in console output, also inside other text and objects."""
    hides(t, "fn(s => { const p = s.configuration.password; console.log(p, 'x' + p, { p }, [p], s, s.configuration);"
             " console.error(p); console.log(JSON.stringify(s)); console.log(new Error(p)); log(p)(s); return s })")


def test_secret_in_errors(t):
    """Secrets are hidden in errors a job throws, in any form."""
    for thrown in ("new Error('a ' + p)", "new TypeError(p)", "p", "{ message: p }", "{ message: { toString: () => p } }",
                   "Object.assign(new Error('x'), { code: p })", "new ReferenceError(p)", "new EvalError(p)"):
        hides(t, "fn(s => { const p = s.configuration.password; throw %s })" % thrown)


def test_secret_at_load(t):
    """Secrets are hidden in errors of top-level code."""
    hides(t, "throw new Error(state.configuration.password)")


def test_secret_in_crash(t):
    """Secrets are hidden in errors that end the run: timers, floating rejections."""
    hides(t, "fn(s => { setTimeout(() => { throw new Error(s.configuration.password) }, 1); return new Promise(() => {}) })")
    hides(t, "fn(s => { Promise.reject(s.configuration.password); return new Promise(r => setTimeout(r, 99, s)) })")


def test_secret_in_error_class(t):
    """Secrets are hidden in the class of an error."""
    hides(t, "fn(s => { const e = new Error('x'); e.subtype = s.configuration.password + 'TypeError'; throw e })")


def test_secret_in_assert(t):
    """Secrets are hidden in errors of common's operations."""
    hides(t, "assert(false, $.configuration.password)", adaptor="common")
    hides(t, "fn(s => assert(false, s.configuration.password)(s))", adaptor="common")


def test_secret_in_rethrown_error(t):
    """Secrets that a job adds to an adaptor's error are hidden."""
    hides(t, "get('/error').catch((e, s) => { e.message += s.configuration.password; e.more = s.configuration.password; throw e })")


def test_secret_in_caught_error(t):
    """Secrets are hidden when a job prints an adaptor's error."""
    hides(t, "post('/refuse', $.configuration).catch((e, s) => { console.log(e, JSON.stringify(e)); return { data: e } })")


def test_secret_in_query(t):
    """Secrets are hidden in the query of an address."""
    hides(t, "get('/refuse', { query: { p: $.configuration.password, q: 'a' } })")
    hides(t, "get(s => '/refuse?p=' + s.configuration.password)")
    hides(t, "get(s => 'http://127.0.0.1:%d/?p=' + s.configuration.password)" % unused_port(),
          configuration={"password": SECRET})


def test_secret_in_query_encoded(t):
    """Secrets are hidden in addresses in their percent-encoded form."""
    secret = "ge heim&1+2/ü"
    hides(t, "get('/refuse', { query: { p: $.configuration.token } })", secret, urllib.parse.quote(secret, safe=""),
          configuration={"baseUrl": t.url, "token": secret})


def test_secret_in_body(t):
    """Secrets are hidden in the body of a refusal that echoes them."""
    for route in ("/refuse", "/refuse-text", "/refuse-parsed"):
        hides(t, "post('%s', $.configuration)" % route)


def test_secret_in_body_escaped(t):
    """Secrets with quotes and backslashes are hidden in JSON, and in JSON inside JSON."""
    hides(t, "post('/refuse', $.configuration)", "auf77",
          configuration={"baseUrl": t.url, "username": "u", "password": 'ge"heim\\auf77'})


def test_secret_in_body_unicode(t):
    """Secrets with accents are hidden in a body that spells them with escapes."""
    hides(t, "post('/refuse-parsed', $.configuration)", "Z\\u00fcrich-77", "Zürich-77",
          configuration={"baseUrl": t.url, "username": "u", "password": "Zürich-77"})


def test_secret_in_body_form(t):
    """Secrets are hidden in a form: plus signs for blanks, escapes in lower case."""
    hides(t, "post('/refuse-form', $.configuration)", "pass+word%2f77",
          configuration={"baseUrl": t.url, "username": "u", "password": "pass word/77"})


def test_secret_in_basic_header(t):
    """The Basic credentials of a request are hidden where a refusal echoes them."""
    hides(t, "get('/refuse')", SECRET, base64.b64encode(("anna:" + SECRET).encode()).decode())


def test_secret_token(t):
    """Tokens and API keys are hidden like passwords, at any depth."""
    hides(t, "fn(s => { console.log(s.configuration.a.apiKey); throw new Error(s.configuration.access_token + s.configuration.a.apiKey) })",
          "token-8822", "key-9933", configuration={"access_token": "token-8822", "a": {"apiKey": "key-9933"}})


def test_secret_number(t):
    """A password that is a number is hidden too."""
    hides(t, "fn(s => { console.log('p', s.configuration.password); throw new Error('p' + s.configuration.password) })",
          "47114711", configuration={"password": 47114711})


def test_secret_in_base_url(t):
    """A password inside baseUrl is hidden in log lines, errors and the response kept in the state."""
    address = t.url.replace("//", "//anna:%s@" % SECRET)
    for route in ("/ok", "/error"):
        hides(t, "get('%s')" % route, configuration={"baseUrl": address})


def test_secret_in_workflow(t):
    """A configuration of a step or a credential never reaches the output."""
    t.file("credentials.json", {"mine": {"password": SECRET}})
    result = t.workflow({"steps": [
        {"id": "a", "adaptor": "common", "configuration": "mine", "next": {"b": True, "c": True},
         "expression": "fn(s => { console.log(s.configuration.password); return s })"},
        {"id": "b", "adaptor": "common", "configuration": {"token": SECRET + "2"}, "expression": "fn(s => s)"}, {"id": "c"}]},
        "--credentials", "credentials.json", "-O", code=0)
    check(SECRET not in result.out, "printed: %s" % result)


def test_secret_through_trigger(t):
    """The configuration of the initial state is not written by a workflow that has only a trigger."""
    for steps in ([{"id": "a"}], [{"id": "a", "next": {"b": True, "c": True}}, {"id": "b"}, {"id": "c"}]):
        result = t.workflow({"steps": steps}, "-S", json.dumps({"configuration": {"password": SECRET}, "data": 1}), code=0)
        check(SECRET not in result.out + t.read().decode(), "written: %s" % t.read().decode())


def test_secret_in_malformed_state(t):
    """A malformed state is not shown in its error."""
    result = t.job("fn(s => s)", "-S", '{"configuration":{"password":"%s"' % SECRET, code=1)
    check(SECRET not in result.out, "printed: %s" % result)
    t.file("credentials.json", '{"mine":{"password":"%s"' % SECRET)
    result = t.workflow({"steps": [{"id": "a"}]}, "--credentials", "credentials.json")
    check(result.code in (1, 9) and SECRET not in result.out, "printed: %s" % result)


def test_secret_not_in_cache(t):
    """What a run was configured with is not kept in the cache."""
    hides(t, "fn(s => s)")
    kept = b"".join(t.read(os.path.join(folder, name)) for folder, _, names in
                    os.walk(t.environment["XDG_CACHE_HOME"]) for name in names)
    check(kept and SECRET.encode() not in kept, "the cache is empty or tells")


# ------------------------------------------------------------------------------------------------ flags
def test_unknown_flag(t):
    """An unknown flag: exit 9, the nearest known one, how to get help."""
    t.file("job.js", "fn(s => s)")
    result = t.run("job.js", "-a", "common", "--output-pth", "x")
    aborts(t, result, "'--output-pth'", "Did you mean '--output-path'?", code=9)
    says(result, "adaptor run --help")
    aborts(t, t.run("job.js", "--nothing-like-it"), "unknown flag", code=9)
    aborts(t, t.run("compile", "job.js", "--adaptr", "http"), "'--adaptor'", code=9)
    aborts(t, t.run("docs", "http", "--adaptor", "http"), "unknown flag", code=9)
    aborts(t, t.run("version", "--verbose"), "unknown flag", code=9)


def test_unknown_short_flag(t):
    """An unknown flag of one letter is not answered with a random other letter."""
    result = t.job("fn(s => s)", "-x", code=9)
    check("Did you mean" not in result.out, "a random suggestion: %s" % result)


def test_flag_values(t):
    """A missing value, a value too many, an odd value: exit 9 and what was expected."""
    t.file("job.js", "fn(s => s)")
    for arguments, word in ((("-a",), "needs a value"), (("-o",), "needs a value"), (("-O=1",), "takes no value"),
                            (("-t", "soon"), "milliseconds"), (("-t", "-5"), "milliseconds"), (("-t", "9" * 30), "milliseconds"),
                            (("--sanitize", "sumarize"), "'summarize'"), (("--log", "verbose"), "default, info, debug"),
                            (("--log", "jb=info"), "'job'"), (("--log", "job=loud"), "'loud'")):
        aborts(t, t.run("job.js", *arguments), word, code=9)


def test_flag_forms(t):
    """`--flag=value` and `--` work; a second file is refused."""
    t.job("fn(s => s)", "--output-path=out.json", "--timeout=5000")
    check(t.exists("out.json"), "not written")
    t.run("-a", "common", "-o", "out2.json", "--", "job.js", code=0)
    aborts(t, t.run("job.js", "other.js", "-a", "common"), "other.js", code=9)


def test_huge_timeout(t):
    """A timeout of any size is understood."""
    t.job("fn(s => s)", "-t", "9223372036854775807")


def test_openfn_flags(t):
    """Flags of OpenFn without use here are accepted, and explained by --help."""
    flags = ["-i", "--no-autoinstall", "--autoinstall", "-m", "--no-expand-adaptors", "--skip-adaptor-validation",
             "--validate", "--no-compile", "--ignore-imports", "--trace"]
    t.job("fn(s => s)", *flags, "--repo-dir", "x")
    page = t.run("run", "--help", code=0)
    says(page, "OpenFn", "--repo-dir", *flags[1:])


def test_openfn_flags_rest(t):
    """The remaining flags of OpenFn's execute are accepted too."""
    for flags in (("--cache-steps",), ("--no-cache-steps",), ("--workspace", "."), ("-w", "."), ("--api-key", "x"),
                  ("--collections-endpoint", "http://127.0.0.1"), ("--collections-version", "1.0.0"),
                  ("--ignore-imports=each,fn",)):
        t.job("fn(s => s)", *flags)


def test_help(t):
    """Help: the overview, a page for each command, and a command that does not exist."""
    for words in (("--help",), ("-h",), ("help",)):
        says(t.run(*words, code=0), "Usage:", "Commands:", "run", "compile", "docs", "version", "new", "http")
    for command in ("run", "compile", "docs", "version", "new"):
        page = t.run(command, "--help", code=0)
        says(page, "adaptor %s:" % command, "Usage:", "--help")
        check(t.run("help", command, code=0).out == page.out, "help %s differs" % command)
        check(all(len(line) <= 100 for line in page.lines), "lines are too long")
    says(t.run("job.js", "--help", code=0), "--output-path")
    says(t.run("help", "nope"), "nope")


def test_no_arguments(t):
    """Without arguments: usage, exit 1."""
    says(t.run(code=1), "Usage:", "✘")


def test_version(t):
    """`version` and `--version` name the program and its adaptors."""
    result = t.run("version", code=0)
    check(re.match(r"adaptor \d+\.\d+\.\d+\n", result.out), "printed: %s" % result)
    says(result, "http", "dhis2", "common")
    check(t.run("--version", code=0).out == result.out, "--version differs")


def test_docs(t):
    """`docs` shows an adaptor and an operation; unknown names are answered with the nearest."""
    says(t.run("docs", "http", code=0), "Operations:", "get(path?, options?)")
    says(t.run("docs", "@openfn/language-http", code=0), "Operations:")
    says(t.run("docs", "http", "get", code=0), "get(path?, options?)", "Parameters:", "path", "Effect: reads only")
    says(t.run("docs", "http", "get", code=0), "files", "maxBodySize", "proxy")
    aborts(t, t.run("docs", "http", "paginate"), "'paginate' is part of the job language")
    aborts(t, t.run("docs", "nope"), "'nope'", "http", "dhis2")
    aborts(t, t.run("docs", "http", "gett"), "'gett'", "Did you mean 'get'?")
    aborts(t, t.run("docs"), "http", code=9)


def test_compile(t):
    """`compile` prints the script, or writes it with -o; errors are those of a run."""
    t.file("job.js", "get('/x')")
    says(t.run("compile", "job.js", "-a", "http", code=0), "get('/x')", "@openfn/language-http")
    t.run("compile", "job.js", "-a", "http", "-o", "out.js", code=0)
    check(b"get('/x')" in t.read("out.js"), "not written")
    aborts(t, t.run("compile", "nope.js"), "'nope.js'", "No such file")
    aborts(t, t.run("compile"), "job file", code=9)
    aborts(t, t.run("compile", "job.js", "-a", "nope"), "'nope'")
    t.file("job.js", "fn(")
    says(t.run("compile", "job.js", "-a", "http", code=1), "SyntaxError", "1:3")


def test_compile_output_path(t):
    """`compile -o` makes the folders it needs, like a run."""
    t.file("job.js", "fn(s => s)")
    t.run("compile", "job.js", "-a", "common", "-o", "a/b/out.js", code=0)
    check(t.exists("a/b/out.js"), "not written")


def test_new_job(t):
    """`new job` writes a job that runs, and overwrites nothing."""
    says(t.run("new", "job", "report", code=0), "report")
    for name in ("job.js", "state.json", "workflow.json", "README.md"):
        check(t.exists("report/" + name), "%s is missing" % name)
    t.run("compile", "report/job.js", "-a", "http", code=0)
    aborts(t, t.run("new", "job", "report"), "report", "exists")


def test_new_adaptor(t):
    """`new adaptor` writes a package beside a checkout."""
    if not os.path.exists(os.path.join(ROOT, "Package.swift")):
        raise Skip("no checkout")
    t.run("new", "adaptor", "my-clinic", "--package", ROOT, code=0)
    for name in ("Package.swift", "README.md"):
        check(t.exists("my-clinic-adaptor/" + name), "%s is missing" % name)
    check(b"MyClinic" in t.read("my-clinic-adaptor/Package.swift"), "not renamed")


def test_new_misuse(t):
    """`new` with odd words: exit 9 and what was expected."""
    for words, said in (((), "new job NAME"), (("job",), "new job NAME"), (("jb", "x"), "'job'"), (("job", "Bad Name"), "'Bad Name'"),
                        (("job", "../x"), "'../x'"), (("adaptor", "x", "--package", "/nope"), "/nope")):
        aborts(t, t.run("new", *words), said, code=9)


def test_pinned_version(t):
    """An older major version of an adaptor is answered with one warning line."""
    result = t.job("fn(s => s)", adaptor="http@6.5.4")
    warnings = [line for line in result.lines if "⚠" in line]
    check(len(warnings) == 1 and "http@6.5.4" in warnings[0], "printed: %s" % result)
    for name in ("http@7.3.2", "@openfn/language-http@7.0.0", "http@latest"):
        check("⚠" not in t.job("fn(s => s)", adaptor=name).out, "%s warns" % name)


def test_unknown_adaptor(t):
    """An unknown adaptor: those shipped, the nearest, and how to write one; exit 1."""
    t.file("job.js", "fn(s => s)")
    aborts(t, t.run("job.js", "-a", "htp"), "'htp'", "Did you mean 'http'?", "common", "dhis2", "adaptor new adaptor htp")
    aborts(t, t.run("job.js", "-a", "salesforce@4.0.0"), "salesforce", "adaptor new adaptor salesforce")


def test_no_adaptor(t):
    """A job without adaptor runs with one warning."""
    result = t.job("export default [s => ({ data: 1 })]", adaptor=None)
    says(result, "⚠", "-a")
    check(t.output() == {"data": 1}, "wrong state")


def test_state_flags(t):
    """-S wins over -s; both have long forms."""
    t.file("state.json", {"data": {"a": 1}})
    t.job("fn(s => s)", "--state-path", "state.json")
    check(t.output() == {"data": {"a": 1}}, "wrong state")
    t.job("fn(s => s)", "-s", "state.json", "--state-stdin", '{"data":{"b":2}}')
    check(t.output() == {"data": {"b": 2}}, "wrong state")


def test_credentials_missing(t):
    """A credentials file that does not exist: exit 9, with a workflow as with a job file."""
    aborts(t, t.workflow({"steps": [{"id": "a"}]}, "--credentials", "nope.json"), "'nope.json'", code=9)
    aborts(t, t.job("fn(s => s)", "--credentials", "nope.json", code=9), "'nope.json'", code=9)


def test_credentials(t):
    """Steps find their credentials in JSON and YAML files; an unknown name is a warning with the nearest."""
    workflow = {"steps": [{"id": "a", "adaptor": "common", "configuration": "mine", "expression": "fn(s => ({ data: s.configuration.host }))"}]}
    for name, content in (("c.json", '{"mine":{"host":"h"}}'), ("c.yaml", "mine:\n  host: h\n")):
        t.file(name, content)
        t.workflow(workflow, "--credentials", name, code=0)
        check(t.output() == {"data": "h"}, "wrong state")
    t.file("c.json", '{"mime":{"host":"h"}}')
    says(t.workflow(workflow, "--credentials", "c.json", code=0), "⚠", "'mine'", "'mime'")


def test_globals(t):
    """--globals gives every step the exports of a script or a file; errors name it."""
    t.job("fn(s => ({ data: twice(s.data) }))", "--globals", "export const twice = x => x * 2", "-S", '{"data":4}')
    check(t.output() == {"data": 8}, "wrong state")
    t.file("g.js", "export const twice = x => x * 2")
    t.job("fn(s => ({ data: twice(s.data) }))", "--globals", "g.js", "-S", '{"data":5}')
    check(t.output() == {"data": 10}, "wrong state")
    t.clear()
    aborts(t, t.run("job.js", "-a", "common", "--globals", "nope.js"), "'nope.js'", "No such file")
    says(t.run("job.js", "-a", "common", "--globals", "export const x = ;", code=1), "globals", "SyntaxError", "1:17")


def test_immutable(t):
    """--immutable gives each operation its own copy of the state."""
    source = "let first; fn(s => { first = s; s.data.n = 1; return s }); fn(s => ({ data: s === first }))"
    t.job(source)
    check(t.output() == {"data": True}, "wrong state")
    t.job(source, "--immutable")
    check(t.output() == {"data": False}, "wrong state")


# ------------------------------------------------------------------------------------------------ logs
CHATTY = "fn(s => { console.log('info'); console.debug('fine'); console.warn('care'); console.error('bad'); return s })"


def test_log_levels(t):
    """--log chooses what is shown; errors always are."""
    says(t.job(CHATTY), "[JOB] ℹ info", "[JOB] ❯ fine", "[JOB] ⚠ care", "[JOB] ✘ bad", "[R/T] ✔", "[CLI] ✔ Finished in")
    check(t.job(CHATTY, "--log", "none").out == "[JOB] ✘ bad\n", "none shows more or less than errors")
    says(t.job(CHATTY, "--log", "info"), "Starting step job-1")
    says(t.job(CHATTY, "--log", "debug"), "Starting operation 1")
    result = t.job(CHATTY, "--log", "job=none,cli=none,runtime=debug")
    check("[CLI]" not in result.out and "info" not in result.out and "Starting operation 1" in result.out, "%s" % result)
    check("fine" not in t.job(CHATTY, "-l", "job=info").out, "job=info shows debug lines")


def test_log_stdout(t):
    """Everything goes to standard output, nothing to standard error."""
    process = t.start(t.file("job.js", CHATTY), "-a", "common", stderr=subprocess.PIPE)
    _, errors = process.communicate(timeout=5)
    check(errors == b"", "standard error got %r" % errors)


def json_line(line):
    try:
        value = json.loads(line)
    except ValueError:
        raise Failure("not a JSON line: %r" % short(line)) from None
    check(set(value) == {"level", "name", "message", "time"}, "odd members: %s" % line)
    check(isinstance(value["message"], list) and re.fullmatch(r"\d{19}", value["time"]), "odd values: %s" % line)
    return value


def test_log_json(t):
    """--log-json: every line is a JSON object with level, name, message and time."""
    result = t.job(r"fn(s => { console.log('a\nb', { x: [1] }, new Error('e'), undefined, 5, null); console.log({ get x() { return 1 } });"
                   r" console.log('\u2028\ud800\0', { a: 1n, f() {} }); throw new Error('x\ny') })", "--log-json", "--log", "debug")
    values = [json_line(line) for line in result.lines]
    job = [value for value in values if value["name"] == "JOB"]
    check(job[0]["message"][:3] == ["a\nb", {"x": [1]}, {"name": "Error", "message": "e"}], "odd message: %s" % job[0])
    check(job[0]["level"] == "info", "odd level")


def test_log_json_output(t):
    """--log-json: the state printed by -O is in a JSON line."""
    lines = [json_line(line) for line in t.job("fn(s => ({ data: 'q' }))", "--log-json", "-O").lines]
    check(any('"q"' in str(line["message"]) or "'q'" in str(line["message"]) for line in lines), "the state is missing")


def test_log_json_crash(t):
    """--log-json: lines about a crash and a timeout are JSON."""
    for source in ("nope()", "while (true) {}"):
        for line in t.job(source, "--log-json", "-t", "300", code=1).lines:
            json_line(line)


def test_log_json_abort(t):
    """--log-json: lines about a malformed job, an unknown adaptor, a missing file and a full disk are JSON."""
    t.file("job.js", "fn(s => s)")
    t.file("bad.js", "fn(")
    for arguments in (("bad.js", "-a", "common"), ("job.js", "-a", "nope"), ("nope.js",), ("job.js", "-a", "common", "-o", "/dev/full"),
                      ("job.js", "-a", "common", "-S", "{")):
        for line in t.run(*arguments, "--log-json", code=1).lines:
            json_line(line)


def test_sanitize(t):
    """--sanitize decides how console output shows objects and arrays."""
    source = "fn(s => { console.log('begin', { b: 1, a: 2 }, [1, 2]); console.log({ a: 3 }); return s })"
    says(t.job(source, "--sanitize", "none"), '"a": 2')
    for policy, expected in (("obfuscate", ["begin [object] [array]", "[object]"]), ("remove", ["begin"]),
                             ("summarize", ["begin (object with keys a, b) (array with 2 items)", "(object with keys a)"])):
        lines = [line.split("ℹ ")[1] for line in t.job(source, "--sanitize", policy).lines if "[JOB]" in line]
        check(lines == expected, "%s prints %s" % (policy, lines))


def test_sanitize_json(t):
    """--sanitize holds for --log-json too."""
    for policy in ("remove", "obfuscate", "summarize"):
        result = t.job("fn(s => { console.log('x', { k: 'inner-value' }, ['inner-value']); return s })", "--log-json", "--sanitize", policy)
        check("inner-value" not in result.out, "%s shows data: %s" % (policy, result))


# ------------------------------------------------------------------------------------------------ workflows
def step(name, source="fn(s => s)", **more):
    return {"id": name, "adaptor": "common", "expression": source, **more}


def test_workflow_unknown_target(t):
    """An edge to an unknown step: its name and the nearest; exit 1."""
    aborts(t, t.workflow({"steps": [step("first", next="secnd"), step("second")]}), "secnd", "'second'")
    aborts(t, t.workflow({"options": {"start": "frst"}, "steps": [step("first")]}), "frst", "'first'")


def test_workflow_circle(t):
    """A circle of steps is shown; exit 1."""
    aborts(t, t.workflow({"steps": [step("a", next="b"), step("b", next={"c": True}), step("c", next="a")]}), "a -> b -> c -> a")
    aborts(t, t.workflow({"steps": [step("a", next="a")]}), "a -> a")


def test_workflow_malformed_json(t):
    """A malformed workflow file: file, line and column; exit 1."""
    aborts(t, t.workflow('{"steps": [\n  {"id": "a",}\n]}'), "workflow.json", "line 2", "column 14")
    aborts(t, t.workflow(""), "workflow.json", "line 1")


def test_workflow_malformed_yaml(t):
    """A malformed YAML workflow: file, line and column; exit 1."""
    aborts(t, t.workflow("steps:\n  - id: a\n   bad: [\n", name="w.yaml"), "w.yaml", "line 3")
    aborts(t, t.workflow("steps:\n\t- id: a\n", name="w.yml"), "w.yml", "line 2")


def test_workflow_shapes(t):
    """Workflows of another shape are refused with what was expected; exit 1."""
    for content, word in (("{}", "steps"), ("[]", "steps"), ("5", "steps"), ('{"steps": {}}', "steps"), ('{"steps": []}', "no steps"),
                          ('{"steps": [5]}', "number"), ('{"steps": [{"id": "a", "next": 5}]}', "next"),
                          ('{"steps": [{"id": "a", "expression": "fn(s => s)", "configuration": 5}]}', "configuration")):
        aborts(t, t.workflow(content), word)


def test_workflow_missing_expression(t):
    """A step's missing file: the file and the step; exit 1."""
    result = t.workflow({"steps": [step("alpha", "nope.js")]})
    aborts(t, result, "nope.js", "No such file")
    aborts(t, result, "alpha")


def test_workflow_malformed_expression(t):
    """A step's malformed job: its name, line, column and source; exit 1, nothing runs."""
    t.file("b.js", "fn(s => s);\nfn(")
    result = t.workflow({"steps": [step("alpha", "fn(s => { console.log('ran'); return s })", next="beta"), step("beta", "b.js")]}, code=1)
    says(result, "b.js", "SyntaxError", "2:3")
    check("ran" not in result.out, "a step ran: %s" % result)


def test_workflow_unknown_adaptor(t):
    """A step's unknown adaptor is named before anything runs; exit 1."""
    aborts(t, t.workflow({"steps": [{**step("a"), "adaptor": "htp"}]}), "'htp'", "'http'")


def test_workflow_adaptor_flag(t):
    """-a beside a workflow: exit 1."""
    aborts(t, t.workflow({"steps": [step("a")]}, "-a", "http"), "-a")


def test_condition_does_not_compile(t):
    """A condition that does not compile: the edge and the reason, before anything runs; exit 1."""
    result = t.workflow({"steps": [step("a", next={"b": "state.("}), step("b")]})
    aborts(t, result, "edge condition a->b", "SyntaxError")
    check("[R/T]" not in result.out, "a step ran")


def test_condition_throws(t):
    """A condition that throws ends the run: exit 1, the reason, no output."""
    says(t.workflow({"steps": [step("a", next={"b": "state.x.y.z"}), step("b")]}, code=1), "EdgeConditionError")
    check(not t.exists(), "an output file was written")


def test_condition_endless(t):
    """A condition that never ends is stopped by the timeout."""
    result = t.workflow({"steps": [step("a", next={"b": "(() => { while (true) {} })()"}), step("b")]}, "-t", "400", limit=4)
    check(result.code == 1 and "✘" in result.out, "%s" % result)


def test_condition_is_not_run_early(t):
    """Checking a condition does not run it: text that closes the function around it is a syntax error."""
    result = t.workflow({"steps": [step("a", next={"b": "1 }); throw new Error('ran'); (function () { return 1"}), step("b")]})
    aborts(t, result, "edge condition a->b", "SyntaxError")


def test_yaml_alias_of_itself(t):
    """A YAML document that contains itself is refused, not followed."""
    aborts(t, t.workflow("steps: &a\n  - *a\n", name="w.yaml"), "w.yaml")
    aborts(t, t.workflow("steps:\n  - id: a\n    state: &s\n      x: *s\n", name="w.yaml"), "w.yaml")


def test_yaml_bomb(t):
    """A YAML document whose aliases multiply is refused."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 9)) for i in range(1, 9)]
    aborts(t, t.workflow("\n".join(lines + ["steps: *a8"]), name="w.yaml"), "nodes")


def test_yaml_nesting(t):
    """A YAML document nested 100,000 deep is refused in good time."""
    result = t.workflow("steps: " + "[" * 100000 + "]" * 100000, name="w.yaml")
    check(result.code == 1 and "w.yaml" in result.out, "%s" % result)


def test_json_nesting(t):
    """A workflow nested 100,000 deep is refused."""
    aborts(t, t.workflow('{"steps": %s}' % ("[" * 100000 + "]" * 100000)), "nested deeper")


def test_large_workflow(t):
    """A workflow of 40 steps with every forward edge is checked in good time."""
    steps = [{"id": "s%d" % i, "next": {"s%d" % j: False for j in range(i + 1, 40)}} for i in range(40)]
    t.workflow({"steps": steps}, code=0, limit=4)


def test_long_workflow(t):
    """A chain of 3,000 steps is checked and run in good time."""
    steps = [{"id": "s%d" % i, "next": "s%d" % (i + 1)} for i in range(3000)] + [{"id": "s3000"}]
    t.workflow({"steps": steps}, code=0, limit=5)


CHAIN = {"steps": [{**step("alpha-one", "fn(s => ({ data: ['a'] }))", next="beta-two"), "name": "First thing"},
                   step("beta-two", "fn(s => ({ data: [].concat(s.data, 'b') }))", next="gamma-three"),
                   step("gamma-three", "fn(s => ({ data: [].concat(s.data, 'c') }))"), step("gamma-four")]}


def test_step_selection(t):
    """--start, --end and --only find steps by id or by a part of id or name."""
    for arguments, expected in (((), ["a", "b", "c"]), (("--start", "beta"), [{}, "b", "c"]), (("--end", "beta-two"), ["a", "b"]),
                                (("--only", "First"), ["a"]), (("--start", "two", "--end", "three"), [{}, "b", "c"])):
        t.workflow(CHAIN, *arguments, code=0)
        check(t.output() == {"data": expected}, "%s gives %s" % (arguments, t.output()))


def test_step_selection_misses(t):
    """A step that is not found or not unique: the nearest, or those that match; exit 1."""
    aborts(t, t.workflow(CHAIN, "--start", "gamma"), "gamma-three", "gamma-four")
    aborts(t, t.workflow(CHAIN, "--only", "beta-tow"), "'beta-two'")


def test_several_leaves(t):
    """A workflow with several ends writes each state under its step."""
    t.workflow({"steps": [step("a", next={"b": True, "c": True}), step("b", "fn(s => ({ data: 1 }))"), step("c", "fn(s => ({ data: 2 }))")]}, code=0)
    check(t.output() == {"b": {"data": 1}, "c": {"data": 2}}, "wrong state: %s" % t.output())


def test_error_position_in_workflow(t):
    """The error of a step shows its source line with a caret."""
    result = t.workflow({"steps": [step("a", "fn(s => s);\nfn(s => s.x.y)")]}, code=0)
    says(result, "Error occurred at: a", "2: fn(s => s.x.y)", "^")
    check(t.error("a")["pos"]["line"] == 2 and t.error("a")["pos"]["src"] == "fn(s => s.x.y)", "wrong position")


# ------------------------------------------------------------------------------------------------ cache
def entries(t):
    return [os.path.join(folder, name) for folder, _, names in os.walk(t.environment["XDG_CACHE_HOME"]) for name in names]


def with_damage(t, damage):
    """Runs a job whose cache entry is damaged: the result is the same, and the entry is good again or ignored."""
    t.job("fn(s => ({ data: 'right' }))")
    check(len(entries(t)) == 1, "one entry was expected: %s" % entries(t))
    damage(entries(t)[0])
    result = t.job("fn(s => ({ data: 'right' }))")
    check(t.output() == {"data": "right"}, "wrong state: %s; %s" % (t.output(), result))
    t.job("fn(s => ({ data: 'right' }))")
    check(t.output() == {"data": "right"}, "wrong state at the third run")


def rewrite(change):
    def damage(path):
        with open(path, "rb") as file:
            content = file.read()
        with open(path, "wb") as file:
            file.write(change(content))
    return damage


def test_cache_truncated(t):
    """A truncated cache entry is ignored."""
    for length in (0, 1, 20, -1):
        with_damage(t, rewrite(lambda content: content[:length]))


def test_cache_foreign(t):
    """Something else in the place of a cache entry is ignored."""
    for content in (b"\0" * 5000, b"{}\n", b"null\n", b"fn(s => s)", b"\xff\xfe" * 100, b'{"key":"1","source":5,"code":-5}\nx'):
        with_damage(t, rewrite(lambda _: content))


def test_cache_swapped(t):
    """The entry of another job in the place of a cache entry is ignored."""
    t.job("fn(s => ({ data: 'wrong' }))")
    other = entries(t)[0]
    with open(other, "rb") as file:
        content = file.read()
    os.remove(other)
    with_damage(t, rewrite(lambda _: content))


def test_cache_garbled(t):
    """A cache entry whose compiled code was damaged is ignored."""
    with_damage(t, rewrite(lambda content: content[:-12] + b"x" * 12))


def test_cache_garbled_anywhere(t):
    """A cache entry with one damaged byte, wherever, is ignored."""
    t.job("fn(s => ({ data: 'right' }))")
    path = entries(t)[0]
    with open(path, "rb") as file:
        content = file.read()
    for place in range(0, len(content), max(1, len(content) // 40)):
        with open(path, "wb") as file:
            file.write(content[:place] + bytes([content[place] ^ 0x01]) + content[place + 1:])
        result = t.job("fn(s => ({ data: 'right' }))")
        check(t.output() == {"data": "right"}, "byte %d: wrong state %s; %s" % (place, t.output(), result))


def test_cache_directory_as_entry(t):
    """A directory in the place of a cache entry is ignored."""
    def damage(path):
        os.remove(path)
        os.mkdir(path)
    t.job("fn(s => ({ data: 'right' }))")
    damage(entries(t)[0])
    t.job("fn(s => ({ data: 'right' }))")
    check(t.output() == {"data": "right"}, "wrong state")


def test_cache_unwritable(t):
    """A cache that cannot be written costs time only; nothing is said."""
    t.file("plain", "x")
    for path in (os.path.join(t.path, "plain"), "/proc/nope", "/dev/null"):
        t.environment["XDG_CACHE_HOME"] = path
        result = t.job("fn(s => s)")
        check("cache" not in result.out.lower(), "it is mentioned: %s" % result)
    t.environment["HOME"] = t.environment.pop("XDG_CACHE_HOME")
    t.job("fn(s => s)")
    del t.environment["HOME"]
    t.job("fn(s => s)")


def test_cache_relative(t):
    """A relative XDG_CACHE_HOME does not count; the cache is private."""
    t.environment["XDG_CACHE_HOME"] = "relative"
    t.job("fn(s => s)")
    check(not t.exists("relative"), "a cache in the working directory")
    folder = os.path.join(t.environment["HOME"], ".cache", "swift-adaptors")
    check(os.path.isdir(folder) and stat.S_IMODE(os.stat(folder).st_mode) == 0o700, "no private cache under HOME")


def test_no_cache(t):
    """--no-cache neither reads nor keeps compiled jobs."""
    t.job("fn(s => s)", "--no-cache")
    check(entries(t) == [], "kept: %s" % entries(t))


def test_cache_at_once(t):
    """Twenty runs at once with one cache and one output file: all succeed, nothing is half written."""
    t.file("job.js", "fn(s => ({ data: '%s' }))" % ("x" * 100000))
    processes = [t.start("job.js", "-a", "common") for _ in range(20)]
    for process in processes:
        out, _ = process.communicate(timeout=20)
        check(process.returncode == 0, "exit code %s: %s" % (process.returncode, out.decode()))
    check(len(t.output()["data"]) == 100000, "wrong state")
    check(len(entries(t)) == 1, "entries: %s" % entries(t))
    t.check_leftovers()


def test_cache_keeps_adaptors_apart(t):
    """One job with two adaptors, or other globals, has two entries."""
    t.job("fn(s => s)")
    t.job("fn(s => s)", adaptor="http")
    t.job("fn(s => s)", "--globals", "export const fn = f => s => ({ data: 'global' })")
    check(len([path for path in entries(t)]) >= 3, "entries: %s" % entries(t))


# ------------------------------------------------------------------------------------------------ main
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adaptor", default=os.path.join(ROOT, ".build/release/adaptor"))
    parser.add_argument("--only", metavar="PATTERN", help="tests whose name matches, such as 'timeout*'")
    parser.add_argument("--verbose", action="store_true", help="name each test")
    options = parser.parse_args()
    if not os.access(options.adaptor, os.X_OK):
        sys.exit("no program at %s; say where with --adaptor" % options.adaptor)
    Bench.adaptor = os.path.abspath(options.adaptor)
    Bench.url = serve()
    pattern = options.only or "*"
    tests = [(name[5:], function) for name, function in globals().items()
             if name.startswith("test_") and (fnmatch.fnmatch(name[5:], pattern) or fnmatch.fnmatch(name, pattern))]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        for name, (outcome, text, seconds) in zip([name for name, _ in tests], pool.map(attempt, [f for _, f in tests])):
            counts[outcome] += 1
            if outcome == "failed":
                print("FAILED  %s\n    %s" % (name, text))
            elif options.verbose:
                print("%-7s %s (%.1f s)%s" % (outcome, name, seconds, ": " + text if text else ""))
            sys.stdout.flush()
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    sys.exit(1 if counts["failed"] else 0)


def attempt(function):
    path = os.path.realpath(tempfile.mkdtemp(prefix="command-line-"))
    begin = time.monotonic()
    try:
        function(Bench(path))
        outcome, text = "passed", ""
    except Skip as reason:
        outcome, text = "skipped", str(reason)
    except Failure as failure:
        outcome, text = "failed", "%s\n    %s" % (function.__doc__, failure)
    except Exception:
        outcome, text = "failed", "%s\n%s" % (function.__doc__, traceback.format_exc())
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return outcome, text, time.monotonic() - begin


if __name__ == "__main__":
    main()
