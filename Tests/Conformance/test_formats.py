"""Parquet, Arrow and JSON beside pyarrow, polars and DuckDB: they read ours, and we theirs.

The program `formats-tool` of the build shows what our readers read, and writes.
"""

import datetime
import decimal
import json
import math
import os
import pathlib
import random
import subprocess

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

BUILD = pathlib.Path(os.environ.get("APUS_BUILD", ".build/release"))
TOOL = str((BUILD / "formats-tool").resolve())


def tool(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def dump(path):
    """Types and rows as our reader has them."""
    lines = [json.loads(line) for line in tool("dump", path).splitlines()]
    return list(lines[0].values()), lines[1:]


def some(count, nulls, make):
    return [None if random.random() < nulls else make() for _ in range(count)]


TEXTS = ["", "a", "twelve bytes", "more than twelve bytes", "é東京🙂", 'quoted "x"\n', "id016"]


def flat(count, nulls, seed=1):
    """A table with a column of every flat type."""
    random.seed(seed)

    def whole(bits, signed):
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return lambda: random.choice([low, high, 0, 1, random.randint(low, high)])

    columns = {"bool": (pa.bool_(), lambda: random.random() < 0.5)}
    for bits in (8, 16, 32, 64):
        columns[f"int{bits}"] = (getattr(pa, f"int{bits}")(), whole(bits, True))
        columns[f"uint{bits}"] = (getattr(pa, f"uint{bits}")(), whole(bits, False))
    columns["few"] = (pa.int64(), lambda: random.randint(0, 5))
    columns["rising"] = (pa.int64(), lambda: 10**12 + random.randint(0, 100))
    columns["float"] = (pa.float32(), lambda: random.choice([0.5, -0.0, math.nan, math.inf, 0.1]))
    columns["double"] = (pa.float64(), lambda: random.gauss(0, 1e10))
    columns["string"] = (pa.string(), lambda: random.choice(TEXTS))
    columns["distinct"] = (pa.string(), lambda: random.choice(TEXTS) + str(random.random()))
    columns["binary"] = (pa.binary(), lambda: random.randbytes(random.randint(0, 20)))
    columns["fixed"] = (pa.binary(5), lambda: random.randbytes(5))
    columns["decimal"] = (pa.decimal128(12, 3), lambda: decimal.Decimal(random.randint(-10**11, 10**11)) / 1000)
    columns["wide"] = (pa.decimal128(38, 5), lambda: decimal.Decimal(random.randint(-10**15, 10**15)) / 100000)
    columns["date"] = (pa.date32(), lambda: datetime.date(1970, 1, 1) + datetime.timedelta(random.randint(-90000, 90000)))
    columns["time"] = (pa.time64("us"), lambda: datetime.time(random.randint(0, 23), 5, 6, random.randint(0, 999999)))
    columns["time_ms"] = (pa.time32("ms"), lambda: datetime.time(random.randint(0, 23), 5, 6, 7000))
    moment = lambda: datetime.datetime(2001, 2, 3) + datetime.timedelta(seconds=random.randint(-10**9, 10**9), milliseconds=random.randint(0, 999))
    columns["ms"] = (pa.timestamp("ms"), moment)
    columns["us"] = (pa.timestamp("us"), moment)
    columns["ns"] = (pa.timestamp("ns"), moment)
    columns["zone"] = (pa.timestamp("us", "Europe/Oslo"), moment)
    return pa.table(
        {name: pa.array(some(count, nulls, make), type) for name, (type, make) in columns.items()}
    )


def plain(value, type):
    """A value of Python as our JSON shows it."""
    if value is None:
        return None
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        return [plain(part, type.value_type) for part in value]
    if pa.types.is_struct(type):
        return {field.name: plain(value[field.name], field.type) for field in type}
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value


def stamp(value):
    """A day, time or moment in nanoseconds, whether Python's value or our text."""
    if isinstance(value, str):
        for read in (datetime.datetime.fromisoformat, datetime.date.fromisoformat, datetime.time.fromisoformat):
            try:
                return stamp(read(value[:26]))
            except ValueError:
                continue
        raise AssertionError(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    return value


def same(ours, theirs, type):
    if theirs is None or ours is None:
        return ours is None and theirs is None
    if pa.types.is_temporal(type):
        return stamp(ours) == stamp(theirs)
    theirs = plain(theirs, type)
    if isinstance(ours, float) and math.isnan(ours):
        return theirs == "NaN"
    if pa.types.is_float32(type):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-7)
    return ours == theirs


def check(path, table):
    _, rows = dump(path)
    assert len(rows) == table.num_rows
    for field in table.schema:
        values = table[field.name].to_pylist()
        for row, (record, value) in enumerate(zip(rows, values)):
            assert same(record[field.name], value, field.type), (field, row, record[field.name], value)


CODECS = ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]
DELTAS = {
    name: "DELTA_BINARY_PACKED"
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "few",
                 "rising", "date", "time", "ms", "us", "zone"]
} | {"string": "DELTA_BYTE_ARRAY", "distinct": "DELTA_LENGTH_BYTE_ARRAY", "float": "BYTE_STREAM_SPLIT",
     "double": "BYTE_STREAM_SPLIT", "bool": "RLE", "binary": "DELTA_BYTE_ARRAY",
     "fixed": "BYTE_STREAM_SPLIT", "ns": "BYTE_STREAM_SPLIT"}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("encoding", ["dictionary", "plain", "delta"])
