"""What the operations beyond OpenFn's do: transactions, rows in lists, text in and out, records set aside."""
import functools

from jobs import run

WORKERS = 2
CHECKS = []


def check(name, job, expected):
    """`expected` is what the job's last function left under `out`; a table `ops` is made for each."""
    CHECKS.append((name, job, expected))


MANY = "const many = (n, more) => Array.from({ length: n }, (_, i) => ({ id: i, name: 'n' + i, ...more?.(i) }));"
OUT = "fn(({ out }) => ({ out }));"
KEEP = "fn(s => ({ ...s, out: s.data }));"
ROWS = "sql('select id, name from TABLE order by id');" + KEEP


def failing(operation):
    """An operation whose error is kept instead of ending the job."""
    return ("fn(async s => { try { return await %s(s); } catch (e) {"
            " return { ...s, error: { code: e.code, message: e.message, detail: e.detail, where: e.where } }; } });"
            % operation)


# ---------------------------------------------------------------------------------------- transactions
check("transaction", "transaction(insert('TABLE', { id: 1 }), insert('TABLE', { id: 2 }));" + ROWS,
      [{"id": 1, "name": None}, {"id": 2, "name": None}])
check("transaction-undone", failing("transaction(insert('TABLE', { id: 1 }), insert('TABLE', { id: 1 }))") + ROWS, [])
check("transaction-nested",
      "transaction(insert('TABLE', { id: 1 }), "
      + failing("transaction(insert('TABLE', { id: 2 }), insert('TABLE', { id: 2 }))")[:-1]
      + ", insert('TABLE', { id: 3 }));" + ROWS, [{"id": 1, "name": None}, {"id": 3, "name": None}])
check("transaction-keeps-state", "transaction(fn(s => ({ ...s, out: 7 })), insert('TABLE', { id: 1 }));"
      "fn(s => ({ ...s, out: [s.out, s.data] }));", [7, []])
check("transaction-tries-again",
      "let tries = 0; transaction(fn(s => { tries += 1; return s; }), fnIf(() => tries < 3,"
      " sql(`do $$ begin raise exception sqlstate '40001'; end $$`)), insert('TABLE', { id: 1 }));"
      "fn(s => ({ ...s, out: tries }));", 3)
check("transaction-isolation",
      "transaction(sql('show transaction_isolation'), { isolation: 'serializable' });"
      "fn(s => ({ ...s, out: s.data[0].transaction_isolation }));", "serializable")
check("transaction-that-fails-inside-of-another",
      "transaction(insert('TABLE', { id: 1 }),"
      + failing("transaction(" + failing("sql('select 1/0')")[:-1] + ")")[:-1] + ", insert('TABLE', { id: 2 }));" + ROWS,
      [{"id": 1, "name": None}, {"id": 2, "name": None}])
check("transaction-loses-its-connection",
      failing("transaction(insert('TABLE', { id: 1 }),"
              + failing("transaction(sql('select pg_terminate_backend(pg_backend_pid())'))")[:-1]
              + ", insert('TABLE', { id: 2 }))") + "sql('select count(*)::int as n from TABLE');"
      "fn(s => ({ ...s, out: [s.error.code, s.data] }));", ["25P02", [{"n": 0}]])
check("transaction-at-the-same-time",
      failing("each([1, 2], transaction(insert('TABLE', s => ({ id: s.data }))), { concurrency: 2 })")
      + "fn(s => ({ ...s, out: s.error.message }));",
      "transaction needs the step's one connection for itself: use each without concurrency")
check("commit-of-a-failed-transaction",
      "sql('begin');" + failing("sql('select 1/0')") + failing("sql('commit')")
      + "fn(s => ({ ...s, out: s.error.code }));", "25P02")

# ---------------------------------------------------------------------------------------- rows
check("query", "query('select g as n from generate_series($1::int, 3) g', { params: [2] });" + KEEP, [{"n": 2}, {"n": 3}])
check("query-lists", "query('select generate_series(1, 2500) as n', { chunkSize: 1000 },"
      " (s, rows) => ({ ...s, out: [...(s.out ?? []), rows.length] }));", [1000, 1000, 500])
