"""Servers that refuse, encrypt, are full, are killed; statements that are given up; results that are huge."""
import functools
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

import clusters
from jobs import Running, problem_of_failure, run, told

WORKERS = 1
SELECT = "sql('select 1 as one'); fn(({ data }) => ({ data }));"
ONE = {"data": [{"one": 1}]}
CHECKS = []

# A durable commit, for servers that are killed.
DURABLE = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}


def check(function):
    CHECKS.append((function.__name__.replace("_", "-"), function))
    return function


def works(context, configuration, job=SELECT, expected=ONE, **more):
    outcome = run(context.adaptor, job, configuration, **more)
    if not outcome.is_done or outcome.state != expected:
        return "it does not work: %s" % outcome
    if outcome.left:
        return "files are left behind: %s" % outcome.left
    return told(outcome, [configuration.get("password") or "no password", "PRIVATE KEY"])


def fails(context, configuration, *codes, job=SELECT, within=8, **more):
    password = configuration.get("password") or "no password"
    outcome = run(context.adaptor, job, configuration, bound=30, **more)
    wrong = problem_of_failure(outcome, [password, "PRIVATE KEY"], codes)
    if not wrong and outcome.seconds > within:
        wrong = "it took %.1f s: %s" % (outcome.seconds, outcome)
    if not wrong and outcome.left:
        wrong = "files are left behind: %s" % outcome.left
    return wrong


class Context:
    def __init__(self, suite):
        self.suite, self.adaptor = suite, suite.adaptor
        self._tls = self._durable = None

    @property
    def cluster(self):
        return self.suite.cluster()

    @property
    def tls(self):
        self._tls = self._tls or TLS(self.suite)
        return self._tls

    @property
    def durable(self):
        self._durable = self._durable or self.suite.cluster(**DURABLE)
        if self._durable.process.poll() is not None:
            self._durable.start()
        return self._durable


# ---------------------------------------------------------------------------------------- who
@check
def wrong_password(context):
    return fails(context, context.cluster.configuration(password="wrong-pass-word"), "28P01")


@check
def no_password(context):
    configuration = context.cluster.configuration()
    del configuration["password"]
    return fails(context, configuration, "28P01")


@check
def empty_password(context):
    return fails(context, context.cluster.configuration(password=""), "28P01")


@check
def unknown_user(context):
    return fails(context, context.cluster.configuration(user="nobody'; --"), "28P01")


@check
def unknown_database(context):
    return fails(context, context.cluster.configuration(database="nowhere"), "3D000")


HOSTILE_DATABASES = ["jobs host=elsewhere", "postgresql://elsewhere/jobs", "host=127.0.0.1 dbname=jobs", "jobs'; --",
                     "\"jobs\"",
                     "jobs\n", "%s%n", "x" * 100, "jobs\0", "\ud800"]


def hostile_database(name, context):
    return fails(context, context.cluster.configuration(database=name), "3D000", "22021", "08001")


for name in HOSTILE_DATABASES:
    CHECKS.append(("database-%s" % ascii(name)[1:40], functools.partial(hostile_database, name)))


PASSWORDS = ["it's", "a b", "\\", "\"", "%s", "p\u00e4ss", "\u2163", "'; drop role job; --", "=", "x" * 500, "a\tb",
             "\U0001f600",
             "e\u0301", " lead", "trail ", "#", "pass word=x host=elsewhere"]


@check
def passwords_of_all_kinds(context):
    return first(password_works(context, password, method)
                 for method in ("scram-sha-256", "md5") for password in PASSWORDS)


def password_works(context, password, method):
    if method == "md5" and context.suite.version >= 18:
        return None
    hexadecimal = password.encode().hex()
    context.cluster.query("set password_encryption = '%s'; do $$ begin execute format('create role special "
                          "login password %%L', "
                          "convert_from('\\x%s', 'UTF8')); end $$; grant connect on database jobs to special"
                          % (method, hexadecimal))
    access = context.cluster.path("data/pg_hba.conf")
    with open(access) as file:
        before = file.read()
    try:
        context.cluster.write("data/pg_hba.conf", "host all special 127.0.0.1/32 %s\n" % method + before)
        context.cluster.query("select pg_reload_conf()")
        time.sleep(0.1)
        wrong = works(context, context.cluster.configuration(user="special", password=password))
        return wrong and "%s with %r: %s" % (method, password, wrong)
    finally:
        context.cluster.write("data/pg_hba.conf", before)
        context.cluster.query("revoke connect on database jobs from special; drop role special")


