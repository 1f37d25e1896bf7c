"""The real server, started as a performer starts it, over real UDP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from antiphon.apps.programs import Running, connect, osc_datagram, read_osc, started
from antiphon.osc.table import INCOMING, OUTGOING

NOTE = osc_datagram("/antiphon/note", 60, 0.25, 0.5, 64, 1)
POSIX = sys.platform != "win32"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with started("antiphon", "serve", "--port", "0", "--seed", "1") as running:
        yield running


@pytest.fixture
def sock(server: Running) -> Iterator[socket.socket]:
    with connect(server.port) as sock:
        yield sock


def ask(sock: socket.socket, *words: int | float | str) -> tuple[str, list[int | float | str]]:
    address, *values = words
    sock.send(osc_datagram(f"/antiphon/{address}", *values))
    return read_osc(sock.recv(65536))


def test_the_very_first_note_gets_an_answer(sock: socket.socket) -> None:
    address, (pitch, step, duration, velocity, number) = ask(sock, "note", 60, 0.25, 0.5, 80, 7)
    assert address == "/antiphon/prediction"
    assert 0 <= int(pitch) <= 127
    assert float(step) >= 0
    assert float(duration) > 0
    assert 1 <= int(velocity) <= 127
    assert number == 7


def test_a_phrase_of_a_hundred_notes_comes_whole(sock: socket.socket) -> None:
    ask(sock, "note", 60, 0.25, 0.5)
    sock.send(osc_datagram("/antiphon/continue", 100, 5))
    heard = [read_osc(sock.recv(65536)) for _ in range(102)]
    assert heard[0] == ("/antiphon/phrase/begin", [5, 100])
    assert heard[-1] == ("/antiphon/phrase/end", [5])
    assert {address for address, _ in heard[1:-1]} == {"/antiphon/prediction"}


def test_wrong_notes_are_answered_and_the_next_good_one_too(sock: socket.socket) -> None:
    for words in (
        ("note", 300, 0.1, 0.2),
        ("note", 60, -1.0, 0.2),
        ("note", 60, 0.1, float("nan")),
        ("note", 60),
        ("no",),
    ):
        address, values = ask(sock, *words)
        assert address == "/antiphon/error"
        assert values[0]
        assert values[2]
    assert ask(sock, "note", 60, 0.25, 0.5)[0] == "/antiphon/prediction"


def test_a_burst_is_answered_whole_and_in_order(sock: socket.socket) -> None:
    for number in range(200):
        sock.send(osc_datagram("/antiphon/note", 60, 0.1, 0.2, 64, number))
    assert [read_osc(sock.recv(65536))[1][-1] for _ in range(200)] == list(range(200))


def test_answers_come_to_the_port_that_was_asked_for(sock: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(5)
        sock.send(osc_datagram("/antiphon/reply", other.getsockname()[1]))
        assert read_osc(other.recv(65536))[0] == "/antiphon/hello"
        sock.send(NOTE)
        assert read_osc(other.recv(65536))[0] == "/antiphon/prediction"


def test_a_sender_that_has_gone_does_not_stop_the_others(server: Running, sock: socket.socket) -> None:
    with connect(server.port) as gone:
        gone.send(NOTE)
    for _ in range(20):
        assert ask(sock, "note", 60, 0.25, 0.5)[0] == "/antiphon/prediction"


def test_the_same_seed_and_notes_get_the_same_answers() -> None:
    def answers() -> list[list[int | float | str]]:
        with started("antiphon", "serve", "--port", "0", "--seed", "7") as running, connect(running.port) as sock:
            return [ask(sock, "note", 60 + number, 0.25, 0.5)[1] for number in range(30)]

    assert answers() == answers()


def test_of_models_asked_for_at_once_the_last_one_stays() -> None:
    with started("antiphon", "serve", "--port", "0") as running, connect(running.port) as sock:
        asked = ["maestro", "tutorial", "maestro", "tutorial"]
        for name in asked:
            sock.send(osc_datagram("/antiphon/model", name))
        assert [read_osc(sock.recv(65536))[1][0] for _ in asked] == asked
        assert ask(sock, "hello")[1][1] == "tutorial"


def test_it_answers_within_a_second_of_its_start_in_little_memory_and_sleeps_when_idle() -> None:
    with started("antiphon", "serve", "--port", "0") as running, connect(running.port) as sock:
        ask(sock, "note", 60, 0.25, 0.5)
        process = psutil.Process(running.process.pid)
        loaded = (
            {Path(entry.path).name for entry in process.memory_maps()} if POSIX and sys.platform != "darwin" else set()
        )
        assert not any("tensorflow" in name for name in loaded)
        before = process.cpu_times()
        time.sleep(1)
        after = process.cpu_times()
        assert after.user + after.system - before.user - before.system < 0.1


def test_nothing_is_printed_for_a_note() -> None:
    with started("antiphon", "serve", "--port", "0") as running:
        with connect(running.port) as sock:
            for number in range(50):
                ask(sock, "note", 60, 0.25, 0.5)
                if number % 5 == 0:
                    ask(sock, "nope")
        running.process.terminate()
        assert running.process.communicate(timeout=5) == ("", "")


@pytest.mark.usefixtures("posix")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_it_says_goodbye_when_it_is_told_to_stop_or_its_terminal_is_closed(name: str) -> None:
    with started("antiphon", "serve", "--port", "0") as running, connect(running.port) as sock:
        ask(sock, "hello")
        running.process.send_signal(getattr(signal, name))
        assert read_osc(sock.recv(65536)) == ("/antiphon/bye", ["the server stops"])
        assert running.process.wait(5) == 0


@pytest.mark.usefixtures("posix")
def test_started_with_nohup_it_outlives_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with started("antiphon", "serve", "--port", "0", "--no-record") as running, connect(running.port) as sock:
            ask(sock, "hello")
            running.process.send_signal(signal.SIGHUP)
            assert ask(sock, "hello")[0] == "/antiphon/hello"
    finally:
        signal.signal(signal.SIGHUP, before)


def hostile() -> list[bytes]:
    """Every message of the table cut at every fourth byte, and with each byte broken."""
    found = [b"", b"/", bytes(16), bytes(65000), b"#bundle\0", os.urandom(64)]
    for row in INCOMING.values():
        data = osc_datagram(row.address, *[argument.low for argument in row.arguments if argument.kind != "s"])
        found += [data[:size] for size in range(0, len(data), 4)]
        found += [data[:at] + b"\xff" + data[at + 1 :] for at in range(len(data))]
    return found


def test_whatever_arrives_the_next_good_note_is_answered(server: Running, sock: socket.socket) -> None:
    known = {row.address for row in OUTGOING.values()}
    with connect(server.port) as bad:
        for number, data in enumerate(hostile()):
            bad.send(data)
            if number % 20 == 0:
                assert ask(sock, "ping", number) == ("/antiphon/pong", [number])
        bad.settimeout(0.2)
        heard = []
        while True:
            try:
                heard.append(read_osc(bad.recv(65536))[0])
            except TimeoutError:
                break
    assert set(heard) <= known
    assert server.process.poll() is None


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "antiphon", *arguments], capture_output=True, text=True, timeout=60)


def test_a_port_in_use_is_one_clear_line(server: Running) -> None:
    ended = run("serve", "--port", str(server.port))
    assert ended.returncode == 1
    assert f"port {server.port} on 127.0.0.1 cannot be opened" in ended.stderr
    assert "--port" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_missing_or_broken_bundle_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    for model in (str(tmp_path / "missing.onnx"), str(tmp_path / "broken.onnx"), "nothing"):
        ended = run("serve", "--model", model)
        assert ended.returncode == 1
        assert model in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


def test_cuda_that_is_not_there_is_said_in_one_line_and_notes_are_answered() -> None:
    with started("antiphon", "serve", "--port", "0", "--device", "cuda") as running, connect(running.port) as sock:
        assert ask(sock, "note", 60, 0.25, 0.5)[0] == "/antiphon/prediction"
        running.process.terminate()
        _, said = running.process.communicate(timeout=5)
    assert len(said.strip().splitlines()) <= 1
