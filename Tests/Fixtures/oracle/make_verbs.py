"""Makes verbs.json: exploded lists, aggregates that are lists, slices, columns across, business days,
windows of the calendar with zones, rolling by time and upsampled frames, as polars and numpy have
them.

usage: make_verbs.py > verbs.json
"""

import datetime as dt
import json

import numpy as np
import polars as pl

random = np.random.default_rng(5)


def lists(count, longest, value):
    return [
        None if random.random() < 0.15
        else [None if random.random() < 0.15 else value() for _ in range(random.integers(0, longest))]
        for _ in range(count)
    ]


# Lists: explode keeps empty and null lists as a null, or drops both.
numbers = lists(40, 4, lambda: int(random.integers(-9, 9)))
words = [None if v is None else [None if n is None else f"w{n}" for n in v] for v in numbers]
frame = pl.DataFrame({"k": range(40), "a": numbers, "b": words}, schema_overrides={
    "a": pl.List(pl.Int64), "b": pl.List(pl.String)})
kept = frame.explode("a", "b", empty_as_null=True, keep_nulls=True)
dropped = frame.explode("a", empty_as_null=False, keep_nulls=False)

# Aggregates that are lists.
keys = [str(k) for k in random.choice(["x", "y", "z"], 60)]
values = [None if random.random() < 0.2 else int(v) for v in random.integers(-50, 50, 60)]
grouped = pl.DataFrame({"k": keys, "v": values}).group_by("k", maintain_order=True)
listed = grouped.agg(
    pl.col("v").alias("all"), pl.col("v").filter(pl.col("v") > 0).alias("some"),
    pl.col("v").drop_nulls().sort(descending=True).head(3).alias("largest"),
    pl.col("v").drop_nulls().sort().head(2).alias("smallest"),
    pl.col("v").drop_nulls().first().alias("first"), pl.col("v").drop_nulls().last().alias("last"))

# Slices of texts and lists.
texts = ["ab", "abc", "", "øåæ", "abcdef", None]
cuts = [(-3, 2), (-3, 1), (-5, 3), (-1, 5), (2, 2), (9, 2), (-9, 0), (0, 4), (-2, None), (1, None)]
series = pl.Series(texts)
sliced = [series.str.slice(f, c).to_list() for f, c in cuts]
some = pl.Series([[1, 2], [1, 2, 3], [], [7, 8, 9, 10], None])
sliced_lists = [some.list.slice(f, c).to_list() for f, c in cuts]

# Columns of the same row.
wide = pl.DataFrame({
    "a": [None if random.random() < 0.3 else int(v) for v in random.integers(-9, 9, 30)],
    "b": [None if random.random() < 0.3 else round(float(v), 2) for v in random.normal(0, 5, 30)],
    "c": [None if random.random() < 0.3 else int(v) for v in random.integers(-9, 9, 30)],
    "p": [None if random.random() < 0.3 else bool(v) for v in random.integers(0, 2, 30)],
    "q": [None if random.random() < 0.3 else bool(v) for v in random.integers(0, 2, 30)],
})
across = wide.select(
    pl.sum_horizontal("a", "b", "c").alias("sum"), pl.mean_horizontal("a", "b", "c").alias("mean"),
    pl.min_horizontal("a", "b", "c").alias("min"), pl.max_horizontal("a", "b", "c").alias("max"),
    pl.any_horizontal("p", "q").alias("any"), pl.all_horizontal("p", "q").alias("all"))
wanted = pl.Series([1, None, 7, -3])
membership = wide["a"].is_in(wanted.implode()).to_list()

# Business days.
holidays = [np.datetime64(d) for d in ["2024-05-01", "2024-05-17", "2024-12-25", "2025-01-01",
                                       "2024-06-01", "2024-05-09"]]
starts = np.datetime64("2024-04-20") + random.integers(0, 300, 80).astype("timedelta64[D]")
counts = random.integers(-40, 41, 80)
masks = {"weekend": "1111100", "friday": "1111001"}
business = {}
for name, mask in masks.items():
    business[name] = {
        roll: [str(d) for d in np.busday_offset(starts, counts, roll=roll, weekmask=mask,
                                                holidays=holidays)]
        for roll in ["forward", "backward"]
    }
    business[name]["is"] = np.is_busday(starts, weekmask=mask, holidays=holidays).tolist()
    later = starts + np.abs(counts).astype("timedelta64[D]")
    business[name]["count"] = np.busday_count(
        starts, later, weekmask=mask, holidays=holidays).tolist()

