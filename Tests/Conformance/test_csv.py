"""CSV beside polars, pyarrow and DuckDB: dialects, encodings, numbers, rejects, several files.

The program `formats-tool` of the build shows what our reader reads.
"""

import csv
import json
import random

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pytest
from test_formats import TEXTS, check, dump, flat, tool

SEPARATORS = [",", ";", "\t", "|"]


def table(count, seed):
    """A table of what CSV knows: whole numbers, others, truth values, days, texts."""
    random.seed(seed)
    gap = lambda value: None if random.random() < 0.1 else value
    return pl.DataFrame(
        {
            "whole": [gap(random.randint(-(2**63), 2**63 - 1)) for _ in range(count)],
            "number": [gap(random.gauss(0, 1e6) + 0.5) for _ in range(count)],
            "truth": [gap(random.random() < 0.5) for _ in range(count)],
            "day": [gap(random.randint(-30000, 60000)) for _ in range(count)],
            "text": [gap(random.choice(TEXTS[1:]) + "|;,\t") for _ in range(count)],
            "code": [gap(f"0{random.randint(0, 999):03d}") for _ in range(count)],
        },
        schema_overrides={"whole": pl.Int64},
    ).with_columns(pl.col("day").cast(pl.Date))


def rows(frame):
    return [{k: str(v) if k == "day" and v is not None else v for k, v in row.items()}
            for row in frame.to_dicts()]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("style", ["necessary", "always", "non_numeric"])
def test_we_find_the_dialect_of_polars(tmp_path, separator, end, style):
    path = tmp_path / "theirs.csv"
    for count in (20, 300):
        frame = table(count, seed=count)
        if style == "always":
            # A text that is null is written as one that is empty.
            frame = frame.with_columns(pl.col("text", "code").fill_null(""))
        frame.write_csv(path, separator=separator, line_terminator=end, quote_style=style)
        types, found = dump(path)
        assert types == ["Int", "Double", "Bool", "Date", "String", "String"]
        assert found == rows(frame)
        for codec in ("gzip", "zstd"):
            packed = tmp_path / f"theirs.csv.{codec}"
            with pa.output_stream(str(packed), compression=codec) as stream:
                stream.write(path.read_bytes())
            assert dump(packed)[1] == found


@pytest.mark.parametrize("quote", ['"', "'"])
def test_we_find_the_dialect_of_python(tmp_path, quote):
    path = tmp_path / "python.csv"
    lines = [["a", "b"]] + [[random.choice(TEXTS[:6]).replace(quote, "") + ",x", str(n)] for n in range(50)]
    with open(path, "w", newline="") as file:
        csv.writer(file, quotechar=quote).writerows(lines)
    _, found = dump(path)
    assert [[row["a"], str(row["b"])] for row in found] == lines[1:]


@pytest.mark.parametrize("encoding, python", [("windows1252", "cp1252"), ("latin1", "latin-1"),
                                              (None, "utf-8-sig"), (None, "utf-16")])
def test_encodings(tmp_path, encoding, python):
    path = tmp_path / "encoded.csv"
    texts = ["é", "ß,ü", "plain", "a\nb"]
    if python == "cp1252":
        texts += ["€ – “quoted”", "Šž"]
    frame = pl.DataFrame({"name": texts, "n": range(len(texts))})
    path.write_bytes(frame.write_csv().encode(python))
    options = [f"encoding={encoding}"] if encoding else []
    _, found = dump_with(path, *options)
    assert found == frame.to_dicts()
    if encoding:
        assert pl.read_csv(path.read_bytes().decode(python).encode()).equals(frame)


def dump_with(path, *options):
    lines = [json.loads(line) for line in tool("dump", path, *options).splitlines()]
    return list(lines[0].values()), lines[1:]


def test_decimal_commas_as_polars_reads_them(tmp_path):
    path = tmp_path / "comma.csv"
    values = [round(random.gauss(0, 1e5), 3) for _ in range(200)]
    path.write_text("n;m\n" + "".join(f"{v};{i}\n".replace(".", ",") for i, v in enumerate(values)))
    theirs = pl.read_csv(path, separator=";", decimal_comma=True)
    assert dump_with(path, "decimal=,")[1] == theirs.to_dicts()
    grouped = tmp_path / "grouped.csv"
    grouped.write_text("n;m\n" + "".join(
        f"{v:,};{i:,}\n".translate(str.maketrans(",.", ".,")) for i, v in enumerate(values)))
    assert dump_with(grouped, "decimal=,", "thousands=.")[1] == theirs.to_dicts()


