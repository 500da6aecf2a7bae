"""A peer that stays: polars (streaming engine), DuckDB, or DuckDB with enums for id1 and id2.

A question a line on standard input; a line of JSON for each answer. Tables come from Parquet.
usage: peers.py polars|duckdb|duckdb-enum FOLDER ROWS NULLS groups|joins
"""

import gc
import json
import os
import resource
import sys
import time

which, folder, size, nulls, family = sys.argv[1:6]
THREADS = 2
groups = f"{folder}/G1_{size}_1e2_{nulls}_0"
exponent = int(size[2:])
names = {"x": "NA", "small": f"1e{max(exponent - 6, 1)}", "medium": f"1e{exponent - 3}", "big": size}
joins = {key: f"{folder}/J1_{size}_{name}_0_0" for key, name in names.items()}
# Answers of these have an order, which DuckDB keeps only when it is told to.
ordered = {"s1", "s2", "s3", "f1", "f2", "f3", "u1", "w1"}


def polars_questions():
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import numpy as np
    import polars as pl
    from polars import col

    def run(query):
        return query.collect(engine="streaming")

    def sums(*columns):
        def check(answer):
            row = answer.select(col(c).cast(pl.Float64).sum() for c in columns).row(0)
            return answer.height, list(row)

        return check

    def placed(value):
        def check(answer):
            numbers = answer.select(value.cast(pl.Float64).fill_null(0)).to_series().to_numpy()
            return answer.height, [float((numbers * (np.arange(answer.height) % 1009)).sum())]

        return check

    if family == "joins":
        tables = {key: pl.read_parquet(path + ".parquet").lazy() for key, path in joins.items()}

        def joined(right, on, how="inner"):
            return lambda: run(tables["x"].join(tables[right], on=on, how=how)), sums("v1", "v2")

        questions = {
            "j1": joined("small", "id1"), "j2": joined("medium", "id2"),
            "j3": joined("medium", "id2", "left"), "j4": joined("medium", "id5"),
            "j5": joined("big", "id3"),
        }
        return questions, lambda name: None

    x = pl.read_parquet(groups + ".parquet").lazy()

    def grouped(keys, *aggregates):
        return lambda: run(x.group_by(keys).agg(*aggregates))

    tops = x.drop_nulls("v3").group_by("id6").agg(col("v3").top_k(2)).explode("v3")
    odd = x.filter(col("id5") % 2 == 1)
    questions = {
        "csv_read": (lambda: pl.read_csv(groups + ".csv"), sums("v1", "v3")),
        # Reading whole files is faster in polars than scanning them is.
        "parquet_read": (lambda: pl.read_parquet(groups + ".parquet"), sums("v1", "v3")),
        "q1": (grouped("id1", col("v1").sum()), sums("v1")),
        "q2": (grouped(["id1", "id2"], col("v1").sum()), sums("v1")),
        "q3": (grouped("id3", col("v1").sum(), col("v3").mean()), sums("v1", "v3")),
        "q4": (grouped("id4", col("v1", "v2", "v3").mean()), sums("v1", "v2", "v3")),
        "q5": (grouped("id6", col("v1", "v2", "v3").sum()), sums("v1", "v2", "v3")),
        "q6": (
            grouped(["id4", "id5"], col("v3").median().alias("m"), col("v3").std().alias("sd")),
            sums("m", "sd"),
        ),
        "q7": (grouped("id3", (col("v1").max() - col("v2").min()).alias("r")), sums("r")),
        "q8": (lambda: run(tops), sums("v3")),
        "q9": (grouped(["id2", "id4"], (pl.corr("v1", "v2") ** 2).alias("r2")), sums("r2")),
        "q10": (
            grouped([f"id{i}" for i in range(1, 7)], col("v3").sum(), pl.len().alias("count")),
            sums("v3", "count"),
        ),
        "s1": (
            lambda: run(x.sort("id4", "v3", descending=[False, True], nulls_last=True)),
            placed(col("v3")),
        ),
        "s2": (
            lambda: run(x.sort("id3", nulls_last=True)),
            placed(col("id3").str.slice(2).cast(pl.Int64)),
        ),
        "s3": (lambda: run(x.top_k(100, by="v3")), sums("v3")),
        "f1": (lambda: run(x.filter((col("v3") > 50) & (col("id4") <= 50))), sums("v1", "v3")),
        "f2": (lambda: run(x.filter(col("id1") == "id016")), sums("v1", "v3")),
        "f3": (
            lambda: run(odd.select((col("v3") * col("v1") - col("v2")).sum().alias("z"))),
            sums("z"),
        ),
        "u1": (lambda: run(x.select(col("id3").drop_nulls().n_unique())), sums("id3")),
        "w1": (
            lambda: run(x.select((col("v3") - col("v3").mean().over("id4")).alias("z"))),
            lambda answer: (answer.height, [float((answer["z"] ** 2).sum())]),
        ),
    }
    return questions, lambda name: None


