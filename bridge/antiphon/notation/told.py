"""What a take tells of its beats, and what of it is believed.

The rule: what people say goes before what a take tells. The click of a file is believed if the notes keep to it; then
its signatures are, too, and its first tick is a bar line. If they do not, its tempo is a tendency, if there is one
throughout and not the usual one, which programs write that were told none. Beats that were tapped through most of a
performance are its beats, and those that were numbered 1 its downbeats; a few taps, as in counting in, say a tempo, and
so do tempi that were said.

Source: whether notes keep to a click is Rayleigh's test of directions on a circle, N. I. Fisher, Statistical Analysis
of Circular Data, 1993, 4.3.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from antiphon.notation.beats import count_beats
from antiphon.notation.grid import CLOSEST, FASTEST, NO_HINTS, SLOWEST, Hints, Seconds
from antiphon.notation.tactus import DENOMINATORS, PARTS, Meter
from antiphon.take import USUAL_BPM, Click, Take, Taps

__all__ = ["heed", "keeps_to"]

SAME_TEMPO = 1e-3
"""Quarters that differ by no more, as a share of one, are of one tempo: files round it."""

NOTE_VALUES = (2, 3, 4, 6, 8, 12)
"""Parts of a quarter that notes may keep to."""

ON_CLICK = 0.5
"""How closely notes keep to one of them, -1 to 1, in each third of a take, at least. Of 354 chorales that were played
to a click with 15 ms of jitter all have 0.78, of as many whose tempo drifts about it none more than 0.40, of 84
performances 0.09."""

SURE = 12.0
"""Their number times the square of that, at least: by chance once in some 100,000 takes."""

LONGEST = 16
"""Beats of the longest meter that is written."""

NEAR = 0.25
"""Sixteenths within which a note is on one: no triplet is."""

LAG = 0.05
"""Quarters by which notes may come after the parts of quarters that they keep to, on the whole, or before: then the
click was set up beside them."""

FINE, FINER = (2, 4, 8), 0.1
"""Eighths, sixteenths and thirty-seconds; and how much nearer notes must be to the finer: one in twenty of them."""

EXACT, NEARLY_ALL = 0.004, 0.98
"""Seconds within which notes that were quantized stand at their places, a tick of coarse files, and the share of them
that does: the rest may be grace notes."""

FEWEST = 4
"""Taps that say something."""

RECENT = 5
"""Beats whose median length is the period, as in `core.tempo`."""

MISSED = 1.65
"""Periods after which a tap was missed: a beat that long would be no ritardando any more."""

FARTHEST = 4
"""Beats to the next tap beyond which nobody was tapping."""

SAID = 1.03
"""Factor within which the tempo of a click is the one that people say."""

MOST = 0.8
"""Share of onsets among taps that are the beats of all."""


def heed(take: Take, hints: Hints = NO_HINTS) -> Hints:
    """The same hints, and what is believed of what a take tells.

    Args:
        take: at least one note in it.
        hints: what people say; beats leave what the take tells of them unheard, a tempo leaves a click at another one.
    """
    hints = replace(hints, pedal=take.pedal)
    if hints.beats is not None:
        return hints
    onsets = np.sort(np.concatenate([notes["onset"] for notes in take.players.values()]))
    if hints.tempo_bpm is not None or hints.tempo_range is not None:
        heeded = _heed_click(take.click, onsets, hints) if take.click is not None and take.taps is None else hints
        return heeded if _is_at_tempo(heeded) else hints
    if take.taps is not None:
        hints = _heed_taps(take.taps, onsets, hints)
    elif take.click is not None:
        hints = _heed_click(take.click, onsets, hints)
    tempi = [bpm for bpm in take.tempi_bpm if SLOWEST <= bpm <= FASTEST]
    if not tempi or hints.beats is not None:
        return hints
    if min(tempi) == max(tempi):
        return replace(hints, tempo_bpm=tempi[0])
    return replace(hints, tempo_range=(min(tempi), max(tempi)))


def _is_at_tempo(hints: Hints) -> bool:
    """Whether beats are at the tempo that is said besides."""
    if hints.beats is None:
        return False
    bpm = 60 / float(np.median(np.diff(hints.beats)))
    said = [tempo for tempo in (hints.tempo_bpm, *(hints.tempo_range or ())) if tempo is not None]
    return bool(min(said) / SAID <= bpm <= max(said) * SAID)


def _heed_click(click: Click, onsets: Seconds, hints: Hints) -> Hints:
    heeded = _count_click(click, onsets, hints) if keeps_to(click, onsets) else None
    if heeded is not None and heeded.beats is not None:
        return replace(heeded, is_quantized=hints.triplets and _stand_on(heeded.beats, onsets))
    lengths = np.diff(click.seconds)
    if not 0 < lengths.max() <= lengths.min() * (1 + SAME_TEMPO):
        return hints
    bpm = 60 / float(lengths.mean())
    return hints if abs(bpm - USUAL_BPM) <= SAME_TEMPO * bpm else replace(hints, nominal_bpm=bpm)


def keeps_to(click: Click, onsets: Seconds) -> bool:
    """Whether notes keep to a click throughout, and to none by chance: their onsets, rising, seconds, shape [n]."""
    moments = onsets[np.diff(onsets, prepend=-np.inf) > 0]
    if _is_apart(click, moments) or abs(_lag(click, moments)) > LAG:
        return False
    for parts in NOTE_VALUES:
        near = _nearness(click, moments, parts)
        least = min((third.mean() for third in np.array_split(near, 3) if len(third)), default=-1.0)
        if least >= ON_CLICK and len(near) * near.mean() ** 2 >= SURE:
            return True
    return False


def _count_quarters(click: Click, moments: Seconds) -> Seconds:
    """Quarters of a click from its first to each moment."""
    return np.interp(moments, click.seconds, np.arange(len(click.seconds), dtype=np.float64))


def _is_apart(click: Click, moments: Seconds) -> bool:
    """Whether more notes begin on the odd sixteenths of a click than on its eighths: it was set up beside them."""
    sixteenths = 4 * _count_quarters(click, moments)
    near = np.rint(sixteenths)
    is_near = np.abs(sixteenths - near) <= NEAR
    return bool((is_near & (near % 2 == 1)).sum() > (is_near & (near % 2 == 0)).sum())


def _lag(click: Click, moments: Seconds) -> float:
    """Quarters by which moments come after the parts of quarters that they keep to, -0.25 to 0.25; 0 if to none."""
    quarters = _count_quarters(click, moments)
    for parts in NOTE_VALUES:
        mean = np.exp(2j * np.pi * parts * quarters).mean()
        if abs(mean) >= ON_CLICK:
            return float(np.angle(mean) / (2 * np.pi * parts))
    return 0.0


def _nearness(click: Click, moments: Seconds, parts: int) -> Seconds:
    """How near each moment is to the next of so many parts of a quarter: 1 there, -1 between two of them."""
    quarters = _count_quarters(click, moments)
    return np.asarray(np.cos(2 * np.pi * parts * quarters))


def _stand_on(beats: Seconds, onsets: Seconds) -> bool:
    """Whether nearly all notes stand on 24ths of beats, as exactly as files tell."""
    exact, periods = count_beats(onsets, beats)
    off = (exact - np.rint(exact * PARTS) / PARTS) * periods
    return bool((np.abs(off) <= EXACT).mean() >= NEARLY_ALL)


def _count_click(click: Click, onsets: Seconds, hints: Hints) -> Hints | None:
    """Beats and bar lines by a click; None where no meter that is written counts so. Beats that have parts finer than
    the places of one are split in two."""
    end = len(click.seconds) - 1
    written = [told for told in click.signatures if told[1] <= LONGEST and told[2] in DENOMINATORS]
    signatures = [(at, Meter(numerator, denominator)) for at, numerator, denominator in written]
    if click.signatures and not signatures and hints.meter is None:
        return None
    told = [(0.0, Meter(4, 4)), *signatures] if hints.meter is None else [(0.0, hints.meter)]
    meters = [(at, until, meter) for (at, meter), until in _until_next(told, float(end)) if at < until]
    if not meters:
        return None
    finest = _find_finest(click, onsets)
    meters = [(at, until, _split(meter, finest)) for at, until, meter in meters]
    quarters, meters = _count_upbeat(meters)
    barlines: list[tuple[int, Meter]] = []
    for at, until, meter in meters:
        begins = np.arange(at, until - meter.beat_quarters / 2, meter.beat_quarters)
        barlines += [(len(quarters) + index, meter) for index in range(0, len(begins), meter.beats)]
        quarters += begins.tolist()
    # An upbeat may begin before the first tick.
    beats = np.interp(quarters, np.arange(end + 1), click.seconds)
    beats += np.minimum(quarters, 0) * (click.seconds[1] - click.seconds[0])
    if len(beats) < 2 or np.diff(beats).min() < CLOSEST:
        return None
    if not signatures and hints.meter is None and meters[0][2] == Meter(4, 4):
        return replace(hints, beats=beats, barlines=((0, None),) if hints.pickup_beats is None else ())
    if len(meters) == 1:
        hints = replace(hints, meter=meters[0][2])
    if hints.pickup_beats is not None:
        first = max(int(np.searchsorted(beats, onsets[0] + EXACT, side="right")) - 1, 0)
        barlines = _begin_after(barlines, first + hints.pickup_beats) if len(meters) > 1 else []
    return replace(hints, beats=beats, barlines=tuple(barlines))


def _count_upbeat(meters: list[tuple[float, float, Meter]]) -> tuple[list[float], list[tuple[float, float, Meter]]]:
    """The beats of an upbeat that has a signature of its own, shorter than the next measure, and the other meters; they
    are counted back from the first bar line, in quarters."""
    (at, until, meter), *others = meters
    if not others or until - at >= _length(others[0][2]) or until - at > _length(meter):
        return [], meters
    length = others[0][2].beat_quarters
    return [until - length * beat for beat in range(math.ceil((until - at) / length - 0.01), 0, -1)], others


def _length(meter: Meter) -> float:
    """Quarters in a measure."""
    return meter.beats * meter.beat_quarters


def _begin_after(barlines: list[tuple[int, Meter]], first: int) -> list[tuple[int, Meter]]:
    """The bar lines of the first meter, moved so that one of them stands on a beat; those after a change stay."""
    _, meter = barlines[0]
    later = [barline for barline in barlines if barline[1] != meter]
    if not later:
        return [(at, meter) for at in range(first % meter.beats, barlines[-1][0] + 1, meter.beats)]
    change = barlines.index(later[0])
    return [(at, meter) for at in range(first % meter.beats, later[0][0], meter.beats)] + barlines[change:]


def _find_finest(click: Click, onsets: Seconds) -> int:
    """Parts of a quarter to which notes keep: 2, unless they keep clearly better to finer ones."""
    nearness = {parts: float(_nearness(click, onsets, parts).mean()) for parts in FINE}
    finest = FINE[0]
    for parts in FINE[1:]:
        coarser = max(near for others, near in nearness.items() if others < parts)
        finest = parts if nearness[parts] > coarser + FINER else finest
    return finest


def _split(meter: Meter, parts: int) -> Meter:
    """The meter with a beat whose places have so many parts of a quarter."""
    if meter.is_compound or meter.beat_quarters * parts <= PARTS / 3:
        return meter
    return Meter(meter.numerator, meter.denominator, 2)


def _until_next(told: list[tuple[float, Meter]], end: float) -> Iterator[tuple[tuple[float, Meter], float]]:
    """Each signature, and the quarter at which the next one takes over, `end` at the latest."""
    for one, (at, _) in zip(told, [*told[1:], (end, None)], strict=True):
        yield one, min(at, end)


def _heed_taps(taps: Taps, onsets: Seconds, hints: Hints) -> Hints:
    runs = list(_runs(taps))
    if not runs:
        return hints
    run = max(runs, key=lambda run: len(run.seconds))
    period = float(np.median(np.diff(run.seconds)))
    is_among = (onsets > run.seconds[0] - period) & (onsets < run.seconds[-1] + period)
    if is_among.mean() < MOST:
        return replace(hints, tempo_bpm=60 / period) if period <= 60 / SLOWEST else hints
    downbeats = np.flatnonzero(run.numbers == 1)
    length = int(np.median(np.diff(downbeats))) if len(downbeats) > 1 else 0
    hints = replace(hints, beats=run.seconds)
    if hints.meter is not None and length == hints.meter.beats * (parts := 3 if hints.meter.is_compound else 2):
        hints = replace(hints, meter=replace(hints.meter, split=parts))
    if hints.pickup_beats is not None or length == 1 or length > LONGEST:
        return hints
    return replace(hints, barlines=tuple((int(at), hints.meter) for at in downbeats))


def _runs(taps: Taps) -> Iterator[Taps]:
    """Stretches in which somebody was tapping, `FEWEST` beats and more; taps that were missed stand between their
    neighbours, and what comes within `CLOSEST` of a tap has bounced."""
    order = np.argsort(taps.seconds, kind="stable")
    usual = max(float(np.median(np.diff(taps.seconds[order]))), CLOSEST)
    seconds: list[float] = []
    numbers: list[int] = []
    periods: deque[float] = deque(maxlen=RECENT)
    for at, number in zip(taps.seconds[order].tolist(), taps.numbers[order].tolist(), strict=True):
        gap = at - seconds[-1] if seconds else usual
        if gap < CLOSEST:
            continue
        period = sorted(periods)[len(periods) // 2] if periods else usual
        beats = min(round(gap / period), int(gap / CLOSEST)) if gap > MISSED * period else 1
        if beats > FARTHEST:
            if len(seconds) >= FEWEST:
                yield Taps(np.array(seconds), np.array(numbers))
            seconds, numbers, beats = [], [], 1
            periods.clear()
        elif seconds:
            periods.append(gap / beats)
        seconds += [at - gap * (beats - index) / beats for index in range(1, beats)]
        numbers += [0] * (beats - 1)
        seconds.append(at)
        numbers.append(number)
    if len(seconds) >= FEWEST:
        yield Taps(np.array(seconds), np.array(numbers))
