"""`apus run`: any notebook with the kernel that it names, headless."""

import json
import os
import signal
import subprocess
from pathlib import Path

import nbclient
import nbformat
import psutil
import pytest
from nbformat.v4 import new_markdown_cell
from run_support import (
    apus_run, errors, python_notebook, read, said, tagged, texts, wait_for,
)
from sample_notebook import swift_notebook, write

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def with_parameters():
    return python_notebook(tagged("day = 'none'\nrate = 1.0", "parameters"), "print(day, rate)")


# Notebooks of the repository


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_shipped_notebook(name, tmp_path):
    output = tmp_path / "out.ipynb"
    done = apus_run(name, str(output), folder=NOTEBOOKS)
    assert done.returncode == 0, said(done)
    cells = [c for c in read(output).cells if c.cell_type == "code"]
    assert all(c.execution_count for c in cells)
    assert any(c.outputs for c in cells) and not errors(output)


def test_the_quickstart_is_among_them():
    assert (NOTEBOOKS / "quickstart.ipynb").exists()


# Outputs


VARIED = [
    "import sys\nprint('one')\nprint('warn', file=sys.stderr)\nprint('two')",
    "from IPython.display import HTML, SVG, JSON, Latex, Markdown, display, clear_output\n"
    "display(HTML('<b>é</b>\\n<i>'), Markdown('# m'), Latex('$x$'), JSON({'a': [1, {'b': None}]}))\n"
    "{'a': 1, 'b': [1.5, None]}",
    "handle = display('first', display_id='shown')\nNone",
    "handle.update('second')\n'result'",
    "for i in range(3):\n    clear_output(wait=True)\n    print('step', i)",
    "print('gone')\nclear_output()\nprint('stays')",
    "for i in range(5):\n    print(f'\\r{i}%', end='')\nprint()",
    new_markdown_cell("# Text"),
    tagged("raise ValueError('expected')", "raises-exception"),
    tagged("never_defined + 1", "skip-execution"),
    "",
    "  \n",
    "import base64\ndisplay({'image/png': base64.b64encode(bytes(range(60))).decode(),\n"
    "         'text/plain': '<png>'}, raw=True)\nprint('\\u2028 and \\U0001f600')",
    "1 + 1",
    "x = 1; x?",
]


