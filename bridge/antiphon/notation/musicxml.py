"""A score as MusicXML. music21 lives in this file alone, imported when a score is written.

The rule: music21 writes what it is given and decides nothing (`makeNotation` is off): measures, ties, beams and
accidentals are built here, as its own choices change between releases and lose notes at bar lines. Pitches are spelled
with the five commonest black keys (C#, E-flat, F#, G#, B-flat) until keys are found. Nothing goes over the network,
nothing is printed.
"""

import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from antiphon.errors import MissingExtra, NotationError
from antiphon.files import written_aside
from antiphon.notation.page import Chord, Measure, Rest, Score, Staff
from antiphon.notation.rhythm import BEAT, MEASURE, group_beams

__all__ = ["write_musicxml"]

SPELLING = ("C", "C#", "D", "E-", "E", "F", "F#", "G", "G#", "A", "B-", "B")
"""Names of the pitch classes, in music21's signs: `#` is a sharp, `-` a flat."""

LONGEST_SHORT_NAME = 5
"""Letters in front of the second and later systems: more would push the staves aside."""

LOWEST = 12
"""The lowest pitch that MusicXML can name. One below it, lower than any piano has, is written an octave higher."""

MESSAGE = "made with antiphon"
"""Stands where music21 would name itself as the composer."""

Shown = dict[tuple[str, int], str]
"""The accidental in force for each (letter, octave) of a staff in a measure."""


def write_musicxml(score: Score, path: Path) -> None:
    """Writes a score as MusicXML 4.0; the file appears when it is whole.

    Raises:
        DeviceError: the file cannot be written.
        MissingExtra: no music21.
        NotationError: music21's own settings file is broken.
    """
    music21 = _load()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exporter = music21.musicxml.m21ToXml.GeneralObjectExporter(_build(music21, score))
        exporter.makeNotation = False
        text: bytes = exporter.parse()
    with written_aside(path) as aside:
        aside.write_bytes(text)


def _build(music21: ModuleType, score: Score) -> Any:
    whole = music21.stream.Score()
    whole.metadata = music21.metadata.Metadata(title=_printable(score.title), composer=MESSAGE)
    for number, part in enumerate(score.parts, 1):
        staves = [_build_staff(music21, staff, _printable(part.name), number) for staff in part.staves]
        for staff in staves:
            whole.insert(0, staff)
        whole.insert(0, music21.layout.StaffGroup(staves, name=_printable(part.name), symbol="brace", barTogether=True))
    mark = music21.tempo.MetronomeMark(number=score.tempo_bpm, referent=music21.note.Note(type="quarter"))
    mark.placement = "above"
    whole.parts[0].measure(1).insert(0, mark)
    return whole


def _build_staff(music21: ModuleType, staff: Staff, name: str, part_number: int) -> Any:
    built = music21.stream.PartStaff()
    built.insert(0, _piano(music21, name, part_number))
    for number, measure in enumerate(staff.measures, 1):
        filled = _build_measure(music21, measure)
        filled.number = number
        if number == 1:
            filled.clef = music21.clef.TrebleClef() if staff.clef == "treble" else music21.clef.BassClef()
            filled.timeSignature = music21.meter.TimeSignature("4/4")
        if number == len(staff.measures):
            filled.rightBarline = music21.bar.Barline("final")
        built.insert((number - 1) * MEASURE / BEAT, filled)
    return built


def _piano(music21: ModuleType, name: str, part_number: int) -> Any:
    # Numbers are given here, or music21 draws them at random and MuseScore says that it knows no such instrument.
    piano = music21.instrument.Piano()
    piano.partName = name
    piano.partAbbreviation = name if len(name) <= LONGEST_SHORT_NAME else f"{name[: LONGEST_SHORT_NAME - 1]}."
    piano.partId = f"P{part_number}"
    piano.instrumentId = f"P{part_number}-I1"
    piano.midiChannel = part_number - 1
    return piano


def _build_measure(music21: ModuleType, measure: Measure) -> Any:
    built = music21.stream.Measure()
    chords = [event for event in measure.events if isinstance(event, Chord)]
    beams = _beams([(chord.place, chord.length) for chord in chords])
    shown: Shown = {}
    for event in measure.events:
        if isinstance(event, Rest):
            made = music21.note.Rest(quarterLength=event.length / BEAT)
            made.fullMeasure = event.length == MEASURE
        else:
            made = _build_chord(music21, event, shown)
            for level, kind in enumerate(beams.get(event.place, ()), 1):
                made.beams.append(*kind.split())
                made.beams.beamsList[-1].number = level
        built.insert(event.place / BEAT, made)
    return built


def _build_chord(music21: ModuleType, chord: Chord, shown: Shown) -> Any:
    notes = []
    for pitch in sorted({pitch if pitch >= LOWEST else pitch + 12 for pitch in chord.pitches}):
        note = music21.note.Note(SPELLING[pitch % 12], quarterLength=chord.length / BEAT)
        note.octave = pitch // 12 - 1
        _show_accidental(music21, note.pitch, chord.is_tied_from, shown)
        notes.append(note)
        if chord.is_tied_from or chord.is_tied_on:
            kind = "continue" if chord.is_tied_from and chord.is_tied_on else "start" if chord.is_tied_on else "stop"
            note.tie = music21.tie.Tie(kind)
    return notes[0] if len(notes) == 1 else music21.chord.Chord(notes, quarterLength=chord.length / BEAT)


def _show_accidental(music21: ModuleType, pitch: Any, is_tied_from: bool, shown: Shown) -> None:
    name = pitch.accidental.name if pitch.accidental else "natural"
    line = (pitch.step, pitch.octave)
    is_needed = not is_tied_from and shown.get(line, "natural") != name
    if is_needed:
        shown[line] = name
        pitch.accidental = music21.pitch.Accidental(name)
    if pitch.accidental:
        pitch.accidental.displayStatus = is_needed


def _beams(chords: list[tuple[int, int]]) -> dict[int, list[str]]:
    """The beams of each chord by its place, the first level first, in music21's words."""
    beams: dict[int, list[str]] = {}
    for group in group_beams(chords):
        # A plain sixteenth has two beams, an eighth or a dotted one has one.
        has_second = [chords[index][1] == 1 for index in group]
        for position, index in enumerate(group):
            kinds = [_first_beam(position, len(group))]
            if has_second[position]:
                before = position > 0 and has_second[position - 1]
                after = position + 1 < len(group) and has_second[position + 1]
                kinds.append(_second_beam(position, before, after))
            beams[chords[index][0]] = kinds
    return beams


def _first_beam(position: int, count: int) -> str:
    return "start" if position == 0 else "stop" if position == count - 1 else "continue"


def _second_beam(position: int, before: bool, after: bool) -> str:
    if before and after:
        return "continue"
    if before or after:
        return "stop" if before else "start"
    return "partial right" if position == 0 else "partial left"


def _printable(text: str) -> str:
    # XML has no place for control characters, and music21 writes them all the same.
    return "".join(letter for letter in text if letter.isprintable())


def _load() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import music21
    except ImportError as error:
        raise MissingExtra("music21", "notation") from error
    # It reads ~/.music21rc while it is imported, and a broken one raises a class that is not yet there to be named.
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        raise NotationError(f"music21 cannot be loaded: {reason}", "mend or remove the file ~/.music21rc") from error
    module: ModuleType = music21
    return module