@check
def password_with_zero(context):
    # What stands before the zero is the right password.
    return fails(context, context.cluster.configuration(
        password=context.cluster.password + "\0more"), "28P01", "08001", "22021")


@check
def role_that_may_not_log_in(context):
    context.cluster.query("create role barred nologin password 'barred-pass'")
    return fails(context, context.cluster.configuration(user="barred", password="barred-pass"), "28000")


@check
def missing_right(context):
    context.cluster.query("create table if not exists guarded (v text)")
    return fails(context, context.cluster.configuration(), "42501", job="insert('guarded', { v: 'a-bound-value' });")


@check
def too_many_connections(context):
    cluster = context.suite.cluster(max_connections="6", superuser_reserved_connections="3")
    running = []

    def is_full():
        if cluster.psql("select 1", "jobs", "job").returncode:
            return True
        running.append(subprocess.Popen([*cluster.command("jobs", "job"), "-c", "select pg_sleep(60)"],
                                        env=cluster.environment("job"), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(0.2)
        return False
    try:
        if not wait_until(is_full):
            return "the check itself failed: there is still a connection"
        return fails(context, cluster.configuration(), "53300")
    finally:
        for process in running:
            process.kill()
            process.wait()


def first(problems):
    return next((problem for problem in problems if problem), None)


def wait_until(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.03)
    return False


# ---------------------------------------------------------------------------------------- where
@check
def nobody_listens(context):
    return fails(context, context.cluster.configuration(port=clusters.free_port()), "08001")


def unknown_host(host, context):
    return fails(context, context.cluster.configuration(host=host), "08001")


for name in ("nowhere.invalid", "127.0.0.1,127.0.0.1", "a b", "' '", "/nowhere", "127.0.0.1\0", "%s", "::2", "x" * 300):
    CHECKS.append(("host-%s" % ascii(name)[1:40], functools.partial(unknown_host, name)))


@check
def ports_that_are_none(context):
    problems = []
    for port in (0, -1, 65536, 1.5, "x", True, [5432], "5432 host=elsewhere"):
        outcome = run(context.adaptor, SELECT, context.cluster.configuration(port=port))
        problems.append(
    None if not outcome.is_done and (
        outcome.errors or outcome.code) else "%r: %s" %
         (port, outcome))
    return first(problems)


class Answering:
    """A port that answers every connection in one way."""

    def __init__(self, answer):
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=(connection,), daemon=True).start()

    def serve_one(self, connection):
        with connection:
            try:
                self.answer(connection)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def sends(data):
    def answer(connection):
        connection.recv(4096)
        connection.sendall(data)
    return answer


ANSWERS = {
    "nothing": b"", "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": b"\0" * 5000, "ones": b"\xff" * 5000, "endless length": b"R\x7f\xff\xff\xff" + b"x" * 1000,
    "negative length": b"R\xff\xff\xff\xf0" + b"x" * 100, "unknown authentication": b"R\0\0\0\x08\0\0\0\x63",
    "kerberos": b"R\0\0\0\x08\0\0\0\x02", "empty error": b"E\0\0\0\x05\0",
    "error without code": b"E\0\0\0\x10SFATAL\0Mno\0\0\0",
    "old error": b"Eold servers say this\n\0", "unterminated error": b"E\0\0\0\x20SFATAL\0C28000",
    "ready at once": b"Z\0\0\0\x05I",
    "no SASL": b"R\0\0\0\x0d\0\0\0\x0aABC\0\0", "yes to SSL": b"S", "no to SSL": b"N",
}


def no_server(data, ssl, context):
    with Answering(sends(data)) as server:
        return fails(context, context.cluster.configuration(port=server.port, ssl=ssl, connectTimeout=2), "08001",
                     "08006", "28000",
                     within=4)


for label, data in ANSWERS.items():
    for encrypted in (False, True):
        CHECKS.append(("no-server-%s%s" % (label.replace(" ", "-"), "-tls" if encrypted else ""),
                       functools.partial(no_server, data, encrypted)))


@check
def server_that_is_silent(context):
    with Answering(lambda connection: time.sleep(30)) as server:
        return first(fails(context, context.cluster.configuration(port=server.port, connectTimeout=1, ssl=ssl),
                           "08001", within=3)
                     for ssl in (False, True))


@check
def server_that_drips(context):
    def drip(connection):
        connection.sendall(b"R\0\0\x40\0")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)
    with Answering(drip) as server:
        return fails(context, context.cluster.configuration(port=server.port, connectTimeout=1), "08001", within=3)


