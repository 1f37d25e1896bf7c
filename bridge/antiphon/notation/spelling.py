"""Whether a black key is a sharp or a flat: a letter and an accidental for every pitch.

The rule: names stand on the line of fifths (... B-flat F C G D A E B F-sharp ...), and a name is a place on it. Every note
around one speaks for the name that the one has in the chromatic scale on that note as tonic (minor second, augmented
fourth); the name with most votes wins. Tonics are named by the key signature in force, so that names fit the page.

Source: Meredith, "The ps13 pitch spelling algorithm", Journal of New Music Research 35 (2006), its first stage; the
anchor in the signature is ours (ps13 starts from the first note).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["letter_of", "spell"]

IntArray = NDArray[np.int64]

BEFORE, AFTER = 10, 42
"""Notes around one that have a vote: Meredith's own best."""

INTERVALS = np.array([0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5])
"""Steps on the line of fifths from a tonic to the note so many semitones above it."""

LETTERS = "FCGDAEB"
"""On the line of fifths, F at -1."""

LOWEST, HIGHEST = -15, 19
"""F double-flat and B double-sharp: no name goes beyond."""


def spell(pitches: IntArray, fifths: IntArray) -> IntArray:
    """The place of each note's name on the line of fifths: C is 0, G 1, F -1, F-sharp 6, B-flat -2.

    Args:
        pitches: MIDI numbers in the order of their onsets, chords from below, shape [n].
        fifths: sharps of the signature that each stands under, shape [n].
    """
    count = len(pitches)
    if not count:
        return np.zeros(0, np.int64)
    chromas = pitches % 12
    seen = np.zeros((count + 1, 12), np.int64)
    np.cumsum(np.eye(12, dtype=np.int64)[chromas], axis=0, out=seen[1:])
    index = np.arange(count)
    around = seen[np.minimum(index + AFTER, count)] - seen[np.maximum(index - BEFORE, 0)]  # [n, 12]
    tonics = np.arange(12)
    # Each tonic is named within the chromatic scale on the signature's major tonic.
    named = fifths[:, None] + INTERVALS[(tonics[None, :] - 7 * fifths[:, None]) % 12]  # [n, 12]
    names = named + INTERVALS[(chromas[:, None] - tonics[None, :]) % 12]  # [n, 12]
    votes = np.zeros((count, HIGHEST - LOWEST + 1 + 24), np.int64)
    np.add.at(votes, (np.repeat(index, 12), (names - LOWEST + 12).ravel()), around.ravel())
    best = votes.argmax(axis=1) + LOWEST - 12
    best += 12 * (best < LOWEST) - 12 * (best > HIGHEST)
    return best


def letter_of(name: int) -> tuple[str, int]:
    """The letter of a name on the line of fifths and how many semitones it is raised: 6 gives F and 1."""
    return LETTERS[(name + 1) % 7], (name + 1) // 7
