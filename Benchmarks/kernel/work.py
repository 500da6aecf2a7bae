"""Programs of a notebook, timed from the request of the cell that does the work to its reply.

Each round's text is new to the kernel at first, so that its compilation is part of the time. Then a
new session with the same cache runs the same cells, as after a restart: what is left is the work.
That is what `ratio NAME` compares; `ratio NAME-with-compilation` is of the cells' first run.
"""

import tempfile

from kernels import OURS, PEER, Kernel, result
from library import LIBRARY
from loops import LOOPS
from programs import same
from report import geometric_mean, median

FIRST = 301  # three digits, so that all rounds do about the same


def work(report, rounds, name):
    ratios, ratios_again = [], []
    for program in {"work-loops": LOOPS, "work-library": LIBRARY}[name]:
        ours, again, peers = measure(program, rounds)
        report.row(f"{program.name}, ours with compilation", ours)
        report.row(f"{program.name}, ours without", again)
        report.row(f"{program.name}, peer", peers)
        ratios.append(median(ours) / median(peers))
        ratios_again.append(median(again) / median(peers))
    report.say(f"{name}: each {' '.join(f'{r:.3f}' for r in ratios)} with compilation")
    report.say(f"{name}: each {' '.join(f'{r:.3f}' for r in ratios_again)} without;")
    report.ratio_value(name, geometric_mean(ratios_again))
    report.ratio_value(f"{name}-with-compilation", geometric_mean(ratios))


def measure(program, rounds):
    numbers = range(FIRST, FIRST + rounds)
    ours, again, peers, values = [], [], [], {}
    with tempfile.TemporaryDirectory() as cache:
        with Kernel(OURS, APUS_CACHE_DIR=cache) as swift, Kernel(PEER) as python:
            for kernel in (swift, python):
                prepare(kernel, program)
            for number in numbers:
                seconds, values[number] = timed(swift, program, number)
                ours.append(seconds)
                seconds, value = timed(python, program, number)
                peers.append(seconds)
                assert same(values[number], value), (program.name, values[number], value)
        # The same cells in a new session, which finds them compiled.
        with Kernel(OURS, APUS_CACHE_DIR=cache) as swift:
            prepare(swift, program)
            for number in numbers:
                seconds, value = timed(swift, program, number)
                again.append(seconds)
                assert value == values[number], (program.name, value, values[number])
    return ours, again, peers


def prepare(kernel, program):
    kernel.execute(program.before(kernel.name))
    kernel.execute(program.work(kernel.name, FIRST - 1))


def timed(kernel, program, number):
    seconds, messages = kernel.execute(program.work(kernel.name, number))
    return seconds, result(messages)