def duckdb_questions(enums):
    import duckdb

    con = duckdb.connect()
    con.execute(f"PRAGMA threads={THREADS}")

    def ask(query):
        return lambda: con.execute("CREATE OR REPLACE TEMP TABLE answer AS " + query)

    def check(*sums):
        def run(_):
            found = con.execute(f"SELECT count(*), {', '.join(sums)} FROM answer").fetchone()
            return found[0], list(found[1:])

        return run

    def sums(*columns):
        return check(*[f"sum({c})::DOUBLE" for c in columns])

    def prepare(name):
        con.execute("DROP TABLE IF EXISTS answer")
        if name is not None:
            con.execute(f"SET preserve_insertion_order={'true' if name in ordered else 'false'}")

    if family == "joins":
        for key, path in joins.items():
            con.execute(f'CREATE TABLE "{key}" AS SELECT * FROM \'{path}.parquet\'')

        def joined(right, on, kind="JOIN"):
            others = [
                row[0]
                for row in con.execute(f"SELECT name FROM pragma_table_info('{right}')").fetchall()
                if row[0] != on
            ]
            listed = ", ".join(c if c == "v2" else f"r.{c} AS r_{c}" for c in others)
            query = f"SELECT x.*, {listed} FROM x {kind} {right} r USING ({on})"
            return ask(query), sums("v1", "v2")

        questions = {
            "j1": joined("small", "id1"), "j2": joined("medium", "id2"),
            "j3": joined("medium", "id2", "LEFT JOIN"), "j4": joined("medium", "id5"),
            "j5": joined("big", "id3"),
        }
        return questions, prepare

    con.execute(f"CREATE TABLE g AS SELECT * FROM '{groups}.parquet'")
    if enums:
        for i in (1, 2):
            distinct = f"SELECT DISTINCT id{i} FROM g WHERE id{i} IS NOT NULL ORDER BY 1"
            con.execute(f"CREATE TYPE e{i} AS ENUM ({distinct})")
        con.execute("CREATE TABLE h AS SELECT * REPLACE (id1::e1 AS id1, id2::e2 AS id2) FROM g")
        con.execute("DROP TABLE g")
        con.execute("ALTER TABLE h RENAME TO g")

    keys = "id1, id2, id3, id4, id5, id6"
    questions = {
        "csv_read": (ask(f"SELECT * FROM read_csv('{groups}.csv')"), sums("v1", "v3")),
        "parquet_read": (
            ask(f"SELECT * FROM read_parquet('{groups}.parquet')"), sums("v1", "v3"),
        ),
        "q1": (ask("SELECT id1, sum(v1) v1 FROM g GROUP BY id1"), sums("v1")),
        "q2": (ask("SELECT id1, id2, sum(v1) v1 FROM g GROUP BY id1, id2"), sums("v1")),
        "q3": (ask("SELECT id3, sum(v1) v1, avg(v3) v3 FROM g GROUP BY id3"), sums("v1", "v3")),
        "q4": (
            ask("SELECT id4, avg(v1) v1, avg(v2) v2, avg(v3) v3 FROM g GROUP BY id4"),
            sums("v1", "v2", "v3"),
        ),
        "q5": (
            ask("SELECT id6, sum(v1) v1, sum(v2) v2, sum(v3) v3 FROM g GROUP BY id6"),
            sums("v1", "v2", "v3"),
        ),
        "q6": (
            ask(
                "SELECT id4, id5, quantile_cont(v3, 0.5) m, stddev(v3) sd FROM g "
                "GROUP BY id4, id5"
            ),
            sums("m", "sd"),
        ),
        "q7": (ask("SELECT id3, max(v1) - min(v2) r FROM g GROUP BY id3"), sums("r")),
        "q8": (
            ask("SELECT id6, unnest(max(v3, 2)) v3 FROM g WHERE v3 IS NOT NULL GROUP BY id6"),
            sums("v3"),
        ),
        "q9": (
            ask("SELECT id2, id4, pow(corr(v1, v2), 2) r2 FROM g GROUP BY id2, id4"), sums("r2"),
        ),
        "q10": (
            ask(f"SELECT {keys}, sum(v3) v3, count(*) count FROM g GROUP BY {keys}"),
            sums("v3", "count"),
        ),
        "s1": (
            ask("SELECT * FROM g ORDER BY id4, v3 DESC NULLS LAST"),
            check("sum(v3 * (rowid % 1009))"),
        ),
        "s2": (
            ask("SELECT * FROM g ORDER BY id3"),
            check("sum(substr(id3, 3)::BIGINT * (rowid % 1009))::DOUBLE"),
        ),
        "s3": (ask("SELECT * FROM g ORDER BY v3 DESC NULLS LAST LIMIT 100"), sums("v3")),
        "f1": (ask("SELECT * FROM g WHERE v3 > 50 AND id4 <= 50"), sums("v1", "v3")),
        "f2": (ask("SELECT * FROM g WHERE id1 = 'id016'"), sums("v1", "v3")),
        "f3": (ask("SELECT sum(v3 * v1 - v2) z FROM g WHERE id5 % 2 = 1"), sums("z")),
        "u1": (ask("SELECT count(DISTINCT id3) id3 FROM g"), sums("id3")),
        "w1": (
            ask("SELECT v3 - avg(v3) OVER (PARTITION BY id4) z FROM g"), check("sum(z * z)"),
        ),
    }
    return questions, prepare


questions, prepare = polars_questions() if which == "polars" else duckdb_questions("enum" in which)
print("ready", flush=True)
for line in sys.stdin:
    name = line.strip()
    if name not in questions:
        print(json.dumps({"error": "no question"}), flush=True)
        continue
    answer, check = questions[name]
    prepare(name)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    result = answer()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rows, checksum = check(result)
    del result
    prepare(None)
    numbers = [float(v) if v is not None else 0.0 for v in checksum]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {"wall": wall, "cpu": cpu, "rows": int(rows), "checksum": numbers, "maxrss": peak}
    print(json.dumps({"q": name} | found), flush=True)
