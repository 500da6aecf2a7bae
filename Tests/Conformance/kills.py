"""Processes of a kernel killed at random moments: the next request is answered rightly, and
nothing is left behind.

    python Tests/Conformance/kills.py --moments 100 --seed 1
"""

import argparse
import os
import random
import sys
import tempfile
import time

import psutil
from kernel_processes import named, session_folder
from kernel_session import KernelSession

# What runs when the blow falls, with {n} for a number of its own; "idle" is none of them.
WORK = {
    "idle": None,
    "busy": 'print("running"); var n{n} = 0; while true {{ n{n} &+= 1 }}',
    "asleep": 'print("running"); import Glibc\nsleep(600)',
    "printing": 'print("running"); while true {{ print("line", {n}) }}',
    "awaiting": 'print("running"); try await Task.sleep(for: .seconds(600))',
    "compiling": "let sum{n} = [{terms}].map {{ $0 * 2 }}.reduce(0, +)\nsum{n}",
}
TERMS = 80
SECONDS = 20  # in which any answer must come


class Victim:
    """A kernel with one variable, and what may be killed of it."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.caches = tempfile.TemporaryDirectory()
        environment = os.environ | {"APUS_CACHE_DIR": self.caches.name}
        self.session = KernelSession(env=environment)
        self.number = 0

    def __enter__(self):
        assert self.session.run("var kept = 41").status == "ok"
        return self

    def __exit__(self, *_):
        self.session.close()
        self.caches.cleanup()

    def begin(self, work):
        """Sends the cell of `work` and waits for a random moment of it; its request and number."""
        if WORK[work] is None:
            time.sleep(self.chance.random() * 0.1)
            return None
        self.number += 1
        terms = ", ".join(f"{i}.5" for i in range(TERMS))
        request = self.session.send(WORK[work].format(n=self.number, terms=terms))
        if work == "compiling":
            time.sleep(self.chance.random() * 0.25)
        else:
            self.session.wait_for_text(request, "running", timeout=SECONDS)
            time.sleep(self.chance.random() * 0.1)
        return request

    def processes(self):
        return [self.session.process, *self.session.descendants()]


def kill(processes):
    """How many of `processes` were there to be killed."""
    count = 0
    for process in processes:
        try:
            process.kill()
            count += 1
        except psutil.NoSuchProcess:
            continue  # it was quicker
    return count


def kill_worker(victim, work):
    """A killed worker is an error that says what is lost, and the next cells work at once."""
    session = victim.session
    request = victim.begin(work)
    assert kill(named(session.descendants(), "apus-worker")) == 1
    if request is None:
        time.sleep(0.3)
        outcome = session.run("kept", timeout=SECONDS)
    else:
        outcome = session.finish(request, timeout=SECONDS)
    if work == "compiling" and outcome.status == "ok":
        # The cell had not begun: it may run in the new worker, if the loss is told then.
        assert outcome.result == str(float(sum(i + 0.5 for i in range(TERMS)) * 2)), outcome.result
        outcome = session.run("kept", timeout=SECONDS)
    assert outcome.status == "error", outcome.messages
    works_at_once(session)
    assert session.run("kept", timeout=SECONDS).status == "error", "a lost variable came back"
    assert session.value("var kept = 41\nkept") == "41"
    told = outcome.traceback + outcome.stderr
    assert "lost" in told, f"killed while {work}, and nothing says what is lost: {told!r}"


def works_at_once(session):
    outcome = session.run('let fresh = 20 + 3\nprint("fresh")\nfresh', timeout=SECONDS)
    assert outcome.status == "ok", outcome.traceback
    assert (outcome.stdout, outcome.result) == ("fresh\n", "23")
    assert outcome.seconds < SECONDS


def kill_compiler(victim, work):
    """A killed compiler or linker harms no more than its own cell."""
    session = victim.session
    request = victim.begin(work)
    compilers = named(session.descendants(), "swift-frontend", "ld.bfd", "ld.lld")
    count = kill(victim.chance.sample(compilers, victim.chance.randint(0, len(compilers))))
    if request is not None and work != "compiling":
        session.interrupt()
    if request is not None:
        outcome = session.finish(request, timeout=SECONDS)
        if work == "compiling" and outcome.status == "ok":
            expected = str(float(sum(i + 0.5 for i in range(TERMS)) * 2))
            assert outcome.result == expected, (count, outcome.result)
        elif work == "compiling":
            # It says whose end it was, and the same text compiles when it is sent again.
            assert "compiler" in outcome.traceback.lower(), outcome.traceback
    assert session.value("kept", timeout=SECONDS) == "41"
    works_at_once(session)


def kill_kernel(victim, work):
    """Nothing outlives a killed kernel, and a restart answers."""
    session = victim.session
    victim.begin(work)
    processes = victim.processes()
    kill(processes[:1])
    left = session.wait_until_gone(processes)
    assert left == [], [p.name() for p in left]
    session.manager.restart_kernel(now=True)
    session.client.wait_for_ready(timeout=60)
    assert session.run("kept", timeout=SECONDS).status == "error"
    works_at_once(session)
    assert session.run("var kept = 41").status == "ok"


def shut_down(session):
    """Ends the kernel as a frontend does; what it leaves of processes and folders."""
    session.run("1 + 1")
    folder = session_folder(session)
    processes = [session.process, *session.descendants()]
    session.client.shutdown()
    left = [p.name() for p in session.wait_until_gone(processes)]
    return left + ([str(folder)] if folder.exists() else [])


KILLS = {"worker": kill_worker, "compiler": kill_compiler, "kernel": kill_kernel}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=100, help="of each kind of process")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failures = []
    for kind, blow in KILLS.items():
        victim = None
        for moment in range(options.moments):
            seed = options.seed * 1000 + moment
            # After a failure the session is a new one.
            victim = victim or Victim(seed).__enter__()
            victim.chance.seed(seed)
            work = victim.chance.choice(list(WORK))
            try:
                blow(victim, work)
            except Exception as error:  # a timeout, a lost process or a failed claim: it is told
                failures.append(f"{kind} while {work}, seed {seed}: {type(error).__name__} {error}")
                print(failures[-1], flush=True)
                victim.__exit__()
                victim = None
        if victim:
            left = shut_down(victim.session)
            if left:
                failures.append(f"{kind}: left after the shutdown: {left}")
                print(failures[-1], flush=True)
            victim.__exit__()
    print(f"kills {options.moments} moments of {', '.join(KILLS)}: {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
