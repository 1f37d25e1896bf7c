"""The pulse: a tempo for each onset and its place in the beat, found together.

The rule: a state is a period (seconds a beat, `PERIODS`) and a place in the beat (twelfths). From onset to onset the
music moves on by some twelfths, none at all if two onsets stand at one place (a rolled chord, jitter); what that costs
is minus the log of its likelihood: how far the twelfths at that period are from the seconds between (`FIXED`, `SHARE`),
how rarely music goes on so and each beat passed over without a note (`steps`), each step of tempo (`TEMPO_STEP`); and
what `tempi` says of each period. How music goes on differs where beats are divided by two, by three and hardly ever,
and nothing tells 6/8 from 3/4 as well: each is tried, and says what it costs. The cheapest path through all onsets is
found by Viterbi's method: forward one array operation for all states, backward one path. Time and memory grow with the
number of onsets alone. Once the number of beats in a measure is known, the place is one in the measure: then a beat
that is lost or added has its price (`LOST_BEAT`), and the pulse stays on one side of the bar line.

Sources: C. Raphael, Automated rhythm transcription, 2001, and A. T. Cemgil, B. Kappen, Monte Carlo methods for tempo
tracking and rhythm quantization, 2003 (tempo and place as one hidden state), N. Whiteley, A. T. Cemgil, S. Godsill,
Bayesian modelling of temporal structure in musical audio, 2006 (the place in the measure); the zero step and the costs
of an empty and of a lost beat are ours. Whether the pulse is the beat that is written is decided in `meter`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.steps import Stepping
from antiphon.notation.tactus import PLACES
from antiphon.notation.tempi import PERIODS

__all__ = [
    "Pulse",
    "count_beats",
    "extend_beats",
    "follow_beats",
    "time_beats",
    "track_pulse",
]

REACH = 2
"""Bins that tempo may change by at one onset."""

SPREAD = 2
"""Twelfths to each side of the nearest that a step may be off by."""

FARTHEST = 16 * PLACES
"""The longest step, in twelfths: over a longer silence only the place in the beat is kept."""

FIXED, SHARE = 0.032, 0.08
"""Standard deviation of the seconds between onsets: a fixed part (fingers) and a share of the distance (rubato)."""

RUBATO_LIMIT = 1.5
"""Seconds of the distance that count for rubato, at most: a long chord is held for a beat too many, not for a share."""

TEMPO_STEP = 0.5
"""Cost of a tempo change by one bin at an onset."""

SAME_PLACE = 1.0
"""Cost of two onsets at one place: players spread chords, the files that were counted do not."""

LOST_BEAT = 12.0
"""Cost of a measure that is a beat shorter or longer: as much as a dozen onsets at unlikely places. From 8 to 20 it
makes no difference to performances."""

GIVEN, FARTHEST_COST = 0.06, 8.0
"""Standard deviation of the seconds between an onset and its place by beats that are given, and the most that costs:
feet and hands are apart."""

EVEN, FIRM = 0.2, 10.0
"""Octaves off given beats that tempo may go within a few onsets, and the cost of a squared octave."""

WEIGHT = 0.85
"""Of what notes do against how they are timed."""

CHUNK = 16
"""Onsets whose costs are laid out at once: more would leave the cache."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pulse:
    """A pulse through onsets, shape [c] each.

    Args:
        places: of each onset, twelfths of a beat, never falling; multiples of twelve are beats.
        periods: seconds a beat at each onset.
        stepping: how it was thought to step on.
        cost: minus log of its likelihood, nats an onset.
        fit: 0-1, how near onsets are to their places.
    """

    places: NDArray[np.int64]
    periods: NDArray[np.float64]
    stepping: Stepping
    cost: float
    fit: float


@dataclass(frozen=True, slots=True)
class _Tables:
    """By step (twelfths) and new place in the measure: what it costs, and the place before."""

    cost: Floats  # [FARTHEST + 1, 12 beats]
    before: NDArray[np.intp]  # [FARTHEST + 1, 12 beats]
    first: Floats  # [12 beats], of the first onset
    periods: NDArray[np.float64]  # that are looked at


