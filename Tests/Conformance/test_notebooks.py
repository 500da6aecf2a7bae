"""Notebooks run in the tools that people have: `jupyter execute` and papermill."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from sample_notebook import swift_notebook, write

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SHIPPED = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def run(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def outputs(path):
    """The outputs of a valid notebook that ran to its end."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    assert all(c.execution_count for c in code)
    found = [output for cell in code for output in cell.outputs]
    assert not [o for o in found if o.output_type == "error"]
    return found


@pytest.fixture(params=["sample.ipynb", *SHIPPED])
def folder(request, tmp_path):
    """A copy of the notebooks' folder, so that no test changes the repository."""
    copy = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, copy)
    write(swift_notebook(), copy / "sample.ipynb")
    (copy / request.param).rename(copy / "input.ipynb")
    return copy


def test_jupyter_execute(folder):
    run(sys.executable, "-m", "jupyter", "execute", "input.ipynb",
        "--output=output", folder=folder)
    mimes = {mime for o in outputs(folder / "output.ipynb") for mime in o.get("data", {})}
    assert "text/html" in mimes
    assert "image/svg+xml" in mimes


def test_papermill_without_parameters(folder):
    run(sys.executable, "-m", "papermill", "input.ipynb", "output.ipynb", folder=folder)
    assert outputs(folder / "output.ipynb")


def test_a_failing_cell_fails_the_run(tmp_path):
    write(swift_notebook(["let a = 1", "fatalError(\"boom\")", "a"]), tmp_path / "bad.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "papermill", "bad.ipynb", "out.ipynb"], cwd=tmp_path,
        capture_output=True, text=True, timeout=600,
    )
    assert done.returncode == 1
    assert "boom" in done.stderr
