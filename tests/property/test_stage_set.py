"""Whatever happens in two hours on stage, every note of the model that begins also ends, and none is late.

Three players over Wi-Fi: notes are lost, doubled and come in another order, clocks jump, modes, controls and models
change, the server stalls now and then. Time is simulated.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest

from antiphon.core.limits import Source
from antiphon.core.schedule import LATE
from antiphon.note import Note
from antiphon.osc import codec
from antiphon.osc.table import MODES
from antiphon.timetag import time_tag_of
from antiphon.wanted import Answer, Wanted
from stage import BEGIN, Stage

HOURS = 2
PLAYERS: list[Source] = [("127.0.0.1", 50000 + number) for number in range(3)]
JITTER = 0.004
"""Seconds that the loop of a busy machine is behind."""


class Night:
    """A stage whose loop is a little behind, and sometimes a lot."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.stage = Stage(seed, self.answer)
        self.latest = 0.0

    def answer(self, wanted: Sequence[Wanted]) -> list[Answer]:
        random = self.random
        return [
            Answer(
                one.ticket,
                Note(
                    int(random.integers(21, 109)),
                    float(random.choice([0.0, 0.12, 0.25, 0.5, 3.0])),
                    float(random.choice([0.05, 0.3, 2.0, 20.0])),
                    64,
                ),
                (0.0,) * 4,
            )
            for one in wanted
        ]

    def until(self, end: float) -> None:
        """Time passes; each turn of the loop is some milliseconds behind, one in two thousand half a second."""
        stage = self.stage
        while (due := stage.core.next_due()) is not None and due <= end:
            stall = 0.5 if self.random.random() < 5e-4 else 0.0
            stage.now = max(due, stage.now) + self.random.random() * JITTER + stall
            heard = len(stage.events)
            stage.turn()
            played = [event.at for event in stage.events[heard:] if event.name.startswith("play/")]
            self.latest = max([self.latest, *(stage.now - at for at in played)])
        stage.now = max(end, stage.now)

    def send(self, source: Source, *words: int | float | str, jump: float = 0.0) -> None:
        """A message over a network that loses, doubles and delays, from a machine whose clock may be wrong."""
        luck = self.random.random()
        if luck < 0.02:
            return
        address, *values = words
        data = codec.bundle(time_tag_of(self.stage.now + jump), [codec.write(f"/antiphon/{address}", values)])
        for _ in range(2 if luck > 0.98 else 1):
            self.stage.core.datagram(data, source, self.stage.now)
        self.stage.turn()


def play_the_night(seed: int, hours: float) -> Night:
    night = Night(seed)
    random = night.random
    minute = -1
    jump = 0.0
    while night.stage.now < BEGIN + hours * 3600:
        source = PLAYERS[random.integers(len(PLAYERS))]
        if int((night.stage.now - BEGIN) // 60) != minute:
            minute += 1
            night.send(source, "mode", str(random.choice(MODES)))
            night.send(source, "set", "lookahead", float(random.choice([0.0, 0.0, 0.2])))
            night.send(source, "preset", str(random.choice(["default", "wild", "melody", "busy", "in time"])))
            night.stage.core.swap(f"model-{minute}", "note", "CC0-1.0", night.stage.now)
            jump = float(random.choice([0.0, 0.0, -1.5, 1.5, 3600.0, -86400.0]))
        what = random.random()
        pitch = int(random.integers(30, 90))
        if what < 0.45:
            night.send(source, "note/on", pitch, int(random.integers(1, 128)), jump=jump)
        elif what < 0.85:
            night.send(source, "note/off", pitch, jump=jump)
        elif what < 0.95:
            night.send(source, "note", pitch, 0.2, 0.3)
        elif what < 0.97:
            night.send(source, "play", int(random.integers(0, 2)))
        elif what < 0.975:
            night.send(source, "session", str(random.choice(["band", "duo"])))
        elif what < 0.98:
            night.send(source, str(random.choice(["panic", "reset", "beat"])))
        elif what < 0.99:
            night.send(source, "midi", 176, 64, int(random.choice([0, 127])))
        night.until(night.stage.now + float(random.choice([0.01, 0.2, 0.4, 3.0], p=[0.3, 0.4, 0.28, 0.02])))
    return night


@pytest.mark.parametrize(("seed", "hours"), [(0, HOURS), (1, 0.2), (2, 0.2), (3, 0.2)])
def test_every_on_has_its_off_and_nothing_is_late(seed: int, hours: float) -> None:
    night = play_the_night(seed, hours)
    stage = night.stage
    stage.core.close("the night is over", stage.now)
    stage.turn()
    sounding: dict[Source, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    ons = 0
    for source, heard in stage.heard.items():
        for address, values in heard:
            if address == "/antiphon/play/on":
                ons += 1
                sounding[source][int(values[0])] += 1
            elif address == "/antiphon/play/off":
                sounding[source][int(values[0])] -= 1
            if address.startswith("/antiphon/play/"):
                assert sounding[source][int(values[0])] in (0, 1)
    assert ons > 1000 * hours
    assert not any(count for pitches in sounding.values() for count in pitches.values())
    assert night.latest <= LATE + 1e-6