# Windows of the calendar, over a zone whose clocks change.
instants = np.sort(random.integers(0, 5 * 86400, 60)) + 1711670400  # from 2024-03-29 00:00 UTC
instants[5] = 1711753200  # 2024-03-30 00:00 in Oslo: on an edge
instants[6:8] = 1711836000  # 2024-03-31 00:00 in Oslo
instants = np.sort(instants)
autumn = np.sort(random.integers(0, 4 * 86400, 60)) + 1729900800 - 86400  # around 2024-10-27
shops = [str(k) for k in random.choice(["n", "s"], 60)]


def dynamic(seconds, every, **options):
    times = pl.Series(seconds.astype("int64") * 1_000_000).cast(pl.Datetime("us", "UTC")) \
        .dt.convert_time_zone("Europe/Oslo")
    found = pl.DataFrame({"t": times, "n": range(len(seconds))}).group_by_dynamic(
        "t", every=every, **options).agg(pl.col("n"))
    return [[int(t.timestamp()), n] for t, n in found.rows() if n]


windows = {
    f"{season} {every} {json.dumps(options)}": dynamic(seconds, every, **options)
    for season, seconds in [("spring", instants), ("autumn", autumn)]
    for every, options in [
        ("1d", {}), ("1d", {"closed": "right"}), ("1d", {"label": "right"}),
        ("1d", {"period": "2d"}), ("1d", {"period": "2d", "closed": "both"}),
        ("1d", {"period": "12h", "closed": "none"}), ("1w", {}), ("1mo", {}),
        ("1d", {"offset": "1d", "period": "3d", "closed": "right", "label": "right"}),
    ]
}
plain_times = pl.DataFrame({"t": pl.Series(instants.astype("int64") * 1_000_000)
                            .cast(pl.Datetime("us")), "n": range(60), "shop": shops})
fine = {
    f"{every} {json.dumps(options)}": [
        [shop, int(t.replace(tzinfo=dt.timezone.utc).timestamp()), n]
        for shop, t, n in plain_times.group_by_dynamic(
            "t", every=every, group_by="shop", **options).agg(pl.col("n")).rows() if n]
    for every, options in [
        ("6h", {}), ("6h", {"period": "9h"}), ("6h", {"offset": "1h", "closed": "right"}),
        ("45m", {"closed": "both"}), ("2h", {"period": "1h"}),
    ]
}

# Rolling by time: the rows of the last 15 hours, by shop.
x = [None if random.random() < 0.2 else round(float(v), 2) for v in random.normal(10, 4, 60)]
rolling_frame = plain_times.with_columns(pl.Series("x", x))
rolled = {
    closed: {
        name: rolling_frame.select(
            getattr(pl.col("x"), f"rolling_{name}_by")("t", "15h", closed=closed, min_samples=1)
            .over("shop")).to_series().to_list()
        for name in ["sum", "mean", "min", "max", "median", "std"]
    } for closed in ["right", "left", "both", "none"]
}
months = pl.DataFrame({"t": pl.Series(instants.astype("int64") * 50_000_000).cast(pl.Datetime("us")),
                       "n": range(60)})
monthly_rolled = months.select(pl.col("n").rolling_sum_by("t", "1mo")).to_series().to_list()

# Upsampled: a row an hour where clocks change, by shop.
few = pl.DataFrame({
    "t": (pl.Series([1711839600, 1711850400, 1711857600, 1711843200]) * 1_000_000)
    .cast(pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Oslo"),
    "shop": ["n", "n", "s", "s"], "v": [1, 2, 3, 4]}).sort("shop", "t")
up = few.upsample("t", every="1h", group_by="shop", maintain_order=True)

answer = {
    "lists": {"a": numbers, "b": words},
    "kept": {name: kept[name].to_list() for name in kept.columns},
    "dropped": {"k": dropped["k"].to_list(), "a": dropped["a"].to_list()},
    "grouped": {"k": keys, "v": values},
    "listed": {name: listed[name].to_list() for name in listed.columns},
    "texts": texts, "cuts": cuts, "sliced": sliced, "sliced_lists": sliced_lists,
    "wide": {name: wide[name].to_list() for name in wide.columns},
    "across": {name: across[name].to_list() for name in across.columns},
    "membership": membership,
    "business_starts": [str(d) for d in starts], "business_counts": counts.tolist(),
    "business": business,
    "spring": instants.tolist(), "autumn": autumn.tolist(), "shops": shops,
    "windows": windows, "fine": fine,
    "x": x, "rolled": rolled, "monthly_rolled": monthly_rolled,
    "few": {"t": [int(t.timestamp()) for t in few["t"]], "shop": few["shop"].to_list(),
            "v": few["v"].to_list()},
    "upsampled": {"t": [int(t.timestamp()) for t in up["t"]], "shop": up["shop"].to_list(),
                  "v": up["v"].to_list()},
}
print(json.dumps(answer))
