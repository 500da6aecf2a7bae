"""Reports that people and machines read: JUnit, annotations, summaries, pages; and the fence
around what notebooks print."""

import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

from run_support import apus_run, python_notebook, said, tagged
from sample_notebook import write

WORKFLOWS = Path(__file__).resolve().parents[2] / ".github" / "workflows"


def awkward_file(path):
    """CRLF, tabs and text beyond ASCII; the failing line is a known one. Gives its number."""
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# é😀\n", "\u2028 text"]},
            {"cell_type": "code", "execution_count": None, "id": "c", "metadata": {}, "outputs": [],
             "source": ["text = '\t😀'\n", "if text:\n", "\traise ValueError('é, 100%: x')\n", "1"]},
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }
    text = json.dumps(notebook, indent="\t", ensure_ascii=False).replace("\n", "\r\n")
    path.write_bytes(text.encode())
    lines = path.read_bytes().split(b"\n")
    return next(n for n, line in enumerate(lines, 1) if b"raise ValueError" in line)


def test_the_annotation_is_on_the_line_of_the_file(tmp_path):
    (tmp_path / "sub").mkdir()
    number = awkward_file(tmp_path / "sub/in.ipynb")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = apus_run(
        "in.ipynb", folder=tmp_path / "sub",
        env={**os.environ, "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path),
             "GITHUB_STEP_SUMMARY": str(summary)})
    assert done.returncode == 1, said(done)
    commands = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert commands == [
        f"::error file=sub/in.ipynb,line={number},endLine={number},"
        "title=cell 2 (id c)%2C line 3::ValueError: é, 100%25: x"]
    text = summary.read_text()
    assert text.startswith("before\n## Notebooks: 0 ok, 1 failed\n") and "❌ ValueError" in text


def test_a_source_in_one_line(tmp_path):
    notebook = json.loads(json.dumps(python_notebook("a = 1\n1/0")))
    notebook["cells"][0]["source"] = "a = 1\n1/0"
    text = json.dumps(notebook, indent=1)
    (tmp_path / "in.ipynb").write_text(text)
    number = next(n for n, line in enumerate(text.splitlines(), 1) if "1/0" in line)
    done = apus_run("in.ipynb", "--report", "github", folder=tmp_path)
    assert f"::error file=in.ipynb,line={number}," in done.stdout


def test_what_notebooks_print_is_no_command(tmp_path):
    code = "print('::error::injected')\nprint('::set-output name=x::y')\nraise ValueError('a\\n::warning::z')"
    write(python_notebook("# ::debug::first line\n1", code), tmp_path / "in.ipynb")
    done = subprocess.run(
        ["apus", "run", "in.ipynb", "--log-output"], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=300,
        env={**os.environ, "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)})
    assert done.returncode == 1
    obeyed, token = [], None
    for line in done.stdout.splitlines():
        stop = re.match(r"::stop-commands::(.+)", line)
        if token is None and stop:
            token = stop[1]
        elif token is not None and line == f"::{token}::":
            token = None
        elif token is None and line.lstrip().startswith("::"):
            obeyed.append(line)
    assert token is None
    assert "::error::injected" in done.stdout
    assert [line.split(" ")[0] for line in obeyed] == ["::error"]
    assert obeyed[0].endswith("::ValueError: a%0A::warning::z")


def test_junit_has_a_case_a_cell(tmp_path):
    (tmp_path / "nbs").mkdir()
    write(python_notebook("1", "print('\\x00\\x1b[31m')\nraise ValueError('\\x08')", "3"),
          tmp_path / "nbs/bad.ipynb")
    write(python_notebook("1", tagged("1/0", "raises-exception")), tmp_path / "nbs/good.ipynb")
    write(python_notebook("import os; os._exit(1)"), tmp_path / "nbs/dead.ipynb")
    done = apus_run("nbs", "-j", "2", "--report", "junit=out/r.xml", folder=tmp_path)
    assert done.returncode == 1
    root = xml.parse(tmp_path / "out/r.xml").getroot()
    counts = {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "1", "errors": "1", "skipped": "1"}
    suites = {suite.get("name"): suite for suite in root}
    cases = suites["nbs/bad.ipynb"].findall("testcase")
    assert [case.get("name") for case in cases][:2] == ["cell 1 [cell-0] 1", "cell 2 [cell-1] print('\\x00\\x1b[31m')"]
    failure = cases[1].find("failure")
    assert failure.get("type") == "ValueError" and "Traceback" in failure.text
    assert int(cases[1].get("line")) > 1
    assert suites["nbs/dead.ipynb"].find("testcase/error").get("message").startswith("the kernel died")


def test_the_page_shows_everything(tmp_path):
    (tmp_path / "nbs").mkdir()
    image = "from IPython.display import display\ndisplay({'image/png': 'AA=='}, raw=True)"
    write(python_notebook(image, "print('<script>alert(1)</script>')"), tmp_path / "nbs/a.ipynb")
    write(python_notebook("1/0"), tmp_path / "nbs/b.ipynb")
    apus_run("nbs", "-j", "2", "--report", "html=r.html", "--report", "summary=r.md", folder=tmp_path)
    page = (tmp_path / "r.html").read_text()
    assert "default-src 'none'" in page and "<script" not in page
    assert 'src="data:image/png;base64,AA=="' in page and "ZeroDivisionError" in page
    assert "<svg" in page and "2 of 2" not in page and "1 failed" in page
    assert "| nbs/b.ipynb | ❌ ZeroDivisionError" in (tmp_path / "r.md").read_text()


def test_a_report_that_cannot_be_written(tmp_path):
    write(python_notebook("1"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--report", "junit=/proc/no/r.xml", folder=tmp_path)
    assert done.returncode == 2 and "/proc/no" in done.stderr
    for wrong in ["junit", "pdf=x", "github=x"]:
        assert apus_run("in.ipynb", "--report", wrong, folder=tmp_path).returncode == 2


def test_the_workflow_of_the_repository_is_sound():
    files = sorted(map(str, WORKFLOWS.glob("*.yml")))
    assert files
    subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files], check=True)
    subprocess.run(["zizmor", "--offline", "--no-progress", *files], check=True)
    assert any("apus run notebooks" in Path(name).read_text() for name in files)
