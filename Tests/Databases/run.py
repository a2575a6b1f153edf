#!/usr/bin/env python3
"""Runs jobs that mean harm, on servers that fail, over connections that break.

    run.py [--adaptor PATH] [--only PATTERN] [--verbose]

statements.py: the SQL that the README shows.
operations.py: what the operations beyond OpenFn's do.
copying.py: COPY against INSERT, value by value.
hostile.py: inputs that are attacks; a canary table must stay as it is, and what was stored must read back.
failures.py: servers that refuse, are full, are killed; timeouts, Ctrl-C, TLS.
cuts.py: connections that are cut after every number of bytes.

Every installed major version of PostgreSQL runs in a scratch cluster on 127.0.0.1. The last line is
`N passed, N failed`, the exit status is 1 when one failed. A check that cannot be made here says why.
"""
import argparse
import concurrent.futures
import fnmatch
import importlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import clusters  # noqa: E402

PARTS = ("statements", "operations", "copying", "hostile", "failures", "cuts")


class Skipped(Exception):
    """Why a check cannot be made here."""


class Suite:
    """One version of the server, and the clusters that its checks asked for."""

    def __init__(self, adaptor, version, programs):
        self.adaptor, self.version, self.programs = adaptor, version, programs
        self.clusters = []
        self.folders = []
        self.shared = None
        self.lock = threading.Lock()

    def cluster(self, **settings):
        """A cluster; without settings the one that the checks share."""
        with self.lock:
            if not settings and self.shared:
                return self.shared
            cluster = clusters.Cluster(self.programs, **settings)
            self.clusters.append(cluster)
            if not settings:
                self.shared = cluster
            return cluster

    def scratch(self, name):
        """A folder that is removed at the end."""
        self.folders.append(tempfile.mkdtemp(prefix="adaptor-databases-%s-" % name))
        return self.folders[-1]

    def stop(self):
        for cluster in self.clusters:
            cluster.stop()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def skip(reason):
        raise Skipped(reason)


class Count:
    def __init__(self, verbose):
        self.passed = self.failed = 0
        self.verbose = verbose
        self.lock = threading.Lock()

    def add(self, name, problem):
        began = time.monotonic()
        try:
            wrong = problem()
        except Skipped as reason:
            print("skip %s: %s" % (name, reason), flush=True)
            return
        except Exception:  # what is wrong with one check must not hide the others
            wrong = "the check itself failed: " + traceback.format_exc()
        with self.lock:
            self.tell(name, wrong, time.monotonic() - began)

    def tell(self, name, wrong, seconds):
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)
        if wrong or self.verbose:
            print("%s %s (%.2f s)%s" % ("FAIL" if wrong else "ok  ", name, seconds,
                                        "\n      " + wrong if wrong else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adaptor", default=os.path.join(ROOT, ".build", "release", "adaptor"))
    parser.add_argument("--only", default="*", metavar="PATTERN")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As after Ctrl-C, the servers are stopped.
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    sys.stdout.reconfigure(errors="backslashreplace")
    count = Count(options.verbose)
    for version, programs in clusters.versions().items():
        suite = Suite(os.path.abspath(options.adaptor), version, programs)
        try:
            for part in PARTS:
                run_part(part, suite, options.only, count, version)
        finally:
            suite.stop()
    print("%d passed, %d failed" % (count.passed, count.failed))
    return 1 if count.failed or not count.passed else 0


def run_part(part, suite, pattern, count, version):
    began, before = time.monotonic(), count.passed + count.failed
    module = importlib.import_module(part)
    chosen = [(name, problem) for name, problem in module.checks(suite)
              if fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(name.split(" ")[0], pattern)]
    with concurrent.futures.ThreadPoolExecutor(module.WORKERS) as pool:
        for made in [pool.submit(count.add, name, problem) for name, problem in chosen]:
            made.result()
    made = count.passed + count.failed - before
    if made:
        print("%s on PostgreSQL %s: %d checks in %.0f s" % (part, version, made, time.monotonic() - began), flush=True)


if __name__ == "__main__":
    sys.exit(main())
