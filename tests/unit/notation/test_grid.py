"""Seconds become beats, and onsets the places that simple rhythms have."""

import numpy as np
import pytest

from antiphon.errors import NotationError
from antiphon.notation.grid import Hints, Meter, find_grid
from antiphon.note import order_notes
from scores import play


@pytest.mark.parametrize(
    ("numerator", "denominator", "beats", "quarters"),
    [(4, 4, 4, 1.0), (6, 8, 2, 1.5), (9, 8, 3, 1.5), (3, 8, 3, 0.5), (3, 4, 3, 1.0), (2, 2, 2, 2.0)],
)
def test_a_beat_is_what_one_taps(numerator: int, denominator: int, beats: int, quarters: float) -> None:
    meter = Meter(numerator, denominator)
    assert (meter.beats, meter.beat_quarters) == (beats, quarters)


def test_a_told_tempo_puts_notes_on_its_beats() -> None:
    grid = find_grid(play([(0, 12, 60), (12, 18, 62), (18, 24, 64)]), Hints(tempo_bpm=120))
    assert grid.places.tolist() == [0, 12, 18]
    assert grid.offsets == pytest.approx([12, 18, 24], abs=0.01)
    assert grid.beats[-1] >= 1.5


@pytest.mark.parametrize("tempo", [-5.0, 1000.0, float("nan")])
def test_a_tempo_that_no_metronome_has_is_refused(tempo: float) -> None:
    with pytest.raises(NotationError):
        find_grid(play([(0, 12, 60)]), Hints(tempo_bpm=tempo))


def test_no_notes_have_no_beat() -> None:
    none = np.zeros(0)
    with pytest.raises(NotationError, match="no notes"):
        find_grid(order_notes(none, none.astype(np.int16), none.astype(np.float32), none.astype(np.int16)))
