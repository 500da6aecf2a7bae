"""The runner and its kernels killed, and the disk full, at random moments; `run_kills.py` takes a
hundred of them."""

import run_kills


def test_nothing_is_ever_half_written():
    codes = run_kills.main(36)
    assert sum(map(len, codes.values())) == 36
    # 3: killed while it started; 5: while a cell ran.
    assert -9 in codes["kill_runner"] and {3, 5} & set(codes["kill_kernel"])
