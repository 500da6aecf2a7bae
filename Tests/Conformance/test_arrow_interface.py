"""Frames handed to and from pyarrow by the Arrow C data and stream interfaces."""

import ctypes
import datetime
import decimal
import gc
import os
import pathlib
import random
import uuid

import pyarrow as pa
import pytest

BUILD = pathlib.Path(os.environ.get("APUS_BUILD", ".build/release"))


class Struct(ctypes.Structure):
    """Room for any of the interface's three structures."""

    _fields_ = [("words", ctypes.c_uint64 * 16)]


@pytest.fixture(scope="module")
def shim():
    library = ctypes.CDLL(str((BUILD / "libapus-arrow-shim.so").resolve()))
    for name, count in [("apus_test_arrow_return", 4), ("apus_test_arrow_stream", 2)]:
        function = getattr(library, name)
        function.argtypes = [ctypes.c_void_p] * count
        function.restype = ctypes.c_int32
    library.apus_test_arrow_stream.argtypes.append(ctypes.c_int32)
    return library


def returned(shim, batch):
    """The batch after it went through a frame."""
    given = [Struct(), Struct()]
    taken = [Struct(), Struct()]
    batch._export_to_c(ctypes.addressof(given[1]), ctypes.addressof(given[0]))
    code = shim.apus_test_arrow_return(*[ctypes.addressof(s) for s in given + taken])
    assert code == 0
    found = pa.RecordBatch._import_from_c(ctypes.addressof(taken[1]), ctypes.addressof(taken[0]))
    found.validate(full=True)
    return found


def nullable(values, seed):
    pick = random.Random(seed)
    return [None if pick.random() < 0.2 else value for value in values]


N = 130
WHOLE = {
    name: [-(1 << bits - 1) if signed else 0, (1 << bits - signed) - 1] + [7, 0, 3] * 43
    for name, bits, signed in [
        ("int8", 8, 1), ("int16", 16, 1), ("int32", 32, 1), ("int64", 64, 1),
        ("uint8", 8, 0), ("uint16", 16, 0), ("uint32", 32, 0), ("uint64", 64, 0),
    ]
}
STAMPS = [datetime.datetime(1900, 1, 1) + datetime.timedelta(days=397.3 * i) for i in range(N)]
TEXTS = [("x" * (i % 30)) + str(i) for i in range(N)]
CASES = {
    **{name: pa.array(nullable(values[:N], 1), getattr(pa, name)()) for name, values in WHOLE.items()},
    "bool": pa.array(nullable([i % 3 == 0 for i in range(N)], 2)),
    "float": pa.array(nullable([i / 8 for i in range(N)], 3), pa.float32()),
    "double": pa.array(nullable([float("nan") if i == 5 else i / 7 for i in range(N)], 4)),
    "decimal": pa.array(
        nullable([decimal.Decimal(i * 1234567) / 1000 for i in range(N)], 5), pa.decimal128(30, 3)
    ),
    "string": pa.array(nullable(TEXTS, 6)),
    "large_string": pa.array(nullable(TEXTS, 7), pa.large_string()),
    "string_view": pa.array(nullable(TEXTS, 8), pa.string_view()),
    "binary": pa.array(nullable([t.encode() + b"\xff\x00" for t in TEXTS], 9)),
    "fixed": pa.array(nullable([i.to_bytes(5, "big") for i in range(N)], 10), pa.binary(5)),
    "uuid": pa.array(nullable([uuid.UUID(int=i << 90 | i).bytes for i in range(N)], 11), pa.uuid()),
    "date32": pa.array(nullable([s.date() for s in STAMPS], 12), pa.date32()),
    "time32": pa.array(nullable([s.time().replace(microsecond=0) for s in STAMPS], 13), pa.time32("s")),
    "time64": pa.array(nullable([s.time() for s in STAMPS], 14), pa.time64("us")),
    **{
        "timestamp " + unit: pa.array(
            nullable([s.replace(microsecond=0) for s in STAMPS], 15), pa.timestamp(unit)
        )
        for unit in ["s", "ms", "us", "ns"]
    },
    "zoned": pa.array(nullable(STAMPS, 16), pa.timestamp("us", "Europe/Oslo")),
    **{
        "duration " + unit: pa.array(
            nullable([datetime.timedelta(seconds=i - 60) for i in range(N)], 17), pa.duration(unit)
        )
        for unit in ["s", "ms", "us", "ns"]
    },
    "dictionary": pa.array(nullable([TEXTS[i % 5] for i in range(N)], 18)).dictionary_encode(),
    "small dictionary": pa.DictionaryArray.from_arrays(
        pa.array(nullable([i % 3 for i in range(N)], 19), pa.int8()), pa.array([10, 20, 30])
    ),
    "list": pa.array(nullable([list(range(i % 4)) for i in range(N)], 20), pa.list_(pa.int16())),
    "large_list": pa.array(nullable([TEXTS[: i % 3] for i in range(N)], 21), pa.large_list(pa.string())),
    "fixed_size_list": pa.array([[i, i + 1] for i in range(N)], pa.list_(pa.int32(), 2)),
    "struct": pa.array(
        nullable([{"a": i, "b": None if i % 5 == 0 else TEXTS[i]} for i in range(N)], 22)
    ),
    "nested": pa.array(nullable([[{"x": [i / 2]}] * (i % 3) for i in range(N)], 23)),
    "map": pa.array(
        nullable([[("k", i)] * (i % 2) for i in range(N)], 24), pa.map_(pa.string(), pa.int64())
    ),
    "null": pa.nulls(N),
}


