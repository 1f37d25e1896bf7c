"""From wanted windows to arrays, and from arrays to notes that can be played."""

import numpy as np
import pytest

from antiphon.families.note import SHORTEST, NoteFamily
from antiphon.note import MAX_SECONDS, Note, empty_window
from antiphon.wanted import DRAWS, Wanted

WANTED = [Wanted.plain(number, empty_window() + number, np.arange(DRAWS, dtype=np.float32)) for number in range(3)]

CASES = [
    ([60, 0.5, 0.25, 64], Note(60, 0.5, 0.25, 64)),
    ([60, -0.5, 0.0, 0], Note(60, 0.0, SHORTEST, 1)),
    ([60, 1e9, 1e9, 200], Note(60, MAX_SECONDS, MAX_SECONDS, 127)),
]


@pytest.mark.parametrize(("row", "note"), CASES)
def test_what_the_network_says_becomes_a_note_that_can_be_played(row: list[float], note: Note) -> None:
    outputs = [np.array([row], np.float32), np.zeros((1, 4), np.float32)]
    assert NoteFamily().read(WANTED[:1], outputs)[0].note == note


def test_windows_fill_the_first_rows_and_a_graph_gets_as_many_draws_as_it_wants() -> None:
    inputs = {"notes": np.zeros((8, 25, 4), np.float32), "uniform": np.zeros((8, 2), np.float32)}
    NoteFamily().write(WANTED, inputs)
    assert inputs["notes"][:3, 0, 1].tolist() == [0, 1, 2]
    assert inputs["uniform"][:4].tolist() == [[0, 1], [0, 1], [0, 1], [0, 0]]
