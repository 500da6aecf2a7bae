"""`apus run` with many notebooks: which run, where they go, in what order, and what is told."""

import json
import os
import pty
import signal
import subprocess
import time

import psutil
import pytest
from run_support import apus_run, errors, python_notebook, read, said, tagged, texts, wait_for
from sample_notebook import swift_notebook, write


@pytest.fixture
def tree(tmp_path):
    """Four notebooks in folders, and things that are none."""
    for name in ["a.ipynb", "sub/b.ipynb", "sub/deep/c.ipynb", "other/d.ipynb"]:
        path = tmp_path / "nbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(python_notebook(f"print('{path.stem}')"), path)
    for name in [".ipynb_checkpoints/a.ipynb", ".hidden/x.ipynb", "sub/notes.txt"]:
        path = tmp_path / "nbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{")
    return tmp_path


def test_a_folder_goes_to_a_folder(tree):
    done = apus_run("nbs", "-o", "out", "--jobs", "2", folder=tree)
    assert done.returncode == 0, said(done)
    out = tree / "out"
    found = {str(p.relative_to(out)): texts(p) for p in out.rglob("*.ipynb")}
    assert found == {
        "a.ipynb": "a\n", "sub/b.ipynb": "b\n", "sub/deep/c.ipynb": "c\n", "other/d.ipynb": "d\n",
    }
    assert texts(tree / "nbs/a.ipynb") == ""
    assert done.stdout.splitlines()[-1].startswith("4 notebooks in ")
    assert done.stdout.splitlines()[-1].endswith(": 4 ok")


def test_patterns_and_files_each_once(tree):
    done = apus_run("nbs/sub/**/*.ipynb", "nbs/sub/b.ipynb", "nbs/o*/d.ipynb", folder=tree)
    assert done.returncode == 0, said(done)
    assert "3 notebooks in" in done.stdout
    assert texts(tree / "nbs/sub/b.ipynb") == "b\n"
    assert texts(tree / "nbs/sub/deep/c.ipynb") == "c\n"
    assert texts(tree / "nbs/a.ipynb") == ""


@pytest.mark.parametrize("path, words", [
    ("nbs/x.ipynb", "no such notebook"), ("nbs/a.ipyn", 'did you mean "a.ipynb"?'),
    ("nothing/*.ipynb", "no notebook is there"),
])
def test_paths_that_name_nothing(path, words, tree):
    done = apus_run(path, "nbs/a.ipynb", "-o", "out", folder=tree)
    assert done.returncode == 2 and words in done.stderr, said(done)


def test_two_notebooks_are_not_one_and_its_output(tree):
    """A second notebook that is no output of the first is never overwritten by it."""
    done = apus_run("nbs/a.ipynb", "nbs/sub/b.ipynb", folder=tree)
    assert done.returncode == 0, said(done)
    assert texts(tree / "nbs/a.ipynb") == "a\n" and texts(tree / "nbs/sub/b.ipynb") == "b\n"
    # But an earlier output is replaced.
    for _ in range(2):
        assert apus_run("nbs/a.ipynb", "out.ipynb", folder=tree).returncode == 0
    assert texts(tree / "out.ipynb") == "a\n"


def test_outputs_that_would_collide(tree):
    done = apus_run("nbs/a.ipynb", "nbs/sub", "nbs/sub/deep/c.ipynb", "-o", "out", folder=tree)
    assert done.returncode == 0, said(done)
    write(python_notebook("1"), tree / "a.ipynb")
    done = apus_run("nbs/a.ipynb", "a.ipynb", "-o", "out", folder=tree)
    assert done.returncode == 2 and "would go to the same file" in done.stderr


def test_shards_are_disjoint_and_whole(tree):
    seen = []
    for number in (1, 2, 3):
        done = apus_run("nbs", "-o", f"out{number}", "--shard", f"{number}/3", folder=tree)
        assert done.returncode == 0, said(done)
        seen += [p.name for p in (tree / f"out{number}").rglob("*.ipynb")]
    assert sorted(seen) == ["a.ipynb", "b.ipynb", "c.ipynb", "d.ipynb"]
    assert apus_run("nbs", "--shard", "4/3", folder=tree).returncode == 2


def test_a_failure_leaves_the_others(tree):
    write(python_notebook("1/0"), tree / "nbs/sub/b.ipynb")
    write(python_notebook("import os; os._exit(3)"), tree / "nbs/other/d.ipynb")
    done = apus_run("nbs", "--jobs", "2", folder=tree)
    assert done.returncode == 1
    assert texts(tree / "nbs/a.ipynb") == "a\n" and texts(tree / "nbs/sub/deep/c.ipynb") == "c\n"
    assert "ZeroDivisionError" in done.stderr and "exit code 3" in done.stderr
    assert done.stdout.splitlines()[-1].endswith(": 2 ok, 2 failed")


