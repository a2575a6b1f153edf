"""Scratch PostgreSQL clusters: made with initdb, on 127.0.0.1 and a free port, stopped by process id."""
import glob
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SETTINGS = {"unix_socket_directories": "", "fsync": "off", "full_page_writes": "off", "timezone": "UTC",
            "max_connections": "60", "shared_buffers": "32MB", "log_min_messages": "warning"}
# Everybody is asked for a password by SCRAM.
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def versions():
    """The folder of the programs of every installed major version, the newest first."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not found and shutil.which("initdb"):
        found = [shutil.which("initdb")]
    if not found:
        raise SystemExit("PostgreSQL is not installed; Scripts/setup installs it")
    folders = {}
    for path in found:
        text = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        folders[int(re.search(r"(\d+)", text).group(1))] = os.path.dirname(path)
    return dict(sorted(folders.items(), reverse=True))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged(command):
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *command]
    return command


def give(*paths):
    """Makes the server's user the owner."""
    if os.geteuid() == 0:
        for path in paths:
            shutil.chown(path, "postgres", "postgres")


class Cluster:
    """A server with its files. `admin` is a superuser; `job` is the user of the jobs and owns the database `jobs`."""

    def __init__(self, programs, access=ACCESS, **settings):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="adaptor-databases-")
        self.port = free_port()
        self.admin_password, self.password = secrets.token_hex(12), secrets.token_hex(12)
        self.settings = {**SETTINGS, **settings}
        self.process = None
        self.sessions = []
        try:
            self.make(access)
            self.start()
            self.query("create role job login password '%s'" % self.password, database="postgres")
            self.query("create database jobs owner job template template0", database="postgres")
        except BaseException:
            self.stop()
            raise

    def make(self, access):
        secret = self.path("password")
        with open(secret, "w") as file:
            file.write(self.admin_password + "\n")
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            give(self.folder, secret)
        self.run("initdb", "-D", self.path("data"), "-U", "admin", "--pwfile", secret, "-A", "scram-sha-256",
                 "-E", "UTF8", "--locale=C", "--no-sync")
        os.remove(secret)
        self.write("data/pg_hba.conf", access)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        give(path)
        return path

    def run(self, program, *words):
        done = subprocess.run(unprivileged([os.path.join(self.programs, program), *words]), cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit("%s failed:\n%s" % (program, done.stdout + done.stderr))

    # ------------------------------------------------------------------------------------ running
    def start(self):
        words = [os.path.join(self.programs, "postgres"), "-D", self.path("data"), "-p", str(self.port),
                 "-h", "127.0.0.1"]
        for name, value in self.settings.items():
            words += ["-c", "%s=%s" % (name, value)]
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(unprivileged(words), cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.psql("select 1", "postgres", "admin").returncode == 0:
                return
            time.sleep(0.05)
        with open(self.path("log"), errors="replace") as log:
            raise SystemExit("PostgreSQL did not start:\n" + log.read()[-3000:])

    def kill(self):
        """Ends the server and its processes at once, as a power cut would."""
        children = self.children()
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.close_sessions()

    def children(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as file:
            return [int(pid) for pid in file.read().split()]

    def close_sessions(self):
        for session in self.sessions:
            session.close()
        self.sessions = []

    def stop(self):
        self.close_sessions()
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------------------------------ asking
    def environment(self, user):
        password = self.admin_password if user == "admin" else self.password
        return {**os.environ, "PGPASSWORD": password, "PGOPTIONS": "", "PGCONNECT_TIMEOUT": "10",
                "PGCLIENTENCODING": "UTF8"}

    def command(self, database, user):
        return [os.path.join(self.programs, "psql"), "-XqAt", "-h", "127.0.0.1", "-p", str(self.port), "-U", user,
                "-d", database]

    def psql(self, text, database="jobs", user="admin"):
        return subprocess.run([*self.command(database, user), "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                              encoding="utf-8", capture_output=True, env=self.environment(user))

    def query(self, text, database="jobs", user="admin"):
        done = self.psql(text, database, user)
        if done.returncode:
            raise RuntimeError("%s\n%s" % (text[:300], done.stderr))
        return done.stdout.rstrip("\n")

    def session(self, database="jobs", user="admin"):
        session = Session(self.command(database, user), self.environment(user))
        self.sessions.append(session)
        return session

    def configuration(self, **more):
        return {"host": "127.0.0.1", "port": self.port, "user": "job", "password": self.password,
                "database": "jobs", **more}


class Session:
    """One psql that stays, for many questions."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)

    def query(self, text):
        mark = "end-" + secrets.token_hex(8)
        self.process.stdin.write(("%s;\nselect '%s';\n" % (text, mark)).encode())
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip(b"\n") == mark.encode():
                break
            lines.append(line)
        else:
            raise RuntimeError("psql ended: %s" % b"".join(lines))
        answer = b"".join(lines).decode(errors="replace").rstrip("\n")
        if "ERROR:  " in answer:
            raise RuntimeError("%s\n%s" % (text[:300], answer))
        return answer

    def json(self, text):
        # In hexadecimal, for psql leaves some characters out.
        answer = self.query(
    "select encode(convert_to(coalesce(jsonb_agg(x), '[]')::text, 'UTF8'), 'hex') from (%s) x" %
     text)
        return json.loads(bytes.fromhex(answer))

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()
