"""What a failure aborts: the cells that were queued behind it, and no other."""


def replies(session, requests):
    """The status that each of `requests` is answered with."""
    found = {}
    while len(found) < len(requests):
        message = session.client.get_shell_msg(timeout=30)
        found[message["parent_header"]["msg_id"]] = message["content"]["status"]
    return [found[request] for request in requests]


def test_what_is_queued_behind_a_failure_is_aborted(session):
    session.run("import Glibc")
    codes = ["usleep(500_000); fatalError()", "let second = 2", "let third = 3"]
    requests = [session.send(code, stop_on_error=True) for code in codes]
    assert replies(session, requests) == ["error", "aborted", "aborted"]
    assert session.run("second").status == "error"


def test_what_is_queued_goes_on_when_the_failing_cell_says_so(session):
    session.run("import Glibc")
    codes = ["usleep(500_000); fatalError()", "let second = 2"]
    requests = [session.send(code, stop_on_error=False) for code in codes]
    assert replies(session, requests) == ["error", "ok"]


def test_a_cell_sent_after_the_reply_and_idle_of_a_failure_runs(session):
    statuses = [session.run(f"missing{i}", stop_on_error=True).status for i in range(60)]
    assert statuses == ["error"] * 60
