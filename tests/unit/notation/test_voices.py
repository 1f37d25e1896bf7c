"""One voice, until a key is held while others move."""

import numpy as np

from antiphon.notation.voices import separate_voices, voice_ends


def voices(*rows: tuple[int, int, int]) -> list[int]:
    places, offsets, pitches = (np.array(column) for column in zip(*rows, strict=True))
    found: list[int] = separate_voices(places, offsets.astype(np.float64), pitches).tolist()
    return found


def test_chords_and_runs_are_one_voice() -> None:
    assert voices((0, 12, 60), (0, 12, 64), (12, 18, 62), (18, 24, 64), (24, 36, 65)) == [0] * 5


def test_legato_that_overlaps_a_little_is_one_voice() -> None:
    assert voices((0, 13, 60), (12, 25, 62), (24, 37, 64), (36, 48, 65)) == [0] * 4


def test_a_held_bass_is_a_voice_below_what_moves() -> None:
    assert voices((0, 47, 48), (12, 23, 64), (24, 35, 65), (36, 47, 67), (48, 95, 48), (60, 71, 65), (72, 95, 64)) == [
        1, 0, 0, 0, 1, 0, 0,
    ]  # fmt: skip


def test_a_held_melody_stays_above_what_moves() -> None:
    assert voices((0, 47, 76), (12, 23, 64), (24, 35, 62), (36, 47, 60), (48, 95, 74), (60, 71, 65), (72, 95, 64)) == [
        0, 1, 1, 1, 0, 1, 1,
    ]  # fmt: skip


def test_a_voice_goes_on_at_its_next_chord_and_the_last_ends_on_a_beat() -> None:
    places, offsets = np.array([0, 0, 24, 48]), np.array([10.0, 40.0, 60.0, 62.0])
    assert voice_ends(places, offsets, np.array([0, 1, 0, 1])).tolist() == [24, 48, 72, 72]


def test_no_notes_have_no_voices() -> None:
    none = np.zeros(0, np.int64)
    assert len(separate_voices(none, none.astype(np.float64), none)) == 0