def values(array):
    """Values beside which types of other widths or layouts agree."""
    found = array.to_pylist()
    if pa.types.is_map(array.type):
        found = [v and [{"key": k, "value": x} for k, x in v] if v is not None else None for v in found]
    return [str(v) if isinstance(v, float) else v for v in found]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cut", [(0, N), (3, 70), (64, 64), (129, 1), (10, 0)])
def test_every_type_comes_back(shim, name, cut):
    array = CASES[name].slice(*cut)
    batch = pa.RecordBatch.from_arrays([array, pa.array(range(len(array)))], ["c", "row"])
    found = returned(shim, batch)
    assert found.num_rows == len(array)
    assert found.schema.names == ["c", "row"]
    assert values(found.column(0)) == values(array)
    assert found.column(1).to_pylist() == list(range(len(array)))


def test_a_sliced_batch_comes_back(shim):
    batch = pa.RecordBatch.from_arrays(list(CASES.values()), list(CASES)).slice(17, 90)
    found = returned(shim, batch)
    for name in CASES:
        assert values(found.column(name)) == values(batch.column(name)), name


def test_streams_are_put_together(shim):
    table = pa.table(
        {"k": pa.array(nullable(range(1000), 30)), "s": pa.array([TEXTS[i % N] for i in range(1000)])}
    )
    given, taken = Struct(), Struct()
    pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=77))._export_to_c(
        ctypes.addressof(given)
    )
    assert shim.apus_test_arrow_stream(ctypes.addressof(given), ctypes.addressof(taken), 1) == 0
    found = pa.RecordBatchReader._import_from_c(ctypes.addressof(taken)).read_all()
    found.validate(full=True)
    assert found.to_pydict() == table.sort_by([("k", "ascending")]).to_pydict()


def test_numbers_are_not_copied_and_memory_is_given_back(shim):
    gc.collect()
    before = pa.total_allocated_bytes()
    numbers = pa.array(range(1_000_000), pa.int64())
    batch = pa.RecordBatch.from_arrays([numbers], ["n"])
    found = returned(shim, batch)
    assert found.column(0).buffers()[1].address == numbers.buffers()[1].address
    del numbers, batch
    gc.collect()
    assert found.column(0)[999_999].as_py() == 999_999
    del found
    gc.collect()
    assert pa.total_allocated_bytes() == before
