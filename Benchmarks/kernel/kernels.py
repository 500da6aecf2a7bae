"""A kernel started as a frontend starts it, spoken to over bare sockets: what is measured is the
kernel, not a client library."""

import os
import time
import uuid

import psutil
import zmq
from jupyter_client.manager import KernelManager

OURS, PEER = "swift", "python3"
# Every process of a kernel inherits it, so that one whose parent has gone is found too.
MARK = "APUS_BENCHMARK_MARK"


class Kernel:
    def __init__(self, name, **environment):
        self.name = name
        self.mark = uuid.uuid4().hex
        self.manager = KernelManager(kernel_name=name)
        begin = time.perf_counter()
        self.manager.start_kernel(
            env={**os.environ, **environment, MARK: self.mark},
            # It warns of plain TCP at each start.
            extra_arguments=["--log-level=ERROR"] if name == PEER else [],
        )
        info = self.manager.get_connection_info()
        self.session = self.manager.session
        self.context = zmq.Context()
        self.shell = self.connect(info, "shell", zmq.DEALER)
        self.control = self.connect(info, "control", zmq.DEALER)
        self.iopub = self.connect(info, "iopub", zmq.SUB)
        self.iopub.subscribe(b"")
        self.reply(self.send("kernel_info_request", {}))
        self.start = time.perf_counter() - begin
        self.wait_for_iopub()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.context.destroy(linger=0)
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def connect(self, info, channel, kind):
        socket = self.context.socket(kind)
        socket.rcvhwm = socket.sndhwm = 0
        socket.connect(f"{info['transport']}://{info['ip']}:{info[channel + '_port']}")
        return socket

    def wait_for_iopub(self):
        """What is published before the subscription is known would be lost."""
        for _ in range(100):
            self.reply(self.send("kernel_info_request", {}))
            if self.iopub.poll(50):
                while self.iopub.poll(50):
                    self.iopub.recv_multipart()
                return
        raise TimeoutError(f"{self.name} publishes nothing")

    # Messages

    def send(self, kind, content, socket=None):
        message = self.session.msg(kind, content)
        (socket or self.shell).send_multipart(self.session.serialize(message))
        return message["header"]["msg_id"]

    def receive(self, socket, timeout=120):
        if not socket.poll(timeout * 1000):
            raise TimeoutError(f"{self.name} is silent for {timeout} s")
        _, frames = self.session.feed_identities(socket.recv_multipart())
        return self.session.deserialize(frames)

    def reply(self, request, socket=None):
        while True:
            message = self.receive(socket or self.shell)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    # Cells

    def send_cell(self, code, **options):
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        return self.send("execute_request", content | options)

    def published(self, request):
        """What the cell of `request` published, up to its idle."""
        messages = []
        while True:
            message = self.receive(self.iopub)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["content"].get("execution_state") == "idle":
                return messages
            messages.append(message)

    def execute(self, code):
        """Seconds from the request of `code` to its reply, which must be a success, and what it
        published."""
        begin = time.perf_counter()
        request = self.send_cell(code)
        content = self.reply(request)
        seconds = time.perf_counter() - begin
        assert content["status"] == "ok", (code, content)
        return seconds, self.published(request)

    def value(self, code):
        """The text of the last expression of `code`."""
        _, messages = self.execute(code)
        return result(messages)

    # Processes

    @property
    def process(self):
        return psutil.Process(self.manager.provisioner.pid)

    def processes(self):
        """The kernel and all that descend from it, adopted ones included."""
        found = {p.pid: p for p in [self.process, *self.process.children(recursive=True)]}
        sign = f"{MARK}={self.mark}".encode()
        for pid in psutil.pids():
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if sign in file.read().split(b"\0"):
                        found.setdefault(pid, psutil.Process(pid))
            except (OSError, psutil.NoSuchProcess):
                continue  # it ended meanwhile, or is another user's
        return list(found.values())

    def mebibytes(self):
        """The proportional set size of all processes: shared pages count once."""
        kilobytes = 0
        for process in self.processes():
            try:
                with open(f"/proc/{process.pid}/smaps_rollup") as file:
                    kilobytes += sum(int(x.split()[1]) for x in file if x.startswith("Pss:"))
            except (OSError, psutil.NoSuchProcess):
                continue  # it ended meanwhile
        return kilobytes / 1024


def result(messages):
    shown = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
    return shown[-1]["text/plain"] if shown else None


def printed(messages):
    streams = [m["content"] for m in messages if m["msg_type"] == "stream"]
    return "".join(c["text"] for c in streams if c["name"] == "stdout")
