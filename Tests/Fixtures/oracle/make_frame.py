"""Writes frame.json: a small frame with nulls and what pandas makes of it.

Run: python make_frame.py (pandas, numpy). Versions are kept in the file.
"""

import json
import pathlib

import numpy as np
import pandas as pd

rng = np.random.default_rng(20260101)
ROWS = 257
cities = np.array(["Oslo", "Rome", "Łódź", "a city with a long name", "東京"])
city = [None if rng.random() < 0.1 else str(cities[i]) for i in rng.integers(0, 5, ROWS)]
flag = [None if rng.random() < 0.1 else bool(b) for b in rng.integers(0, 2, ROWS)]
n = [None if rng.random() < 0.15 else int(v) for v in rng.integers(-40, 40, ROWS)]
x = [None if rng.random() < 0.15 else round(float(v), 3) for v in rng.normal(1e6, 3, ROWS)]
# One group of one row, one without any value.
city += ["alone", "nothing", "nothing"]
flag += [True, None, False]
n += [7, None, None]
x += [1.5, None, None]

frame = pd.DataFrame(
    {
        "city": pd.array(city, dtype="object"),
        "flag": pd.array(flag, dtype="boolean"),
        "n": pd.array(n, dtype="Int64"),
        "x": np.array([np.nan if v is None else v for v in x]),
    }
)


def plain(value):
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def rows_of(result):
    return [[plain(v) for v in row] for row in result.itertuples(index=False, name=None)]


def summary(part):
    x, n = part["x"], part["n"].astype("float64")
    return {
        "count": len(part),
        "present": int(x.count()),
        "sum_n": int(part["n"].sum()),
        "sum_x": float(x.sum()),
        "mean_x": x.mean(),
        "min_x": x.min(),
        "max_n": n.max(),
        "median_x": x.median(),
        "std_x": x.std(),
        "variance_n": n.var(),
        "first_n": n.iloc[0],
        "last_x": x.iloc[-1],
        "distinct_n": int(n.nunique()),
        "q90_x": x.quantile(0.9),
        "q10_n": n.quantile(0.1),
    }


def grouped(keys):
    result = []
    for key, part in frame.groupby(keys, dropna=False, sort=False):
        row = {name: plain(value) for name, value in summary(part).items()}
        row["key"] = [plain(v) for v in key]
        row["first_row"] = int(part.index[0])
        result.append(row)
    # The order of first rows, which pandas does not keep for null keys.
    return sorted(result, key=lambda row: row["first_row"])


def order(by, ascending):
    numbered = frame.assign(row=range(len(frame)))
    result = numbered
    for key, up in reversed(list(zip(by, ascending))):
        result = result.sort_values(key, ascending=up, kind="stable", na_position="last")
    return [int(v) for v in result["row"]]


oracle = {
    "pandas": pd.__version__,
    "numpy": np.__version__,
    "columns": {"city": city, "flag": flag, "n": n, "x": x},
    "by_city": grouped(["city"]),
    "by_city_flag": grouped(["city", "flag"]),
    "order_n": order(["n"], [True]),
    "order_city_x": order(["city", "x"], [True, False]),
    "filter_rows": [
        int(i)
        for i in frame.index[
            ((frame["n"] > 5) & (frame["x"] < 1e6)).fillna(False)
            | frame["city"].isin(["Rome", "alone"])
        ]
    ],
}
path = pathlib.Path(__file__).with_name("frame.json")
path.write_text(json.dumps(oracle, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