def test_all_failures_of_one_kind_give_its_code(tree):
    for name in ["a.ipynb", "sub/b.ipynb"]:
        write(python_notebook("import os; os._exit(3)"), tree / "nbs" / name)
    assert apus_run("nbs", "--jobs", "2", folder=tree).returncode == 5


def test_fail_fast_begins_no_other(tree):
    write(python_notebook("1/0"), tree / "nbs/a.ipynb")
    done = apus_run("nbs", "--jobs", "1", "--fail-fast", "--report", "json=r.json", folder=tree,
                    env={**os.environ, "APUS_CACHE_DIR": str(tree / "cache")})
    assert done.returncode == 1
    report = json.loads((tree / "r.json").read_text())
    assert [n["outcome"] for n in report["notebooks"]] == ["cellFailed"] + ["skipped"] * 3
    assert report["notebooks"][1]["reason"] == "nbs/a.ipynb failed"


def test_the_longest_begins_first(tree):
    environment = {**os.environ, "APUS_CACHE_DIR": str(tree / "cache")}
    assert apus_run("nbs", "-j", "2", folder=tree, env=environment).returncode == 0
    log = tree / "cache/runs/durations.json"
    seconds = json.loads(log.read_text())
    assert len(seconds) == 4 and all(value > 0 for value in seconds.values())
    longest = str(tree / "nbs/sub/deep/c.ipynb")
    log.write_text(json.dumps({path: 99 if path == longest else 1 for path in seconds}))
    done = apus_run("nbs", "-j", "1", folder=tree, env=environment)
    assert done.stderr.splitlines()[0] == "start nbs/sub/deep/c.ipynb"


def test_events_tell_everything_in_order(tree):
    write(python_notebook("print('x')", "1/0"), tree / "nbs/a.ipynb")
    done = apus_run("nbs", "-j", "2", "--events", "events.ndjson", folder=tree)
    assert done.returncode == 1
    events = [json.loads(line) for line in (tree / "events.ndjson").read_text().splitlines()]
    of_a = [e for e in events if e["notebook"] == "nbs/a.ipynb"]
    assert [e["event"] for e in of_a] == [
        "notebook-started", "kernel-starting", "cell-started", "output", "cell-finished",
        "cell-started", "output", "cell-finished", "notebook-finished",
    ]
    assert of_a[3]["text"] == "x\n" and of_a[7]["error"] == "ZeroDivisionError"
    assert of_a[-1]["failure"]["what"] == "ZeroDivisionError: division by zero"
    assert sum(e["event"] == "notebook-finished" for e in events) == 4
    done = apus_run("nbs/sub/b.ipynb", "--events", "-", folder=tree)
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()][-1] == (
        "notebook-finished")


def test_logged_output_names_its_notebook(tree):
    done = apus_run("nbs", "-j", "2", "--log-output", folder=tree)
    assert {"nbs/a.ipynb | a", "nbs/sub/b.ipynb | b"} <= set(done.stderr.splitlines())


