"""Results that are taken over, compared and renewed; what a run changes in the file, and no more."""

import json
import os
import random
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from run_support import apus_run, python_notebook, read, said, tagged, texts
from sample_notebook import swift_notebook, write

MARK = "open('ran', 'a').write('x')\n"


@pytest.fixture
def run(tmp_path):
    """Runs a notebook with a cache of its own; says how often its first cell has run."""

    def go(*arguments, **options):
        environment = {**os.environ, "APUS_CACHE_DIR": str(tmp_path / ".cache")}
        done = apus_run("in.ipynb", *arguments, folder=tmp_path, env=environment, **options)
        count = len((tmp_path / "ran").read_text()) if (tmp_path / "ran").exists() else 0
        return done, count

    return go


# The result cache


def test_the_same_is_not_run_again(run, tmp_path):
    notebook = python_notebook(
        tagged("n = 1", "parameters"), MARK + "print(open('data/x.csv').read(), n)", "n + 1",
        apus={"inputs": ["data/*.csv"]})
    write(notebook, tmp_path / "in.ipynb")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.csv").write_text("one")
    done, count = run()
    assert done.returncode == 0 and count == 1, said(done)
    first = (tmp_path / "in.ipynb").read_bytes()
    write(notebook, tmp_path / "in.ipynb")
    done, count = run("--report", "json=r.json")
    assert (done.returncode, count) == (0, 1), said(done)
    assert "taken over from an earlier run" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["notebooks"][0]["outcome"] == "cached"
    assert (tmp_path / "in.ipynb").read_bytes() == first
    assert run("-p", "n", "1")[1] == 2  # another cell: the parameters
    assert run("-p", "n", "2")[1] == 3
    assert run("-p", "n", "2")[1] == 3
    (tmp_path / "data/x.csv").write_text("two")
    assert run("-p", "n", "2")[1] == 4
    (tmp_path / "data/y.csv").write_text("")
    assert run("-p", "n", "2")[1] == 5
    assert run("-p", "n", "2", "--no-cache")[1] == 6
    notebook.cells[2].source = "n + 2"
    write(notebook, tmp_path / "in.ipynb")
    assert run("-p", "n", "2")[1] == 7


def test_without_declared_inputs_only_on_demand(run, tmp_path):
    write(python_notebook(MARK), tmp_path / "in.ipynb")
    assert [run()[1], run()[1], run("--cache")[1], run("--cache")[1]] == [1, 2, 3, 3]


def test_a_failure_is_not_kept(run, tmp_path):
    write(python_notebook(MARK + "1/0", apus={"inputs": []}), tmp_path / "in.ipynb")
    assert [run()[1], run()[1]] == [1, 2]


