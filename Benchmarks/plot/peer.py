"""Altair with its vegafusion transformer: a question a line, a line of JSON for each answer.

usage: peer.py TABLE.parquet FOLDER
"""

import json
import sys
import time
from pathlib import Path

import altair as alt
import polars as pl

alt.data_transformers.enable("vegafusion")
TABLE, FOLDER = pl.read_parquet(sys.argv[1]), Path(sys.argv[2])
SIZE = {"width": 480, "height": 300}
base = alt.Chart(TABLE).properties(**SIZE)


def boxes():
    return base.mark_boxplot().encode(x="group:N", y="y:Q")


QUESTIONS = {
    "histogram": lambda: base.mark_bar().encode(alt.X("x:Q").bin(maxbins=30), y="count()"),
    "density": lambda: base.mark_rect().encode(
        alt.X("x:Q").bin(maxbins=40), alt.Y("y:Q").bin(maxbins=30), color="count()"
    ),
    "line": lambda: base.mark_line().encode(x="day:T", y="mean(y):Q"),
    "lines": lambda: base.mark_line().encode(x="day:T", y="mean(y):Q", color="kind:N"),
    "bars": lambda: base.mark_bar().encode(x="group:N", y="mean(y):Q"),
    "stacks": lambda: base.mark_bar().encode(x="group:N", y="count()", color="kind:N"),
    "box": boxes,
}


def check(question, chart):
    """What the picture stands for: all counts together, or the mean of means."""
    if question == "box":
        return [float(TABLE.filter(pl.col("group") == "g00")["y"].median())]
    rows = chart.transformed_data()
    name = next(c for c in rows.columns if c in ("__count", "mean_y"))
    return [float(rows[name].sum() if name == "__count" else rows[name].mean()), float(len(rows))]


print("ready", flush=True)
for line in sys.stdin:
    question = line.strip()
    if question not in QUESTIONS:
        print(json.dumps({"error": "no question"}), flush=True)
        continue
    start = time.perf_counter()
    QUESTIONS[question]().save(str(FOLDER / f"altair-{question}.svg"))
    wall = time.perf_counter() - start
    chart = QUESTIONS[question]()
    bundle = chart._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    size = len(json.dumps(bundle).encode())
    answer = {"q": question, "wall": wall, "bytes": size, "check": check(question, chart)}
    print(json.dumps(answer), flush=True)
