"""How many folk tunes are written in their own note values, by their own signature, and in their own measures; and
whether swung ones are told from jigs.

    python docs/folk_tunes.py nottingham-abc.zip

Prints two tables of docs/beats.md: up to sixty tunes in each meter of the Nottingham collection (ABC files with chord
symbols), alone and over two accompaniments, at tempi at which such tunes are danced or sung. Nothing was trained on
them.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from music21 import converter, harmony, note
from numpy.typing import NDArray
from nursery_songs import LEVEL, Clock, Rows, play

from antiphon.engine.listener import shipped_listener
from antiphon.notation.barlines import find_downbeats
from antiphon.notation.grid import NO_HINTS, Hints, Meter, find_grid
from antiphon.notation.listen import Listener
from antiphon.note import NoteArray

MOST, FEWEST = 60, 40
"""Tunes in a meter at most, and notes of a tune at least."""

TEMPI = {"2/4": (90, 130), "4/4": (90, 180), "3/4": (110, 180), "6/8": (90, 130), "9/8": (90, 130)}
"""Beats a minute, slowest and fastest, by meter; tunes in others are left out."""

RATIOS = (1.0, 1.5, 1.63, 2.0, 2.33)
"""Of the first to the second half of a swung beat; 1 is even."""

SETTINGS = ("alone", "chords held", "bass and chords")
NEAR = 0.07
"""Seconds from a bar line that count for it."""


class Tune(NamedTuple):
    """A tune.

    Args:
        melody: notes, in quarters.
        chords: onset in quarters and pitches of each.
        measures: onset and length in quarters of each, the pick-up among them.
    """

    name: str
    meter: Meter
    melody: Rows
    chords: list[tuple[float, list[int]]]
    measures: list[tuple[float, float]]

    @property
    def full(self) -> float:
        """Quarters of a whole measure."""
        return self.meter.beats * self.meter.beat_quarters


def read_tunes(archive: Path, meter: str) -> Iterator[Tune]:
    """Tunes that are in one meter throughout and have enough notes, from the whole collection."""
    with zipfile.ZipFile(archive) as packed:
        books = [packed.read(name).decode() for name in sorted(packed.namelist()) if name.endswith(".abc")]
    written = [tune for book in books for tune in re.split(r"\n(?=X:)", book) if tune.lstrip().startswith("X:")]
    own = [abc for abc in written if set(re.findall(r"^M:\s*(\S+)", abc, re.MULTILINE)) == {meter}]
    for abc in own[:: -(-len(own) // MOST)]:
        tune = _read(abc, meter)
        if len(tune.melody) >= FEWEST:
            yield tune


def _read(abc: str, meter: str) -> Tune:
    numerator, denominator = map(int, meter.split("/"))
    score = converter.parse(abc, format="abc").expandRepeats()
    flat = score.flatten()
    melody = [
        (float(one.offset), float(one.quarterLength), one.pitch.midi, 80)
        for one in flat.notes
        if isinstance(one, note.Note) and one.quarterLength
    ]
    chords = [
        (float(chord.offset), [pitch.midi for pitch in chord.pitches])
        for chord in flat.getElementsByClass(harmony.ChordSymbol)
        if chord.pitches
    ]
    measures = [
        (float(measure.offset), float(measure.duration.quarterLength))
        for measure in score.parts[0].getElementsByClass("Measure")
    ]
    name = re.search(r"^T:\s*(.*)", abc, re.MULTILINE)
    return Tune(name[1] if name else "", Meter(numerator, denominator), melody, chords, measures)


def swing(tune: Tune, ratio: float) -> Tune:
    """The same tune, its beats parted so; what is a triplet or in sixteenths stays."""
    late = ratio / (1 + ratio)
    other = {int(at) for at, *_ in tune.melody if abs(2 * at - round(2 * at)) > 1e-6}

    def moved(at: float) -> float:
        beat, inside = divmod(at, 1.0)
        return at if int(beat) in other else beat + float(np.interp(inside, (0, 0.5, 1), (0, late, 1)))

    melody = [(moved(at), moved(at + length) - moved(at), pitch, loud) for at, length, pitch, loud in tune.melody]
    return tune._replace(melody=melody)


def accompany(tune: Tune, setting: str) -> Rows:
    """Chords from the first whole measure on."""
    rows: Rows = []
    beat, begins = tune.meter.beat_quarters, np.array([at for at, _ in tune.chords])
    for first, length in tune.measures if len(begins) and setting != "alone" else ():
        for rank in range(round(length / beat)) if length >= tune.full else ():
            at = first + rank * beat
            here = int(np.searchsorted(begins, at + 1e-6)) - 1
            if here < 0:
                continue
            root, *_ = pitches = tune.chords[here][1]
            bass = 36 + root % 12 if root % 12 >= 4 else 48 + root % 12
            triad = sorted({52 + (pitch - 52) % 12 for pitch in pitches})[:3]
            if setting == "bass and chords":
                rows += _stride(tune.meter, rank, at, bass, triad)
            elif rank == 0 or abs(begins[here] - at) < 1e-6:
                ends = [*begins[begins > at + 1e-6], first + length]
                rows += [(at, min(ends) - at, pitch, 60) for pitch in (bass, *triad)]
    return rows


def _stride(meter: Meter, rank: int, at: float, bass: int, triad: list[int]) -> Rows:
    """A bass on strong beats, chords on the others; in jigs both in each beat."""
    if meter.is_compound:
        return [(at, 0.6, bass, 64), *((at + 1.0, 0.4, pitch, 54) for pitch in triad)]
    if rank % meter.beats == 0 or (meter.beats == 4 and rank == 2):
        return [(at, 0.9, bass, 64)]
    return [(at, 0.5, pitch, 55) for pitch in triad]


def judge(tune: Tune, setting: str, listener: Listener | None, is_told: bool) -> tuple[bool, bool, float]:
    """Whether the beats that are found are the tune's and whether the signature is; F of the bar lines."""
    notes, clock, tempo = _play(tune, setting)
    grid = find_grid(notes, Hints(tempo_bpm=tempo) if is_told else NO_HINTS, listener)
    begins = [at for at, length in tune.measures if length >= tune.full]
    downbeats, last = clock(np.array(begins)), notes["onset"].max() + NEAR
    found = grid.beats[find_downbeats(grid)]
    is_level = abs(np.median(np.diff(grid.beats)) * tempo / 60 - 1) < LEVEL
    f = _agree(downbeats[downbeats < last], found[found < last])
    return bool(is_level), grid.meters[0][1] == tune.meter, f


