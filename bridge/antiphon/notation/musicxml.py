"""A score as MusicXML 4.0, written letter by letter.

The rule: what the page holds is copied and nothing is chosen. Each part is written by measures; in each, staff after
staff and voice after voice, with a step back in time between them. The text is built from strings, without a library:
music21, which held and wrote the first pages, took 2.7 s for 5,000 notes with its own notation switched off, this takes
0.02 s; and its writer raises on some durations. Nothing is read, printed or sent.

Source: the MusicXML 4.0 final community group report, w3.org/2021/06/musicxml40.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from antiphon.files import written_aside
from antiphon.notation.grid import PARTS, Meter
from antiphon.notation.page import Bar, Chord, Clef, Head, Measure, Part, Rest, Score, Staff, Trill, Voice, Words

__all__ = ["to_musicxml", "write_musicxml"]

DIVISIONS = 96
"""Of a quarter: a part of a beat (`tactus.PARTS`) is a whole number of them, down to meters of sixteenths."""

TYPES = {
    16.0: "long", 8.0: "breve", 4.0: "whole", 2.0: "half", 1.0: "quarter", 0.5: "eighth", 0.25: "16th",
    0.125: "32nd", 0.0625: "64th", 0.03125: "128th", 0.015625: "256th",
}  # fmt: skip

ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}

CLEFS = {"treble": ("G", 2), "bass": ("F", 4)}

SOFTWARE = "antiphon"

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container><rootfiles><rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/>
</rootfiles></container>
"""

SWUNG = "<sound><swing><first>2</first><second>1</second><swing-type>eighth</swing-type></swing></sound>"

LONGEST_SHORT_NAME = 5
"""Letters in front of the second and later systems: more would push the staves aside."""


def write_musicxml(score: Score, path: Path) -> None:
    """Writes a score as MusicXML, compressed if the path ends in .mxl; the file appears when it is whole.

    Raises:
        DeviceError: the file cannot be written.
    """
    text = to_musicxml(score).encode()
    with written_aside(path) as aside:
        if path.suffix.lower() == ".mxl":
            with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as box:
                box.writestr("META-INF/container.xml", CONTAINER)
                box.writestr("score.musicxml", text)
        else:
            aside.write_bytes(text)


