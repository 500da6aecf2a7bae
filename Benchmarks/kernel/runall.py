"""A hundred small cells sent at once, as "Run All" sends them."""

import tempfile
import time

import psutil
from kernels import OURS, PEER, Kernel, printed

COUNT = 100
CELLS = {
    OURS: (
        "let v{i} = {i}\n"
        "func f{i}(_ x: Int) -> Int {{ x + v{i} }}\n"
        "print(f{i}(10))"
    ),
    PEER: (
        "v{i} = {i}\ndef f{i}(x): return x + v{i}\nprint(f{i}(10))"
    ),
}


def run_all(kernel, salt):
    """Seconds from the first request to the last reply, every output checked."""
    numbers = [salt * 1000 + i for i in range(COUNT)]
    codes = [CELLS[kernel.name].format(i=number) for number in numbers]
    begin = time.perf_counter()
    requests = [kernel.send_cell(code) for code in codes]
    for request in requests:
        content = kernel.reply(request)
        assert content["status"] == "ok", content
    seconds = time.perf_counter() - begin
    for number, request in zip(numbers, requests, strict=True):
        assert printed(kernel.published(request)) == f"{number + 10}\n", number
    return seconds


def compiler_seconds(kernel):
    """CPU seconds, user and system, of the kernel's compilers and linkers so far, and of the
    kernel itself: what its ended children used, and its living ones with theirs but the worker."""
    times = kernel.process.cpu_times()
    spent = times.children_user + times.children_system
    for process in kernel.processes():
        try:
            if process.pid == kernel.process.pid or process.name().startswith("apus"):
                continue
            own = process.cpu_times()
            spent += own.user + own.system + own.children_user + own.children_system
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile, and is counted with the ended ones
    return spent, times.user + times.system


def runall(report, rounds, wanted):
    cpu, front, cold, warm, peers = [], [], [], [], []
    for salt in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as cache:
            with Kernel(OURS, APUS_CACHE_DIR=cache) as kernel:
                time.sleep(0.5)  # what starts with the session is not counted
                before = compiler_seconds(kernel)
                cold.append(run_all(kernel, salt))
                after = compiler_seconds(kernel)
                cpu.append(after[0] - before[0])
                front.append(after[1] - before[1])
            if "runall-warm" in wanted:
                with Kernel(OURS, APUS_CACHE_DIR=cache) as kernel:
                    time.sleep(0.5)
                    warm.append(run_all(kernel, salt))
                with Kernel(PEER) as kernel:
                    time.sleep(0.5)
                    peers.append(run_all(kernel, salt))
    report.row(f"{COUNT} new cells at once, ours", cold)
    if "runall-cold" in wanted:
        report.row("  CPU of compilers and linkers", cpu, unit="s")
        report.row("  CPU of the kernel process, not counted", front, unit="s")
        report.number("cpu-seconds runall-cold", sorted(cpu)[len(cpu) // 2])
    if "runall-warm" in wanted:
        report.row(f"{COUNT} known cells at once, ours", warm)
        report.row(f"{COUNT} cells at once, peer", peers)
        report.ratio("runall-warm", warm, peers)
