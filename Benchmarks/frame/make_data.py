"""Makes the tables of db-benchmark (h2oai, duckdblabs) as CSV and Parquet.

Columns, ranges and file names are those of its _data/*-datagen.R; the random numbers are NumPy's
(PCG64, seed 108), so checksums are not the published ones.

usage: make_data.py FOLDER ROWS [NULLS in percent] [--join]
"""

import argparse
import pathlib

import numpy as np
import polars as pl

GROUPS = 100


def scientific(number):
    return f"{number:.0e}".replace("e+0", "e").replace("e+", "e")


def save(frame, folder, name):
    frame.write_parquet(folder / f"{name}.parquet", compression="zstd", row_group_size=1 << 20)
    frame.write_csv(folder / f"{name}.csv")


def texts(width, numbers):
    names = pl.Series([f"id{i:0{width}d}" if width else f"id{i}" for i in range(numbers.max() + 1)])
    return names.gather(pl.Series(numbers.astype(np.uint32)))


def make_groups(folder, rows, nulls):
    random = np.random.Generator(np.random.PCG64(108))

    def numbers(most):
        return random.integers(1, most + 1, rows, dtype=np.int32)

    first, second, third = numbers(GROUPS), numbers(GROUPS), numbers(rows // GROUPS)
    frame = pl.DataFrame(
        {
            "id1": texts(3, first), "id2": texts(3, second), "id3": texts(10, third),
            "id4": numbers(GROUPS), "id5": numbers(GROUPS), "id6": numbers(rows // GROUPS),
            "v1": numbers(5), "v2": numbers(15),
            "v3": np.round(random.uniform(0, 100, rows), 6),
        }
    )
    if nulls:
        columns = []
        for name in ["id1", "id2", "id3", "id4", "id5", "id6"]:
            values = frame[name].unique().sort()
            count = len(values) * nulls // 100
            if count:
                gone = random.choice(len(values), count, replace=False).astype(np.uint32)
                gone = values.gather(pl.Series(gone)).implode()
                column = pl.when(pl.col(name).is_in(gone)).then(None).otherwise(pl.col(name))
                columns.append(column.alias(name))
        for name in ["v1", "v2", "v3"]:
            mask = np.zeros(rows, bool)
            mask[random.choice(rows, rows * nulls // 100, replace=False)] = True
            column = pl.when(pl.Series(mask)).then(None).otherwise(pl.col(name))
            columns.append(column.alias(name))
        frame = frame.with_columns(columns)
    save(frame, folder, f"G1_{scientific(rows)}_1e2_{nulls}_0")


def make_joins(folder, rows):
    random = np.random.Generator(np.random.PCG64(108))
    sizes = [max(10, rows // 10**6), rows // 1000, rows]

    def split(size):
        keys = random.permutation(int(size * 1.1)) + 1
        cuts = [int(size * 0.9), size, int(size * 1.1)]
        return keys[: cuts[0]], keys[cuts[0] : cuts[1]], keys[cuts[1] : cuts[2]]

    def drawn(keys, size):
        more = random.choice(keys, max(size - len(keys), 0))
        values = np.concatenate([keys, more])
        random.shuffle(values)
        return values.astype(np.int32)

    def table(keys, size, value, name):
        columns = {f"id{i + 1}": drawn(key, size) for i, key in enumerate(keys)}
        for i in range(len(keys)):
            columns[f"id{i + 4}"] = texts(0, columns[f"id{i + 1}"])
        frame = pl.DataFrame(columns)
        numbers = pl.Series(value, np.round(random.uniform(0, 100, size), 6))
        save(frame.with_columns(numbers), folder, f"J1_{scientific(rows)}_{name}_0_0")

    parts = [split(size) for size in sizes]
    left = [np.concatenate([part[0], part[1]]) for part in parts]
    right = [np.concatenate([part[0], part[2]]) for part in parts]
    table(left, rows, "v1", "NA")
    table(right[:1], sizes[0], "v2", scientific(sizes[0]))
    table(right[:2], sizes[1], "v2", scientific(sizes[1]))
    table(right, rows, "v2", scientific(rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("rows", type=float)
    parser.add_argument("nulls", type=int, nargs="?", default=0)
    parser.add_argument("--join", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.join:
        make_joins(options.folder, int(options.rows))
    else:
        make_groups(options.folder, int(options.rows), options.nulls)
