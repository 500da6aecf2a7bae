"""Ten thousand malformed frames on each channel leave the kernel answering."""

import json
import os
import random

import pytest
import zmq
from kernel_session import KernelSession

COUNT = 10_000
DELIMITER = b"<IDS|MSG>"


def endpoint(info, channel):
    joint = "-" if info["transport"] == "ipc" else ":"
    return f"{info['transport']}://{info['ip']}{joint}{info[channel + '_port']}"


def malformed(chance, client, kind):
    """One message that no kernel may act on."""
    message = client.session.msg("execute_request", {"code": "let planted = 1", "silent": True})
    frames = client.session.serialize(message)
    if kind == "wrong signature":
        frames[1] = os.urandom(32).hex().encode()
    elif kind == "truncated":
        frames = frames[: chance.randrange(len(frames))]
    elif kind == "random bytes":
        frames = [chance.randbytes(chance.randrange(200)) for _ in range(chance.randrange(1, 8))]
    elif kind == "wrong JSON":
        parts = [chance.randbytes(chance.randrange(1, 60)) for _ in range(4)]
        frames = [DELIMITER, client.session.sign(parts), *parts]
    elif kind == "wrong types":
        parts = [
            json.dumps(chance.choice([None, 1, [], "x", {"msg_type": 5}, {}])).encode()
            for _ in range(4)
        ]
        frames = [DELIMITER, client.session.sign(parts), *parts]
    return frames or [b""]


KINDS = ["wrong signature", "truncated", "random bytes", "wrong JSON", "wrong types"]


@pytest.fixture(scope="module")
def fuzzed():
    with KernelSession() as session:
        assert session.run("let kept = 3").status == "ok"
        yield session


def answers(session):
    """Whether the kernel answers on every channel and remembers what it knew."""
    assert session.value("kept") == "3"
    assert session.run("planted").status == "error"
    request = session.client.kernel_info()
    assert session.client.get_shell_msg(timeout=10)["parent_header"]["msg_id"] == request
    message = session.client.session.msg("kernel_info_request", {})
    session.client.control_channel.send(message)
    reply = session.client.control_channel.get_msg(timeout=10)
    assert reply["msg_type"] == "kernel_info_reply"
    assert session.client.hb_channel.is_beating()


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub", "hb"])
def test_malformed_frames_leave_the_kernel_answering(fuzzed, channel):
    chance = random.Random(channel)
    kind = {"iopub": zmq.SUB, "hb": zmq.DEALER}.get(channel, zmq.DEALER)
    context = zmq.Context.instance()
    socket = context.socket(kind)
    socket.linger = 0
    socket.sndhwm = 0
    socket.connect(endpoint(fuzzed.manager.get_connection_info(), channel))
    try:
        for i in range(COUNT):
            if channel == "iopub":
                # All that a subscriber can send: subscriptions, of any bytes.
                topic = chance.randbytes(chance.randrange(60))
                socket.setsockopt(zmq.SUBSCRIBE, topic)
                socket.setsockopt(zmq.UNSUBSCRIBE, topic)
            else:
                socket.send_multipart(malformed(chance, fuzzed.client, KINDS[i % len(KINDS)]))
                while socket.poll(0):
                    socket.recv_multipart()
        answers(fuzzed)
    finally:
        socket.close()


def test_a_replayed_message_is_not_executed_again(fuzzed):
    client = fuzzed.client
    assert fuzzed.run("var runs = 0").status == "ok"
    content = {
        "code": "runs += 1", "silent": False, "store_history": False, "user_expressions": {},
        "allow_stdin": False, "stop_on_error": False,
    }
    frames = client.session.serialize(client.session.msg("execute_request", content))
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.sndhwm = 0
    socket.connect(endpoint(fuzzed.manager.get_connection_info(), "shell"))
    try:
        for _ in range(COUNT):
            socket.send_multipart(frames)
        # Asked on the same channel, behind the replayed ones.
        assert fuzzed.value("runs", timeout=120) == "1"
    finally:
        socket.close()
    answers(fuzzed)