def test_comments_and_skipped_lines_as_polars_reads_them(tmp_path):
    path = tmp_path / "comments.csv"
    path.write_text('a report, of "today"\n# c\na,b\n1,x\n# "\n2,"y\n# no comment"\n#\n3,z')
    theirs = pl.read_csv(path, skip_lines=1, comment_prefix="#")
    found = dump_with(path, "skip=1", "comment=#")[1]
    assert found == [{"a": 1, "b": "x"}, {"a": 2, "b": "y\n# no comment"}, {"a": 3, "b": "z"}]
    assert theirs["a"].to_list() == [1, 2, 3]


def test_escapes_as_duckdb_reads_them(tmp_path):
    path = tmp_path / "escaped.csv"
    path.write_text('a,b\n"x\\"y, z",1\n"back\\\\",2\n')
    theirs = duckdb.sql(f"select * from read_csv('{path}', escape='\\', quote='\"')").fetchall()
    found = dump_with(path, "escape=\\")[1]
    assert [(row["a"], row["b"]) for row in found] == theirs == [('x"y, z', 1), ("back\\", 2)]


def test_short_and_long_records_as_polars_and_duckdb_read_them(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b,c\n1,2,3\n4\n5,6\n7,8,9,10\n")
    theirs = pl.read_csv(path, truncate_ragged_lines=True)
    assert dump_with(path, "uneven=cut")[1] == theirs.to_dicts()
    path.write_text("a,b,c\n1,2,3\n4\n5,6\n")
    names = ["a", "b", "c"]
    padded = duckdb.sql(f"select * from read_csv('{path}', null_padding=true)").fetchall()
    assert dump_with(path, "uneven=fill")[1] == [dict(zip(names, row)) for row in padded]


def test_rejects_as_duckdb_finds_them(tmp_path):
    path = tmp_path / "rejects.csv"
    random.seed(5)
    bad = sorted(random.sample(range(1000, 20_000), 40))
    with open(path, "w") as file:
        file.write("n,s\n")
        for row in range(20_000):
            line = f"{row},t{row}" if row not in bad else random.choice([f"x{row},t", f"{row}", f"{row},a,b"])
            file.write(line + "\n")
    connection = duckdb.connect()
    connection.sql(
        f"select * from read_csv('{path}', header=true, delim=',', columns={{'n': 'bigint', 's': 'varchar'}}, "
        "store_rejects=true, strict_mode=true)").fetchall()
    lines = connection.sql("select distinct line from reject_errors order by line").fetchall()
    found = dump_with(path, "show=rejects")[1]
    assert [row["line"] for row in found] == [line for (line,) in lines] == [row + 2 for row in bad]
    assert all(row["path"] == str(path) and row["text"] and row["reason"] for row in found)
    kept = dump_with(path, "rejects=")[1]
    assert sum(row["n"] is None for row in kept) == sum(row["column"] == "n" for row in found)


@pytest.mark.parametrize("late, type", [("0.5", "Double"), ("0800", "String"), ("x", "String"),
                                        ("9223372036854775808", "String")])
def test_late_values_widen(tmp_path, late, type):
    path = tmp_path / "late.csv"
    values = [str(n) for n in range(20_000)]
    values[7000] = late
    path.write_text("n,m\n" + "".join(f"{v},1\n" for v in values))
    for options in ([], ["lazy="]):
        types, found = dump_with(path, *options)
        assert types == [type, "Int"]
        wanted = values if type == "String" else [float(v) for v in values]
        assert [row["n"] for row in found] == wanted


def test_several_files_as_polars_reads_them(tmp_path):
    for number in range(5):
        table(200, seed=number).write_csv(tmp_path / f"part{number}.csv")
    pattern = tmp_path / "part*.csv"
    theirs = pl.read_csv(pattern, try_parse_dates=True, schema_overrides={"code": pl.String}, row_index_name="i")
    for options in (["index=i"], ["index=i", "lazy="]):
        assert dump_with(pattern, *options)[1] == rows(theirs)


@pytest.mark.parametrize("codec", ["none", "zstd"])
def test_we_map_arrow_of_pyarrow_and_polars(tmp_path, codec):
    whole = flat(500, 0.2)
    options = pa.ipc.IpcWriteOptions(compression=None if codec == "none" else codec)
    path = tmp_path / "theirs.arrow"
    for size in (500, 70):
        with pa.ipc.new_file(str(path), whole.schema, options=options) as writer:
            writer.write_table(whole, max_chunksize=size)
        assert dump_with(path, "mapped=") == dump_with(path)
        check(path, whole)
    pl.from_arrow(whole.drop_columns(["fixed"])).write_ipc(path)
    assert dump_with(path, "mapped=") == dump_with(path)
