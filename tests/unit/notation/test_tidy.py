"""Lone twelfths go where a reader expects them; real triplets, ornaments and repeated notes stay."""

import numpy as np
import pytest

from antiphon.notation.tidy import tidy_places


def tidy(played: list[float], pitches: list[int] | None = None) -> list[int]:
    times = np.array(played)
    places = np.rint(times).astype(np.int64)
    found: list[int] = tidy_places(places, times, np.array(pitches or range(60, 60 + len(played)))).tolist()
    return found


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        ([0.0, 11.2, 24.0], [0, 12, 24]),
        ([0.0, 12.9, 24.0], [0, 12, 24]),
        ([0.0, 2.4, 6.0, 9.0], [0, 3, 6, 9]),
        ([0.0, 4.1, 7.9, 12.0], [0, 4, 8, 12]),
        ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0], [0, 2, 4, 6, 8, 10, 12]),
    ],
)
def test_a_beat_is_read_as_a_whole(played: list[float], expected: list[int]) -> None:
    assert tidy(played) == expected


def test_where_beats_have_thirds_two_thirds_are_no_dotted_note() -> None:
    thirds = [12.0 * beat + third for beat in range(6) for third in (0, 4, 8)]
    assert tidy([*thirds, 72.0, 80.4])[-1] == 80


def test_where_beats_have_thirds_their_halves_are_no_oddity() -> None:
    thirds = [12.0 * beat + third for beat in range(6) for third in (0, 4, 8)]
    assert tidy([*thirds, 72.0, 74.4, 76.2, 78.4, 80.0, 82.1])[-6:] == [72, 74, 76, 78, 80, 82]


def test_beats_that_may_not_be_divided_by_three_are_not() -> None:
    times = np.array([12.0 * beat + third for beat in range(6) for third in (0, 4.2, 8.1)])
    pitches = np.arange(60, 78)
    assert not (tidy_places(np.rint(times).astype(np.int64), times, pitches, has_thirds=False) % 3).any()


def test_a_repeated_note_is_not_lost() -> None:
    assert len(set(tidy([0.0, 1.0, 12.0], [60, 60, 62]))) == 3


@pytest.mark.parametrize(("finest", "expected"), [(1, [0, 3, 6, 9]), (6, [0, 6, 12]), (12, [0, 12])])
def test_nothing_is_finer_than_what_is_told(finest: int, expected: list[int]) -> None:
    times = np.array([0.0, 2.6, 6.1, 9.2])
    found = tidy_places(np.rint(times).astype(np.int64), times, np.array([60, 62, 64, 65]), finest)
    assert sorted(set(found.tolist())) == expected


def test_no_notes_have_no_places() -> None:
    none = np.zeros(0, np.int64)
    assert len(tidy_places(none, none.astype(np.float64), none)) == 0


def test_a_lone_quarter_of_a_beat_is_a_late_half_where_a_piece_has_none() -> None:
    eighths = [6.0 * at for at in range(40)]
    assert tidy([*eighths, 240.0, 247.6])[-1] == 246
    sixteenths = [3.0 * at for at in range(80)]
    assert tidy([*sixteenths, 240.0, 248.1])[-1] == 249


def test_a_short_note_before_a_beat_does_not_fall_on_it() -> None:
    eighths = [6.0 * at for at in range(40)]
    assert tidy([*eighths, 240.0, 249.0, 252.0])[-3:] == [240, 249, 252]


def test_a_chord_that_was_torn_is_one_and_a_run_is_none() -> None:
    """In eighths, what comes late joins its chord; a run stays apart, and so does a sixteenth before a full chord."""
    eighths = [(6.0 * at, 60 + at % 5) for at in range(40)]
    late = 242.2
    chord = [*eighths, (240.0, 48), (240.0, 55), (late, 64), (late, 67)]
    run = [*eighths, (240.0, 48), (243.0, 50), (246.0, 52), (249.0, 53)]
    assert set(tidy(*map(list, zip(*chord, strict=True)))[-4:]) == {240}
    assert tidy(*map(list, zip(*run, strict=True)))[-4:] == [240, 243, 246, 249]
    passing = [*eighths, (237.3, 50), *((240.0, pitch) for pitch in (48, 55, 64, 67))]
    assert tidy(*map(list, zip(*passing, strict=True)))[-5] == 237
