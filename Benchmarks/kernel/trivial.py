"""Start, and the trivial cell: new, and known from an earlier session."""

import tempfile
import time

from compiler import KEEP, BareCompiler
from kernels import OURS, PEER, Kernel

TRIVIAL = {OURS: "let x{i} = {i}", PEER: "x{i} = {i}"}


def start(report, rounds):
    starts = {OURS: [], PEER: []}
    for name in starts:
        Kernel(name).close()  # files come into the page cache
    for _ in range(rounds):
        for name, seconds in starts.items():
            with Kernel(name) as kernel:
                seconds.append(kernel.start)
    report.row("start to kernel_info_reply, ours", starts[OURS])
    report.row("start to kernel_info_reply, peer", starts[PEER])
    report.ratio("start", starts[OURS], starts[PEER])


def settle():
    """What the former cell left to do in the background is done before the next is measured."""
    time.sleep(0.1)


def measured(kernel, index):
    settle()
    seconds, _ = kernel.execute(TRIVIAL[kernel.name].format(i=index))
    return seconds


def check(kernel, indices):
    for index in indices:
        assert kernel.value(f"x{index}") == str(index), index


def trivial(report, rounds, wanted):
    """The cells `x0`, `x1`, … in a session with an empty cache, then in one that knows them."""
    rounds = max(rounds, 9)
    with (
        tempfile.TemporaryDirectory() as cache,
        tempfile.TemporaryDirectory() as kept,
        tempfile.TemporaryDirectory() as folder,
    ):
        environment = {"APUS_CACHE_DIR": cache}
        if "trivial-cold" in wanted:
            cold(report, rounds, environment | {KEEP: kept}, folder)
        if "trivial-cached" in wanted:
            cached(report, rounds, environment)


def cold(report, rounds, environment, folder):
    cells, compiler = [], []
    with Kernel(OURS, **environment) as kernel:
        bare = BareCompiler(kernel, TRIVIAL[OURS].format(i=1000), environment[KEEP], folder)
        bare.run()
        for index in range(rounds):
            cells.append(measured(kernel, index))
            settle()
            compiler.append(bare.run())
        check(kernel, range(rounds))
    report.row("new trivial cell, ours", cells)
    report.row(f"bare swift-frontend -c ({bare.source})", compiler)
    report.ratio("trivial-cold", cells, compiler)


def cached(report, rounds, environment):
    with Kernel(OURS, **environment) as kernel:
        for index in range(rounds):
            measured(kernel, index)
    seconds = {OURS: [], PEER: []}
    with Kernel(OURS, **environment) as ours, Kernel(PEER) as peer:
        peer.execute(TRIVIAL[PEER].format(i=2000))
        for index in range(rounds):
            for kernel in (ours, peer):
                seconds[kernel.name].append(measured(kernel, index))
        for kernel in (ours, peer):
            check(kernel, range(rounds))
    report.row("trivial cell known from before, ours", seconds[OURS])
    report.row("trivial cell, peer", seconds[PEER])
    report.ratio("trivial-cached", seconds[OURS], seconds[PEER])
