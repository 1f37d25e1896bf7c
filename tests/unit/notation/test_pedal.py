"""The pedal marks the onsets that it is changed for."""

import numpy as np
import pytest

from antiphon.notation.accents import BEAT_WEIGHTS, DOWNBEAT_WEIGHTS, measure_accents, weigh
from antiphon.notation.grid import Hints, find_grid
from antiphon.notation.onsets import gather_onsets
from antiphon.notation.pedal import mark_onsets
from antiphon.take import NO_PEDAL, Pedalling
from performed import perform, steady

EIGHTHS = [(at / 2, 0.5, 60 + at * 7 % 12) for at in range(96)]
"""Notes that say nothing of beats."""


def changed(seconds: list[float]) -> Pedalling:
    """A pedal that comes up at these moments and goes down again a tenth of a second later."""
    lifts = np.array(seconds)
    return Pedalling(lifts + 0.1, lifts)


def test_a_change_marks_the_onset_it_was_made_for() -> None:
    marks = mark_onsets(np.linspace(0, 2.5, 6), changed([1.0, 2.02]))  # [6, 4]
    assert marks[:, 0].argsort()[-2:].tolist() == [2, 4]
    assert marks[[2, 4], 0] == pytest.approx([0.95, 1.0], abs=0.01)
    assert marks[:, 1].tolist() == [0, 0, 1, 0, 1, 0]
    assert marks[[2, 4], 2] == pytest.approx([1.0, 0.97], abs=0.01)


def test_it_is_down_from_a_press_to_a_lift() -> None:
    pedal = Pedalling(np.array([2.5, 5.5]), np.array([1.5, 4.5]))
    assert mark_onsets(np.arange(7.0), pedal)[:, 3].tolist() == [1, 1, 0, 1, 1, 0, 1]


def test_a_pedal_before_the_first_note_marks_none() -> None:
    marks = mark_onsets(np.array([5.0, 6.0]), Pedalling(np.array([0.0]), np.array([])))
    assert marks.tolist() == [[0, 0, 0, 1], [0, 0, 0, 1]]


def test_without_a_pedal_all_onsets_are_alike() -> None:
    notes, _ = perform(EIGHTHS, steady(0.5), start=0.0)
    onsets = gather_onsets(notes)
    never = measure_accents(notes, onsets, NO_PEDAL)
    assert (never == measure_accents(notes, onsets)).all()
    assert not never[:, -2:].any()


@pytest.mark.parametrize("weights", [BEAT_WEIGHTS, DOWNBEAT_WEIGHTS])
def test_what_it_marks_is_the_likelier_beat(weights: tuple[float, ...]) -> None:
    notes, beats = perform(EIGHTHS, steady(0.5), start=0.0)
    onsets = gather_onsets(notes)
    pedal = changed([at * 0.5 for at in range(48)])
    more = weigh(measure_accents(notes, onsets, pedal), weights) - weigh(measure_accents(notes, onsets), weights)
    assert more[beats % 1 == 0].min() > more[beats % 1 > 0].max()


@pytest.mark.parametrize(("step", "firsts"), [(2, (0, 1)), (4, (0, 1, 2))])
def test_where_notes_say_nothing_it_says_where_measures_begin(step: int, firsts: tuple[int, ...]) -> None:
    # Even halves of beats are plain, and plain music seldom begins with two beats before the downbeat.
    notes, _ = perform([(at / step, 1 / step, 60 + at * 7 % 12) for at in range(48 * step)], steady(0.5), start=0.0)
    for first in firsts:
        pedal = changed([(first + 3 * at) * 0.5 for at in range(15)])
        grid = find_grid(notes, Hints(tempo_bpm=120, pedal=pedal))
        assert grid.meters[0][1].beats == 3
        assert grid.first_downbeat == first