def test_we_read_parquet_of_pyarrow(tmp_path, codec, version, encoding):
    options = {"dictionary": {}, "plain": {"use_dictionary": False},
               "delta": {"use_dictionary": False, "column_encoding": DELTAS}}[encoding]
    for count, nulls in [(0, 0), (1, 0.5), (65, 0), (300, 0.2), (300, 1)]:
        table = flat(count, nulls, seed=count)
        path = tmp_path / "theirs.parquet"
        pq.write_table(table, path, compression=codec, data_page_version=version,
                       data_page_size=600, row_group_size=130, write_page_index=True, **options)
        check(path, table)


@pytest.mark.parametrize("int96", [True, False])
def test_we_read_old_timestamps(tmp_path, int96):
    table = flat(50, 0.2).select(["ns", "us"])
    path = tmp_path / "old.parquet"
    pq.write_table(table, path, use_deprecated_int96_timestamps=int96)
    check(path, table)


def test_we_read_parquet_of_polars_and_duckdb(tmp_path):
    table = flat(500, 0.1).drop_columns(["fixed", "time_ms"])
    pl.from_arrow(table).write_parquet(tmp_path / "polars.parquet")
    check(tmp_path / "polars.parquet", table)
    table = table.drop_columns(["wide", "zone"])
    rows = duckdb.from_arrow(table)
    rows.write_parquet(str(tmp_path / "duckdb.parquet"))
    check(tmp_path / "duckdb.parquet", table)


def nested(count, nulls):
    random.seed(count)
    number = lambda: random.randint(0, 9)
    numbers = lambda: some(random.randint(0, 4), nulls, number)
    return pa.table({
        "list": pa.array(some(count, nulls, numbers), pa.list_(pa.int64())),
        "lists": pa.array(some(count, nulls, lambda: some(random.randint(0, 3), nulls, numbers)), pa.list_(pa.list_(pa.int64()))),
        "struct": pa.array(some(count, nulls, lambda: {"a": None if random.random() < nulls else 1, "b": "text"}), pa.struct([("a", pa.int32()), ("b", pa.string())])),
        "records": pa.array(some(count, nulls, lambda: [{"x": number(), "l": numbers()} for _ in range(random.randint(0, 3))]), pa.list_(pa.struct([("x", pa.int64()), ("l", pa.list_(pa.int64()))]))),
    })


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_we_read_nested_parquet(tmp_path, version):
    for count, nulls in [(1, 0), (200, 0.2), (200, 0)]:
        table = nested(count, nulls)
        path = tmp_path / "nested.parquet"
        pq.write_table(table, path, row_group_size=70, data_page_size=200, data_page_version=version)
        check(path, table)


@pytest.mark.parametrize("codec", ["none", "lz4", "zstd"])
@pytest.mark.parametrize("kind", ["file", "stream"])
def test_we_read_arrow_of_pyarrow(tmp_path, codec, kind):
    table = flat(300, 0.2)
    for name, column in zip(nested(300, 0.2).column_names, nested(300, 0.2).columns):
        table = table.append_column(name, column)
    table = table.append_column("words", table["string"].dictionary_encode())
    table = table.append_column("large", table["string"].cast(pa.large_string()))
    table = table.append_column("view", table["string"].cast(pa.string_view()))
    table = table.append_column("nothing", pa.nulls(300))
    options = pa.ipc.IpcWriteOptions(compression=None if codec == "none" else codec)
    path = tmp_path / "theirs.arrow"
    make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with make(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=128)
    plain_table = table.set_column(
        table.column_names.index("words"), "words", table["string"])
    check(path, plain_table)