@check
def timeout_that_is_short(context):
    with Answering(lambda connection: time.sleep(30)) as server:
        return fails(context, context.cluster.configuration(port=server.port, connectTimeout=0.0001), "08001", within=15)


@check
def timeouts_that_are_none(context):
    """As with libpq, nothing and less mean no limit; values beyond all limits are not the end of the program."""
    problems = []
    with Answering(lambda connection: time.sleep(30)) as server:
        for timeout in (0, -1, 1e300):
            configuration = context.cluster.configuration(port=server.port, connectTimeout=timeout)
            outcome = run(context.adaptor, SELECT, configuration, "-t", "800", bound=15)
            problems.append(None if "longer than 800ms" in outcome.log and outcome.code == 1 else str(outcome))
    return first(problems)


# ---------------------------------------------------------------------------------------- TLS
class TLS:
    """A cluster that speaks TLS, with an authority of its own. Where `who` connects from says what it must show."""

    ACCESS = ("hostssl all job 127.0.0.1/32 scram-sha-256\nhostssl all clinic 127.0.0.1/32 cert\n"
              "host all admin 127.0.0.1/32 scram-sha-256\n")

    def __init__(self, suite):
        self.folder = suite.scratch("tls")
        self.make()
        # Without TLS at first: the files belong in the folder of the cluster.
        self.cluster = suite.cluster(access=self.ACCESS)
        self.cluster.query("create role clinic login; grant connect on database jobs to clinic")
        self.serve("server")

    def make(self):
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True,
                           stdin=subprocess.DEVNULL, capture_output=True)
        for name in ("ca", "otherca"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-days", "2", "-keyout",
                    name + ".key",
                    "-out", name + ".crt")
        for name, subject, days, authority in (("server", "localhost", "2", "ca"), ("expired", "localhost", "-1", "ca"),
                                               ("clinic", "clinic", "2", "ca"), ("another", "another", "2", "ca"),
                                               ("stranger", "clinic", "2", "otherca"), ("late", "clinic", "-1", "ca")):
            openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + subject, "-addext",
                    "subjectAltName=DNS:" + subject,
                    "-keyout", name + ".key", "-out", name + ".csr")
            openssl("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key",
                    "-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out", name + ".crt")
        openssl("rsa", "-aes256", "-in", "clinic.key", "-out", "locked.key", "-passout", "pass:secret")

    def text(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def serve(self, name):
        if getattr(self, "served", None) == name:
            return
        settings = {"ssl": "on"}
        for setting, file in (("ssl_cert_file", name + ".crt"),
                              ("ssl_key_file", name + ".key"), ("ssl_ca_file", "ca.crt")):
            settings[setting] = self.cluster.write(file, self.text(file))
        self.cluster.close_sessions()
        self.cluster.process.send_signal(signal.SIGINT)
        self.cluster.process.wait()
        self.cluster.settings.update(settings)
        self.cluster.start()
        self.served = name

    def configuration(self, **more):
        files = {
    name: self.text(value) for name, value in more.items() if name in (
        "ca", "cert", "key") and value.endswith(
            (".crt", ".key"))}
        return self.cluster.configuration(**{"host": "localhost", "ssl": True, **more, **files})


ENCRYPTED = "sql('select ssl from pg_stat_ssl where pid = pg_backend_pid()'); fn(({ data }) => ({ data }));"
TRUE = {"data": [{"ssl": True}]}
CLINIC = {"user": "clinic", "password": None, "ca": "ca.crt"}

TLS_WORKS = {
    "authority": {"ca": "ca.crt"}, "unchecked": {"allowSelfSignedCert": True},
    "ssl-is-text": {"ca": "ca.crt", "ssl": "true"},
    "ssl-is-object": {"ca": "ca.crt", "ssl": {}}, "unchecked-with-authority": {"allowSelfSignedCert": True,
                                                                               "ca": "otherca.crt"},
    "unchecked-host": {"allowSelfSignedCert": True, "host": "127.0.0.1"},
    "client": {**CLINIC, "cert": "clinic.crt", "key": "clinic.key"},
}
TLS_FAILS = {
    "unknown-authority": ({}, "08001"), "wrong-authority": ({"ca": "otherca.crt"}, "08001"),
    "wrong-host": ({"ca": "ca.crt", "host": "127.0.0.1"}, "08001"), "plain-is-refused": ({"ssl": False}, "28000"),
    "authority-is-garbage": ({"ca": "this is no certificate"}, "08001"), "authority-is-empty": ({"ca": ""}, "08001"),
    "authority-is-zero": ({"ca": "\0"}, "08001"), "authority-is-a-path": ({"ca": "/etc/ssl/certs/ca-certificates.pem"},
                                                                          "08001"),
    "client-missing": (CLINIC, "28000", "08001"), "client-without-key": ({**CLINIC, "cert": "clinic.crt"}, "08001"),
    "client-key-alone": ({**CLINIC, "key": "clinic.key"}, "08001", "28000"),
    "client-another": ({**CLINIC, "cert": "another.crt", "key": "another.key"}, "28000"),
    "client-stranger": ({**CLINIC, "cert": "stranger.crt", "key": "stranger.key"}, "08001", "28000", "08006"),
    "client-expired": ({**CLINIC, "cert": "late.crt", "key": "late.key"}, "08001", "28000", "08006"),
    "client-wrong-key": ({**CLINIC, "cert": "clinic.crt", "key": "another.key"}, "08001"),
    "client-locked-key": ({**CLINIC, "cert": "clinic.crt", "key": "locked.key"}, "08001"),
    "client-garbage": ({**CLINIC, "cert": "garbage", "key": "garbage"}, "08001"),
    "client-swapped": ({**CLINIC, "cert": "clinic.key", "key": "clinic.crt"}, "08001"),
    "wrong-password": ({"ca": "ca.crt", "password": "wrong-pass-word"}, "28P01"),
}


def tls_works(more, context):
    context.tls.serve("server")
    return works(context, context.tls.configuration(**more), job=ENCRYPTED, expected=TRUE)


def tls_fails(more, codes, context):
    context.tls.serve("server")
    return fails(context, context.tls.configuration(**more), *codes)


for label, members in TLS_WORKS.items():
    CHECKS.append(("tls-" + label, functools.partial(tls_works, members)))
for label, (members, *states) in TLS_FAILS.items():
    CHECKS.append(("tls-" + label, functools.partial(tls_fails, members, states)))


@check
def tls_on_a_plain_server(context):
    return first(fails(context, context.cluster.configuration(ssl=True, allowSelfSignedCert=unchecked), "08001")
                 for unchecked in (True, False))


@check
def tls_cancelled(context):
    """A statement over TLS is cancelled, too."""
    context.tls.serve("server")
    return given_up(context, context.tls.cluster, context.tls.configuration(ca="ca.crt"), "-t", "800")


@check
def tls_expired(context):
    context.tls.serve("expired")
    return (fails(context, context.tls.configuration(ca="ca.crt"), "08001")
            or works(context, context.tls.configuration(allowSelfSignedCert=True), job=ENCRYPTED, expected=TRUE))


# ---------------------------------------------------------------------------------------- what is not shown
SECRET_VALUES = {
    "unique": ("create table t (v text unique); insert into t values ('%s')", "insert('t', { v: '%s' });", "23505"),
    "check": ("create table t (v text, n int check (n > 0))", "insert('t', { v: '%s', n: 0 });", "23514"),
    "not-null": ("create table t (v text, n int not null)", "insertMany('t', [{ v: '%s', n: null }]);", "23502"),
    "type": ("create table t (v int)", "insert('t', { v: '%s' });", "22P02"),
    "type-many": ("create table t (v int)", "insertMany('t', [{ v: '%s' }, { v: '2' }]);", "22P02"),
    "date": ("create table t (v date)", "upsert('t', 'v', { v: '%s' });", "22007"),
    "json": ("create table t (v json)", "insert('t', { v: '{%s' });", "22P02"),
    "length": ("create table t (v varchar(3))", "insert('t', { v: '%s' });", "22001"),
    "parameter": ("create table t (v int)", "sql('insert into t values ($1::int)', { values: ['%s'] });", "22P02"),
    "several-lines": ("create table t (v varchar(3))", "insertMany('t', Array(150).fill({ v: 'A\\n%s\\nB' }));", "22001"),
    "several-lines-of-a-function": (
        "create table t (v text); create or replace function f() returns trigger language plpgsql as $$ begin"
        " execute format('select %L, 1/0', E'A\n%s\nB'); end $$; create trigger f before insert on t"
        " for each row execute function f()", "insert('t', { v: 'x' });", "22012"),
    "xml": ("create table t (v xml)", "insert('t', { v: '<a>%s' });", "2200N"),
    "query": ("create table t (v int)", "query('select $1::int', { params: ['%s'] });", "22P02"),
    "unknown-column": ("create table t (v int)", "insert('t', { w: '%s' });", "42703"),
}


def value_stays_secret(prepared, job, code, context):
    """Without logValues no value is in the log, whatever the server says of it."""
    context.cluster.query("set role job; drop table if exists t; " + prepared.replace("%s", "a-bound-value"))
    outcome = run(context.adaptor, job.replace("%s", "a-bound-value"), context.cluster.configuration())
    return problem_of_failure(outcome, [], [code]) or told(outcome, ["a-bound-value"])


for label, (prepared_by, text, sqlstate) in SECRET_VALUES.items():
    CHECKS.append(("value-in-log-" + label, functools.partial(value_stays_secret, prepared_by, text, sqlstate)))


# ---------------------------------------------------------------------------------------- a full disk
ROW = "{ id: s.data, v: 'a-bound-value'.repeat(1000) + s.data }"
LIST = ("insertMany('filled', () => Array.from({ length: 1000 }, (_, i) => i + 1)"
        ".map(data => ({ data })).map(s => (%s)));")
FULL_DISK = {
    "statement": LIST % ROW,
    "statements": LIST % ("s.data %% 2 ? %s : { id: s.data }" % ROW),
    "transaction": "sql('begin'); each(() => Array.from({ length: 1000 }, (_, i) => i + 1), "
                   "insert('filled', s => (%s)));"
                   "sql('commit');" % ROW,
}


def full_disk(job, context):
    place = tempfile.mkdtemp(prefix="adaptor-databases-disk-")
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", place],
                                           capture_output=True).returncode:
        os.rmdir(place)
        context.suite.skip("a small file system cannot be mounted; it takes root")
    try:
        clusters.give(place)
        context.cluster.query("create tablespace small location '%s'" % place)
        context.cluster.query("grant create on tablespace small to job; set role job; create table filled "
                              "(id int, v text) "
                              "tablespace small; alter table filled alter v set storage external; "
                              "insert into filled values (0, 'before')")
        outcome = run(context.adaptor, job, context.cluster.configuration())
        rows = context.cluster.query("select count(*) from filled")
        return (("%s rows are there: %s" % (rows, outcome) if rows != "1" else None)
                or problem_of_failure(outcome, [context.cluster.password, "a-bound-value"], ["53100"])
                or works(context, context.cluster.configuration()))
    finally:
        context.cluster.query("drop table if exists filled")
        context.cluster.query("drop tablespace if exists small")
        subprocess.run(["umount", "-l", place], check=False)
        os.rmdir(place)


