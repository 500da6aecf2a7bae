"""Two hundred notebooks in one batch; `run_many.py` does a thousand."""

import run_many


def test_a_large_batch_stays_small():
    middle, end, descriptors = run_many.measure(200)
    assert end < middle * 1.1 + (2 << 20)
    assert descriptors < 120
