"""What is asked over UDP comes back, and what nobody plays in is left out."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from antiphon.apps.monitor.asker import SILENCE, Asker, Summary, ask_once
from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.errors import DeviceError

HEAD = {"version": "0", "model": "m", "licence": "", "uptime_s": 1.0, "trouble": "", "answers": 0}
EACH = {"name": "s", "mode": "echo", "notes": 0, "idle_s": 0.0, "sounding": [], "window": [], "predicted": []}


def summary(*performers: list[str]) -> Summary:
    return {**HEAD, "sessions": len(performers), "playing": [EACH | {"performers": names} for names in performers]}


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[int, list[str]]]:
    """A server that answers every question for stats with the next of these; gives its port and what it was asked."""
    asked: list[str] = []
    waiting = list(answers)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    data, source = sock.recvfrom(65536)
                except TimeoutError:
                    continue
                address, values = read_osc(data)
                asked.append(" ".join([address, *map(str, values)]))
                if address == "/antiphon/stats" and waiting:
                    sock.sendto(waiting.pop(0), source)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield sock.getsockname()[1], asked
        finally:
            stop.set()
            thread.join()


def told(one: Summary) -> bytes:
    return osc_datagram("/antiphon/stats", json.dumps(one))


def test_it_asks_for_the_summary_and_nothing_else() -> None:
    one = told(summary(["Anna"]))
    with answering(one) as (port, asked), Asker("127.0.0.1", port) as asker:
        assert asker.ask(1.0) is not None
        assert asker.ask(0.1) is None
    assert set(asked) == {"/antiphon/stats"}


def test_other_answers_are_passed_over() -> None:
    with answering(osc_datagram("/antiphon/pong"), told(summary(["Anna"]))) as (port, _):
        assert ask_once("127.0.0.1", port)["playing"][0]["performers"] == ["Anna"]


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense",
        osc_datagram("/antiphon/stats"),
        osc_datagram("/antiphon/stats", "{"),
        osc_datagram("/antiphon/stats", "[1]"),
        osc_datagram("/antiphon/stats", "{}"),
        osc_datagram("/antiphon/stats", json.dumps(summary() | {"playing": [1]})),
        osc_datagram("/antiphon/stats", json.dumps(summary() | {"playing": [{}]})),
    ],
)
def test_what_is_no_antiphon_is_said_so(answer: bytes) -> None:
    with answering(answer) as (port, _), pytest.raises(DeviceError, match=f"127.0.0.1:{port} is no antiphon"):
        ask_once("127.0.0.1", port)


def test_a_name_that_no_machine_can_have_is_said_so() -> None:
    with pytest.raises(DeviceError, match="cannot be reached"):
        Asker("\udcff", 9000)


def test_nobody_there_is_said_with_what_to_do() -> None:
    with pytest.raises(DeviceError, match=f"no answer from 127.0.0.1:1 within {SILENCE:g} s") as caught:
        ask_once("127.0.0.1", 1)
    assert "antiphon serve" in caught.value.hint
    with pytest.raises(DeviceError, match=r"nowhere\.invalid cannot be reached"):
        ask_once("nowhere.invalid", 9000)
