"""Makes operations.json: as-of joins, rolling, exponential and cumulative windows, ranks, fills,
pivots and aggregates, as pandas, polars and DuckDB have them.

usage: make_operations.py > operations.json
"""

import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl

random = np.random.default_rng(20)
ROWS = 60
SHIFT = pd.Timestamp("2024-01-01")


def plain(values):
    return [None if v is None or v != v else (v.item() if hasattr(v, "item") else v) for v in values]


day = np.sort(random.integers(0, 90, ROWS))
x = np.round(random.normal(10, 4, ROWS), 3)
x[random.choice(ROWS, 9, replace=False)] = np.nan
frame = pd.DataFrame(
    {"day": day, "city": random.choice(["Oslo", "Rome", "Bonn"], ROWS), "x": x,
     "n": random.integers(-5, 6, ROWS)}
)
rolling = frame["x"].rolling(5, min_periods=2)
centred = frame["x"].rolling(5, min_periods=1, center=True)
by_city = frame.groupby("city", sort=False)

quotes = pd.DataFrame(
    {"day": np.sort(random.integers(0, 90, 25)), "city": random.choice(["Oslo", "Rome"], 25),
     "quote": np.arange(25)}
)


def as_of(**options):
    found = pd.merge_asof(frame, quotes, on="day", by="city", **options)
    return plain(found["quote"])


dated = frame.assign(day=pd.to_datetime(SHIFT) + pd.to_timedelta(frame["day"], "D"))
monthly = dated.groupby(pd.Grouper(key="day", freq="MS"))["n"].sum()
windows = pl.from_pandas(frame[["day", "n"]]).rolling("day", period="7i").agg(pl.col("n").sum())
con = duckdb.connect()
con.register("t", frame.assign(x=frame["x"].astype(object).where(frame["x"].notna(), None)))


def window(text):
    query = f"SELECT {text} FROM (SELECT *, row_number() OVER () r FROM t) ORDER BY r"
    return plain(row[0] for row in con.execute(query).fetchall())


pivot = frame.pivot_table(index="city", columns="n", values="x", aggfunc="sum", sort=False)
cube = con.execute(
    "SELECT city, n, count(*), grouping(city, n) FROM t GROUP BY CUBE (city, n)"
).fetchall()
rollup = con.execute("SELECT city, n, count(*) FROM t GROUP BY ROLLUP (city, n)").fetchall()

answer = {
    "columns": {name: plain(frame[name]) for name in frame},
    "quotes": {name: plain(quotes[name]) for name in quotes},
    "asof_backward": as_of(),
    "asof_forward": as_of(direction="forward"),
    "asof_nearest": as_of(direction="nearest"),
    "asof_tolerance": as_of(tolerance=3),
    "asof_strict": as_of(allow_exact_matches=False),
    "rolling": {
        name: plain(getattr(rolling, name)())
        for name in ["sum", "mean", "min", "max", "median", "var", "std"]
    } | {"quantile": plain(rolling.quantile(0.3))},
    "centred_mean": plain(centred.mean()),
    "ewm_mean": plain(frame["x"].ewm(alpha=0.3).mean()),
    "ewm_plain": plain(frame["x"].ewm(span=4, adjust=False).mean()),
    "ewm_var": plain(frame["x"].ewm(halflife=2).var()),
    "cumulative_product": plain((frame["x"] / 10).cumprod()),
    "forward": plain(by_city["x"].ffill(limit=1)),
    "backward": plain(frame["x"].bfill()),
    "interpolated": plain(frame["x"].interpolate(limit_area="inside")),
    "percent_rank": window("percent_rank() OVER (PARTITION BY city ORDER BY n)"),
    "cume_dist": window("cume_dist() OVER (PARTITION BY city ORDER BY n)"),
    "tile": window("ntile(4) OVER (ORDER BY r)"),
    "monthly": [[str(day.date()), int(value)] for day, value in monthly.items()],
    "rolling_groups": plain(windows["n"].to_list()),
    "skewness": plain(by_city["x"].skew()),
    "kurtosis": plain(by_city["x"].apply(pd.Series.kurt)),
    "product": plain((frame["x"] / 10).groupby(frame["city"], sort=False).prod()),
    "covariance": plain([group["x"].cov(group["n"]) for _, group in by_city]),
    "at_max": plain([group.loc[group["x"].idxmax(), "n"] for _, group in by_city]),
    "pivot_names": [str(name) for name in pivot.columns],
    "pivot": [[index, *plain(row)] for index, row in zip(pivot.index, pivot.to_numpy())],
    "cube": sorted([list(row) for row in cube], key=str),
    "rollup": sorted([list(row) for row in rollup], key=str),
    "cut": pd.cut(frame["x"], [-np.inf, 5, 10, 15, np.inf], labels=["a", "b", "c", "d"])
    .astype(object).where(frame["x"].notna(), None).tolist(),
    "quantile_cut": pd.qcut(frame["x"], 4, labels=["1", "2", "3", "4"])
    .astype(object).where(frame["x"].notna(), None).tolist(),
    "dummies": pd.get_dummies(frame["city"]).astype(int).to_numpy().tolist(),
    "business_days": np.busday_count(
        ["2024-01-06", "2024-02-29", "2024-12-31", "2024-03-10"],
        ["2024-01-21", "2024-02-20", "2025-01-02", "2024-03-10"], holidays=["2025-01-01"],
    ).tolist(),
}
print(json.dumps(answer, indent=1))
