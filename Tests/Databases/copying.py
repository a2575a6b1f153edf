"""What COPY stores, in its binary format where types are known, is what INSERT stores of the same values."""
import functools

from jobs import js, run

WORKERS = 1
NUMBERS = [0, -0.0, 1, -1, 7.0, 1.5, -2.25, 1e3, 1.5e-7, 1e21, 32767, 32768, -32768, -32769, 2147483647, 2147483648,
           -2147483648, 9007199254740991, 16777217, 3.4028235e38, 3.5e38, 1e-46, 1e-320, 0.1, 123456.789, True, False,
           None, "", " 5 ", "5", "+5", "-5", "05", "5.0", "5.", ".5", "1e2", "0x10", "1_000", "NaN", "Infinity", "-inf",
           "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999.99995", "-0.0001",
           "1234567890123456789012345678901234567890.5", "0.00000000000000000000000012345", "00012.3400", "-", "--5",
           "1e400", "1e-400", "t", "abc", "\u0665", "undefined", [1], {"a": 1}]
TEXTS = [None, "", " ", "a", "O'Brien", "\u00e9\u4e2d\U0001f600", "tab\tnew\nline\rback\\slash", "\\N", "\\.", "\"", "a" * 300,
         "abc  ", 5, 1.50, True, False, "undefined", {"a": [1, None]}, [1, "b"], "null", "{\"a\": 1}", "[1,]", "5",
         "\u0000", "x\u0000y", "\ud800"]
TIMES = [None, "", "2024-02-29", "2023-02-29", "2024-2-9", "2024-02-29T10:30:00.123Z", "2024-02-29T10:30:00Z",
         "2024-02-29T10:30:00", "2024-02-29 10:30:00", "2024-02-29T10:30:00.123456Z", "2024-02-29T10:30:00.1234567Z",
         "2024-02-29T10:30:00.9999999Z", "2024-02-29T10:30:00+02:00", "2024-02-29T10:30:00.5-03:30",
         "2024-02-29T10:30:00+0200", "2024-02-29T24:00:00Z", "2024-02-29T23:59:60Z", "2024-02-29T10:60:00Z",
         "0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "+012024-01-01T00:00:00Z",
         "1969-12-31T23:59:59.999Z", "1900-01-01T00:00:00Z", "2024-02-29T10:30Z", "2024-02-29t10:30:00z", "now2",
         "infinity", "-infinity", "epoch", "29/02/2024", "20240229", "2024-02-29T10:30:00.Z", "2024-02-29T10:30:00+15:59",
         "2024-02-29T10:30:00+16:00", "2024-02-29T10:30:00-00:00", "44-03-15 BC", 20240229, True, "2024-13-01", "2024-00-10",
         "2000-01-01T00:00:00.000Z", "2100-02-29T00:00:00Z", "2024-04-31"]
IDENTIFIERS = [None, "", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
               "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
               "a0eebc99-9c0b4-ef8-bb6d-6bb9bd380a11", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 5, True,
               "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1\u00e9"]
COLUMNS = {
    **{name: NUMBERS for name in ("smallint", "int", "bigint", "real", "float8", "numeric", "numeric(8,3)", "boolean")},
    **{name: TEXTS for name in ("text", "varchar", "varchar(5)", "char(5)", "json", "jsonb")},
    **{name: TIMES for name in ("date", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(1)")},
    "uuid": IDENTIFIERS,
    "boolean not null": ["t", "f", "true", "false", "TRUE", "yes", "off", 1, 0, "1", "0", "tr", "", None, True, False],
}
JOB = """
sql('create table one (v %(type)s)'); sql('create table many (v %(type)s)');
const values = %(values)s;
const stored = async (table, count, v, state) => {
  try {
    await insertMany(table, Array.from({ length: count }, () => ({ v })))(state);
  } catch (error) {
    return error.code;
  }
  const { data } = await sql(`with gone as (delete from ${table} returning v::text) select v, count(*)::int from gone`
    + ' group by v')(state);
  return data.map(row => [row.v, row.count / count]);
};
fn(async state => {
  const differ = [];
  for (const value of values) {
    const one = await stored('one', 1, value, state);
    const many = await stored('many', 120, value, state);
    if (JSON.stringify(one) !== JSON.stringify(many)) differ.push({ value, one, many });
  }
  return { differ };
});
"""
# A value that has no binary form, after many that have: what came before is stored all the same.
MIXED = """
sql('create table mixed (id int, at timestamptz)');
insertMany('mixed', Array.from({ length: %(count)d }, (_, id) => ({ id, at: id %% 5003 === 5002 ? 'yesterday' : '2024-01-01T00:00:00Z' })));
fn(({ result }) => ({ result }));
sql("select count(*)::int as n, count(distinct id)::int as m, count(*) filter (where at > '2024-01-02')::int as late from mixed");
fn(({ data, references }) => ({ data, count: references[0]?.length ?? 0 }));
"""
UNDONE = """
sql('create table mixed (id int, at timestamptz)');
fn(state => insertMany('mixed', Array.from({ length: 300 }, (_, id) => ({ id, at: id === 299 ? 'never' : '2024-01-01T00:00:00Z' })))(state)
  .catch(error => ({ ...state, code: error.code })));
fn(state => sql('select count(*)::int as n from mixed')(state));
fn(({ data, code }) => ({ data, code }));
"""


def same(column, values, suite):
    outcome = fresh(suite, JOB % {"type": column, "values": js(values)})
    return None if outcome.state == {"differ": []} else str(outcome)


def fresh(suite, job):
    cluster = suite.cluster()
    cluster.query("drop schema public cascade; create schema public authorization job")
    return run(suite.adaptor, job, cluster.configuration(), bound=120)


def mixed(count, suite):
    outcome = fresh(suite, MIXED % {"count": count})
    late = count // 5003
    return None if outcome.is_done and outcome.state["data"] == [{"n": count, "m": count, "late": late}] else str(outcome)


def undone(suite):
    outcome = fresh(suite, UNDONE)
    return None if outcome.state == {"data": [{"n": 0}], "code": "22007"} else str(outcome)


def checks(suite):
    found = [("copying-" + column.replace(" ", "-"), functools.partial(same, column, values, suite))
             for column, values in COLUMNS.items()]
    found += [("copying-mixed-%d" % count, functools.partial(mixed, count, suite)) for count in (5003, 5100, 12000)]
    return found + [("copying-undone", functools.partial(undone, suite))]
