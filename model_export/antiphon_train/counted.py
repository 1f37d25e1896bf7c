"""Pieces whose beats are counted: MIDI files whose ticks are beats, as notation programs and sequencers write them.

The rule: a file's time signatures say what a beat is (`antiphon.notation.tactus`) and where measures begin: at each
signature, or at tick 0 where none stands there. Measures of one beat say that nothing is known but the beats. A file
that was played without a click has ticks and signatures too, but they mean nothing: such files do not belong in a
corpus for beats, and nothing here can tell.
"""

import io
from collections.abc import Callable, Iterator
from itertools import pairwise

import mido
import numpy as np
import symusic
from numpy.typing import NDArray

from antiphon.notation.tactus import METERS, Meter
from antiphon.note import MIN_DURATION, NOTE_DTYPE, NoteArray
from antiphon.take import PEDAL_DOWN, SUSTAIN
from antiphon_train.corpus import clock, playable

__all__ = ["COUNTED_DTYPE", "read_counted"]

COUNTED_DTYPE = np.dtype(
    [
        *((name, NOTE_DTYPE[name]) for name in NOTE_DTYPE.names or ()),
        ("beat", np.float64),
        ("in_measure", np.float32),
        ("period", np.float32),
        ("meter", np.int16),
        ("lifted", np.float64),
        ("pressed", np.float64),
    ]
)
"""A note, and its onset in beats since the first measure, in beats since its downbeat (not a number where none is
known), the seconds of the beat it is in, the place of its meter in `METERS`, -1 for another; and when the sustain pedal
came up and went down last before the next onset, seconds, not a number where it did not."""


def read_counted(data: bytes) -> NoteArray:
    """The non-drum notes of a MIDI file's bytes with their beats, `COUNTED_DTYPE` [n], in order of onset and pitch."""
    score = symusic.Score.from_midi(data)
    ticks, lengths, pitches, velocities = playable(score)
    _, first = np.unique(np.stack([ticks, pitches], axis=1), axis=0, return_index=True)  # in order; no note twice
    ticks, lengths = ticks[first].astype(np.int64), lengths[first].astype(np.int64)
    seconds = clock(score)
    notes = np.zeros(len(first), COUNTED_DTYPE)
    notes["onset"], notes["pitch"] = seconds(ticks), pitches[first]
    notes["duration"] = np.maximum(seconds(ticks + lengths) - notes["onset"], MIN_DURATION)
    notes["velocity"] = np.maximum(velocities[first], 1)
    notes["step"][1:] = np.diff(notes["onset"])
    _count(notes, ticks, score, seconds)
    _pedal(notes, data, seconds)
    return notes


def _pedal(notes: NoteArray, data: bytes, seconds: Callable[..., NDArray[np.float64]]) -> None:
    """Fill in the columns of the pedal."""
    notes["lifted"] = notes["pressed"] = np.nan
    for is_down, tick in _moves(data):
        at = seconds(np.array([tick]))[0]
        before = int(np.searchsorted(notes["onset"], at, side="right")) - 1
        if before >= 0:
            notes["pressed" if is_down else "lifted"][before] = at


def _moves(data: bytes) -> Iterator[tuple[bool, int]]:
    """Whether the pedal went down, and the tick, track by track: it may have one of its own, which symusic leaves
    out."""
    try:
        tracks = mido.MidiFile(file=io.BytesIO(data), clip=True).tracks
    except mido.KeySignatureError as error:
        raise ValueError(str(error)) from error
    for track in tracks:
        now, is_down = 0, False
        for message in track:
            now += message.time
            if message.is_cc(SUSTAIN) and is_down != (message.value >= PEDAL_DOWN):
                is_down = not is_down
                yield is_down, now


def _count(
    notes: NoteArray, ticks: NDArray[np.int64], score: symusic.Score, seconds: Callable[..., NDArray[np.float64]]
) -> None:
    """Fill in the columns of beats, signature by signature."""
    marks = {0: Meter(4, 4)} | {mark.time: Meter(mark.numerator, mark.denominator) for mark in score.time_signatures}
    counted = 0.0
    for begin, end in pairwise([*sorted(marks), np.inf]):
        meter = marks[int(begin)]
        beat = meter.beat_quarters * score.ticks_per_quarter
        here = slice(*np.searchsorted(ticks, [begin, end]))
        since = (ticks[here] - begin) / beat
        notes["beat"][here] = counted + since
        notes["in_measure"][here] = since % meter.beats if meter.beats > 1 else np.nan
        notes["period"][here] = seconds(ticks[here] + round(beat)) - seconds(ticks[here])
        notes["meter"][here] = METERS.index(meter) if meter in METERS else -1
        counted += np.ceil(round((end - begin) / beat, 3)) if np.isfinite(end) else 0.0
