"""The SQL that each operation sends, as the server logs it, against what the adaptor's README shows."""
import os
import re

from jobs import run

WORKERS = 1
README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Adaptors", "PostgreSQL", "README.md")
BLOCK = re.compile(r"<!-- statements -->\n(.*?)<!-- end -->", re.DOTALL)

# In this order: later ones find what earlier ones have stored.
OPERATIONS = [
    "insertTable('people', [{ name: 'id', type: 'int', required: true }, { name: 'name', type: 'text', default: 'x' }])",
    "modifyTable('people', [{ name: 'tags', type: 'text[]' }])",
    "describeTable('people')",
    "sql('create unique index people_id on people (id)')",
    "sql('select name from people where id = $1', { values: [7] })",
    "insert('people', { id: 1, name: 'Ada', tags: ['a', 'b'] })",
    "insertMany('people', [{ id: 2, name: 'Bo' }, { id: 3 }])",
    "insertMany('people', hundredOrMore)",
    "insert('people', { id: 4 }, { returning: 'id' })",
    "insertMany('people', [{ id: 5 }, { id: 5 }], { onError: 'collect' })",
    "upsert('people', 'id', { id: 1, name: 'Eve' })",
    "upsertIf(true, 'people', '(id)', { id: 1, name: 'Eve' })",
    "upsertMany('people', 'id', [{ id: 1, name: 'Eve' }, { id: 6, name: 'Fay' }])",
    "upsertMany('people', 'id', hundredOrMore)",
    "mergeMany('people', 'id', [{ id: 1, name: 'Eve' }, { id: 6, name: 'Gus' }])",
    "findValue({ uuid: 'id', relation: 'people', where: { name: 'E%' }, operator: { name: 'like' } })",
    "transaction(insert('people', { id: 7 }), transaction(insert('people', { id: 8 })))",
    "query('select * from people where id < $1', { params: [4], each: fn(state => state) })",
    "copyFrom('people', 'id,name\\n9,Gil\\n', { columns: ['id', 'name'] })",
    "copyTo('people')",
    "copyTo('select id from people')",
]
HUNDRED = "const hundredOrMore = Array.from({ length: 100 }, (_, i) => ({ id: 100 + i, name: 'n' }));"
ENTRY = re.compile(r"^LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", re.MULTILINE)


def checks(suite):
    return [("statements-in-the-readme", lambda: problem(suite))]


def problem(suite):
    shown = BLOCK.search(open(README, encoding="utf-8").read())
    seen = block(suite)
    return None if shown and shown.group(1) == seen else (
        "%s does not show what was sent:\n<!-- statements -->\n%s<!-- end -->" % (os.path.normpath(README), seen))


def block(suite):
    cluster = suite.cluster(log_statement="all", log_line_prefix="", lc_messages="C")
    cluster.query("alter schema public owner to job")
    return "```sql\n%s```\n" % "\n".join(entry(suite.adaptor, cluster, operation) for operation in OPERATIONS)


def entry(adaptor, cluster, operation):
    log = cluster.path("log")
    before = os.path.getsize(log)
    outcome = run(adaptor, HUNDRED + operation + ";", cluster.configuration())
    if not outcome.is_done:
        raise RuntimeError("%s\n%s" % (operation, outcome))
    with open(log, encoding="utf-8") as file:
        file.seek(before)
        sent = [steady(text) for text in ENTRY.findall(file.read()) if "pg_catalog.pg_attribute" not in text]
    return "-- %s\n%s" % (operation, "".join(text + ";\n" for text in sent))


def steady(text):
    """One line, and the same name for every cursor."""
    return re.sub(r"adaptor_cursor_\d+", "adaptor_cursor", " ".join(text.split())).rstrip(";")
