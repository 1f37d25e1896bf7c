"""Tunes made by rule, as simple as a child's first: melodies mostly of one note a beat, over the settings in which
beginners play them.

Piano music has two onsets a beat or more, so networks that know nothing else hear a nursery song in eighths. These are
such music to learn from, and nobody's: everything is drawn from a name. A tune is four phrases of four measures, the
first one coming again, all on the chords of its key; its rhythm is drawn beat by beat, most beats whole.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

TICKS = 480
COUNT = 1000
"""Tunes."""

COMPOUND = 0.2
"""Share in 6/8. Of the others half are in 3/4, half in 4/4."""

SLOWEST, FASTEST = 80, 145
"""Beats a minute of tunes in quarters; those in 6/8 have two thirds of it."""

FORMS = ("aaba", "abab", "aabb", "abac", "abca")
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)
HARMONIES = (
    (0, 0, 4, 0),
    (0, 3, 4, 0),
    (0, 4, 4, 0),
    (0, 5, 3, 4),
    (0, 0, 3, 0),
    (3, 0, 4, 0),
    (0, 0, 0, 4),
    (0, 4, 0, 4),
)
"""Chords of the four measures of a phrase, by degree."""

HIGHEST = 10
"""Degrees over the keynote that a melody reaches; it goes three below."""

Rhythm = list[tuple[float, float]]
"""Onset and length in quarters."""

Cells = tuple[tuple[tuple[float, ...], float, float], ...]
"""Lengths in quarters, rests negative; how common they are, and how much commoner in busy tunes."""


class Note(NamedTuple):
    """Onset and length in quarters, pitch, velocity."""

    at: float
    length: float
    pitch: int
    velocity: int


SIMPLE: Cells = (
    ((1.0,), 6.0, 0.0),
    ((2.0,), 1.5, 0.0),
    ((0.5, 0.5), 0.3, 6.0),
    ((1.5, 0.5), 0.8, 0.5),
    ((0.75, 0.25), 0.2, 0.6),
    ((0.25,) * 4, 0.0, 0.5),
    ((0.5, 1.0, 0.5), 0.0, 0.5),
    ((3.0,), 0.3, 0.0),
    ((4.0,), 0.3, 0.0),
    ((-1.0,), 0.2, 0.0),
)
TRIPLE: Cells = (
    ((1.0, 0.5), 4.0, 0.0),
    ((1.5,), 2.5, 0.0),
    ((0.5, 0.5, 0.5), 1.5, 5.0),
    ((0.75, 0.25, 0.5), 0.4, 0.4),
    ((1.0, 0.25, 0.25), 0.2, 0.6),
    ((3.0,), 0.3, 0.0),
    ((1.0, -0.5), 0.3, 0.0),
)


class Tune(NamedTuple):
    """What a setting needs to know of a tune.

    Args:
        measure, beat, change, lead: quarters of a measure, a beat, a chord and the pick-up.
        chords: pitches of each.
    """

    measure: float
    beat: float
    change: float
    chords: list[list[int]]
    lead: float
    melody: list[Note]


def simple_tunes() -> Iterator[tuple[str, list[tuple[int, int, int, int]], float, str]]:
    """Name, notes (tick, length in ticks, pitch, velocity), seconds a quarter and meter of each tune."""
    for number in range(COUNT):
        name = f"tunes/{number:03}"
        chance = random.Random(name)  # noqa: S311
        meter = "6/8" if chance.random() < COMPOUND else chance.choice(["3/4", "4/4"])
        busy = chance.random() ** 2
        tempo = chance.uniform(SLOWEST, FASTEST) * (1 - busy / 3)
        tune = compose_tune(meter, busy, chance)
        notes = sorted({*tune.melody, *_setting(tune, chance)})
        shift = tune.measure - tune.lead if tune.lead else 0.0
        rows = [
            (round((note.at + shift) * TICKS), max(1, round(note.length * TICKS)), note.pitch, note.velocity)
            for note in notes
        ]
        yield name, rows, 60 / tempo, meter


def compose_tune(meter: str, busy: float, chance: random.Random) -> Tune:
    """A tune in 3/4, 4/4 or 6/8; `busy`, 0-1, is how many of its beats are parted."""
    measure, beat = {"3/4": (3.0, 1.0), "4/4": (4.0, 1.0), "6/8": (3.0, 1.5)}[meter]
    scale, key = chance.choice([MAJOR, MAJOR, MINOR]), chance.randrange(55, 67)
    lead = chance.choice(
        [0.0, 0.0, 0.0, 0.5 if beat > 1 else 1.0, 0.5 if beat > 1 else 1.0, measure - beat if beat == 1 else 0.0]
    )
    change = 2.0 if measure == 4 and chance.random() < 0.5 else measure
    is_alike = chance.random() < 0.6  # all phrases in one rhythm
    common = _phrase(measure, beat, busy, lead, chance)
    form = chance.choice(FORMS)
    rhythms = {part: common if is_alike else _phrase(measure, beat, busy, lead, chance) for part in "abc"}
    degrees: dict[str, list[int]] = {}
    harmonies = {part: chance.choice(HARMONIES) for part in "abc"}
    melody, chords, begin = [], [], lead
    for rank, part in enumerate(form * chance.choice([1, 2])):
        harmony = harmonies[part] if rank % 4 < 3 else (*harmonies[part][:2], 4, 0)
        if part not in degrees:
            degrees[part] = _walk(rhythms[part], harmony, measure, chance)
        accent = chance.choice([0, 6, 12])
        for (at, length), degree in zip(rhythms[part], degrees[part], strict=True):
            loud = 76 + accent * (at % measure == 0)
            melody.append(Note(begin + at, length, _pitch(degree, key, scale), loud))
        for root in harmony:
            roots = [root] if change == measure else [root, chance.choice([root, root, 0, 3, 4])]
            chords += [[_pitch(root + third, key - 12, scale) for third in (0, 2, 4)] for root in roots]
        begin += 4 * measure
    return Tune(measure, beat, change, chords, lead, melody)


def _phrase(measure: float, beat: float, busy: float, lead: float, chance: random.Random) -> Rhythm:
    """Four measures, the pick-up before the first and room for one in the last."""
    cells = TRIPLE if beat > 1 else SIMPLE
    part = min(lead, 1.0) * chance.choice([1.0, 1.0, 0.5])
    rhythm = [(-lead + part * rank, part) for rank in range(round(lead / part) if lead else 0)]
    drawn: list[Rhythm] = []
    for place in range(3):
        again = place and chance.random() < 0.5
        drawn.append(chance.choice(drawn) if again else _measure(cells, measure, busy, chance))
        rhythm += [(place * measure + at, length) for at, length in drawn[-1]]
    last = 3 * measure
    if chance.random() < 0.5:
        rhythm.append((last, measure - lead))
    else:
        first = chance.choice(
            [cell for cell in (1.0, 1.5, 2.0) if cell % beat == 0 and cell < measure - lead] or [beat]
        )
        rhythm += [(last, first), (last + first, measure - lead - first)] if measure - lead > first else [(last, first)]
    return rhythm


def _measure(cells: Cells, measure: float, busy: float, chance: random.Random) -> Rhythm:
    rhythm, at = [], 0.0
    while at < measure:
        fits = [cell for cell in cells if at + sum(map(abs, cell[0])) <= measure and (at > 0 or cell[0][0] > 0)]
        weights = [usual + more * busy for _, usual, more in fits]
        for length in chance.choices(fits, weights)[0][0]:
            if length > 0:
                rhythm.append((at, length))
            at += abs(length)
    return rhythm


def _walk(rhythm: Rhythm, harmony: tuple[int, ...], measure: float, chance: random.Random) -> list[int]:
    """A degree of the scale for each note: on downbeats of the chord, mostly by step."""
    degree, degrees = chance.choice([0, 2, 4]), []
    for at, _ in rhythm:
        root = harmony[max(0, int(at // measure))]
        chord = [root + third + 7 * octave for octave in (-1, 0, 1) for third in (0, 2, 4)]
        kind = chance.random()
        if at % measure == 0 and min(abs(tone - degree) for tone in chord) > 0:
            degree = min(chord, key=lambda tone: abs(tone - degree) + chance.random() * 2)
        elif kind < 0.55:
            degree += chance.choice([-1, 1])
        elif kind < 0.8:
            degree = chance.choice([tone for tone in chord if abs(tone - degree) <= 4])
        degree = max(-3, min(HIGHEST, degree))
        degrees.append(degree)
    return degrees


def _pitch(degree: int, key: int, scale: tuple[int, ...]) -> int:
    return key + scale[degree % 7] + 12 * (degree // 7)


def _setting(tune: Tune, chance: random.Random) -> list[Note]:
    """What the left hand plays, or the other voices."""
    kind, loud, more_bass = chance.choice(SETTINGS), chance.randrange(46, 74), chance.random() < 0.5
    if kind == "alone":
        return []
    if kind == "voices":
        return _voices(tune, loud)
    notes = []
    for place, chord in enumerate(tune.chords):
        for at, length, pitches, louder in FIGURES[kind](chord, tune.change, tune.beat, more_bass):
            begin = tune.lead + place * tune.change + at
            notes += [Note(begin, length, pitch, loud + louder) for pitch in pitches]
    return notes


def _voices(tune: Tune, loud: int) -> list[Note]:
    """Three voices below the melody, in its rhythm, as in a hymn."""
    notes = []
    for note in tune.melody:
        place = min(max(0, int((note.at - tune.lead) // tune.change)), len(tune.chords) - 1)
        tones = [pitch - 12 * octave for pitch in tune.chords[place] for octave in (-1, 0, 1)]
        below = sorted(pitch for pitch in tones if pitch < note.pitch)[-4:]
        notes += [Note(note.at, note.length, pitch, loud) for pitch in (below[-1], below[-2], below[0])]
    return notes


Figure = list[tuple[float, float, list[int], int]]
"""What is played of one chord: quarters after it began, quarters, pitches, how much louder."""


def _held(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    return [(0.0, change, chord, 0)]


def _bass(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    return [(0.0, change, [chord[0] - 12], 0)]


def _struck(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    return [(at, beat, chord, 6 * (at == 0)) for at in _times(change, beat)]


def _walking(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    tones = (0, 1, 2, 1)
    return [(at, beat, [chord[tones[n]] - 12 * more_bass], 0) for n, at in enumerate(_times(change, beat))]


def _bass_and_chords(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    figure: Figure = [(at, beat, chord, 0) for at in _times(change, beat)]
    figure[0] = (0.0, beat, [chord[0] - 12], 8)
    if len(figure) == 4 and more_bass:
        figure[2] = (2 * beat, beat, [chord[2] - 12], 8)
    return figure


def _offbeats(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    unit = _unit(beat)
    figure: Figure = []
    for at in _times(change, beat):
        figure += [(at, beat - unit, [chord[0] - 12], 8), (at + beat - unit, unit, chord, 0)]
    return figure


def _broken(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    order = (0, 1, 2) if beat > 1 else (0, 1, 2, 1, 2, 1) if change == 3 else (0, 2, 1, 2)
    unit = _unit(beat)
    return [(at, unit, [chord[order[n % len(order)]]], 8 * (n == 0)) for n, at in enumerate(_times(change, unit))]


def _repeated(chord: list[int], change: float, beat: float, more_bass: bool) -> Figure:
    unit = _unit(beat)
    return [(at, unit, chord, 8 * (at == 0)) for at in _times(change, unit)]


def _unit(beat: float) -> float:
    return beat / (3 if beat > 1 else 2)


def _times(change: float, unit: float) -> list[float]:
    return [unit * part for part in range(round(change / unit))]


FIGURES = {
    "held": _held,
    "bass": _bass,
    "struck": _struck,
    "walking": _walking,
    "bass and chords": _bass_and_chords,
    "offbeat": _offbeats,
    "broken": _broken,
    "repeated": _repeated,
}
SETTINGS = ("alone", "alone", "alone", "held", "held", *list(FIGURES)[1:], "voices", "voices")
"""Ways in which a tune is set, the simplest the oftenest."""