check("query-each", "query('select generate_series(1, 4) as n', { each: insert('TABLE', s => ({ id: s.data.n })) });"
      "sql('select sum(id)::int as n from TABLE');" + KEEP, [{"n": 10}])
check("query-inside-a-transaction",
      "transaction(insert('TABLE', { id: 5 }), query('select id from TABLE', {}, (s, rows) => ({ ...s, out: rows })));",
      [{"id": 5}])
check("query-each-fails",
      failing("query('select generate_series(1, 4) as n', { each: insert('TABLE', s => ({ id: s.data.n % 3 })) })")
      + "sql('select count(*)::int as n from TABLE');" + "fn(s => ({ ...s, out: [s.data, s.error.code] }));",
      [[{"n": 0}], "23505"])
check("query-left-early",
      failing("query('select generate_series(1, 9000) as n', { chunkSize: 10 }, () => { throw new Error('enough'); })")
      + "sql('select 1 as one'); fn(s => ({ ...s, out: [s.error.message, s.data] }));", ["enough", [{"one": 1}]])
check("queries-that-fail-leave-the-next-transaction-alone",
      "fn(async s => { for (let i = 0; i < 20; i++) {"
      " await query('select generate_series(1, 3000) as n', { chunkSize: 100 }, async () => { throw new Error('stop'); })(s)"
      ".catch(() => 0);"
      " s = await transaction(sql('select 1'), sql('select pg_sleep(0.001)'), sql('select 2 as n'))(s); }"
      " return { ...s, out: s.data }; });", [{"n": 2}])
check("query-with-failures-that-are-handled",
      "query('select n, pg_sleep(0.0001) from generate_series(1, 2000) n', { chunkSize: 500 }, async (s, rows) => {"
      " for (let k = 0; k < 10; k++) s = await transaction(sql('select 1/0'))(s).catch(() => s);"
      " return { ...s, out: (s.out ?? 0) + rows.length }; });", 2000)
check("rows-that-nobody-reads",
      "fn(async s => { const { data } = await util.rows('select generate_series(1, 9000)', { chunkSize: 10 })(s);"
      " await data.texts().next(); return s; }); fn(s => new Promise(r => setTimeout(() => r({ ...s, out: 1 }), 50)));", 1)
check("query-wrong", failing("query('selekt 1')") + "fn(s => ({ ...s, out: s.error.code }));", "42601")
check("query-of-two-statements", failing("query('select 1 as a; delete from TABLE')")
      + "fn(s => ({ ...s, out: s.error.code }));", "42601")
check("query-callback-that-is-none", failing("query('select 1', {}, 5)") + "fn(s => ({ ...s, out: s.error.message }));",
      "query takes a callback (state, rows) as its third argument, found number")
check("query-values-are-javascripts",
      "query(`select timestamptz '2024-02-29 10:00+00' as t, 'Infinity'::float8 as i, null::date as d`, {},"
      " (s, [row]) => ({ ...s, out: [row.t.toISOString(), row.i === Infinity, row.d] }));",
      ["2024-02-29T10:00:00.000Z", True, None])
check("transaction-ended-inside",
      failing("transaction(insert('TABLE', { id: 1 }), sql('rollback'), insert('TABLE', { id: 2 }))")
      + "fn(s => ({ ...s, out: s.error.code }));", "25P01")
for distance in (1, 600):
    check("collect-a-key-that-comes-twice-%d" % distance,
          "upsertMany('TABLE', 'id', () => [{ id: 0, name: 'first' }, ...Array.from({ length: %d }, (_, i) => ({ id: i + 1,"
          " name: 'n' })), { id: 0, name: 'last' }], { onError: 'collect' });"
          "sql('select name from TABLE where id = 0'); fn(s => ({ ...s, out: [s.data, s.rejected ?? []] }));" % distance,
          [[{"name": "last"}], []])
check("returning-in-the-order-of-the-records",
      "insertMany('TABLE', [{ id: 1, name: 'a' }, { id: 2 }, { id: 3, name: 'c' }], { returning: 'id' });"
      "fn(s => ({ ...s, out: s.data.map(row => row.id) }));", [1, 2, 3])
