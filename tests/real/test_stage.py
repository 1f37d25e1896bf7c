"""What a performer counts on during a concert, with the real server over real UDP: modes, models, files, who is heard,
and the end. Some wait for a second of real time: pauses are part of the music."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from antiphon.apps.programs import Running, connect, osc_datagram, read_osc, started
from conftest import lack

pytestmark = pytest.mark.usefixtures("posix")

Heard = tuple[str, list[int | float | str]]
SERVE = ("antiphon", "serve", "--port", "0", "--seed", "1")


def send(sock: socket.socket, *words: int | float | str) -> None:
    address, *values = words
    sock.send(osc_datagram(f"/antiphon/{address}", *values))


def hear_until(sock: socket.socket, is_last: Callable[[str, list[int | float | str]], bool]) -> list[Heard]:
    """All that comes, up to the first message that is wanted; five seconds of silence fail."""
    heard: list[Heard] = []
    while not heard or not is_last(*heard[-1]):
        address, values = read_osc(sock.recv(65536))
        heard.append((address.removeprefix("/antiphon/"), values))
    return heard


def until(name: str) -> Callable[[str, list[int | float | str]], bool]:
    return lambda address, _: address == name


def sounding(heard: list[Heard]) -> set[int]:
    """Pitches that began and did not end; asserts that none begins twice or ends before it begins."""
    pitches: set[int] = set()
    for address, values in heard:
        if address == "play/on":
            assert values[0] not in pitches
            pitches.add(int(values[0]))
        elif address == "play/off":
            pitches.remove(int(values[0]))
    return pitches


def end(server: Running) -> tuple[int, str]:
    server.process.send_signal(signal.SIGTERM)
    _, said = server.process.communicate(timeout=5)
    return server.process.returncode, said


def test_in_mode_respond_it_answers_after_a_pause_and_falls_silent_when_the_player_plays() -> None:
    with started(*SERVE, "--no-record") as server, connect(server.port) as sock:
        send(sock, "mode", "respond")
        send(sock, "set", "pause", 0.3)
        assert [values[0] for _, values in hear_until(sock, lambda _, values: values[0] == "pause")] == [
            "mode",
            "pause",
        ]
        for number in range(12):
            send(sock, "note", 60 + number, 0.1, 0.1)
            time.sleep(0.02)
        paused = time.monotonic()
        heard = hear_until(sock, until("play/on"))
        assert 0.25 < time.monotonic() - paused < 1.0
        assert [address for address, _ in heard] == ["play/on"]
        send(sock, "note/on", 50, 64)
        send(sock, "ping", "played")
        heard += hear_until(sock, until("pong"))
        assert not sounding(heard)
        send(sock, "set", "pause", 10.0)
        hear_until(sock, until("value"))
        sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            sock.recv(65536)


def test_told_to_stop_while_it_plays_it_ends_every_note_and_says_goodbye() -> None:
    with started(*SERVE, "--no-record") as server, connect(server.port) as sock:
        send(sock, "set", "density", 4.0)
        send(sock, "note", 60, 0.1, 5.0)
        send(sock, "play", 1)
        heard: list[Heard] = []
        while sum(address == "play/on" for address, _ in heard) < 5 or not sounding(heard):
            heard += hear_until(sock, until("play/on"))
        server.process.send_signal(signal.SIGTERM)
        heard += hear_until(sock, until("bye"))
        assert heard[-1] == ("bye", ["the server stops"])
        assert not sounding(heard)
        assert server.process.wait(5) == 0


def test_the_model_is_switched_while_it_plays_and_no_answer_is_lost() -> None:
    with started(*SERVE, "--no-record") as server, connect(server.port) as sock, connect(server.port) as player:
        send(player, "play", 1)
        send(sock, "model", "tutorial")
        heard: list[Heard] = []
        number = 0
        until_time = time.monotonic() + 20
        while ("model" not in [address for address, _ in heard] or number < 200) and time.monotonic() < until_time:
            number += 1
            send(sock, "note", 60 + number % 12, 0.1, 0.2, 64, number)
            heard += hear_until(sock, until("prediction"))
        assert [values[-1] for address, values in heard if address == "prediction"] == list(range(1, number + 1))
        assert next(values for address, values in heard if address == "model")[:2] == ["tutorial", "note"]
        send(sock, "hello")
        assert hear_until(sock, until("hello"))[-1][1][1] == "tutorial"
        played = hear_until(player, until("play/on"))
        send(player, "play", 0)
        send(player, "ping")
        assert not sounding(played + hear_until(player, until("pong")))
        send(sock, "model", "nothing")
        assert hear_until(sock, until("error"))[-1][1][0] == 'there is no model called "nothing"'


def test_beyond_this_machine_only_who_is_allowed_is_heard() -> None:
    words = (*SERVE, "--no-record", "--host", "0.0.0.0", "--allow", "127.0.0.1/32")  # noqa: S104 - what is tested
    with (
        started(*words) as server,
        connect(server.port) as sock,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        try:
            stranger.bind(("127.0.0.2", 0))
        except OSError:
            lack("a second loopback address is not there")
        stranger.connect(("127.0.0.1", server.port))
        stranger.settimeout(0.3)
        send(stranger, "ping", 1)
        with pytest.raises(TimeoutError):
            stranger.recv(65536)
        send(sock, "ping", 2)
        assert hear_until(sock, until("pong")) == [("pong", [2])]
        send(sock, "stats")
        assert '"datagrams_not_allowed": 1' in str(hear_until(sock, until("stats"))[0][1][0])


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antiphon", "serve", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, env=os.environ | environment)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "the host 0.0.0.0 opens the port to others, and nobody is allowed; say who may play"),  # noqa: S104
        (("--allow", "192.168.1.7/24"), "--allow 192.168.1.7/24 has host bits set; give a network"),
        (("--host", "192.0.2.1", "--allow", "10.0.0.0/8"), "on 192.0.2.1 cannot be opened"),
    ],
)
def test_a_wrong_place_to_listen_is_one_clear_line(words: tuple[str, ...], said: str) -> None:
    ended = run("--no-record", *words)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert (ended.stdout, len(ended.stderr.splitlines())) == ("", 1)


def test_a_second_server_on_the_port_is_one_clear_line_and_the_first_plays_on(tmp_path: Path) -> None:
    database = ("--database", str(tmp_path / "a.sqlite"))
    with started(*SERVE, *database) as server, connect(server.port) as sock:
        ended = run("--port", str(server.port), *database)
        assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
        assert f"port {server.port} on 127.0.0.1 cannot be opened" in ended.stderr
        send(sock, "ping")
        hear_until(sock, until("pong"))


def test_a_session_is_saved_into_the_output_folder_and_nowhere_else(tmp_path: Path) -> None:
    output = tmp_path / "output"
    words = (*SERVE, "--database", str(tmp_path / "a.sqlite"), "--output", str(output))
    with started(*words) as server, connect(server.port) as sock:
        for number in range(5):
            send(sock, "note", 60 + number, 0.2, 0.2, 64, number)
        for path in ("../evening", "/tmp/evening", "a/b", "a\\b", "evening.mid", "..", "ö"):  # noqa: S108 - refused
            send(sock, "save", path)
            error = hear_until(sock, until("error"))[-1][1]
            assert error[:2] == ["the name is no plain name", "/antiphon/save"]
        sock.settimeout(20)
        send(sock, "save", "evening")
        assert hear_until(sock, until("saved"))[-1] == ("saved", ["evening.mid"])
    assert [path.name for path in output.iterdir()] == ["evening.mid"]
    assert (output / "evening.mid").read_bytes().startswith(b"MThd")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("a.sqlite")) == ["output"]


def test_where_nothing_can_be_written_it_says_so_in_a_line_and_plays_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    words = (*SERVE, "--database", str(tmp_path / "file" / "a.sqlite"), "--output", str(tmp_path))
    with started(*words) as server, connect(server.port) as sock:
        send(sock, "note", 60, 0.1, 0.2, 64, 7)
        assert hear_until(sock, lambda _, values: values[-1] == 7)
        sock.settimeout(20)
        send(sock, "save", "evening")
        assert hear_until(sock, lambda address, values: address == "error" and values[1] == "/antiphon/save")
        code, said = end(server)
    first, last = said.splitlines()
    assert code == 0
    assert first.startswith("antiphon: playing without recording: ")
    assert re.match(r"antiphon: \d+ events were not recorded: .*a\.sqlite cannot be written", last)


def test_recording_that_fails_at_the_start_goes_on_when_it_can(tmp_path: Path) -> None:
    database = tmp_path / "a.sqlite"
    database.write_bytes(b"no database" * 100)
    with started(*SERVE, "--database", str(database)) as server, connect(server.port) as sock:
        send(sock, "note", 60, 0.1, 0.2, 64, 7)
        hear_until(sock, lambda _, values: values[-1] == 7)
        database.unlink()
        code, said = end(server)
    assert (code, len(said.splitlines())) == (0, 1)
    with closing(sqlite3.connect(database)) as found:
        assert found.execute("SELECT count(*) FROM event WHERE name = 'note'").fetchone() == (1,)


def test_a_database_that_is_no_file_is_said_in_a_line_and_it_plays_on() -> None:
    if not Path("/dev/full").exists():
        lack("a disk that is always full is not there")
    with started(*SERVE, "--database", "/dev/full") as server, connect(server.port) as sock:
        send(sock, "note", 60, 0.1, 0.2, 64, 7)
        hear_until(sock, lambda _, values: values[-1] == 7)
        code, said = end(server)
    assert (code, len(said.splitlines())) == (0, 2)


def test_two_servers_record_into_one_database(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    words = (*SERVE, "--database", str(path))
    with started(*words) as first, started(*words) as second:
        with connect(first.port) as one, connect(second.port) as other:
            for begin in range(0, 300, 30):
                ids = list(range(begin, begin + 30))
                for number in ids:
                    for sock in (one, other):
                        send(sock, "note", 60, 0.1, 0.2, 64, number)
                for sock in (one, other):
                    heard = hear_until(sock, lambda _, values: values[-1] == ids[-1])  # noqa: B023 - called at once
                    assert [values[-1] for _, values in heard] == ids
        assert (end(first), end(second)) == ((0, ""), (0, ""))
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = database.execute(
            "SELECT run, count(*) FROM event JOIN session ON session.id = session WHERE event.name IN "
            "('note', 'prediction') GROUP BY run ORDER BY run"
        ).fetchall()
    assert counts == [(1, 600), (2, 600)]
