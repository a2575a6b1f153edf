"""Stores the rows of a state with COPY: pg-copy.py psycopg|asyncpg STATE; it connects to PGHOST and so on."""
import datetime
import json
import sys

TABLE = "bench_rows"


def with_psycopg(rows, columns):
    import psycopg
    with psycopg.connect() as connection, connection.cursor() as cursor:
        cursor.execute("truncate " + TABLE)
        with cursor.copy("copy %s (%s) from stdin" % (TABLE, ", ".join(columns))) as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))


async def with_asyncpg(rows, columns):
    import asyncpg
    # The format is binary: a date has to be one.
    for row in rows:
        row["created_at"] = datetime.datetime.fromisoformat(row["created_at"])
    connection = await asyncpg.connect()
    await connection.execute("truncate " + TABLE)
    await connection.copy_records_to_table(TABLE, columns=columns, records=(tuple(row.values()) for row in rows))
    await connection.close()


library, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    ROWS = json.load(file)["rows"]
COLUMNS = list(ROWS[0])
if library == "psycopg":
    with_psycopg(ROWS, COLUMNS)
else:
    import asyncio
    asyncio.run(with_asyncpg(ROWS, COLUMNS))
