"""A peer that stays: polars (streaming engine) or DuckDB, with the tables of TPC-H in memory.

A query a line on standard input, as q5; a line of JSON with the rows for each answer.
usage: peer.py polars|duckdb FOLDER
"""

import datetime
import decimal
import gc
import json
import os
import pathlib
import re
import sys
import time
import types

which, folder = sys.argv[1:3]
HERE = pathlib.Path(__file__).parent
THREADS = 2
TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


def polars_answer():
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars as pl
    from polars_queries import QUERIES

    # Amounts of money are floating-point numbers, as they are in ours: decimals are slower.
    money = pl.selectors.decimal().cast(pl.Float64)
    tables = types.SimpleNamespace(
        **{
            name: pl.read_parquet(f"{folder}/{name}.parquet").with_columns(money).lazy()
            for name in TABLES
        }
    )
    return lambda number: QUERIES[number - 1](tables).collect(engine="streaming"), (
        lambda answer: answer.rows()
    )


def duckdb_answer():
    import duckdb

    con = duckdb.connect()
    con.execute(f"PRAGMA threads={THREADS}")
    for name in TABLES:
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder}/{name}.parquet'")
    texts = re.split(r"^-- q\d+\n", (HERE / "queries.sql").read_text(), flags=re.M)[1:]
    return lambda number: con.execute(texts[number - 1]).fetchall(), lambda answer: answer


def plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    return str(value) if isinstance(value, datetime.date) else value


answer, rows = polars_answer() if which == "polars" else duckdb_answer()
print("ready", flush=True)
for line in sys.stdin:
    number = int(line.strip()[1:])
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    found = answer(number)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    listed = [[plain(value) for value in row] for row in rows(found)]
    print(json.dumps({"q": f"q{number}", "wall": wall, "cpu": cpu, "rows": listed}), flush=True)
