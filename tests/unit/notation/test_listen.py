"""What a network is shown, and how its words become costs."""

import numpy as np
import pytest

from antiphon.notation.grid import Hints, find_grid
from antiphon.notation.listen import PERIOD_BINS, SPAN, WIDTH, Heard, cost_periods, cost_places, describe, hear
from antiphon.notation.onsets import gather_onsets
from antiphon.note import FloatArray
from performed import accompanied, perform, steady


def echo(spans: FloatArray) -> tuple[FloatArray, ...]:
    """A network that says the first number of each description as the log-odds of a downbeat."""
    batch = len(spans)
    return (
        np.full((batch, SPAN, 12), -np.log(12), np.float32),
        spans[..., :1],
        np.full((batch, SPAN, 25), -np.log(25), np.float32),
    )


@pytest.mark.parametrize("count", [1, 63, 128, 192, 256, 257, 1000])
def test_each_onset_is_heard_once_and_in_its_place(count: int) -> None:
    descriptions = np.random.default_rng(0).normal(size=(count, WIDTH)).astype(np.float32)
    heard = hear(descriptions, echo)
    assert (heard.downbeats == descriptions[:, 0]).all()
    assert heard.places.shape == (count, 12)
    assert heard.periods.shape == (count, 25)


def test_descriptions_are_numbers_of_moderate_size() -> None:
    notes, _ = perform(accompanied(), steady(0.5))
    onsets = gather_onsets(notes)
    described = describe(notes, onsets)
    assert described.shape == (len(onsets.seconds), WIDTH)
    assert np.abs(described).max() < 6


def test_what_the_network_says_costs_less() -> None:
    places, periods = np.full((1, 12), -5.0, np.float32), np.full((1, 25), -9.0, np.float32)
    places[0, 3], periods[0, 10] = -0.01, -0.01
    heard = Heard(places, np.zeros(1, np.float32), periods)
    assert cost_periods(heard, PERIOD_BINS).argmin() == 10
    assert cost_places(heard)[0, 3] < cost_places(heard)[0, 9]


def test_a_network_decides_where_beats_are() -> None:
    notes, beats = perform(accompanied(), steady(0.5))
    at = (np.bincount(gather_onsets(notes).members, beats) / gather_onsets(notes).sizes + 0.5) % 1

    def backwards(spans: FloatArray) -> tuple[FloatArray, ...]:
        places, *others = echo(spans)
        places[:] = -6
        for onset, place in enumerate(np.rint(at * 12).astype(int)[:SPAN]):
            places[0, onset, place] = 0
        return places, *others

    grid = find_grid(notes, Hints(tempo_bpm=120), backwards)
    assert (grid.places % 24 == np.rint((beats + 0.5) % 1 * 12) % 12 * 2).all()
