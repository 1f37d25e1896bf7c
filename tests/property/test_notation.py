"""Whatever is played, every measure of every staff is exactly full, and no pitch that was played is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from antiphon.notation.page import Chord, lay_out
from antiphon.notation.rhythm import MEASURE, VALUES
from antiphon.note import NOTE_DTYPE

NOTE = st.tuples(st.floats(0, 30), st.integers(0, 127), st.floats(-1, 20), st.integers(1, 127))


@given(st.lists(NOTE, min_size=1, max_size=40), st.lists(NOTE, max_size=10), st.floats(30, 300))
def test_a_page_is_full_and_complete(
    performer: list[tuple[float, int, float, int]], model: list[tuple[float, int, float, int]], tempo: float
) -> None:
    players = {}
    for name, rows in (("performer", performer), ("model", model)):
        notes = np.zeros(len(rows), NOTE_DTYPE)
        for at, (onset, pitch, duration, velocity) in enumerate(rows):
            notes[at] = (onset, pitch, 0, duration, velocity)
        players[name] = notes
    score = lay_out(players, "t", tempo)
    for part, rows in zip(score.parts, (performer, model), strict=True):
        written = set()
        for staff in part.staves:
            for measure in staff.measures:
                place = 0
                for event in measure.events:
                    assert event.place == place
                    place += event.length
                    if isinstance(event, Chord):
                        assert event.length in VALUES
                        written |= set(event.pitches)
                assert place == MEASURE
        assert written == {pitch for _, pitch, _, _ in rows}
