"""The frame beside polars and DuckDB: the same questions over the same tables, in turn.

Every answer is checked: rows and checksums of all must agree. Prints a table of medians (wall and
processor time in ms, and the wall time of our first, cold answer) and, last, the ratios of our time
to the best peer's, and of the most memory that our process held to the most that the best peer's
did: the worse of the ratios over the questions of groups and of joins, each asked of new processes.
Smaller is better.

usage: measure.py PROGRAM [--rows 1e6] [--nulls 0] [--repeat 5] [--data FOLDER] [QUESTION …]
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

GROUPBY = [f"q{i}" for i in range(1, 11)]
JOINS = [f"j{i}" for i in range(1, 6)]
RATIOS = {
    "groupby-join": GROUPBY + JOINS,
    "sort-filter": ["s1", "s2", "s3", "f1", "f2", "f3"],
    "window-distinct": ["u1", "w1"],
    "csv-read": ["csv_read"],
    "parquet-read": ["parquet_read"],
}


def data(options):
    folder = options.data
    for flag in ([], ["--join"]) if options.nulls == 0 else ([],):
        name = "J1_{}_NA_0_0" if flag else "G1_{}_1e2_" + f"{options.nulls}_0"
        if not (folder / f"{name.format(options.rows)}.csv").exists():
            command = [sys.executable, HERE / "make_data.py", folder, options.rows]
            subprocess.run([*command, str(options.nulls), *flag], check=True)
    return folder


def agrees(left, right):
    return left["rows"] == right["rows"] and all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
        for a, b in zip(left["checksum"], right["checksum"], strict=True)
    )


def measure(programs, question, repeat):
    """The answers of each program that knows the question; the first is a warm-up."""
    answers = {name: [] for name in programs}
    for _ in range(repeat + 1):
        for name, program in programs.items():
            answer = program.ask(question)
            if "error" not in answer:
                answers[name].append(answer)
    answers = {name: found for name, found in answers.items() if found}
    ours = answers["ours"][0]
    for name, found in answers.items():
        if not all(agrees(ours, answer) for answer in found):
            sys.exit(f"{question}: {name} has {found[0]}, ours {ours}")
    return answers


def started(family, folder, options):
    """The programs that know the questions of a family, ours first."""
    place = [str(folder), options.rows, str(options.nulls), family]
    commands = {"ours": [options.program, *place]}
    for peer in ("polars", "duckdb", "duckdb-enum"):
        # Enums make no difference to the joins.
        if family == "groups" or peer != "duckdb-enum":
            commands[peer] = [sys.executable, str(HERE / "peers.py"), peer, *place]
    return {name: AskedProgram(command) for name, command in commands.items()}


def ask(programs, questions, repeat, ratios):
    """Prints a line for each question and notes its ratio; the most memory each program held."""
    peaks = {}
    print(f"{'':10}" + "".join(f"{name:>17}" for name in programs) + "   our first    ratio   load")
    for question in questions:
        answers = measure(programs, question, repeat)
        first = answers["ours"][0]["wall"]
        for name, found in answers.items():
            peaks[name] = max(answer["maxrss"] for answer in found)
        answers = {name: found[1:] for name, found in answers.items()}
        wall = {n: statistics.median(a["wall"] for a in found) for n, found in answers.items()}
        cpu = {n: statistics.median(a["cpu"] for a in found) for n, found in answers.items()}
        ratios[question] = wall["ours"] / min(v for n, v in wall.items() if n != "ours")
        cells = [
            f"{wall[n] * 1e3:.1f}/{cpu[n] * 1e3:.1f}" if n in wall else "–" for n in programs
        ]
        print(
            f"{question:10}" + "".join(f"{cell:>17}" for cell in cells)
            + f"{first * 1e3:12.1f}{ratios[question]:9.2f}{os.getloadavg()[0]:7.1f}",
            flush=True,
        )
    return peaks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--rows", default="1e6")
    parser.add_argument("--nulls", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "data")
    options = parser.parse_intermixed_args()
    folder = data(options)
    wanted = [q for group in RATIOS.values() for q in group]
    if options.questions:
        wanted = [q for q in wanted if q in options.questions]
    families = {
        "groups": [q for q in wanted if q not in JOINS],
        "joins": [q for q in wanted if q in JOINS and not options.nulls],
    }
    ratios, peaks = {}, {}
    print(f"rows {options.rows}, nulls {options.nulls} %; ms wall/cpu, median of {options.repeat}")
    for family, questions in families.items():
        if questions:
            programs = started(family, folder, options)
            peaks[family] = ask(programs, questions, options.repeat, ratios)
            for program in programs.values():
                program.end()
    suffix = "-nulls" if options.nulls else ""
    for name, group in RATIOS.items():
        found = [ratios[q] for q in group if q in ratios]
        if found:
            print(f"ratio {name}{suffix} {statistics.geometric_mean(found):.3f}")
    memory = []
    for family, found in peaks.items():
        listed = ", ".join(f"{name} {kib >> 10}" for name, kib in found.items())
        memory.append(found["ours"] / min(kib for name, kib in found.items() if name != "ours"))
        print(f"peak MiB of {family}: {listed}; ratio {memory[-1]:.3f}")
    print(f"ratio peak-memory{suffix} {max(memory):.3f}")


if __name__ == "__main__":
    main()
