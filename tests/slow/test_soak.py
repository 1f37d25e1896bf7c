"""A million notes from eight players at full speed: every one is answered once and in order, every note of the model
that begins also ends, and memory does not grow.

`ANTIPHON_SOAK` is another number of notes, for a quick look.
"""

import json
import os
import selectors
import socket
import sqlite3
import time
from collections import deque
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

from antiphon.apps.programs import ANSWER_WITHIN, connect, osc_datagram, read_osc, started

pytestmark = pytest.mark.slow

NOTES = int(os.environ.get("ANTIPHON_SOAK", "1000000"))
PLAYERS = 8
OUTSTANDING = 64
"""Notes of one player that wait for their answers: eight times so many fit into the sockets of the usual system."""

INTERLUDE = 1000
"""Notes of a player from one interlude to the next; half of them fall into it, seconds in which the model plays."""

GROWTH_AT_MOST = 0.005
"""Of resident memory, after the first tenth of a million notes: 0.5 MB. SQLite's pages and the recorder's queue have
their full size long before, and what is kept of the past lies in arrays. 0.2 MB were measured, all of it before the
first 200,000 notes: the fullest moment comes a little later than the first tenth. Half a byte a note would be more."""

FULL = 500_000
"""Notes below which memory is not judged: the first tenth is still filling what is bounded."""

PREDICTION, PLAY_ON, PLAY_OFF = (f"/antiphon/{name}\0".encode() for name in ("prediction", "play/on", "play/off"))


class Player:
    """One socket that keeps some notes on their way, and now and then lets the model play."""

    def __init__(self, sock: socket.socket, count: int, interlude: str) -> None:
        self.sock = sock
        self.count = count
        self.interlude = interlude
        self.sent = 0
        self.waiting: deque[int] = deque()
        self.sounding: set[int] = set()
        self.ons = 0
        self.other: list[str] = []
        sock.setblocking(False)

    @property
    def is_done(self) -> bool:
        return self.sent == self.count and not self.waiting

    def say(self, address: str, *values: int | float | str) -> None:
        self.sock.send(osc_datagram(f"/antiphon/{address}", *values))

    def play(self) -> None:
        """Send as many notes as may be on their way."""
        while self.sent < self.count and len(self.waiting) < OUTSTANDING:
            place = self.sent % INTERLUDE
            if place == INTERLUDE // 2:
                self.begin_interlude()
            elif place == 0:
                self.say("play", 0)
                self.say("mode", "echo")
            if self.interlude != "play" and place >= INTERLUDE // 2:
                self.say("predict", 1, self.sent)  # a note is not answered in these modes
            else:
                self.say("note", 36 + self.sent % 48, 0.1, 0.2, 64, self.sent)
            self.waiting.append(self.sent)
            self.sent += 1

    def begin_interlude(self) -> None:
        """The model plays beside its answers: by itself, along with the player, or once they pause."""
        if self.interlude == "play":
            self.say("play", 1)
        else:
            self.say("mode", self.interlude)
            for _ in range(3):
                self.say("note/on", 60, 64)
                self.say("note/off", 60)

    def hear(self) -> None:
        """Everything that waits at the socket, each answer in its turn."""
        while True:
            try:
                data = self.sock.recv(65536)
            except BlockingIOError:
                return
            address, values = read_osc(data) if not data.startswith(PREDICTION) else ("", [])
            if not address:
                assert int.from_bytes(data[-4:], "big", signed=True) == self.waiting.popleft()
            elif data.startswith(PLAY_ON):
                assert values[0] not in self.sounding
                self.sounding.add(int(values[0]))
                self.ons += 1
            elif data.startswith(PLAY_OFF):
                self.sounding.remove(int(values[0]))
            else:
                self.other.append(address)


def test_every_note_is_answered_once_and_memory_does_not_grow(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    words = ("--port", "0", "--seed", "1", "--database", str(path))
    resident: list[tuple[int, float]] = []
    with (
        started("antiphon", "serve", *words) as server,
        ExitStack() as sockets,
        selectors.DefaultSelector() as selector,
    ):
        process = psutil.Process(server.process.pid)
        kinds = ("play", "duet", "respond", "play", "duet", "respond", "play", "play")
        players = [
            Player(sockets.enter_context(connect(server.port)), NOTES // PLAYERS, kind) for kind in kinds[:PLAYERS]
        ]
        for player in players:
            selector.register(player.sock, selectors.EVENT_READ, player)
        begun = time.monotonic()
        while not all(player.is_done for player in players):
            for player in players:
                player.play()
            ready = selector.select(ANSWER_WITHIN)
            assert ready, [(player.sent, len(player.waiting)) for player in players]
            for key, _ in ready:
                key.data.hear()
            sent = sum(player.sent for player in players)
            if sent >= len(resident) * NOTES / 50:
                resident.append((sent, process.memory_info().rss / 1e6))
        seconds = time.monotonic() - begun
        with connect(server.port) as sock:
            sock.send(osc_datagram("/antiphon/stats"))
            stats = json.loads(str(read_osc(sock.recv(65536))[1][0]))
        server.process.terminate()
        _, said = server.process.communicate(timeout=30)
        time.sleep(0.1)
        for player in players:
            player.hear()
    first = max(megabytes for sent, megabytes in resident if sent <= NOTES / 10 + NOTES / 50)
    last = resident[-1][1]
    ons = sum(player.ons for player in players)
    told = {name: value for name, value in stats.items() if name != "playing"}
    with closing(sqlite3.connect(path)) as database:
        (kept,) = database.execute("SELECT count(*) FROM event WHERE name = 'prediction'").fetchone()
    print(  # noqa: T201
        f"\n{NOTES} notes, {NOTES / seconds:.0f} a second, {ons} played, {kept} answers recorded, {first:.1f} MB after "
        f"a tenth, {last:.1f} MB at the end; {told}; memory {[round(mb, 1) for _, mb in resident[::5]]}"
    )
    assert said == ""
    assert ons > 0
    assert not any(player.sounding for player in players)
    assert [player.other[-1:] for player in players] == [["/antiphon/bye"]] * PLAYERS
    assert "faults" not in stats
    assert NOTES < FULL or last <= first * (1 + GROWTH_AT_MOST)