def test_a_library_that_changes_is_noticed(run, tmp_path):
    write(python_notebook(MARK, apus={"inputs": []}), tmp_path / "in.ipynb")
    assert [run()[1], run()[1]] == [1, 1]
    python = subprocess.run(
        ["python3", "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True,
        text=True, check=True).stdout.strip()
    probe = os.path.join(python, "apus_probe-1.0.dist-info")
    os.mkdir(probe)
    try:
        assert run()[1] == 2
    finally:
        os.rmdir(probe)


def test_a_file_that_a_swift_cell_opened_is_an_input(run, tmp_path):
    """Read by Foundation, by our own reader, by C: none of it is declared."""
    cells = [
        "import Foundation\nimport Apus\nimport Glibc",
        'let a = try! String(contentsOfFile: "a.txt", encoding: .utf8)',
        'let b = try DataFrame(csv: "b.csv").rowCount\nlet c = fopen("c.txt", "r")!\n'
        'let d = open("d.txt", O_RDONLY)',
        'let log = open("ran", O_WRONLY | O_CREAT | O_APPEND, 0o644)\nwrite(log, "x", 1)\n'
        "close(log)\nprint(a, b)",
    ]
    write(swift_notebook(cells, apus={"inputs": []}), tmp_path / "in.ipynb")
    for name in ["a.txt", "b.csv", "c.txt", "d.txt"]:
        (tmp_path / name).write_text("x\n1\n")
    done, count = run()
    assert (done.returncode, count) == (0, 1), said(done)
    assert run()[1] == 1
    for expected, name in enumerate(["a.txt", "b.csv", "c.txt", "d.txt"], 2):
        (tmp_path / name).write_text("x\n2\n")
        assert run()[1] == expected, name
        assert run()[1] == expected, name
    (tmp_path / "d.txt").unlink()
    assert run()[1] == 6


def test_a_damaged_result_is_no_result(run, tmp_path):
    write(python_notebook(MARK, apus={"inputs": []}), tmp_path / "in.ipynb")
    run()
    for path in (tmp_path / ".cache/runs").rglob("*.json"):
        if path.name != "durations.json":
            path.write_text('{"cells": [{"outputs": [{"output_type": "str')
    assert run()[1] == 2


def test_an_input_that_is_not_there(run, tmp_path):
    write(python_notebook(MARK, apus={"inputs": ["no.csv"]}), tmp_path / "in.ipynb")
    done, count = run()
    assert done.returncode == 2 and count == 0 and 'no declared input "no.csv"' in done.stderr


# Going on


def test_a_swift_run_goes_on_after_the_last_good_cell(run, tmp_path):
    cells = ['print("first")\nlet a = 20', 'print("second")\nlet b = a + 1',
             'import Glibc\nif access("ready", F_OK) != 0 { fatalError("not ready") }\nprint(b * 2)']
    write(swift_notebook(cells), tmp_path / "in.ipynb")
    assert run("out.ipynb")[0].returncode == 1
    # The outputs of good cells stay as they are, whatever they are.
    stored = read(tmp_path / "out.ipynb")
    stored.cells[0].outputs[0].text = "kept\n"
    write(stored, tmp_path / "out.ipynb")
    (tmp_path / "ready").touch()
    done, _ = run("out.ipynb", "--resume")
    assert done.returncode == 0, said(done)
    assert texts(tmp_path / "out.ipynb") == "kept\nsecond\n42\n"


def test_a_python_run_begins_at_the_start_and_says_so(run, tmp_path):
    write(python_notebook(MARK, "1/0"), tmp_path / "in.ipynb")
    run("out.ipynb")
    done, count = run("out.ipynb", "--resume")
    assert count == 2 and "cannot bring back its variables" in done.stderr


def test_two_runs_are_compared(run, tmp_path):
    write(python_notebook("print(1)"), tmp_path / "in.ipynb")
    assert run("--twice")[0].returncode == 0
    write(python_notebook("import random; print(random.random())", "import time; time.time()"),
          tmp_path / "in.ipynb")
    done, _ = run("--twice")
    assert done.returncode == 6 and "2 cells differ" in done.stderr
    assert run("--twice", "--atol", "1e9")[0].returncode == 0


# Comparison with stored outputs


def stored_notebook(*pairs):
    notebook = python_notebook(*[code for code, _ in pairs])
    for cell, (_, text) in zip(notebook.cells, pairs, strict=True):
        cell.outputs = [new_output("stream", name="stdout", text=text)]
    return notebook


def test_stored_outputs_are_checked_and_renewed(run, tmp_path):
    path = tmp_path / "in.ipynb"
    write(stored_notebook(("print(1)", "1\n"), ("print('new')", "old\n"),
                          ("# NBVAL_IGNORE_OUTPUT\nprint(3)", "x\n")), path)
    before = path.read_bytes()
    done, _ = run("--compare", "--report", "junit=r.xml", "--report", "github")
    assert done.returncode == 6
    assert 'the output stdout differs in line 1: "old", now "new"' in done.stderr
    assert path.read_bytes() == before
    assert "::error file=in.ipynb,line=" in done.stdout and "title=cell 2" in done.stdout
    assert '<failure message="the output stdout differs' in (tmp_path / "r.xml").read_text()
    done, _ = run("--update")
    assert done.returncode == 0, said(done)
    assert "1 cells renewed" in done.stdout
    assert texts(path) == "1\nnew\nx\n"  # what is not compared is not renewed
    assert run("--compare")[0].returncode == 0


def test_tolerances_and_sanitizers(run, tmp_path):
    write(stored_notebook(("print(1.0001)", "1.0\n"), ("print('at 12:31')", "at 09:00\n")),
          tmp_path / "in.ipynb")
    (tmp_path / "s.cfg").write_text("[time]\nregex: \\d\\d:\\d\\d\nreplace: TIME\n")
    assert run("--compare")[0].returncode == 6
    assert run("--compare", "--rtol", "1e-3")[0].returncode == 6
    done, _ = run("--compare", "--rtol", "1e-3", "--sanitize-with", "s.cfg")
    assert done.returncode == 0, said(done)


def test_images_are_compared_by_their_pixels(run, tmp_path):
    code = (
        "import struct, zlib, base64\nfrom IPython.display import display\n"
        "def png(pixels, level):\n"
        "    raw = b''.join(b'\\0' + bytes(row) for row in pixels)\n"
        "    def chunk(kind, data):\n"
        "        return struct.pack('>I', len(data)) + kind + data"
        " + struct.pack('>I', zlib.crc32(kind + data))\n"
        "    head = struct.pack('>IIBBBBB', len(pixels[0]) // 3, len(pixels), 8, 2, 0, 0, 0)\n"
        "    return base64.b64encode(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head)"
        " + chunk(b'IDAT', zlib.compress(raw, level)) + chunk(b'IEND', b'')).decode()\n"
        "rows = [[(x * y) % 256 for x in range(90)] for y in range(30)]\n"
        "rows[3][3] = {value}\n"
        "display({'image/png': png(rows, {level})}, raw=True)"
    )

    def source(value, level):
        return code.replace("{value}", str(value)).replace("{level}", str(level))

    path = tmp_path / "in.ipynb"
    write(python_notebook(source(7, 9)), path)
    assert run()[0].returncode == 0
    notebook = read(path)
    for value, level, tolerance, expected in [
        (7, 1, "0", 0), (7, 0, "0", 0), (8, 9, "0", 6), (8, 9, "0.01", 0)]:
        notebook.cells[0].source = source(value, level)
        write(notebook, path)
        done, _ = run("--compare", "--image-tolerance", tolerance)
        assert done.returncode == expected, said(done)
    notebook.cells[0].source = source(8, 9)
    write(notebook, path)
    assert "1 of 900 pixels" in run("--compare")[0].stderr


# What is written


def test_times_only_on_demand(run, tmp_path):
    write(python_notebook("1"), tmp_path / "in.ipynb")
    run("plain.ipynb")
    assert read(tmp_path / "plain.ipynb").cells[0].metadata == {}
    run("timed.ipynb", "--timings")
    assert set(read(tmp_path / "timed.ipynb").cells[0].metadata["execution"]) == {
        "iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply"}


WORDS = ["é", "😀", "\u2028", "\t", "日本", "\\", '"', "a" * 300, "\x1b[31m", "\u00ad", "</script>"]


def varied(number):
    """A notebook file like some program may have written it: its bytes, and its newline."""
    chance = random.Random(number)
    minor = number % 6
    cells = []
    count = chance.randint(1, 7)
    for index in range(count):
        text = "".join(chance.choices(WORDS, k=4))
        kind = chance.choice(["code", "code", "markdown", "raw"])
        # Not escaped: Python's "\\ud83d\\ude00" is two lone surrogates, which its kernel cannot send.
        word = json.dumps(chance.choice(["p", "ü", "😀"]), ensure_ascii=False)
        source = f"# {chance.choice(['x', 'é'])}\nprint({word})"
        if kind != "code":
            source = text
        cell = {
            "cell_type": kind, "metadata": {"zz": chance.choice([1, 1.5, None]), "aa": [1, {}]},
            "source": chance.choice([source, source.splitlines(keepends=True)]),
        }
        if minor == 5:
            cell["id"] = f"id-{index}"
        if kind == "code":
            cell["execution_count"] = chance.choice([None, index])
            cell["outputs"] = [
                {"name": "stdout", "output_type": "stream",
                 "text": chance.choice([text, text.splitlines(keepends=True)])}]
            if chance.random() < 0.2:
                cell["outputs"].append({
                    "data": {"text/plain": "x" * 200_000, "application/json": {"b": 1, "a": 1e3}},
                    "metadata": {}, "output_type": "display_data"})
        elif kind == "markdown" and minor >= 1 and chance.random() < 0.5:
            cell["attachments"] = {"a.png": {"image/png": "AA=="}}
        members = list(cell.items())
        chance.shuffle(members)
        cells.append(dict(members))
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "P", "language": "python"},
        "ζ": {"1": 1e3, "deep": [[[]]]},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"k": [1]}}},
    }
    members = [("cells", cells), ("metadata", metadata), ("nbformat", 4), ("nbformat_minor", minor)]
    chance.shuffle(members)
    indent = chance.choice([1, 2, 4, "\t", None])
    text = json.dumps(dict(members), indent=indent, ensure_ascii=chance.random() < 0.5)
    text = text.replace("1000.0", chance.choice(["1e3", "1.0E+3", "1000.00"]))
    text += chance.choice(["", "\n"])
    newline = chance.choice(["\n", "\r\n"])
    return text.replace("\n", newline).encode()


