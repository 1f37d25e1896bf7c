"""Four voices are followed through moments at which not all of them move."""

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.lines import COUNT, separate_lines

CHORDS = [(72, 67, 64, 48), (74, 65, 62, 50), (76, 67, 60, 52), (77, 69, 60, 53)]


def sung(places: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(places + 11, np.float64)


def test_chords_of_four_are_four_lines() -> None:
    places = np.repeat(np.arange(4) * 12, 4)
    lines, cost = separate_lines(places, sung(places), np.array(CHORDS).ravel())
    assert lines.tolist() == [0, 1, 2, 3] * 4
    assert cost < 0.5


def test_a_passing_note_belongs_to_the_line_that_is_near() -> None:
    # The alto moves in eighths below a soprano held for a quarter.
    rows = [(0, 11, 72), (0, 5, 67), (6, 11, 65), (0, 11, 60), (0, 11, 48)]
    rows += [(12, 23, 72), (12, 23, 64), (12, 23, 60), (12, 23, 48)]
    places, offsets, pitches = (np.array(column) for column in zip(*rows, strict=True))
    lines, _ = separate_lines(places, offsets.astype(np.float64), pitches)
    assert lines.tolist() == [0, 1, 1, 2, 3, 0, 1, 2, 3]


def test_more_than_four_at_once_are_no_lines() -> None:
    _, cost = separate_lines(np.zeros(5, np.int64), np.full(5, 12.0), np.arange(5) + 60)
    assert COUNT == 4
    assert cost == np.inf


def test_a_fuller_last_chord_leaves_the_lines_as_they_are() -> None:
    places = np.append(np.repeat(np.arange(24) * 12, 4), 23 * 12)
    pitches = np.append(np.tile(np.array(CHORDS).ravel(), 6), 57)
    lines, cost = separate_lines(places, sung(places), pitches)
    assert lines.tolist() == [*[0, 1, 2, 3] * 24, 2]
    assert cost < 0.5


def test_leaps_cost_more_than_steps() -> None:
    places = np.repeat(np.arange(8) * 12, 4)
    calm = np.tile(np.array(CHORDS[:2]).ravel(), 4)
    wild = calm + np.repeat([0, 12] * 4, 4)
    assert separate_lines(places, sung(places), wild)[1] > 2 * separate_lines(places, sung(places), calm)[1]
