"""How many simple songs are written in their own note values, and how many in their own measures.

    python docs/nursery_songs.py

Prints the tables of docs/beats.md: twelve songs that everybody knows, played twice through, alone and over four
accompaniments, at five tempi that drift. Nothing was trained on them.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from antiphon.engine.listener import shipped_listener
from antiphon.notation.grid import NO_HINTS, Hints, Meter, find_grid
from antiphon.notation.listen import Listener
from antiphon.note import NOTE_DTYPE, NoteArray

TEMPI = (70, 90, 110, 130, 150)
DRIFT, EVERY = 0.02, 4
"""Deviation of the change of tempo, a share, from one set of so many beats to the next."""

JITTER, SHAKE = 0.01, 4.0
"""Deviation of onsets in seconds, and of loudness."""

TOUCH, REST = 0.93, 0.5
"""Share of its length that a key is held, and seconds before the first."""

LEVEL = 0.18
"""Share by which the beats that are found may be longer or shorter on the median."""

SCALE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TRIADS = {
    "C": (48, 52, 55),
    "D": (50, 54, 57),
    "E": (40, 44, 47),
    "F": (53, 57, 60),
    "G": (43, 47, 50),
    "Am": (45, 48, 52),
    "Bb": (46, 50, 53),
}

Rows = list[tuple[float, float, int, int]]
"""Notes: onset and length in quarters, pitch, velocity."""

Clock = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From quarters to seconds."""


class Song(NamedTuple):
    """A song.

    Args:
        beats: quarters in a measure.
        pickup: quarters before the first downbeat.
        melody: notes, each with its quarters if it has not one; r is a rest.
        chords: the harmony from the first downbeat on, over and over.
        change: quarters of each chord.
    """

    beats: int
    pickup: int
    melody: str
    chords: str
    change: int