def _play(tune: Tune, setting: str) -> tuple[NoteArray, Clock, float]:
    """A performance, its seconds by quarters, and its beats a minute."""
    random = np.random.default_rng(sum(map(ord, tune.name)))
    slowest, fastest = TEMPI[f"{tune.meter.numerator}/{tune.meter.denominator}"]
    tempo = slowest * (fastest / slowest) ** random.random()
    notes, clock = play(tune.melody + accompany(tune, setting), tempo * tune.meter.beat_quarters, random)
    return notes, clock, tempo


def is_taken_for_swung(tune: Tune, setting: str, listener: Listener | None) -> bool:
    """Whether the page says Swing."""
    return find_grid(_play(tune, setting)[0], NO_HINTS, listener).is_swung


def _agree(theirs: NDArray[np.float64], found: NDArray[np.float64]) -> float:
    """F of times that are near one another."""
    distance = np.abs(theirs[:, None] - found[None, :]).min(axis=1)
    return float(2 * (distance < NEAR).sum() / (len(theirs) + len(found)))


def main(archive: Path) -> None:
    """Print the tables."""
    listener = shipped_listener()
    ways = {
        "with the networks": (listener, False),
        "accents alone": (None, False),
        "with the networks, `--tempo` told": (listener, True),
    }
    for meter in TEMPI:
        tunes = list(read_tunes(archive, meter))
        for way, (ears, is_told) in ways.items():
            cells = [np.mean([judge(tune, setting, ears, is_told) for tune in tunes], axis=0) for setting in SETTINGS]
            row = " | ".join(" ".join(f"{share:.2f}" for share in cell) for cell in cells)
            print(f"| {meter} ({len(tunes)}) | {way} | {row} |", flush=True)
    print()
    for meter, ratios in {"4/4": RATIOS, "3/4": (1.0,), "6/8": (1.0,), "9/8": (1.0,)}.items():
        tunes = list(read_tunes(archive, meter))
        for ratio in ratios:
            played = [swing(tune, ratio) for tune in tunes] if meter == "4/4" else tunes
            shares = [np.mean([is_taken_for_swung(tune, way, listener) for tune in played]) for way in SETTINGS]
            print(f"| {meter}, {ratio:g} to 1 | {' | '.join(f'{share:.2f}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