for label, text in FULL_DISK.items():
    CHECKS.append(("full-disk-" + label, functools.partial(full_disk, text)))


# ---------------------------------------------------------------------------------------- a killed server
LOST = ("08006", "57P01", "57P02", "08001", "57P03", "08003")


def fresh(cluster):
    cluster.query("set role job; drop table if exists kept; create table kept (id int primary key, v text, w text)")


def killed(context, job, when, *flags):
    """Kills the server once `when(run)` holds; the outcome, with the server up again."""
    cluster = context.durable
    fresh(cluster)
    running = Running(context.adaptor, job, cluster.configuration(), *flags)
    if not wait_until(lambda: when(running) or running.process.poll() is not None):
        return running.outcome(1), "the moment to kill the server never came"
    cluster.kill()
    outcome = running.outcome(20)
    cluster.start()
    return outcome, problem_of_failure(outcome, [cluster.password, "a-bound-value"], LOST)


def sleeps(running_cluster):
    return lambda _: running_cluster.query(
        "select count(*) from pg_stat_activity where query ~ 'pg_sleep' and usename = 'job' and state = "
        "'active'") == "1"


@check
def killed_in_a_transaction(context):
    job = ("sql('begin'); insertMany('kept', [{ id: 1, v: 'a-bound-value' }, { id: 2, v: 'a-bound-value' }]);"
           "sql('select pg_sleep(30)'); sql('commit');")
    outcome, wrong = killed(context, job, sleeps(context.durable))
    rows = context.durable.query("select count(*) from kept")
    return ("%s rows are there: %s" % (rows, outcome) if rows != "0" else None) or wrong