check("statements-at-the-same-time",
      "each(Array.from({ length: 300 }, (_, i) => i), s => sql('insert into TABLE (id, name) values ($1, $2)',"
      " { values: [s.data % 10 === 9 ? 0 : s.data, 'n'] })(s), { concurrency: 50, onError: 'collect' });"
      "fn(s => ({ ...s, refused: s.rejected.length, codes: [...new Set(s.rejected.map(r => r.error.code))] }));"
      "sql('select count(*)::int as n from TABLE'); fn(s => ({ ...s, out: [s.data[0].n, s.refused, s.codes] }));",
      [270, 30, ["23505"]])
check("statements-at-the-same-time-keep-their-order",
      "fn(async s => { const add = n => insert('TABLE', { id: n, name: 'n' })(s);"
      " const count = () => sql('select count(*)::int as n from TABLE')(s);"
      " const [, , , one, , , two, , three] = await Promise.all([add(1), add(2), add(3), count(), add(4), add(5), count(), add(6),"
      " count()]); return { ...s, out: [one, two, three].map(state => state.data[0].n) }; });", [3, 5, 6])
check("transaction-that-nobody-waits-for",
      "fn(async s => { const all = await Promise.allSettled([sql('begin')(s), insert('TABLE', { id: 1 })(s), insert('TABLE',"
      " { id: 1 })(s), sql('rollback')(s), insert('TABLE', { id: 2 })(s)]); const rows = await sql('select id from TABLE')(s);"
      " return { ...s, out: [all.map(a => a.status[0]).join(''), rows.data] }; });", ["ffrff", [{"id": 2}]])
check("query-nothing", "query('select 1 where false');" + KEEP, [])

# ---------------------------------------------------------------------------------------- text in and out
check("copy-from", "copyFrom('TABLE', 'id,name\\n1,\"a, b\"\\n2,\\n', { columns: ['id', 'name'] });" + ROWS,
      [{"id": 1, "name": "a, b"}, {"id": 2, "name": None}])
check("copy-from-columns", "copyFrom('TABLE', 'x;7\\n', { columns: ['name', 'id'], header: false, delimiter: ';' });" + ROWS,
      [{"id": 7, "name": "x"}])
check("copy-from-nothing", failing("copyFrom('TABLE', { a: 1 })") + "fn(s => ({ ...s, out: s.error.message }));",
      "copyFrom needs text, a stream, a Buffer or the option file, found object")
check("copy-from-wrong", failing("copyFrom('TABLE', 'id,name\\nsecret,x\\n')")
      + "fn(s => ({ ...s, out: [s.error.code, s.error.message, s.error.where] }));",
      ["22P02", 'invalid input syntax for type integer: "[--REDACTED--]"', "COPY TABLE, line 2, column id"])
check("copy-to", "insertMany('TABLE', [{ id: 1, name: 'a' }, { id: 2, name: 'b,c' }]); copyTo('TABLE');" + KEEP,
      'id,name,age\n1,a,\n2,"b,c",\n')
check("copy-to-query", "copyTo('select 1 as a, 2 as b', { header: false });" + KEEP, "1,2\n")
check("copy-through-files", "insertMany('TABLE', [{ id: 1, name: 'a' }]); copyTo('TABLE', { saveAs: 'rows.csv' });"
      "sql('delete from TABLE'); copyFrom('TABLE', null, { file: 'rows.csv' });" + ROWS, [{"id": 1, "name": "a"}])

# ---------------------------------------------------------------------------------------- many records
check("insert-by-copy", MANY + "insertMany('TABLE', many(1000));"
      "fn(s => ({ ...s, told: [s.result.command, s.result.rowCount, s.data] }));"
      "sql('select count(*)::int as n, max(name) as m from TABLE'); fn(s => ({ ...s, out: [s.told, s.data] }));",
      [["INSERT", 1000, []], [{"n": 1000, "m": "n999"}]])
# Longer lists cross to the native side part by part.
check("insert-in-parts", MANY + "insertMany('TABLE', many(12001, i => i % 4000 === 1 ? { age: 9 } : { note: undefined }));"
      "fn(s => ({ ...s, told: [s.result.command, s.result.rowCount] }));"
      "sql('select count(*)::int as n, sum(age)::int as a, count(distinct name)::int as d from TABLE');"
      "fn(s => ({ ...s, out: [s.told, s.data] }));".replace("{ note: undefined }", "{ age: undefined }"),
      [["INSERT", 12001], [{"n": 12001, "a": 27, "d": 12001}]])
