"""A notebook in JupyterLab, in a real browser: Run All, and what is then in the page."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sample_notebook import swift_notebook, write
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
QUICKSTART = NOTEBOOKS / "quickstart.ipynb"
WIDGET = "window.jupyterapp.shell.currentWidget"
CODE = f"{WIDGET}.content.widgets.filter(c => c.model.type == 'code')"


def wait(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise TimeoutError(what)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def lab(tmp_path):
    folder = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, folder)
    if not QUICKSTART.exists():
        write(swift_notebook(), folder / "quickstart.ipynb")
    # All cells are drawn, also those that are out of sight.
    tracker = tmp_path / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}')
    port = free_port()
    environment = dict(
        os.environ, JUPYTER_CONFIG_DIR=f"{tmp_path}/config",
        JUPYTERLAB_SETTINGS_DIR=f"{tmp_path}/settings",
        JUPYTERLAB_WORKSPACES_DIR=f"{tmp_path}/workspaces",
    )
    with open(tmp_path / "lab.log", "w") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter", "lab", "--allow-root", "--no-browser",
                "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=t",
                "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                f"--notebook-dir={folder}",
            ],
            stdout=log, stderr=log, env=environment, cwd=folder,
        )
    address = f"http://127.0.0.1:{port}"

    def answers():
        try:
            return urllib.request.urlopen(f"{address}/api?token=t").status == 200
        except OSError:
            return False

    try:
        wait(answers, 60, (tmp_path / "lab.log").read_text())
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def browser():
    options = webdriver.ChromeOptions()
    for argument in [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,6000",
        "--disable-dev-shm-usage",
    ]:
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(240)
    yield driver
    driver.quit()


def run_all(lab, browser, name):
    """Opens a notebook and runs it to its end, without errors; what asks the page of something."""

    def ask(text):
        return browser.execute_script(f"return {text}")

    browser.get(f"{lab}/lab/tree/{name}?token=t")
    wait(
        lambda: ask(f"!!(window.jupyterapp && {WIDGET}?.context?.isReady)"), 90,
        "the notebook does not open",
    )
    status = f"{WIDGET}.sessionContext.session?.kernel?.status"
    wait(lambda: ask(status) == "idle", 60, "the kernel does not start")
    done = browser.execute_async_script(
        "const back = arguments[arguments.length - 1];"
        "window.jupyterapp.commands.execute('notebook:run-all-cells')"
        ".then(() => back('done'), e => back(String(e)))"
    )
    assert done == "done"
    wait(
        lambda: ask(status) == "idle"
        and ask(f"{CODE}.every(c => !c.model.sharedModel.source.trim() || c.model.executionCount)"),
        240, "the cells do not end",
    )
    assert ask(
        f"{CODE}.flatMap(c => c.model.sharedModel.outputs)"
        ".filter(o => o.output_type == 'error').map(o => o.evalue)"
    ) == []
    return ask


def test_run_all_shows_a_table_and_a_chart(lab, browser):
    ask = run_all(lab, browser, "quickstart.ipynb")

    def in_page(selector):
        return ask(f"document.querySelectorAll('.jp-OutputArea-output {selector}').length")

    wait(lambda: in_page("table td") > 0, 20, "no table in the page")
    # A chart is drawn by Vega (svg or canvas) or is a static SVG, which JupyterLab shows as img.
    charts = "canvas, .jp-OutputArea-output svg, .jp-OutputArea-output img[src^=\"data:image/svg\"]"
    wait(lambda: in_page(charts) > 0, 20, "no chart in the page")


# The cells whose output has a chart, and of each: its name, and the size in which Vega drew it.
DRAWN = f"""{CODE}.filter(c => c.model.sharedModel.outputs.some(
    o => o.data && 'application/vnd.vegalite.v5+json' in o.data)).map(c => {{
    const marks = c.node.querySelector('.jp-OutputArea-output .vega-embed canvas, '
        + '.jp-OutputArea-output .vega-embed svg.marks');
    const box = marks && marks.getBoundingClientRect();
    return [c.model.id, box ? box.width : 0, box ? box.height : 0];
}})"""


def test_every_chart_of_the_gallery_is_drawn_by_vega(lab, browser):
    ask = run_all(lab, browser, "gallery.ipynb")
    wait(
        lambda: all(width > 50 and height > 50 for _, width, height in ask(DRAWN)), 60,
        "some charts are not drawn",
    )
    drawn = ask(DRAWN)
    source = json.loads((NOTEBOOKS / "gallery.ipynb").read_text())
    code = [cell["id"] for cell in source["cells"] if cell["cell_type"] == "code"]
    # The first cell shows a table, the last one prints a sketch.
    assert [name for name, _, _ in drawn] == code[1:-1]
    log = browser.get_log("browser")
    severe = [entry for entry in log if entry["level"] == "SEVERE"]
    # A browser asks each server for an icon of its tab.
    assert [e["message"] for e in severe if "favicon" not in e["message"]] == []
    warnings = [
        entry["message"] for entry in log
        if entry["level"] == "WARNING" and "vega" in entry["message"].lower()
        # JupyterLab warns of its own extension where a machine is slow.
        and "to activate" not in entry["message"]
    ]
    assert warnings == []
