"""Writes frame_functions.json: functions of times, texts and lists, by polars.

Run: python make_frame_functions.py (polars). Its version is kept in the file. Times are whole
microseconds since 1970-01-01 00:00.
"""

import datetime
import json
import pathlib
import random

import polars as pl

random.seed(11)
ticks = [0, -1, 951782400_000000, 1709164800_000000 - 1, -2208988800_000000, 1711846800_000000]
ticks += [random.randrange(-2_000_000_000_000_000, 2_000_000_000_000_000) for _ in range(150)]
ticks.append(None)
frame = pl.DataFrame({"t": ticks}).with_columns(pl.col("t").cast(pl.Datetime("us")))
t = pl.col("t")
times = {
    "year": t.dt.year(),
    "isoYear": t.dt.iso_year(),
    "quarter": t.dt.quarter(),
    "month": t.dt.month(),
    "week": t.dt.week(),
    "day": t.dt.day(),
    "weekday": t.dt.weekday(),
    "dayOfYear": t.dt.ordinal_day(),
    "daysInMonth": t.dt.days_in_month(),
    "hour": t.dt.hour(),
    "minute": t.dt.minute(),
    "second": t.dt.second(),
    "millisecond": t.dt.millisecond(),
    "microsecond": t.dt.microsecond(),
    "nanosecond": t.dt.nanosecond(),
}
for every in ["1y", "1q", "1mo", "2mo", "1w", "2w", "1d", "3d", "1h", "15m", "7s", "250ms"]:
    times["truncate " + every] = t.dt.truncate(every).to_physical()
# Not of months: there polars looks at the day of the month, Apus at which start is nearer.
for every in ["1d", "1h", "7s"]:
    times["round " + every] = t.dt.round(every).to_physical()
for by in ["1y", "1mo", "-1mo", "11mo", "1w", "-3d", "5h"]:
    times["offset " + by] = t.dt.offset_by(by).to_physical()
for pattern in [
    "%Y-%m-%d %H:%M:%S%.6f",
    "%d/%m/%y %I:%M %p",
    "%a %A %b %B %j",
    "%G-W%V-%u",
    "%F %T%.3f",
    "%D %R",
    "%e|%k|%l|%U|%W|%w|%C",
]:
    times["format " + pattern] = t.dt.strftime(pattern)

zones = {}
recent = [x for x in ticks if x is not None and 0 <= x < 1_577_836_800_000000]
recent = recent[:60]
# The hours around changes of clocks.
for year, month, day in [(2015, 3, 29), (2015, 10, 25), (2016, 3, 13), (2016, 11, 6), (2018, 4, 1)]:
    start = datetime.datetime(year, month, day, tzinfo=datetime.timezone.utc).timestamp()
    recent += [int(start * 1_000_000) + half * 1_800_000_000 for half in range(-6, 14)]
for zone in [
    "Europe/Oslo",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Pacific/Apia",
]:
    local = (
        pl.DataFrame({"t": recent})
        .with_columns(pl.col("t").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone))
        .with_columns(
            wall=t.dt.replace_time_zone(None).to_physical(),
            day=t.dt.truncate("1d").to_physical(),
            later=t.dt.offset_by("1d").to_physical()
            if zone not in ("Europe/Oslo", "America/New_York", "America/Sao_Paulo", "Pacific/Apia",
                            "Australia/Lord_Howe")
            else pl.lit(None, dtype=pl.Int64),
            text=t.dt.strftime("%Y-%m-%d %H:%M:%S %z"),
        )
    )
    zones[zone] = {name: local[name].to_list() for name in ["wall", "day", "later", "text"]}
    wall = local["t"].dt.replace_time_zone(None)
    for ambiguous in ["earliest", "latest"]:
        zones[zone][ambiguous] = (
            wall.dt.replace_time_zone(zone, ambiguous=ambiguous).to_physical().to_list()
        )

texts = [
    "", "a", "Ærø øl", "2024-05-17 and 1999-12-31", "x=1, y=22; z=", "  pad\t", "-42", "+7",
    "aaa", "abcabc", "one,two,,three", "🙂 smile", "Grüße", None, "kitten", "sitting", "a.b.c",
]
words = pl.DataFrame({"s": texts})
s = pl.col("s")
strings = {
    "matches \\d{4}": s.str.contains(r"\d{4}"),
    "matches ^[a-z]+$": s.str.contains(r"^[a-z]+$"),
    "matches \\bøl": s.str.contains(r"\bøl"),
    "count \\w+": s.str.count_matches(r"\w+"),
    "extract (\\d+)-(\\d+)": s.str.extract(r"(\d+)-(\d+)", 2),
    "extractAll \\d+": s.str.extract_all(r"\d+"),
    "replaceAll (\\w)=": s.str.replace_all(r"(\w)=", "<$1>"),
    "replaceFirst a": s.str.replace("a", "b$$"),
    "replaceAll a*": s.str.replace_all("[ab]+", "-"),
    "padStart": s.str.pad_start(6, "*"),
    "padEnd": s.str.pad_end(6),
    "zfill": s.str.zfill(5),
    "strip": s.str.strip_chars("a b"),
    "stripStart": s.str.strip_chars_start("ak"),
    "stripEnd": s.str.strip_chars_end("cg"),
    "withoutPrefix": s.str.strip_prefix("ab"),
    "withoutSuffix": s.str.strip_suffix("ing"),
    "reverse": s.str.reverse(),
    "split ,": s.str.split(","),
    "length": s.str.len_chars(),
    "bytes": s.str.len_bytes(),
    "startsWith": s.str.starts_with("a"),
    "slice": s.str.slice(1, 2),
}

values = [[1, 2, 3], [], None, [5], [2, None, 2], [-7, 7, 0, 7], [None]]
many = pl.DataFrame({"l": values})
v = pl.col("l").list
lists = {
    "length": v.len(),
    "get 1": v.get(1, null_on_oob=True),
    "get -1": v.get(-1, null_on_oob=True),
    "sum": v.sum(),
    "min": v.min(),
    "max": v.max(),
    "mean": v.mean(),
    "median": v.median(),
    "contains 7": v.contains(7),
    "sorted": v.sort(nulls_last=True),
    "reversed": v.reverse(),
    "slice": v.slice(1, 2),
}


def plain(frame, expressions):
    found = frame.select(
        [e.alias(name) for name, e in expressions.items()]
    )
    return {name: found[name].to_list() for name in expressions}


path = pathlib.Path(__file__).with_name("frame_functions.json")
path.write_text(
    json.dumps(
        {
            "polars": pl.__version__,
            "ticks": ticks,
            "times": plain(frame, times),
            "instants": recent,
            "zones": zones,
            "texts": texts,
            "strings": plain(words, strings),
            "values": values,
            "lists": plain(many, lists),
        },
        ensure_ascii=False,
    )
    + "\n"
)
