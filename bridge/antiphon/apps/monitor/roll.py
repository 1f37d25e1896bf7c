"""Notes and figures drawn with characters: a piano roll, and a line of small bars.

Time runs to the right, by onsets and durations; pitch upwards. A note is its head `●` and, while it lasts, `━`; a key
that is still down is open, `╌` up to the right edge; what the model expects next is hollow, `○`. Plain text, a string
a row: colours are for whoever shows it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from antiphon.note import HIDDEN, pitch_name

__all__ = ["EXPECTED", "ceiling", "roll", "sparkline"]

Row = Sequence[float]
"""A note as a summary tells it: pitch, step, duration (`HIDDEN` while the key is down), velocity."""

HEAD, TAIL, OPEN, EXPECTED = "●", "━", "╌", "○"

REST = 2.0
"""Seconds: a longer pause is drawn as this one, else a cup of tea would push the phrase before it into one column."""

SHORTEST = 1.0
"""Seconds that a roll shows at least, so that a single note is no wall."""

LABEL = 5
"""Columns of the pitch names on the left, with their line."""

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A note on the roll: where it begins and ends, in seconds from the left edge; an open one has no end."""

    pitch: int
    onset: float
    offset: float | None
    head: str


def roll(window: Sequence[Row], width: int, height: int, expected: Row | None = None) -> list[str]:
    """A window as rows of text, the highest pitches first.

    Args:
        window: notes, oldest first.
        width: columns of each row, names of the lowest and highest pitch included.
        height: rows. A row is a semitone; where there are too few rows, several.
        expected: the note that the model expects next, its step counted from the last note.
    """
    notes = _placed(window, expected)
    if not notes or width <= LABEL or height < 1:
        return [" " * width] * height
    lowest, highest = min(note.pitch for note in notes), max(note.pitch for note in notes)
    spare = max(height - 1 - (highest - lowest), 0)
    low, high = lowest - spare // 2, highest + spare - spare // 2
    seconds = max(SHORTEST, *(note.offset or note.onset for note in notes))
    columns = width - LABEL

    def row_of(pitch: int) -> int:
        return round((high - pitch) * (height - 1) / max(high - low, 1))

    def column_of(at: float) -> int:
        return int(at / seconds * columns)

    def head_of(note: _Drawn) -> int:
        return min(column_of(note.onset), columns - 1)

    canvas = [[" "] * columns for _ in range(height)]
    for note in notes:
        line, begin = canvas[row_of(note.pitch)], head_of(note) + 1
        end = columns if note.offset is None else column_of(note.offset)
        line[begin:end] = (TAIL if note.offset is not None else OPEN) * max(end - begin, 0)
    for note in reversed(notes):
        canvas[row_of(note.pitch)][head_of(note)] = note.head
    names = {row_of(pitch): pitch_name(pitch) for pitch in (highest, lowest)}
    return [f"{names.get(row, ''):>{LABEL - 1}}│{''.join(line)}" for row, line in enumerate(canvas)]


def sparkline(values: Sequence[float | None], top: float) -> str:
    """Values as bars between 0 and `top`, a sign each; None is a gap."""
    return "".join(
        " " if value is None else BARS[min(max(math.ceil(value / top * len(BARS)) - 1, 0), len(BARS) - 1)]
        for value in values
    )


def ceiling(value: float) -> float:
    """The next of 1, 2, 5, 10, ... and of 0.1, 0.2, 0.5, ... that is not below a value; 1 for none."""
    if value <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 9) for step in (1, 2, 5, 10, 20) if step * power >= value * (1 - 1e-9))


def _placed(window: Sequence[Row], expected: Row | None) -> list[_Drawn]:
    """Every note with its onset; pauses before notes are shortened to `REST`."""
    found, onset = [], 0.0
    for number, (pitch, step, duration, _) in enumerate(window):
        onset += min(step, REST) if number else 0.0
        offset = None if duration == HIDDEN else onset + min(duration, REST)
        found.append(_Drawn(int(pitch), onset, offset, HEAD))
    if expected is not None and window:
        onset += min(expected[1], REST)
        found.append(_Drawn(int(expected[0]), onset, onset + min(expected[2], REST), EXPECTED))
    return found
