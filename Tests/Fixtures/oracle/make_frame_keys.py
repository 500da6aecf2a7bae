"""Writes frame_keys.json: odd keys (null, NaN, −0, duplicates) in groups and joins, by polars.

Run: python make_frame_keys.py (polars). Its version is kept in the file.
"""

import json
import math
import pathlib

import polars as pl

NAN = math.nan
left = pl.DataFrame(
    {
        "x": [0.0, -0.0, NAN, None, 1.5, NAN, None, -0.0, math.inf, 1.5],
        "s": ["a", None, "", "a", "a long text, longer than a view", None, "b", "", "a", "a"],
        "row": list(range(10)),
    }
)
right = pl.DataFrame(
    {
        "x": [NAN, 0.0, None, 2.5, 1.5, 1.5, None],
        "s": ["a", "", None, "a long text, longer than a view", "a", "c", "a"],
        "row": list(range(7)),
    }
)


def plain(value):
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else "inf" if math.isinf(value) else value
    return value


def table(frame):
    return {name: [plain(v) for v in frame[name].to_list()] for name in frame.columns}


groups = {}
for keys in (["x"], ["s"], ["x", "s"]):
    found = left.group_by(keys, maintain_order=True).agg(pl.col("row").first(), pl.len())
    groups[",".join(keys)] = {"first": found["row"].to_list(), "count": found["len"].to_list()}

joins = {}
for keys in (["x"], ["s"], ["x", "s"]):
    for how in ("inner", "left", "semi", "anti", "full"):
        for nulls_equal in (False, True):
            found = left.join(
                right, on=keys, how=how, nulls_equal=nulls_equal, maintain_order="left_right"
            )
            pairs = [found["row"].to_list()]
            if how not in ("semi", "anti"):
                pairs.append(found["row_right"].to_list())
            joins[f"{','.join(keys)} {how} {nulls_equal}"] = pairs

sorts = {}
for descending in (False, True):
    for nulls_last in (False, True):
        found = left.sort("x", "s", descending=[descending, False], nulls_last=nulls_last,
                          maintain_order=True)
        sorts[f"{descending} {nulls_last}"] = found["row"].to_list()

pathlib.Path(__file__).with_name("frame_keys.json").write_text(
    json.dumps(
        {
            "polars": pl.__version__, "left": table(left), "right": table(right),
            "groups": groups, "joins": joins, "sorts": sorts,
        },
        indent=1, ensure_ascii=False,
    )
    + "\n"
)
