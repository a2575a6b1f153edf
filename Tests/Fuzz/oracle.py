"""What Python's json and csv say, for many inputs at a time.

A request is a line `COMMAND COUNT` and COUNT lines of input; the answer is COUNT lines:

    json    base64 of a document           its value as compact JSON text, or refused
    write   {"rows": ..., "dialect": ...}  the CSV text as a JSON string, or refused
    read    {"text": ..., "dialect": ...}  the rows, or refused
"""

import base64
import csv
import io
import json
import sys
import threading

REFUSED = 'refused'


class Number(str):
    """A number with the digits of its text."""


def refuse(word):
    raise ValueError(word)


def whole(text):
    """The text as UTF-8 can hold it: a lone surrogate has no encoding there, U+FFFD takes its place."""
    return ''.join('\ufffd' if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def members(pairs):
    """Of equal keys the last value counts, at the place of the first."""
    return dict((whole(key), value) for key, value in pairs)


def dump(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return json.dumps(whole(value), ensure_ascii=False)
    if isinstance(value, list):
        return '[' + ','.join(map(dump, value)) + ']'
    if isinstance(value, dict):
        return '{' + ','.join(dump(key) + ':' + dump(each) for key, each in value.items()) + '}'
    return json.dumps(value)


def read_json(line):
    # Malformed UTF-8 is read as U+FFFD and a byte order mark is skipped, as node and the web do; left to
    # itself, Python refuses both.
    text = base64.b64decode(line).decode('utf-8', 'replace').removeprefix('\ufeff')
    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse,
                           object_pairs_hook=members)
    except ValueError:
        return REFUSED
    return dump(value)


QUOTING = {'minimal': csv.QUOTE_MINIMAL, 'all': csv.QUOTE_ALL, 'nonnumeric': csv.QUOTE_NONNUMERIC}


def write_csv(line):
    request = json.loads(line)
    dialect = request['dialect']
    out = io.StringIO(newline='')
    try:
        dialect['quoting'] = QUOTING[dialect['quoting']]
        csv.writer(out, **dialect).writerows(request['rows'])
    except (csv.Error, KeyError, TypeError):
        return REFUSED
    return json.dumps(out.getvalue())


def read_csv(line):
    request = json.loads(line)
    source = io.StringIO(request['text'], newline='')
    try:
        # An empty line is a row with one empty cell for us, and a row without cells for Python.
        return json.dumps([row or [''] for row in csv.reader(source, strict=True, **request['dialect'])])
    except (csv.Error, TypeError):
        return REFUSED


COMMANDS = {'json': read_json, 'write': write_csv, 'read': read_csv}


def serve():
    while header := sys.stdin.buffer.readline():
        command, count = header.split()
        lines = [sys.stdin.buffer.readline() for _ in range(int(count))]
        answers = [COMMANDS[command.decode()](line) for line in lines]
        sys.stdout.buffer.write(''.join(answer + '\n' for answer in answers).encode())
        sys.stdout.buffer.flush()


# Documents may be nested more deeply than Python allows at first.
sys.setrecursionlimit(20_000)
threading.stack_size(256 << 20)
thread = threading.Thread(target=serve)
thread.start()
thread.join()
