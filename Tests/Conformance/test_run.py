"""`apus run`: any notebook with the kernel that it names, headless."""

import json
import subprocess
from pathlib import Path

import nbformat
from sample_notebook import swift_notebook, write

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def apus_run(*arguments, folder):
    return subprocess.run(
        ["apus", "run", *arguments], cwd=folder, capture_output=True, text=True, timeout=600
    )


def python_notebook():
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("day = 'none'")
    cell.metadata["tags"] = ["parameters"]
    notebook.cells = [cell, nbformat.v4.new_code_cell("print('day', day)")]
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    return notebook


def texts(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))


def test_the_quickstart(tmp_path):
    output = tmp_path / "out.ipynb"
    done = apus_run("quickstart.ipynb", str(output), folder=NOTEBOOKS)
    assert done.returncode == 0, done.stdout + done.stderr
    notebook = nbformat.read(output, as_version=4)
    nbformat.validate(notebook)
    found = [o for c in notebook.cells for o in c.get("outputs", [])]
    assert found and not [o for o in found if o.output_type == "error"]


def test_a_python_notebook_with_parameters(tmp_path):
    write(python_notebook(), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "out.ipynb", "-p", "day", "2026-01-01", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert texts(tmp_path / "out.ipynb") == "day 2026-01-01\n"
    tags = [
        c.metadata.get("tags") for c in nbformat.read(tmp_path / "out.ipynb", 4).cells
    ]
    assert tags[:2] == [["parameters"], ["injected-parameters"]]


def test_a_failing_cell_keeps_the_outputs_so_far(tmp_path):
    write(swift_notebook(['print("before")', 'fatalError("boom")']), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "out.ipynb", folder=tmp_path)
    assert done.returncode == 1
    assert "boom" in done.stdout + done.stderr
    assert "before" in texts(tmp_path / "out.ipynb")


def test_only_the_changed_output_is_in_the_diff(tmp_path):
    """Run twice, with one output replaced by hand in between: every other byte is the same."""
    write(swift_notebook(['print("one")', 'print("two")']), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", "first.ipynb", folder=tmp_path).returncode == 0
    first = (tmp_path / "first.ipynb").read_text()
    (tmp_path / "edited.ipynb").write_text(first.replace('"two\\n"', '"other\\n"'))
    assert apus_run("edited.ipynb", "second.ipynb", folder=tmp_path).returncode == 0
    assert (tmp_path / "second.ipynb").read_text() == first


def test_the_form_of_the_file_is_kept(tmp_path):
    """Key order, indentation and number text of what a run does not touch."""
    notebook = json.loads(nbformat.writes(swift_notebook(["let quiet = 1"])))
    notebook["metadata"] = {"zeta": 1.50, **notebook["metadata"], "alpha": [1, 2]}
    text = json.dumps(notebook, indent=4, ensure_ascii=False).replace("1.5,", "1.50,")
    (tmp_path / "in.ipynb").write_text(text)
    assert apus_run("in.ipynb", "out.ipynb", folder=tmp_path).returncode == 0
    written = (tmp_path / "out.ipynb").read_text()
    assert text[text.index('"metadata": {\n        "zeta"'):] in written
