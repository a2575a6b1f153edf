"""Runs one job with the program, and says what became of it."""
import base64
import collections
import json
import os
import re
import subprocess
import tempfile
import time

# seconds: how long it took; status: None when it had to be killed; log: both streams; output: out.json as text.
Outcome = collections.namedtuple("Outcome", "seconds status log output")

SECRET_NAMES = ("password", "access_token", "apiKey", "clientSecret", "passphrase")


def run(adaptor, job, configuration, seconds=20, adaptors=("http",), state=None, started=None, **environment):
    """Runs a job for at most `seconds`; `started` gets its process id; `environment`: more variables."""
    with tempfile.TemporaryDirectory(prefix="peers-") as work:
        write(work, "job.js", job)
        write(work, "state.json", json.dumps({"configuration": configuration, "data": {}, **(state or {})}))
        os.mkdir(os.path.join(work, "files"))
        command = [adaptor, "job.js", "-s", "state.json", "-o", "out.json", "-t", "60000", "--files", "files"]
        for name in adaptors:
            command += ["-a", name]
        with open(os.path.join(work, "log"), "wb") as log:
            start = time.monotonic()
            process = subprocess.Popen(command, cwd=work, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       env={**without_proxies(os.environ), "XDG_CACHE_HOME": work, **environment})
            if started:
                started(process.pid)
            status = wait(process, seconds)
            took = time.monotonic() - start
        return Outcome(took, status, read(work, "log"), read(work, "out.json"))


def without_proxies(environment):
    return {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}


def wait(process, seconds):
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def write(folder, name, content):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(content)


def read(folder, name):
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def complaint(outcome, configuration, holds, echoes=False):
    """What is wrong with an outcome; None when all is well. `holds` gets the final state and says what is wrong.

    `echoes`: the job makes data of a secret that the server sent back, so the final state may show it.
    """
    leaked = leak(outcome, configuration, ("log",) if echoes else ("log", "output"))
    wrong = misbehaviour(outcome) or leaked or holds(json.loads(outcome.output))
    return wrong and "%s\n      %s" % (wrong, shortened(outcome.output if outcome.status == 0 else outcome.log))


def misbehaviour(outcome):
    if outcome.status is None:
        return "it did not end within %.1f s" % outcome.seconds
    if outcome.status != 0:
        return "its exit status is %d" % outcome.status
    if not outcome.output:
        return "it wrote no final state"
    return None


def leak(outcome, configuration, places):
    """Whether the log or the final state shows a secret of the configuration."""
    for place in places:
        for secret in secrets(configuration):
            if secret in getattr(outcome, place):
                return "a secret is in the %s: %s" % (place, secret)
    return None


def secrets(value):
    """The secrets of a configuration as they stand, and user and password as Basic authentication sends them."""
    found = [str(text) for name, text in value.items() if name in SECRET_NAMES]
    for user, password in (("username", "password"), ("clientId", "clientSecret")):
        if user in value and password in value:
            found.append(encoded(value[user], value[password]))
    for inner in value.values():
        if isinstance(inner, dict):
            found += secrets(inner)
        elif isinstance(inner, str) and (match := re.match(r"\w+://([^:/@]*):([^@/]*)@", inner)):
            found += [match[2], encoded(*match.groups())]
    return found


def encoded(user, password):
    return base64.b64encode(("%s:%s" % (user, password)).encode()).decode()


def shortened(text, size=600):
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= size else text[:size // 2] + " […] " + text[-size // 2:]


def error_of(state):
    """The error of the one step of a job; None when it went well."""
    return state.get("errors", {}).get("job-1")
