#!/usr/bin/env python3
"""Runs HTTP jobs against servers that others wrote, and against servers that are broken on purpose.

    run.py [--adaptor PATH] [--only PATTERN] [--verbose] [--table]

peers.py: httpbin under gunicorn, and nginx with TLS; broken.py: servers that break off, stall, lie and babble; odd.py: servers that are odd and right;
authentication.py: every way to say who asks, with nginx, Apache httpd, httpbin, and proxies. httpbin is installed from
the package index into .build/peers, once; certificates are made with openssl. Everything listens on 127.0.0.1 and is
stopped by its process id. The last line is `N passed, N failed`, the exit status is 1 when one failed. --table prints
the table of authentication and server that stands in Adaptors/HTTP/README.md, as it is seen now.
"""
import argparse
import collections
import fnmatch
import os
import signal
import sys
import tempfile
import time

import authentication
import broken
import odd  # noqa: F401 (adds its cases)
import peers
from servers import ROOT, Servers

SUITES = [peers, broken, authentication]
Bench = collections.namedtuple("Bench", "adaptor servers")


def run(bench, suites, pattern, is_verbose):
    """How many checks passed, and how many failed."""
    passed = failed = 0
    for suite in suites:
        for name, holds in suite.checks(bench):
            if not fnmatch.fnmatch(name, pattern):
                continue
            start = time.monotonic()
            wrong = holds()
            failed, passed = failed + bool(wrong), passed + (not wrong)
            if wrong or is_verbose:
                print("%s %s (%.1f s)%s" % ("FAIL" if wrong else "ok  ", name, time.monotonic() - start,
                                            "\n      " + wrong if wrong else ""), flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adaptor", default=os.path.join(ROOT, ".build", "release", "adaptor"))
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of the names of checks")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    # Else the servers would outlive this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        # Apache's and tinyproxy's own users must get in.
        os.chmod(folder, 0o755)
        bench = Bench(os.path.abspath(options.adaptor), Servers(folder))
        try:
            if options.table:
                print(authentication.table(bench))
                return 0
            passed, failed = run(bench, SUITES, options.only, options.verbose)
        finally:
            bench.servers.stop()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
