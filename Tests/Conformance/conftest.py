"""What all conformance tests share: a session each, and the rule that none is skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest
from kernel_session import KernelSession

ROOT = Path(__file__).resolve().parents[2]


def has_runner():
    program = shutil.which("apus")
    if program is None:
        return False
    overview = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    return any(line.split()[:1] == ["run"] for line in overview.splitlines())


WAITING = {}
if not has_runner():
    WAITING["test_run.py"] = "`apus run` is not there yet"

collect_ignore = list(WAITING)


def pytest_report_header():
    return [f"left out: {name}: {reason}" for name, reason in WAITING.items()]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped: {call.excinfo.value if call.excinfo else ''}"
    return report


@pytest.fixture
def session():
    with KernelSession() as kernel:
        yield kernel


@pytest.fixture(scope="module")
def shared_session():
    """One session for all tests of a module: what one breaks the next one sees."""
    with KernelSession() as kernel:
        yield kernel