def to_musicxml(score: Score) -> str:
    """A score as the text of a MusicXML file."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 '
        'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n<score-partwise version="4.0">\n',
        f"<movement-title>{_printable(score.title)}</movement-title>\n",
        f"<identification><encoding><software>{SOFTWARE}</software></encoding></identification>\n<part-list>\n",
    ]
    for number, part in enumerate(score.parts, 1):
        name = _printable(part.name)
        short = (
            ""
            if len(score.parts) == 1
            else name
            if len(part.name) <= LONGEST_SHORT_NAME
            else f"{_printable(part.name[: LONGEST_SHORT_NAME - 1])}."
        )
        lines.append(
            f'<score-part id="P{number}"><part-name>{name}</part-name><part-abbreviation>{short}</part-abbreviation>'
            f'<score-instrument id="P{number}-I1"><instrument-name>Piano</instrument-name></score-instrument>'
            f'<midi-instrument id="P{number}-I1"><midi-channel>{(number - 1) % 9 + 1}</midi-channel>'
            "<midi-program>1</midi-program></midi-instrument></score-part>\n"
        )
    lines.append("</part-list>\n")
    for number, part in enumerate(score.parts, 1):
        lines.append(f'<part id="P{number}">\n')
        lines += _measures(score, part, is_first=number == 1)
        lines.append("</part>\n")
    lines.append("</score-partwise>\n")
    return "".join(lines)


def _measures(score: Score, part: Part, is_first: bool) -> Iterator[str]:
    before: Bar | None = None
    clefs: list[Clef | None] = [None] * len(part.staves)
    for index, bar in enumerate(score.bars):
        measures = [staff.measures[index] for staff in part.staves]
        number = score.first_number + index
        implicit = ' implicit="yes"' if number == 0 else ""
        yield f'<measure number="{number}"{implicit}>\n'
        yield _attributes(bar, before, measures, clefs)
        if is_first:
            for words in bar.words:
                yield _words(words, bar.meter)
        unit = round(DIVISIONS * bar.meter.beat_quarters / PARTS)
        total = bar.length * unit
        for staff, measure in enumerate(measures, 1):
            if staff > 1:
                yield f"<backup><duration>{total}</duration></backup>\n"
            before_it, after_it = _around(part.staves[staff - 1], index)
            if measure.octaves != before_it:
                yield _octaves(measure.octaves, "down" if measure.octaves > 0 else "up", staff, len(measures))
            for place, level in measure.dynamics:
                yield _dynamic(level, place * unit, staff, len(measures))
            for voice, events in enumerate(measure.voices, 1):
                if voice > 1:
                    yield f"<backup><duration>{total}</duration></backup>\n"
                yield from _voice(events, unit, staff, len(measures), voice)
            if measure.octaves != after_it:
                yield _octaves(measure.octaves, "stop", staff, len(measures))
        if index == len(score.bars) - 1:
            yield '<barline location="right"><bar-style>light-heavy</bar-style></barline>\n'
        yield "</measure>\n"
        before = bar
        clefs = [measure.clef for measure in measures]


def _attributes(bar: Bar, before: Bar | None, measures: list[Measure], clefs: list[Clef | None]) -> str:
    inner = []
    if before is None:
        inner.append(f"<divisions>{DIVISIONS}</divisions>")
    if before is None or before.fifths != bar.fifths:
        inner.append(f"<key><fifths>{bar.fifths}</fifths></key>")
    if before is None or _signature(before) != _signature(bar):
        inner.append("<time><beats>{}</beats><beat-type>{}</beat-type></time>".format(*_signature(bar)))
    if before is None and len(measures) > 1:
        inner.append(f"<staves>{len(measures)}</staves>")
    for staff, (measure, clef) in enumerate(zip(measures, clefs, strict=True), 1):
        if measure.clef != clef:
            sign, line = CLEFS[measure.clef]
            which = f' number="{staff}"' if len(measures) > 1 else ""
            inner.append(f"<clef{which}><sign>{sign}</sign><line>{line}</line></clef>")
    return f"<attributes>{''.join(inner)}</attributes>\n" if inner else ""


def _signature(bar: Bar) -> tuple[int, int]:
    return bar.meter.numerator, bar.meter.denominator


def _words(words: Words, meter: Meter) -> str:
    if words.per_minute is None:
        style = 'font-weight="bold"' if words.is_swung else 'font-style="italic"'
        kind = f"<words {style}>{escape(words.text)}</words>"
        sound = SWUNG * words.is_swung
    else:
        quarters = meter.beat_quarters
        dot = "<beat-unit-dot/>" if meter.is_compound else ""
        plain = quarters / 1.5 if meter.is_compound else quarters
        kind = (
            f"<metronome><beat-unit>{TYPES[plain]}</beat-unit>{dot}"
            f"<per-minute>{words.per_minute}</per-minute></metronome>"
        )
        sound = f'<sound tempo="{words.per_minute * quarters:g}"/>'
    return f'<direction placement="above"><direction-type>{kind}</direction-type>{sound}</direction>\n'


def _dynamic(level: str, offset: int, staff: int, staves: int) -> str:
    which = f"<staff>{staff}</staff>" if staves > 1 else ""
    moved = f"<offset>{offset}</offset>" if offset else ""
    return (
        f'<direction placement="below"><direction-type><dynamics><{level}/></dynamics></direction-type>{moved}{which}'
        "</direction>\n"
    )


def _around(staff: Staff, index: int) -> tuple[int, int]:
    """The octaves of the measures before and after one."""
    octaves = [0, *(measure.octaves for measure in staff.measures[max(0, index - 1) : index + 2]), 0]
    here = 1 if index == 0 else 2
    return octaves[here - 1], octaves[here + 1]


def _octaves(octaves: int, type_: str, staff: int, staves: int) -> str:
    if not octaves:
        return ""
    which = f"<staff>{staff}</staff>" if staves > 1 else ""
    return (
        f'<direction placement="{"above" if octaves > 0 else "below"}"><direction-type>'
        f'<octave-shift type="{type_}" number="{staff}" size="8"/></direction-type>{which}</direction>\n'
    )


def _voice(events: Voice, unit: int, staff: int, staves: int, voice: int) -> Iterator[str]:
    # MuseScore counts four voices to a staff, and reads 5 as the first of the second one.
    number = f"<voice>{voice + 4 * (staff - 1)}</voice>"
    which = f"<staff>{staff}</staff>" if staves > 1 else ""
    for event in events:
        duration = f"<duration>{event.length * unit}</duration>"
        looks = f"<type>{TYPES[event.quarters]}</type>{'<dot/>' * event.dots}"
        if isinstance(event, Rest):
            if event.is_measure:
                yield f'<note><rest measure="yes"/>{duration}{number}{which}</note>\n'
                continue
            hidden = ' print-object="no"' if event.is_hidden else ""
            change = _TIME if event.tuplet else ""
            notations = _notations(_tuplet(event.tuplet))
            yield f"<note{hidden}><rest/>{duration}{number}{looks}{change}{which}{notations}</note>\n"
        else:
            yield from _chord(event, duration, number, looks, which)


_TIME = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"


def _chord(event: Chord, duration: str, number: str, looks: str, which: str) -> Iterator[str]:
    ties = ('<tie type="stop"/>' if event.is_tied_from else "") + ('<tie type="start"/>' if event.is_tied_on else "")
    tied = ties.replace("<tie ", "<tied ")
    change = _TIME if event.tuplet else ""
    beams = "".join(f'<beam number="{level}">{kind}</beam>' for level, kind in enumerate(event.beams, 1))
    # Upwards is what no arrow means too, but MuseScore 3 reports a sign without a direction as an unknown one.
    rolled = '<arpeggiate direction="up"/>' if event.is_rolled else ""
    signs = f"{_trill(event.trill)}{_marks(event.marks)}"
    first = _notations(f"{tied}{_tuplet(event.tuplet)}{signs}{rolled}")
    others = _notations(tied + rolled)
    for head in event.graces:
        yield (
            f'<note><grace slash="yes"/>{_pitch(head)}{number}<type>eighth</type>{_accidental(head)}{which}</note>\n'
        )
    for index, head in enumerate(event.heads):
        yield (
            f"<note>{'<chord/>' if index else ''}{_pitch(head)}{duration}{ties}{number}{looks}{_accidental(head)}"
            f"{change}{which}{'' if index else beams}{others if index else first}</note>\n"
        )


def _pitch(head: Head) -> str:
    alter = f"<alter>{head.alter}</alter>" if head.alter else ""
    return f"<pitch><step>{head.letter}</step>{alter}<octave>{head.octave}</octave></pitch>"


def _accidental(head: Head) -> str:
    return "" if head.accidental is None else f"<accidental>{ACCIDENTALS[head.accidental]}</accidental>"


def _notations(inner: str) -> str:
    return f"<notations>{inner}</notations>" if inner else ""


def _tuplet(ends: tuple[bool, bool] | None) -> str:
    if not ends:
        return ""
    is_first, is_last = ends
    return ('<tuplet type="start"/>' if is_first else "") + ('<tuplet type="stop"/>' if is_last else "")


def _trill(trill: Trill | None) -> str:
    if trill is None:
        return ""
    above = "" if trill.accidental is None else f"<accidental-mark>{ACCIDENTALS[trill.accidental]}</accidental-mark>"
    return f'<ornaments><trill-mark placement="above"/>{above}</ornaments>'


def _marks(marks: tuple[str, ...]) -> str:
    touches = "".join(f"<{mark}/>" for mark in marks if mark != "fermata")
    return (f"<articulations>{touches}</articulations>" if touches else "") + "<fermata/>" * ("fermata" in marks)


def _printable(text: str) -> str:
    # XML has no place for control characters.
    return escape("".join(letter for letter in " ".join(text.split()) if letter.isprintable()))
