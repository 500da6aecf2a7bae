"""Thousands of random cells in one kernel, held against a model of what they should come to.

    python Tests/Conformance/soak.py --cells 20000 --seed 1 --log soak.log

No cell may hang, no variable may be lost, and an error comes where one is expected and nowhere
else. Memory, threads and speed are noted every 500 cells; they are told, not judged.
"""

import argparse
import os
import sys
import tempfile
import time

from kernel_processes import mebibytes, named
from kernel_session import KernelSession
from soak_model import SoakModel
from test_crashes import CRASHES
from test_interrupts import LOOPS, PRELUDE

SECONDS = 30  # in which each cell must end
CHECK_EVERY = 50
NOTE_EVERY = 500
# The compiler may drop a call of C whose result nobody uses.
TRAPS = {name: code for name, (_, code) in CRASHES.items()} | {
    "segmentation fault in C": "import Glibc\nprint(strlen(UnsafePointer(bitPattern: 8)!))"
}


class Soak:
    """One session and its model; `failures` are texts that a person can act on."""

    def __init__(self, session, seed, log=None):
        self.session = session
        self.model = SoakModel(seed, list(TRAPS.items()), list(LOOPS.items()))
        self.log = log
        self.failures = []
        self.cells = 0
        self.notes = []
        outcome = session.run(PRELUDE)
        assert outcome.status == "ok", outcome.traceback

    def run(self, count):
        """Runs `count` cells, checks included, or fewer when the kernel hangs."""
        begin, before = time.monotonic(), 0
        while self.cells < count:
            if self.cells % CHECK_EVERY == CHECK_EVERY - 1:
                alive = self.run_step(self.model.check())
                alive = alive and self.check_expressions()
            else:
                alive = self.run_step(self.model.step())
            if not alive:
                break
            if self.cells % NOTE_EVERY == 0:
                speed = (self.cells - before) / (time.monotonic() - begin)
                self.note(speed)
                begin, before = time.monotonic(), self.cells

    def run_step(self, step):
        """Runs one cell; whether the kernel still answers."""
        self.cells += 1
        self.write(f"### {self.cells} {step.kind}, {step.status} expected\n{step.code}")
        try:
            outcome = self.outcome(step)
        except (TimeoutError, AssertionError) as error:
            return self.recover(step, f"{type(error).__name__}: {error}")
        wrong = []
        if outcome.status != step.status:
            wrong.append(f"status {outcome.status}: {outcome.traceback}")
        if step.stdout is not None and outcome.stdout != step.stdout:
            wrong.append(f"printed {shortened(outcome.stdout)} not {shortened(step.stdout)}")
        if step.result is not None and outcome.result != step.result:
            wrong.append(f"value {outcome.result}, not {step.result}")
        if outcome.seconds > SECONDS:
            wrong.append(f"took {outcome.seconds:.0f} s")
        if wrong:
            self.fail(step, "; ".join(wrong))
        elif step.result is not None:
            self.model.remember(outcome.number, step.result)
        return True

    def outcome(self, step):
        if not step.running:
            return self.session.run(step.code, timeout=SECONDS)
        request = self.session.send(step.code)
        messages = self.session.wait_for_text(request, "running", timeout=SECONDS)
        time.sleep(self.model.chance.random() * 0.1)
        self.session.interrupt()
        return self.session.finish(request, timeout=SECONDS, messages=messages)

    def recover(self, step, why):
        """A cell that did not end is interrupted; a kernel that is deaf then ends the run."""
        self.fail(step, why)
        try:
            self.session.interrupt()
            time.sleep(3)
            return self.session.run("1 + 1", timeout=SECONDS).result == "2"
        except Exception as error:  # whatever it is, the run is over and says so
            self.fail(step, f"the kernel is deaf afterwards: {type(error).__name__}: {error}")
            return False

    def check_expressions(self):
        """Some variables through user_expressions."""
        expected = self.model.expressions()
        outcome = self.session.run("", silent=True, user_expressions={n: n for n in expected})
        for name, answer in outcome.reply["content"]["user_expressions"].items():
            shown = answer["data"]["text/plain"] if answer["status"] == "ok" else answer
            if shown != expected[name]:
                self.failures.append(f"cell {self.cells}: {name} is {shown}, not {expected[name]}")
                self.write(f"FAILURE {self.failures[-1]}")
        return True

    def fail(self, step, why):
        self.failures.append(f"cell {self.cells} ({step.kind}): {why}\n{shortened(step.code, 400)}")
        self.write(f"FAILURE {self.failures[-1]}")
        print(f"FAILURE {self.failures[-1]}", flush=True)
        if step.kind == "check":
            self.forget_wrong()

    def forget_wrong(self):
        """What has another value than the model says is no longer asked for: a failure counts
        once."""
        for name in sorted(self.model.storages):
            printed = self.session.run(f"print({name})", timeout=SECONDS).stdout
            expected = self.model.described(name)
            if printed != f"{expected}\n":
                self.write(f"  {name} is {shortened(printed)}, not {shortened(expected)}")
                print(f"  {name} is {shortened(printed)}, not {shortened(expected)}", flush=True)
                del self.model.storages[name]

    def note(self, speed):
        processes = [self.session.process, *self.session.descendants()]
        threads = sum(p.num_threads() for p in named(processes, "apus-worker"))
        note = (
            f"{self.cells} cells: {mebibytes(processes):.0f} MiB in {len(processes)} processes,"
            f" {threads} threads of the worker, {speed:.1f} cells/s,"
            f" {len(self.failures)} failures"
        )
        self.notes.append(note)
        self.write(note)
        print(note, flush=True)

    def write(self, text):
        if self.log:
            self.log.write(text + "\n")
            self.log.flush()


def shortened(text, most=200):
    text = text if isinstance(text, str) else str(text)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", help="a file for every cell and failure", default=os.devnull)
    options = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as cache, open(options.log, "w") as log:
        environment = os.environ | {"APUS_CACHE_DIR": cache}
        with KernelSession(env=environment) as session:
            soak = Soak(session, options.seed, log)
            soak.run(options.cells)
            if soak.cells % NOTE_EVERY:
                soak.note(soak.cells / (time.monotonic() - begin))
    speed = soak.cells / (time.monotonic() - begin)
    short = "" if soak.cells >= options.cells else f" of {options.cells}"
    print(
        f"soak {soak.cells}{short} cells: {len(soak.failures)} failures, seed {options.seed},"
        f" {speed:.1f} cells/s"
    )
    return 1 if soak.failures or short else 0


if __name__ == "__main__":
    sys.exit(main())
