"""What cells write arrives whole, in order, and in the right cell."""


def test_prints_and_errors_keep_their_order(session):
    outcome = session.run(
        "import Glibc\nfor i in 0..<500 {\n  print(\"o\\(i)\")\n  fputs(\"e\\(i)\\n\", stderr)\n}"
    )
    assert outcome.stdout == "".join(f"o{i}\n" for i in range(500))
    assert outcome.stderr == "".join(f"e{i}\n" for i in range(500))
    joined = "".join(c["text"] for c in outcome.contents("stream"))
    assert joined == "".join(f"o{i}\ne{i}\n" for i in range(500))


def test_a_child_that_writes_ten_megabytes_in_one_call(session):
    outcome = session.run(
        "import Foundation\nlet child = Process()\n"
        'child.executableURL = URL(fileURLWithPath: "/usr/bin/env")\n'
        'child.arguments = ["python3", "-c", "import os; '
        "d = b'x' * (10 << 20)\\nwhile d: d = d[os.write(1, d):]\"]\n"
        "try child.run(); child.waitUntilExit()"
    )
    assert outcome.status == "ok", outcome.traceback
    assert len(outcome.stdout) == 10 << 20
    assert set(outcome.stdout) == {"x"}


def test_a_child_that_opens_dev_stdout(session):
    outcome = session.run(
        "import Foundation\nlet child = Process()\n"
        'child.executableURL = URL(fileURLWithPath: "/bin/sh")\n'
        'child.arguments = ["-c", "echo opened > /dev/stdout"]\n'
        "try child.run(); child.waitUntilExit()"
    )
    assert outcome.status == "ok", outcome.traceback
    assert outcome.stdout == "opened\n"


def test_a_thread_that_prints_after_its_cell(session):
    request = session.send(
        "import Dispatch\nDispatchQueue.global().asyncAfter(deadline: .now() + 2) "
        '{ print("late") }'
    )
    assert session.finish(request).status == "ok"
    other = session.run('print("other")')
    assert other.stdout == "other\n"
    messages = session.late_messages(request, "stream")
    assert messages[-1]["content"]["text"] == "late\n"


def test_a_task_that_prints_while_another_cell_runs(session):
    session.run("import Glibc")
    request = session.send("Task.detached { usleep(500_000); print(\"from the first\") }")
    session.finish(request)
    other = session.send("usleep(1_500_000); print(\"from the second\")")
    messages = session.late_messages(request, "stream", timeout=5)
    assert messages[-1]["content"]["text"] == "from the first\n"
    assert session.finish(other).stdout == "from the second\n"


def test_raw_writes_and_c_stdio(session):
    outcome = session.run(
        'import Glibc\nprint("one")\nfflush(stdout)\nwrite(1, "two\\n", 4)\nputs("three")'
    )
    assert outcome.stdout == "one\ntwo\nthree\n"


def test_text_arrives_while_the_cell_runs(session):
    session.run("import Glibc")
    request = session.send('print("early"); usleep(2_000_000); print("done")')
    messages = session.wait_for_text(request, "early", timeout=20)
    outcome = session.finish(request, messages=messages)
    assert outcome.seconds > 1
    assert outcome.stdout == "early\ndone\n"


def test_unicode_is_never_cut(session):
    outcome = session.run('for _ in 0..<20_000 { print("𨭎é日本", terminator: "") }')
    assert outcome.stdout == "𨭎é日本" * 20_000


def test_read_line_asks_the_frontend(session):
    outcome = session.run('let name = readLine()!\nprint("hello, \\(name)")', answer="Ada")
    assert outcome.stdout == "hello, Ada\n"


def test_input_asks_with_its_prompt(session):
    outcome = session.run(
        'import Apus\nlet key = input("Key: ", hidden: true)\nkey', answer="secret"
    )
    question = outcome.contents("input_request")[0]
    assert question == {"prompt": "Key: ", "password": True}
    assert outcome.result == '"secret"'


def test_no_question_when_none_is_allowed(session):
    outcome = session.run("readLine() == nil")
    assert outcome.status == "error" or outcome.result == "true"


def test_displays_update_and_clear(session):
    outcome = session.run(
        'import Apus\ndisplay("one", id: "d1")\nupdateDisplay("two", id: "d1")\n'
        "clearOutput(wait: true)"
    )
    assert outcome.contents("display_data")[0]["transient"] == {"display_id": "d1"}
    update = outcome.contents("update_display_data")[0]
    assert update["transient"] == {"display_id": "d1"}
    assert "two" in update["data"]["text/plain"]
    assert outcome.contents("clear_output") == [{"wait": True}]
