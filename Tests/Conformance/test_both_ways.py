"""Queued cells come to what the same cells come to one by one."""

import shutil
from pathlib import Path

import nbformat
import pytest

from both_ways import both_ways, check_seed, difference
from sample_notebook import CELLS
from session_generator import Cell

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SHIPPED = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("seed", range(25))
def test_a_generated_session_is_the_same_both_ways(seed):
    found = check_seed(seed)
    assert not found, found


@pytest.mark.parametrize("name", ["sample.ipynb", *SHIPPED])
def test_a_notebook_is_the_same_both_ways(name, tmp_path):
    folder = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    codes = CELLS
    if name in SHIPPED:
        notebook = nbformat.read(folder / name, as_version=4)
        codes = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    cells = [Cell(code, {"stop_on_error": True}) for code in codes]
    found = difference(cells, both_ways(cells, folder=str(folder)))
    assert not found, found
