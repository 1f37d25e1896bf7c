"""Measures on a pulse: which meter, where its downbeats fall, and where a measure is longer or shorter.

The rule: every meter is judged at every phase of its downbeat by three readings: accents on its downbeats against the
other beats, the music coming again after one measure and two, and how common it is. The best holds for the whole piece,
or up to one change between threes and twos or fours that is clear (`CHANGE`). Within a meter, downbeats follow one
another strictly unless the accents insist (`Strictness`), and then one measure is longer or shorter: a beat was lost by
the player or by the tracker.
Nothing here can tell 2/2 from 2/4, or 3/8 from 3/4: both are as many beats, and which note stands for one cannot be
heard.

Source: the readings follow M. Gainza, E. Coyle, Time signature detection by using a multi resolution audio similarity
matrix, 2007 (repetition), and C. L. Krumhansl and C. Palmer, Mental representations for musical meter, 1990 (accents);
accents are weighed by a conditional logistic regression on 306 pieces of piano-midi.de.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from antiphon.notation.steps import is_plain
from antiphon.notation.tactus import PLACES, Barlines, Meter

__all__ = ["BeatRow", "Measures", "find_measures", "make_beat_row"]

COMMON = {
    False: {Meter(2, 4): 0.90, Meter(3, 4): 0.93, Meter(4, 4): 1.30},
    True: {Meter(6, 8): 0.96, Meter(9, 8): -0.10, Meter(12, 8): -1.30},
}
"""Log-odds of the meters whose beats are divided by two and by three. 2/4 is as common as 4/4 in the pieces that were
counted, and rarer elsewhere."""

DOWNBEATS, LEAD, AGAIN = 4.64, -1.64, 4.5
"""Weights: downbeats against all other beats, against the next best phase, and repetition. The last and how rare 2/4 is
were set by hand, with chorales and performances in view: fitted, they find the meters of piano-midi.de and miss those
of both."""

TELLING, TELLING_BOUNDS = 100, (0.3, 1.5)
"""Beats whose accents and repetition have these weights: what is heard in a short piece says less, and how common a
meter is more. From 100 to 150 beats and from their share's root to their share it makes no difference."""

UNSAID = 0.2
"""Log-odds of 4/4 where measures are counted and no meter is told: the standard of MIDI files means it then. Of 354
chorales that were played to a click so 348 have their meter, 346 without."""

SILENT_DOWNBEAT = -1.6
"""Log-odds of a beat without a note to be a downbeat."""


@dataclass(frozen=True, slots=True)
class Strictness:
    """What irregular measures cost, in log-odds of downbeats.

    Args:
        pickup: more before the first downbeat than is usual (`_usual_pickups`), or nothing on it.
        slip: a measure of another length.
    """

    pickup: float
    slip: float


FREE = Strictness(pickup=4.0, slip=6.0)
"""One in ten pieces in three or four of piano-midi.de begins with more than a beat, and 2 would be fair, but what is
heard at all downbeats of a piece is alike, so its sum is too sure: half measures are mistaken for whole ones. At 4
performances are as good. A pick-up may not cost as much as a slip: then a piece begins on the downbeat and loses half a
measure soon after. From 6 to 8 slips make no difference to performances."""

STRICT = Strictness(pickup=24.0, slip=20.0)
"""Where music hardly divides its beats, or their thirds where those are dotted (`is_plain`): what is heard there is
more alike still, few are lost. Of 722 folk tunes in three or four (O'Neill's, Ryan's and Aird's) 30 begin with more
than a beat. In nursery songs F of the downbeats is .91 so, .76 if not; with a beat too many in the middle .74 and .74,
with one left out .65 and .75."""

CHANGE, BOTH_SAY = 6.0, 0.75
"""Log-odds of downbeats that are gained where the meter changes, and log-odds by which both parts are for their own
meter, at least. In 17 pieces of piano-midi.de without a change that no network was trained on, played anew, none seems
to have one; of 98 pairs of them, one after the other, 31 do."""

SHORTEST_PART = 16
"""Beats before a change of meter and after it, at least."""

LOWERED = 0.4
"""Log-odds of a downbeat that are enough where two meters are compared: else the one with fewer downbeats wins."""

CELLS = PLACES // 2
"""Cells in a beat by which repetition is measured."""