@check
def killed_in_a_statement(context):
    context.durable.query("set role job; create or replace function slow() returns trigger language plpgsql as "
                          "$$ begin perform pg_sleep(0.05); return new; end $$")
    fresh(context.durable)
    job = ("sql('create trigger slow before insert on kept for each row execute function slow()');"
           "insertMany('kept', () => Array.from({ length: 400 }, (_, i) => ({ id: i, v: 'a-bound-value' })));")
    outcome, wrong = killed(context, job, lambda _: context.durable.query(
        "select count(*) from pg_stat_activity where query ~ 'unnest|COPY' and state = 'active' and usename = 'job'") == "1")
    rows = context.durable.query("select count(*) from kept")
    return ("%s rows are there: %s" % (rows, outcome) if rows != "0" else None) or wrong


ACKNOWLEDGED = re.compile(r"stored (\d+)")


def acknowledged_by(context, job, wanted):
    """Kills the server once `wanted` things are acknowledged; how many were in the end, and what is wrong."""
    outcome, wrong = killed(context, job, lambda run: len(ACKNOWLEDGED.findall(run.said())) >= wanted)
    return len(ACKNOWLEDGED.findall(outcome.log)), wrong


@check
def killed_between_rows(context):
    """What the job was told is stored is there; at most one row more."""
    job = ("each(() => Array.from({ length: 100000 }, (_, i) => i), insert('kept', s => ({ id: s.data, v: "
           "'a-bound-value' }))"
           ".then(s => { console.log('stored ' + s.references.at(-1)); return s; }));")
    problems, sentences = [], []
    for wanted in (1, 200, 1000):
        acknowledged, wrong = acknowledged_by(context, job, wanted)
        rows = int(context.durable.query("select count(*) from kept"))
        sentences.append(wrong)
        problems.append(None if acknowledged <= rows <= acknowledged + 1 else
                        "%d rows were acknowledged and %d are there" % (acknowledged, rows))
    return first(problems + sentences)


