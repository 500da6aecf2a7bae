"""Fifty megabytes of lines, and the interrupt of a busy loop."""

import time

from kernels import OURS, PEER, Kernel, printed

MEGABYTES = 50
LINE = 100
COUNT = MEGABYTES * 1_000_000 // LINE
FILL = "x" * (LINE - 10)
PRINTS = {
    OURS: (
        'let fill{i} = String(repeating: "x", count: {fill})\n'
        "for i in 0..<{count} {{ print(10_000_000 + i, fill{i}) }}"
    ),
    PEER: "fill{i} = 'x' * {fill}\nfor i in range({count}): print(10_000_000 + i, fill{i})",
}


def lines(kernel, index):
    """Seconds from the request to the idle, when all has arrived and is checked."""
    code = PRINTS[kernel.name].format(i=index, count=COUNT, fill=len(FILL))
    begin = time.perf_counter()
    request = kernel.send_cell(code)
    content = kernel.reply(request)
    messages = kernel.published(request)
    seconds = time.perf_counter() - begin
    assert content["status"] == "ok", content
    text = printed(messages)
    assert len(text) == COUNT * LINE, len(text)
    assert text == "".join(f"{10_000_000 + i} {FILL}\n" for i in range(COUNT))
    return seconds


def stdout(report, rounds):
    seconds = {OURS: [], PEER: []}
    with Kernel(OURS) as ours, Kernel(PEER) as peer:
        for index in range(rounds):
            for kernel in (ours, peer):
                seconds[kernel.name].append(lines(kernel, index))
    report.row(f"{MEGABYTES} MB of lines, ours", seconds[OURS])
    report.row(f"{MEGABYTES} MB of lines, peer", seconds[PEER])
    report.ratio("stdout", seconds[OURS], seconds[PEER])


BUSY = {
    OURS: 'var n{i} = 0\nprint("running"); while true {{ n{i} &+= 1 }}',
    PEER: "n{i} = 0\nprint('running')\nwhile True: n{i} += 1",
}


def stopped(kernel, index):
    """Seconds from the interrupt, sent as the kernelspec says, to the reply and idle."""
    request = kernel.send_cell(BUSY[kernel.name].format(i=index))
    while True:
        message = kernel.receive(kernel.iopub)
        if message["msg_type"] == "stream" and "running" in message["content"]["text"]:
            break
    time.sleep(0.3)
    begin = time.perf_counter()
    if kernel.manager.kernel_spec.interrupt_mode == "message":
        kernel.send("interrupt_request", {}, kernel.control)
    else:
        kernel.manager.interrupt_kernel()
    content = kernel.reply(request)
    kernel.published(request)
    seconds = time.perf_counter() - begin
    assert content["status"] == "error", content
    assert kernel.value(f"n{index} >= 0").lower() == "true"
    return seconds


def interrupt(report, rounds):
    rounds = max(rounds, 9)
    seconds = {OURS: [], PEER: []}
    with Kernel(OURS) as ours, Kernel(PEER) as peer:
        for index in range(rounds):
            for kernel in (ours, peer):
                seconds[kernel.name].append(stopped(kernel, index))
    report.row("interrupt of a busy loop, ours", seconds[OURS])
    report.row("interrupt of a busy loop, peer", seconds[PEER])
    report.ratio("interrupt", seconds[OURS], seconds[PEER])
