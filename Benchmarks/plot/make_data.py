"""A table of a million rows, the same each time. usage: make_data.py TABLE.parquet [ROWS]"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

rows = int(float(sys.argv[2])) if len(sys.argv) > 2 else 1_000_000
random = np.random.default_rng(7)
x = random.normal(50, 12, rows)
group = random.integers(0, 12, rows)
table = pl.DataFrame(
    {
        "x": x,
        "y": 0.4 * x + group + random.normal(0, 6, rows),
        "group": [f"g{number:02}" for number in group],
        "kind": np.array(["north", "south", "east", "west"])[random.integers(0, 4, rows)],
        "day": np.datetime64(date(2022, 1, 1)) + random.integers(0, 1096, rows),
    }
).with_columns(pl.col("day").cast(pl.Date))
target = Path(sys.argv[1])
target.parent.mkdir(parents=True, exist_ok=True)
table.write_parquet(target)
