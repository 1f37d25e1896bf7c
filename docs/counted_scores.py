"""The string quartets and other scores of music21's corpus, as MIDI files whose ticks are beats.

They are read straight from MusicXML: music21 takes minutes for a quartet, and nothing but notes, ties and time
signatures is needed. Scores say no tempo that one could trust, so each section in one meter gets one: usual for how
dense it is, and by chance faster or slower.
"""

import math
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from pathlib import Path
from xml.etree import ElementTree

from music21 import corpus

from antiphon.notation.tactus import Meter

__all__ = ["LEFT_OUT", "Section", "count_score", "counted_scores"]

COMPOSERS = (
    *("beethoven", "mozart", "haydn", "schumann_robert", "schumann_clara", "cpebach", "joplin", "handel", "weber"),
    *("corelli", "beach", "schubert", "johnson_j_r", "liliuokalani", "verdi", "chopin"),
)
LEFT_OUT = ("k545", "opus48no2")
"""A sonata on which beats may be measured, and a song that is there twice."""

SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
USUAL_PERIOD, USUAL_ONSETS, POWER = 0.63, 3.3, 0.5
"""Seconds of a beat with so many onsets, and how the one grows with the other: as in piano-midi.de."""

SPREAD = 0.5
"""Natural log of how much faster or slower a section is than usual, at most."""

LEAST = 4
"""Onsets of a section that has a tempo of its own."""

TICKS = 480


@dataclass(slots=True)
class Section:
    """A score: rows of tick, length in ticks, pitch, velocity; seconds a quarter, and meters, from ticks on."""

    rows: list[tuple[int, int, int, int]]
    quarters: dict[int, float]
    meters: dict[int, str]


@dataclass(slots=True)
class _Measure:
    meter: Meter | None
    length: Fraction
    notes: list[tuple[Fraction, Fraction, int, bool, bool]]
    """Onset and length in quarters, pitch, whether a tie ends at it, whether one begins."""


def counted_scores() -> Iterator[tuple[str, Section]]:
    """Name and content of each score that has a section with a tempo."""
    root = Path(corpus.__file__).parent
    for composer in COMPOSERS:
        for path in sorted((root / composer).rglob("*")):
            is_score = path.suffix in (".mxl", ".xml", ".musicxml")
            if not is_score or any(part in str(path) for part in LEFT_OUT):
                continue
            name = "-".join(path.relative_to(root).with_suffix("").parts)
            score = count_score(path, name)
            if score.quarters:
                yield f"quartets/{name}.mid", score


def count_score(path: Path, name: str) -> Section:
    """A MusicXML file, packed or not, its tempi drawn by a name."""
    return _count(_read(path), name)


def _read(path: Path) -> list[list[_Measure]]:
    if path.suffix != ".mxl":
        return [_part(part) for part in ElementTree.parse(path).getroot().findall("part")]  # noqa: S314
    with zipfile.ZipFile(path) as packed:
        inside = next(name for name in packed.namelist() if name.endswith((".xml", ".musicxml")) and "META" not in name)
        return [_part(part) for part in ElementTree.fromstring(packed.read(inside)).findall("part")]  # noqa: S314


def _part(part: ElementTree.Element) -> list[_Measure]:
    divisions, shift, measures = 1, 0, []
    for element in part.findall("measure"):
        now = last = end = Fraction(0)
        meter, notes = None, []
        for child in element:
            if child.tag == "attributes":
                divisions = int(child.findtext("divisions") or divisions)
                if (beats := child.findtext("time/beats")) is not None:
                    meter = Meter(sum(map(int, beats.split("+"))), int(child.findtext("time/beat-type") or 4))
                if (chromatic := child.findtext("transpose/chromatic")) is not None:
                    shift = int(float(chromatic)) + 12 * int(child.findtext("transpose/octave-change") or 0)
            elif child.tag in ("backup", "forward", "note") and child.find("grace") is None:
                length = Fraction(int(float(child.findtext("duration") or 0)), divisions)
                if child.tag == "note":
                    onset = last if child.find("chord") is not None else now
                    if child.find("pitch") is not None and child.find("cue") is None:
                        ties = {tie.get("type") for tie in child.findall("tie")}
                        notes.append((onset, length, _pitch(child) + shift, "stop" in ties, "start" in ties))
                    if child.find("chord") is not None:
                        continue
                    last = now
                now += -length if child.tag == "backup" else length
            if child.tag in ("note", "forward"):
                end = max(end, now)
        measures.append(_Measure(meter, end, notes))
    return measures


def _pitch(note: ElementTree.Element) -> int:
    octave = int(note.findtext("pitch/octave") or 4)
    alter = int(float(note.findtext("pitch/alter") or 0))
    return SEMITONES[note.findtext("pitch/step") or "C"] + alter + 12 * (octave + 1)


def _count(parts: list[list[_Measure]], name: str) -> Section:
    """The parts on one row of measures; after one that is not full the meter is said anew, and counts from there."""
    start, meter = Fraction(0), Meter(4, 4)
    meters: dict[Fraction, Meter] = {}
    notes: list[list[Fraction | int]] = []
    tied: dict[tuple[Fraction, int], list[Fraction | int]] = {}
    for number, column in enumerate(zip_longest(*parts)):
        here = [measure for measure in column if measure is not None]
        said = next((measure.meter for measure in here if measure.meter), None)
        full = Fraction(4 * (said or meter).numerator, (said or meter).denominator)
        length = max(measure.length for measure in here) or full
        if number == 0:
            start = max(full - length, Fraction(0))
            meters[Fraction(0)] = said or meter
        elif said and said != meter:
            meters[start] = said
        meter = said or meter
        if number and length != full:
            meters[start + length] = meter
        for measure in here:
            for onset, lasts, pitch, ends, begins in measure.notes:
                note = tied.pop((start + onset, pitch), None) if ends else None
                if note is None:
                    note = [start + onset, Fraction(0), pitch]
                    notes.append(note)
                note[1] += lasts
                if begins:
                    tied[start + onset + lasts, pitch] = note
        start += length
    rows = sorted({(round(at * TICKS), max(1, round(lasts * TICKS)), int(pitch), 64) for at, lasts, pitch in notes})
    ticks = {round(at * TICKS): found for at, found in meters.items()}
    said_at = {at: f"{found.numerator}/{found.denominator}" for at, found in ticks.items()}
    return Section(rows, _tempi(rows, ticks, name), said_at)


def _tempi(rows: list[tuple[int, int, int, int]], meters: dict[int, Meter], name: str) -> dict[int, float]:
    """Seconds a quarter from each section on, drawn by the name of the score."""
    starts: list[int] = []
    for at in sorted(meters):
        if not starts or meters[at] != meters[starts[-1]]:
            starts.append(at)
    tempi: dict[int, float] = {}
    for begin, end in pairwise([*starts, math.inf]):
        ticks = [row[0] for row in rows if begin <= row[0] < end]
        if len(set(ticks)) < LEAST:
            continue
        beat = meters[int(begin)].beat_quarters
        onsets = len(set(ticks)) / max(1, (ticks[-1] - ticks[0]) / TICKS / beat)
        chance = random.Random(f"{name}{begin}").uniform(-SPREAD, SPREAD)  # noqa: S311
        period = USUAL_PERIOD * (onsets / USUAL_ONSETS) ** POWER * math.exp(chance)
        tempi[int(begin) if tempi else 0] = period / beat
    return tempi
