"""Chords in voices become measures: the staves of a page.

The rule: a chord that crosses a bar line is tied; a voice that is silent for a whole measure is not there, save the
first; a rest that stands while the other voice sounds is hidden, because the page reads better without it, and of two
that stand together the lower one. Beams join what is shorter than a quarter within a beat; accidentals hold for a
measure, a line and both voices. Nothing is chosen here about pitch, length or voice: that is done.

Source: Gould, Behind Bars (2011), for beams and accidentals.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter

from antiphon.notation.clefs import choose_views
from antiphon.notation.grid import PARTS, Meter
from antiphon.notation.page import Bar, Beam, Chord, Clef, Head, Measure, Rest, Staff, Trill, Voice
from antiphon.notation.rhythm import Value, write_values
from antiphon.notation.spelling import letter_of

__all__ = ["Signs", "Struck", "build_staff"]

LETTER_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

OCTAVE = 12
"""Semitones; and fifths, from one name of a pitch to its next."""

LETTER_ORDER = "FCGDAEB"
"""In which sharps come into a signature; flats come from its end."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands on a chord.

    Args:
        marks: `staccato`, `tenuto`, `fermata`.
        graces: notes before it, as in `Struck`.
        trill: name of the other note, on the line of fifths.
        is_rolled: whether it is rolled.
    """

    marks: tuple[str, ...] = ()
    graces: tuple[tuple[int, int], ...] = ()
    trill: int | None = None
    is_rolled: bool = False


@dataclass(frozen=True, slots=True)
class Struck:
    """A chord as it is to be written.

    Args:
        place, end: 24ths of a beat since the first beat.
        voice: 0 upper, 1 lower.
        notes: (pitch, name on the line of fifths), lowest first.
        signs: that stand on it.
    """

    place: int
    end: int
    voice: int
    notes: tuple[tuple[int, int], ...]
    signs: Signs = Signs()


PLAIN = Signs()

Span = tuple[int, int, Struck | None]
"""Start and end in the measure, and the chord that sounds there."""


def build_staff(chords: Sequence[Struck], bars: Sequence[Bar], starts: Sequence[int], home: Clef) -> Staff:
    """The measures of a staff.

    Args:
        chords: those of one voice do not overlap.
        bars: of the score.
        starts: the place at which each bar starts, 24ths of a beat since the first beat.
        home: the clef that the staff has by custom.
    """
    sounding: list[tuple[list[Span], list[Span]]] = [([], []) for _ in bars]
    for chord in sorted(chords, key=lambda chord: chord.place):
        index, place = bisect_right(starts, chord.place) - 1, chord.place
        while place < chord.end and index < len(bars):
            end = min(chord.end, starts[index] + bars[index].length)
            sounding[index][chord.voice].append((place - starts[index], end - starts[index], chord))
            index, place = index + 1, end
    views = choose_views([_pitches(spans) for spans in sounding], home)
    measures = []
    for spans, bar, start, (clef, octaves) in zip(sounding, bars, starts, views, strict=True):
        voices = [_write_voice(voice, bar, start) for voice in spans if voice]
        if not voices:
            is_whole = bar.length == bar.meter.beats * PARTS
            silence = (Rest(0, bar.length, 4.0, 0, None, is_measure=True),)
            voices = [silence if is_whole else _write_voice([], bar, start)]
        if len(voices) == 2:
            voices = [_hide_rests(voices[0], voices[1], (Chord,)), _hide_rests(voices[1], voices[0], (Chord, Rest))]
            voices[1] = _share_fermata(voices[1], voices[0])
        measures.append(Measure(tuple(_show_accidentals(voices, bar.fifths)), clef, octaves))
    return Staff(tuple(measures))


def _pitches(voices: tuple[list[Span], list[Span]]) -> list[int]:
    return [pitch for voice in voices for _, _, chord in voice if chord for pitch, _ in chord.notes]


def _write_voice(spans: list[Span], bar: Bar, start: int) -> Voice:
    full: list[Span] = []
    at = 0
    for span in spans:
        if span[0] > at:
            full.append((at, span[0], None))
        full.append(span)
        at = span[1]
    if at < bar.length:
        full.append((at, bar.length, None))
    shapes = tuple((begin, end, chord is not None) for begin, end, chord in full)
    values, beams = _values_and_beams(shapes, bar.meter, bar.length, bar.begin)
    events: list[Chord | Rest] = []
    for value, beam, (is_first, is_last) in zip(values, beams, _tuplet_ends(values), strict=True):
        chord = full[value.of][2]
        tuplet = (is_first, is_last) if value.tuplet else None
        if chord is None:
            events.append(Rest(value.place, value.length, value.quarters, value.dots, tuplet))
            continue
        begins, ends = start + value.place == chord.place, start + value.place + value.length == chord.end
        plain = Chord(
            value.place,
            value.length,
            value.quarters,
            value.dots,
            tuplet,
            _heads(chord.notes),
            not begins,
            not ends,
            beam,
        )
        if chord.signs != PLAIN:
            plain = _put_signs(plain, chord.signs, bar.fifths)
        events.append(plain)
    return tuple(events)


def _put_signs(chord: Chord, signs: Signs, fifths: int) -> Chord:
    """The signs on the first value of a chord; a fermata on its last, and no touch on a chord of several."""
    marks = tuple(
        mark for mark in signs.marks if not chord.is_tied_on and (mark == "fermata" or not chord.is_tied_from)
    )
    if chord.is_tied_from:
        return replace(chord, marks=marks)
    trill = None
    if signs.trill is not None:
        letter, alter = letter_of(signs.trill)
        trill = Trill(None if _signature(fifths)[letter] == alter else alter)
    return replace(
        chord,
        marks=marks,
        graces=_heads(signs.graces),
        trill=trill,
        is_rolled=signs.is_rolled,
    )


@lru_cache(maxsize=4096)
def _heads(notes: tuple[tuple[int, int], ...]) -> tuple[Head, ...]:
    heads: dict[int, Head] = {}
    for pitch, name in notes:
        # MusicXML names nothing below octave 0: what is lower, which no piano has, is written an octave higher.
        sounding = pitch if pitch >= OCTAVE else pitch + OCTAVE
        octave = _octave_of(sounding, name)
        if octave < 0:  # B-sharp for the lowest C: its other name
            name -= OCTAVE
            octave = _octave_of(sounding, name)
        heads.setdefault(sounding, Head(*letter_of(name), octave))
    return tuple(head for _, head in sorted(heads.items(), key=itemgetter(0)))


def _octave_of(pitch: int, name: int) -> int:
    letter, alter = letter_of(name)
    return (pitch - alter - LETTER_PITCH[letter]) // OCTAVE - 1


@lru_cache(maxsize=8192)
def _values_and_beams(
    shapes: tuple[tuple[int, int, bool], ...], meter: Meter, length: int, begin: int
) -> tuple[list[Value], list[tuple[Beam, ...]]]:
    values = write_values(shapes, meter, length, begin)
    return values, _beam([(value, shapes[value.of][2]) for value in values], meter, begin)


def _tuplet_ends(values: Sequence[Value]) -> list[tuple[bool, bool]]:
    ends = []
    for index, value in enumerate(values):
        before = values[index - 1].tuplet if index else None
        after = values[index + 1].tuplet if index + 1 < len(values) else None
        ends.append((value.tuplet != before, value.tuplet != after))
    return ends


def _beam(values: Sequence[tuple[Value, bool]], meter: Meter, begin: int) -> list[tuple[Beam, ...]]:
    groups: list[list[int]] = []
    end_before, unit_before = -1, -1
    # An odd beat at the end of 5/8 or 7/8 belongs to the two before it.
    last = max(meter.beats * PARTS // _beam_unit(meter) - 1, 0)
    for index, (value, sounds) in enumerate(values):
        if sounds and value.quarters < 1:
            unit = min((value.place + begin) // _beam_unit(meter), last)
            if groups and value.place == end_before and unit == unit_before:
                groups[-1].append(index)
            else:
                groups.append([index])
            end_before, unit_before = value.place + value.length, unit
        else:
            end_before = -1
    beams: list[tuple[Beam, ...]] = [()] * len(values)
    for group in _join_eighths(groups, values, meter, begin):
        if len(group) > 1:
            for index, kinds in zip(group, _beams_of([_beam_count(values[at][0]) for at in group]), strict=True):
                beams[index] = kinds
    return beams


def _beam_unit(meter: Meter) -> int:
    """Places that a beam may span: a beat; a measure of up to three short beats, two of more."""
    if meter.split > 1:
        return PARTS * meter.split
    if meter.beat_quarters >= 1 or meter.is_compound:
        return PARTS
    return PARTS * (meter.beats if meter.beats <= 3 else 2)


def _join_eighths(
    groups: list[list[int]], values: Sequence[tuple[Value, bool]], meter: Meter, begin: int
) -> list[list[int]]:
    """Four plain eighths in half a measure of 4/4 or in 2/4 stand under one beam."""
    if meter.beat_quarters != 1 or meter.beats % 2:
        return groups
    joined: list[list[int]] = []
    for group in groups:
        first = values[group[0]][0]
        is_plain = len(group) == 2 and all(values[at][0].length == PARTS // 2 for at in group)
        if joined and is_plain and len(joined[-1]) == 2:
            before = values[joined[-1][0]][0]
            is_pair = before.place + PARTS == first.place and (before.place + begin) % (2 * PARTS) == 0
            if is_pair and all(values[at][0].length == PARTS // 2 for at in joined[-1]):
                joined[-1] = joined[-1] + group
                continue
        joined.append(group)
    return joined


def _beam_count(value: Value) -> int:
    count, quarters = 0, value.quarters
    while quarters < 1:
        count, quarters = count + 1, quarters * 2
    return count


def _beams_of(counts: list[int]) -> list[tuple[Beam, ...]]:
    """The beams of each note of a group, by how many it has."""
    beams = []
    for at, count in enumerate(counts):
        kinds: list[Beam] = []
        for level in range(1, count + 1):
            before, after = at > 0 and counts[at - 1] >= level, at + 1 < len(counts) and counts[at + 1] >= level
            if before and after:
                kinds.append("continue")
            elif before or after:
                kinds.append("end" if before else "begin")
            else:
                kinds.append("backward hook" if at else "forward hook")
        beams.append(tuple(kinds))
    return beams


def _hide_rests(voice: Voice, other: Voice, kinds: tuple[type[Chord] | type[Rest], ...]) -> Voice:
    """Rests of one voice are hidden while the other one does only one of these things: sounds, or rests as well."""
    return tuple(
        replace(event, is_hidden=True)
        if isinstance(event, Rest) and any(_is_throughout(event, other, kind) for kind in kinds)
        else event
        for event in voice
    )


def _share_fermata(voice: Voice, other: Voice) -> Voice:
    """The voice without the fermata on its last chord, where the other one has it too: a staff shows one."""
    last, above = voice[-1], other[-1]
    if isinstance(last, Rest) or isinstance(above, Rest) or last.place != above.place:
        return voice
    if not ("fermata" in last.marks and "fermata" in above.marks):
        return voice
    return (*voice[:-1], replace(last, marks=tuple(mark for mark in last.marks if mark != "fermata")))


def _is_throughout(rest: Rest, other: Voice, kind: type[Chord] | type[Rest]) -> bool:
    end = rest.place + rest.length
    return all(
        isinstance(event, kind) for event in other if event.place < end and event.place + event.length > rest.place
    )


def _show_accidentals(voices: Sequence[Voice], fifths: int) -> list[Voice]:
    """The same voices, with accidentals on the heads that need one."""
    signature = _signature(fifths)
    shown: dict[tuple[str, int], int] = {}
    done: dict[tuple[int, int], Chord] = {}
    events = [(event.place, at, event) for at, voice in enumerate(voices) for event in voice]
    for place, at, event in sorted(events, key=lambda item: item[:2]):
        if isinstance(event, Rest) or event.is_tied_from:
            continue
        marked = []
        for head in (*event.graces, *event.heads):
            line = (head.letter, head.octave)
            if shown.get(line, signature[head.letter]) != head.alter:
                shown[line] = head.alter
                head = Head(head.letter, head.alter, head.octave, head.alter)
            marked.append(head)
        graces, heads = tuple(marked[: len(event.graces)]), tuple(marked[len(event.graces) :])
        if (graces, heads) != (event.graces, event.heads):
            done[at, place] = replace(event, heads=heads, graces=graces)
    if not done:
        return list(voices)
    return [
        tuple(done.get((at, event.place), event) if isinstance(event, Chord) else event for event in voice)
        for at, voice in enumerate(voices)
    ]


@lru_cache(maxsize=32)
def _signature(fifths: int) -> dict[str, int]:
    raised = {letter: 0 for letter in LETTER_ORDER}
    for letter in LETTER_ORDER[:fifths] if fifths > 0 else LETTER_ORDER[fifths:] if fifths else "":
        raised[letter] = 1 if fifths > 0 else -1
    return raised
