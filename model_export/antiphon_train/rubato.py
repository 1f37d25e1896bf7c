"""A counted piece, played anew: as no two pianists play it alike.

The rule: what is changed is what differs between performances and says nothing of the beat: tempo as a whole and from
beat to beat, hands that are never quite together, rolled chords, touch, loudness, key, notes left out. What is written
stays: each note keeps its place in the beat. Everything is drawn from `random`, so that a piece is another each time.
"""

import numpy as np
from numpy.typing import NDArray

from antiphon.note import NoteArray
from antiphon.take import Pedalling

__all__ = ["pedal_of", "play_anew"]

TEMPO = 0.25
"""Natural log of the greatest change of tempo as a whole: pianists' tempi for one piece differ by about that."""

RUBATO = (0.02, 0.06, 0.12)
"""Natural log of the change of tempo from beat to beat, a deviation, drawn for each piece: strict to free."""

WAVES = (4.0, 40.0)
"""Beats in a swing of tempo: a measure to a long phrase."""

PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Share of beats that are held, as at the end of a phrase, and the natural log of by how much at most."""

JITTER = (0.004, 0.010, 0.018, 0.028)
"""Deviation of single onsets in seconds, drawn for each piece: a sequencer to an amateur."""

ROLLING, ROLLED = 0.3, 0.15
"""Share of pieces in which chords are rolled, and of their chords."""

ROLL = (0.02, 0.05)
"""Seconds between the notes of a rolled chord."""

LEFT_OUT = (0.0, 0.01, 0.04)
"""Share of notes that are left out, drawn for each piece."""

TRANSPOSE = 6
SHORTEST = 0.03
"""Seconds that a key is held at least."""

EVEN = 0.12
"""Share of pieces without loudness: many keyboards send none."""

DRY, MISSED = 0.4, 0.25
"""Share of pieces without a pedal: many keyboards have none; and of its moves that are left out in the others."""

FOOT, FOOT_LAG = 0.05, 0.07
"""Deviation in seconds of single moves of the pedal, and how late or early the foot is on the whole, at most."""

Seconds = NDArray[np.float64]


def play_anew(notes: NoteArray, random: np.random.Generator) -> NoteArray:
    """The notes as played once more, in order of onset and pitch, their `period` as it was then.

    Args:
        notes: `COUNTED_DTYPE` in order of onset, at least one.
    """
    played = notes.copy()
    _bend_time(played, random)
    _move_foot(played, random)
    played["onset"] += random.normal(0, random.choice(JITTER), len(played))
    if random.random() < ROLLING:
        _roll_chords(played, notes["onset"], random)
    played["duration"] = np.maximum(played["duration"] * _touch(len(played), random), SHORTEST)
    played["velocity"] = _loudness(played["velocity"], random)
    shift = random.integers(-TRANSPOSE, TRANSPOSE + 1)
    played["pitch"] = np.clip(played["pitch"] + shift, 0, 127)
    is_played = random.random(len(played)) >= random.choice(LEFT_OUT)
    is_played[0] = True
    played = played[is_played]
    return played[np.lexsort((played["pitch"], played["onset"]))]


def pedal_of(played: NoteArray) -> Pedalling:
    """The moves of the pedal that counted notes go with."""
    return Pedalling(*(np.sort(played[move][np.isfinite(played[move])]) for move in ("pressed", "lifted")))


def _bend_time(played: NoteArray, random: np.random.Generator) -> None:
    first = np.floor(played["beat"][0])
    at = np.arange(first, np.floor(played["beat"][-1]) + 2)
    beats = _beat_times(played, at)
    lengths = np.diff(beats) * np.exp(_sway(len(at) - 1, random) + random.uniform(-TEMPO, TEMPO))
    bent = np.concatenate([[0.0], np.cumsum(lengths)])
    tail = lengths[-1] / np.diff(beats)[-1]

    def bend(seconds: Seconds) -> Seconds:
        return np.interp(seconds, beats, bent) + np.maximum(seconds - beats[-1], 0) * tail

    ends = bend(played["onset"] + played["duration"])
    played["onset"] = bend(played["onset"])
    played["duration"] = ends - played["onset"]
    played["period"] = np.interp(played["beat"], at[:-1] + 0.5, lengths)
    for move in ("lifted", "pressed"):
        played[move] = bend(played[move])


def _move_foot(played: NoteArray, random: np.random.Generator) -> None:
    missed = 1.0 if random.random() < DRY else MISSED
    for move in ("lifted", "pressed"):
        played[move] += random.uniform(-FOOT_LAG, FOOT_LAG) + random.normal(0, FOOT, len(played))
        played[move][random.random(len(played)) < missed] = np.nan


def _beat_times(played: NoteArray, at: Seconds) -> Seconds:
    """Seconds of beats, by straight lines between onsets; before the first and after the last by their periods."""
    beat, first = np.unique(played["beat"], return_index=True)
    onsets = np.maximum.accumulate(played["onset"][first])
    times = np.interp(at, beat, onsets)
    times -= np.maximum(beat[0] - at, 0) * played["period"][0]
    times += np.maximum(at - beat[-1], 0) * played["period"][-1]
    return times + np.arange(len(at)) * 1e-6  # two beats at one time would have no length to change


def _sway(count: int, random: np.random.Generator) -> Seconds:
    """Natural log of how much longer each beat is."""
    noise = np.convolve(random.normal(size=count + 2), np.full(3, 1 / 3), "valid") * random.uniform(0.3, 1)
    wave = np.sin(2 * np.pi * (np.arange(count) / random.uniform(*WAVES) + random.random())) * random.random()
    pauses = (random.random(count) < PAUSE) * random.uniform(0, LONGEST_PAUSE, count)
    return np.asarray(random.choice(RUBATO) * (noise + wave) + pauses)


def _roll_chords(played: NoteArray, written: Seconds, random: np.random.Generator) -> None:
    starts = np.flatnonzero(np.diff(written, prepend=-np.inf) > 0)
    sizes = np.diff(starts, append=len(written))
    rank = np.arange(len(written)) - np.repeat(starts, sizes)
    is_rolled = np.repeat(random.random(len(starts)) < ROLLED, sizes)
    played["onset"] += np.where(is_rolled, rank * random.uniform(*ROLL), 0.0)


def _touch(count: int, random: np.random.Generator) -> Seconds:
    """Factors of the durations: as written, detached by chance, detached on the whole, or held over."""
    kind = random.integers(4)
    if kind == 0:
        return np.ones(count)
    if kind == 1:
        return random.uniform(0.45, 1, count)
    if kind == 2:
        return np.full(count, random.uniform(0.5, 1))
    return random.uniform(1, 1.8, count)


def _loudness(velocities: NDArray[np.int16], random: np.random.Generator) -> Seconds:
    if random.random() < EVEN:
        return np.full(len(velocities), 64.0)
    shaken = velocities * random.uniform(0.7, 1.2) + random.normal(0, random.choice([2, 6, 12]), len(velocities))
    return np.clip(shaken, 5, 127)
