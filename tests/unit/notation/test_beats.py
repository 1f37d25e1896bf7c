"""The pulse: Viterbi against brute force, and what is known beforehand."""

import itertools

import numpy as np
import pytest

from antiphon.notation import beats as room
from antiphon.notation.beats import (
    Pulse,
    extend_beats,
    follow_beats,
    time_beats,
    track_pulse,
)
from antiphon.notation.steps import BY_TWO
from antiphon.notation.tactus import PLACES
from antiphon.notation.tempi import PERIODS


def plain(seconds: list[float]) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    times = np.array(seconds, np.float64)
    return times, np.zeros((len(times), PLACES)), np.zeros((len(times), len(PERIODS)))


@pytest.mark.parametrize(("measure", "lost_beat"), [(1, 12.0), (2, 12.0), (2, 0.5)])
def test_the_path_is_the_cheapest_of_all(measure: int, lost_beat: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LOST_BEAT", lost_beat)
    seconds, _, period_costs = plain([0.0, 0.31, 0.52, 1.3])
    place_costs = np.random.default_rng(0).normal(0, 1, (len(seconds), measure * PLACES))
    period_costs += np.where(np.isin(np.arange(len(PERIODS)), [20, 21, 25]), 0, np.inf)
    found = track_pulse(seconds, place_costs, period_costs, BY_TWO)
    begin = 20  # what is before and after the allowed periods is not looked at
    tables = room._make_tables(BY_TWO, True, PERIODS[begin:26], measure)
    steps, timing = room._steps(np.diff(seconds), PERIODS)

    def cost(
        start: int, periods: tuple[int, ...], options: tuple[int, ...], lost: tuple[int, ...]
    ) -> tuple[float, list[int]]:
        total, place = BY_TWO.begins[start % PLACES] + place_costs[0, start], start
        places = [start % PLACES]
        for at, (before, period, option, beats) in enumerate(
            zip(periods[:-1], periods[1:], options, lost, strict=True)
        ):
            if abs(period - before) > room.REACH:
                return np.inf, places
            step = steps[at, option, period]
            place = int((place + beats * PLACES + step) % (measure * PLACES))
            total += abs(period - before) * room.TEMPO_STEP + timing[at, option, period] + lost_beat * (beats > 0)
            total += tables.cost[step, place] + place_costs[at + 1, place]
            places.append(places[-1] + int(step))
        return float(total), places

    best = min(
        cost(start, periods, options, lost)
        for start in range(measure * PLACES)
        for periods in itertools.product([20, 21, 25], repeat=4)
        for options in itertools.product(range(5), repeat=3)
        for lost in itertools.product(range(measure), repeat=3)
    )
    assert found.places.tolist() == best[1]
    assert found.cost == pytest.approx(best[0] / 4, rel=1e-4)


def test_given_beats_are_followed_and_go_on() -> None:
    seconds = np.array([-0.5, 0.0, 0.26, 1.0, 1.5, 2.02, 3.0])
    pulse = follow_beats(seconds, np.array([0.0, 0.5, 1.0, 2.0]), np.zeros((7, PLACES)), BY_TWO)
    assert pulse.places.tolist() == [-12, 0, 6, 24, 30, 36, 48]


def test_beats_are_timed_by_onsets_and_reach_past_the_end() -> None:
    pulse = Pulse(np.array([6, 12, 36]), np.full(3, 1.0), BY_TWO, 0.0, 1.0)
    assert time_beats(np.array([0.5, 1.1, 3.1]), pulse, 4.2).tolist() == pytest.approx([0.0, 1.1, 2.1, 3.1, 4.1, 5.1])


def test_a_note_just_before_the_first_given_beat_begins_it() -> None:
    given, seconds = np.array([1.0, 9.0]), np.array([0.6, 9.1])
    pulse = follow_beats(seconds, given, np.zeros((2, PLACES)), BY_TWO, triplets=False)
    assert pulse.places.tolist() == [0, 12]
    assert extend_beats(given, pulse, seconds[0], 10.0).tolist() == [0.6, 9.0, 17.0]