def first_code_cell(data):
    return next((i for i, c in enumerate(data["cells"]) if c["cell_type"] == "code"), None)


# APUS_VARIED=200 takes some eight minutes.
VARIED = int(os.environ.get("APUS_VARIED", "50"))


@pytest.fixture(scope="module")
def varied_batch(tmp_path_factory):
    """Many notebooks, no two alike."""
    folder = tmp_path_factory.mktemp("varied")
    (folder / "nbs").mkdir()
    numbers = [n for n in range(2 * VARIED) if first_code_cell(json.loads(varied(n))) is not None][:VARIED]
    for number in numbers:
        (folder / f"nbs/{number:03}.ipynb").write_bytes(varied(number))
    return folder


def test_one_changed_output_is_all_that_changes(varied_batch):
    """Run, one output replaced by hand, run again: the first bytes are back, and the hand's change
    touched nothing else."""
    folder = varied_batch
    done = apus_run("nbs", "-j", "2", folder=folder)
    assert done.returncode == 0, said(done)[-3000:]
    firsts = {path: path.read_bytes() for path in sorted((folder / "nbs").glob("*.ipynb"))}
    assert len(firsts) == VARIED
    for path, first in firsts.items():
        original = varied(int(path.stem))
        old, new = json.loads(original), json.loads(first)
        # All but outputs and counts is as it was; ran cells show what they print.
        for before, after in zip(old["cells"], new["cells"], strict=True):
            for cell in (before, after):
                cell.pop("outputs", None), cell.pop("execution_count", None)
        assert old == new, path
        assert (b"\r\n" in first) == (b"\r\n" in original), path
        # The parts before the first output or count are the very bytes.
        shared = os.path.commonprefix([original, first])
        assert len(shared) > 0
    edited = {}
    for path, first in firsts.items():
        for mark, other in [(b'"p\\n"', b'"other\\n"'), (b"\\u00fc\\n", b"other\\n"),
                            ("ü\\n".encode(), b"other\\n"), ("😀\\n".encode(), b"other\\n"),
                            (b"\\ud83d\\ude00\\n", b"other\\n"), (b"p\\n", b"other\\n")]:
            # The last place is in an output: sources hold no line end behind these.
            place = first.rfind(mark)
            if place >= 0:
                edited[path] = first[:place] + other + first[place + len(mark):]
                break
        assert path in edited, (path, first[:500])
        path.write_bytes(edited[path])
    done = apus_run("nbs", "-j", "2", folder=folder)
    assert done.returncode == 0, said(done)[-3000:]
    different = []
    for path, first in firsts.items():
        now = path.read_bytes()
        if now == first:
            continue
        # An output made anew takes the form of a new one: only its own bytes may differ.
        start = len(os.path.commonprefix([first, now]))
        end = len(os.path.commonprefix([first[::-1], now[::-1]]))
        a, b = first[start:len(first) - end], now[start:len(now) - end]
        if json.loads(first) == json.loads(now) and len(a) + len(b) < 200:
            continue
        different.append((path, a[:200], b[:200]))
    assert not different


def test_a_full_output_folder_says_so(tmp_path):
    write(python_notebook(new_code_cell("1")), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "/proc/nowhere/out.ipynb", folder=tmp_path)
    assert done.returncode == 2 and "cannot make the folder" in done.stderr
