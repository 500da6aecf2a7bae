"""`apus papermill` beside papermill, flag by flag: the executed files are the same but for times
and tool names. What differs on purpose is in WANTED, with its reason."""

import base64
import json
import subprocess

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from run_support import apus, python_notebook, said, tagged
from sample_notebook import write

DECLARED = "a: int = 1  # how many\nb = 'x'\nc = [1]"


def plain():
    return python_notebook(tagged(DECLARED, "parameters"), new_markdown_cell("# text"),
                           "print(a, b)", "import os; print(os.path.basename(os.getcwd()))")


def undeclared():
    return python_notebook("a = 1\nprint(a)")


def failing():
    return python_notebook("print('before')", "1/0", "print('after')")


def expected_failure():
    return python_notebook(tagged("1/0", "raises-exception"), "print('after')")


def skipped():
    return python_notebook(tagged("1/0", "skip-execution"), "", "print('after')")


def injected():
    return python_notebook(tagged("a = 1", "parameters"), tagged("a = 7", "injected-parameters"),
                           "print(a)")


def hidden():
    return python_notebook(new_code_cell("1", metadata={"jupyter": {"outputs_hidden": True}}))


def rich():
    return python_notebook(
        "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\n{'a': 1}",
        "import sys\nprint('out'); print('err', file=sys.stderr)")


BASE64 = base64.b64encode(b"b: from base64\nc: [2, {d: null}]\n").decode()

# Name, notebook, arguments, exit code of papermill and of ours.
CASES = [
    ("no flags", plain, [], 0),
    ("-p", plain, ["-p", "a", "5", "-p", "b", "two words"], 0),
    ("--parameters", plain, ["--parameters", "a", "-3"], 0),
    ("-p types", plain, ["-p", "a", "1e3", "-p", "b", "True", "-p", "c", "None"], 0),
    ("-r", plain, ["-r", "b", "05"], 0),
    ("--parameters_raw", plain, ["--parameters_raw", "b", "1.0"], 0),
    ("-f", plain, ["-f", "p.yaml"], 0),
    ("-y", plain, ["-y", "{a: 3, b: 2026-01-01, c: {x: [1, null, yes]}}"], 0),
    ("-b", plain, ["-b", BASE64], 0),
    ("order", plain,
     ["-p", "b", "p", "-r", "b", "r", "-y", "b: y", "-f", "p.yaml", "-b", BASE64], 0),
    ("--inject-input-path", plain, ["--inject-input-path"], 0),
    ("--inject-output-path", plain, ["--inject-output-path"], 0),
    ("--inject-paths", plain, ["--inject-paths", "-p", "a", "2"], 0),
    ("unknown parameter", plain, ["-p", "zz", "1"], 0),
    ("no parameters cell", undeclared, ["-p", "a", "2"], 0),
    ("injected before", injected, ["-p", "a", "9"], 0),
    ("--prepare-only", plain, ["--prepare-only", "-p", "a", "5"], 0),
    ("-k", plain, ["-k", "python3"], 0),
    ("-l", plain, ["-l", "python", "-p", "a", "2"], 0),
    ("--cwd", plain, ["--cwd", "sub"], 0),
    ("--report-mode", plain, ["--report-mode", "-p", "a", "5"], 0),
    ("--log-output", plain, ["--log-output"], 0),
    ("--stdout-file", rich, ["--stdout-file", "o.txt", "--stderr-file", "e.txt"], 0),
    ("--start-timeout", plain, ["--start-timeout", "50"], 0),
    ("--execution-timeout", plain, ["--execution-timeout", "50"], 0),
    ("--no-request-save-on-cell-execute", plain, ["--no-request-save-on-cell-execute"], 0),
    ("--autosave-cell-every", plain, ["--autosave-cell-every", "5"], 0),
    ("--engine", plain, ["--engine", "nbclient"], 0),
    ("--log-level", plain, ["--log-level", "ERROR"], 0),
    ("failure", failing, [], 1),
    ("skip-execution", skipped, [], 0),
    ("rich outputs", rich, [], 0),
]

# What differs on purpose.
WANTED = {
    "raises-exception": "papermill runs all cells and then fails; the tag says that it may fail",
    "report mode keeps metadata": "papermill throws away a cell's other `jupyter` metadata (its "
    "issue 729)",
    "the end of the file": "papermill leaves out the last line end, and writes all keys anew",
    "ids of new cells": "papermill's are random; ours are the same in every run, and a cell of "
    "parameters that is written again keeps its own",
    "the version of the format": "papermill makes it 4.5 and gives random ids; ours stays",
}


