"""The 22 queries of TPC-H beside polars and DuckDB: the same tables, in memory, in turn.

Every answer must equal DuckDB's, row by row in order; where an order leaves rows equal they may
stand in any. Prints medians (wall and processor time in ms, and the wall time of our first, cold
answer) and, last, the ratio of our wall time to the best peer's; smaller is better.

usage: measure.py PROGRAM [--scale 1] [--repeat 5] [--data FOLDER] [QUERY …]
"""

import argparse
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))

from asked_program import AskedProgram  # noqa: E402

QUERIES = [f"q{number}" for number in range(1, 23)]


def tables(options):
    folder = options.data / f"scale-{options.scale}"
    if not (folder / "supplier.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        program = pathlib.Path(sys.executable).parent / "tpchgen-cli"
        command = program if program.exists() else shutil.which("tpchgen-cli")
        subprocess.run(
            [command, "parquet", "-s", options.scale, f"--output-dir={folder}"], check=True
        )
    return folder


def same(left, right):
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


def difference(ours, wanted):
    """What differs between two answers, or nothing. Rows of equal sort keys may be exchanged."""
    if len(ours) != len(wanted):
        return f"{len(ours)} rows instead of {len(wanted)}"
    for place, (left, right) in enumerate(zip(ours, wanted)):
        if len(left) != len(right) or not all(same(a, b) for a, b in zip(left, right)):
            return f"row {place}: {left} instead of {right}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("queries", nargs="*")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "data")
    options = parser.parse_intermixed_args()
    folder = str(tables(options))
    programs = {"ours": AskedProgram([options.program, folder])}
    for peer in ("polars", "duckdb"):
        programs[peer] = AskedProgram([sys.executable, str(HERE / "peer.py"), peer, folder])
    ratios, wrong = {}, []
    print(f"TPC-H, scale {options.scale}; ms wall/cpu, median of {options.repeat}")
    print(f"{'':5}" + "".join(f"{name:>17}" for name in programs) + "   our first    ratio   load")
    for query in options.queries or QUERIES:
        answers = {name: [] for name in programs}
        for _ in range(options.repeat + 1):
            for name, program in programs.items():
                answers[name].append(program.ask(query))
        wanted = answers["duckdb"][0]["rows"]
        for name in ("ours", "polars"):
            for answer in answers[name]:
                found = difference(answer["rows"], wanted)
                if found:
                    wrong.append(f"{query}: {name} has {found}")
                    break
        first = answers["ours"][0]["wall"]
        answers = {name: found[1:] for name, found in answers.items()}
        wall = {n: statistics.median(a["wall"] for a in found) for n, found in answers.items()}
        cpu = {n: statistics.median(a["cpu"] for a in found) for n, found in answers.items()}
        ratios[query] = wall["ours"] / min(wall["polars"], wall["duckdb"])
        cells = [f"{wall[n] * 1e3:.1f}/{cpu[n] * 1e3:.1f}" for n in programs]
        print(
            f"{query:5}" + "".join(f"{cell:>17}" for cell in cells)
            + f"{first * 1e3:12.1f}{ratios[query]:9.2f}{os.getloadavg()[0]:7.1f}",
            flush=True,
        )
    for program in programs.values():
        program.end()
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(f"{len(wrong)} answers are not DuckDB's")
    print(f"answers: all of {len(ratios)} equal DuckDB's")
    print(f"ratio tpch {statistics.geometric_mean(ratios.values()):.3f}")


if __name__ == "__main__":
    main()
