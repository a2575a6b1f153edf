"""Hostile tables, columns, values, SQL pieces and options: nothing but what is named may change."""
import functools
import itertools
import json
import re
import threading

from canary import Canary
from jobs import js, run, unclear

# A combining accent makes one character of itself and what stands before it; an Arabic number sign makes one of
# itself and what stands after it. PostgreSQL knows neither: to it the quote is a quote.
ACCENT, SIGN, JOINER = "\u0301", "\u0600", "\u200d"

TEXTS = [
    "", " ", "'", "''", "'''", "\"", "\"\"", "`", "\\", "\\\\", "\\'", "'\\", "\\\"", "\\x41", "\\u0041", "\\000",
    "\\n",
    "O'Brien", "'; drop table canary; --", "'); drop table canary; --", "\"; drop table canary; --",
    "\\'; drop table canary; --", "x' or '1'='1", "x'/*", "*/ drop table canary; /*", "--", "-- \n drop table canary;",
    ";", "; truncate canary;", "$1", "$$", "$$; drop table canary; $$", "$a$x$a$", "$0 $-1 $99", "%", "%%", "%s", "%L",
    "%I", "%1$L", "%s%s%s%s%n", "{}", "{\"a\"}", "{a,b}", "{NULL}", "NULL", "null", "DEFAULT", "CURRENT_USER", "now()",
    "(select name from canary limit 1)", "E'x'", "U&'\\0041'", "x'41'", "b'1'", "undefined", "'undefined'", "true",
    "\r\n", "\n", "\t", "\b\f\v", "\u0001\u001f\u007f", "\u0000", "a\u0000b", "'\u0000; drop table canary",
    "\uff07; drop table canary; --", "\u2018x\u2019", "\u02bc", "\u037e drop table canary", "\u1fef", "\u2028\u2029",
    "\u202e'; drop table canary; --", "\u200f\u200e", "\ufeff", "\ufffd", "\ufffe\uffff", "\U0001f600", "\U0010ffff",
    "\u00e9", "e\u0301", "\u212b\u00c5A\u030a", "\ud800", "\udc00x", "\udc00\ud800", "x\ud83d",
    "\ud800'; drop table canary; --",
    "'" + ACCENT, "'" + ACCENT + "; drop table canary; --", "'" + JOINER + "; drop table canary; --",
    SIGN + "'; drop table canary; --", SIGN + "'", "\\" + ACCENT, SIGN + "\\", "\"" + ACCENT, SIGN + "\"",
    "\"" + ACCENT + ",\"x", "\\" + ACCENT + "'; drop table canary; --", "%" + ACCENT + "L", "a,b", "{" + ACCENT,
    "'\r\n; drop table canary; --", "\\\r\n", "\"\r\n", "\ufe0f'\ufe0f", "'\u0591; drop table canary; --",
    "a" * 64, "'" * 1000, "\\" * 1001, "x" * 1000000, ("'" + ACCENT) * 2000, "\u00e9" * 70000,
    "[--REDACTED--]", "__proto__", "constructor", "<script>", "../../etc/passwd", "1e999", "NaN", "-0", "{\"$ne\":1}",
]

# Expressions of JavaScript, and the texts that a text column may then hold; None is NULL, ANY is any text.
ANY = object()
SCALARS = [
    ("0", ["0"]), ("-0", ["0"]), ("1.5", ["1.5"]), ("1e21", ["1e+21", "1000000000000000000000"]),
    ("1e-7", ["1e-7", "1e-07", "0.0000001"]), ("9007199254740991", ["9007199254740991"]),
    ("9007199254740993", ["9007199254740992"]), ("-9223372036854775808",
     ["-9223372036854776000", "-9223372036854775808"]),
    ("1.7976931348623157e308", ["1.7976931348623157e+308", "1.7976931348623157e308"]), ("5e-324", ["5e-324"]),
    ("NaN", [None]), ("Infinity", [None]), ("-Infinity", [None]), ("true", ["t", "true"]), ("false", ["f", "false"]),
    ("null", [None]), ("undefined", [None]), ("new Date(0)", ["1970-01-01T00:00:00.000Z"]), ("new Date(NaN)", [None]),
    ("new Date(8.64e15)", ["275760-09-13T00:00:00.000Z"]), ("123456789012345678901234567890n",
                                                              ["123456789012345678901234567890",
                                                               "1.2345678901234568e+29"]),
    ("12n", ["12"]), ("new String(\"';\")", ["';"]), ("new Number(3)", ["3"]), ("Object(true)", ["t", "true"]),
    ("Buffer.from([0, 39, 92])", ["\\x00275c"]), ("{ toJSON() { return \"'; drop table canary; --\" } }",
                                                  ["'; drop table canary; --",
                                                   "{\"toJSON\": \"'; drop table canary; --\"}",
                                                   "{\"toJSON\":\"'; drop table canary; --\"}"]),
    ("Object.assign(Object.create({ v: 1 }), { a: \"'\" })", ['{"a": "\'"}', '{"a":"\'"}']),
    ("new Map([[1, 2]])", ["{}"]), ("/'/", ["{}"]), ("Symbol.iterator", [None]), ("new Error(\"'\")", ["{}"]),
    ("new Proxy({}, {})", ["{}"]), ("Object.create(null)", ["{}"]), ("new Uint8Array([39])", ['{"0": 39}', '{"0":39}']),
]

