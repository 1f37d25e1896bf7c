"""AbletonOSC: notes written into a clip of Ableton Live. Spoken, not listened to.

    /live/clip_slot/create_clip track slot length             an empty clip, its length in whole measures of four beats
    /live/clip/add/notes track slot {pitch start duration velocity mute} ...
    /live/clip/set/name track slot name

Live's times are beats: seconds x tempo / 60. The first note begins the clip. AbletonOSC is served by a timer of Live
some ten times a second, so it is for writing clips and never for playing notes; adding notes in the same moment as
making the clip has failed for its users, so send the first message, wait `TICK`, then send the others.
"""

import math
from collections.abc import Sequence

import numpy as np

from antiphon.dialects.dialect import Sent
from antiphon.errors import StateError
from antiphon.note import NoteArray

__all__ = ["TICK", "clip_messages"]

TICK = 0.1
"""Seconds from one turn of AbletonOSC to the next: its `manager.py` says "called once per 100ms"."""

MAX_NOTES = 200
"""Notes in one message: about 5 kB. AbletonOSC fails with "message too long" some way above (its issue 88)."""

MEASURE = 4
"""Beats of a measure: the length of a clip is a multiple of it, so that it loops."""

ROUNDING = 1e-6
"""Beats by which a note may pass the end of a measure without asking for another one."""


def clip_messages(
    notes: NoteArray | Sequence[tuple[float, int, float, int]], track: int, slot: int, tempo_bpm: float, name: str
) -> list[Sent]:
    """What makes these notes a clip, in order: the clip, its notes, its name.

    Args:
        notes: a performance, or onset (seconds), pitch, duration (seconds) and velocity of each, in any order.
        track, slot: where, counted from 0; the slot must be empty.
        tempo_bpm: beats a minute of the clip, > 0.
    Raises:
        StateError: no notes.
    """
    if isinstance(notes, np.ndarray):
        rows = [notes[column].tolist() for column in ("onset", "pitch", "duration", "velocity")]
        notes = list(zip(*rows, strict=True))
    if not len(notes):
        raise StateError("there are no notes to make a clip of", "let the model play first")
    beats = tempo_bpm / 60
    first = min(onset for onset, *_ in notes)
    last = max(onset + duration for onset, _, duration, _ in notes)
    measures = max(1, math.ceil((last - first) * beats / MEASURE - ROUNDING))
    written = [
        (int(pitch), float((onset - first) * beats), float(duration * beats), int(velocity), 0)
        for onset, pitch, duration, velocity in sorted(notes)
    ]
    return [
        ("/live/clip_slot/create_clip", (track, slot, float(measures * MEASURE))),
        *(
            ("/live/clip/add/notes", (track, slot, *(value for note in written[at : at + MAX_NOTES] for value in note)))
            for at in range(0, len(written), MAX_NOTES)
        ),
        ("/live/clip/set/name", (track, slot, name)),
    ]
