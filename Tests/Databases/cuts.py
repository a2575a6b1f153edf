"""Connections that are cut after every number of bytes, towards the server and towards the client.

Each run stores a list under its own number, so that one question at the end tells what became of all of them.
ADAPTOR_CUTS=all takes every number of bytes, some minutes; otherwise it is a sample with every boundary of pieces.
"""
import functools
import os
import random
import socket
import struct
import threading
import time

from jobs import run, unclear

WORKERS = 1
AT_ONCE = 3
BOUND = 5
SEED = 20240607
# A list of equal records is one statement; records with different columns take several, in a transaction.
JOBS = {
    "one": "insertMany('cut', [1, 2, 3].map(n => ({ run: %d, n, v: 'a-bound-value' })));",
    "two": "insertMany('cut', [{ run: %d, n: 1, v: 'a-bound-value' }, { run: %d, n: 2 }, { run: %d, n: 3, "
           "v: 'a-bound-value' }]);",
    "own": "sql('begin'); each([1, 2, 3], insert('cut', s => ({ run: %d, n: s.data, v: 'a-bound-value' "
           "}))); sql('commit');",
}
CODES = ("08001", "08003", "08006", "57P01", "08P01")
PATIENCE = {"connectTimeout": 2}


class Proxy:
    """Hands on what comes until `limit` bytes went in one direction; then it ends both connections in its way.

    `ways`: close (the peer sees the end), reset, silent (nothing is handed on any more, nothing ends).
    """

    def __init__(self, port, towards=None, limit=None, way="close"):
        self.port_behind, self.towards, self.limit, self.way = port, towards, limit, way
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.passed = {"server": 0, "client": 0}
        # How far each direction was after every piece.
        self.boundaries = {"server": set(), "client": set()}
        self.sockets = []
        self.lock = threading.Lock()
        self.is_cut = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            if self.is_cut and self.way != "silent":
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.port_behind))
            with self.lock:
                self.sockets += [client, server]
            if self.limit == 0:
                self.cut()
            for source, target, name in ((client, server, "server"), (server, client, "client")):
                threading.Thread(target=self.hand_on, args=(source, target, name), daemon=True).start()

    def hand_on(self, source, target, name):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if self.is_cut:
                    continue
                room = self.limit - self.passed[name] if name == self.towards else len(data)
                target.sendall(data[:room])
                self.passed[name] += min(room, len(data))
                self.boundaries[name].add(self.passed[name])
                if name == self.towards and self.passed[name] >= self.limit:
                    self.cut()
        except OSError:
            pass
        if not (self.is_cut and self.way == "silent"):
            self.end(target)

    @staticmethod
    def end(target):
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        self.is_cut = True
        if self.way == "silent":
            return
        with self.lock:
            sockets = list(self.sockets)
        for each in sockets:
            try:
                if self.way == "reset":
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    # A thread that waits in recv would keep the connection alive.
                    each.shutdown(socket.SHUT_RD)
                    each.close()
                else:
                    each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        # Closing alone would leave the thread waiting in accept.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            sockets = list(self.sockets)
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()


