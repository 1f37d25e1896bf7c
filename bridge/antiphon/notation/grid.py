"""The grid that notes are written on: beats in seconds, measures, and the place of every note in 24ths of a beat.

The rule: a beat is the tactus that one taps to (`Meter.beats` of them in a measure), not always a quarter: in 6/8 it is
a dotted quarter, in 3/8 an eighth. A place counts 24ths of a beat since the first beat, so that thirty-seconds (3) and
triplets (8) both have one; where beats are looked for, twelfths are fine enough. `find_grid` strings the rooms
together: `onsets` gathers notes into chords, `beats` finds a pulse and the place of each chord in it, `meter` decides
which pulse is the beat and where measures begin. Nothing here knows voices, keys or files.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import NotationError
from antiphon.notation.accents import BEAT_WEIGHTS, DOWNBEAT_WEIGHTS, measure_accents, weigh
from antiphon.notation.beats import Pulse, count_beats, extend_beats, follow_beats, time_beats, track_pulse
from antiphon.notation.listen import Listener, cost_periods, cost_places, describe, hear, weigh_downbeats
from antiphon.notation.meter import Measures, find_measures, make_beat_row
from antiphon.notation.onsets import Onsets, gather_onsets
from antiphon.notation.steps import BY_THREE, BY_TWO, PLAIN, Stepping, is_plain
from antiphon.notation.swing import is_swung, to_even
from antiphon.notation.tactus import PARTS, PLACES, Barlines, Division, Meter
from antiphon.notation.tempi import PERIODS, expect_periods, keep_periods
from antiphon.note import MAX_SECONDS, NoteArray
from antiphon.take import NO_PEDAL, Pedalling

__all__ = ["NO_HINTS", "PARTS", "Grid", "Hints", "Meter", "find_grid"]

FALL = 4
"""Semitones that the bass falls by more than, where a pattern may begin anew."""

ACCENTS_BESIDE = 0.8
"""Weight of counted accents beside what a network hears: it was trained on files, they hold for real playing too."""

TRUST_DOWNBEATS = 0.8
"""Weight of the log-odds of a downbeat where the pulse is found. From 0.7 to 2 it makes little difference to
performances; trusted more, it bends the tempo of a chorale whose meter was mistaken."""

TORN = 0.07
"""Seconds between onsets of one chord whose hands were apart: what is heard of either holds for both."""

COMPOUND = 0.12
"""Nats an onset by which beats divided by three must be the likelier: fast measures of three beats look like them."""

PLAINER = {False: 0.25, True: 0.1}
"""The same of beats that are hardly divided at all, by accents alone and with networks: steady eighths look like them,
and accents tell them less well apart."""

LONGEST: dict[bool, dict[Division, float]] = {False: {2: np.inf, 3: 1.3}, True: {2: 0.95, 3: 0.95}}
"""Seconds of a beat beyond which its halves or thirds are the beats, if they step on plainly: in most music and in a
tune, alone or over held chords. Measures of a waltz look like slow dotted beats: of such pieces of piano-midi.de 13 are
in 3/4 or 3/8, three in 6/8 or 9/8."""

NEAR = 1.25
"""Factor within which the length of such beats stays to a half or a third of the slow ones."""

TWO_NOTES, CHORDS = 0.05, 0.6
"""Share of onsets of two notes, and of three and more, at most, in a tune alone or over held chords."""

SLOWEST_SWING = 0.75
"""Seconds of a beat whose eighths may be swung, unless a meter of quarters is told: in slower music they are 6/8. Jazz
is played at 100 to 300 beats a minute (Friberg and Sundström), hornpipes at 80 and more."""

OPENING = 1000
"""Onsets by which the division of the beat is judged and the usual tempo is found: a few pages."""

SLOWEST, FASTEST = 5.0, 600.0
"""Beats a minute that can be told: beyond them nobody counts beats."""

CLOSEST = 60 / FASTEST
"""Seconds between beats that are given, at least."""

HIGHEST = 127
"""MIDI's highest pitch."""

SHORTEST = 0.01
"""Seconds that a note lasts at least, hidden or not."""