SONGS = {
    "Twinkle, twinkle, little star": Song(
        4,
        0,
        "C4 C4 G4 G4 A4 A4 G4:2 F4 F4 E4 E4 D4 D4 C4:2 G4 G4 F4 F4 E4 E4 D4:2 G4 G4 F4 F4 E4 E4 D4:2 "
        "C4 C4 G4 G4 A4 A4 G4:2 F4 F4 E4 E4 D4 D4 C4:2",
        "C C F C F C G C C F C G C F C G C C F C F C G C",
        2,
    ),
    "Ode to joy": Song(
        4,
        0,
        "E4 E4 F4 G4 G4 F4 E4 D4 C4 C4 D4 E4 E4:1.5 D4:.5 D4:2 E4 E4 F4 G4 G4 F4 E4 D4 C4 C4 D4 E4 D4:1.5 C4:.5 C4:2 "
        "D4 D4 E4 C4 D4 E4:.5 F4:.5 E4 C4 D4 E4:.5 F4:.5 E4 D4 C4 D4 G3:2 "
        "E4 E4 F4 G4 G4 F4 E4 D4 C4 C4 D4 E4 D4:1.5 C4:.5 C4:2",
        "C G C G C G C C G G C E D C C G",
        4,
    ),
    "Brother John": Song(
        4,
        0,
        "F4 G4 A4 F4 F4 G4 A4 F4 A4 Bb4 C5:2 A4 Bb4 C5:2 C5:.5 D5:.5 C5:.5 Bb4:.5 A4 F4 C5:.5 D5:.5 C5:.5 Bb4:.5 A4 F4 "
        "F4 C4 F4:2 F4 C4 F4:2",
        "F",
        4,
    ),
    "Happy birthday": Song(
        3,
        1,
        "C4:.75 C4:.25 D4 C4 F4 E4:2 C4:.75 C4:.25 D4 C4 G4 F4:2 C4:.75 C4:.25 C5 A4 F4 E4 D4 "
        "Bb4:.75 Bb4:.25 A4 F4 G4 F4:2",
        "F C C F F Bb F F",
        3,
    ),
    "Minuet in G": Song(
        3,
        0,
        "D5 G4:.5 A4:.5 B4:.5 C5:.5 D5 G4 G4 E5 C5:.5 D5:.5 E5:.5 F#5:.5 G5 G4 G4 C5 D5:.5 C5:.5 B4:.5 A4:.5 "
        "B4 C5:.5 B4:.5 A4:.5 G4:.5 F#4 G4:.5 A4:.5 B4:.5 G4:.5 A4:3 "
        "D5 G4:.5 A4:.5 B4:.5 C5:.5 D5 G4 G4 E5 C5:.5 D5:.5 E5:.5 F#5:.5 G5 G4 G4 C5 D5:.5 C5:.5 B4:.5 A4:.5 "
        "B4 C5:.5 B4:.5 A4:.5 G4:.5 A4 B4:.5 A4:.5 G4:.5 F#4:.5 G4:3",
        "G G C G C G D D G G C G C G D G",
        3,
    ),
    "Amazing grace": Song(
        3,
        1,
        "D4 G4:2 B4:.5 G4:.5 B4:2 A4 G4:2 E4 D4:2 D4 G4:2 B4:.5 G4:.5 B4:2 A4 D5:5 "
        "B4 D5:2 B4:.5 G4:.5 B4:2 A4 G4:2 E4 D4:2 D4 G4:2 B4:.5 G4:.5 B4:2 A4 G4:5",
        "G G C G G G D D G G C G G G G G",
        3,
    ),
    "Silent night": Song(
        3,
        0,
        "G4:1.5 A4:.5 G4 E4:3 G4:1.5 A4:.5 G4 E4:3 D5:2 D5 B4:3 C5:2 C5 G4:3 "
        "A4:2 A4 C5:1.5 B4:.5 A4 G4:1.5 A4:.5 G4 E4:3 A4:2 A4 C5:1.5 B4:.5 A4 G4:1.5 A4:.5 G4 E4:3",
        "C C C C G G C C F F C C F F C C",
        3,
    ),
    "Mary had a little lamb": Song(
        4,
        0,
        "E4 D4 C4 D4 E4 E4 E4:2 D4 D4 D4:2 E4 G4 G4:2 E4 D4 C4 D4 E4 E4 E4 E4 D4 D4 E4 D4 C4:4",
        "C C G C C C G C",
        4,
    ),
    "London bridge": Song(
        4,
        0,
        "G4:1.5 A4:.5 G4 F4 E4 F4 G4:2 D4 E4 F4:2 E4 F4 G4:2 G4:1.5 A4:.5 G4 F4 E4 F4 G4:2 D4:2 G4:2 E4 C4:3",
        "C C G C C C G C",
        4,
    ),
    "When the saints go marching in": Song(
        4,
        3,
        "C4 E4 F4 G4:4 r C4 E4 F4 G4:4 r C4 E4 F4 G4:2 E4:2 C4:2 E4:2 D4:4 r E4 E4 D4 C4:3 C4 E4:2 G4 G4 G4 F4:4 "
        "E4 F4 G4:2 E4:2 C4:2 D4:2 C4:4",
        "C C C C C C G G C C F F C G C",
        4,
    ),
    "A scale": Song(
        4,
        0,
        "C4:.5 D4:.5 E4:.5 F4:.5 G4:.5 A4:.5 B4:.5 C5:.5 C5:.5 B4:.5 A4:.5 G4:.5 F4:.5 E4:.5 D4:.5 C4:.5",
        "C",
        4,
    ),
    "Greensleeves": Song(
        3,
        1,
        "A4 C5:2 D5 E5:1.5 F5:.5 E5 D5:2 B4 G4:1.5 A4:.5 B4 C5:2 A4 A4:1.5 G#4:.5 A4 B4:2 G#4 E4:2 "
        "A4 C5:2 D5 E5:1.5 F5:.5 E5 D5:2 B4 G4:1.5 A4:.5 B4 C5:1.5 B4:.5 A4 G#4:1.5 F#4:.5 G#4 A4:5",
        "Am Am G G Am Am E E Am Am G G Am E Am Am",
        3,
    ),
}

SETTINGS = ("alone", "chords held", "chords on beats", "bass and chords", "broken chords")


def notes_of(song: Song, setting: str, tempo: int, random: np.random.Generator) -> NoteArray:
    """The song as it is played."""
    melody = _melody(song)
    return play(melody + _accompaniment(song, setting, melody[-1][0] + melody[-1][1]), tempo, random)[0]


