"""A million datagrams, good, malformed and damaged: no fault of ours, no step that others would hear, memory bounded,
every note of the model that begins also ends, and the next note is answered.

`ANTIPHON_FUZZ` is another number of datagrams, for a quick look.
"""

import contextlib
import gc
import json
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from antiphon.apps.programs import connect, osc_datagram, read_osc, started
from antiphon.core.core import BATCH, Core, Identity
from antiphon.core.inbox import Inbox
from antiphon.core.limits import Source
from antiphon.osc import codec
from antiphon.osc.messages import ModelAnswer
from antiphon.wanted import Answer
from hostile import damaged, full, malformed, said
from stage import BEGIN, echo_above

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("ANTIPHON_FUZZ", "1000000"))
SENDERS: list[Source] = [("127.0.0.1", 40000 + number) for number in range(8)]
POLITE: Source = ("127.0.0.2", 50000)

STEP_AT_MOST = 0.05
"""Seconds of this thread's own processor time, with the garbage collector at rest: what others would hear as late."""

GROWTH_AT_MOST = 30.0
"""MB of resident memory after the first fifth: queues stand at other lengths, and Python gives little back; a leak of
fifty bytes for each datagram would pass it."""

STEP = 0.1
"""Seconds between two notes of the model at least: the rule halves each step, and a session that is left playing would
play 500 notes a second until it is retired, which took three quarters of the test's time."""

TURN = 0.001
"""Simulated seconds that a turn of the loop takes."""

T = TypeVar("T")


class Loop:
    """The server's turn over a core, in simulated time; answers by rule, and nothing aside takes any time."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.core = Core(Identity("0", "rule", 1, 1), self.now, is_recorded=True)
        self.inbox = Inbox()
        self.worst = (0.0, "", b"")
        self.ons = 0
        self.sounding: Counter[tuple[str, int]] = Counter()
        self.heard: list[bytes] = []

    def timed(self, name: str, work: Callable[[], T], data: bytes = b"") -> T:
        started = time.thread_time()
        done = work()
        self.worst = max(self.worst, (time.thread_time() - started, name, data[:80]))
        return done

    def turn(self) -> None:
        core, now = self.core, self.now
        for data, source, came in self.inbox.take(BATCH, now, core.room):
            self.timed("datagram", partial(core.datagram, data, source, came), data)
        self.timed("tick", lambda: core.tick(now))
        self.send()
        wanted = self.timed("wanted", lambda: core.wanted(now))
        if wanted:
            answers = [_in_time(answer) for answer in echo_above(wanted)]
            self.timed("deliver", lambda: core.deliver(answers, now))
            self.timed("tick", lambda: core.tick(now))
            self.send()
        for job in core.take_jobs():
            if job.kind == "model":
                core.swap(job.name, "note", "CC0-1.0", now)
            core.finish(job, [ModelAnswer(job.name, "note", "CC0-1.0")])

    def send(self) -> None:
        for data, address in self.timed("to_send", lambda: self.core.to_send(self.now)):
            codec.split(data)
            if address == POLITE:
                self.heard.append(data)
        for event in self.core.take_events():
            if event.way == "out" and event.name in ("play/on", "play/off"):
                is_on = event.name == "play/on"
                key = event.session, int(event.values[0])
                self.ons += is_on
                self.sounding[key] += 1 if is_on else -1
                assert self.sounding[key] in (0, 1), event

    def until_idle(self) -> None:
        while self.inbox or self.core.wanting(self.now):
            self.turn()
            self.now += TURN

    def pass_time(self, seconds: float) -> None:
        """Time passes, and what is due happens on time."""
        end = self.now + seconds
        while (due := self.core.next_due()) is not None and due <= end:
            self.now = max(due, self.now)
            self.turn()
        self.now = end

    def is_answered(self, number: int) -> bool:
        """Whether a polite player's note is answered with its number."""
        self.heard.clear()
        for words in (("mode", "echo"), ("reset",), ("note", 60, 0.1, 0.5, 64, number)):
            assert self.inbox.put([osc_datagram(f"/antiphon/{words[0]}", *words[1:])], POLITE, self.now)
        self.until_idle()
        return any(read_osc(data)[1][-1:] == [number] for data in self.heard)


def test_a_million_datagrams_through_the_core() -> None:
    rng, loop, process = random.Random(3), Loop(), psutil.Process()
    good = said(rng, BEGIN)
    seeds = good + malformed(rng, BEGIN)
    fulls = [full(part) for part in good if len(part) < 4096]
    resident = 0.0
    gc.disable()
    try:
        for number in range(COUNT):
            data = rng.choice(fulls) if rng.random() < 2e-4 else damaged(rng, seeds)
            source = ("127.0.0.1", rng.randrange(1, 1000)) if rng.random() < 0.005 else rng.choice(SENDERS)
            loop.inbox.put([data], source, loop.now)
            if rng.random() < 0.3:
                loop.turn()
                loop.pass_time(rng.choice((0.0, 0.001, 0.001, 0.01, 0.3)))
            if number % 10_000 == 0:
                gc.collect()
                assert loop.is_answered(number)
            if number == COUNT // 5:
                resident = process.memory_info().rss / 1e6
    finally:
        gc.enable()
    gc.collect()
    grown = process.memory_info().rss / 1e6 - resident
    loop.until_idle()
    assert loop.is_answered(COUNT)
    loop.core.close("the end", loop.now)
    loop.send()
    counts = loop.core.stats.counts
    print(f"\n{COUNT} datagrams, {loop.ons} notes played, {grown:+.1f} MB, slowest {loop.worst}; {dict(counts)}")  # noqa: T201
    assert not +loop.sounding
    assert loop.ons > COUNT // 1000
    assert loop.worst[0] < STEP_AT_MOST, loop.worst
    assert grown < GROWTH_AT_MOST


def test_a_hundred_thousand_datagrams_over_udp(tmp_path: Path) -> None:
    count = COUNT // 10
    rng = random.Random(4)
    seeds = said(rng, time.time()) + malformed(rng, time.time())
    words = ("--port", "0", "--seed", "1", "--database", str(tmp_path / "a.sqlite"), "--output", str(tmp_path))
    with started("antiphon", "serve", *words) as server, connect(server.port) as polite:
        senders = [connect(server.port) for _ in range(8)]
        for number in range(count):
            try:
                rng.choice(senders).send(damaged(rng, seeds))
            except ConnectionRefusedError:
                pytest.fail("the server is gone")
            if number % 32 == 31:
                for sender in senders:
                    _forget_answers(sender)
                polite.send(osc_datagram("/antiphon/ping", number))
                while read_osc(polite.recv(65536)) != ("/antiphon/pong", [number]):
                    pass
        polite.send(osc_datagram("/antiphon/note", 60, 0.1, 0.5, 64, 7))
        while read_osc(polite.recv(65536))[1][-1:] != [7]:
            pass
        polite.send(osc_datagram("/antiphon/stats"))
        stats = json.loads(str(read_osc(polite.recv(65536))[1][0]))
        for sender in senders:
            sender.close()
        assert server.process.poll() is None
    print(f"\n{ {name: value for name, value in stats.items() if name != 'playing'} }")  # noqa: T201
    assert stats.get("faults", 0) == 0
    assert stats["datagrams"] >= 0.8 * count  # the rest waits for its turn, or found no room in the kernel


def _in_time(answer: Answer) -> Answer:
    return answer._replace(note=answer.note._replace(step=max(answer.note.step, STEP)))


def _forget_answers(sock: socket.socket) -> None:
    """Leave aside all that waits at a socket."""
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            sock.recv(65536)
    sock.settimeout(5)