Seconds = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known besides the notes; everything may be left out.

    Args:
        tempo_bpm: beats of the tactus a minute, on the whole; believed save for clear evidence of another level.
        tempo_range: the slowest and fastest tempo that is looked for, beats a minute.
        meter: holds for the whole piece.
        pickup_beats: beats before the first full measure.
        beats: times of beats, seconds, rising, at least two: the tempo between them is taken from them.
        is_quantized: whether notes stand on places of these beats as they are.
        barlines: downbeats that are known, by index into `beats`: the first alone, or every one; then no measure is
            longer or shorter than they say.
        triplets: whether beats may be divided by three (in a meter that is not compound).
        nominal_bpm: quarters a minute that a file tells: a tendency, for nobody may have played to it.
        pedal: what the sustain pedal did while they were played.
    """

    tempo_bpm: float | None = None
    tempo_range: tuple[float, float] | None = None
    meter: Meter | None = None
    pickup_beats: int | None = None
    beats: Seconds | None = None
    is_quantized: bool = False
    barlines: Barlines = ()
    triplets: bool = True
    nominal_bpm: float | None = None
    pedal: Pedalling = NO_PEDAL


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats, measures, and where each note stands in them.

    Args:
        beats: seconds of each beat of the tactus, rising, shape [m]; they cover every onset and one beat after the
            last offset.
        first_downbeat: index into `beats` of the downbeat of the first full measure, < beats of its meter; what is
            before it is the pick-up.
        meters: from which downbeat on (index into `beats`) each meter holds; the first at `first_downbeat`, and it
            holds for the pick-up too.
        places: of each note's onset, 24ths of a beat since `beats[0]`, shape [n].
        offsets: of each note's release, on the same scale, not rounded, shape [n].
        confidence: 0-1, how likely this meter is among all, times how well beats fit the onsets.
        is_swung: whether eighths are swung: what is at two thirds of a beat is to be written in its middle.
    """

    beats: Seconds
    first_downbeat: int
    meters: tuple[tuple[int, Meter], ...]
    places: Places
    offsets: Seconds
    confidence: float
    is_swung: bool = False


NO_HINTS = Hints()
"""Nothing is known."""


