"""The gallery: its page and its notebook list the same charts, and each cell's output is whole."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "notebooks" / "gallery.ipynb"
VEGA_LITE = "application/vnd.vegalite.v5+json"


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_page_lists_what_the_notebook_runs():
    page = (ROOT / "docs" / "gallery.md").read_text()
    blocks = re.findall(r"```swift\n(.*?)\n```", page, re.DOTALL)
    cells = code_cells(nbformat.read(GALLERY, as_version=4))
    assert blocks == [cell.source for cell in cells]
    for picture in re.findall(r"\]\((gallery/[^)]*)\)", page):
        assert (ROOT / "docs" / picture).stat().st_size < 40_000


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The gallery run twice, each time by a new kernel."""
    found = []
    for number in range(2):
        folder = tmp_path_factory.mktemp(f"run{number}")
        shutil.copytree(ROOT / "notebooks" / "data", folder / "data")
        shutil.copy(GALLERY, folder / "in.ipynb")
        done = subprocess.run(
            [sys.executable, "-m", "jupyter", "execute", "in.ipynb", "--output=out"],
            cwd=folder, capture_output=True, text=True, timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found.append(nbformat.read(folder / "out.ipynb", as_version=4))
    return found


def test_every_chart_has_all_three_forms(executed):
    for cell in code_cells(executed[0])[1:-1]:
        data = [output["data"] for output in cell.outputs if "data" in output]
        assert len(data) == 1, cell.id
        assert {VEGA_LITE, "image/svg+xml", "text/plain"} <= set(data[0]), cell.id
        assert "cannot be drawn" not in data[0]["image/svg+xml"], cell.id
        assert len(data[0]["text/plain"]) > 100, cell.id
        size = sum(len(part if isinstance(part, str) else json.dumps(part))
                   for part in data[0].values())
        assert size < 600_000, f"{cell.id}: {size} bytes"


def test_two_runs_give_the_same_bytes(executed):
    first, second = [
        [[output.get("data") for output in cell.outputs] for cell in code_cells(notebook)]
        for notebook in executed
    ]
    assert first == second
