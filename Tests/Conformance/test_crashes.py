"""Every way to crash that engine.md lists, in one session: an error that names its own cell and
line, and variables of earlier cells that are still there."""

import pytest

# name: (line of the crash, code). A code that a later crash needs again has names of its own.
CRASHES = {
    "nil": (2, "let none: Int? = nil\nprint(none!)"),
    "out of bounds": (2, "let few = [1]\nprint(few[few.count + 3])"),
    "overflow": (2, "var most = Int.max\nmost += 1"),
    "fatalError": (1, 'fatalError("boom")'),
    "precondition": (2, "let no = false\nprecondition(no)"),
    "preconditionFailure": (1, 'preconditionFailure("boom")'),
    "assert": (2, "let never = false\nassert(never)"),
    "exclusivity": (
        (3, 4),
        "var both = [1, 2]\nfunc swapThem(_ a: inout [Int], _ f: () -> Void) {\n"
        "  f(); a.append(3) }\n"
        "swapThem(&both) { both.append(1) }",
    ),
    "exclusivity in a class": (
        3,
        "final class Cellar { var x = 0; func both(_ a: inout Int, _ f: () -> Void) { f(); a += 1 } }\n"
        "let cellar = Cellar()\ncellar.both(&cellar.x) { cellar.x += 1 }",
    ),
    "stack overflow": (1, "func deep(_ n: Int) -> Int { deep(n + 1) + 1 }\nprint(deep(0))"),
    "bad pointer": (2, "let bad = UnsafeMutablePointer<Int>(bitPattern: 16)\nbad!.pointee = 1"),
    "segmentation fault in C": (2, "import Glibc\n_ = strlen(UnsafePointer(bitPattern: 8)!)"),
    "abort": (2, "import Glibc\nabort()"),
    "division by zero": (2, "var nothing = 0\nprint(1 / nothing)"),
    "try!": (2, "struct Oops: Error {}; func fails() throws { throw Oops() }\ntry! fails()"),
    "as!": (2, 'let anything: Any = "x"\nprint(anything as! Int)'),
    "dictionary": (2, 'let table = ["a": 1]\nprint(table["b"]!)'),
    "free of a bad pointer": (2, "import Glibc\nfree(UnsafeMutableRawPointer(bitPattern: 64))"),
    "double free": (3, "import Glibc\nlet twice = malloc(32)\nfree(twice); free(twice)"),
    "unowned": (
        3,
        "final class Gone {}\nvar gone: Gone? = Gone(); unowned let ghost = gone!; gone = nil\n"
        "print(ghost)",
    ),
    "a lock held": (
        3,
        "import Foundation\nlet lock = NSLock()\nlock.lock(); fatalError(\"locked\")",
    ),
    "SIGFPE": (2, "import Glibc\nraise(SIGFPE)"),
    "print holding the lock of stdout": (
        3,
        "struct Loud: CustomStringConvertible {\n  var description: String {\n"
        '    fatalError("while printing")\n  }\n}\nprint(Loud())',
    ),
    "async main": (2, "await Task.yield()\nfatalError(\"after await\")"),
    "awaited task": (1, 'let task = Task { fatalError("in a task") }\nawait task.value'),
    "detached task": (
        1, 'await Task.detached { () -> Void in fatalError("detached") }.value',
    ),
    "concurrentPerform": (
        3,
        "import Dispatch\nDispatchQueue.concurrentPerform(iterations: 8) { i in\n"
        '  if i == 5 { fatalError("in a worker") }\n}',
    ),
    "dispatch worker": (
        4,
        "import Dispatch\nlet ended = DispatchSemaphore(value: 0)\n"
        "DispatchQueue.global().async {\n  fatalError(\"in a block\")\n}\n"
        "_ = ended.wait(timeout: .now() + 1)",
    ),
    "static initialiser": (
        2,
        "enum Settings {\n  static let value: Int = { fatalError(\"in a static\") }()\n}\n"
        "print(Settings.value)",
    ),
    "actor": (
        2,
        "actor Bank {\n  func rob() { fatalError(\"in an actor\") }\n  func count() -> Int { 1 }\n}\n"
        "let bank = Bank()\nawait bank.rob()",
    ),
    "serial queue": (
        3,
        "import Dispatch\nlet line = DispatchQueue(label: \"line\")\n"
        "line.sync { fatalError(\"in a queue\") }",
    ),
}

# What is used again after its crash must answer within two seconds, with an error of the new cell.
USED_AGAIN = {
    "static initialiser": "print(Settings.value)",
    "actor": "await bank.count()",
    "serial queue": "line.sync { 1 }",
}


@pytest.fixture(scope="module")
def crashing(shared_session):
    assert shared_session.run("var keep = [1]\nlet word = \"kept\"").status == "ok"
    return shared_session


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_is_an_error_of_its_own_cell(crashing, name):
    line, code = CRASHES[name]
    outcome = crashing.run(code, timeout=30)
    assert outcome.status == "error", outcome.messages
    # An access conflict may be told of at either of its ends.
    lines = line if isinstance(line, tuple) else (line,)
    assert any(map(outcome.names_line, lines)), outcome.traceback
    count = int(crashing.value("keep.count"))
    assert crashing.value("keep.append(1)\nkeep.count") == str(count + 1)
    assert crashing.value("word") == '"kept"'
    assert crashing.value("await Task { keep.count }.value") == str(count + 1)


@pytest.mark.parametrize("name", USED_AGAIN)
def test_what_crashed_answers_when_it_is_used_again(crashing, name):
    outcome = crashing.run(USED_AGAIN[name], timeout=10)
    assert outcome.seconds < 2
    assert outcome.status == "error"
    assert crashing.value("word") == '"kept"'


def test_a_task_that_crashes_after_its_cell_is_an_error_of_that_cell(session):
    assert session.run("let keep = 7").status == "ok"
    request = session.send(
        "import Glibc\nlet late = Task.detached {\n  usleep(300_000)\n"
        '  fatalError("late")\n}'
    )
    outcome = session.finish(request)
    assert outcome.status == "ok", outcome.traceback
    messages = session.late_messages(request, "error")
    assert "late" in messages[-1]["content"]["evalue"]
    assert session.value("keep") == "7"
