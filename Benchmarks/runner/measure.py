"""`apus run` beside papermill and nbclient: the same trivial cells, each in its own kernel.

Ours and theirs take turns, so that what else the machine does meets both. The lines at the end are
ratios of medians; smaller is better.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))

import notebooks
from processes import Run
from report import Report

PAPERMILL = ["papermill", "--no-progress-bar", "--log-level", "ERROR"]
BATCH = 20


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.cache = folder / "cache"
        self.swift = notebooks.write(folder / "swift100.ipynb", "swift", 100)
        self.python = notebooks.write(folder / "python100.ipynb", "python", 100)
        for number in range(BATCH):
            notebooks.write(folder / f"swift-batch/{number:02}.ipynb", "swift", 10)
            notebooks.write(folder / f"python-batch/{number:02}.ipynb", "python", 10)

    def apus(self, *arguments, cache=None):
        environment = {**os.environ, "APUS_CACHE_DIR": str(cache or self.cache)}
        return Run(["apus", "run", "-q", "--no-cache", *map(str, arguments)], env=environment,
                   cwd=self.folder)

    def ours_one(self, source, cache=None):
        run = self.apus(source, "-o", "ours.ipynb", cache=cache)
        notebooks.check(self.folder / "ours.ipynb", 100)
        return run

    def papermill_one(self):
        run = Run([*PAPERMILL, str(self.python), "theirs.ipynb"], cwd=self.folder)
        notebooks.check(self.folder / "theirs.ipynb", 100)
        return run

    def nbclient_one(self):
        run = Run(["jupyter", "execute", str(self.python), "--output=nbclient"], cwd=self.folder)
        notebooks.check(self.folder / "nbclient.ipynb", 100)
        return run

    def ours_batch(self):
        run = self.apus("swift-batch", "-o", "ours-batch", "--jobs", "2")
        for path in sorted((self.folder / "ours-batch").glob("*.ipynb")):
            notebooks.check(path, 10)
        return run

    def papermill_batch(self):
        (self.folder / "theirs-batch").mkdir(exist_ok=True)
        names = "\n".join(f"{number:02}.ipynb" for number in range(BATCH))
        command = " ".join(PAPERMILL)
        script = f"printf '%s\\n' '{names}' | xargs -P 2 -I@ {command} python-batch/@ theirs-batch/@"
        run = Run(["bash", "-c", script], cwd=self.folder)
        for path in sorted((self.folder / "theirs-batch").glob("*.ipynb")):
            notebooks.check(path, 10)
        return run


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run")
    parser.add_argument("--batch-rounds", type=int, default=5)
    options = parser.parse_args()
    report = Report()
    warm, cold, drive, papermill, nbclient = [], [], [], [], []
    memory, papermill_memory, batch, papermill_batch = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        bench.ours_one(bench.swift)  # fills the compile cache, which is warm from here on
        for number in range(options.rounds):
            theirs = bench.papermill_one()
            papermill.append(theirs.seconds)
            papermill_memory.append(theirs.peak)
            warm.append(bench.ours_one(bench.swift).seconds)
            ours = bench.ours_one(bench.python)
            drive.append(ours.seconds)
            memory.append(ours.peak)
            nbclient.append(bench.nbclient_one().seconds)
            cold.append(bench.ours_one(bench.swift, cache=bench.folder / f"cold{number}").seconds)
        bench.ours_batch()
        for _ in range(options.batch_rounds):
            papermill_batch.append(bench.papermill_batch().seconds)
            batch.append(bench.ours_batch().seconds)
    report.row("100 cells: papermill, python3", papermill)
    report.row("100 cells: nbclient, python3", nbclient)
    report.row("100 cells: apus run, python3", drive)
    report.row("100 cells: apus run, swift, compiled before", warm)
    report.row("100 cells: apus run, swift, never seen", cold)
    report.row("20 × 10 cells, 2 jobs: papermill, python3", papermill_batch)
    report.row("20 × 10 cells, 2 jobs: apus run, swift", batch)
    report.row("own memory: papermill", [v / 2**20 for v in papermill_memory], unit="MiB")
    report.row("own memory: apus run", [v / 2**20 for v in memory], unit="MiB")
    report.ratio("one-100-warm", warm, papermill)
    report.ratio("one-100-cold", cold, papermill)
    report.ratio("batch-20", batch, papermill_batch)
    report.ratio("drive-python", drive, papermill)
    report.ratio("drive-python-nbclient", drive, nbclient)
    report.ratio("memory", memory, papermill_memory)
    report.finish()


if __name__ == "__main__":
    main()
