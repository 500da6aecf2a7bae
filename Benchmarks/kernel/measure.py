"""Our kernel beside ipykernel, in turns, on the same machine.

Prints a table (median, least, greatest, count) and, last, one line a figure: `ratio NAME VALUE` is
our wall time to the peer's, `cpu-seconds` and `mib` are ours alone; smaller is better. Every
measured cell's result is checked. What each figure counts is said where it is measured.
"""

import argparse
import os
import platform
import tempfile
import time

import growth
import runall
import streams
import trivial
import work
from report import Report

# Figures in the order in which they are printed; those measured together share a function.
FIGURES = {
    "start": lambda report, rounds, _: trivial.start(report, max(rounds, 9)),
    "trivial-cold": trivial.trivial,
    "trivial-cached": trivial.trivial,
    "runall-cold": runall.runall,
    "runall-warm": runall.runall,
    "work-loops": lambda report, rounds, _: work.work(report, rounds, "work-loops"),
    "work-library": lambda report, rounds, _: work.work(report, rounds, "work-library"),
    "stdout": lambda report, rounds, _: streams.stdout(report, rounds),
    "interrupt": lambda report, rounds, _: streams.interrupt(report, rounds),
    "cell-1000": lambda report, _, __: growth.cell_1000(report),
    "idle": growth.memory,
    "after-20-cells": growth.memory,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME,…", help=f"some of {', '.join(FIGURES)}")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement; at least 5")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(FIGURES)
    unknown = [name for name in wanted if name not in FIGURES]
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")

    report = Report()
    report.say(
        f"{time.strftime('%F %T')}, Python {platform.python_version()},"
        f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"
    )
    begin = time.monotonic()
    done = set()
    # Cells of sessions that name no cache of their own are not to fill the user's.
    with tempfile.TemporaryDirectory() as cache:
        os.environ["APUS_CACHE_DIR"] = cache
        for name in FIGURES:
            if name in wanted and FIGURES[name] not in done:
                done.add(FIGURES[name])
                FIGURES[name](report, options.rounds, wanted)
    report.say(f"{time.monotonic() - begin:.0f} s, load {os.getloadavg()[0]:.2f}")
    report.finish()


if __name__ == "__main__":
    main()