def test_outputs_are_those_of_nbclient(tmp_path):
    notebook = python_notebook(*VARIED)
    write(notebook, tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "out.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    ours = read(tmp_path / "out.ipynb")
    nbclient.NotebookClient(
        notebook, coalesce_streams=True, record_timing=False,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    for index, (mine, theirs) in enumerate(zip(ours.cells, notebook.cells, strict=True)):
        assert mine.source == theirs.source
        if mine.cell_type == "code":
            assert mine.outputs == theirs.outputs, index
            assert mine.execution_count == theirs.execution_count, index
    assert ours.cells[2].outputs[0].data["text/plain"] == "'second'"


def test_text_between_displays_stays_between_them(tmp_path):
    code = "print('a')\ndisplay(1)\nprint('b')"
    write(python_notebook(code), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", folder=tmp_path).returncode == 0
    kinds = [o.output_type for o in read(tmp_path / "in.ipynb").cells[0].outputs]
    assert kinds == ["stream", "display_data", "stream"]


def test_old_outputs_do_not_outlive_a_failure(tmp_path):
    notebook = python_notebook("1/0", "print('two')")
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="stale\n")]
    notebook.cells[1].execution_count = 7
    write(notebook, tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", folder=tmp_path).returncode == 1
    assert texts(tmp_path / "in.ipynb") == ""
    assert read(tmp_path / "in.ipynb").cells[1].execution_count is None


def test_what_follows_a_failure_does_not_run(tmp_path):
    """More cells than one wave, each leaving a mark if it runs."""
    cells = ["1/0"] + [f"open('ran-{n}', 'w')" for n in range(300)]
    write(python_notebook(*cells), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", folder=tmp_path).returncode == 1
    assert not list(tmp_path.glob("ran-*"))


def test_many_cells_run_in_their_order(tmp_path):
    cells = ["seen = []"] + [f"seen.append({n})" for n in range(450)] + ["seen == list(range(450))"]
    write(python_notebook(*cells), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    notebook = read(tmp_path / "in.ipynb")
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "True"
    assert [c.execution_count for c in notebook.cells] == list(range(1, 453))


# Parameters


@pytest.mark.parametrize("tag", ["parameters", None])
def test_the_injected_cell_is_papermills(tag, tmp_path):
    notebook = with_parameters()
    if tag is None:
        notebook.cells[0].metadata = {}
    write(notebook, tmp_path / "in.ipynb")
    (tmp_path / "p.yaml").write_text("rate: 1.5\nfrom_file: [1, two, {three: null}]\nday: file\n")
    arguments = ["-f", "p.yaml", "-y", "{when: 2026-01-01, sure: yes, e: 1e5}", "-r", "raw", "5",
                 "-p", "day", "2026-01-01", "-p", "count", "-5", "-p", "big", "1e300",
                 "-p", "flag", "True", "-p", "text", "it's \"é\"\\n\n", "-p", "not_a", "nan"]
    done = apus_run("in.ipynb", "ours.ipynb", *arguments, "--allow-undeclared", folder=tmp_path)
    assert done.returncode == 0, said(done)
    theirs = subprocess.run(
        ["papermill", "in.ipynb", "theirs.ipynb", *arguments, "--no-progress-bar"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
    )
    assert theirs.returncode == 0, theirs.stderr
    ours, theirs = (read(tmp_path / f"{name}.ipynb") for name in ("ours", "theirs"))
    assert [c.source for c in ours.cells] == [c.source for c in theirs.cells]
    assert [c.metadata.get("tags", []) for c in ours.cells] == [
        c.metadata.get("tags", []) for c in theirs.cells
    ]


def test_a_run_replaces_the_parameters_of_the_last(tmp_path):
    write(with_parameters(), tmp_path / "in.ipynb")
    for day in ["one", "two"]:
        done = apus_run("in.ipynb", "-p", "day", day, folder=tmp_path)
        assert done.returncode == 0, said(done)
    assert texts(tmp_path / "in.ipynb") == "two 1.0\n"
    assert len(read(tmp_path / "in.ipynb").cells) == 3


def test_swift_parameters_are_typed(tmp_path):
    notebook = swift_notebook([
        'let day = "none"\nlet rate = 1.0\nlet limit: Double? = nil\nlet flags = ["a"]',
        'print(day, rate / 2, limit ?? -1, flags, type(of: rate))',
    ])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    write(notebook, tmp_path / "in.ipynb")
    done = apus_run(
        "in.ipynb", "-p", "day", 'a "quoted" \\(day)', "-p", "rate", "3", "-p", "limit", "2",
        "-y", "flags: [x, y]", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert texts(tmp_path / "in.ipynb") == 'a "quoted" \\(day) 1.5 2.0 ["x", "y"] Double\n'


def test_a_misspelt_parameter_is_an_error(tmp_path):
    write(with_parameters(), tmp_path / "in.ipynb")
    before = (tmp_path / "in.ipynb").read_bytes()
    done = apus_run("in.ipynb", "-p", "dya", "x", folder=tmp_path)
    assert done.returncode == 2
    assert 'the notebook declares no parameter "dya"' in done.stderr
    assert 'did you mean "day"?' in done.stderr
    assert (tmp_path / "in.ipynb").read_bytes() == before
    done = apus_run("in.ipynb", "-p", "dya", "x", "--allow-undeclared", folder=tmp_path)
    assert done.returncode == 0
    assert 'warning: the notebook declares no parameter "dya"; did you mean "day"?' in done.stderr


def test_a_parameter_of_the_wrong_type_is_an_error(tmp_path):
    write(with_parameters(), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "-p", "rate", "fast", folder=tmp_path)
    assert done.returncode == 2
    assert 'parameter "rate": "fast" is no number' in done.stderr


# Files


def test_where_the_output_goes(tmp_path):
    write(python_notebook("print('x')"), tmp_path / "in.ipynb")
    (tmp_path / "folder").mkdir()
    assert apus_run("in.ipynb", "folder", folder=tmp_path).returncode == 0
    assert texts(tmp_path / "folder" / "in.ipynb") == "x\n"
    assert apus_run("in.ipynb", "new/deep/", folder=tmp_path).returncode == 0
    assert texts(tmp_path / "new" / "deep" / "in.ipynb") == "x\n"
    done = apus_run("in.ipynb", "-", folder=tmp_path)
    assert nbformat.reads(done.stdout, 4).cells[0].outputs[0].text == "x\n"
    done = apus_run(
        "-", "-", folder=tmp_path, input=(tmp_path / "in.ipynb").read_text())
    assert nbformat.reads(done.stdout, 4).cells[0].outputs[0].text == "x\n"
    assert texts(tmp_path / "in.ipynb") == ""


def test_in_place_keeps_the_mode_and_the_link(tmp_path):
    write(python_notebook("print('x')"), tmp_path / "real.ipynb")
    (tmp_path / "real.ipynb").chmod(0o640)
    (tmp_path / "link.ipynb").symlink_to("real.ipynb")
    assert apus_run("link.ipynb", folder=tmp_path).returncode == 0
    assert (tmp_path / "link.ipynb").is_symlink()
    assert texts(tmp_path / "real.ipynb") == "x\n"
    assert (tmp_path / "real.ipynb").stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.ipynb", "real.ipynb"]


def test_cells_run_in_the_notebooks_folder(tmp_path):
    (tmp_path / "a").mkdir()
    write(python_notebook("import os\nprint(os.path.basename(os.getcwd()))"), tmp_path / "a/n.ipynb")
    assert apus_run("a/n.ipynb", "out.ipynb", folder=tmp_path).returncode == 0
    assert texts(tmp_path / "out.ipynb") == "a\n"
    (tmp_path / "b").mkdir()
    assert apus_run("a/n.ipynb", "out.ipynb", "--cwd", "b", folder=tmp_path).returncode == 0
    assert texts(tmp_path / "out.ipynb") == "b\n"


def test_the_notebook_is_saved_while_it_runs(tmp_path):
    write(python_notebook("print('early')", "import time\ntime.sleep(600)"), tmp_path / "in.ipynb")
    process = subprocess.Popen(
        ["apus", "run", "-q", "in.ipynb", "out.ipynb"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: (tmp_path / "out.ipynb").exists() and texts(tmp_path / "out.ipynb"))
        kernels = psutil.Process(process.pid).children()
        process.kill()
        process.wait()
        assert texts(tmp_path / "out.ipynb") == "early\n"
        # The kernel sees that its parent is gone.
        _, alive = psutil.wait_procs(kernels, timeout=20)
        assert not alive
    finally:
        process.kill()


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


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", [1, 3, "\t", None])
def test_a_second_run_in_place_changes_no_byte(newline, indent, tmp_path):
    notebook = json.loads(nbformat.writes(python_notebook(*VARIED[:9])))
    notebook["metadata"]["odd"] = {"z": 1e3, "a": "\u00e9"}
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]
    text = json.dumps(notebook, indent=indent).replace("1000.0", "1e3").replace("\n", newline)
    path = tmp_path / "in.ipynb"
    path.write_bytes(text.encode())
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    first = path.read_bytes()
    assert b"1e3" in first and b"\\u00e9" in first and b'"id"' not in first
    assert (b"\r\n" in first) == (newline == "\r\n" and indent is not None)
    assert first.count(b"\n") == first.count(b"\r\n") or newline == "\n"
    assert apus_run("in.ipynb", folder=tmp_path).returncode == 0
    assert path.read_bytes() == first


# Failures


def test_a_failing_cell_keeps_the_outputs_so_far(tmp_path):
    write(swift_notebook(['print("before")', 'let a = 1\nfatalError("boom")']), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "out.ipynb", folder=tmp_path)
    assert done.returncode == 1
    assert "before" in texts(tmp_path / "out.ipynb")
    assert "boom" in done.stderr
    assert 'in.ipynb, cell 2 of 2, id "cell-1"' in done.stderr
    assert '> 2 | fatalError("boom")' in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stdout.splitlines()[-1].startswith("in.ipynb → out.ipynb: 2 of 2 cells in ")


def test_a_python_failure_names_its_line(tmp_path):
    write(python_notebook("x = 1", "def f():\n    return 1 / 0\n\nf()"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero (in.ipynb, cell 2 of 2" in done.stderr
    assert "> 2 |     return 1 / 0" in done.stderr


@pytest.mark.parametrize("code, cause", [
    ("os._exit(3)", "exit code 3"), ("os.kill(os.getpid(), 9)", "signal 9 (SIGKILL)"),
])
def test_a_dead_kernel_is_said_at_once(code, cause, tmp_path):
    lines = "import os, sys\nprint('last words')\nsys.stdout.flush()\n"
    # ipykernel sends what is flushed from a thread of its own.
    lines += f"import time\ntime.sleep(0.5)\n{code}"
    write(python_notebook(lines, "1"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 5
    assert f"the kernel died: {cause}" in done.stderr
    assert texts(tmp_path / "in.ipynb") == "last words\n"
    assert errors(tmp_path / "in.ipynb") == ["KernelDied"]


@pytest.mark.parametrize("is_stubborn", [False, True])
def test_a_timeout_ends_the_cell_and_the_kernel(is_stubborn, tmp_path):
    code = "open('pid', 'w').write(str(__import__('os').getpid()))\nimport time\n"
    code += "while True:\n    try:\n        time.sleep(600)\n    except KeyboardInterrupt:\n        "
    code += "pass" if is_stubborn else "raise"
    write(python_notebook("print('one')", code, "print('three')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--timeout", "1.5", folder=tmp_path)
    assert done.returncode == 4
    assert "the cell did not end in 1.50 s" in done.stderr
    assert texts(tmp_path / "in.ipynb") == "one\n"
    assert errors(tmp_path / "in.ipynb")[-1] == "CellTimeout"
    assert ("KeyboardInterrupt" in errors(tmp_path / "in.ipynb")) != is_stubborn
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("kernel", ["python3", "swift"])
def test_a_signal_saves_and_ends_everything(number, code, kernel, tmp_path):
    waiting = {
        "python3": "open('started', 'w').close()\nimport time\ntime.sleep(600)",
        "swift": 'import Glibc\nfclose(fopen("started", "w"))\nwhile true { sleep(600) }',
    }[kernel]
    write(python_notebook('print("one")', waiting, kernel=kernel), tmp_path / "in.ipynb")
    process = subprocess.Popen(
        ["apus", "run", "in.ipynb", "out.ipynb"], cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        wait_for((tmp_path / "started").exists)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code
    assert f"ended by signal {int(number)}".encode() in stderr
    assert texts(tmp_path / "out.ipynb") == "one\n"
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_a_kernel_that_is_not_installed(tmp_path):
    write(python_notebook("1", kernel="pyton3"), tmp_path / "in.ipynb")
    before = (tmp_path / "in.ipynb").read_bytes()
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 3
    assert 'no kernel "pyton3" is installed' in done.stderr
    assert 'did you mean "python3"?' in done.stderr and "swift" in done.stderr
    assert (tmp_path / "in.ipynb").read_bytes() == before
    done = apus_run("in.ipynb", "-k", "python3", folder=tmp_path)
    assert done.returncode == 0, said(done)


@pytest.fixture
def broken_kernel(tmp_path, monkeypatch):
    """A kernelspec whose program says something and ends, or hangs."""

    def make(script):
        folder = tmp_path / "jupyter/kernels/broken"
        folder.mkdir(parents=True)
        argv = ["/bin/sh", "-c", script, "{connection_file}"]
        spec = {"argv": argv, "display_name": "Broken", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        monkeypatch.setenv("JUPYTER_PATH", f"{tmp_path}/jupyter:{os.environ['JUPYTER_PATH']}")
        write(python_notebook("1", kernel="broken"), tmp_path / "in.ipynb")

    return make


def test_a_kernel_that_ends_at_its_start(broken_kernel, tmp_path):
    broken_kernel("echo No module named kernel >&2; exit 7")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 3
    assert "ended while it started: exit code 7" in done.stderr
    assert "No module named kernel" in done.stderr


def test_a_kernel_that_never_answers(broken_kernel, tmp_path):
    broken_kernel("echo $$ > pid; exec sleep 600")
    done = apus_run("in.ipynb", "--start-timeout", "1", folder=tmp_path)
    assert done.returncode == 3
    assert "not ready in 1 s" in done.stderr and "--start-timeout" in done.stderr
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize("text, words", [
    ("", "the file is empty"), ("{", "not"), ('{"nbformat": 3, "worksheets": []}', "format 3"),
])
def test_a_file_that_is_no_notebook(text, words, tmp_path):
    (tmp_path / "in.ipynb").write_text(text)
    done = apus_run("in.ipynb", "out.ipynb", folder=tmp_path)
    assert done.returncode == 2
    assert "in.ipynb" in done.stderr and (words in done.stderr or text == "{")
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.parametrize("arguments", [
    [], ["missing.ipynb"], ["in.ipynb", "--timeout", "soon"], ["in.ipynb", "-p", "day"],
    ["in.ipynb", "-p", "1day", "x"], ["in.ipynb", "-y", "[1]"], ["in.ipynb", "--cwd", "nowhere"],
    ["in.ipynb", "--no-such-flag"],
])
def test_wrong_usage(arguments, tmp_path):
    write(python_notebook("1"), tmp_path / "in.ipynb")
    before = (tmp_path / "in.ipynb").read_bytes()
    done = apus_run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr
    assert (tmp_path / "in.ipynb").read_bytes() == before


def test_quiet_says_nothing(tmp_path):
    write(python_notebook("1"), tmp_path / "in.ipynb")
    assert said(apus_run("-q", "in.ipynb", folder=tmp_path)) == ""