FARTHEST = 9
"""Beats apart that music is compared with itself: two measures of four, and one more."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BeatRow:
    """What is known of a row of beats.

    Args:
        downbeat_odds: log-odds of each beat to be a downbeat, `SILENT_DOWNBEAT` without a note, shape [m].
        is_silent: whether a beat has no note, shape [m].
        cells: accents, onsets and falls of the bass in sixths of a beat, each of mean 0 and deviation 1, shape
            [6 m, 3].
        strictness: what irregular measures cost.
    """

    downbeat_odds: Floats
    is_silent: NDArray[np.bool_]
    cells: Floats
    strictness: Strictness = FREE


@dataclass(frozen=True, slots=True)
class Measures:
    """The meter from each downbeat on at which it changes, as in `Grid`; how sure the first is, 0-1."""

    meters: tuple[tuple[int, Meter], ...]
    confidence: float


def make_beat_row(
    places: NDArray[np.int64], beat_odds: Floats, downbeat_odds: Floats, falls: Floats, is_compound: bool = False
) -> BeatRow:
    """The row of beats under onsets, from the beat of the first to that of the last.

    Args:
        places: of onsets, twelfths since the first beat of the row, never falling, shape [c].
        beat_odds, downbeat_odds: log-odds of each onset, shape [c].
        falls: 1 where the bass steps down far, else 0, shape [c].
        is_compound: whether beats are divided by three.
    """
    count = int(places[-1]) // PLACES + 1
    is_on = places % PLACES == 0
    odds = np.full(count, -np.inf)
    np.maximum.at(odds, places[is_on] // PLACES, downbeat_odds[is_on])
    is_silent = ~np.isin(np.arange(count), places[is_on] // PLACES)
    odds[is_silent] = SILENT_DOWNBEAT
    cells = np.zeros((count * CELLS, 3))
    cell = places * CELLS // PLACES
    np.add.at(cells, cell, np.stack([np.clip(beat_odds, -2, 3) + 2, np.ones(len(places)), falls], axis=1))
    cells -= cells.mean(axis=0)
    cells /= cells.std(axis=0) + 1e-9
    return BeatRow(odds, is_silent, cells, STRICT if is_plain(places * (3 if is_compound else 1)) else FREE)


def find_measures(
    row: BeatRow,
    is_compound: bool,
    meter: Meter | None = None,
    pickup_beats: int | None = None,
    barlines: Barlines = (),
) -> Measures:
    """The measures of a row of beats.

    Args:
        row: of at least one beat.
        is_compound: whether its beats are divided by three.
        meter: the meter if it is known.
        pickup_beats: beats before the first downbeat if they are known.
        barlines: downbeats if they are known, by the beats of the row, which may begin after the first of them. One
            alone says where measures begin, all together how long they are.
    """
    if barlines:
        return _heed_barlines(row, is_compound, meter, barlines)
    if meter is None:
        scores = _judge_meters(row, is_compound)
        meter, confidence = _choose(scores)
        change = _find_change(row, is_compound)
        if change is not None:
            at, former, latter = change
            downbeats = _place_downbeats(_cut(row, 0, at), former, pickup_beats, is_whole=True)
            after = at + _place_downbeats(_cut(row, at, len(row.downbeat_odds)), latter, 0)
            return Measures(_spell_meters(downbeats, former, at) + _spell_meters(after, latter), confidence)
    else:
        confidence = 1.0
    return Measures(_spell_meters(_place_downbeats(row, meter, pickup_beats), meter), confidence)


def _heed_barlines(row: BeatRow, is_compound: bool, meter: Meter | None, barlines: Barlines) -> Measures:
    """Measures that are told: all, or where they begin, and their meter is to be found."""
    barlines, confidence = _drop_pickup(barlines), 1.0
    first, told = barlines[0]
    if len(barlines) == 1 and told is None and meter is None:
        scores = _judge_meters(row, is_compound, first)
        meter, confidence = _choose({meter: score + UNSAID * (meter == Meter(4, 4)) for meter, score in scores.items()})
    lengths = np.diff([at for at, _ in barlines])
    usual = meter or told or _count_meter(int(np.bincount(lengths).argmax()), is_compound)
    measures = _count_measures(barlines, usual, len(row.downbeat_odds))
    changes = [after for before, after in pairwise(measures) if after[1] != before[1]]
    return Measures((measures[0], *changes), confidence)


def _count_meter(beats: int, is_compound: bool) -> Meter:
    """The meter of a measure of so many beats that were counted: six, nine and twelve are eighths, in threes, and eight
    are those of 4/4."""
    if is_compound:
        return Meter(3 * beats, 8)
    return {6: Meter(6, 8, 3), 8: Meter(4, 4, 2), 9: Meter(9, 8, 3), 12: Meter(12, 8, 3)}.get(beats, Meter(beats, 4))


def _drop_pickup(barlines: Barlines) -> Barlines:
    """The same without the first, if the measure there is shorter than the meter of the next; and without those that
    come a beat after another, unless that is their meter: a single beat is no measure, 3/8 are not one dotted beat."""
    if len(barlines) > 1:
        (begin, _), (second, meter) = barlines[:2]
        if meter is not None and second - begin < meter.beats:
            barlines = barlines[1:]
    return (barlines[0], *(after for before, after in pairwise(barlines) if _is_measure(before, after)))


def _is_measure(before: tuple[int, Meter | None], after: tuple[int, Meter | None]) -> bool:
    (begin, meter), (end, _) = before, after
    return end > begin + 1 or (meter is not None and meter.beats == 1)


def _count_measures(barlines: Barlines, usual: Meter, count: int) -> list[tuple[int, Meter]]:
    """Downbeats in a row of beats, one at least, and the meter of each measure: that of the bar line before."""
    begin, told = barlines[0]
    meter = told or usual
    measures = [(at, meter) for at in range(begin % meter.beats, begin, meter.beats)]
    for (begin, told), (end, _) in pairwise(barlines):
        measures += _fill(begin, end, told or usual)
    begin, told = barlines[-1]
    meter = told or usual
    measures += [(at, meter) for at in range(begin, count, meter.beats)] or [(begin, meter)]
    return _keep_row(measures, count)


def _fill(begin: int, end: int, meter: Meter) -> list[tuple[int, Meter]]:
    """Measures from one bar line to another. What is left over at the end is a measure of its own, or part of the one
    before if it is a single beat."""
    measures = [(at, meter) for at in range(begin, max(end - 1, begin + 1), meter.beats)]
    last, _ = measures[-1]
    return [*measures[:-1], (last, meter.lasting(end - last))]


def _keep_row(measures: list[tuple[int, Meter]], count: int) -> list[tuple[int, Meter]]:
    """Those of a row of beats, the first of them less than a measure after its first beat."""
    last, meter = measures[-1]
    kept = [measure for measure in measures if measure[0] >= 0] or [(last + meter.beats, meter)]
    begin, meter = kept[0]
    if begin >= meter.beats:
        kept = [(at, meter) for at in range(begin % meter.beats, begin, meter.beats)] + kept
    return [kept[0], *(measure for measure in kept[1:] if measure[0] < count)]


def _choose(scores: dict[Meter, float]) -> tuple[Meter, float]:
    """The likeliest meter, and how sure that is, 0-1."""
    chances = np.exp(np.array(list(scores.values())) - max(scores.values()))
    return max(scores, key=scores.__getitem__), float(chances.max() / chances.sum())


def _judge_meters(row: BeatRow, is_compound: bool, downbeat: int | None = None) -> dict[Meter, float]:
    """Log-odds of the meters that divide their beats so, up to a common number; one downbeat may be known."""
    likeness = {beats: _likeness(row.cells, CELLS * beats) for beats in range(1, FARTHEST + 1)}
    weight = float(np.clip(len(row.downbeat_odds) / TELLING, *TELLING_BOUNDS))
    return {
        meter: odds
        + weight * (_judge(row.downbeat_odds, meter.beats, downbeat) + AGAIN * _come_again(likeness, meter.beats))
        for meter, odds in COMMON[is_compound].items()
    }


def _find_change(row: BeatRow, is_compound: bool) -> tuple[int, Meter, Meter] | None:
    """The downbeat at which threes turn into twos or fours or the other way round, and the meters on both sides; None
    where that is not clear."""
    odds = row.downbeat_odds + LOWERED
    count = len(odds)
    if count < 2 * SHORTEST_PART:
        return None
    onwards = {beats: _gain_onwards(odds, beats, row.strictness.slip) for beats in (2, 3, 4)}
    # From the end to the beginning a measure is the same but for its downbeat, which is then its last beat.
    before = {beats: _gain_onwards(odds[::-1], beats, row.strictness.slip)[::-1] - odds for beats in (2, 3, 4)}
    alone = max(gain[:beats].max() for beats, gain in onwards.items())
    places = np.arange(SHORTEST_PART, count - SHORTEST_PART + 1)
    best = max(
        (float((gain := before[former][places] + onwards[latter][places]).max()), int(places[gain.argmax()]), former)
        for former, latter in ((2, 3), (4, 3), (3, 2), (3, 4))
    )
    gained, at, beats = best
    if gained - alone < CHANGE:
        return None
    found = []
    for begin, end, in_threes in ((0, at, beats == 3), (at, count, beats != 3)):
        scores = _judge_meters(_cut(row, begin, end), is_compound)
        own = {meter: score for meter, score in scores.items() if (meter.beats == 3) == in_threes}
        others = max(score for meter, score in scores.items() if meter not in own)
        meter = max(own, key=own.__getitem__)
        if own[meter] - others < BOTH_SAY:
            return None
        found.append(meter)
    return at, found[0], found[1]


def _gain_onwards(odds: Floats, beats: int, slip: float) -> Floats:
    """The most log-odds of downbeats in measures from each beat to the end, that beat one of them, shape [m]."""
    count = len(odds)
    costs = [(beats, 0.0), (beats + 1, slip), *((length, slip) for length in range(2, beats))]
    gain = [0.0] * (count + beats + 1)
    for at in range(count - 1, -1, -1):
        gain[at] = odds[at] + max(gain[at + length] - cost for length, cost in costs)
    return np.array(gain[:count])


def _cut(row: BeatRow, begin: int, end: int) -> BeatRow:
    cells = row.cells[begin * CELLS : end * CELLS]
    cells = (cells - cells.mean(axis=0)) / (cells.std(axis=0) + 1e-9)
    return BeatRow(row.downbeat_odds[begin:end], row.is_silent[begin:end], cells, row.strictness)


def _likeness(cells: Floats, lag: int) -> float:
    if lag >= len(cells) - 8:
        return 0.0
    return float((cells[lag:] * cells[:-lag]).mean())


def _come_again(likeness: dict[int, float], beats: int) -> float:
    """How much more alike music is one and two measures apart than a beat less or more apart."""
    return sum(likeness[lag] - (likeness[lag - 1] + likeness[lag + 1]) / 2 for lag in (beats, 2 * beats)) / 2


def _judge(odds: Floats, beats: int, downbeat: int | None = None) -> float:
    phases = np.arange(len(odds)) % beats
    counts = np.maximum(np.bincount(phases, minlength=beats), 1)
    means = np.bincount(phases, odds, beats) / counts
    phase = means.argmax() if downbeat is None else downbeat % beats
    others = np.delete(means, phase)
    return float(DOWNBEATS * (means[phase] - others.mean()) + LEAD * (means[phase] - others.max()))


def _place_downbeats(row: BeatRow, meter: Meter, pickup_beats: int | None, is_whole: bool = False) -> NDArray[np.int64]:
    """Viterbi over the beat in the measure: on to the next is free; a measure that ends before its time, after two
    beats at least, or goes on for one beat more is a slip. A single beat is no measure: 3/8 are not one dotted beat.
    """
    odds, slip, beats = row.downbeat_odds, row.strictness.slip, meter.beats
    usual, rare = _usual_pickups(meter, bool(row.is_silent[0])), row.strictness.pickup
    if pickup_beats is not None:
        usual, rare = (pickup_beats,), np.inf
    score = np.full(beats + 1, rare)
    score[[-pickup % beats for pickup in usual]] = 0.0
    score[0] -= odds[0]
    score[beats] = np.inf
    came = np.full(len(odds), beats - 1)
    for at in range(1, len(odds)):
        ends = _end_measure(score, beats, at, slip)
        came[at] = ends.argmin()
        first, longer = ends[came[at]] - odds[at], score[beats - 1] + slip if at >= 2 * beats else np.inf
        score[1:] = score[:-1].copy()
        score[0], score[beats] = first, longer
    place = int((_end_measure(score, beats, len(odds), slip) if is_whole else score).argmin())
    downbeats = [len(odds) - place - 1 + beats] if len(odds) <= place else []
    for at in range(len(odds) - 1, -1, -1):
        if place == 0:
            downbeats.append(at)
        place = int(came[at]) if place == 0 else place - 1
    return np.array(downbeats[::-1], np.int64)


def _usual_pickups(meter: Meter, is_silent: bool) -> tuple[int, ...]:
    """Beats from that of the first note to the first downbeat with which music usually begins.

    Of the folk tunes in O'Neill's, Ryan's and Aird's collections, in 6/8 281 begin on the downbeat, 913 with less than
    a beat before it and seven with a beat; in 4/4 137, 255 and 267, 13 with more; in 3/4 36, 13 and 182, and 35 with a
    beat and a half.

    Args:
        is_silent: whether the first note comes after its beat.
    """
    if is_silent:
        return (1, 2) if meter.beats == 3 and not meter.is_compound else (1,)
    return (0,) if meter.is_compound else (0, 1)


def _end_measure(score: Floats, beats: int, at: int, slip: float) -> Floats:
    """Costs of each place in the measure if a measure ends after it, before the beat `at`."""
    ends = np.full(beats + 1, np.inf)
    ends[beats - 1 :] = score[beats - 1 :]
    if at >= 2 * beats:  # the first measure is whole: the pick-up leans on it
        ends[1 : beats - 1] = score[1 : beats - 1] + slip
    return ends


def _spell_meters(downbeats: NDArray[np.int64], meter: Meter, end: int | None = None) -> tuple[tuple[int, Meter], ...]:
    """Each meter with the downbeat from which it holds, where the last measure ends before `end` or is a whole one."""
    meters = [(int(downbeats[0]), meter)]
    last = downbeats[-1] + meter.beats if end is None else end
    for begin, length in zip(downbeats, np.diff(downbeats, append=last), strict=True):
        measure = meter.lasting(int(length))
        if measure != meters[-1][1]:
            meters.append((int(begin), measure))
    return tuple(meters)
