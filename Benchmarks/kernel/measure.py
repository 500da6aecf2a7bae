"""Start and the trivial cell of our kernel beside ipykernel, in turns, and beside one bare run of
the compiler on the same text.

Prints a table (median, least and greatest in milliseconds) and, last, lines `ratio NAME VALUE`.
Every measured cell is checked; an unchecked number does not count.
"""

import argparse
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psutil
from jupyter_client.manager import KernelManager

CELLS = {"swift": "let x{i} = {i}", "python3": "x{i} = {i}"}
CHECKS = {"swift": "x{i}", "python3": "x{i}"}


class Kernel:
    """A kernel and the time from its start to its kernel_info_reply."""

    def __init__(self, name):
        self.name = name
        self.manager = KernelManager(kernel_name=name)
        start = time.perf_counter()
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels(iopub=True, stdin=False, hb=False)
        request = self.client.kernel_info()
        self.reply_to(request)
        self.start = time.perf_counter() - start

    def reply_to(self, request):
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def execute(self, code):
        """Seconds from the request of `code` to its reply, which must be a success."""
        start = time.perf_counter()
        request = self.client.execute(code, allow_stdin=False)
        content = self.reply_to(request)
        seconds = time.perf_counter() - start
        assert content["status"] == "ok", content
        return seconds

    def check(self, index):
        """Whether the variable of cell `index` has its value."""
        request = self.client.execute(
            "", silent=True, user_expressions={"v": CHECKS[self.name].format(i=index)}
        )
        shown = self.reply_to(request)["user_expressions"]["v"]
        assert shown["data"]["text/plain"] == str(index), shown

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


def command_of_compiler(kernel, code):
    """The very command that the kernel compiles `code` with, read while it runs."""
    found, stop = [], threading.Event()
    process = psutil.Process(kernel.manager.provisioner.pid)

    def look():
        while not found and not stop.is_set():
            try:
                children = process.children()
                found.extend(c.cmdline() for c in children if "-primary-file" in c.cmdline())
            except psutil.Error:
                continue

    thread = threading.Thread(target=look)
    thread.start()
    kernel.execute(code)
    stop.set()
    thread.join()
    return found[0] if found else None


def bare_compiler(command, folder):
    """Seconds of one run of the compiler as the kernel runs it, with outputs of its own."""
    own = list(command)
    for option in ("-o", "-emit-module-path"):
        place = own.index(option) + 1
        own[place] = f"{folder}/{Path(own[place]).name}"
    start = time.perf_counter()
    subprocess.run(own, check=True, capture_output=True)
    return time.perf_counter() - start


def row(name, seconds):
    values = sorted(1000 * s for s in seconds)
    print(f"{name:34} {statistics.median(values):8.1f} {values[0]:8.1f} {values[-1]:8.1f}"
          f" {len(values):4}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    starts = {name: [] for name in CELLS}
    for name in CELLS:
        Kernel(name).close()  # files come into the page cache
    for _ in range(rounds):
        for name in CELLS:
            kernel = Kernel(name)
            starts[name].append(kernel.start)
            kernel.close()

    kernels = {name: Kernel(name) for name in CELLS}
    cells = {name: [] for name in CELLS}
    compiler = []
    command = None
    for attempt in range(1000, 1010):
        command = command or command_of_compiler(
            kernels["swift"], CELLS["swift"].format(i=attempt))
    assert command, "the kernel's compiler was not seen"
    with tempfile.TemporaryDirectory() as folder:
        for name, kernel in kernels.items():
            kernel.execute(CELLS[name].format(i=2000))
        bare_compiler(command, folder)
        for index in range(rounds):
            for name, kernel in kernels.items():
                cells[name].append(kernel.execute(CELLS[name].format(i=index)))
            compiler.append(bare_compiler(command, folder))
        for name, kernel in kernels.items():
            for index in range(rounds):
                kernel.check(index)
            kernel.close()

    print(f"{'milliseconds':34} {'median':>8} {'min':>8} {'max':>8} {'n':>4}")
    row("start to kernel_info_reply, apus", starts["swift"])
    row("start to kernel_info_reply, python", starts["python3"])
    row("new trivial cell, apus", cells["swift"])
    row("new trivial cell, python", cells["python3"])
    row("swift-frontend -c of that cell", compiler)
    median = statistics.median
    print(f"ratio start {median(starts['swift']) / median(starts['python3']):.3f}")
    print(f"ratio trivial-cold {median(cells['swift']) / median(compiler):.3f}")


if __name__ == "__main__":
    main()
