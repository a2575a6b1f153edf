"""Running jobs and judging how they end."""
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time


def js(value):
    """A JSON value as an expression of JavaScript, in ASCII, that no engine reads in another way."""
    return "JSON.parse(%s)" % json.dumps(json.dumps(value))


class Outcome:
    """How a run ended."""

    def __init__(self, code, log, state, seconds, left):
        self.code, self.log, self.state, self.seconds, self.left = code, log, state, seconds, left

    @property
    def errors(self):
        found = (self.state or {}).get("errors") if isinstance(self.state, dict) else None
        return list(found.values()) if isinstance(found, dict) else []

    @property
    def is_done(self):
        """Whether the runner says that the job did all of it. A step that fails leaves the exit code 0."""
        return self.code == 0 and self.state is not None and not self.errors

    def __str__(self):
        return "exit %s after %.1f s, state %s\n      %s" % (
            self.code, self.seconds, json.dumps(self.state)[:700], self.log[-900:].replace("\n", "\n      "))


class Running:
    """A job that runs."""

    def __init__(self, adaptor, job, configuration, *flags, environment=None):
        self.folder = tempfile.mkdtemp(prefix="databases-job-")
        self.scratch = os.path.join(self.folder, "scratch")
        os.mkdir(self.scratch)
        for name, text in (("job.js", job), ("state.json", json.dumps({"configuration": configuration, "data": {}}))):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        self.began = time.monotonic()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self.process = subprocess.Popen(
            [adaptor, "job.js", "-a", "postgresql", "-s", "state.json", "-o", "out.json", "--no-cache", *flags],
            cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**inherited, "TMPDIR": self.scratch, **(environment or {})})

    def said(self):
        with open(self.log.name, errors="replace") as file:
            return file.read()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, bound):
        # Popen.wait with a timeout looks only now and then.
        ended = os.pidfd_open(self.process.pid)
        try:
            poll = select.poll()
            poll.register(ended, select.POLLIN)
            if poll.poll(bound * 1000):
                return self.process.wait()
        finally:
            os.close(ended)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return None

    def outcome(self, bound=60):
        """Waits; a run that takes longer than `bound` seconds is ended and has the code None."""
        code = self.wait(bound)
        seconds = time.monotonic() - self.began
        try:
            with open(os.path.join(self.folder, "out.json")) as file:
                state = json.load(file)
        except FileNotFoundError:
            state = None
        left = sorted(os.listdir(self.scratch))
        outcome = Outcome(code, self.said(), state, seconds, left)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return outcome


def run(adaptor, job, configuration, *flags, bound=60, environment=None):
    return Running(adaptor, job, configuration, *flags, environment=environment).outcome(bound)


# What no sentence for people holds.
MACHINERY = re.compile(
    r"Optional\(|AdaptorError\(|DecodingError|\bnil\b|\bundefined\b|0x[0-9a-f]{6,}|[\t\n\r]|\bSwift\b")


def unclear(message, details, secrets=(), codes=None):
    """What is wrong with an error; None when it is one clear sentence with its code and without secrets."""
    if not isinstance(message, str) or len(message) < 8:
        return "the error says nothing: %r" % (message,)
    if MACHINERY.search(message):
        return "the error is no clear sentence: %r" % message
    code = (details or {}).get("code")
    if codes and code not in codes:
        return "details.code is %r instead of %s: %r" % (code, " or ".join(codes), message)
    whole = message + json.dumps(details, ensure_ascii=False)
    for secret in secrets:
        if secret in whole:
            return "the error shows a secret: %s" % whole
    return None


def problem_of_failure(outcome, secrets=(), codes=None):
    """What is wrong with a run that had to fail; None when it failed as it should."""
    if outcome.code is None:
        return "it hangs: %s" % outcome
    if outcome.is_done:
        return "it is called done: %s" % outcome
    if not outcome.errors:
        return "it failed without an error in the state: %s" % outcome
    for error in outcome.errors:
        wrong = unclear(error.get("message"), error.get("details"), secrets, codes)
        if wrong:
            return "%s\n      %s" % (wrong, outcome)
    return told(outcome, secrets)


def told(outcome, secrets):
    for secret in secrets:
        if secret in outcome.log:
            return "the log shows a secret: %s" % outcome
    return None