NESTED = [
    {}, [], [[]], [
    {}], {
        "": ""}, {
            "'": "'"}, {
                "\"": "\""}, {
                    "\\": "\\"}, {
                        "$1": "$1"}, {
                            "a": {
                                "b": {
                                    "c": [
                                        1, "'", None]}}},
    {"__proto__": {"a": 1}}, {"constructor": {"prototype": 1}}, {
        "toString": "'"}, {"toJSON": "x"}, {"length": 3}, {"0": "a"},
    ["'; drop table canary; --"], ["}", "{", ",", "\"", "\\", "NULL",
        None, ""], [["a", "b"], ["c", "d"]], [1, "2", True, None],
    {"type": "Buffer", "data": [39, 92]}, {"type": "Buffer", "data": ["'"]}, {"type": "Buffer", "data": [256]},
    {"a'" + ACCENT: "'" + ACCENT}, {"\"" + ACCENT: SIGN + \
        "\""}, ["\"" + ACCENT], ["\\" + ACCENT], [SIGN + "\\", SIGN + "\""],
    {"e\u0301": 1, "\u00e9": 2}, {"\u212b": 1, "\u00c5": 2, "A\u030a": 3}, {"x\u0000": 1}, {"x": "\u0000"}, ["\u0000"],
    {"\ud800": 1}, ["\ud800"], {"a": "x" * 100000}, [[["deep"]]], {"a": 1e300, "b": 1e-300}, {"configuration": "kept"},
]

# A name is used for a table, for a column and in patterns.
NAMES = [
    "a'b", "a\"b", "a\"\"b", "\"", "\"\"", "\"\"\"", "\"a", "a\"", "\"a\"\"b\"", "\"a\" \"b\"", "a`b", "a\\b", "\\",
    "a b", " a",
    "a ", " ", "", "a;b", "a; drop table canary", "a; drop table canary; --", "a\"; drop table canary; --",
    "a\" (v text); drop table canary; --", "a (v text); --", "a) values (1); --", "canary; --", "canary--", "canary/*",
    "canary\"", "\"canary", "canary\"--", "canary\" x", "canary x", "(select 1)", "a, canary", "a,b", "a -- b",
    "a/*b*/",
    "$1", "a$1", "$$", "%s", "%I", "%L", "%%", "a\nb", "a\tb", "a\r\nb", "a\u0000b", "\u0000", "select", "SELECT",
    "Table",
    "user", "order", "group", "null", "default", "CURRENT_USER", "table", "column", "oid", "ctid", "xmin", "tableoid",
    "Mixed", "\"Mixed\"", "UPPER", "\u00c9cole", "\u0130stanbul", "\u212aelvin", "\u00e9", "e\u0301", "\uff02x\uff02",
    "\uff07", "\u201cx\u201d", "\u202eyranac", "\u200bcanary", "canary\u200b", "\ufeffcanary", "c\u0430nary",
    "\U0001f600",
    "\ud800", "x\udc00", "a" * 62, "a" * 63, "b" * 64, "c" * 65, "d" * 200, "\u00e9" * 31, "\u00e9" * 32, "x"
    + "\u00e9" * 31,
    "xy" + "\U0001f600" * 16, "__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "length", "0", "1",
    "-1",
    "1.5", "1e3", "0x10", "NaN", "Infinity", "true", "undefined", "[object Object]", "a[1]", "a[0].b", "a->b",
    "a::text", "*",
    "a.*", "?", "?|", "@", "#", "~", "!",
    "a\"" + ACCENT + "b", "a\"" + ACCENT, "\"" + ACCENT, "a" + SIGN + "\"b", SIGN + "\"", "a\"" + JOINER + " b",
    "a\"" + ACCENT + "; drop table canary; --", "a" + SIGN + "\" (v text) inherits (canary) --",
    "a" + SIGN + "\" as select * from canary --", "a" + SIGN + "\" (like canary including all) --",
    "a" + SIGN + "\" (v text); drop table canary; --", "a" + SIGN + "\" text, drop column v --",
    "a" + SIGN + \
        "\" text) inherits (canary) --", "a\"\u0308 (v text", "a\ufe0f\"\ufe0f", "a\"\u0591\"", "a\";" + ACCENT,
    "v\"" + ACCENT + " , nextval('canary_numbers') from canary --",
    "v" + SIGN + "\" = '' or true --",
    "key\"" + ACCENT + "; drop table canary; --", "key\"" + JOINER + " from named; drop table canary; --",
]

# Names of tables that are more than one name, or look so.
TABLES = [
    "public.a", "PUBLIC.a", "\"public\".\"a b\"", "public.\"a.b\"", "\"public.a\"", "public..a", ".a", "a.", ".", "..",
    "...",
    "nowhere.a", "nowhere.\"a\"", "public.a.b", "jobs.public.a", "elsewhere.public.a", "a.b.c.d", "public. a",
    "public .a",
    "pg_catalog.a", "pg_temp.a", "information_schema.a", "public.a\"b", "public.\"a", "\"public.a", "other.a\"; --",
    "public.a" + SIGN + "\" as select * from canary --", "public" + SIGN + "\".a", "public\"" + ACCENT + ".a",
    "\"public" + SIGN + "\".\"a\" as select * from canary --\"", "public\u3002a", "public\uff0ea", "public." + ACCENT
    + "a",
    "other.\"a\"", "other.a", "\"a\".\"b", "public.\"\"", "\"\".a",
]

