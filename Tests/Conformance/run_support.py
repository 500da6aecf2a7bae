"""What the tests of `apus run` share: notebooks, the program, and what it leaves."""

import subprocess
import time

import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def apus(*arguments, folder, **options):
    return subprocess.run(
        ["apus", *map(str, arguments)], cwd=folder, capture_output=True, timeout=600,
        **{"text": True, **options},
    )


def apus_run(*arguments, folder, **options):
    return apus("run", *arguments, folder=folder, **options)


def python_notebook(*cells, kernel="python3", **metadata):
    notebook = new_notebook()
    for number, cell in enumerate(cells):
        notebook.cells.append(new_code_cell(cell) if isinstance(cell, str) else cell)
        notebook.cells[-1]["id"] = f"cell-{number}"
    notebook.metadata = {
        "kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"},
        **metadata,
    }
    return notebook


def tagged(code, *tags, **metadata):
    return new_code_cell(code, metadata={"tags": list(tags), **metadata})


def read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def texts(path):
    return "".join(o.get("text", "") for c in read(path).cells for o in c.get("outputs", []))


def errors(path):
    return [o.ename for c in read(path).cells for o in c.get("outputs", []) if "ename" in o]


def said(done):
    return done.stdout + done.stderr


def wait_for(condition, timeout=60):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
