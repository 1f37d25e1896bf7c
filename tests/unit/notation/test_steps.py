"""Tables of steps are shares of all steps, and tell apart what steps on differently."""

from itertools import islice

import numpy as np
import pytest
from beat_corpus import midi_bytes
from simple_tunes import simple_tunes

from antiphon.notation.beats import track_pulse
from antiphon.notation.steps import BY_THREE, BY_TWO, PLAIN, Stepping, is_plain
from antiphon.notation.tactus import PLACES
from antiphon.notation.tempi import expect_periods
from antiphon_train.counted import read_counted

TABLES = (BY_TWO, BY_THREE, PLAIN)


@pytest.mark.parametrize("stepping", TABLES)
def test_what_is_likely_is_a_share_of_all(stepping: Stepping) -> None:
    assert np.exp(-stepping.steps).sum(axis=1) == pytest.approx(1, abs=0.2)  # some steps are longer than a beat
    assert np.exp(-stepping.places).sum() == pytest.approx(1, abs=0.05)
    assert np.exp(-stepping.begins).sum() == pytest.approx(1, abs=0.05)


def test_plain_steps_are_those_of_simple_tunes() -> None:
    steps: list[int] = []
    for _, rows, quarter, meter in islice(simple_tunes(), 200):
        if meter != "6/8":
            notes = read_counted(midi_bytes(rows, {0: quarter}, {0: meter}))
            places = np.unique(np.rint(notes["beat"] * PLACES).astype(np.int64))
            steps += np.diff(places)[places[:-1] % PLACES == 0].tolist()
    for step in (6, 12):
        # One part in ten of the table is that of beats divided by three.
        assert np.mean(np.array(steps) == step) == pytest.approx(np.exp(-PLAIN.steps[0, step - 1]), abs=0.06)


@pytest.mark.parametrize(
    ("steps", "stepping"),
    [([6, 6, 12, 3, 3, 6], BY_TWO), ([4, 4, 4, 8, 4, 12], BY_THREE), ([12, 12, 12, 24, 6, 6, 12, 36], PLAIN)],
)
def test_how_music_steps_on_is_heard_in_what_it_costs(steps: list[int], stepping: Stepping) -> None:
    seconds = np.cumsum([0, *steps * 10]) / PLACES * 0.6
    expected = expect_periods(seconds, 2, tempo_bpm=100)
    pulses = [track_pulse(seconds, np.zeros((len(seconds), PLACES)), expected, by) for by in TABLES]
    cheapest = min(pulses, key=lambda pulse: pulse.cost)
    assert cheapest.stepping is stepping
    assert np.diff(cheapest.places).tolist() == steps * 10


def test_plain_is_music_that_hardly_divides_its_beats() -> None:
    for steps, plain in (([12, 12, 12, 24, 6, 6, 12, 36], True), ([6, 6, 12, 3, 3, 6], False), ([4, 8, 12], False)):
        assert is_plain(np.cumsum([0, *steps * 10])) is plain
    assert not is_plain(np.array([0]))
    assert not is_plain(np.array([0, 0, 0]))
