#!/usr/bin/env python3
"""Runs HTTP jobs against servers that others wrote: httpbin under gunicorn, and nginx with TLS.

    run.py [--adaptor PATH] [--only PATTERN] [--verbose]

httpbin is installed from the package index into .build/peers, once. nginx asks for certificates that this script
makes with openssl. Everything listens on 127.0.0.1 and is stopped by its process id. Each check is a job and what
its final state must be; the last line is `N passed, N failed`, the exit status is 1 when one failed.
"""
import argparse
import base64
import fnmatch
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PACKAGES = ["httpbin==0.10.4", "gunicorn==23.0.0"]
CHECKS = []


# ---------------------------------------------------------------------------------------- servers
class Servers:
    """What runs for the checks, and where."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []

    def start(self, command, **options):
        log = open(os.path.join(self.folder, os.path.basename(command[0]) + ".log"), "ab")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def httpbin(self):
        python = environment()
        port = free_port()
        self.start([python, "-m", "gunicorn", "--bind", "127.0.0.1:%d" % port, "--workers", "1", "--threads", "8",
                    "httpbin:app"], cwd=self.folder)
        wait_for(port)
        return "http://127.0.0.1:%d" % port

    def nginx(self):
        """TLS with a certificate for localhost, another that has expired, and one for clients."""
        certificates(self.folder)
        ports = {name: free_port() for name in ("good", "expired", "client")}
        servers = "".join(SERVER % dict(port=ports[name], folder=self.folder, certificate=certificate, more=more)
                          for name, certificate, more in (
                              ("good", "server", ""), ("expired", "expired", ""),
                              ("client", "server", "ssl_client_certificate %s/ca.crt; ssl_verify_client on;" % self.folder)))
        path = os.path.join(self.folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(CONFIGURATION % dict(folder=self.folder, servers=servers))
        with open(os.path.join(self.folder, "text.txt"), "w") as file:
            file.write("compressible " * 1000)
        self.start([program("nginx"), "-c", path])
        for port in ports.values():
            wait_for(port)
        return {name: "https://localhost:%d" % port for name, port in ports.items()}


CONFIGURATION = """
daemon off; master_process off; pid %(folder)s/nginx.pid; error_log stderr;
events { worker_connections 64; }
http {
  access_log off; default_type text/plain; gzip on; gzip_types text/plain;
  client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
  uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
  %(servers)s
}
"""
SERVER = """
server {
  listen 127.0.0.1:%(port)d ssl; ssl_certificate %(folder)s/%(certificate)s.crt;
  ssl_certificate_key %(folder)s/%(certificate)s.key; %(more)s
  root %(folder)s;
  location = /who { default_type application/json; return 200 '{"who":"$ssl_client_s_dn","over":"$ssl_protocol"}'; }
}
"""


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        raise SystemExit("%s is not installed; Scripts/setup installs it" % name)
    return found


def environment():
    """The Python that has httpbin."""
    folder = os.path.join(ROOT, ".build", "peers")
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, "packages")
    wanted = "\n".join(PACKAGES)
    if not os.path.exists(stamp) or open(stamp).read() != wanted:
        print("installing %s" % ", ".join(PACKAGES), flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], check=True)
        with open(stamp, "w") as file:
            file.write(wanted)
    return python


def certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test authority", "-days", "2",
            "-keyout", "ca.key", "-out", "ca.crt")
    for name, subject, days in (("server", "localhost", "2"), ("expired", "localhost", "-1"), ("client", "clinic", "2")):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + subject,
                "-addext", "subjectAltName=DNS:localhost", "-keyout", name + ".key", "-out", name + ".csr")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                "-copy_extensions", "copy", "-days", days, "-out", name + ".crt")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("no server answers on port %d" % port)


# ---------------------------------------------------------------------------------------- checks
def check(name, job, expected, **configuration):
    """`expected` is the final state, or a function of it that says whether it is right."""
    CHECKS.append((name, job, expected, configuration))


def error(**expected):
    """The step must have failed with these details."""
    def holds(state):
        details = state["errors"]["job-1"].get("details", {})
        return all(details.get(key) == value for key, value in expected.items())
    return holds


DATA = "fn(({ data }) => ({ data }));"
USER = dict(username="ann", password="open-sesame")

for method, call in (("GET", "get('%s')"), ("POST", "post('%s', { a: 1 })"), ("PUT", "put('%s', { a: 1 })"),
                     ("PATCH", "patch('%s', { a: 1 })"), ("DELETE", "del('%s')")):
    path = "/" + method.lower()
    check("method-" + method, call % path + "; fn(s => ({ data: s.data.json ?? null }));",
          {"data": {"a": 1} if method in ("POST", "PUT", "PATCH") else None})
check("basic", "get('/basic-auth/ann/open-sesame');" + DATA, {"data": {"authenticated": True, "user": "ann"}}, **USER)
check("basic-wrong", "get('/basic-auth/ann/another');", error(statusCode=401), **USER)
check("bearer", "get('/bearer');" + DATA, {"data": {"authenticated": True, "token": "t0ken"}}, access_token="t0ken")
for algorithm in ("MD5", "SHA-256"):
    job = "get('/digest-auth/auth/ann/open-sesame/%s');" % algorithm + DATA
    check("digest-" + algorithm, job, {"data": {"authenticated": True, "user": "ann"}}, **USER)
    check("digest-only-" + algorithm, job, {"data": {"authenticated": True, "user": "ann"}}, authentication="digest", **USER)
# libcurl has no SHA-512; the answer is told as it is.
check("digest-SHA-512", "get('/digest-auth/auth/ann/open-sesame/SHA-512');", error(statusCode=401), **USER)
check("digest-wrong", "get('/digest-auth/auth/ann/another');", error(statusCode=401), **USER)
check("digest-stale", "each([1, 2, 3], get('/digest-auth/auth/ann/open-sesame/MD5/2'));" + DATA,
      {"data": {"authenticated": True, "user": "ann"}}, cookies=True, **USER)
for coding in ("gzip", "deflate", "brotli"):
    check("coding-" + coding, "get('/%s'); fn(s => ({ data: s.data['%s'], coded: s.response.headers['content-encoding'] }));" % (
        coding, {"gzip": "gzipped", "deflate": "deflated", "brotli": "brotli"}[coding]), {"data": True})
for kind in ("redirect", "relative-redirect"):
    check(kind, "get('/%s/4'); fn(s => ({ code: s.response.statusCode }));" % kind, {"code": 200})
check("redirect-too-many", "get('/relative-redirect/8'); fn(s => ({ code: s.response.statusCode }));", {"code": 302})
check("redirect-307", "post('/redirect-to?status_code=307&url=/post', { a: 1 }); fn(s => ({ json: s.data.json }));",
      {"json": {"a": 1}})
check("cookies", "get('/cookies/set?a=1'); get('/cookies');" + DATA, {"data": {"cookies": {"a": "1"}}}, cookies=True)
check("no-cookies", "get('/cookies/set?a=1'); get('/cookies');" + DATA, {"data": {"cookies": {}}})
for status in (400, 404, 418, 429, 500, 503):
    check("status-%d" % status, "get('/status/%d');" % status, error(statusCode=status))
check("bytes", "get('/bytes/1000?seed=1', { parseAs: 'base64' }); fn(s => ({ n: Buffer.from(s.data, 'base64').length }));",
      {"n": 1000})
check("chunks", "get('/stream-bytes/100000?chunk_size=1000', { parseAs: 'base64' });"
      "fn(s => ({ n: Buffer.from(s.data, 'base64').length }));", {"n": 100000})
check("drip", "get('/drip?numbytes=5&duration=1&delay=0', { parseAs: 'stream' }); fn(async s => {"
      " let n = 0, pieces = 0; for await (const piece of s.data) { n += piece.length; pieces += 1; }"
      " return { n, several: pieces > 1 }; });", {"n": 5, "several": True})
check("silence", "get('/delay/5', { timeout: 300 });", error(code="UND_ERR_HEADERS_TIMEOUT"))
check("deadline", "get('/drip?numbytes=10&duration=5&delay=0', { deadline: 500 });", error(code="DEADLINE_EXCEEDED"))
check("form", "post('/post', { a: 'x', b: [1, 2] }, { contentType: 'urlencoded' }); fn(s => ({ form: s.data.form }));",
      {"form": {"a": "x", "b": ["1", "2"]}})
check("multipart", "post('/post', { a: 'x' }, { files: { scan: { filename: 's.txt', content: 'hello' } } });"
      "fn(s => ({ form: s.data.form, files: s.data.files }));", {"form": {"a": "x"}, "files": {"scan": "hello"}})
check("query", "get('/get?z=1', { query: { a: ['x y', 2], b: true } }); fn(s => ({ args: s.data.args }));",
      {"args": {"a": ["x y", "2"], "b": "true", "z": "1"}})
check("header-key", "get('/headers'); fn(s => ({ key: s.data.headers['X-Api-Key'] }));", {"key": "the-key"},
      authentication="header", apiKey="the-key")
check("query-key", "get('/get'); fn(s => ({ args: s.data.args }));", {"args": {"api_key": "the-key"}},
      authentication="query", apiKey="the-key")
check("utf8", "get('/encoding/utf8'); fn(s => ({ found: s.data.includes('∮ E⋅da = Q') }));", {"found": True})
check("xml", "get('/xml'); parseXML($.data); fn(s => ({ n: s.data.slideshow.slide.length, by: s.data.slideshow['@author'] }));",
      {"n": 2, "by": "Yours Truly"})
check("html", "get('/html'); parseXML($.data, $ => $('h1').text());" + DATA, {"data": {"body": "Herman Melville - Moby-Dick"}})
check("retry", "get('/status/503', { retry: { attempts: 3, backoff: 1 } });", error(statusCode=503))
check("concurrent", "each(_range, get(s => '/anything/' + s.data), { concurrency: 8 });"
      "fn(s => ({ same: s.data.every((d, i) => d.url.endsWith('/anything/' + i)) }));"
      "const _range = Array.from({ length: 50 }, (_, i) => i);", {"same": True})
check("too-large", "get('/bytes/5000', { maxBodySize: 4999, parseAs: 'base64' });", error(code="BODY_TOO_LARGE"))

WHO = "get('/who'); fn(s => ({ who: s.data.who }));"
check("tls", WHO, {"who": ""}, base="good", tls={"ca": "ca"})
check("tls-gzip", "get('/text.txt'); fn(s => ({ n: s.data.length, coded: s.response.headers['content-encoding'] }));",
      {"n": 13000}, base="good", tls={"ca": "ca"})
check("tls-unknown-authority", WHO, error(code="ERR_TLS_CERT"), base="good")
check("tls-expired", WHO, error(code="ERR_TLS_CERT"), base="expired", tls={"ca": "ca"})
check("tls-wrong-host", "get('/who');", error(code="ERR_TLS_CERT"), base="wrong-host", tls={"ca": "ca"})
check("tls-unchecked", WHO, {"who": ""}, base="expired", tls={"rejectUnauthorized": False})
check("tls-client", WHO, {"who": "CN=clinic"}, base="client", tls={"ca": "ca", "cert": "client", "key": "client"})
check("tls-no-client", WHO, error(statusCode=400), base="client", tls={"ca": "ca"})


# ---------------------------------------------------------------------------------------- running
def text(folder, name, ending):
    with open(os.path.join(folder, name + ending)) as file:
        return file.read()


def configured(configuration, bases, folder):
    configuration = dict(configuration)
    configuration["baseUrl"] = bases[configuration.pop("base", "httpbin")]
    endings = {"ca": ".crt", "cert": ".crt", "key": ".key"}
    if "tls" in configuration:
        configuration["tls"] = {name: text(folder, value, endings[name]) if name in endings else value
                                for name, value in configuration["tls"].items()}
    return configuration


def problem(adaptor, job, expected, configuration):
    """What is wrong with the outcome of a job; None when all is well."""
    with tempfile.TemporaryDirectory(prefix="peers-") as work:
        with open(os.path.join(work, "job.js"), "w") as file:
            file.write(job)
        with open(os.path.join(work, "state.json"), "w") as file:
            json.dump({"configuration": configuration, "data": {}}, file)
        run = subprocess.run([adaptor, "job.js", "-a", "http", "-s", "state.json", "-o", "out.json", "-t", "20000"],
                             cwd=work, capture_output=True, text=True, timeout=40, stdin=subprocess.DEVNULL)
        told = run.stdout + run.stderr
        for secret in secrets(configuration):
            if secret in told:
                return "a secret is in the log: %s" % told
        try:
            with open(os.path.join(work, "out.json")) as file:
                state = json.load(file)
            is_right = expected(state) if callable(expected) else state == expected
        except (OSError, KeyError):
            is_right, state = False, None
        return None if is_right else "%s\n      %s" % (json.dumps(state)[:600], told[-600:])


def secrets(configuration):
    found = [configuration[name] for name in ("password", "access_token", "apiKey") if name in configuration]
    if "username" in configuration:
        found.append(base64.b64encode(("%(username)s:%(password)s" % configuration).encode()).decode())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adaptor", default=os.path.join(ROOT, ".build", "release", "adaptor"))
    parser.add_argument("--only", default="*", metavar="PATTERN")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    adaptor = os.path.abspath(options.adaptor)
    failed = passed = 0
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        os.chmod(folder, 0o755)
        servers = Servers(folder)
        try:
            bases = {"httpbin": servers.httpbin(), **servers.nginx()}
            bases["wrong-host"] = bases["good"].replace("localhost", "127.0.0.1")
            for name, job, expected, configuration in CHECKS:
                if not fnmatch.fnmatch(name, options.only):
                    continue
                wrong = problem(adaptor, job, expected, configured(configuration, bases, folder))
                failed, passed = failed + bool(wrong), passed + (not wrong)
                if wrong or options.verbose:
                    print("%s %s%s" % ("FAIL" if wrong else "ok  ", name, "\n      " + wrong if wrong else ""), flush=True)
        finally:
            servers.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
