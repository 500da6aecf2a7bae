"""What all conformance tests share: a session each, and the rule that none is skipped."""

import pytest
from kernel_session import KernelSession


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
