"""Every sample chart against Vega-Lite: its specification valid by the schema of 5.6, and our scene
the same as the one that the reference renderer makes of it."""

import importlib.metadata
import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
import vl_convert
from plot_scenes import Comparison

ROOT = Path(__file__).resolve().parents[2]


def tool():
    build = ROOT / os.environ.get("APUS_BUILD", ".build/release")
    return os.environ.get("APUS_PLOT_TOOL", str(build / "plot-tool"))


def run(*arguments):
    return subprocess.run(
        [tool(), *arguments], check=True, capture_output=True, text=True, timeout=120
    ).stdout


@pytest.fixture(scope="module")
def charts():
    return {chart["name"]: chart for chart in map(json.loads, run().splitlines())}


@pytest.fixture(scope="module")
def validator():
    """The schema of Vega-Lite 5.6 as altair 5.0.0rc1 carries it."""
    names = [
        name
        for name in importlib.metadata.files("altair")
        if str(name).endswith("v5/schema/vega-lite-schema.json")
    ]
    schema = json.loads(names[0].read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema)


def test_there_are_charts_of_every_mark(charts):
    kinds = {
        layer["kind"]
        for chart in charts.values()
        for plot in chart["scene"]["plots"]
        for layer in plot["marks"]
    }
    assert kinds == {"point", "line", "bar", "area", "rule", "rect", "text", "arc", "tick"}
    assert len(charts) >= 50


def test_specifications_are_valid(charts, validator):
    faults = []
    for name, chart in charts.items():
        error = jsonschema.exceptions.best_match(validator.iter_errors(chart["vegaLite"]))
        if error is not None:
            faults.append(f"{name}: {error.json_path}: {error.message[:300]}")
    assert not faults, "\n".join(faults)


def test_a_wrong_specification_is_found(charts, validator):
    wrong = dict(charts["points"]["vegaLite"], mark={"type": "pont"})
    assert not validator.is_valid(wrong)


def test_scenes_are_those_of_the_reference(charts):
    faults = []
    compared = 0
    for name, chart in charts.items():
        theirs = vl_convert.vegalite_to_scenegraph(
            json.dumps(chart["vegaLite"]), vl_version="5.8"
        )
        comparison = Comparison(name)
        comparison.scenes(chart["scene"], theirs)
        faults += comparison.faults[:4]
        compared += comparison.compared
    assert not faults, "\n".join(faults)
    assert compared > 10_000


def test_a_moved_mark_is_found(charts):
    chart = json.loads(json.dumps(charts["points"]))
    theirs = vl_convert.vegalite_to_scenegraph(json.dumps(chart["vegaLite"]), vl_version="5.8")
    chart["scene"]["plots"][0]["marks"][0]["items"][7]["x"] += 1.5
    comparison = Comparison("points")
    comparison.scenes(chart["scene"], theirs)
    assert len(comparison.faults) == 1


def test_two_runs_make_the_same_bytes(charts):
    again = {chart["name"]: chart for chart in map(json.loads, run().splitlines())}
    assert again == charts
    assert run() == run()
