"""Every kind of running cell that engine.md lists ends within a second of an interrupt, and the
session goes on with its variables."""

import time

import pytest

PRELUDE = """
import Foundation
var counter = 0
var words: [String] = []
var groups: [Int: [Int]] = [:]
"""

LOOPS = {
    "empty loop": "while true {}",
    "counter": "while true { counter &+= 1 }",
    "strings": 'while true { words.append("w\\(words.count)"); if words.count > 1000 { words = [] } }',
    "dictionary": "var i = 0\nwhile true { groups[i % 50, default: []].append(i); i &+= 1 }",
    "malloc": "while true { let p = malloc(1000); free(p) }",
    "print": 'while true { print("line") }',
    "sleep": "sleep(600)",
    "Thread.sleep": "Thread.sleep(forTimeInterval: 600)",
    "Task.sleep": "try await Task.sleep(for: .seconds(600))",
    "await for ever": "await withUnsafeContinuation { (c: UnsafeContinuation<Void, Never>) in }",
    "semaphore": "DispatchSemaphore(value: 0).wait()",
    "pipe": "var ends: [Int32] = [0, 0]\npipe(&ends)\nvar byte: UInt8 = 0\nread(ends[0], &byte, 1)",
    "child process": (
        'let child = Process(); child.executableURL = URL(fileURLWithPath: "/bin/sleep")\n'
        'child.arguments = ["600"]; try child.run(); child.waitUntilExit()'
    ),
    "busy task": "await Task.detached { while !Task.isCancelled || true { } }.value",
    "sort": "while true { _ = (0..<200_000).map { $0 &* 2_654_435_761 % 1_000_003 }.sorted() }",
    "String(format:)": 'while true { _ = String(format: "%d %f", 1, 2.0) }',
    "JSON": 'while true { _ = try JSONSerialization.data(withJSONObject: ["a": [1, 2, 3]]) }',
}


@pytest.fixture(scope="module")
def interrupted(shared_session):
    outcome = shared_session.run(PRELUDE + 'let word = "kept"')
    assert outcome.status == "ok", outcome.traceback
    return shared_session


def stop(session, code, delay=0.1):
    """Runs `code`, interrupts it once it runs, and says what came of it and how long it took."""
    request = session.send(f'print("running"); fflush(stdout)\n{code}')
    messages = session.wait_for_text(request, "running")
    time.sleep(delay)
    start = time.monotonic()
    session.interrupt()
    outcome = session.finish(request, timeout=20, messages=messages)
    return outcome, time.monotonic() - start


@pytest.mark.parametrize("name", LOOPS)
def test_an_interrupt_ends_the_cell_within_a_second(interrupted, name):
    outcome, seconds = stop(interrupted, LOOPS[name])
    assert outcome.status == "error"
    assert seconds < 1
    assert interrupted.value("word") == '"kept"'
    assert interrupted.value("counter &+= 1\nwords.count + groups.count >= 0") == "true"
    assert interrupted.value("await Task { 5 }.value") == "5"


def test_a_hundred_interrupts_tear_nothing(session):
    code = (
        "import Glibc\nvar table: [Int: [Int]] = [:]\nvar names: [String] = []\n"
        "func work() { var i = 0; while true {\n"
        "  table[i % 97, default: []].append(i)\n"
        "  if table[i % 97]!.count > 50 { table[i % 97] = [] }\n"
        '  names.append("n\\(i)"); if names.count > 500 { names.removeAll() }\n'
        "  i &+= 1 } }"
    )
    outcome = session.run(code)
    assert outcome.status == "ok", outcome.traceback
    check = (
        "table.values.allSatisfy { $0.count <= 51 && $0.allSatisfy { $0 >= 0 } } "
        '&& names.allSatisfy { $0.hasPrefix("n") } && names.count <= 501'
    )
    torn = 0
    for i in range(100):
        outcome, seconds = stop(session, "work()", delay=0.01 + (i % 10) * 0.003)
        assert outcome.status == "error", (i, outcome.status, outcome.traceback)
        assert seconds < 5, i  # a hang; how quick it is, the loops above say
        seen = session.run(check)
        assert seen.status == "ok", (i, seen.status, seen.traceback)
        torn += seen.result != "true"
    assert torn == 0


def test_an_interrupt_while_nothing_runs_is_harmless(session):
    session.interrupt()
    assert session.value("1 + 1") == "2"


def test_an_interrupt_ends_a_cell_that_compiles(session):
    request = session.send("let sum = " + " + ".join(f"({i} as Double)" for i in range(400)))
    time.sleep(0.05)
    session.interrupt()
    session.finish(request, timeout=20)
    assert session.value("1 + 1") == "2"


def test_queued_cells_are_aborted(session):
    session.run("import Glibc")
    first = session.send('print("running"); fflush(stdout); while true {}')
    second = session.send("let never = 1")
    session.wait_for_text(first, "running")
    session.interrupt()
    session.finish(first)
    assert session.client.get_shell_msg(timeout=10)["parent_header"]["msg_id"] == second
    assert session.run("never").status == "error"