check("insert-in-parts-of-two-kinds", MANY + "insertMany('TABLE', many(11000).map(r => r.id % 2 ? r : { id: r.id, age: 1 }));"
      "sql('select count(*)::int as n, sum(age)::int as a, count(name)::int as d from TABLE');" + KEEP,
      [{"n": 11000, "a": 5500, "d": 5500}])
check("upsert-in-parts", MANY + "insertMany('TABLE', many(100)); upsertMany('TABLE', 'id', many(7000, () => ({ age: 2 })));"
      "fn(s => ({ ...s, told: s.result.rowCount }));"
      "sql('select count(*)::int as n, sum(age)::int as a from TABLE'); fn(s => ({ ...s, out: [s.told, s.data] }));",
      [7000, [{"n": 7000, "a": 14000}]])
check("parts-are-undone-together", MANY + failing("insertMany('TABLE', many(12000, i => ({ age: i === 11999 ? 999 : 1 })))")
      + "sql('select count(*)::int as n from TABLE'); fn(s => ({ ...s, out: [s.error.code, s.data] }));",
      ["23514", [{"n": 0}]])
check("parts-with-what-is-no-record", MANY + failing("insertMany('TABLE', [...many(11000), 7])")
      + "sql('select count(*)::int as n from TABLE'); fn(s => ({ ...s, out: [s.error.message, s.data] }));",
      ["argument 'records' at [11000] expected an object with columns", [{"n": 0}]])
check("parts-that-throw", MANY + failing("insertMany('TABLE', [...many(11000), { toJSON() { throw new Error('no'); } }])")
      + "sql('select count(*)::int as n from TABLE'); fn(s => ({ ...s, out: [/no/.test(s.error.message), s.data] }));",
      [True, [{"n": 0}]])
check("parts-with-sql", MANY + "insertMany('TABLE', many(5001), { writeSql: true });"
      "fn(s => ({ ...s, out: [s.queries.length, s.queries[0].length > 50000, s.result.rowCount] }));", [1, True, 5001])
check("parts-set-aside", MANY + "insertMany('TABLE', many(6000, i => ({ age: i === 5500 ? 999 : 1 })), { onError: 'collect' });"
      "fn(s => ({ ...s, out: [s.result.rowCount, s.rejected.map(r => r.index)] }));", [5999, [5500]])
check("upsert-by-copy", MANY + "insertMany('TABLE', many(300)); upsertMany('TABLE', 'id', many(600, () => ({ age: 3 })));"
      "fn(s => ({ ...s, told: [s.result.command, s.result.rowCount] }));"
      "sql('select count(*)::int as n, sum(age)::int as a from TABLE'); fn(s => ({ ...s, out: [s.told, s.data] }));",
      [["INSERT", 600], [{"n": 600, "a": 1800}]])
check("upsert-by-copy-twice", MANY + "transaction(upsertMany('TABLE', 'id', many(200)), upsertMany('TABLE', 'id', many(300)));"
      "sql('select count(*)::int as n from TABLE');" + KEEP, [{"n": 300}])
check("special-characters-by-copy",
      MANY + "insertMany('TABLE', many(120, i => ({ name: ['\\t', '\\n', '\\r', '\\\\', '\\\\N', '\\\\.', '', '\"'][i % 8] })));"
      "sql('select array_agg(distinct name) as a, count(name)::int as n from TABLE');"
      "fn(s => ({ ...s, out: [s.data[0].a.sort(), s.data[0].n] }));",
      [["", "\t", "\n", "\r", '"', "\\", "\\.", "\\N"], 120])
check("generated-identity-is-no-copy",
      MANY + "sql('alter table TABLE add column own int generated always as identity');"
      + failing("insertMany('TABLE', many(200, i => ({ own: i })))") + "fn(s => ({ ...s, out: s.error.code }));", "428C9")
