"""What a session costs as it grows: its thousandth cell, and its memory."""

import random
import tempfile
import time

from kernels import OURS, PEER, Kernel, result
from report import median
from runall import CELLS

LAST, CHAIN = 1000, 200
WINDOW = 2  # cells to each side
SETTLE = 2


class GrowingSession:
    """New small texts, each with the names of two earlier cells.

    `before` says which two: any earlier ones, or in a chain the one before and the one before that.
    """

    def __init__(self, kernel, before):
        self.kernel = kernel
        self.before = before
        self.values, self.rests = [0], [0]
        kernel.execute("let v0 = 0\nfunc f0(_ x: Int) -> Int { x }")

    def run(self, count):
        """Seconds of the cells 1 to `count`, every value checked."""
        seconds = {}
        for index in range(1, count + 1):
            one, other = self.before(index)
            seconds[index], messages = self.kernel.execute(
                f"let v{index} = v{one} + {index}\n"
                f"func f{index}(_ x: Int) -> Int {{ x + f{one}(v{other}) % 7 }}\n"
                f"f{index}({index})"
            )
            self.values.append(self.values[one] + index)
            self.rests.append((self.values[other] + self.rests[one]) % 7)
            expected = str(index + self.rests[index])
            assert result(messages) == expected, (index, result(messages), expected)
        return seconds


def cell_1000(report):
    early, late = grown(LAST, random.Random(1).randrange)
    report.row("the 10th cell of a session", early)
    report.row(f"the {LAST}th cell of that session", late)
    report.ratio("cell-1000", late, early)
    early, late = grown(CHAIN, None)
    report.row("the 10th cell, each using the one before", early)
    report.row(f"the {CHAIN}th cell of that session", late)


def grown(last, choose):
    """Seconds of the cells around the 10th and the `last`; `choose` picks an earlier cell."""

    def before(index):
        if choose:
            return choose(index), choose(index)
        return index - 1, max(0, index - 2)

    with tempfile.TemporaryDirectory() as cache, Kernel(OURS, APUS_CACHE_DIR=cache) as kernel:
        seconds = GrowingSession(kernel, before).run(last + WINDOW)
    return tuple([seconds[i] for i in range(at - WINDOW, at + WINDOW + 1)] for at in (10, last))


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
