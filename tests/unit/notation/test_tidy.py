"""Lone twelfths go where a reader expects them; real triplets, ornaments and repeated notes stay."""

import numpy as np
import pytest
from numpy.typing import NDArray

from antiphon.notation.tidy import tidy_places

SLOW, BRISK = np.full(40, 1.0), np.full(40, 0.5)
"""Seconds of each beat."""


def tracked(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest twelfths of a beat, in 24ths."""
    return np.rint(times / 2).astype(np.int64) * 2


def tidy(played: list[float], pitches: list[int] | None = None, *, lengths: NDArray[np.float64] = BRISK) -> list[int]:
    times = np.array(played)
    keys = np.array(pitches or range(60, 60 + len(played)))
    found: list[int] = tidy_places(tracked(times), times, keys, lengths).tolist()
    return found


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        ([0.0, 22.4, 48.0], [0, 24, 48]),
        ([0.0, 25.8, 48.0], [0, 24, 48]),
        ([0.0, 4.8, 12.0, 18.0], [0, 6, 12, 18]),
        ([0.0, 8.2, 15.8, 24.0], [0, 8, 16, 24]),
        ([0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0], [0, 4, 8, 12, 16, 20, 24]),
    ],
)
def test_a_beat_is_read_as_a_whole(played: list[float], expected: list[int]) -> None:
    assert tidy(played) == expected


def test_where_beats_have_thirds_two_thirds_are_no_dotted_note() -> None:
    thirds = [24.0 * beat + third for beat in range(6) for third in (0, 8, 16)]
    assert tidy([*thirds, 144.0, 160.8])[-1] == 160


def test_where_beats_have_thirds_their_halves_are_no_oddity() -> None:
    thirds = [24.0 * beat + third for beat in range(6) for third in (0, 8, 16)]
    assert tidy([*thirds, 144.0, 148.8, 152.4, 156.8, 160.0, 164.2])[-6:] == [144, 148, 152, 156, 160, 164]


def test_beats_that_may_not_be_divided_by_three_are_not() -> None:
    times = np.array([24.0 * beat + third for beat in range(6) for third in (0, 8.4, 16.2)])
    pitches = np.arange(60, 78)
    assert not (tidy_places(tracked(times), times, pitches, BRISK, has_thirds=False) % 6).any()


def test_a_repeated_note_is_not_lost() -> None:
    assert len(set(tidy([0.0, 2.0, 24.0], [60, 60, 62]))) == 3


@pytest.mark.parametrize(("finest", "expected"), [(2, [0, 6, 12, 18]), (12, [0, 12, 24]), (24, [0, 24])])
def test_nothing_is_finer_than_what_is_told(finest: int, expected: list[int]) -> None:
    times = np.array([0.0, 5.2, 12.2, 18.4])
    found = tidy_places(tracked(times), times, np.array([60, 62, 64, 65]), BRISK, finest)
    assert sorted(set(found.tolist())) == expected


def test_no_notes_have_no_places() -> None:
    none = np.zeros(0, np.int64)
    assert len(tidy_places(none, none.astype(np.float64), none, BRISK)) == 0


def test_a_lone_quarter_of_a_beat_is_a_late_half_where_a_piece_has_none() -> None:
    eighths = [12.0 * at for at in range(40)]
    assert tidy([*eighths, 480.0, 495.2])[-1] == 492
    sixteenths = [6.0 * at for at in range(80)]
    assert tidy([*sixteenths, 480.0, 496.2])[-1] == 498


def test_a_short_note_before_a_beat_does_not_fall_on_it() -> None:
    eighths = [12.0 * at for at in range(40)]
    assert tidy([*eighths, 480.0, 498.0, 504.0])[-3:] == [480, 498, 504]


def test_a_chord_that_was_torn_is_one_and_a_run_is_none() -> None:
    """In eighths, what comes late joins its chord; a run stays apart, and so does a sixteenth before a full chord."""
    eighths = [(12.0 * at, 60 + at % 5) for at in range(40)]
    late = 484.4
    chord = [*eighths, (480.0, 48), (480.0, 55), (late, 64), (late, 67)]
    run = [*eighths, (480.0, 48), (486.0, 50), (492.0, 52), (498.0, 53)]
    assert set(tidy(*map(list, zip(*chord, strict=True)))[-4:]) == {480}
    assert tidy(*map(list, zip(*run, strict=True)))[-4:] == [480, 486, 492, 498]
    passing = [*eighths, (474.6, 50), *((480.0, pitch) for pitch in (48, 55, 64, 67))]
    assert tidy(*map(list, zip(*passing, strict=True)))[-5] == 474


RUN = [3.2, 5.7, 9.1, 11.8, 15.3, 17.9, 21.2]
"""Thirty-seconds after a beat, struck by hand."""


def test_a_run_of_eight_to_a_beat_is_in_thirty_seconds() -> None:
    eighths = [12.0 * at for at in range(8)]
    run = [96.0, *(96 + at for at in RUN), 120.0]
    assert tidy([*eighths, *run], lengths=SLOW)[-9:] == [96, 99, 102, 105, 108, 111, 114, 117, 120]


def test_nobody_plays_thirty_seconds_in_short_beats() -> None:
    run = [0.0, *RUN, 24.0]
    assert all(place % 2 == 0 for place in tidy(run, lengths=BRISK))


def test_two_thirty_seconds_follow_a_dotted_eighth() -> None:
    figure = [24.0 * beat + place for beat in range(6) for place in (0, 18.2, 21.1)]
    found = tidy(figure, lengths=SLOW)
    assert found[3:-3] == [24 * beat + place for beat in range(1, 5) for place in (0, 18, 21)]