@check
def killed_between_lists(context):
    """Every list is stored as a whole or not at all, also one that takes several statements."""
    job = ("const rows = n => Array.from({ length: 100 }, (_, i) => i % 2 ? { id: n * 100 + i, v: 'a-bound-value' }"
           " : { id: n * 100 + i, w: 'a-bound-value' });"
           "each(() => Array.from({ length: 20000 }, (_, i) => i), insertMany('kept', s => rows(s.data))"
           ".then(s => { console.log('stored 1'); return s; }));")
    problems, sentences = [], []
    for wanted in (1, 20, 90):
        acknowledged, wrong = acknowledged_by(context, job, wanted)
        counts = context.durable.query("select count(*) from kept group by id / 100")
        lists = counts.split()
        sentences.append(wrong)
        problems.append("a list is stored in part: %s" % set(lists) if set(lists) - {"100"} else None)
        problems.append(None if acknowledged <= len(lists) <= acknowledged + 1 else
                        "%d lists were acknowledged and %d are there" % (acknowledged, len(lists)))
    return first(problems + sentences)


@check
def killed_connection_ends_the_transaction(context):
    """A job that goes on after its connection broke must not store the rest of its transaction alone."""
    fresh(context.cluster)
    job = ("sql('begin'); each([1, 2, 3, 4], fn(async state => {"
           " if (state.data === 2) await sql('select pg_terminate_backend(pg_backend_pid())')(state);"
           " return insert('kept', { id: state.data, v: 'x' })(state); }), { onError: 'collect' }); sql('commit');")
    outcome = run(context.adaptor, job, context.cluster.configuration())
    rows = context.cluster.query("select id from kept order by id").split()
    return None if rows in ([], ["1", "2", "3", "4"]
                            ) else "a part of the transaction is stored, rows %s: %s" % (rows, outcome)


@check
def commit_that_undoes(context):
    """The server answers ROLLBACK to the commit of a transaction in which a statement failed."""
    fresh(context.cluster)
    job = (
        "sql('begin'); each([1, 1, 2], insert('kept', s => ({ id: s.data })), { onError: 'collect' }); sql('commit');")
    outcome = run(context.adaptor, job, context.cluster.configuration())
    rows = context.cluster.query("select count(*) from kept")
    if rows != "0":
        return "%s rows are there: %s" % (rows, outcome)
    is_told = "ROLLBACK" in outcome.log or not outcome.is_done
    return None if is_told else "nothing is stored and it is called done: %s" % outcome


