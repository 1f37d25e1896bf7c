"""Signatures hold while music wanders, and change when it has moved."""

import numpy as np
import pytest

from antiphon.notation.key import Key, find_keys, find_tonics

MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11]
MINOR_SCALE = [0, 2, 3, 5, 7, 8, 11]
DORIAN_SCALE = [0, 2, 3, 5, 7, 9, 11]
MIXOLYDIAN_SCALE = [0, 2, 4, 5, 7, 9, 10]


def measures(tonic: int, scale: list[int], count: int) -> list[int]:
    """Measures of eight notes: up the scale from the tonic, and home."""
    return [tonic + step for _ in range(count) for step in (*scale, 0)]


def keys_of(pitches: list[int]) -> tuple[Key, ...]:
    count = len(pitches) // 8
    return find_keys(np.array(pitches), np.ones(len(pitches)), np.arange(len(pitches)) // 8, count)


@pytest.mark.parametrize(
    ("tonic", "scale", "fifths"),
    [(60, MAJOR_SCALE, 0), (67, MAJOR_SCALE, 1), (63, MAJOR_SCALE, -3), (57, MINOR_SCALE, 0), (61, MINOR_SCALE, 4)],
)
def test_a_scale_has_its_signature(tonic: int, scale: list[int], fifths: int) -> None:
    keys = keys_of(measures(tonic, scale, 4))
    assert {key.fifths for key in keys} == {fifths}
    assert keys[-1].is_minor == (scale is MINOR_SCALE)


def test_a_measure_elsewhere_is_no_change_and_a_long_part_is() -> None:
    home, away = measures(60, MAJOR_SCALE, 20), measures(68, MAJOR_SCALE, 1)
    assert {key.fifths for key in keys_of(home + away + home)} == {0}
    moved = keys_of(home + measures(68, MAJOR_SCALE, 20))
    assert (moved[0].fifths, moved[-1].fifths) == (0, -4), moved


@pytest.mark.parametrize(
    ("tonic", "scale", "fifths"),
    [(62, DORIAN_SCALE, 0), (67, MIXOLYDIAN_SCALE, 0), (60, DORIAN_SCALE, -2), (63, DORIAN_SCALE, -5)],
)
def test_diatonic_music_in_an_old_mode_has_its_signature(tonic: int, scale: list[int], fifths: int) -> None:
    last = [*measures(tonic, scale, 12), *[tonic] * 8]
    assert {key.fifths for key in keys_of(last)} == {fifths}


def test_a_few_altered_notes_are_no_mode() -> None:
    assert {key.fifths for key in keys_of([60, 64, 67, 72, 65, 69, 70, 70, 67, 71, 74, 72] * 2 + [60] * 8)} == {0}


def test_chromatic_music_in_a_minor_key_has_the_usual_signature() -> None:
    chromatic = [0, 2, 3, 6, 7, 9, 11]
    assert {key.fifths for key in keys_of([*measures(62, chromatic, 6), *[62] * 8])} == {-1}


def test_the_tonic_of_a_phrase_is_found_where_the_signature_stays() -> None:
    pitches = np.array(measures(60, MAJOR_SCALE, 6) + measures(67, MAJOR_SCALE, 6))
    tonics, is_minor = find_tonics(pitches, np.ones(len(pitches)), np.arange(len(pitches)) // 8, 12)
    assert (int(tonics[1]), int(tonics[-2])) == (0, 7)
    assert not is_minor.any()


def test_silence_is_in_c() -> None:
    none = np.zeros(0, np.int64)
    assert find_keys(none, none.astype(np.float64), none, 2) == (Key(0), Key(0))