class Cuts:
    def __init__(self, suite):
        self.suite, self.adaptor = suite, suite.adaptor
        self.last = 0
        self.lock = threading.Lock()

    @functools.cached_property
    def cluster(self):
        cluster = self.suite.cluster()
        cluster.query("set role job; drop table if exists cut; create table cut (run int, n int, v text default 'd')")
        return cluster

    def number(self):
        with self.lock:
            self.last += 1
            return self.last

    def once(self, kind, towards, limit, way, *flags):
        """One run over a connection that is cut: its number, its outcome, and the proxy."""
        number = self.number()
        job = JOBS[kind].replace("%d", str(number))
        proxy = Proxy(self.cluster.port, towards, limit, way)
        try:
            configuration = self.cluster.configuration(port=proxy.port, **PATIENCE)
            return number, run(self.adaptor, job, configuration, *flags, bound=BOUND * 2), proxy
        finally:
            proxy.close()

    def whole(self, kind):
        """The proxy of a run that is not cut; it knows how many bytes went."""
        number, outcome, proxy = self.once(kind, None, None, "close")
        if not outcome.is_done or self.rows().get(number) != 3:
            raise RuntimeError("it does not work without a cut: %s" % outcome)
        return proxy

    def rows(self):
        # A server that lost its client may still be at work.
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and self.cluster.query(
                "select count(*) from pg_stat_activity where usename = 'job' and state is distinct from 'idle'") != "0":
            time.sleep(0.05)
        answer = self.cluster.query("select run, count(*) from cut group by run")
        return {int(line.split("|")[0]): int(line.split("|")[1]) for line in answer.split("\n") if line}

    def all(self, cuts):
        """Runs every cut, some at once; the problems."""
        cuts = list(cuts)
        outcomes = []
        position = iter(cuts)

        def work():
            while True:
                with self.lock:
                    cut = next(position, None)
                if cut is None:
                    return
                outcomes.append((cut, *self.once(*cut)[:2]))
        threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = self.rows()
        lost, unclear_ones = [], []
        for cut, number, outcome in sorted(outcomes, key=lambda one: one[:2]):
            wrong = self.data_problem(outcome, rows.get(number, 0))
            lost += ["%s: %s" % (cut, wrong)] if wrong else []
            wrong = self.sentence_problem(outcome)
            unclear_ones += ["%s: %s" % (cut, wrong)] if wrong else []
        done = sum(outcome.is_done for _, _, outcome in outcomes)
        return lost, unclear_ones, "%d runs, %d done" % (len(outcomes), done)

    @staticmethod
    def data_problem(outcome, rows):
        if outcome.code is None or outcome.seconds > BOUND:
            return "it took more than %d s: %s" % (BOUND, outcome)
        if rows not in (0, 3):
            return "%d of 3 rows are stored: %s" % (rows, outcome)
        if outcome.is_done and rows != 3:
            return "it is called done and %d rows are there: %s" % (rows, outcome)
        if not outcome.is_done and len(outcome.errors) != 1 and outcome.code == 0:
            return "there is no error: %s" % outcome
        return None

    def sentence_problem(self, outcome):
        if outcome.is_done or not outcome.errors:
            return None
        error = outcome.errors[0]
        secrets = [self.cluster.password, "a-bound-value"]
        if any(secret in outcome.log for secret in secrets):
            return "the log shows a secret: %s" % outcome
        return unclear(error.get("message"), error.get("details"), secrets, CODES)


def limits(proxy, towards, step, random_ones):
    """Every `step`th number of bytes, all around the boundaries of pieces, and some at random."""
    length = proxy.passed[towards]
    near = {edge + offset for edge in proxy.boundaries[towards] for offset in (-5, -1, 0, 1, 5)}
    chosen = set(range(0, length + 1, step)) | near | set(random.Random(SEED).sample(range(length),
                                                                                     min(random_ones, length)))
    return sorted(limit for limit in chosen if 0 <= limit <= length)


def every_cut(context, kind, towards, way, step, random_ones):
    proxy = context.whole(kind)
    cuts = [(kind, towards, limit, way) for limit in limits(proxy, towards, step, random_ones)]
    return context.all(cuts)


def summary(problems, told):
    if problems:
        return "%d of %s\n      %s" % (len(problems), told, "\n      ".join(problems[:3]))
    return None


# Kind of job, direction, way: every how many bytes, and how many more at random.
PLANS = {
    ("one", "client", "close"): (7, 30), ("one", "server", "close"): (7, 30), ("two", "client", "close"): (31, 20),
    ("two", "server", "close"): (31, 20), ("own", "client", "close"): (61, 10), ("own", "server", "close"): (61, 10),
    ("one", "client", "reset"): (61, 10), ("one", "server", "reset"): (61, 10), ("two", "client", "reset"): (97, 5),
    ("two", "server", "reset"): (97, 5),
}


def silent(context):
    """A connection on which nothing comes any more ends with the step's time."""
    problems = []
    proxy = context.whole("one")
    cuts = []
    for towards in ("client", "server"):
        length = proxy.passed[towards]
        cuts += [("one", towards, limit, "silent", "-t", "1200")
                  for limit in sorted(random.Random(SEED).sample(range(length), 6))]
    lost, unclear_ones, told = context.all(cuts)
    problems += [problem for problem in lost if "there is no error" not in problem]
    return summary(problems, told) or summary(unclear_ones, told)


def checks(suite):
    context = Cuts(suite)

    # Data and sentences are checks of their own: the runs are the same.
    kept = {}

    def made(plan):
        if plan not in kept:
            step, random_ones = PLANS[plan]
            kept[plan] = every_cut(context, *plan, 1 if os.environ.get("ADAPTOR_CUTS") == "all" else step, random_ones)
        return kept[plan]

    def data(plan):
        lost, _, told = made(plan)
        return summary(lost, told)

    def sentences(plan):
        _, unclear_ones, told = made(plan)
        return summary(unclear_ones, told)
    for plan in PLANS:
        yield "cuts-%s-%s-%s-data" % plan, functools.partial(data, plan)
        yield "cuts-%s-%s-%s-sentence" % plan, functools.partial(sentences, plan)
    yield "cuts-silent", functools.partial(silent, context)
