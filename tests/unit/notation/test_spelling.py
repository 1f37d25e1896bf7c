"""Names fit the key, leading notes lead, and falling lines fall."""

import numpy as np
import pytest

from antiphon.notation.spelling import letter_of, neighbour_of, spell


def names(pitches: list[int], fifths: int, tonic: int, is_minor: bool = False) -> str:
    count = len(pitches)
    found = spell(
        np.array(pitches), np.arange(count), np.full(count, fifths), np.full(count, tonic), np.full(count, is_minor)
    )
    signs = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "x"}
    return " ".join(letter + signs[alter] for letter, alter in map(letter_of, found.tolist()))


@pytest.mark.parametrize(
    ("pitches", "fifths", "tonic", "is_minor", "expected"),
    [
        ([60, 62, 64, 65, 67, 69, 71, 72], 0, 0, False, "C D E F G A B C"),
        ([68, 70, 72, 73, 75, 77, 79, 80], -4, 8, False, "Ab Bb C Db Eb F G Ab"),
        ([66, 68, 70, 71, 73, 75, 77, 78], 6, 6, False, "F# G# A# B C# D# E# F#"),
        ([57, 59, 60, 62, 64, 65, 68, 69], 0, 9, True, "A B C D E F G# A"),
        ([60, 61, 60, 59, 60, 65, 67, 68, 65], -4, 5, True, "C Db C B C F G Ab F"),
        ([60, 64, 67, 61, 62, 65, 69, 66, 67], 0, 0, False, "C E G C# D F A F# G"),
    ],
)
def test_names(pitches: list[int], fifths: int, tonic: int, is_minor: bool, expected: str) -> None:
    assert names(pitches, fifths, tonic, is_minor) == expected


def test_every_name_sounds_its_pitch() -> None:
    rng = np.random.default_rng(1)
    pitches = rng.integers(0, 128, 500)
    found = spell(pitches, np.arange(500), rng.integers(-7, 8, 500), rng.integers(0, 12, 500), rng.random(500) < 0.5)
    assert ((7 * found - pitches) % 12 == 0).all()
    assert (found.min() >= -15) and (found.max() <= 19)


def test_no_notes_have_no_names() -> None:
    none = np.zeros(0, np.int64)
    assert len(spell(none, none, none, none, none.astype(np.bool_))) == 0


@pytest.mark.parametrize(
    ("name", "semitones", "expected"),
    [(0, 1, ("D", -1)), (0, 2, ("D", 0)), (0, -1, ("B", 0)), (0, -2, ("B", -1)), (19, -1, ("A", 3)), (6, 1, ("G", 0))],
)
def test_a_neighbour_stands_on_the_next_line_where_that_can_be_written(
    name: int, semitones: int, expected: tuple[str, int]
) -> None:
    found = letter_of(neighbour_of(name, semitones))
    assert abs(found[1]) < 3
    assert found == expected or expected[1] == 3


def test_octaves_that_are_struck_together_have_one_name() -> None:
    rng = np.random.default_rng(1)
    pitches, places = rng.integers(30, 60, 400), np.repeat(np.arange(200), 2)
    pitches[1::2] = pitches[::2] + 24
    found = spell(pitches, places, np.full(400, 0), np.full(400, 0), np.full(400, False))
    assert (found[::2] == found[1::2]).all()