def play(rows: Rows, tempo: float, random: np.random.Generator) -> tuple[NoteArray, Clock]:
    """Written notes at a tempo that drifts, so many quarters a minute on the whole, and when each quarter is."""
    table = np.array(sorted(rows))
    sets = np.arange(0, table[:, 0].max() + 3 * EVERY, EVERY)
    factors = np.exp(np.cumsum(random.normal(0, DRIFT, len(sets))))
    factors /= np.exp(np.log(factors).mean())
    quarters = np.arange(0, sets[-1], 0.05)
    seconds = np.concatenate([[0.0], np.cumsum(np.interp(quarters, sets, factors))[:-1]]) * 0.05 * 60 / tempo

    def clock(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return REST + np.interp(at, quarters, seconds)

    onsets = clock(table[:, 0]) + random.normal(0, JITTER, len(table))
    ends = clock(table[:, 0] + TOUCH * table[:, 1])
    notes = np.zeros(len(table), NOTE_DTYPE)
    notes["onset"], notes["duration"], notes["pitch"] = onsets, np.maximum(ends - onsets, 0.05), table[:, 2]
    notes["velocity"] = np.clip(table[:, 3] + random.normal(0, SHAKE, len(table)), 20, 120)
    return notes[np.argsort(onsets, kind="stable")], clock


def _melody(song: Song) -> Rows:
    at, rows = 0.0, []
    for written in song.melody.split() * 2:
        name, _, length = written.partition(":")
        quarters = float(length or 1)
        if name != "r":
            pitch = SCALE[name[0]] + name.count("#") - name.count("b") + 12 * (int(name[-1]) + 1)
            rows.append((at, quarters, pitch, 80))
        at += quarters
    return rows


def _accompaniment(song: Song, setting: str, end: float) -> Rows:
    """Chords from the first downbeat on, as long as there are whole measures."""
    chords, measures = song.chords.split(), int((end - song.pickup) // song.beats)
    rows: Rows = []
    for place in range(measures * song.beats // song.change):
        begin, (root, third, fifth) = song.pickup + place * float(song.change), TRIADS[chords[place % len(chords)]]
        beats = range(song.change)
        if setting == "chords held":
            rows += [(begin, 0.95 * song.change, pitch, 60) for pitch in (root, third, fifth)]
        elif setting == "chords on beats":
            rows += [
                (begin + beat, 0.8, pitch, 58 + 6 * (beat == 0)) for beat in beats for pitch in (root, third, fifth)
            ]
        elif setting == "bass and chords":
            rows.append((begin, 0.9, root - 12, 66))
            rows += [(begin + beat, 0.6, pitch, 55) for beat in beats if beat for pitch in (root, third, fifth)]
        elif setting == "broken chords":
            order = (root, third, fifth, third, fifth, third) if song.change == 3 else (root, fifth, third, fifth)
            rows += [
                (begin + part / 2, 0.5, order[part % len(order)], 54 + 8 * (part == 0))
                for part in range(2 * song.change)
            ]
    return rows


def judge(
    song: Song, setting: str, tempo: int, listener: Listener | None, hints: Hints = NO_HINTS
) -> tuple[bool, bool]:
    """Whether the beats that are found are the song's quarters, and whether the bar lines are its own, too."""
    grid = find_grid(notes_of(song, setting, tempo, np.random.default_rng(tempo)), hints, listener)
    found = np.median(np.diff(grid.beats)) * tempo / 60
    is_right = bool(abs(found - 1) < LEVEL)
    return is_right, is_right and grid.meters == ((song.pickup, Meter(song.beats, 4)),)


def shares(setting: str, listener: Listener | None, tell: Callable[[int], Hints]) -> NDArray[np.float64]:
    """Of the songs in a setting at all tempi, the shares that are right so, if so much is told of the tempo."""
    judged = [judge(song, setting, tempo, listener, tell(tempo)) for song in SONGS.values() for tempo in TEMPI]
    return np.asarray(np.mean(judged, axis=0))


ROWS: tuple[tuple[str, bool, Callable[[int], Hints]], ...] = (
    ("with the networks", True, lambda _: NO_HINTS),
    ("accents alone", False, lambda _: NO_HINTS),
    ("with the networks, `--tempo` told", True, lambda tempo: Hints(tempo_bpm=tempo)),
    ("with the networks, the file's tempo", True, lambda tempo: Hints(nominal_bpm=tempo)),
)
"""Name, whether the networks listen, and what is told."""


def main() -> None:
    """Print the tables."""
    for at, what in enumerate(("note values", "and bar lines")):
        print(what)
        for name, is_heard, tell in ROWS:
            listener = shipped_listener() if is_heard else None
            found = [shares(setting, listener, tell)[at] for setting in SETTINGS]
            print(f"| {name} | " + " | ".join(f"{one:.2f}" for one in (*found, np.mean(found))) + " |")


if __name__ == "__main__":
    main()
