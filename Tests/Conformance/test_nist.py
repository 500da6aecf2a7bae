"""The digits of NIST's certified values, by the same script that `make nist` runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT / "Tests/Fixtures/nist"


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    tool = ROOT / os.environ.get("APUS_BUILD", ".build/release") / "nist-tool"
    results = tmp_path_factory.mktemp("nist") / "results.tsv"
    run = subprocess.run([tool, SETS], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    results.write_text(run.stdout)
    table = subprocess.run(
        [sys.executable, ROOT / "Benchmarks/nist/digits.py", results, SETS, "--alone"],
        capture_output=True, text=True, check=True,
    ).stdout
    print(table)
    return {name: float(value) for name, value in re.findall(r"^digits (\S+) (\S+)$", table, re.M)} | {
        "nonlinear sets": int(re.search(r"both starts: (\d+) of 27", table).group(1))
    }


@pytest.mark.parametrize(
    "name, least",
    [("linear-min", 13), ("nonlinear-min", 10), ("nonlinear-errors-min", 10), ("nonlinear sets", 27)],
)
def test_certified_digits_are_reached(figures, name, least):
    assert figures[name] >= least


@pytest.mark.parametrize("name", ["anova-short-of-bound", "univariate-short-of-bound"])
def test_no_more_is_lost_than_the_rounding_of_the_data(figures, name):
    assert figures[name] <= 0.05