# Whole column definitions.
TYPES = [
    "", " ", "nothing", "int; drop table canary", "int); drop table canary; --", "int) inherits (canary) --", "int)",
    "int) with (fillfactor=10", "int, x int", "int, like canary", "int -- x", "int /* x */", "int /*",
    "text collate \"C", "'",
    "\"", "\"text", "$$", "int default $$1$$", "text default E'\\''", "int\\", "int\u0000", "int check (true",
    "int check (true))",
    "int[", "int]", "int (1", "text default 'a", "text default 'a'') --", "int) partition by range (a) --", "text[",
    "int]]",
    "numeric(1,2), x int", "setof int", "void", "trigger", "int)\n--\n(", "int) as select", "int--\n) inherits (canary",
    "int-" + "-" + ACCENT + "\n", "int --" + ACCENT, "int -" + SIGN + \
        "-x", "int /*" + ACCENT + "*/", "int," + ACCENT + "x int",
    "int ;" + ACCENT, "int)" + ACCENT, "int \u037e drop table canary", "int\uff1b drop table canary",
    "text default '" + SIGN + "') inherits (canary) --'", "text default '" + \
                                            SIGN + "', x int, y text default '" + SIGN + "'",
    "text default '" + SIGN + "') as select --'", "text default '" + SIGN + "'); drop table canary; --'",
    "text collate \"C" + SIGN + "\") inherits (canary) --\"", "text check (true" + SIGN + ") inherits (canary) --",
    "text default '\u200d'\u200d) inherits (canary) --'", "int default (1" + SIGN + "), x int default (1)",
    "text default 'x'\r\n, x int default '1'", "text default '\\" + \
        ACCENT + "'", "text default $" + ACCENT + "$x$" + ACCENT + "$",
    "text references nowhere", "int default (select 1)", "int default nextval('canary_numbers') --",
]
DEFAULTS = [
    "'", "''", "a'b", "a'); drop table canary; --", "a') inherits (canary) --", "\\'", "\\", "$$", "a'" + ACCENT,
    "a'" + ACCENT + ") inherits (canary) --", SIGN + "') inherits (canary) --", SIGN + "', x text default '" + SIGN,
    "a'" + JOINER + \
        ") inherits (canary) --", "a'\r\n) inherits (canary) --", "a\u0000", "%s", "--", "/*", ";", "", "\ud800",
    "\u037e", "a,b", "(", ")", "x" * 10000,
]
# Defaults of a column that is no text are expressions.
EXPRESSIONS = [
    "1); drop table canary; --", "1) inherits (canary) --", "1, x int", "1 --", "1 /*", "(1", "1)", "'1", "$$1$$", "1;",
    "'" + SIGN + "') inherits (canary) --'", "'1'" + ACCENT + ", x int default '1'", "(select max(id) from canary)",
    "1 references canary", "1" + ACCENT + ", x int", "'" + SIGN + "'::int, x int default '" + SIGN + "'::int",
]
CONFLICTS = [
    "", " ", ",", "id,", ",id", "id, canary", "nothing", "id) do nothing; drop table canary; --", "id) do nothing --",
    "(id) do nothing --", "(id) where true do nothing --", "(id) where true; drop table canary",
    "(id) drop table canary",
    "(id", "id)", "((id)", "id; drop table canary", "ON CONSTRAINT", "ON CONSTRAINT ", "on constraint nothing",
    "on constraint box_pkey do nothing --", "on constraint \"box_pkey\" do nothing; drop table canary --", "id\u0000",
    "\"id", "$1",
    "id -- ", "id /*", "(id /* */)", "(id) where $1", "(lower('" + SIGN + "')) do nothing --'))",
    "on constraint box_pkey\"" + ACCENT + " do nothing --", "on constraint a" + SIGN + "\" do nothing --",
    "id" + SIGN + "\") do nothing --", "id\"" + ACCENT + \
        ") do nothing --", "(id) where '" + SIGN + "' = '' do nothing --'",
    "id" + ACCENT, "(id" + ACCENT + ")", "id\uff0cid", "(id)" + ACCENT + \
                     " do nothing --", "upper(v)", "(id) where id in (select 1)",
]
OPERATORS = [
    "", " ", "= 1 or", "= $1 or true --", "--", "/*", "=--", "= /* */", ";", "; drop table canary; --", "like '%' or",
    "is null or",
    "is not null; --", "in (1) or", "in", "or", "and", "()", "=)", "(", "||", "||'' = '' or", "= any",
    "operator(pg_catalog.=)",
    "=" + ACCENT, "\u1fef", "\uff1d", "=\u0000", "\r\n", "=\r\n1 or", "like" + ACCENT, "isnull", "notnull", "between",
    "=" * 64,
    "overlaps", "collate", "at time zone", "is true or", "not", "$1",
]
# Options that are none, and what values may then be in the table: the record has 'x'.
OPTIONS = [
    {"setNull": True}, {"setNull": 1}, {"setNull": {}}, {
        "setNull": [1]}, {"setNull": ["'x'", None]}, {"setNull": "'; --"},
    {"setNull": ["'" + ACCENT, SIGN + "'"]}, {"setNull": "\u0000"}, {"setNull": []
        }, {"setNull": False}, {"setNull": None},
    {"setNull": "E'"}, {"setNull": "'"}, {"setNull": "''"}, {
        "setNull": "E''"}, {"setNull": "\\"}, {"setNull": ["'a", "b'"]},
    {"execute": "false"}, {"execute": 0}, {"execute": None}, {
        "execute": "'; drop table canary; --"}, {"writeSql": "yes"},
    {"writeSql": []}, {"logValues": "x"}, {"logValues": {}}, {"__proto__": {"execute": False}}, {"constructor": 1},
    {"values": ["'; drop table canary; --"]}, "'; drop table canary; --", 1, True, [], [1], "",
]
QUERIES = [
    {"text": "select $1::text as v", "values": ["'; drop table canary; --"]},
    {"text": "select $1::text as v", "values": ["'; --"], "name": "'; drop table canary; --"},
    {"text": "select $1::text as v", "values": ["x"], "name": "n" * 100},
    {"text": "select $1::text as v", "values": ["x"], "name": "a\u0000b"}, {"text": "select 1", "name": "\ud800"},
    {"text": "select $1::text as v", "values": ["x"], "name": "a\"" + ACCENT}, {"text": "select 1", "name": {}},
    {"text": "select 1", "name": 1}, {"text": "select 1",
        "rowMode": "'; drop table canary; --"}, {"text": "select 1", "rowMode": 1},
    {"text": "select $1::text as v", "values": []}, {"text": "select $2::text as v", "values": ["x"]},
    {"text": "select 1", "values": ["x", "y"]}, {"text": "select $1::text",
        "values": "'; --"}, {"text": "select 1", "values": {}},
    {"text": "select $1::text; drop table canary", "values": ["x"]}, {
        "text": "select 1; drop table canary", "name": "two"},
    {"text": ""}, {"text": " "}, {"text": ";"}, {
        "text": "--"}, {"text": "\u0000"}, {"text": "select 1\u0000; drop table canary"},
    {"text": None}, {"text": 1}, {"text": []}, {}, None, 1, [], [
        "select 1"], True, "", ";;;", "\u0000", "select '\ud800' as v",
    "select", "select \uff07x\uff07", "'", "\"", "$$", "/*", "copy canary from stdin", "copy (select 1) to stdout",
    "copy canary to program 'true'", "do $$ begin raise 'this is raised'; end $$", "listen canary",
    "fetch all from nothing", "execute nothing",
    "select 1 as __proto__, 2 as constructor", "select 1 as a, 2 as a", "select", "select 1 as \"\U0001f600\"",
    "select " + ",".join("1 as c%d" % index for index in range(1664)), "select " + ",".join("1" for _ in range(1665)),
]

