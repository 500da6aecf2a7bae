"""Notebooks of trivial cells in Swift and Python, and the check that they ran."""

import json

CELL = {"swift": "let x{i} = {i}\nx{i} + 1", "python": "x{i} = {i}\nx{i} + 1"}
KERNEL = {"swift": "swift", "python": "python3"}


def write(path, language, count):
    cells = [
        {
            "cell_type": "code", "execution_count": None, "id": f"c{i:05d}", "metadata": {},
            "outputs": [], "source": CELL[language].format(i=i).splitlines(keepends=True),
        }
        for i in range(count)
    ]
    kernel = KERNEL[language]
    metadata = {
        "kernelspec": {"display_name": kernel, "language": language, "name": kernel},
        "language_info": {"name": language},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1
        )
        + "\n"
    )
    return path


def check(path, count):
    """Every cell shows its number plus one."""
    cells = json.loads(path.read_text())["cells"]
    shown = [cell["outputs"][0]["data"]["text/plain"] for cell in cells]
    texts = ["".join(text) for text in shown]
    assert texts == [str(i + 1) for i in range(count)], (path, texts[:3])