@check
def killed_before_the_first_statement(context):
    cluster = context.durable
    cluster.kill()
    try:
        return fails(context, cluster.configuration(), "08001")
    finally:
        cluster.start()


@check
def terminated(context):
    fresh(context.cluster)
    job = "insertMany('kept', [{ id: 1 }]); sql('select pg_terminate_backend(pg_backend_pid())');"
    wrong = fails(context, context.cluster.configuration(), "57P01", job=job)
    rows = context.cluster.query("select count(*) from kept")
    return wrong or (None if rows == "1" else "%s rows" % rows)


@check
def shut_down(context):
    """A server that is stopped in an orderly way says so."""
    cluster = context.durable
    running = Running(context.adaptor, "sql('select pg_sleep(30)');", cluster.configuration())
    wait_until(lambda: sleeps(cluster)(None))
    cluster.process.send_signal(signal.SIGINT)
    outcome = running.outcome(20)
    cluster.process.wait()
    cluster.start()
    return problem_of_failure(outcome, [cluster.password], ["57P01"])


# ---------------------------------------------------------------------------------------- statements that are given up
SLEEP = "sql('begin'); insert('kept', { id: 1 }); sql('select pg_sleep(40)'); sql('commit');"


def given_up(context, cluster, configuration, *flags, job=SLEEP, number=None, codes=(1,), within=4):
    """The statement runs, then the step's time is over or the runner gets a signal: the server must not go on."""
    fresh(cluster)
    running = Running(context.adaptor, job, configuration, *flags)
    active = ("select count(*) from pg_stat_activity where usename = 'job' and state = 'active' and pid <> "
              "pg_backend_pid()"
              " and query !~ '^(BEGIN|begin)'")
    if not wait_until(lambda: cluster.query(active) == "1"):
        return "the statement did not run: %s" % running.outcome(1)
    began = time.monotonic()
    if number:
        time.sleep(0.2)
        running.signal(number)
    outcome = running.outcome(30)
    seconds = time.monotonic() - began
    is_gone = wait_until(lambda: cluster.query("select count(*) from pg_stat_activity where usename = 'job'") == "0", 2)
    rows = cluster.query("select count(*) from kept")
    if not is_gone:
        cluster.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'job'")
        return "the statement still runs on the server 2 s after the runner ended: %s" % outcome
    if outcome.code not in codes or outcome.state is not None:
        return "the end is none of %s: %s" % (codes, outcome)
    if seconds > within:
        return "the end took %.1f s: %s" % (seconds, outcome)
    if rows != "0":
        return "%s rows are there: %s" % (rows, outcome)
    return told(outcome, [cluster.password])


@check
def timeout_in_a_statement(context):
    return given_up(context, context.cluster, context.cluster.configuration(), "-t", "800")


@check
def timeout_in_a_list(context):
    job = ("sql('select pg_sleep(0.6)');"
           "insertMany('kept', () => Array.from({ length: 2000000 }, (_, i) => ({ id: i, v: 'x'.repeat(50) })));")
    return given_up(context, context.cluster, context.cluster.configuration(), "-t", "2500", job=job, within=8)


@check
def timeout_while_waiting_for_a_lock(context):
    session = context.cluster.session()
    fresh(context.cluster)
    context.cluster.query("set role job; create table if not exists locked (id int)")
    session.query("begin; lock table locked")
    try:
        return given_up(context, context.cluster, context.cluster.configuration(),
                        "-t", "800", job="insert('locked', { id: 1 });")
    finally:
        session.query("rollback")


@check
def timeout_while_rows_arrive(context):
    job = "sql('select generate_series(1, 1000000000) as n');"
    return given_up(context, context.cluster, context.cluster.configuration(), "-t", "1000", job=job, within=6)


def signalled(number, context):
    return given_up(context, context.cluster, context.cluster.configuration(),
                    number=number, codes=(-number, 128 + number, 1))


for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    CHECKS.append(("signal-" + signal_number.name, functools.partial(signalled, signal_number)))


@check
def signal_while_connecting(context):
    with Answering(lambda connection: time.sleep(30)) as server:
        running = Running(context.adaptor, SELECT, context.cluster.configuration(port=server.port))
        time.sleep(0.4)
        running.signal(signal.SIGINT)
        outcome = running.outcome(20)
        return None if outcome.code not in (0, None) and outcome.seconds < 3 else str(outcome)


