"""A thousand notebooks of five cells in one batch, two at a time, one in fifty of them failing: the
runner's memory stays flat, nothing is left running, and exactly those that fail are told.

    run_many.py [COUNT] [KERNEL]
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from run_support import python_notebook, wait_for
from sample_notebook import swift_notebook, write

CELLS = {
    "swift": (["let a = 1", "let b = a + 1", "print(b)", "b * 2", 'print("end")'], 'fatalError("bad")'),
    "python3": (["a = 1", "b = a + 1", "print(b)", "b * 2", "print('end')"], "1/0"),
}


def measure(count=1000, kernel="swift"):
    cells, bad = CELLS[kernel]
    make = swift_notebook if kernel == "swift" else lambda codes: python_notebook(*codes)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nbs").mkdir()
        failing = set()
        for number in range(count):
            codes = list(cells)
            if number % 50 == 17:
                codes[3] = bad
                failing.add(f"nbs/{number:04}.ipynb")
            write(make(codes), folder / f"nbs/{number:04}.ipynb")
        sockets = len(os.listdir("/tmp"))
        process = subprocess.Popen(
            ["apus", "run", "nbs", "-j", "2", "--no-cache", "-q", "--report", "json=r.json",
             "--report", "junit=r.xml"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        samples, children = [], set()

        def watch():
            runner = psutil.Process(process.pid)
            while process.poll() is None:
                try:
                    samples.append((time.monotonic(), runner.memory_info().rss,
                                    runner.num_fds(), runner.num_threads()))
                    children.update(runner.children(recursive=True))
                except psutil.NoSuchProcess:
                    return
                time.sleep(0.25)

        watcher = threading.Thread(target=watch)
        watcher.start()
        begin = time.monotonic()
        code = process.wait()
        seconds = time.monotonic() - begin
        watcher.join()
        report = json.loads((folder / "r.json").read_text())
        told = {n["notebook"] for n in report["notebooks"] if n["outcome"] == "cellFailed"}
        assert code == 1 and told == failing, (code, told ^ failing)
        assert report["counts"]["total"] == count
        wait_for(lambda: not [c for c in children if c.is_running()], timeout=20)
        # The first tenth warms up: libraries, caches of the allocator.
        steady = samples[len(samples) // 10:]
        half = len(steady) // 2
        middle, end = (max(s[1] for s in part) for part in (steady[:half], steady[half:]))
        descriptors = max(s[2] for s in steady)
        print(f"{count} notebooks in {seconds:.0f} s; memory {middle / 2**20:.1f} MiB, then "
              f"{end / 2**20:.1f}; descriptors {descriptors}; threads {max(s[3] for s in steady)}; "
              f"failures {len(told)} of {len(failing)}; processes seen {len(children)}, left 0; "
              f"entries in /tmp {len(os.listdir('/tmp')) - sockets:+}")
        return middle, end, descriptors


if __name__ == "__main__":
    arguments = sys.argv[1:]
    measure(int(arguments[0]) if arguments else 1000, *arguments[1:2])
