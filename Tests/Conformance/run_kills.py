"""Kills the runner or its kernel, or fills the disk, at random moments: every notebook on disk is
whole and valid all the time, and a run afterwards ends with the same result.

    run_kills.py [MOMENTS]        the small full disk needs the right to mount a tmpfs
"""

import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from run_support import python_notebook
from sample_notebook import write

CELLS = ["import time\nprint('a' * 3000)", "time.sleep(0.2); print('b' * 3000)",
         "for i in range(200): print(i, 'c' * 20)", "time.sleep(0.2)\n'd' * 2000"]


def start(folder):
    return subprocess.Popen(["apus", "run", "-q", "in.ipynb", "out.ipynb"], cwd=folder,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check_whole(folder):
    """The notebooks that are there are whole; nothing is said of those that are not."""
    for path in folder.glob("*.ipynb"):
        nbformat.validate(nbformat.reads(path.read_text(), as_version=4))


def outputs(path):
    return [cell.get("outputs") for cell in json.loads(path.read_text())["cells"]]


def wait_for_orphans(children):
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive, alive


def kill_runner(folder, chance, span):
    process = start(folder)
    time.sleep(chance.uniform(0.05, span))
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    process.send_signal(signal.SIGKILL)
    process.wait()
    check_whole(folder)
    wait_for_orphans(children)
    return process.returncode


def kill_kernel(folder, chance, span):
    process = start(folder)
    time.sleep(chance.uniform(0.05, span))
    try:
        children = psutil.Process(process.pid).children()
    except psutil.NoSuchProcess:
        children = []
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass
    code = process.wait(timeout=60)
    check_whole(folder)
    assert code in ({0, 3, 5} if children else {0}), code
    return code


def fill_disk(folder, chance, span):
    """The output's disk is full from a random moment on."""
    process = start(folder)
    time.sleep(chance.uniform(0.05, span))
    fill = folder / "fill"
    try:
        with open(fill, "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
    except OSError:
        pass
    code = process.wait(timeout=60)
    check_whole(folder)
    assert not [p for p in folder.iterdir() if p.name.endswith(".draft")]
    assert code in (0, 2), code
    fill.unlink()
    return code


def main(moments=100, seed=6):
    chance = random.Random(seed)
    codes = {}
    with tempfile.TemporaryDirectory() as name:
        folder, disk = Path(name) / "plain", Path(name) / "disk"
        folder.mkdir(), disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True
        ).returncode == 0
        try:
            write(python_notebook(*CELLS), folder / "in.ipynb")
            begin = time.monotonic()
            assert start(folder).wait() == 0
            span = (time.monotonic() - begin) * 1.1
            expected = outputs(folder / "out.ipynb")
            shutil.copy(folder / "in.ipynb", disk)
            ways = [(kill_runner, folder), (kill_kernel, folder)]
            if mounted:
                ways.append((fill_disk, disk))
            for number in range(moments):
                way, place = ways[number % len(ways)]
                if chance.random() < 0.5:
                    (place / "out.ipynb").unlink(missing_ok=True)
                code = way(place, chance, span)
                codes.setdefault(way.__name__, []).append(code)
                if number % 10 < 3:
                    assert start(place).wait() == 0
                    assert outputs(place / "out.ipynb") == expected
            assert start(folder).wait() == 0 and outputs(folder / "out.ipynb") == expected
        finally:
            if mounted:
                subprocess.run(["umount", disk], check=True)
    for way, seen in codes.items():
        print(way, len(seen), "moments, exit codes", {c: seen.count(c) for c in sorted(set(seen))})
    return codes


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