def test_a_terminal_shows_what_runs(tree):
    write(python_notebook("import time", "time.sleep(2)"), tree / "nbs/a.ipynb")
    main, side = pty.openpty()
    process = subprocess.Popen(
        ["apus", "run", "nbs", "-j", "2"], cwd=tree, stderr=side, stdout=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm"})
    os.close(side)
    shown = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait() == 0
    text = shown.decode()
    assert "[2/2] " in text and "time.sleep(2)" in text and "\x1b[" in text
    assert "[4/4] nbs/" in text


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_whole_batch(number, code, tmp_path):
    (tmp_path / "nbs").mkdir()
    for n in range(4):
        write(python_notebook(
            "print('one')", f"open('started-{n}', 'w').close()\nimport time\ntime.sleep(600)"),
            tmp_path / f"nbs/{n}.ipynb")
    process = subprocess.Popen(
        ["apus", "run", "nbs", "-j", "2", "--report", "json=r.json"], cwd=tmp_path,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        wait_for(lambda: len(list((tmp_path / "nbs").glob("started-*"))) == 2)
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        process.send_signal(number)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    report = json.loads((tmp_path / "r.json").read_text())
    outcomes = sorted(n["outcome"] for n in report["notebooks"])
    assert outcomes.count("interrupted") >= 2 and set(outcomes) <= {"interrupted", "skipped"}
    saved = [texts(path) for path in (tmp_path / "nbs").glob("*.ipynb")]
    assert saved.count("one\n") == 2


def test_a_second_signal_kills(tmp_path):
    code = "open('started', 'w').close()\nimport time\nwhile True:\n"
    code += "    try: time.sleep(600)\n    except KeyboardInterrupt: pass"
    write(python_notebook(code), tmp_path / "in.ipynb")
    process = subprocess.Popen(["apus", "run", "in.ipynb"], cwd=tmp_path, stderr=subprocess.PIPE)
    try:
        wait_for((tmp_path / "started").exists)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        process.communicate(timeout=60)
        assert time.monotonic() - begin < 4
    finally:
        process.kill()
    assert process.returncode == 130
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive


# A table of parameters


def test_a_table_runs_the_notebook_once_for_each_row(tmp_path):
    write(python_notebook(tagged("day = 'x'\nn = 0", "parameters"), "print(day, n * 2)"),
          tmp_path / "in.ipynb")
    (tmp_path / "t.csv").write_text("day,n\nmon,1\ntue,2\n")
    done = apus_run("in.ipynb", "--matrix", "t.csv", "-o", "out-{day}.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert texts(tmp_path / "out-mon.ipynb") == "mon 2\n"
    assert texts(tmp_path / "out-tue.ipynb") == "tue 4\n"
    (tmp_path / "t.yaml").write_text("day: [a, b]\nn: [1, 2]\n")
    done = apus_run("in.ipynb", "--matrix", "t.yaml", "-o", "out/", "-j", "2", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert sorted(texts(p) for p in (tmp_path / "out").iterdir()) == [
        "a 2\n", "a 4\n", "b 2\n", "b 4\n"]
    done = apus_run("in.ipynb", "--matrix", "t.csv", folder=tmp_path)
    assert done.returncode == 2 and "would overwrite each other" in done.stderr


def test_declared_parameters_are_listed(tmp_path):
    notebook = swift_notebook(['let day = "none"  // the day\nlet limit: Double? = nil', "day"])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    write(notebook, tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--list-parameters", folder=tmp_path)
    assert done.stdout == 'day: string = "none"  # the day\nlimit: Double? = nil\n'
    done = apus_run("in.ipynb", "--parameters-schema", folder=tmp_path)
    schema = json.loads(done.stdout)
    assert schema["properties"]["day"] == {
        "type": "string", "description": "the day", "default": "none"}
    assert read(tmp_path / "in.ipynb").cells[0].execution_count is None


# What has changed


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@example.org",
         "-c", "protocol.file.allow=always", *arguments],
        cwd=folder, check=True, capture_output=True)


def test_only_what_has_changed_runs(tmp_path):
    module, work = tmp_path / "module", tmp_path / "work"
    for folder in (module, work):
        folder.mkdir()
        git(folder, "init", "-q")
    write(python_notebook("print('m')"), module / "m.ipynb")
    write(python_notebook("print('n')"), module / "n.ipynb")
    git(module, "add", ".")
    git(module, "commit", "-qm", "one")
    git(work, "submodule", "--quiet", "add", str(module), "lib")
    for name in "abcd":
        inputs = {"apus": {"inputs": ["data/*.csv"]}} if name == "b" else {}
        write(python_notebook(f"print('{name}')", **inputs), work / f"{name}.ipynb")
    (work / "data").mkdir()
    (work / "data/x.csv").write_text("1\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "one")

    def selected():
        done = apus_run(".", "--changed-since", "HEAD", "-o", "/tmp/nowhere", "--prepare-only",
                        "--report", f"json={tmp_path}/r.json", folder=work)
        assert done.returncode == 0, said(done)
        report = json.loads((tmp_path / "r.json").read_text())
        return [n["notebook"] for n in report["notebooks"]]

    assert selected() == []
    write(python_notebook("print('A')"), work / "a.ipynb")  # its code
    (work / "data/x.csv").write_text("2\n")  # the input of b
    stored = read(work / "c.ipynb")  # only outputs
    stored.cells[0].outputs = []
    stored.cells[0].execution_count = 5
    write(stored, work / "c.ipynb")
    write(python_notebook("print('new')"), work / "e.ipynb")  # a new one
    write(python_notebook("print('M')"), work / "lib/m.ipynb")  # in the submodule
    assert selected() == ["a.ipynb", "b.ipynb", "e.ipynb", "lib/m.ipynb"]
    done = apus_run(".", "--changed-since", "no-such", folder=work)
    assert done.returncode == 2 and 'Git knows no revision "no-such"' in done.stderr


def test_errors_of_one_notebook_name_it(tree):
    (tree / "nbs/sub/b.ipynb").write_text("{}")
    done = apus_run("nbs", "-j", "2", folder=tree)
    assert done.returncode == 2
    assert 'no "nbformat" in the file (nbs/sub/b.ipynb, line 1, column 1)' in done.stderr
    assert texts(tree / "nbs/a.ipynb") == "a\n" and not errors(tree / "nbs/a.ipynb")