def test_they_read_our_parquet_and_arrow(tmp_path):
    for count, nulls in [(0, 0), (1, 0), (400, 0.2)]:
        table = flat(count, nulls)
        for name, column in zip(nested(count, nulls).column_names, nested(count, nulls).columns):
            table = table.append_column(name, column)
        source = tmp_path / "theirs.parquet"
        pq.write_table(table, source)
        wanted = table.to_pylist()
        for codec in CODECS:
            for version in "12":
                for dictionary in ("yes", "no"):
                    ours = tmp_path / "ours.parquet"
                    tool("convert", source, ours, f"codec={codec}", f"version={version}",
                         f"dictionary={dictionary}", "rows=150", "page=500")
                    assert str(pq.read_table(ours).to_pylist()) == str(wanted)
                    assert pl.read_parquet(ours).height == count
                    assert len(duckdb.sql(f"select * from '{ours}'").fetchall()) == count
        for codec in ("none", "lz4", "zstd"):
            for stream in ([], ["stream=1"]):
                ours = tmp_path / "ours.arrow"
                tool("convert", source, ours, f"codec={codec}", "rows=150", *stream)
                with pa.OSFile(str(ours)) as file:
                    reader = pa.ipc.open_stream(file) if stream else pa.ipc.open_file(file)
                    found = reader.read_all()
                found.validate(full=True)
                assert str(found.to_pylist()) == str(wanted)
                if not stream:
                    assert pl.read_ipc(ours).height == count


def test_they_agree_on_the_values_of_our_parquet(tmp_path):
    table = flat(1000, 0.1).select(["int64", "double", "string", "date", "us", "bool", "decimal"])
    source, ours = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(table, source)
    tool("convert", source, ours)
    assert pl.read_parquet(ours).equals(pl.from_arrow(table), null_equal=True)
    # Filters that DuckDB and polars answer by our statistics.
    for low in (-(2**62), 0, 2**62):
        expected = sum(v is not None and v > low for v in table["int64"].to_pylist())
        found = duckdb.sql(f"select count(*) from '{ours}' where int64 > {low}").fetchall()
        assert found == [(expected,)]
        assert pl.scan_parquet(ours).filter(pl.col("int64") > low).collect().height == expected


def test_ten_thousand_columns(tmp_path):
    table = pa.table({f"c{i}": pa.array([i, None], pa.int64()) for i in range(10_000)})
    source, ours, arrow = tmp_path / "a.parquet", tmp_path / "b.parquet", tmp_path / "c.arrow"
    pq.write_table(table, source)
    tool("convert", source, ours)
    assert pq.read_table(ours).equals(table)
    tool("convert", source, arrow)
    with pa.OSFile(str(arrow)) as file:
        assert pa.ipc.open_file(file).read_all().equals(table)


def test_json(tmp_path):
    table = nested(100, 0.2)
    lines = tmp_path / "rows.ndjson"
    lines.write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))
    check(lines, table)
    whole = tmp_path / "rows.json"
    whole.write_text(json.dumps(table.to_pylist()))
    check(whole, table)
    subprocess.run(["gzip", "-k", lines], check=True)
    check(tmp_path / "rows.ndjson.gz", table)
    again = tmp_path / "again.ndjson"
    tool("convert", lines, again)
    assert [json.loads(line) for line in again.read_text().splitlines()] == table.to_pylist()
    assert pl.read_ndjson(again).height == 100


@pytest.mark.parametrize("format", ["csv", "csv-options", "json", "parquet", "arrow"])
def test_damaged_files(tmp_path, format):
    """A short run of what `formats-tool fuzz` does at length."""
    table = flat(60, 0.2)
    for name, column in zip(nested(60, 0.2).column_names, nested(60, 0.2).columns):
        table = table.append_column(name, column)
    source = tmp_path / "source.parquet"
    pq.write_table(table, source, compression="snappy", data_page_size=300)
    ending = {"json": "ndjson", "arrow": "arrow", "parquet": "parquet"}.get(format, "csv")
    path = tmp_path / f"input.{ending}"
    if ending == "csv":
        pl.from_arrow(flat(60, 0.2).drop_columns(["binary", "fixed"])).write_csv(path)
    else:
        tool("convert", source, path)
    # Few different texts in many rows are kept in another way.
    few = pa.table({"text": [f"g{i % 7}" if i % 5 else None for i in range(5000)]})
    repeated = tmp_path / "repeated.parquet"
    pq.write_table(few, repeated, data_page_size=300)
    inputs = [path] + ([source, repeated] if format == "parquet" else [])
    if format == "csv":
        pl.from_arrow(few).write_csv(tmp_path / "repeated.csv")
        inputs.append(tmp_path / "repeated.csv")
    outcome = json.loads(tool("fuzz", format, 1, 3000, tmp_path / "note", *inputs))
    assert outcome["frames"] + outcome["errors"] == 3000
    assert outcome["unplaced"] == 0
