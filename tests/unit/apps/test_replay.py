"""What was played into one server is played into another that starts the same, and every answer is the same."""

import random
import socket
import time

import pytest

from antiphon.apps.programs import ANSWER_WITHIN, Running, connect, read_osc, started
from antiphon.apps.replay import replay, to_datagram
from antiphon.engine.bundle import DEFAULT
from antiphon.errors import DeviceError
from antiphon.event import Event
from antiphon.osc import codec
from antiphon.record.reader import SessionInfo
from antiphon.record.replay import Cue, script
from antiphon.timetag import time_tag_of

SERVER = ("serve", "--port", "0", "--seed", "1", "--device", "cpu")


def info(model: str = DEFAULT) -> SessionInfo:
    return SessionInfo(1, 1, "session-1", "", 0.0, 0.0, 0, 0, model, None)


def played(running: Running) -> list[Event]:
    """Some keys and finished notes at odd moments of this second, and their answers, as a recorder keeps them."""
    rng, begin = random.Random(1), time.time()
    events = []
    for number in range(20):
        at = begin + number * 0.02 + rng.random() * 0.01
        if number % 3:
            events.append(Event("session-1", at, "in", "note/on", (60 + number, 64, number)))
        else:
            events.append(Event("session-1", at, "in", "note", (60 + number, 0.1, 0.5, 64, number)))
    events.append(Event("session-1", begin + 0.5, "in", "continue", (10, 99)))
    with connect(running.port) as sock:
        for cue in script(events, begin - 0.5):
            sock.send(to_datagram(cue))
        for _ in range(32):
            address, values = read_osc(sock.recv(65536))
            if address == "/antiphon/prediction":
                events.append(Event("session-1", begin, "out", "prediction", tuple(values)))
    return events


def test_a_cue_is_a_bundle_with_its_time_tag() -> None:
    tag = time_tag_of(1_700_000_000.25)
    ((found, message),) = codec.split(to_datagram(Cue(0.0, tag, "set", ("seed", 2**32 - 1))))
    assert found == tag
    assert codec.read(message) == ("/antiphon/set", ["seed", 2**32 - 1])


def test_a_replay_is_answered_alike_to_the_last_bit() -> None:
    with started("antiphon", *SERVER) as running:
        events = played(running)
    with started("antiphon", *SERVER) as running:
        came = replay(info(), events, ("localhost", running.port))
    assert (came.model, came.sent, came.recorded, came.heard, came.identical) == (DEFAULT, 21, 30, 30, 30)


def test_answers_that_differ_are_counted_as_such() -> None:
    with started("antiphon", *SERVER) as running:
        events = [
            Event("session-1", 5.0, "in", "note", (60, 0.0, 0.5, 64, 1)),
            Event("session-1", 5.0, "out", "prediction", (1, 0.5, 0.5, 64, 1)),
        ]
        came = replay(info("another"), events, ("127.0.0.1", running.port), speed=100)
    assert (came.recorded, came.heard, came.identical) == (1, 1, 0)


def test_where_nobody_listens_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.apps.replay.ANSWER_WITHIN", ANSWER_WITHIN / 20)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        with pytest.raises(DeviceError, match=f"no server answers at 127.0.0.1:{port}"):
            replay(info(), [], ("127.0.0.1", port))
    with pytest.raises(DeviceError, match="no server answers"):
        replay(info(), [], ("127.0.0.1", port))
    with pytest.raises(DeviceError, match="cannot be reached"):
        replay(info(), [], ("no.such.host.invalid", port))
