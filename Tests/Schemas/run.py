#!/usr/bin/env python3
"""Runs the JSON Schema Test Suite through `validate` of a real job (Python standard library only).

    run.py [--runner PROGRAM] [--cache DIRECTORY] [--only PATTERN] [--verbose]

The suite is the one that the Python package jsonschema ships; its source archive is fetched once from the package
index (PIP_INDEX_URL, else PyPI) into the cache. All required tests of draft-07, 2019-09 and 2020-12 are run, one job
per file. A test is named draft/file/group/test.

known-failures.json lists patterns of tests that fail, with the reason. The list can only shrink: the run fails when a
listed test passes, or when a pattern matches no test. The last line is `N passed, N failed, N known failures`.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import hashlib
import io
import json
import os
import re
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ARCHIVE = "jsonschema-4.26.0.tar.gz"
SHA256 = "0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326"
DRAFTS = ["draft7", "draft2019-09", "draft2020-12"]
TIMEOUT = 120  # seconds for one job

# The data goes by a path, since text given as such would be read as one.
JOB = """
fn(async ({ groups }) => {
  const verdicts = [];
  for (const { schema, tests } of groups) {
    for (const { data } of tests) verdicts.push(await verdict(schema, data));
  }
  return { verdicts };
});

async function verdict(schema, data) {
  try {
    const { validationErrors } = await validate(schema, '$.data')({ data });
    return validationErrors.length === 0;
  } catch (error) {
    return error.message;
  }
}
"""

Test = collections.namedtuple("Test", "name valid verdict")


# ---------------------------------------------------------------------------------------- the suite
def download():
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/jsonschema/"
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))

    def get(url):
        with urllib.request.urlopen(url, timeout=60, context=context) as answer:
            return answer.read()

    try:
        link = re.search(r'href="([^"]*/%s)(?:#[^"]*)?"' % re.escape(ARCHIVE), get(index).decode())
        if link:
            return get(urllib.parse.urljoin(index, link.group(1)))
    except OSError as error:
        raise OSError("the test suite cannot be fetched from %s: %s" % (index, error)) from error
    raise OSError("%s does not list %s" % (index, ARCHIVE))


def archive(cache):
    path = os.path.join(cache, ARCHIVE)
    if os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
    else:
        content = download()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise OSError("%s is not the archive that is expected; remove %s" % (ARCHIVE, path))
    os.makedirs(cache, exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    return content


def suite(cache):
    """The test files, by draft/file."""
    wanted = re.compile(r"[^/]+/json/tests/((?:%s)/[^/]+\.json)$" % "|".join(DRAFTS))
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive(cache))) as tar:
        for member in tar:
            match = wanted.match(member.name)
            if match:
                files[match.group(1)] = json.load(tar.extractfile(member))
    return files


# ---------------------------------------------------------------------------------------- running
def run(runner, name, groups):
    """The tests of one file, with what the runner says."""
    with tempfile.TemporaryDirectory(prefix="schemas-") as work:
        def path(file):
            return os.path.join(work, file)

        with open(path("job.js"), "w", encoding="utf-8") as file:
            file.write(JOB)
        with open(path("state.json"), "w", encoding="utf-8") as file:
            json.dump({"groups": groups}, file)
        done = subprocess.run(
            [runner, "job.js", "-a", "common", "-s", "state.json", "-o", "out.json"], cwd=work, timeout=TIMEOUT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise OSError("%s: the runner ended with %d\n%s" % (name, done.returncode, done.stdout.decode()[-2000:]))
        with open(path("out.json"), encoding="utf-8") as file:
            verdicts = json.load(file)["verdicts"]
    names = [("%s/%s/%s" % (name, group["description"], test["description"]), test["valid"])
             for group in groups for test in group["tests"]]
    return [Test(name, valid, verdict) for (name, valid), verdict in zip(names, verdicts, strict=True)]


def known_failures():
    """Reasons by pattern."""
    with open(os.path.join(HERE, "known-failures.json"), encoding="utf-8") as file:
        return {pattern: entry["reason"] for entry in json.load(file) for pattern in entry["tests"]}


def report(tests, known, verbose):
    """Prints new failures and known ones that pass; answers their number, and that of the known failures."""
    wrong = excused = 0
    for test in tests:
        reasons = [reason for pattern, reason in known.items() if fnmatch.fnmatchcase(test.name, pattern)]
        passes = test.verdict == test.valid
        if passes == bool(reasons):
            wrong += 1
            what = "passes but is listed" if passes else "expected %s, got %s" % (test.valid, test.verdict)
            print("FAIL %s: %s" % (test.name, what))
        elif reasons:
            excused += 1
            if verbose:
                print("known %s: %s (%s)" % (test.name, test.verdict, reasons[0]))
    return wrong, excused


def unused(tests, known):
    return [pattern for pattern in known if not fnmatch.filter((test.name for test in tests), pattern)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runner", default=os.path.join(ROOT, ".build/release/adaptor"))
    parser.add_argument("--cache", default=os.path.join(ROOT, ".build/json-schema-test-suite"))
    parser.add_argument("--only", default="*", metavar="PATTERN", help="of files, such as 'draft7/ref*'")
    parser.add_argument("--verbose", action="store_true", help="list the known failures too")
    args = parser.parse_args()
    known = known_failures()
    files = {name: groups for name, groups in suite(args.cache).items() if fnmatch.fnmatchcase(name, args.only)}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda item: run(os.path.abspath(args.runner), *item), sorted(files.items()))
        tests = [test for result in results for test in result]

    wrong, excused = report(tests, known, args.verbose)
    for pattern in unused(tests, known) if args.only == "*" else []:
        wrong += 1
        print("FAIL known-failures.json: no test is called %s" % pattern)
    for draft in DRAFTS:
        own = [test for test in tests if test.name.startswith(draft + "/")]
        print("%-13s %d of %d" % (draft, sum(test.verdict == test.valid for test in own), len(own)))
    print("%d passed, %d failed, %d known failures" % (len(tests) - wrong - excused, wrong, excused))
    return 1 if wrong or not tests else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.exit("Tests/Schemas/run.py: %s" % error)
