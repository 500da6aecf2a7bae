"""Statistics beside scipy, statsmodels and scikit-learn: the same questions over the same data, in
turn, two threads each.

How good each fit is stands beside its time, and is checked: ours must not be worse than the peer's
by more than the margin of the question. Prints a table of medians and, last, `ratio stats`: the
geometric mean of our times over the peers'. Smaller is better.

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

# Both programs see two processors, and libraries that count threads on their own are told.
os.environ |= {name: "2" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

from asked_program import AskedProgram  # noqa: E402


def same(tolerance):
    """Every number agrees."""
    return lambda ours, peer: len(ours) == len(peer) and all(
        math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
        for a, b in zip(ours, peer, strict=True)
    )


def not_above(margin):
    return lambda ours, peer: ours[0] <= peer[0] * (1 + margin)


def not_below(margin):
    return lambda ours, peer: ours[0] >= peer[0] - margin


def interval(ours, peer):
    """Intervals of a few hundred resamples: each bound within a third of the width."""
    width = peer[1] - peer[0]
    return all(abs(a - b) < width / 3 for a, b in zip(ours, peer, strict=True))


# Name: what the first number of the quality is, and when ours is good enough.
QUESTIONS = {
    "describe": ("mean of x00", same(1e-9)),
    "correlations": ("r of x00, x01", same(1e-9)),
    "ols": ("R²", same(1e-8)),
    "glm": ("log-likelihood", same(1e-6)),
    "bootstrap": ("lower bound", interval),
    "k-means": ("inertia", not_above(1e-3)),
    "forest": ("held-out AUC", not_below(0.002)),
    "boosting": ("held-out RMSE", not_above(0.003)),
    "boosting-classes": ("held-out AUC", not_below(0.001)),
}


def measure(programs, question, repeat):
    """The answers of both programs, without the first of each, a warm-up; `None` when ours does not
    know the question."""
    what, is_good = QUESTIONS[question]
    answers = {name: [] for name in programs}
    for _ in range(repeat + 1):
        for name, program in programs.items():
            answer = program.ask(question)
            if answer.get("error") == "no question":
                return None
            if "error" in answer:
                sys.exit(f"{question}: {name} says {answer['error']}")
            answers[name].append(answer)
    for ours, peer in zip(answers["ours"], answers["peer"], strict=True):
        if not is_good(ours["quality"], peer["quality"]):
            sys.exit(f"{question}: our fit {ours['quality']} is worse than {peer['quality']}")
    return what, {name: found[1:] for name, found in answers.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--rows", default="1e6")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "data")
    options = parser.parse_intermixed_args()
    folder = options.data / options.rows
    if not (folder / "done").exists():
        subprocess.run([sys.executable, HERE / "make_data.py", folder, options.rows], check=True)
    programs = {
        "ours": AskedProgram([options.program, str(folder)]),
        "peer": AskedProgram([sys.executable, str(HERE / "peers.py"), str(folder)]),
    }
    wanted = [name for name in QUESTIONS if not options.questions or name in options.questions]
    print(f"rows {options.rows}, 2 threads; ms wall/cpu, median of {options.repeat}")
    print(f"{'':17}{'ours':>16}{'peer':>16}{'ratio':>8}   quality: ours, peer")
    ratios = []
    for question in wanted:
        measured = measure(programs, question, options.repeat)
        if measured is None:
            print(f"{question:17}  left out: our program does not know it")
            continue
        what, answers = measured
        wall = {n: statistics.median(a["wall"] for a in found) for n, found in answers.items()}
        cpu = {n: statistics.median(a["cpu"] for a in found) for n, found in answers.items()}
        ratios.append(wall["ours"] / wall["peer"])
        cells = [f"{wall[n] * 1e3:.0f}/{cpu[n] * 1e3:.0f}" for n in programs]
        first = [answers[n][0]["quality"][0] for n in programs]
        print(
            f"{question:17}" + "".join(f"{cell:>16}" for cell in cells)
            + f"{ratios[-1]:8.2f}   {what} {first[0]:.6g}, {first[1]:.6g}",
            flush=True,
        )
    for program in programs.values():
        program.end()
    print(f"ratio stats {statistics.geometric_mean(ratios):.3f}")


if __name__ == "__main__":
    main()
