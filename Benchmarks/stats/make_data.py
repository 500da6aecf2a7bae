"""Makes the data of the benchmark once: columns of doubles in raw files, one file a column.

usage: make_data.py FOLDER ROWS

x00 … x19     correlated, some of them skewed
linear        a linear function of all of x with noise
chance        0 or 1, a logistic model of x00 … x09
curve         a curved function of x00 … x09 with noise
kind          0 or 1, by a curved function of x
value         skewed, for the bootstrap of a median
p0 … p7       points around ten centres; c0 … c7 hold the ten starts of k-means
held-…        the same of a fifth as many other rows, for curve and kind
"""

import pathlib
import sys

import numpy as np


def features(rng, rows):
    base = rng.standard_normal((20, rows))
    shared = rng.standard_normal(rows)
    x = 0.8 * base + 0.6 * shared
    x[10:15] = np.exp(x[10:15] / 2)
    x[15:20] = np.round(x[15:20] * 3)
    return x


def curve(x):
    return (
        4 * np.sin(x[0] * x[1]) + 2 * (x[2] - 0.5) ** 2 + 3 * x[3] + 2 * np.abs(x[4])
        + np.where(x[5] > 0, x[6], -x[7]) + 0.5 * np.tanh(x[8]) * x[9]
    )


def main():
    folder, rows = pathlib.Path(sys.argv[1]), int(float(sys.argv[2]))
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20261)
    columns = {}
    for prefix, count in (("", rows), ("held-", rows // 5)):
        x = features(rng, count)
        for place in range(20):
            columns[f"{prefix}x{place:02}"] = x[place]
        bend = curve(x)
        columns[f"{prefix}curve"] = bend + rng.standard_normal(count) * 2
        kind = rng.random(count) < 1 / (1 + np.exp(-(bend - 3) / 2 - x[10] + x[15] / 4))
        columns[f"{prefix}kind"] = kind.astype(float)
        if not prefix:
            slopes = np.linspace(-1, 1, 20)
            columns["linear"] = 2 + slopes @ x + rng.standard_normal(count) * 3
            logit = -0.3 + np.linspace(-0.5, 0.7, 10) @ x[:10]
            columns["chance"] = (rng.random(count) < 1 / (1 + np.exp(-logit))).astype(float)
            columns["value"] = np.exp(rng.standard_normal(count))
    centres = rng.uniform(-4, 4, (10, 8))
    points = centres[rng.integers(0, 10, rows)] + rng.standard_normal((rows, 8)) * 1.5
    starts = points[rng.choice(rows, 10, replace=False)]
    for place in range(8):
        columns[f"p{place}"] = points[:, place]
        columns[f"c{place}"] = starts[:, place]
    for name, values in columns.items():
        np.ascontiguousarray(values, dtype="<f8").tofile(folder / f"{name}.f64")
    (folder / "done").write_text("")


if __name__ == "__main__":
    main()
