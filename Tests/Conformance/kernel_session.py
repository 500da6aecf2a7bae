"""A kernel started as a frontend starts it, and the cells that a test runs in it."""

import os
import queue
import re
import time
from dataclasses import dataclass, field

import psutil
from jupyter_client.manager import KernelManager

KERNEL = os.environ.get("APUS_KERNEL", "swift")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """What came of one cell: its reply, and its iopub messages up to idle."""

    reply: dict
    messages: list = field(default_factory=list)
    seconds: float = 0.0

    def contents(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def text(self, name):
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    @property
    def status(self):
        return self.reply["content"]["status"]

    @property
    def stdout(self):
        return self.text("stdout")

    @property
    def stderr(self):
        return self.text("stderr")

    @property
    def result(self):
        values = [c["data"]["text/plain"] for c in self.contents("execute_result")]
        return values[-1] if values else None

    @property
    def error(self):
        errors = self.contents("error")
        return errors[-1] if errors else None

    @property
    def traceback(self):
        return ANSI.sub("", "\n".join(self.error["traceback"])) if self.error else ""

    @property
    def number(self):
        return self.reply["content"]["execution_count"]

    def names_line(self, line):
        """Whether the traceback names this very cell and `line`."""
        place = rf"Cell {self.number}(, line |:){line}\b"
        return re.search(place, self.traceback) is not None


class KernelSession:
    def __init__(self, kernel=KERNEL, **options):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(**options)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    @property
    def process(self):
        return psutil.Process(self.manager.provisioner.pid)

    def descendants(self):
        return self.process.children(recursive=True)

    def send(self, code, **options):
        options.setdefault("allow_stdin", False)
        # What follows an error is asked for on its own; test_queue.py tests the abort.
        options.setdefault("stop_on_error", False)
        return self.client.execute(code, **options)

    def next_message(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no more messages")
        try:
            return self.client.get_iopub_msg(timeout=left)
        except queue.Empty:
            raise TimeoutError("the kernel is silent") from None

    def wait_for_text(self, request, text, timeout=30):
        """Waits until the cell of `request` has printed `text`; what it brought so far."""
        deadline, messages, seen = time.monotonic() + timeout, [], ""
        while text not in seen:
            message = self.next_message(deadline)
            if message["parent_header"].get("msg_id") != request:
                continue
            messages.append(message)
            if message["msg_type"] == "stream":
                seen += message["content"]["text"]
            assert message["msg_type"] != "error", message["content"]
        return messages

    def finish(self, request, timeout=60, messages=(), answer=None):
        """Collects what is left of the cell of `request`; `answer` is its line of input."""
        start = time.monotonic()
        deadline = start + timeout
        outcome = Outcome(reply={}, messages=list(messages))
        while True:
            if answer is not None:
                try:
                    question = self.client.get_stdin_msg(timeout=0.05)
                    outcome.messages.append(question)
                    self.client.input(answer)
                except queue.Empty:
                    pass
            try:
                left = deadline - time.monotonic()
                message = self.client.get_iopub_msg(timeout=0.05 if answer is not None else left)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"no idle after {timeout} s") from None
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            outcome.messages.append(message)
        outcome.seconds = time.monotonic() - start
        while outcome.reply.get("parent_header", {}).get("msg_id") != request:
            outcome.reply = self.client.get_shell_msg(timeout=10)
        return outcome

    def run(self, code, timeout=60, answer=None, **options):
        if answer is not None:
            options["allow_stdin"] = True
        return self.finish(self.send(code, **options), timeout, answer=answer)

    def value(self, code, **options):
        """The result of a cell that must succeed."""
        outcome = self.run(code, **options)
        assert outcome.status == "ok", outcome.traceback
        return outcome.result

    def late_messages(self, request, kind, timeout=10):
        """Messages of a cell that has already ended, up to the first of `kind`."""
        deadline, messages = time.monotonic() + timeout, []
        while True:
            message = self.next_message(deadline)
            if message["parent_header"].get("msg_id") != request:
                continue
            messages.append(message)
            if message["msg_type"] == kind:
                return messages

    def interrupt(self):
        """Asks for an interrupt and waits for the answer: what is sent afterwards is not meant."""
        channel = self.client.control_channel
        request = self.client.session.msg("interrupt_request", {})
        channel.send(request)
        while True:
            reply = channel.get_msg(timeout=10)
            if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                return

    def wait_until_gone(self, processes, timeout=10):
        """The processes of `processes` that are still there after `timeout`."""
        _, alive = psutil.wait_procs(processes, timeout=timeout)
        return [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
