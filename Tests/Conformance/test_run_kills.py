"""The runner and its kernels killed, and the disk full, at a hundred random moments."""

import run_kills


def test_nothing_is_ever_half_written():
    codes = run_kills.main(100)
    assert sum(map(len, codes.values())) == 100
    assert -9 in codes["kill_runner"] and 5 in codes["kill_kernel"]