def normalized(path):
    """An executed file without times, ids of new cells and the tool's version."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        new = "injected-parameters" in cell["metadata"].get("tags", [])
        if new or not cell.get("id", "").startswith("cell-"):
            cell.pop("id", None)
        if "execution" in cell["metadata"]:
            cell["metadata"]["execution"] = sorted(cell["metadata"]["execution"])
        own = cell["metadata"].get("papermill", {})
        for key in ("start_time", "end_time", "duration"):
            if own.get(key) is not None:
                own[key] = "TIME"
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = "".join(output["text"])
    own = notebook["metadata"]["papermill"]
    for key in ("start_time", "end_time", "duration"):
        if own.get(key) is not None:
            own[key] = "TIME"
    own["version"] = "VERSION"
    own["output_path"] = "OUTPUT"
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("theirs.ipynb", "O").replace("ours.ipynb", "O")
    own["parameters"] = json.loads(
        json.dumps(own["parameters"]).replace("theirs.ipynb", "O").replace("ours.ipynb", "O"))
    return notebook


@pytest.fixture
def both(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "p.yaml").write_text("a: 4\nb: from file\n")

    def run(notebook, arguments):
        write(notebook, tmp_path / "in.ipynb")
        theirs = subprocess.run(
            ["papermill", "in.ipynb", "theirs.ipynb", "--no-progress-bar", *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=600)
        streams = [(tmp_path / n).read_text() for n in ("o.txt", "e.txt") if (tmp_path / n).exists()]
        ours = apus("papermill", "in.ipynb", "ours.ipynb", *arguments, folder=tmp_path)
        again = [(tmp_path / n).read_text() for n in ("o.txt", "e.txt") if (tmp_path / n).exists()]
        assert streams == again
        return theirs, ours

    return run


@pytest.mark.parametrize("name, notebook, arguments, code", CASES, ids=[c[0] for c in CASES])
def test_a_flag_does_what_papermills_does(name, notebook, arguments, code, both, tmp_path):
    theirs, ours = both(notebook(), arguments)
    assert theirs.returncode == code, theirs.stderr
    assert ours.returncode == code, said(ours)
    assert normalized(tmp_path / "ours.ipynb") == normalized(tmp_path / "theirs.ipynb")


def test_wanted_raises_exception(both, tmp_path):
    theirs, ours = both(expected_failure(), [])
    assert (theirs.returncode, ours.returncode) == (1, 0)
    cells = normalized(tmp_path / "ours.ipynb")["cells"]
    assert cells[1]["outputs"][0]["text"] == "after\n"


def test_wanted_report_mode_keeps_metadata(both, tmp_path):
    both(hidden(), ["--report-mode"])
    ours, theirs = (normalized(tmp_path / f"{n}.ipynb")["cells"][0]["metadata"]["jupyter"]
                    for n in ("ours", "theirs"))
    assert ours == {"outputs_hidden": True, "source_hidden": True}
    assert theirs == {"source_hidden": True}


def test_templates_of_paths(tmp_path):
    write(plain(), tmp_path / "in-5.ipynb")
    done = apus("papermill", "in-{a}.ipynb", "out-{a:03d}-{b}.ipynb", "-p", "a", "5", "-p", "b", "q",
                folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert (tmp_path / "out-005-q.ipynb").exists()
    done = apus("papermill", "in-{zz}.ipynb", "o.ipynb", folder=tmp_path)
    assert done.returncode != 0 and 'needs the parameter "zz"' in done.stderr


def test_pipes(tmp_path):
    write(plain(), tmp_path / "in.ipynb")
    done = apus("papermill", folder=tmp_path, input=(tmp_path / "in.ipynb").read_text())
    assert json.loads(done.stdout)["cells"][0]["execution_count"] == 1


def test_help_notebook_is_papermills(tmp_path):
    write(plain(), tmp_path / "in.ipynb")
    texts = [
        subprocess.run([*command, "--help-notebook", "in.ipynb"], cwd=tmp_path, capture_output=True,
                       text=True, timeout=60).stdout.splitlines()[1:]
        for command in (["papermill"], ["apus", "papermill"])
    ]
    assert texts[0] == texts[1]


def test_a_dead_kernel_exits_as_papermill_does(tmp_path):
    write(python_notebook("import os; os._exit(1)"), tmp_path / "in.ipynb")
    assert apus("papermill", "in.ipynb", "o.ipynb", folder=tmp_path).returncode == 138


LANGUAGES = ["R", "julia", "scala", "bash", "python"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_parameters_in_other_languages_are_papermills(language, tmp_path):
    from papermill.translators import papermill_translators

    values = {"a": 5, "b": -1.5, "c": "it's \"é\" \\ \t\n", "d": True, "e": None, "f": [1, "x", [2.0]],
              "g": 3_000_000_000, "h": "", "i": 1.5e300}  # 1e+300 is a text in YAML 1.1
    if language != "bash":
        values["m"] = {"k": [1, None], "l": "x"}
    expected = papermill_translators.find_translator("none", language).codify(values)
    write(python_notebook("1"), tmp_path / "in.ipynb")
    (tmp_path / "p.json").write_text(json.dumps(values))
    done = apus("papermill", "in.ipynb", "out.ipynb", "--prepare-only", "-l", language, "-k", "none",
                "-f", "p.json", folder=tmp_path)
    if done.returncode != 0:  # the kernel need not be there
        done = apus("papermill", "in.ipynb", "out.ipynb", "--prepare-only", "-l", language, "-f",
                    "p.json", folder=tmp_path)
    assert done.returncode == 0, said(done)
    source = "".join(json.loads((tmp_path / "out.ipynb").read_text())["cells"][0]["source"])
    assert source == expected
