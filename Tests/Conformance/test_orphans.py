"""No process outlives a kernel or its client."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from kernel_session import KERNEL, KernelSession


def start(session, code):
    session.run("import Glibc")
    request = session.send(f'print("running"); fflush(stdout)\n{code}')
    session.wait_for_text(request, "running")


@pytest.mark.parametrize("code", ["while true {}", "sleep(600)"])
def test_kill_of_the_kernel_leaves_nothing(code):
    session = KernelSession()
    try:
        start(session, code)
        processes = [session.process, *session.descendants()]
        assert len(processes) > 1
        os.kill(session.process.pid, signal.SIGKILL)
        assert session.wait_until_gone(processes) == []
    finally:
        session.close()


CLIENT = """
import sys, time
from kernel_session import KernelSession
session = KernelSession()
print(session.process.pid, flush=True)
time.sleep(600)
"""


def test_kill_of_the_client_leaves_nothing():
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT], stdout=subprocess.PIPE, text=True,
        cwd=os.path.dirname(__file__),
    )
    kernel = psutil.Process(int(client.stdout.readline()))
    processes = [kernel, *kernel.children(recursive=True)]
    client.kill()
    client.wait()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def test_shutdown_ends_everything(session):
    start(session, "while true {}")
    processes = [session.process, *session.descendants()]
    begin = time.monotonic()
    session.client.shutdown()
    assert session.wait_until_gone(processes) == []
    assert time.monotonic() - begin < 5