@check
def memory_limit_in_a_result(context):
    return given_up(context, context.cluster, context.cluster.configuration(), "--memory", "300", within=20,
                    job="sql(\"select repeat('x', 1000) as v from generate_series(1, 100000000)\");")


# ---------------------------------------------------------------------------------------- huge results
HUGE = {
    "rows": ("sql('select generate_series(1, 500000) as n'); fn(s => ({ n: s.data.length, sum: "
             "s.data.reduce((a, r) => a + r.n, 0) }));",
             {"n": 500000, "sum": 125000250000}),
    "text": ("sql(\"select repeat('\u00e9', 30000000) as v\"); fn(s => ({ n: s.data[0].v.length }));", {"n": 30000000}),
    "columns": ("sql('select ' + Array.from({ length: 1664 }, (_, i) => i + ' as c' + i)); fn(s => ({ n: "
                "Object.keys(s.data[0]).length,"
                " last: s.data[0].c1663 }));", {"n": 1664, "last": 1663}),
    "list": ("insertMany('kept', () => Array.from({ length: 200000 }, (_, i) => ({ id: i, v: 'row ' + i })));"
             "sql(\"select count(*)::int as n, count(distinct v)::int as m from kept\"); fn(s => s.data[0]);",
             {"n": 200000, "m": 200000}),
    "batches": ("insertMany('kept', () => Array.from({ length: 150 }, (_, i) => ({ id: i, v: 'x'.repeat(1e6) + i })));"
                "sql(\"select count(*)::int as n, sum(length(v))::int as m from kept\"); fn(s => s.data[0]);",
                {"n": 150, "m": 150000340}),
    "value": ("insert('kept', () => ({ id: 1, v: 'x'.repeat(1e8) })); sql('select length(v) as n from "
              "kept'); fn(s => s.data[0]);",
              {"n": 100000000}),
}


def huge(job, expected, context):
    fresh(context.cluster)
    return works(context, context.cluster.configuration(), job=job, expected=expected, bound=120)


for label, (text, result) in HUGE.items():
    CHECKS.append(("huge-" + label, functools.partial(huge, text, result)))


@check
def value_above_a_gigabyte(context):
    """The server has no value above 1 GB and says so."""
    return fails(context, context.cluster.configuration(), "54000", "XX000",
                 job="sql(\"select repeat('xxxxxxxxxx', 110000000) as v\");", within=30)


@check
def no_temporary_tables(context):
    """Without the right to make them a long list is still updated, by another way."""
    fresh(context.cluster)
    context.cluster.query("revoke temp on database jobs from public, job")
    try:
        job = ("upsertMany('kept', 'id', Array.from({ length: 150 }, (_, id) => ({ id, v: 'a' })));"
               "sql('select count(*)::int as n from kept'); fn(({ data }) => ({ data }));")
        return works(context, context.cluster.configuration(), job=job, expected={"data": [{"n": 150}]})
    finally:
        context.cluster.query("grant temp on database jobs to public, job")


# ---------------------------------------------------------------------------------------- rows fetched ahead
AHEAD = "query('select 10 / (2500 - i) as v from generate_series(1, 5000) i', { chunkSize: 500 }, %s);"


@check
def rows_ahead_that_fail(context):
    """Lists are fetched ahead: the error is still that of the row, and what the callback stored is undone."""
    fresh(context.cluster)
    write = "(state, rows) => sql('insert into kept select count(*), \\'a\\' from kept')({ ...state, n: rows.length })"
    wrong = fails(context, context.cluster.configuration(), "22012", job=AHEAD % write)
    return wrong or works(context, context.cluster.configuration(), job="sql('select id from kept');"
                          "fn(({ data }) => ({ data }));", expected={"data": []})


@check
def rows_ahead_and_a_callback_that_fails(context):
    """The transaction around survives the query that is given up, and the lists that were on their way."""
    fresh(context.cluster)
    query = (AHEAD % "() => { throw new Error('enough of that'); }").rstrip(";")
    job = ("transaction(insert('kept', { id: 1, v: 'a' }), state => %s(state).catch(() => state),"
           "insert('kept', { id: 2, v: 'b' })); sql('select id from kept order by id');"
           "fn(({ data }) => ({ data }));" % query)
    return works(context, context.cluster.configuration(), job=job, expected={"data": [{"id": 1}, {"id": 2}]})


def checks(suite):
    context = Context(suite)
    for name, problem in CHECKS:
        yield "failures-" + name, functools.partial(problem, context)