check("returning", "insertMany('TABLE', [{ id: 1, name: 'a' }, { id: 2, name: 'b' }], { returning: ['id', 'name'] });" + KEEP,
      [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
check("returning-of-many", MANY + "upsertMany('TABLE', 'id', many(150), { returning: 'id' });"
      "fn(s => ({ ...s, out: [s.data.length, s.data[149]] }));", [150, {"id": 149}])
check("merge", MANY + "sql('alter table TABLE drop constraint TABLE_pkey'); insertMany('TABLE', many(3));"
      "mergeMany('TABLE', 'id', [{ id: 2, name: 'new' }, { id: 9, name: 'added' }, { id: 1 }]);"
      "fn(s => ({ ...s, told: [s.result.command, s.result.rowCount] }));" + ROWS + "fn(s => ({ ...s, out: [s.told, s.out] }));",
      [["MERGE", 2], [{"id": 0, "name": "n0"}, {"id": 1, "name": "n1"}, {"id": 2, "name": "new"},
                      {"id": 9, "name": "added"}]])
check("collect", MANY + "insertMany('TABLE', many(500, i => ({ age: i % 100 === 7 ? 1000 : 5 })), { onError: 'collect' });"
      "fn(s => ({ ...s, out: [s.result.rowCount, s.rejected.map(r => r.index), s.rejected[0].data, s.rejected[0].error.code] }));",
      [495, [7, 107, 207, 307, 407], {"id": 7, "name": "n7", "age": 1000}, "23514"])
check("collect-few", "insertMany('TABLE', [{ id: 1 }, { id: 1 }, { id: 'x' }, { id: 2 }], { onError: 'collect' });"
      "fn(s => ({ ...s, out: [s.result.rowCount, s.rejected.map(r => [r.index, r.error.code])] }));",
      [2, [[1, "23505"], [2, "22P02"]]])
check("collect-too-many",
      MANY + failing("insertMany('TABLE', many(300, i => ({ age: i % 10 ? 5 : 999 })), { onError: 'collect', maxErrors: '1%' })")
      + "sql('select count(*)::int as n from TABLE');"
      "fn(s => ({ ...s, out: [s.data, s.error.message.slice(0, 63)] }));",
      [[{"n": 0}], "4 of 300 records were refused, and no more than 3 may be: new r"])
check("collect-half-of-many",
      MANY + "insertMany('TABLE', many(4000, i => ({ age: i % 2 ? 999 : 1 })), { onError: 'collect' });"
      "fn(s => ({ ...s, out: [s.result.rowCount, s.rejected.length] }));", [2000, 2000])
check("values-with-accents-stay-out-of-errors",
      "insert('TABLE', { id: 1, name: 'a' }); sql('create unique index on TABLE (name)');"
      + "insert('TABLE', { id: 2, name: '\\u0301secretvalue2' });"
      + failing("insert('TABLE', { id: 3, name: '\\u0301secretvalue2' })")
      + "fn(s => ({ ...s, out: [s.error.code, JSON.stringify(s.error).includes('secretvalue2')] }));", ["23505", False])
check("all-rows-of-a-large-list", "query('select generate_series(1, 200000) as n', { chunkSize: 200000 });"
      "fn(s => ({ ...s, out: s.data.length }));", 200000)
check("values-of-json-stay-out-of-errors", "sql('alter table TABLE add column j json');"
      + failing("insert('TABLE', { id: 1, j: 'secretvalue1' })")
      + "fn(s => ({ ...s, out: JSON.stringify(s.error).includes('secretvalue1') }));", False)
check("values-stay-out-of-messages", failing("sql('select $1::regclass', { values: ['secretname'] })")
      + "fn(s => ({ ...s, out: s.error.message }));", 'relation "[--REDACTED--]" does not exist')
check("values-stay-out-of-errors", failing("insert('TABLE', { id: 1, age: 'a-secret' })")
      + "fn(s => ({ ...s, out: s.error.message }));", 'invalid input syntax for type integer: "[--REDACTED--]"')
check("values-in-errors-when-asked-for", failing("insert('TABLE', { id: 1, age: 'no-secret' }, { logValues: true })")
      + "fn(s => ({ ...s, out: s.error.message }));", 'invalid input syntax for type integer: "no-secret"')


# ---------------------------------------------------------------------------------------- what servers say late or change
check("deferred-constraints-of-statements-at-the-same-time",
      "sql('create temp table dfk (id int unique deferrable initially deferred)');"
      "each([1, 1, 2, 3, 3], insert('dfk', s => ({ id: s.data })), { concurrency: 8, onError: 'collect' });"
      "fn(s => ({ ...s, refused: s.rejected.map(r => [r.data, r.error.code]) })); insert('dfk', { id: 50 });"
      "sql('select id from dfk order by id'); fn(s => ({ ...s, out: [s.refused, s.data.map(row => row.id)] }));",
      [[[1, "23505"], [3, "23505"]], [1, 2, 3, 50]])
check("types-after-a-table-of-the-same-name",
      "sql('alter table TABLE add column v int8');"
      "transaction(sql('create temp table TABLE (id int, v float8) on commit drop'),"
      " insertMany('TABLE', Array.from({ length: 150 }, (_, i) => ({ id: i, v: i }))));"
      "insertMany('TABLE', Array.from({ length: 150 }, (_, i) => ({ id: 1000 + i, v: i })));"
      "sql('select v from TABLE where id = 1001'); fn(s => ({ ...s, out: s.data[0].v }));", "1")
check("types-that-a-function-changes",
      "sql('alter table TABLE add column v int4'); insertMany('TABLE', [{ id: 1, v: 1 }]);"
      "sql(\"create or replace function widen() returns int language plpgsql as 'begin alter table TABLE alter v"
      " type float8; return 1; end'\"); sql('select widen()');"
      "insertMany('TABLE', Array.from({ length: 150 }, (_, i) => ({ id: 10 + i, v: i / 2 })));"
      "sql('select v from TABLE where id = 11'); fn(s => ({ ...s, out: s.data[0].v }));", 0.5)
check("dates-in-lists",
      "sql('alter table TABLE add column ds date[], add column ts timestamp[]'); const day = new Date(2024, 0, 5);"
      "insert('TABLE', () => ({ id: 1, ds: [day, null], ts: [day] })); insertMany('TABLE', () => [{ id: 2, ds: [day, null], ts: [day] }]);"
      "sql('select $1::date[] as ds', { values: () => [[day]] }); fn(s => ({ ...s, own: s.data[0].ds[0].getTime() === day.getTime() }));"
      "sql('select ds::text, ts::text from TABLE order by id'); fn(s => ({ ...s, out: [s.own, ...s.data.map(row => [row.ds, row.ts])] }));",
      [True] + [["{2024-01-05,NULL}", '{"2024-01-05 00:00:00"}']] * 2)
check("domains-do-not-cut", "sql('create domain pg_temp.short as varchar(3)'); sql('create temp table dom (id int, s pg_temp.short)');"
      + failing("insertMany('dom', [{ id: 1, s: 'abcd' }, { id: 2, s: 'ab' }])") + "fn(s => ({ ...s, out: s.error.code }));", "22001")
check("commit-behind-a-comment", "sql('begin');" + failing("sql('select 1/0')") + failing("sql('-- done\\ncommit')")
      + "fn(s => ({ ...s, out: s.error.code }));", "25P02")
check("commit-before-a-comment", "sql('begin');" + failing("sql('select 1/0')") + failing("sql('commit -- no rollback')")
      + "fn(s => ({ ...s, out: s.error.code }));", "25P02")
check("commit-behind-a-comment-that-says-abort", "sql('begin');" + failing("sql('select 1/0')")
      + failing("sql('/* abort if wrong */ commit')") + "fn(s => ({ ...s, out: s.error.code }));", "25P02")
check("rollback-behind-a-comment", "sql('begin'); insert('TABLE', { id: 1 }); sql('/* no */ rollback');" + ROWS, [])
check("collect-what-a-trigger-raises",
      "sql(\"create or replace function no_two() returns trigger language plpgsql as 'begin if new.id = 2 then raise exception ''no two'';"
      " end if; return new; end'; create trigger no_two before insert on TABLE for each row execute function no_two()\");"
      "insertMany('TABLE', [{ id: 1 }, { id: 2 }, { id: 3 }], { onError: 'collect' });"
      "fn(s => ({ ...s, out: [s.result.rowCount, s.rejected.map(r => [r.index, r.error.code])] }));", [2, [[1, "P0001"]]])
check("upsert-by-an-operator-class",
      "sql('create temp table opc (e text, z int); create unique index on opc (e text_pattern_ops)');"
      "upsert('opc', '(e text_pattern_ops)', { e: 'a', z: 1 }); upsert('opc', '(e text_pattern_ops)', { e: 'a', z: 2 });"
      "sql('select * from opc');" + KEEP, [{"e": "a", "z": 2}])
check("nothing-is-executed-when-told",
      "copyFrom('TABLE', 'id\\n1\\n', { execute: false }); copyTo('insert into TABLE (id) values (2) returning id', { execute: false });"
      "query('insert into TABLE (id) values (3) returning id', { execute: false });" + ROWS, [])
check("copy-to-of-a-query-with-an-end", "copyTo('select 1 as a;', { header: false });" + KEEP, "1\n")
check("copy-to-of-a-query-with-a-comment", "copyTo('select 1 as a -- last', { header: false });" + KEEP, "1\n")
check("merge-by-a-list-in-parentheses", "mergeMany('TABLE', '(id)', [{ id: 1, name: 'a' }]);" + ROWS, [{"id": 1, "name": "a"}])
check("errors-of-query-show-its-text", failing("query('select nothing_such')")
      .replace("where: e.where", "where: [e.position, e.excerpt]") + "fn(s => ({ ...s, out: s.error.where }));",
      ["8", "select nothing_such\n       ^"])
check("intervals-and-places-go-back",
      "sql('alter table TABLE add column i interval, add column p point, add column c circle');"
      "sql(\"select interval '1 year 2 days 03:04:05.5' as i, point '(1,2.5)' as p, circle '<(1,2),3>' as c, interval '0' as z\");"
      "fn(s => ({ ...s, row: s.data[0] })); insert('TABLE', s => ({ id: 1, i: s.row.i, p: s.row.p, c: s.row.c }));"
      "insertMany('TABLE', s => [{ id: 2, i: s.row.z, p: s.row.p, c: s.row.c }]);"
      "sql('select i::text, p::text, c::text from TABLE order by id'); fn(s => ({ ...s, out: s.data.map(Object.values) }));",
      [["1 year 2 days 03:04:05.5", "(1,2.5)", "<(1,2),3>"], ["00:00:00", "(1,2.5)", "<(1,2),3>"]])
check("lists-of-intervals-go-back",
      "sql('create temp table ivs (i interval[])'); sql(\"select array[interval '1 day', null] as i\");"
      "insert('ivs', s => ({ i: s.data[0].i })); sql('select i::text from ivs'); fn(s => ({ ...s, out: s.data[0].i }));",
      '{"1 day",NULL}')
check("objects-that-are-no-intervals",
      "sql('create temp table ivo (i interval)');" + failing("insert('ivo', { i: { day: 1 } })") + "fn(s => ({ ...s, out: s.error.code }));",
      "22007")
check("rows-of-lists-are-the-jobs-own", "query('select 1 as n', {}, (s, rows) => ({ ...s, out: rows instanceof Array && rows[0] instanceof Object }));", True)
check("sizes-of-lists-are-checked", failing("query('select 1', { chunkSize: 0 })") + "fn(s => ({ ...s, out: s.error.message }));",
      "chunkSize is a whole number from 1 to 1000000, found 0")


# ---------------------------------------------------------------------------------------- running
def problem(suite, number, job, expected):
    cluster = suite.cluster()
    table = "ops_%d" % number
    cluster.query("set role job; drop table if exists %s;"
                  "create table %s (id int primary key, name text, age int check (age < 150))" % (table, table))
    outcome = run(suite.adaptor, job.replace("TABLE", table) + OUT, cluster.configuration(), "--files",
                  suite.scratch(table), bound=30)
    wanted = [part.replace("TABLE", table) if isinstance(part, str) else part for part in expected] \
        if isinstance(expected, list) else expected
    found = (outcome.state or {}).get("out")
    return None if outcome.is_done and found == wanted else "%r\n      %s" % (found, outcome)


def checks(suite):
    return [("operations-" + name, functools.partial(problem, suite, number, job, expected))
            for number, (name, job, expected) in enumerate(CHECKS)]
