"""The tempo is what was told, or tapped, or heard."""

import numpy as np
import pytest

from antiphon.core.tempo import Tempo


def test_nothing_is_snapped_before_a_tempo_is_known() -> None:
    tempo = Tempo()
    assert tempo.snap(1.234, 4) == 1.234
    assert tempo.unit(4) == 0.0


def test_beats_say_the_tempo_and_where_it_begins() -> None:
    tempo = Tempo()
    for beat in range(4):
        tempo.tap(10.0 + beat * 0.5)
    assert tempo.bpm == pytest.approx(120)
    assert tempo.snap(12.13, 4) == pytest.approx(12.125)
    tempo.tap(100.0)
    assert tempo.bpm == pytest.approx(120)
    assert tempo.snap(100.3, 1) == pytest.approx(100.5)


def test_a_told_tempo_holds_and_0_takes_it_back() -> None:
    tempo = Tempo()
    tempo.tell(90)
    assert tempo.unit(1) == pytest.approx(60 / 90)
    tempo.tell(0)
    assert tempo.unit(1) == 0.0


@pytest.mark.parametrize("bpm", [72.0, 100.0, 132.0])
def test_the_tempo_is_heard_in_what_is_played(bpm: float) -> None:
    tempo, random = Tempo(), np.random.default_rng(0)
    onset = 1000.0
    for length in random.choice([0.5, 1.0, 1.0, 2.0], 24):
        tempo.hear(onset + random.normal(0, 0.01))
        tempo.hear(onset + 0.02)
        onset += length * 60 / bpm
    period = tempo.unit(1)
    assert min(abs(np.log2(period * bpm / 60) - octave) for octave in (-1, 0, 1)) < 0.03
    assert abs(tempo.snap(1000.0 + 60 / bpm * 8, 2) - (1000.0 + 60 / bpm * 8)) < 0.08
