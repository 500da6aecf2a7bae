"""The guide's page shows only code that its notebook runs (test_notebooks.py runs it)."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "from-pandas-polars-dplyr"


def test_the_page_shows_the_cells_of_the_notebook():
    page = (ROOT / "docs" / f"{NAME}.md").read_text()
    shown = re.findall(r"^```swift\n(.*?)\n```$", page, flags=re.M | re.S)
    notebook = json.loads((ROOT / "notebooks" / f"{NAME}.ipynb").read_text())
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert shown == cells
    assert len(cells) > 30