SETUP_BOX = ("set role job; create table box (id int primary key, v text, list text[], doc jsonb, way text);"
             "create table named (id int primary key, v text); reset role")

# Every step is tried; what becomes of it is told by name.
TRY = """
const input = %(input)s;
const steps = { %(steps)s };
fn(async state => {
  const told = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      const next = await step(input)(state);
      told[name] = { ok: true, data: next.data ?? null, result: next.result ?? null };
    } catch (error) {
      told[name] = { message: error.message, details: error.details ?? null, code: error.code ?? null };
    }
  }
  return { told };
});
"""


def tried(context, expression, steps):
    """Runs the steps with the value of an expression; the outcome and what became of every step."""
    job = TRY % {"input": expression, "steps": ",\n".join("%s: input => %s" % step for step in steps.items())}
    outcome = run(context.adaptor, job, context.cluster.configuration(database=context.database), "-t", "30000")
    state = outcome.state if isinstance(outcome.state, dict) else {}
    return outcome, state.get("told") or {}


def badly_told(outcome, told, steps, secrets):
    """Whether the run came to its end and every failed step has one clear sentence."""
    if outcome.code != 0 or outcome.errors or set(told) != set(steps):
        return "the run broke off: %s" % outcome
    for name, result in told.items():
        if result.get("ok"):
            continue
        details = result.get("details") or {}
        wrong = unclear(printable(result["message"]), {}, secrets)
        if wrong:
            return "%s: %s" % (name, wrong)
        if details.get("name") == "error" and not re.fullmatch("[0-9A-Z]{5}", details.get("code", "")):
            return "%s: no SQLSTATE in %s" % (name, details)
        # The input may be at fault in many ways; the connection and the server's inside never are.
        if details.get("code", "")[:2] in ("08", "XX", "57", "58"):
            return "%s: %s is no error of the input: %s" % (name, details["code"], result["message"])
    for secret in secrets:
        if secret in outcome.log:
            return "the log shows a secret: %s" % outcome.log[-500:]
    return None


def printable(message):
    """The message without what the server quotes of the job's own names and texts."""
    return re.sub(r"\"(?:.|\n)*\"|'(?:.|\n)*'|near .*", "\"x\"", message) if isinstance(message, str) else message


# ---------------------------------------------------------------------------------------- values
VALUE_STEPS = {
    "insert": "insert('box', { id: 1, v: input })",
    "insertMany": "insertMany('box', [{ id: 2, v: input }, { id: 3, v: input }])",
    "insertManyMixed": "insertMany('box', [{ id: 4, v: input }, { v: input, way: 'x', id: 5 }])",
    "upsert": "upsert('box', 'id', { id: 6, v: input })",
    "upsertIf": "upsertIf(true, 'box', 'id', { id: 7, v: input })",
    "upsertMany": "upsertMany('box', 'id', [{ id: 8, v: input }, { id: 9, v: input }])",
    "upsertAgain": "upsertMany('box', 'id', [{ id: 8, v: input }, { id: 9, v: input }])",
    "sql": "sql('insert into box (id, v) values (10, $1)', { values: [input] })",
    "sqlObject": "sql({ text: 'insert into box (id, v) values (11, $1)', values: [input], name: 'kept' })",
    "writeSql": "insert('box', { id: 12, v: input }, { writeSql: true, logValues: true, setNull: false })",
}
VALUE_ROWS = {"insert": [1], "insertMany": [2, 3], "insertManyMixed": [4, 5], "upsert": [6], "upsertIf": [7],
              "upsertMany": [8, 9], "upsertAgain": [8, 9], "sql": [10], "sqlObject": [11], "writeSql": [12]}
TEXT_STEPS = {
    "format": "sql(util.format('insert into box (id, v) values (20, %L)', input))",
    "formatSelect": "sql(util.format('select %L as v', input))",
    "formatTwice": "sql(util.format('insert into box (id, v, way) values (21, %2$L, %L)', 'x', input, input))",
    "literal": "sql('insert into box (id, v) values (22, ' + util.format.literal(input) + ')')",
    "withArray": "sql(util.format.withArray('insert into box (id, v) values (23, %L)', [input]))",
    "formatList": "sql(util.format('insert into box (id, v) select 24, x from (values %L) t(x)', [[input]]))",
    "list": "insert('box', { id: 30, list: [input, input] })",
    "listMany": "insertMany('box', [{ id: 31, list: [input, input] }, { id: 32, list: [input, input] }])",
    "listSql": "sql('insert into box (id, list) values (33, $1)', { values: [[input, input]] })",
    "doc": "insert('box', { id: 40, doc: { a: input, [input]: 1 } })",
    "docMany": "upsertMany('box', 'id', [{ id: 41, doc: { a: input, [input]: 1 } }])",
    "docSql": "sql('insert into box (id, doc) values (42, $1)', { values: [{ a: input, [input]: 1 }] })",
    "find": "findValue({ uuid: 'v', relation: 'box', where: { id: 60, v: input } })",
    "findSame": "findValue({ uuid: 'v', relation: 'box', where: { v: input, id: 60 }, operator: { v: 'is "
                "not distinct from' } })",
    "findIn": "findValue({ uuid: 'v', relation: 'box', where: { v: [input], id: 60 }, operator: { v: 'in' } })",
    "read": "sql('select v, list, doc from box where id = 60')",
}
TEXT_ROWS = {"format": [20], "formatTwice": [21], "literal": [22], "withArray": [23], "formatList": [24]}
LIST_ROWS = {"list": [30], "listMany": [31, 32], "listSql": [33]}
DOC_ROWS = {"doc": [40], "docMany": [41], "docSql": [42]}


