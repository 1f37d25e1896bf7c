"""Tempi that are told, found or usual, and the pulses that keep to them."""

import numpy as np
import pytest

from antiphon.notation.beats import track_pulse
from antiphon.notation.steps import BY_TWO
from antiphon.notation.tactus import PLACES
from antiphon.notation.tempi import NOT_DOTTED, PERIODS, expect_periods, keep_periods


def test_untold_the_usual_beat_is_shorter_where_music_is_denser() -> None:
    usual = [PERIODS[expect_periods(np.arange(0, 40 * gap, gap), 2)[0].argmin()] for gap in (0.1, 0.2, 0.5)]
    assert usual == sorted(usual) and usual[0] < 0.5 < usual[2]
    assert PERIODS[expect_periods(np.arange(0, 8, 0.2), 3)[0].argmin()] > usual[1]


@pytest.mark.parametrize("period", [0.3, 0.5, 0.9])
def test_a_tempo_that_is_told_is_found(period: float) -> None:
    seconds = np.arange(0, 30 * period, period)
    pulse = track_pulse(
        seconds, np.zeros((len(seconds), PLACES)), expect_periods(seconds, 2, tempo_bpm=60 / period), BY_TWO
    )
    assert (np.diff(pulse.places) == PLACES).all()
    assert pulse.periods == pytest.approx(period, rel=0.05)
    assert pulse.fit > 0.7


@pytest.mark.parametrize(("nominal_bpm", "period"), [(60, 1.0), (120.5, 0.5), (241, 0.25)])
def test_a_tempo_that_a_file_tells_chooses_the_level_and_bends_nothing(nominal_bpm: float, period: float) -> None:
    seconds = np.arange(0, 16, 0.25)
    pulse = track_pulse(seconds, np.zeros((64, PLACES)), expect_periods(seconds, 2, nominal_bpm=nominal_bpm), BY_TWO)
    assert pulse.periods == pytest.approx(period, rel=0.05)
    told = expect_periods(seconds, 2, nominal_bpm=nominal_bpm)[0] - expect_periods(seconds, 2)[0]
    octaves = np.abs(np.log2(PERIODS / period))
    assert (told[octaves < 0.2] == 0).all()
    assert np.ptp(told[octaves > 1.3]) < 1e-9


def test_beats_by_three_that_a_file_does_not_tell_are_dearer_than_beats_by_two() -> None:
    seconds = np.arange(0, 16, 0.25)
    by_two, by_three = (
        (expect_periods(seconds, division, nominal_bpm=60) - expect_periods(seconds, division))[0]
        for division in (2, 3)
    )
    told, double = np.abs(PERIODS[:, None] - [1.0, 2.0]).argmin(axis=0)
    assert by_two[told] == by_three[told] == 0
    assert by_three[double] == pytest.approx(by_two[double] + NOT_DOTTED)


def test_a_range_outside_all_periods_leaves_the_nearest() -> None:
    expected = expect_periods(np.arange(5.0), 2, tempo_range=(1, 2))
    assert np.isfinite(expected).sum() == 5


def test_a_pulse_is_kept_near_its_usual_period_not_at_half_or_twice_it() -> None:
    costs = keep_periods(np.full(3, 0.5))
    assert costs.shape == (3, len(PERIODS))
    kept = PERIODS[np.isfinite(costs).all(axis=0)]
    assert kept.min() == pytest.approx(0.3, rel=0.05) and kept.max() == pytest.approx(0.85, rel=0.05)
    assert (costs[:, np.abs(PERIODS / 0.5 - 1).argmin()] == 0).all()


def test_between_two_usual_periods_there_is_a_way() -> None:
    costs = keep_periods(np.array([0.3, 1.2]))
    near = np.abs(PERIODS[:, None] / [0.3, 1.2] - 1).argmin(axis=0)
    assert costs[0, near[0]] == 0 and costs[1, near[1]] == 0
    assert (costs[[0, 1], near[::-1]] > 10).all() and np.isfinite(costs[:, near[0] : near[1]]).all()
    seconds = np.concatenate([np.arange(40) * 0.3, 12 + np.arange(40) * 1.2])
    usual = np.repeat([0.3, 1.2], 40)
    pulse = track_pulse(seconds, np.zeros((80, PLACES)), keep_periods(usual), BY_TWO)
    assert pulse.periods[10] == pytest.approx(0.3, rel=0.1) and pulse.periods[70] == pytest.approx(1.2, rel=0.1)
