"""Whoever sends how much, every note is answered once and each sender's in their order; and however much one sends,
the notes of another who plays find the network at rest but for one window in a while.

The server's turns are played with a clock in hand: a run of the network takes as long as its windows do.
"""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.core.core import BATCH, Core, Identity
from antiphon.core.inbox import Inbox
from antiphon.core.limits import SHARE, Source
from antiphon.osc import codec
from stage import BEGIN, OTHER, PLAYER, echo_above, read_all

FIRST, MORE = 0.0007, 0.00035
"""Seconds that the network takes for one window, and for each one more."""

TURN = 0.0001
"""Seconds of a turn without it."""


class Loop:
    """The server's turns. `sent` is what comes: moment, source, datagram; `heard` what is answered: moment, id."""

    def __init__(self, sent: list[tuple[float, Source, bytes]]) -> None:
        self.sent = sorted(sent, key=lambda one: one[0])[::-1]
        self.now = BEGIN
        self.core = Core(Identity("0", "rule", 1, 1), self.now)
        self.inbox = Inbox()
        self.heard: dict[Source, list[tuple[float, int]]] = defaultdict(list)

    def run(self, until: float) -> None:
        """Turns until nothing is left to do, or until then."""
        while self.now < until:
            self._turn()
            if not (self.inbox.has_some(self.core.room) or self.core.wanting(self.now)):
                comes = self.sent[-1][0] if self.sent else until
                due = self.core.next_due()
                self.now = max(self.now, comes if due is None else min(comes, due))

    def _turn(self) -> None:
        self._hear()
        self.now += TURN
        for datagram in self.inbox.take(BATCH, self.now, self.core.room):
            self.core.datagram(*datagram)
        self.core.tick(self.now)
        wanted = self.core.wanted(self.now)
        if wanted:
            self.now += FIRST + MORE * (len(wanted) - 1)
            self._hear()
            self.core.deliver(echo_above(wanted), self.now)
        for data, address in self.core.to_send(self.now):
            for path, values in read_all(data):
                if path == "/antiphon/prediction":
                    self.heard[address].append((self.now, int(values[-1])))

    def _hear(self) -> None:
        while self.sent and self.sent[-1][0] <= self.now:
            _, source, data = self.sent.pop()
            assert self.inbox.put([data], source, self.now)


def note(number: int) -> bytes:
    return codec.write("/antiphon/note", (60, 0.1, 0.2, 64, number))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),  # who
            st.floats(0, 3),  # from when
            st.integers(1, 120),  # how many notes
            st.sampled_from((0.0, 0.0001, 0.002, 0.1)),  # seconds from one to the next
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from((0, 1)),
)
@settings(max_examples=40, deadline=None)
def test_every_note_is_answered_once_and_in_order(bursts: list[tuple[int, float, int, float]], commit: int) -> None:
    coming = sorted(
        (BEGIN + begin + place * step, ("127.0.0.1", 50_000 + who))
        for who, begin, count, step in bursts
        for place in range(count)
    )
    count: dict[Source, int] = defaultdict(int)
    sent = [(BEGIN, source, codec.write("/antiphon/set", ("commit", commit))) for _, source in coming]
    for at, source in coming:
        sent.append((at, source, note(count[source])))
        count[source] += 1
    loop = Loop(sent)
    loop.run(BEGIN + 120.0)
    assert {source: [id for _, id in heard] for source, heard in loop.heard.items()} == {
        source: list(range(many)) for source, many in count.items()
    }


def test_beside_a_flood_most_notes_find_the_network_at_rest_and_none_waits_for_more_than_a_window() -> None:
    rng = np.random.default_rng(1)
    moments = BEGIN + 1.0 + np.cumsum(rng.uniform(0.02, 0.2, 200))
    played = [(float(at), PLAYER, note(number)) for number, at in enumerate(moments)]
    flood = [(BEGIN + 1.0 + number / 500, OTHER, note(number)) for number in range(15_000)]
    loop = Loop([(BEGIN, PLAYER, note(-1)), *played, *flood])
    loop.run(float(moments[-1]) + 0.1)
    assert [id for _, id in loop.heard[PLAYER]] == list(range(-1, 200))
    alone = TURN + FIRST
    waits = np.array([heard - at for (heard, _), at in zip(loop.heard[PLAYER][1:], moments, strict=True)])
    assert np.median(waits) < alone + 1e-6
    assert np.quantile(waits, 1 - 1.6 * SHARE) < alone + TURN
    assert waits[3:].max() < 2 * alone + 2 * TURN
    answered = [at for at, _ in loop.heard[OTHER]]
    assert len(answered) > 0.5 * SHARE * (moments[-1] - moments[0]) / FIRST
    assert [id for _, id in loop.heard[OTHER]] == list(range(len(answered)))


def test_two_who_play_at_once_are_no_flood_to_each_other() -> None:
    chords = [(BEGIN + 0.25 * beat, source, note(0)) for beat in range(40) for source in (PLAYER, OTHER) for _ in "abc"]
    loop = Loop(chords)
    loop.run(BEGIN + 15.0)
    for source, heard in loop.heard.items():
        moments = [at for at, who, _ in chords if who == source]
        waits = [answered - at for (answered, _), at in zip(heard, moments, strict=True)]
        assert max(waits) < 3 * (TURN + FIRST + 3 * MORE)
