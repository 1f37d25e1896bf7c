"""The monitor, as a person starts it, beside a real server: in a terminal of its own, and for one summary."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from antiphon.apps.programs import Running, connect, osc_datagram, read_osc, started
from antiphon.note import pitch_name

pytestmark = pytest.mark.usefixtures("posix")

HIDE, SHOW, OTHER_PAGE, BACK = "\x1b[?25l", "\x1b[?25h", "\x1b[?1049h", "\x1b[?1049l"
"""What terminals understand: hide and show the cursor, turn to the other page and back."""


@pytest.fixture
def server() -> Iterator[Running]:
    with started("antiphon", "serve", "--port", "0", "--no-record", "--seed", "1") as running:
        yield running


class Terminal:
    """A program in a pseudo-terminal, and all that it wrote."""

    def __init__(self, *arguments: str, encoding: str = "utf-8") -> None:
        import pty

        self.screen = ""
        self._parent, child = pty.openpty()
        settings = {"COLUMNS": "100", "LINES": "30", "TERM": "xterm", "PYTHONIOENCODING": encoding}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "antiphon", "monitor", *arguments],
            stdin=child, stdout=child, stderr=child, env=os.environ | settings, start_new_session=True,
        )  # fmt: skip
        os.close(child)

    def read_until(self, pattern: str, within: float = 15.0) -> str:
        """What stands on the screen when the pattern does; fails if it never comes."""
        end = time.monotonic() + within
        while not re.search(pattern, self.screen):
            assert time.monotonic() < end, f"{pattern} is not on the screen: {self.screen[-3000:]}"
            if select.select([self._parent], [], [], 0.1)[0]:
                self._read()
        return self.screen

    def press(self, key: str) -> None:
        os.write(self._parent, key.encode())

    def ended(self, within: float) -> int:
        """Its exit status; what it still wrote is on the screen."""
        end = time.monotonic() + within
        while self.process.poll() is None or select.select([self._parent], [], [], 0)[0]:
            assert time.monotonic() < end, "it does not end"
            if select.select([self._parent], [], [], 0.02)[0] and not self._read():
                break
        return self.process.wait(max(end - time.monotonic(), 0.01))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._parent)

    def _read(self) -> bool:
        try:
            self.screen += os.read(self._parent, 65536).decode("utf-8", "replace")
        except OSError:  # Linux says so when the program has gone
            return False
        return True


@contextmanager
def monitoring(*arguments: str, encoding: str = "utf-8") -> Iterator[Terminal]:
    terminal = Terminal(*arguments, encoding=encoding)
    try:
        yield terminal
    finally:
        terminal.close()


def monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "antiphon", "monitor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def play(running: Running, name: str, *pitches: int) -> list[str]:
    """Notes of a performer of this name; gives what was predicted, as note names."""
    predicted = []
    with connect(running.port) as sock:
        sock.send(osc_datagram("/antiphon/hello", name))
        sock.recv(65536)
        for pitch in pitches:
            sock.send(osc_datagram("/antiphon/note", pitch, 0.25, 0.5))
            predicted.append(pitch_name(int(read_osc(sock.recv(65536))[1][0])))
    return predicted


def test_one_summary_is_an_object_of_what_was_played_without_the_monitor(server: Running) -> None:
    play(server, "Anna", 60, 64, 67)
    for _ in range(3):
        ended = monitor("--port", str(server.port), "--json")
        assert (ended.returncode, ended.stderr) == (0, "")
        summary = json.loads(ended.stdout)
        assert [one["performers"] for one in summary["playing"]] == [["Anna"]]
        assert [row[0] for row in summary["playing"][0]["window"]] == [60, 64, 67]
        assert (summary["sessions"], summary["answers"]) == (1, 3)


def test_without_a_server_one_summary_is_one_clear_line() -> None:
    ended = monitor("--port", "1", "--json")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "antiphon: no answer from 127.0.0.1:1 within 2 s; start it with antiphon serve, or name where it listens "
        "with --host and --port\n"
    )


def test_without_a_terminal_it_says_so_in_a_line() -> None:
    ended = monitor()
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1)
    assert "no terminal to draw on" in ended.stderr


@pytest.mark.parametrize("way", ["q", signal.SIGINT, signal.SIGTERM])
def test_who_plays_and_what_is_expected_is_seen_live_until_one_leaves(
    server: Running, way: str | signal.Signals
) -> None:
    with monitoring("--port", str(server.port)) as terminal:
        terminal.read_until("nobody plays yet")
        predicted = play(server, "Anna", 60, 64, 67)
        terminal.read_until("Anna")
        screen = terminal.read_until(rf"{predicted[-1]}\S* {predicted[-2]} {predicted[-3]}")
        for words in ("maestro", "3 notes", "p99.9", "●"):
            assert words in screen
        assert "monitor" not in screen
        if isinstance(way, signal.Signals):
            terminal.process.send_signal(way)
        else:
            terminal.press(way)
        assert terminal.ended(within=5.0) == 0
        assert terminal.screen.startswith(OTHER_PAGE)
        assert terminal.screen.rindex(SHOW) > terminal.screen.rindex(HIDE)
        assert terminal.screen.rindex(BACK) > terminal.screen.rindex(OTHER_PAGE)
        assert "Traceback" not in terminal.screen


def test_a_server_that_goes_is_said_and_found_again_when_it_is_back() -> None:
    with started("antiphon", "serve", "--port", "0", "--no-record") as first:
        port = str(first.port)
        play(first, "Anna", 60)
        terminal = Terminal("--port", port)
        terminal.read_until("Anna")
    try:
        terminal.read_until(f"no answer from 127.0.0.1:{port} for [23] s")
        with started("antiphon", "serve", "--port", port, "--no-record") as second:
            play(second, "Ben", 60)
            terminal.read_until("Ben")
            summary = json.loads(monitor("--port", port, "--json").stdout)
            assert [one["performers"] for one in summary["playing"]] == [["Ben"]]
        terminal.press("q")
        assert terminal.ended(within=5.0) == 0
    finally:
        terminal.close()


def test_a_terminal_that_knows_no_such_signs_shows_others(server: Running) -> None:
    play(server, "Anna", 60)
    with monitoring("--port", str(server.port), encoding="ascii") as terminal:
        terminal.read_until("Anna")
        terminal.press("q")
        assert terminal.ended(within=5.0) == 0
        assert terminal.screen.isascii()
