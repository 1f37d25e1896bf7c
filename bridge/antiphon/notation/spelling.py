"""Whether a black key is a sharp or a flat: a letter and an accidental for every pitch.

The rule: names stand on the line of fifths (... B-flat F C G D A E B F-sharp ...), and a name is a place on it. Every
note around one speaks for the name that the one has in the chromatic scale on that note as tonic (minor second,
augmented fourth); the tonic of the moment speaks with the weight of several; and a note that a semitone follows
nearby is named so that both have neighbouring letters, as leading notes have. The name with most votes wins. Tonics
are named by the key signature in force, so that names fit the page.

Source: Meredith, "The ps13 pitch spelling algorithm", Journal of New Music Research 35 (2006): votes, and the care for
neighbours. The anchor in the signature (ps13 starts from the first note), the tonic's weight and its sharper scale in
major are ours: on piano music .972 of the names are right with votes alone, .981 with all.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["letter_of", "neighbour_of", "spell"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

AROUND = 20
"""Notes before and after one that have a vote."""

TONIC = 5
"""Votes of the tonic of the moment."""

LEADING = 8.0
"""Votes of a semitone that follows; one that went before has half."""

FALLING = 0.7
"""Share of these if the semitone falls: falling chromatic lines keep the names of the key more often."""

NEARBY = 6
"""Notes on, within which a semitone is heard as following."""

INTERVALS = np.array([0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5])
"""Steps on the line of fifths from a tonic to the note so many semitones above it: minor second, second, and so on."""

MAJOR = np.array([0, 7, 2, 9, 4, -1, 6, 1, 8, 3, -2, 5])
"""The same on the tonic of a major key, whose raised first, second and fifth lead upwards."""

LETTERS = "FCGDAEB"
"""On the line of fifths, F at -1."""

LOWEST, HIGHEST = -15, 19
"""F double-flat and B double-sharp: no name goes beyond."""

NEIGHBOURS = {-2: -2, -1: 5, 1: -5, 2: 2}
"""Steps on the line of fifths to the next letter, by semitones."""

EDGE = 40
"""The vote table holds names from minus this to this."""


def spell(pitches: IntArray, places: IntArray, fifths: IntArray, tonics: IntArray, is_minor: BoolArray) -> IntArray:
    """The place of each note's name on the line of fifths: C is 0, G 1, F -1, F-sharp 6, B-flat -2.

    Args:
        pitches: MIDI numbers in the order of their onsets, chords from below, shape [n].
        places: of the onsets, on any scale: octaves that are struck together have one name, shape [n].
        fifths: sharps of the signature that each stands under, shape [n].
        tonics: pitch class of the tonic at each note, shape [n].
        is_minor: whether the key there is minor, shape [n].
    """
    count = len(pitches)
    if not count:
        return np.zeros(0, np.int64)
    chromas, index, classes = pitches % 12, np.arange(count), np.arange(12)
    seen = np.zeros((count + 1, 12))
    np.cumsum(np.eye(12)[chromas], axis=0, out=seen[1:])
    around = seen[np.minimum(index + AROUND, count)] - seen[np.maximum(index - AROUND, 0)]  # [n, 12]
    # Each tonic is named within the chromatic scale on the signature's major tonic.
    named = fifths[:, None] + INTERVALS[(classes[None, :] - 7 * fifths[:, None]) % 12]  # [n, 12]
    names = named + INTERVALS[(chromas[:, None] - classes[None, :]) % 12]  # [n, 12]
    votes = np.zeros((count, 2 * EDGE + 1))
    np.add.at(votes, (np.repeat(index, 12), (names + EDGE).ravel()), around.ravel())
    above = (chromas - tonics) % 12
    local = named[index, tonics] + np.where(is_minor, INTERVALS[above], MAJOR[above])
    votes[index, local + EDGE] += TONIC
    best: IntArray = votes.argmax(axis=1) - EDGE
    _, together = np.unique(places * 12 + chromas, return_inverse=True)
    for _ in range(2):
        best = _most(votes + _leading_votes(pitches, best, votes.shape), together)
    best += 12 * (best < LOWEST)
    best -= 12 * (best > HIGHEST)
    return best


def _most(votes: NDArray[np.float64], together: IntArray) -> IntArray:
    """The name with most votes for each note, one for all that belong together."""
    order = np.argsort(together, kind="stable")
    begins = np.flatnonzero(np.diff(together[order], prepend=-1))
    return np.asarray(np.add.reduceat(votes[order], begins).argmax(axis=1) - EDGE)[together]


def _leading_votes(pitches: IntArray, names: IntArray, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Votes of the first semitone after each note and of the last one before it."""
    votes = np.zeros(shape)
    count = len(pitches)
    for direction, weight in ((1, LEADING), (-1, LEADING / 2)):
        found = np.zeros(count, np.bool_)
        for distance in range(1, min(NEARBY, count - 1) + 1):
            at = np.arange(count - distance) if direction == 1 else np.arange(distance, count)
            other = at + direction * distance
            step = pitches[other] - pitches[at]
            is_new = (np.abs(step) == 1) & ~found[at]
            rows, step = at[is_new], step[is_new]
            leading = np.clip(names[other[is_new]] + 5 * step, -EDGE, EDGE)
            votes[rows, leading + EDGE] += weight * np.where(step == 1, 1.0, FALLING)
            found[rows] = True
    return votes


def letter_of(name: int) -> tuple[str, int]:
    """The letter of a name on the line of fifths and how many semitones it is raised: 6 gives F and 1."""
    return LETTERS[(name + 1) % 7], (name + 1) // 7


def neighbour_of(name: int, semitones: int) -> int:
    """The name of a pitch one or two semitones from a named one, on the next letter, as small notes and trills go."""
    neighbour = name + NEIGHBOURS[semitones]
    return neighbour + 12 * (neighbour < LOWEST) - 12 * (neighbour > HIGHEST)
