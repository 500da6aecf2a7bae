"""A short soak; soak.py runs as long as one likes."""

from soak import Soak


def test_150_random_cells_come_to_what_the_model_says(session):
    soak = Soak(session, seed=11)
    soak.run(150)
    assert soak.failures == []
    assert soak.cells == 150
