"""A take: what was played, and what its source tells of beats.

A MIDI file counts quarters from its first tick, whether anyone played to them or not. In a session the performer may
say a tempo and tap beats. What of it is believed is decided where beats are looked for, in `notation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from antiphon.note import NoteArray

__all__ = [
    "CONTROL_CHANGE",
    "EVERY_KEY_UP",
    "NOTE_OFF",
    "NOTE_ON",
    "NO_PEDAL",
    "PEDAL_DOWN",
    "SUSTAIN",
    "USUAL_BPM",
    "Click",
    "Pedalling",
    "Take",
    "Taps",
]

USUAL_BPM = 120.0
"""The tempo of a file that tells none."""

NOTE_OFF, NOTE_ON, CONTROL_CHANGE = 0x80, 0x90, 0xB0
"""MIDI status bytes of channel 1; the channel is in the lower four bits."""

SUSTAIN, PEDAL_DOWN = 64, 64
"""MIDI controller of the pedal, and its values from which on it is down."""

EVERY_KEY_UP = (120, 123)
"""MIDI controllers that end all: all sound off, all notes off."""


@dataclass(frozen=True, slots=True)
class Click:
    """The quarters that a file counts.

    Args:
        seconds: of each quarter from the first tick to a whole note after the last note, rising, shape [q], q > 4.
        signatures: (quarter from which it holds, numerator, denominator), in order; none if the file tells none.
    """

    seconds: NDArray[np.float64]
    signatures: tuple[tuple[float, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Taps:
    """Beats that a performer tapped, in order.

    Args:
        seconds: on the clock of the notes, never falling, shape [t].
        numbers: which beat of its measure each is, 1 the first, 0 where that was not said, shape [t].
    """

    seconds: NDArray[np.float64]
    numbers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pedalling:
    """What the sustain pedal did.

    Args:
        presses, lifts: when it went down and up, seconds on the clock of the notes, rising, shape [p] and [l].
    """

    presses: NDArray[np.float64]
    lifts: NDArray[np.float64]


NO_PEDAL = Pedalling(np.zeros(0), np.zeros(0))
"""It was not used, or not sent."""


@dataclass(frozen=True, slots=True)
class Take:
    """Notes of each player, `performer` and `model`, and what is told besides.

    Args:
        players: performances on one clock; one may be empty.
        click: of a file.
        taps: of a session, None where fewer than two beats were tapped.
        tempi_bpm: beats a minute that the performer said, in order.
        pedal: of the performer.
    """

    players: Mapping[str, NoteArray]
    click: Click | None = None
    taps: Taps | None = None
    tempi_bpm: tuple[float, ...] = ()
    pedal: Pedalling = NO_PEDAL