def track_pulse(
    seconds: NDArray[np.float64],
    place_costs: NDArray[np.float64],
    period_costs: NDArray[np.float64],
    stepping: Stepping,
    triplets: bool = True,
) -> Pulse:
    """The cheapest pulse through onsets, if music steps on so.

    Args:
        seconds: of onsets, rising, shape [c], c >= 1.
        place_costs: of each onset for standing at each place of the beat, besides how common it is, shape [c, 12]; or
            of a measure of so many beats, shape [c, 12 beats].
        period_costs: of each onset for each of `PERIODS`, shape [c, PERIODS]; infinite forbids it. What none may have
            takes no time.
        stepping: which steps are common.
        triplets: whether single beats may be divided by three, where they are not all.
    """
    gaps = np.diff(seconds)
    allowed = np.flatnonzero(np.isfinite(period_costs).any(axis=0))
    looked_at = slice(int(allowed[0]), int(allowed[-1]) + 1)
    tables = _make_tables(stepping, triplets, PERIODS[looked_at], place_costs.shape[1] // PLACES)
    scores, cost = _forward(gaps, place_costs.astype(np.float32), period_costs[:, looked_at].astype(np.float32), tables)
    places, periods, fit = _backward(gaps, scores, tables)
    return Pulse(places, periods, stepping, cost / len(seconds), fit)


def follow_beats(
    seconds: NDArray[np.float64],
    beats: NDArray[np.float64],
    place_costs: NDArray[np.float64],
    stepping: Stepping,
    triplets: bool = True,
) -> Pulse:
    """The cheapest pulse through onsets whose beats are given: tracked with all beats made even, each onset near where
    it was struck.

    Args:
        seconds: of onsets, rising, shape [c].
        beats: seconds, rising, at least two; before and after them the tempo goes on.
        place_costs: of each onset for standing at each place of the beat, shape [c, 12].
        stepping, triplets: as of `track_pulse`.
    """
    exact, periods = count_beats(seconds, beats)
    octaves = np.abs(np.log2(PERIODS / np.median(np.diff(beats))))
    allowed = np.where(octaves <= octaves.min() + EVEN, FIRM * (octaves - octaves.min()) ** 2, np.inf)
    off = (exact[:, None] * PLACES - np.arange(PLACES) + PLACES // 2) % PLACES - PLACES // 2
    anchored = place_costs + np.minimum((off * periods[:, None] / PLACES / GIVEN) ** 2 / 2, FARTHEST_COST)
    even = exact * PERIODS[octaves.argmin()]
    pulse = track_pulse(even, anchored, np.broadcast_to(allowed, (len(even), len(PERIODS))), stepping, triplets)
    inside = pulse.places % PLACES
    places = inside + np.rint(exact - inside / PLACES).astype(np.int64) * PLACES
    return Pulse(np.maximum.accumulate(places), periods, stepping, pulse.cost, pulse.fit)


def count_beats(
    seconds: NDArray[np.float64], beats: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many beats after the first of those given each moment is, and how long the beat there is, shape [c] each."""
    index = np.clip(np.searchsorted(beats, seconds, side="right") - 1, 0, len(beats) - 2)
    periods = np.diff(beats)[index]
    return index + (seconds - beats[index]) / periods, periods


def time_beats(seconds: NDArray[np.float64], pulse: Pulse, last: float, least: int = 2) -> NDArray[np.float64]:
    """Seconds of the beats under a pulse, the first at or before its first onset.

    Beats with onsets stand at their mean (at the first of them, where the music begins), others on straight lines
    between neighbours; outside, the tempo of the first and last onset goes on.

    Args:
        seconds: of onsets, rising, shape [c].
        last: the beats go on to the first that is later, seconds.
        least: how many beats there are at least.
    """
    places = pulse.places - pulse.places[0] // PLACES * PLACES
    knots, which = np.unique(places, return_inverse=True)
    times = np.bincount(which, seconds) / np.bincount(which)
    times[0] = seconds[0]
    first_period, last_period = pulse.periods[0] / PLACES, pulse.periods[-1] / PLACES
    ahead = max(0.0, last - times[-1]) / last_period
    end = max(int((knots[-1] + ahead) // PLACES) + 2, least)
    at = np.arange(end) * PLACES
    beats = np.interp(at, knots, times)
    beats = np.where(at < knots[0], times[0] - (knots[0] - at) * first_period, beats)
    return np.where(at > knots[-1], times[-1] + (at - knots[-1]) * last_period, beats)


def extend_beats(
    beats: NDArray[np.float64], pulse: Pulse, begins: float, last: float, least: int = 2
) -> NDArray[np.float64]:
    """Beats that are given, from the first under the pulse that follows them, as far as in `time_beats`.

    Args:
        beats: seconds, rising, at least two.
        pulse: as `follow_beats` found it.
        begins: the first onset, seconds. Where it is written on a beat that comes after it, that beat stands there:
            no note may begin before the first beat.
        last, least: as in `time_beats`.
    """
    first = int(pulse.places[0]) // PLACES
    opening, closing = beats[1] - beats[0], beats[-1] - beats[-2]
    end = len(beats) - 1 + max(0, int((last - beats[-1]) // closing) + 1)
    at = np.arange(first, max(end, int(pulse.places[-1]) // PLACES + 1, first + least - 1) + 1)
    inside = beats[np.clip(at, 0, len(beats) - 1)]
    extended = inside + np.minimum(at, 0) * opening + np.maximum(at - len(beats) + 1, 0) * closing
    extended[0] = min(extended[0], begins)
    return np.asarray(extended)


def _fit(off: NDArray[np.float64], periods: NDArray[np.float64]) -> float:
    """How near onsets are to their places, 1 at them, shape of both [c], twelfths and seconds a beat."""
    return float(np.mean(np.exp(-np.abs(off) * periods / PLACES / FIXED / 2)))


def _make_tables(stepping: Stepping, triplets: bool, periods: NDArray[np.float64], beats: int) -> _Tables:
    step_cost, place_cost = stepping.steps, stepping.places
    steps = np.arange(FARTHEST + 1)[:, None]
    places = np.arange(PLACES)[None, :]
    from_place = (places - steps) % PLACES
    empty = np.maximum((steps - places + PLACES - 1) // PLACES - (places == 0), 0)
    far = step_cost[0, -1] + place_cost[places] - place_cost[0] + stepping.empty_beat * empty
    cost = np.where(steps <= PLACES, step_cost[from_place, np.clip(steps, 1, PLACES) - 1], far)
    cost = np.where(steps == 0, SAME_PLACE, cost) * WEIGHT
    if not triplets:
        cost = np.where((places % 3 > 0) & (steps > 0), np.inf, cost)
    before = (np.arange(beats * PLACES) - steps) % (beats * PLACES)
    first = stepping.begins.astype(np.float32)
    return _Tables(np.tile(cost.astype(np.float32), beats), before, np.tile(first, beats), periods)


def _steps(gaps: NDArray[np.float64], periods: NDArray[np.float64]) -> tuple[NDArray[np.int64], Floats]:
    exact = gaps[:, None] * PLACES / periods[None, :]  # [g, periods]
    steps = np.rint(exact)[:, None, :] + np.arange(-SPREAD, SPREAD + 1)[None, :, None]  # [g, 5, periods]
    steps = np.maximum(steps, 0)
    off = (exact[:, None, :] - steps) * (periods / PLACES)
    scaled = np.abs(off) / np.sqrt(FIXED**2 + (SHARE * np.minimum(gaps, RUBATO_LIMIT)[:, None, None]) ** 2)
    cost = np.where(scaled < 2, scaled**2 / 2, 2 * scaled - 2)
    return np.minimum(steps, FARTHEST).astype(np.int64), cost.astype(np.float32)


def _forward(
    gaps: NDArray[np.float64], place_costs: Floats, period_costs: Floats, tables: _Tables
) -> tuple[Floats, float]:
    """Scores of all states at each onset [c, periods, width], each less a number of its own, and the least at the end;
    the width is that of a measure, 12 places a beat."""
    count, width = len(tables.periods), len(tables.first)
    scores = np.empty((len(gaps) + 1, count, width), np.float32)
    np.add(tables.first + place_costs[0], period_costs[0][:, None], out=scores[0])
    total = 0.0
    # The tempo before is one of some neighbours: as many views of one array, each moved by a bin, are the choice.
    edged = np.full((count + 2 * REACH, width), np.inf, np.float32)
    inside = edged[REACH:-REACH]
    neighbours = np.lib.stride_tricks.sliding_window_view(edged, count, axis=0).transpose(0, 2, 1)
    change = (TEMPO_STEP * np.abs(np.arange(-REACH, REACH + 1, dtype=np.float32)))[:, None, None]
    options = np.empty((2 * REACH + 1, count, width), np.float32)  # as the neighbours: [5, periods, width]
    moved = np.empty((count, width), np.float32)
    reached = np.empty((2 * SPREAD + 1, count, width), np.float32)
    rows = (np.arange(count) * width)[None, None, :, None]
    for begin in range(0, len(gaps), CHUNK):
        steps, timing = _steps(gaps[begin : begin + CHUNK], tables.periods)
        now = slice(begin + 1, begin + 1 + len(steps))
        costs = tables.cost[steps] + (timing + period_costs[now, None])[..., None]  # [g, 5, periods, width]
        costs += place_costs[now, None, None]
        before = tables.before[steps] + rows
        least = scores[begin].min()  # else they would outgrow 32 bits
        np.subtract(scores[begin], least, out=inside)
        total += float(least)
        for at in range(len(steps)):
            np.add(neighbours, change, out=options)
            np.minimum.reduce(options, axis=0, out=moved)
            if width > PLACES:
                in_beats = moved.reshape(count, -1, PLACES)
                np.minimum(in_beats, in_beats.min(axis=1, keepdims=True) + np.float32(LOST_BEAT), out=in_beats)
            np.take(moved, before[at], out=reached, mode="clip")
            np.add(reached, costs[at], out=reached)
            np.minimum.reduce(reached, axis=0, out=inside)
            scores[begin + at + 1] = inside
    return scores, total + float(scores[-1].min())


def _backward(
    gaps: NDArray[np.float64], scores: Floats, tables: _Tables
) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """Places, periods and fit of the cheapest path, as in `Pulse`."""
    count = len(scores)
    periods = np.empty(count, np.int64)
    moves = np.zeros(count, np.int64)
    beats = np.arange(len(tables.first) // PLACES)[:, None]
    period, place = divmod(int(scores[-1].argmin()), len(tables.first))
    periods[-1] = period
    for begin in range((count - 2) // CHUNK * CHUNK, -1, -CHUNK):
        steps, timing = _steps(gaps[begin : begin + CHUNK], tables.periods)
        for at in range(len(steps) - 1, -1, -1):
            options = steps[at, :, period]  # [5]
            low, high = max(period - REACH, 0), min(period + REACH + 1, len(tables.periods))
            places = tables.before[options, place]
            elsewhere = beats * PLACES + places % PLACES  # [beats, 5]: the same place of the beat, one lost or added
            change = np.abs(np.arange(low, high) - period) * TEMPO_STEP
            total = scores[begin + at, low:high][:, elsewhere] + change[:, None, None]  # [periods, beats, 5]
            total += timing[at, :, period] + tables.cost[options, place] + LOST_BEAT * (elsewhere != places)
            best, beat, option = np.unravel_index(int(total.argmin()), total.shape)
            moves[begin + at + 1] = options[option]
            period, place = low + int(best), int(elsewhere[beat, option])
            periods[begin + at] = period
    lengths = tables.periods[periods]
    off = gaps * PLACES / lengths[1:] - moves[1:]
    return place % PLACES + np.cumsum(moves), lengths, _fit(off, lengths[1:]) if count > 1 else 0.0
