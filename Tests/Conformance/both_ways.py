"""Sessions run twice: each cell sent after the former's idle, and all queued at once. What a user
sees must be the same.

    python Tests/Conformance/both_ways.py --sessions 500 --seed 1

runs generated sessions and prints where the first of them differ.
"""

import argparse
import difflib
import json
import os
import queue
import re
import sys
import tempfile
import time

from kernel_session import ANSI, KernelSession
from session_generator import Cell, SessionGenerator

# What a session has come to, asked cell by cell in both ways after its last cell.
NAMES = ["a", "b", "c", "d", "e", "f(3)", "g(2)", "held", "__"]
PROBES = [
    Cell("", {"silent": True, "user_expressions": {name: name for name in NAMES}}),
    Cell("1 + 1", {}),
]

# What only the engine knows: in a text for users it tells of a cell that failed inside the engine.
OWN = re.compile(r"\bC[0-9a-f]{14,16}\b|apus-session-\w+|unknown context at \$[0-9a-f]+")


def run_in_turn(session, cells):
    """Each after the former's idle. Behind an error that stops, the rest is not sent: a queue
    would abort it."""
    seen = []
    for index, cell in enumerate(cells):
        request = session.client.execute(cell.code, **sent(cell))
        seen += collect(session, [request])
        if seen[-1]["status"] == "error" and cell.stops_on_error:
            reply = {"status": "aborted", "execution_count": seen[-1]["count"]}
            return seen + [seen_by_user([], reply)] * (len(cells) - index - 1)
    return seen


def run_queued(session, cells):
    """All sent at once."""
    requests = [session.client.execute(cell.code, **sent(cell)) for cell in cells]
    return collect(session, requests)


def sent(cell):
    return {"allow_stdin": False, **cell.options}


def collect(session, requests, timeout=60):
    """What came of each request: its reply, and what it published up to its idle."""
    deadline = time.monotonic() + timeout
    messages, idle, replies = {request: [] for request in requests}, set(), {}
    try:
        while len(idle) < len(requests):
            message = session.client.get_iopub_msg(timeout=max(0, deadline - time.monotonic()))
            request = message["parent_header"].get("msg_id")
            if message["content"].get("execution_state") == "idle":
                idle.update({request} & messages.keys())
            elif request in messages:
                assert request not in idle or message["msg_type"] == "stream", message
                messages[request].append(message)
        while len(replies) < len(requests):
            message = session.client.get_shell_msg(timeout=max(0, deadline - time.monotonic()))
            replies[message["parent_header"]["msg_id"]] = message["content"]
    except queue.Empty:
        missing = [r for r in requests if r not in idle or r not in replies]
        raise TimeoutError(f"{len(missing)} cells unanswered after {timeout} s") from None
    return [seen_by_user(messages[request], replies[request]) for request in requests]


def seen_by_user(messages, reply):
    """One cell's outcome: streams joined by name, the other events in their order."""
    streams, events = {}, []
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            streams[content["name"]] = streams.get(content["name"], "") + content["text"]
        elif kind != "status":
            events.append([kind, plain(content)])
    return {
        "status": reply["status"],
        "count": reply.get("execution_count"),
        "expressions": plain(reply.get("user_expressions", {})),
        **({"error": plain(reply["traceback"])} if reply["status"] == "error" else {}),
        **{name: plain(text) for name, text in streams.items()},
        "events": events,
    }


def plain(value):
    """Without colours."""
    return json.loads(ANSI.sub("", json.dumps(value).replace("\\u001b", "\x1b")))


def both_ways(cells, folder=None, shares_cache=False):
    """What both ways of running `cells` came to: (in turn, queued), probes included."""
    outcomes = []
    with tempfile.TemporaryDirectory() as caches:
        for run in (run_in_turn, run_queued):
            cache = f"{caches}/{'both' if shares_cache else run.__name__}"
            os.makedirs(cache, mode=0o700, exist_ok=True)
            environment = os.environ | {"APUS_CACHE_DIR": cache}
            with KernelSession(env=environment, cwd=folder) as session:
                seen = run(session, cells)
                probes = [run_in_turn(session, [probe])[0] for probe in PROBES]
                outcomes.append(seen + probes)
    return outcomes


def difference(cells, outcomes):
    """Where the two ways differ, or tell what only the engine knows, with the cells up to there;
    empty if they do not."""
    in_turn, queued = outcomes
    for index, (one, other) in enumerate(zip(in_turn, queued, strict=True)):
        own = OWN.search(json.dumps([one, other]))
        if one == other and not own:
            continue
        what = "difference" if one != other else f"text of the engine's own ({own[0]})"
        lines = [f"the first {what} is at cell {index + 1} of {len(cells)} and the probes"]
        for number, cell in enumerate(cells[: index + 1], 1):
            lines.append(f"--- {number} {cell.options}\n{cell.code}")
        if index >= len(cells):
            lines.append(f"--- probe {PROBES[index - len(cells)]}")
        texts = [json.dumps(x, indent=1, ensure_ascii=False).split("\n") for x in (one, other)]
        lines += difflib.unified_diff(*texts, "in turn", "queued", lineterm="", n=1)
        if one == other:
            lines += texts[0]
        return "\n".join(lines)
    return ""


def check_seed(seed):
    """The difference of the session of `seed`; half of the sessions share a cache."""
    cells = SessionGenerator(seed).session()
    return difference(cells, both_ways(cells, shares_cache=seed % 2 == 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first session")
    parser.add_argument("--show", type=int, default=5, help="so many differences")
    options = parser.parse_args()
    differing = []
    for seed in range(options.seed, options.seed + options.sessions):
        try:
            found = check_seed(seed)
        except (TimeoutError, RuntimeError) as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            differing.append(seed)
            if len(differing) <= options.show:
                print(f"===== session of seed {seed}\n{found}\n", flush=True)
    print(f"{options.sessions} sessions, {len(differing)} differ: seeds {differing}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