def as_stored(text):
    """UTF-8 has no lone surrogates: U+FFFD stands for one, as everywhere on the web."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def sql_text(text):
    """A text for psql, without any quoting rule of the programs under test."""
    return "convert_from('\\x%s', 'UTF8')" % as_stored(text).encode().hex()


def stored(context):
    return {row["id"]: row for row in context.session.json("select id, v, list, doc from box")}


def value_problem(context, expression, holds):
    """`holds(text)` says whether a stored text is the value."""
    context.session.query(SETUP_BOX)
    outcome, told = tried(context, expression, VALUE_STEPS)
    rows = stored(context)
    wrong = badly_told(outcome, told, VALUE_STEPS, context.secrets)
    return wrong or rows_problem(told, VALUE_ROWS, rows, lambda row: holds(row["v"]))


def rows_problem(told, places, rows, holds):
    for name, ids in places.items():
        for number in ids:
            if not told[name].get("ok"):
                if number in rows and not (name == "upsertAgain" and told["upsertMany"].get("ok")):
                    if name != "upsertMany" or not told["upsertAgain"].get("ok"):
                        return "%s failed and stored %s: %s" % (name, show(rows[number]), told[name]["message"])
            elif number not in rows:
                return "%s is called done and row %d is missing" % (name, number)
            elif not holds(rows[number]):
                return "%s stored %s" % (name, show(rows[number]))
    return None


def show(value):
    text = json.dumps(value)
    return text if len(text) < 300 else text[:300] + "…"


def scalar_problem(context, expression, texts):
    return value_problem(context, expression, lambda text: ANY in texts or text in texts)


def nested_problem(context, value):
    def holds(text):
        try:
            found = json.loads(text)
        except (TypeError, ValueError):
            # A list that is a parameter of `sql` is a PostgreSQL array, bytes are hexadecimal.
            return isinstance(value, list) and text is not None and text.startswith("{") or is_bytes(value, text)
        return found == replaced(value) or isinstance(value, list) and found == {}
    return value_problem(context, js(value), holds)


def is_bytes(value, text):
    return (isinstance(value, dict) and value.get("type") == "Buffer"
            and all(isinstance(b, int) and b < 256 for b in value["data"])
            and text == "\\x" + bytes(value["data"]).hex())


def replaced(value):
    """A value with U+FFFD for lone surrogates."""
    if isinstance(value, str):
        return as_stored(value)
    if isinstance(value, list):
        return [replaced(element) for element in value]
    if isinstance(value, dict):
        return {as_stored(key): replaced(element) for key, element in value.items()}
    return value


def text_problem(context, text):
    """A text in every operation: as a value of a text column, in a list, in JSON, in SQL, to find and to read."""
    context.session.query(SETUP_BOX)
    has_zero = "\0" in text
    if not has_zero:
        literal = sql_text(text)
        context.session.query("insert into box (id, v, list, doc) values (60, %s, array[%s], "
                              "jsonb_build_object('a', %s))" % (
            literal, literal, literal))
    steps = {**VALUE_STEPS, **TEXT_STEPS}
    outcome, told = tried(context, js(text), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    rows = stored(context)
    accepted = [name for name, result in told.items() if result.get("ok")]
    refused = [name for name in steps if name not in accepted]
    if refused and not has_zero:
        return "%s refused it: %s" % (refused[0], told[refused[0]]["message"][:300])
    expected = as_stored(text)
    nulls = (None,) if text == "undefined" else ()
    return (rows_problem(told, {**VALUE_ROWS, "writeSql": []}, rows, lambda row: row["v"] in (expected, *nulls))
            or rows_problem(told, {"writeSql": [12], **TEXT_ROWS}, rows, lambda row: row["v"] == expected)
            or rows_problem(told, LIST_ROWS, rows, lambda row: row["list"] == [expected, expected])
            or rows_problem(told, DOC_ROWS, rows, lambda row: row["doc"] in ({"a": expected, expected: 1}, {"a": 1}))
            or (None if has_zero else read_problem(told, expected)))


def read_problem(told, expected):
    if told["formatSelect"]["data"] != [{"v": expected}]:
        return "util.format gave %s" % show(told["formatSelect"]["data"])
    for name in ("find", "findSame", "findIn"):
        if told[name]["result"] != expected:
            return "%s found %s" % (name, show(told[name]["result"]))
    row = told["read"]["data"][0]
    if row != {"v": expected, "list": [expected], "doc": {"a": expected}}:
        return "sql read %s" % show(row)
    return None


# ---------------------------------------------------------------------------------------- names
def column_name(text):
    """
    The name that a text stands for: white space around it does not count, a plain word is folded, "Quoted" loses its
    quotes, anything else is kept.
    """
    text = text.strip(" \t\n\r\f") or text
    if re.fullmatch("[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*", text):
        return re.sub("[A-Z]", lambda match: match.group().lower(), text)
    inner = text[1:-1]
    if len(text) > 2 and text[0] == text[-1] == "\"" and "\"" not in inner.replace("\"\"", ""):
        return inner.replace("\"\"", "\"")
    return text


def limited(name):
    """The server keeps 63 bytes of a name, in whole characters."""
    return as_stored(name).encode()[:63].decode(errors="ignore")


def table_name(text):
    """Schema and table."""
    parts, quoted = [""], False
    for character in text:
        quoted ^= character == "\""
        if character == "." and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    if "" in parts:
        parts = [text]
    names = [limited(column_name(part)) for part in parts]
    return (names[-2] if len(names) > 1 else "public", names[-1])


TABLE_STEPS = {
    "insertTable": "insertTable(input, [{ name: 'v', type: 'text' }, { name: 'id', type: 'int primary key' }])",
    "insert": "insert(input, { id: 1, v: 'x' })",
    "insertMany": "insertMany(input, [{ id: 2, v: 'x' }, { id: 3, v: 'x' }])",
    "upsert": "upsert(input, 'id', { id: 1, v: 'y' })",
    "upsertIf": "upsertIf(1, input, 'id', { id: 4, v: 'y' })",
    "upsertMany": "upsertMany(input, 'id', [{ id: 2, v: 'y' }, { id: 5, v: 'y' }])",
    "modifyTable": "modifyTable(input, [{ name: 'w', type: 'int' }])",
    "describeTable": "describeTable(input)",
    "findValue": "findValue({ uuid: 'v', relation: input, where: { id: 5 } })",
    "dry": "insert(input, { id: 6, v: 'x' }, { execute: false, writeSql: true })",
}
TABLE_ROWS = [[1, "y"], [2, "y"], [3, "x"], [4, "y"], [5, "y"]]


def table_problem(context, text):
    context.session.query("set role job; create table named (id int primary key, v text); reset role")
    outcome, told = tried(context, js(text), TABLE_STEPS)
    wrong = badly_told(outcome, told, TABLE_STEPS, context.secrets)
    if wrong:
        return wrong
    schema, name = table_name(text)
    context.allowed.add((schema, name))
    # What is temporary is gone with the connection.
    if not told["insertTable"].get("ok") or schema == "pg_temp":
        return None
    refused = [step for step in ("insert", "insertMany", "upsert", "upsertIf", "upsertMany", "modifyTable")
               if not told[step].get("ok")]
    if refused:
        return "insertTable took it and %s did not: %s" % (refused[0], told[refused[0]]["message"][:300])
    found = context.session.json("select id, v, w from %s.%s order by id" % (
        quoted(context, schema), quoted(context, name)))
    rows = [[row["id"], row["v"]] for row in found]
    return None if rows == TABLE_ROWS else "the table holds %s" % rows


def quoted(context, name):
    return context.session.query("select quote_ident(%s)" % sql_text(name))


COLUMN_STEPS = {
    "insertTable": "insertTable('named', [{ name: 'key', type: 'int primary key' }, { name: input, type: 'text' }])",
    "insert": "insert('named', { key: 1, [input]: 'x' })",
    "insertMany": "insertMany('named', [{ key: 2, [input]: 'x' }, { key: 3, [input]: 'x' }])",
    "insertManyMixed": "insertMany('named', [{ key: 4 }, { key: 5, [input]: 'x' }])",
    "upsert": "upsert('named', 'key', { key: 1, [input]: 'y' })",
    "upsertMany": "upsertMany('named', 'key', [{ key: 2, [input]: 'y' }, { key: 6, [input]: 'y' }])",
    "modifyTable": "modifyTable('extended', [{ name: input, type: 'int' }])",
    "asKey": "upsert('extended', input, { id: 1 })",
    "findValue": "findValue({ uuid: input, relation: 'named', where: { key: 6 } })",
    "findBy": "findValue({ uuid: 'key', relation: 'named', where: { [input]: 'y', key: 6 } })",
    "format": "sql(util.format('select %I as found from named where key = 6', input))",
    "ident": "sql('select ' + util.format.ident([input, input]) + ' from named where key = 6')",
    "read": "sql('select * from named where key = 6')",
}
# In these a name is taken as it is.
EXACT = ("findValue", "findBy", "format", "ident", "asKey")


def column_problem(context, text):
    context.session.query("set role job; create table extended (id int primary key, v int); reset role")
    context.allowed |= {("public", "named"), ("public", "extended")}
    outcome, told = tried(context, js(text), COLUMN_STEPS)
    wrong = badly_told(outcome, told, COLUMN_STEPS, context.secrets)
    if wrong:
        return wrong
    name = limited(column_name(text))
    columns = context.session.json("select attrelid::regclass::text as t, attname as c from pg_attribute "
                                   "where attnum > 0 "
                                   "and attrelid in ('extended'::regclass, to_regclass('named'))")
    found = {(column["t"], column["c"]) for column in columns}
    allowed = {("extended", "id"), ("extended", "v"), ("extended", name), ("named", "key"), ("named", name)}
    if found - allowed:
        return "there are columns %s" % sorted(found - allowed)
    if not {("extended", "id"), ("extended", "v")} <= found:
        return "a column is gone: %s" % sorted(found)
    if not told["insertTable"].get("ok"):
        return None
    exact = limited(text) == name
    refused = [step for step in COLUMN_STEPS if not told[step].get("ok") and (exact or step not in EXACT)
               and step != "asKey"]
    if refused:
        return "insertTable took it and %s did not: %s" % (refused[0], told[refused[0]]["message"][:300])
    rows = context.session.json("select key, %s as c from named order by key" % quoted(context, name))
    stored = [[row["key"], row["c"]] for row in rows]
    if stored != [[1, "y"], [2, "y"], [3, "x"], [4, None], [5, "x"], [6, "y"]]:
        return "the table holds %s" % stored
    if told["read"]["data"] != [{"key": 6, name: "y"}]:
        return "sql read %s" % show(told["read"]["data"])
    if exact and (told["findValue"]["result"], told["findBy"]["result"],
                  told["format"]["data"]) != ("y", 6, [{"found": "y"}]):
        return "found %s" % show([told[step] for step in ("findValue", "findBy", "format")])
    return None


# ---------------------------------------------------------------------------------------- pieces of SQL
def columns_of(context, table):
    found = context.session.json(
    "select attname as c from pg_attribute where attrelid = to_regclass('%s') and attnum > 0" %
     table)
    return sorted(column["c"] for column in found)


def definition_problem(context, columns):
    """Columns in whose definition a piece of SQL stands: all or none of them are there, and no other."""
    context.session.query("set role job; create table extended (id int, kept int); reset role")
    context.allowed |= {("public", "made"), ("public", "extended")}
    steps = {"insertTable": "insertTable('made', input)", "modifyTable": "modifyTable('extended', input)"}
    outcome, told = tried(context, js(columns), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    names = sorted(column["name"] for column in columns)
    made = columns_of(context, "made")
    if made != (names if told["insertTable"].get("ok") else []):
        return "insertTable made the columns %s" % made
    extended = columns_of(context, "extended")
    if extended != sorted(["id", "kept", *(names if told["modifyTable"].get("ok") else [])]):
        return "modifyTable made the columns %s" % extended
    return None


def type_problem(context, text):
    return definition_problem(context, [{"name": "a", "type": text}, {"name": "b", "type": "int"}])


def default_problem(context, text):
    columns = [{"name": "a", "type": "text", "default": text}, {"name": "b", "type": "int"}]
    wrong = definition_problem(context, columns)
    if wrong or not columns_of(context, "made"):
        return wrong
    context.session.query("insert into made (b) values (1)")
    found = context.session.json("select a from made")[0]["a"]
    return None if found == as_stored(text) else "the default is %s" % show(found)


def expression_problem(context, text):
    return definition_problem(context, [{"name": "a", "type": "int", "default": text}, {"name": "b", "type": "int"}])


def conflict_problem(context, text):
    context.session.query(SETUP_BOX + "; insert into box (id, v) values (1, 'old')")
    steps = {"upsert": "upsert('box', input, { id: 1, v: 'new' })",
             "upsertIf": "upsertIf(true, 'box', input, { id: 1, v: 'new' })",
             "upsertMany": "upsertMany('box', input, [{ id: 1, v: 'new' }])"}
    outcome, told = tried(context, js(text), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    found = context.session.query("select id, v from box")
    done = any(result.get("ok") for result in told.values())
    return None if found == ("1|new" if done else "1|old") else "the table holds %r after %s" % (found, show(told))


def operator_problem(context, text):
    context.session.query(SETUP_BOX + "; insert into box (id, v) values (1, 'found')")
    steps = {"findValue": "findValue({ uuid: 'v', relation: 'box', where: { v: 'nothing' }, operator: { v: input } })"}
    outcome, told = tried(context, js(text), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    result = told["findValue"]
    return None if not result.get("ok") or result["result"] is None else "it found %s" % show(result)


def option_problem(context, options):
    context.session.query(SETUP_BOX)
    steps = {name: step.replace("%", "input") for name, step in {
        "insert": "insert('box', { id: 1, v: 'x' }, %)", "insertMany": "insertMany('box', [{ id: 2, v: 'x' }], %)",
        "upsert": "upsert('box', 'id', { id: 3, v: 'x' }, %)",
        "upsertMany": "upsertMany('box', 'id', [{ id: 4, v: 'x' }], %)",
        "upsertIf": "upsertIf(1, 'box', 'id', { id: 5, v: 'x' }, %)", "describeTable": "describeTable('box', %)",
        "insertTable": "insertTable('made', [{ name: 'a', type: 'int' }], %)",
        "modifyTable": "modifyTable('box', [{ name: 'a', type: 'int' }], %)"}.items()}
    context.allowed.add(("public", "made"))
    outcome, told = tried(context, js(options), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    rows = stored(context)
    places = {"insert": [1], "insertMany": [2], "upsert": [3], "upsertMany": [4], "upsertIf": [5]}
    return rows_problem(told, places, rows, lambda row: row["v"] == "x")


def query_problem(context, query):
    steps = {"sql": "sql(input)", "again": "sql(input)", "after": "sql('select 1 as one')"}
    outcome, told = tried(context, js(query), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    return None if told["after"].get(
        "data") == [{"one": 1}] else "the connection is of no use afterwards: %s" % show(told)


# ---------------------------------------------------------------------------------------- special
def same_looking_columns(context):
    """Two spellings of é are two columns, in every record."""
    context.session.query("set role job; create table spelled (id int primary key, \"\u00e9\" text default 'd', "
                          "\"e\u0301\" text default 'd'); reset role")
    context.allowed.add(("public", "spelled"))
    steps = {"both": "insert('spelled', { id: 1, ...input })",
             "many": "insertMany('spelled', [{ id: 2, ...input }, { id: 3, '\\u00e9': 'one' }, { id: 4, "
                     "'e\\u0301': 'two' }])",
             "apart": "insertMany('spelled', [{ id: 5, '\\u00e9': 'one' }, { id: 6, 'e\\u0301': 'two' }])",
             "read": "sql('select * from spelled where id = 1')"}
    outcome, told = tried(context, js({"\u00e9": "one", "e\u0301": "two"}), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    rows = context.session.json("select id, \"\u00e9\" as one, \"e\u0301\" as two from spelled order by id")
    found = [[row["id"], row["one"], row["two"]] for row in rows]
    expected = [
    [
        1, "one", "two"], [
            2, "one", "two"], [
                3, "one", "d"], [
                    4, "d", "two"], [
                        5, "one", "d"], [
                            6, "d", "two"]]
    if found != expected:
        return "the table holds %s instead of %s: %s" % (found, expected, show(told))
    if told["read"]["data"] != [{"id": 1, "\u00e9": "one", "e\u0301": "two"}]:
        return "sql read %s" % show(told["read"])
    return None


def same_looking_tables(context):
    """What is known of the types of one table is not taken for another whose name only looks the same."""
    context.session.query("set role job; create table \"t\u00e9\" (id int, v text[]); "
                          "create table \"te\u0301\" (id text, v jsonb); reset role")
    context.allowed |= {("public", "t\u00e9"), ("public", "te\u0301")}
    steps = {"one": "insertMany('t\\u00e9', [{ id: 1, v: ['a'] }])",
     "two": "insertMany('te\\u0301', [{ id: 'x', v: ['a'] }])"}
    outcome, told = tried(context, "0", steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    refused = [result["message"] for result in told.values() if not result.get("ok")]
    if refused:
        return "it refused: %s" % refused[0]
    found = context.session.query("select v from \"t\u00e9\" union all select v::text::text[] from (select "
                                  "'{'||(v->>0)||'}' as v "
                                  "from \"te\u0301\") x")
    return None if found == "{a}\n{a}" else "the tables hold %r" % found


def same_looking_statements(context):
    """A prepared statement is told from one that only looks the same."""
    steps = {"one": "sql({ name: 'n', text: \"select '\\u00e9' as v\" })",
     "two": "sql({ name: 'n', text: \"select 'e\\u0301' as v\" })"}
    outcome, told = tried(context, "0", steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    if told["two"].get("ok") and told["two"]["data"] != [{"v": "e\u0301"}]:
        return "the second statement gave %s" % show(told["two"]["data"])
    return None


def long_names_and_types(context):
    """A name that the server shortens is the same column for a list of records and for one."""
    name = "n" * 70
    context.session.query("set role job; create table long (id int, \"%s\" int); reset role" % name[:63])
    context.allowed.add(("public", "long"))
    steps = {"insert": "insert('long', { id: 1, [input]: 7 })",
     "insertMany": "insertMany('long', [{ id: 2, [input]: 7 }])"}
    outcome, told = tried(context, js(name), steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    outcomes = [bool(result.get("ok")) for result in told.values()]
    return None if len(set(outcomes)) == 1 else "insert and insertMany differ: %s" % show(told)


def too_many(context):
    """More parameters and columns than the protocol has."""
    context.session.query(SETUP_BOX)
    steps = {"sql": "sql('select 1', { values: Array(70000).fill(1) })",
             "columns": "insert('box', Object.fromEntries(Array.from({ length: 70000 }, (_, i) => ['c' + i, i])))",
             "columnsMany": "insertMany('box', [Object.fromEntries(Array.from({ length: 70000 }, (_, i) => "
                            "['c' + i, i]))])",
             "inList": "findValue({ uuid: 'v', relation: 'box', where: { v: Array(70000).fill('x') }, "
                       "operator: { v: 'in' } })",
             "after": "sql('select 1 as one')"}
    outcome, told = tried(context, "0", steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    return None if told["after"].get("ok") and not told["columns"].get("ok") else show(told)


def records_that_are_none(context):
    context.session.query(SETUP_BOX)
    values = ["'x'", "1", "true", "[]", "[[]]", "[1]", "['x']", "[null]", "[undefined]", "[{}]", "[{ id: 1 }, {}]",
              "[{ id: 1 }, null]",
              "[{ id: 1 }, [2]]", "new Map([['id', 1]])", "'[{\"id\":1}]'", "[[{ id: 1 }]]",
              "[{ id: 1 }, { id: 1, v: 'x' }, 3]"]
    steps = {}
    for index, value in enumerate(values):
        steps["insert%d" % index] = "insert('box', %s)" % value
        steps["many%d" % index] = "insertMany('box', %s)" % value
        steps["upsert%d" % index] = "upsertMany('box', 'id', %s)" % value
    outcome, told = tried(context, "0", steps)
    wrong = badly_told(outcome, told, steps, context.secrets)
    if wrong:
        return wrong
    found = context.session.query("select id from box")
    return None if found == "" else "rows were stored: %r" % found


def names_in_patterns(context):
    """A name that util.format or findValue puts into SQL is one name: there is no such column."""
    context.session.query(SETUP_BOX)
    names = ["v\"%s from box; drop table canary; --" % mark for mark in (ACCENT, JOINER, "\ufe0f", "\u0591")]
    names += ["v\"%s, nextval('canary_numbers') as n from box --" % mark for mark in (ACCENT, JOINER)]
    context.session.query("insert into box (id, v) values (1, 'x')")
    steps = {}
    for index, name in enumerate(names):
        steps["format%d" % index] = "sql(util.format('select %%I from box', input[%d]))" % index
        steps["ident%d" % index] = "sql('select ' + util.format.ident(input[%d]) + ' from box')" % index
        steps["find%d" % index] = "findValue({ uuid: input[%d], relation: 'box' })" % index
    outcome, told = tried(context, js(names), steps)
    done = [name for name in steps if told.get(name, {}).get("ok")]
    return "these were read as SQL: %s" % done if done else None


SPECIAL = [names_in_patterns, same_looking_columns, same_looking_tables, same_looking_statements, long_names_and_types,
           too_many,
           records_that_are_none]


# ---------------------------------------------------------------------------------------- the part
class Context:
    """What a check works with."""

    def __init__(self, adaptor, cluster, database):
        self.adaptor, self.cluster, self.database = adaptor, cluster, database
        cluster.query("create database %s owner job template template0" % database)
        self.session = cluster.session(database)
        self.canary = Canary(self.session)
        self.secrets = [cluster.password]
        self.allowed = set()

    def check(self, problem, *inputs):
        """What is wrong after a check, first of all with the canary."""
        self.allowed = {("public", "box"), ("public", "named")}
        try:
            wrong = problem(self, *inputs)
        except Exception as error:  # the canary is looked at whatever happened
            wrong = "the check itself failed: %r" % error
        touched = self.canary.problem(self.allowed)
        self.canary.clear(touched or wrong)
        return touched or wrong


KINDS = [
    ("text", text_problem, [(text,) for text in TEXTS]), ("value", scalar_problem, SCALARS),
    ("nested", nested_problem, [(value,) for value in NESTED]
     ), ("table", table_problem, [(name,) for name in NAMES + TABLES]),
    ("column", column_problem, [(name,) for name in NAMES]), ("type", type_problem, [(text,) for text in TYPES]),
    ("default", default_problem, [(text,) for text in DEFAULTS]),
    ("expression", expression_problem, [(text,) for text in EXPRESSIONS]),
    ("conflict", conflict_problem, [(text,) for text in CONFLICTS]),
    ("operator", operator_problem, [(text,) for text in OPERATORS]),
    ("option", option_problem, [(options,) for options in OPTIONS]
     ), ("query", query_problem, [(query,) for query in QUERIES]),
]


WORKERS = 2


def checks(suite):
    """Names and what to call for what is wrong; every thread has a database of its own."""
    contexts = threading.local()
    numbers = itertools.count(1)
    names = ["hostile_%d" % number for number in range(1, WORKERS + 1)]
    server = suite.cluster

    def checked(problem, inputs):
        if not hasattr(contexts, "one"):
            contexts.one = Context(suite.adaptor, server(), names[next(numbers) - 1])
        return contexts.one.check(problem, *inputs)
    for kind, problem, inputs in KINDS:
        for index, values in enumerate(inputs):
            name = "hostile-%s-%d %s" % (kind, index, json.dumps(values[0])[:70])
            yield name, functools.partial(checked, problem, values)
    for problem in SPECIAL:
        yield "hostile-" + problem.__name__.replace("_", "-"), functools.partial(checked, problem, ())
