"""What a session costs as it grows: its thousandth cell, and its memory."""

import tempfile
import time

from kernels import OURS, PEER, Kernel
from report import median
from runall import CELLS

LAST = 1000
WINDOW = 2  # cells to each side
SETTLE = 2


def cell(index):
    """A new small text that uses two names of earlier cells."""
    return (
        f"let v{index} = v{index - 1} + {index}\n"
        f"func f{index}(_ x: Int) -> Int {{ x + f{index - 1}(v{max(0, index - 7)}) % 7 }}\n"
        f"f{index}({index})"
    )


def expected(index):
    """The value of cell `index`, as Python computes it."""
    value, rest, values = 0, 0, [0]
    for i in range(1, index + 1):
        value += i
        values.append(value)
        rest = (values[max(0, i - 7)] + rest) % 7
    return index + rest


def cell_1000(report):
    seconds = {}
    with tempfile.TemporaryDirectory() as cache, Kernel(OURS, APUS_CACHE_DIR=cache) as kernel:
        kernel.execute("let v0 = 0\nfunc f0(_ x: Int) -> Int { x }")
        for index in range(1, LAST + WINDOW + 1):
            seconds[index], messages = kernel.execute(cell(index))
            if index % 100 == 10:
                shown = messages[-1]["content"]["data"]["text/plain"]
                assert shown == str(expected(index)), (index, shown)
    early, late = ([seconds[i] for i in range(at - WINDOW, at + WINDOW + 1)] for at in (10, LAST))
    report.row("the 10th cell of a session", early)
    report.row(f"the {LAST}th cell of that session", late)
    report.ratio("cell-1000", late, early)


def memory(report, rounds, wanted):
    idle, used = {OURS: [], PEER: []}, {OURS: [], PEER: []}
    processes = set()
    for salt in range(1, rounds + 1):
        for name in (OURS, PEER):
            with (
                tempfile.TemporaryDirectory() as cache,
                Kernel(name, APUS_CACHE_DIR=cache) as kernel,
            ):
                time.sleep(SETTLE)
                idle[name].append(kernel.mebibytes())
                for index in range(20):
                    kernel.execute(CELLS[name].format(i=100 * salt + index))
                time.sleep(SETTLE)
                used[name].append(kernel.mebibytes())
                if name == OURS:
                    processes.update(p.name() for p in kernel.processes())
    for title, values in (("idle", idle), ("after 20 cells", used)):
        report.row(f"memory {title}, ours", values[OURS], unit="MiB")
        report.row(f"memory {title}, peer", values[PEER], unit="MiB")
    report.say(f"proportional set size of {', '.join(sorted(processes))}")
    if "idle" in wanted:
        report.number("mib idle", median(idle[OURS]))
    if "after-20-cells" in wanted:
        report.number("mib after-20-cells", median(used[OURS]))
