"""A million rows to a finished SVG, ours beside altair's with its vegafusion transformer, in turn.

Both hold the table in memory and are asked for one picture after the other, ours and altair's
alternating; every answer is checked (rows that the picture stands for, or the mean of its means).
Prints medians of the wall time in ms, the bytes of the notebook cell's output for both and, last,
the geometric mean of the ratios of our time to altair's. Smaller is better.

usage: measure.py PROGRAM [--rows 1e6] [--repeat 5] [--data FOLDER] [QUESTION …]
"""

import argparse
import math
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))

from asked_program import AskedProgram  # noqa: E402

QUESTIONS = ["histogram", "density", "line", "lines", "bars", "stacks", "box"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--rows", default="1e6")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "data")
    options = parser.parse_intermixed_args()
    table = options.data / f"rows_{options.rows}.parquet"
    if not table.exists():
        subprocess.run([sys.executable, HERE / "make_data.py", table, options.rows], check=True)
    place = [str(table), str(options.data)]
    programs = {
        "ours": AskedProgram([options.program, *place]),
        "altair": AskedProgram([sys.executable, str(HERE / "peer.py"), *place]),
    }
    print(f"{options.rows} rows to SVG, median of {options.repeat} after a warm-up")
    print(f"{'':10}{'ours ms':>10}{'first':>9}{'altair ms':>11}{'first':>9}{'ratio':>8}"
          f"{'ours bytes':>12}{'altair bytes':>14}{'load':>7}")
    ratios = []
    for question in QUESTIONS:
        if options.questions and question not in options.questions:
            continue
        answers = {name: [] for name in programs}
        for _ in range(options.repeat + 1):
            for name, program in programs.items():
                answers[name].append(program.ask(question))
        wanted = answers["altair"][0]["check"]
        for answer in answers["ours"] + answers["altair"]:
            found = answer["check"]
            if len(found) != len(wanted) or not all(
                math.isclose(a, b, rel_tol=1e-9) for a, b in zip(found, wanted, strict=True)
            ):
                sys.exit(f"{question}: {found} beside {wanted}")
        first = {name: found[0]["wall"] * 1e3 for name, found in answers.items()}
        wall = {
            name: statistics.median(a["wall"] for a in found[1:]) * 1e3
            for name, found in answers.items()
        }
        size = {name: found[0]["bytes"] for name, found in answers.items()}
        ratios.append(wall["ours"] / wall["altair"])
        print(
            f"{question:10}{wall['ours']:10.1f}{first['ours']:9.1f}{wall['altair']:11.1f}"
            f"{first['altair']:9.1f}{ratios[-1]:8.3f}{size['ours']:12,}{size['altair']:14,}"
            f"{os.getloadavg()[0]:7.1f}",
            flush=True,
        )
    for program in programs.values():
        program.end()
    print(f"ratio plot {math.exp(statistics.mean(map(math.log, ratios))):.3f}")


if __name__ == "__main__":
    main()