def find_grid(notes: NoteArray, hints: Hints = NO_HINTS, listener: Listener | None = None) -> Grid:
    """The grid under a performance.

    Args:
        notes: in any order, at least one; a duration that is hidden or zero counts as very short.
        hints: what is known beforehand.
        listener: a network that knows beats; without one, accents are counted.
    Raises:
        NotationError: no notes, times that are not finite, or hints that cannot be.
    """
    _check(notes, hints)
    onsets = gather_onsets(notes)
    evidence = _gather_evidence(notes, onsets, hints.pedal, listener)
    pulse = _find_pulse(evidence, hints)
    places = _from_first_beat(pulse)
    measures = _find_measures(evidence, pulse, hints)
    ends = notes["onset"] + np.clip(notes["duration"].astype(np.float64), SHORTEST, MAX_SECONDS)
    last, least = float(ends.max()), measures.meters[-1][0] + 2
    if hints.beats is None:
        beats = time_beats(onsets.seconds, pulse, last, least)
        beats[0] = min(beats[0], notes["onset"].min())  # an onset is the mean of its notes
    else:
        beats = extend_beats(hints.beats, pulse, onsets.seconds[0], last, least)
    own = _on_page(places)[onsets.members]
    if hints.is_quantized and hints.beats is not None:
        own = np.maximum(_quantized(notes["onset"], hints.beats, PARTS) - pulse.places[0] // PLACES * PARTS, 0)
    return Grid(
        beats=beats,
        first_downbeat=measures.meters[0][0],
        meters=measures.meters,
        places=own,
        offsets=np.interp(ends, beats, np.arange(len(beats)) * float(PARTS)),
        confidence=measures.confidence * pulse.fit,
        is_swung=_is_swung(evidence, pulse, hints),
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for places, downbeats and tempi at onsets, besides how they are timed.

    Args:
        seconds: of the onsets, rising, shape [c].
        place_costs: of each place of the beat, shape [c, 12].
        downbeat_odds: log-odds of a downbeat, shape [c].
        period_costs: of each of `PERIODS`, shape [c, PERIODS], or 0.
        falls: 1 where the bass steps down far, else 0, shape [c].
        is_heard: whether networks say so, not accents alone.
        is_tune: whether nearly all onsets are one note or, less often, a chord.
    """

    seconds: Seconds
    place_costs: Seconds
    downbeat_odds: Seconds
    period_costs: Seconds
    falls: Seconds
    is_heard: bool
    is_tune: bool

    def in_measures(self, beats: int) -> Seconds:
        """Costs of each place in a measure of so many beats, shape [c, 12 beats]."""
        if beats == 1:
            return self.place_costs
        odds = TRUST_DOWNBEATS * _share(self.downbeat_odds, self.seconds)
        costs = np.tile(self.place_costs, beats)
        costs[:, ::PLACES] += np.logaddexp(0, odds)[:, None] - np.log(2)
        costs[:, 0] -= odds
        return np.asarray(costs)


def _share(odds: Seconds, seconds: Seconds) -> Seconds:
    """The same odds, each at least as high as those of the onsets that belong to it, shape [c]."""
    pairs = np.flatnonzero(np.diff(seconds) < TORN)
    best = np.maximum(odds[pairs], odds[pairs + 1])
    shared = odds.copy()
    np.maximum.at(shared, pairs, best)
    np.maximum.at(shared, pairs + 1, best)
    return shared


def _gather_evidence(notes: NoteArray, onsets: Onsets, pedal: Pedalling, listener: Listener | None) -> _Evidence:
    accents = measure_accents(notes, onsets, pedal)
    beat_odds = weigh(accents, BEAT_WEIGHTS)
    falls = (np.diff(onsets.low, prepend=onsets.low[0]) < -FALL).astype(np.float64)
    is_tune = bool(np.mean(onsets.sizes == 2) <= TWO_NOTES and np.mean(onsets.sizes > 2) <= CHORDS)
    if listener is None:
        costs = np.zeros((len(accents), PLACES))
        costs[:, 0] = -beat_odds
        return _Evidence(onsets.seconds, costs, weigh(accents, DOWNBEAT_WEIGHTS), np.zeros(1), falls, False, is_tune)
    heard = hear(describe(notes, onsets, pedal), listener)
    costs = cost_places(heard)
    costs[:, 0] -= ACCENTS_BESIDE * beat_odds
    return _Evidence(onsets.seconds, costs, weigh_downbeats(heard), cost_periods(heard, PERIODS), falls, True, is_tune)


def _check(notes: NoteArray, hints: Hints) -> None:
    if not len(notes):
        raise NotationError("there are no notes to write down", "play something first")
    if not (np.isfinite(notes["onset"]).all() and np.isfinite(notes["duration"]).all()):
        raise NotationError("an onset or a duration is not a number", "give seconds")
    if not ((notes["pitch"] >= 0) & (notes["pitch"] <= HIGHEST)).all():
        raise NotationError(f"a pitch is outside 0-{HIGHEST}", "give MIDI numbers, 60 for middle C")
    if hints.pickup_beats is not None and not (isinstance(hints.pickup_beats, int) and hints.pickup_beats >= 0):
        raise NotationError(f"a pick-up of {hints.pickup_beats} beats cannot be", "give 0 or more whole beats")
    for tempo in (hints.tempo_bpm, *(hints.tempo_range or ())):
        if tempo is not None and not SLOWEST <= tempo <= FASTEST:
            raise NotationError(
                f"tempo {tempo:g} is outside {SLOWEST:g}-{FASTEST:g}", "give beats a minute, for instance 120"
            )
    beats = hints.beats
    is_rising = beats is None or (len(beats) > 1 and np.isfinite(beats).all() and (np.diff(beats) >= CLOSEST).all())
    if not is_rising:
        raise NotationError(
            f"the beats that are given are not {CLOSEST:g} s apart", "give two or more times in order, in seconds"
        )


def _find_pulse(evidence: _Evidence, hints: Hints) -> Pulse:
    """The pulse by two, by three or by whole beats, whichever is the likeliest in the opening; then throughout, near
    its usual tempo and in measures of as many beats as the opening seems to have."""
    handicaps = _steppings(hints, evidence.is_heard)
    openings = [_track(evidence, hints, stepping, slice(0, OPENING)) for stepping in handicaps]
    opening = min(openings, key=lambda pulse: pulse.cost + handicaps[pulse.stepping])
    is_dotted = hints.meter is not None and hints.meter.is_compound
    is_told = _is_level_told(hints) or hints.nominal_bpm is not None or is_dotted
    if not is_told and _is_too_slow(opening, evidence.is_tune):
        bpm = 60 * opening.stepping.division / float(np.median(opening.periods))
        hints = replace(hints, tempo_range=(bpm / NEAR, bpm * NEAR))
        opening = _track(evidence, hints, BY_TWO, slice(0, OPENING))
    # Plain steps tell the level; where notes stand on it, a table knows better that has seen more.
    stepping = BY_TWO if opening.stepping is PLAIN else opening.stepping
    if hints.beats is not None:
        pulse = _track(evidence, hints, stepping, slice(None))
        return replace(pulse, places=_quantized(evidence.seconds, hints.beats, PLACES)) if hints.is_quantized else pulse
    kept = keep_periods(_find_usual(evidence, hints, opening))
    _, meter = _find_measures(evidence, opening, hints).meters[0]
    # What the file tells has chosen the level; how the tempo goes on it is the player's alone.
    free = replace(hints, nominal_bpm=None)
    return _track(evidence, free, stepping, slice(None), kept, meter.beats)


def _is_level_told(hints: Hints) -> bool:
    """Whether people say which of several pulses is the beat."""
    return hints.beats is not None or hints.tempo_bpm is not None or hints.tempo_range is not None


def _is_too_slow(pulse: Pulse, is_tune: bool) -> bool:
    """Whether the halves or thirds of these beats are beats themselves."""
    division = pulse.stepping.division
    is_slow = np.median(pulse.periods) > LONGEST[is_tune][division]
    return bool(is_slow and is_plain(division * _from_first_beat(pulse)))


def _find_usual(evidence: _Evidence, hints: Hints, opening: Pulse) -> Seconds:
    """The usual period around each onset: of each section of a long performance, by how it begins, shape [c]."""
    count = len(evidence.seconds)
    sections = np.array_split(np.arange(count), max(1, count // OPENING))
    begins = [slice(int(section[0]), int(section[0]) + OPENING // 2) for section in sections[1:]]
    pulses = [opening, *(_track(evidence, hints, opening.stepping, begin) for begin in begins)]
    usual = [np.exp(np.median(np.log(pulse.periods))) for pulse in pulses]
    return np.repeat(usual, [len(section) for section in sections])


def _find_measures(evidence: _Evidence, pulse: Pulse, hints: Hints) -> Measures:
    """The measures on a pulse through all onsets, or through as many of the first ones as it has."""
    here = slice(0, len(pulse.places))
    beat_odds, downbeat_odds = -evidence.place_costs[here, 0], evidence.downbeat_odds[here]
    places, is_compound = _from_first_beat(pulse), pulse.stepping.division == 3
    if _is_swung(evidence, pulse, hints):
        places, is_compound = _even(places), False
    row = make_beat_row(places, beat_odds, downbeat_odds, evidence.falls[here], is_compound)
    first = int(pulse.places[0]) // PLACES if hints.barlines else 0
    barlines = tuple((at - first, meter) for at, meter in hints.barlines)
    return find_measures(row, is_compound, hints.meter, hints.pickup_beats, barlines)


def _is_swung(evidence: _Evidence, pulse: Pulse, hints: Hints) -> bool:
    """Whether eighths are swung: in a meter of quarters, if it is told, or in beats as short as those that swing."""
    told = [meter for _, meter in hints.barlines if meter] + ([hints.meter] if hints.meter else [])
    can_swing = all(meter.beat_quarters == 1 for meter in told) if told else np.median(pulse.periods) <= SLOWEST_SWING
    return bool(
        hints.triplets and can_swing and is_swung(_on_page(pulse.places), evidence.seconds[: len(pulse.places)])
    )


def _even(places: Places) -> Places:
    parts = _on_page(places)
    return np.rint(to_even(parts.astype(np.float64), parts) * PLACES / PARTS).astype(np.int64)


def _on_page(places: Places) -> Places:
    """Places of the pulse as they are counted on the page."""
    return np.asarray(places * (PARTS // PLACES))


def _quantized(seconds: Seconds, beats: Seconds, parts: int) -> Places:
    return np.rint(count_beats(seconds, beats)[0] * parts).astype(np.int64)


def _from_first_beat(pulse: Pulse) -> Places:
    return np.asarray(pulse.places - pulse.places[0] // PLACES * PLACES)


def _track(
    evidence: _Evidence, hints: Hints, stepping: Stepping, part: slice, kept: Seconds | float = 0.0, beats: int = 1
) -> Pulse:
    """The pulse of a part of the onsets, whose periods cost `kept` besides, in measures of so many beats."""
    seconds, triplets = evidence.seconds[part], hints.triplets or stepping.division == 3
    if hints.beats is not None:
        return follow_beats(seconds, hints.beats, evidence.place_costs[part], stepping, triplets)
    nominal_bpm = hints.nominal_bpm and hints.nominal_bpm / _quarters_of(hints.meter, stepping.division)
    usual = expect_periods(evidence.seconds, stepping.division, hints.tempo_bpm, hints.tempo_range, nominal_bpm)
    shortest, longest = stepping.period
    usual = np.where((shortest > PERIODS) | (longest < PERIODS), np.inf, usual)
    expected = usual + evidence.period_costs
    return track_pulse(seconds, evidence.in_measures(beats)[part], expected[part] + kept, stepping, triplets)


def _quarters_of(meter: Meter | None, division: Division) -> float:
    """Length of a beat in quarters: of the meter's if it is known, else of the commonest that is divided so."""
    return division / 2 if meter is None else meter.beat_quarters


def _steppings(hints: Hints, is_heard: bool) -> dict[Stepping, float]:
    """Those that are tried, and by how much, in nats an onset, each must be the likelier."""
    by_three = {BY_THREE: COMPOUND}
    if hints.meter is not None and hints.meter.is_compound:
        return by_three
    by_two = {BY_TWO: 0.0} if _is_level_told(hints) else {BY_TWO: 0.0, PLAIN: PLAINER[is_heard]}
    return by_two | (by_three if hints.meter is None and hints.triplets else {})
