"""What a run may take, what cells may fail with, and what happens then."""

import json
import os
import time

import psutil
import pytest
from nbformat.v4 import new_code_cell
from run_support import apus_run, errors, python_notebook, read, said, tagged, texts
from sample_notebook import write

COUNTING = (
    "import os, pathlib\npath = pathlib.Path('count')\n"
    "n = int(path.read_text()) + 1 if path.exists() else 1\npath.write_text(str(n))\nprint('try', n)\n"
)


def test_a_notebook_that_failed_is_begun_anew(tmp_path):
    write(python_notebook("print('one')", COUNTING + "assert n == 3"), tmp_path / "in.ipynb")
    begin = time.monotonic()
    done = apus_run("in.ipynb", "--retries", "3", "--retry-delay", "0.5", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert time.monotonic() - begin > 1.5  # 0.5 and 1
    assert "retry 1 of 3 in 0.50 s" in done.stderr and "retry 2 of 3 in 1 s" in done.stderr
    assert done.stdout.strip().endswith("ok, attempt 3")
    assert texts(tmp_path / "in.ipynb") == "one\ntry 3\n"


def test_a_dead_kernel_is_retried_and_the_last_failure_told(tmp_path):
    notebook = python_notebook("import os; os._exit(9)", apus={"retries": 1, "retry_delay": 0.1})
    write(notebook, tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--report", "json=r.json", folder=tmp_path)
    assert done.returncode == 5
    assert json.loads((tmp_path / "r.json").read_text())["notebooks"][0]["attempts"] == 2


def test_a_cell_is_asked_for_again_in_the_same_kernel(tmp_path):
    cell = new_code_cell(COUNTING + "assert n == 2 and kept == 5", metadata={"apus": {"retries": 2}})
    write(python_notebook("kept = 5", cell, "print('after')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert "cell 2 failed and is run again" in done.stderr
    assert texts(tmp_path / "in.ipynb") == "try 2\nafter\n" and not errors(tmp_path / "in.ipynb")


@pytest.mark.parametrize("metadata, arguments, words", [
    ({}, ["--timeout", "1"], "the cell did not end in 1 s"),
    ({"execution": {"timeout": 1}}, [], "the cell did not end in 1 s"),
    ({"apus": {"timeout": 1}}, ["--timeout", "60"], "the cell did not end in 1 s"),
    ({}, ["--notebook-timeout", "1"], "the notebook did not end in 1 s"),
    ({"apus": {"notebook_timeout": 1}}, [], "the notebook did not end in 1 s"),
    ({}, ["--silence-timeout", "1"], "the cell said nothing for 1 s"),
])
def test_times_that_run_out(metadata, arguments, words, tmp_path):
    write(python_notebook("print('one')", "import time; time.sleep(60)", **metadata),
          tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", *arguments, folder=tmp_path)
    assert done.returncode == 4 and words in done.stderr, said(done)
    assert texts(tmp_path / "in.ipynb") == "one\n"


def test_a_cell_that_speaks_is_not_silent(tmp_path):
    code = "import time\nfor i in range(8):\n    print(i, flush=True); time.sleep(0.5)"
    write(python_notebook(code), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", "--silence-timeout", "2", folder=tmp_path).returncode == 0


def test_a_lost_reply_is_noticed(tmp_path):
    lose = (
        "session = get_ipython().kernel.session\nsend = session.send\n"
        "def lossy(stream, message, *rest, **named):\n"
        "    if message == 'execute_reply':\n"
        "        session.send = send\n"
        "        return None\n"
        "    return send(stream, message, *rest, **named)\n"
        "session.send = lossy"
    )
    write(python_notebook("1", lose, "3"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 5 and "its reply is lost" in done.stderr, said(done)
    assert "cell 2 of 3" in done.stderr
    assert errors(tmp_path / "in.ipynb") == ["ReplyLost"]


def test_a_cell_may_have_more_time_than_the_others(tmp_path):
    slow = new_code_cell("import time; time.sleep(3)", metadata={"apus": {"timeout": 60}})
    write(python_notebook(slow, "2"), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", "--timeout", "2", folder=tmp_path).returncode == 0


def test_memory_is_bounded(tmp_path):
    code = "import time\nblocks = []\nfor i in range(400):\n    blocks.append(b'x' * 10_000_000)\n"
    write(python_notebook("print('one')", code + "    time.sleep(0.01)"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--memory-limit", "400M", "--report", "json=r.json", folder=tmp_path)
    assert done.returncode == 5, said(done)
    assert "of memory and may hold 400 MiB" in done.stderr
    assert errors(tmp_path / "in.ipynb") == ["LimitExceeded"]
    assert json.loads((tmp_path / "r.json").read_text())["notebooks"][0]["peak_memory_bytes"] > 400e6


def test_processor_time_is_bounded(tmp_path):
    write(python_notebook("while True: pass", apus={"cpu_limit": 4}), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 5
    assert "of processor time and may take 4 s" in done.stderr


@pytest.mark.parametrize("raises, words", [
    ("ValueError", None), ({"name": "ValueError", "text": "boom"}, None), (True, None),
    ("KeyError", "was to fail with KeyError and failed with ValueError"),
    ({"text": "bang"}, 'was to fail saying "bang" and said "boom!"'),
])
def test_what_a_cell_must_fail_with(raises, words, tmp_path):
    cell = new_code_cell("raise ValueError('boom!')", metadata={"apus": {"raises": raises}})
    write(python_notebook(cell, "print('after')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == (1 if words else 0), said(done)
    assert words is None or words in done.stderr
    assert texts(tmp_path / "in.ipynb") == ("" if words else "after\n")


def test_a_cell_that_should_have_failed(tmp_path):
    cell = new_code_cell("1", metadata={"apus": {"raises": "ValueError"}})
    write(python_notebook(cell, "print('after')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 1
    assert "was to fail with ValueError and did not fail" in done.stderr


@pytest.mark.parametrize("tag", ["raises-exception", "nbval-raises-exception"])
def test_tags_of_the_peers(tag, tmp_path):
    write(python_notebook(tagged("1/0", tag), tagged("1/0", "nbval-skip"), "# NBVAL_SKIP\n1/0",
                          "# NBVAL_RAISES_EXCEPTION\n1/0", "print('after')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert texts(tmp_path / "in.ipynb") == "after\n"


@pytest.mark.parametrize("arguments, metadata", [
    (["--allow-errors"], {}), ([], {"execution": {"allow_errors": True}})])
def test_errors_may_be_allowed(arguments, metadata, tmp_path):
    write(python_notebook("1/0", "print('after')", **metadata), tmp_path / "in.ipynb")
    assert apus_run("in.ipynb", *arguments, folder=tmp_path).returncode == 0
    assert texts(tmp_path / "in.ipynb") == "after\n"
    assert errors(tmp_path / "in.ipynb") == ["ZeroDivisionError"]


def test_malformed_metadata_is_told_before_anything_runs(tmp_path):
    write(python_notebook(new_code_cell("open('ran', 'w')", metadata={"apus": {"timeout": "x"}})),
          tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 2
    assert '"apus.timeout" is no number of seconds above 0 (in.ipynb, cell 1)' in done.stderr
    assert not (tmp_path / "ran").exists()


def test_nobody_answers_input(tmp_path):
    write(python_notebook("input('name?')"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", folder=tmp_path)
    assert done.returncode == 1
    assert "StdinNotImplementedError" in done.stderr and "cell 1 of 1" in done.stderr


def test_a_dead_kernel_is_named_within_a_second(tmp_path):
    code = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    write(python_notebook("print('one')", code), tmp_path / "in.ipynb")
    import signal
    import subprocess

    process = subprocess.Popen(["apus", "run", "in.ipynb"], cwd=tmp_path, stderr=subprocess.PIPE,
                               text=True)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGSEGV)
        begin = time.monotonic()
        _, stderr = process.communicate(timeout=30)
        assert time.monotonic() - begin < 1.5
    finally:
        process.kill()
    assert process.returncode == 5
    assert "the kernel died: signal 11 (SIGSEGV) (in.ipynb, cell 2 of 2" in stderr


# Secrets


def test_secrets_are_bound_and_shown_nowhere(tmp_path):
    secret = "hunter2-'\"\\-é"
    write(python_notebook(tagged("token = ''", "parameters"),
                          "print('got', token)\nprint(token[:4], end='', flush=True)",
                          "print(token[4:])\nraise ValueError(token)"), tmp_path / "in.ipynb")
    done = apus_run(
        "in.ipynb", "--secret", "token=env:MY_TOKEN", "--report", "junit=r.xml", "--report",
        "html=r.html", "--report", "json=r.json", "--events", "e.ndjson", "--log-output",
        folder=tmp_path, env={**os.environ, "MY_TOKEN": secret})
    assert done.returncode == 1
    assert "got ***" in texts(tmp_path / "in.ipynb")
    everything = said(done) + "".join(
        path.read_text() for path in tmp_path.iterdir() if path.is_file())
    assert secret not in everything and json.dumps(secret)[1:-1] not in everything
    assert len(read(tmp_path / "in.ipynb").cells) == 3


def test_a_secret_from_a_file_for_a_swift_cell(tmp_path):
    (tmp_path / "key").write_text("s3cr3t-value\n")
    notebook = python_notebook('print("length", token.count, token)', kernel="swift")
    notebook.metadata["kernelspec"]["language"] = "swift"
    write(notebook, tmp_path / "in.ipynb")
    cache = tmp_path / "cache"
    done = apus_run("in.ipynb", "--secret", "token=file:key", folder=tmp_path,
                    env={**os.environ, "APUS_CACHE_DIR": str(cache)})
    assert done.returncode == 0, said(done)
    assert texts(tmp_path / "in.ipynb") == "length 12 ***\n"
    kept = [p for p in cache.rglob("*") if p.is_file() and b"s3cr3t-value" in p.read_bytes()]
    assert not kept


@pytest.mark.parametrize("text", ["token", "token=plain", "token=env:NOT_SET_HERE", "1x=env:HOME"])
def test_a_secret_without_a_source(text, tmp_path):
    write(python_notebook("1"), tmp_path / "in.ipynb")
    done = apus_run("in.ipynb", "--secret", text, folder=tmp_path)
    assert done.returncode == 2 and "plain" not in done.stderr


# Ports


def test_kernels_over_ports_never_race(tmp_path, monkeypatch):
    """Kernels that know only TCP, four at a time, with another program taking ports meanwhile."""
    folder = tmp_path / "jupyter/kernels/tcp"
    folder.mkdir(parents=True)
    argv = ["/bin/sh", "-c", "exec python3 -m ipykernel -f \"$0\"", "{connection_file}"]
    (folder / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "TCP", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", f"{tmp_path}/jupyter:{os.environ['JUPYTER_PATH']}")
    (tmp_path / "nbs").mkdir()
    for number in range(8):
        write(python_notebook("print('x')", kernel="tcp"), tmp_path / f"nbs/{number}.ipynb")
    done = apus_run("nbs", "-j", "4", folder=tmp_path)
    assert done.returncode == 0, said(done)
    assert all(texts(p) == "x\n" for p in (tmp_path / "nbs").glob("*.ipynb"))
    assert not [c for c in psutil.Process().children(recursive=True) if "ipykernel" in c.name()]
