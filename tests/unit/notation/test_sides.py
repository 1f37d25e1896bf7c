"""What the hands' network is shown, that it runs anywhere, and that it knows a bass from a melody."""

import numpy as np
import pytest

from antiphon.notation import sides
from antiphon.notation.sides import FILE, WIDTH, describe, read_card, weigh_sides


def waltz(measures: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A bass, two chords and a melody: places, offsets, pitches."""
    rows = [
        (36 * at + 12 * beat, 36 * at + 12 * beat + 11.0, pitch)
        for at in range(measures)
        for beat, chord in enumerate(((43, 79), (59, 62, 77), (59, 62, 74)))
        for pitch in chord
    ]
    places, offsets, pitches = (np.array(column) for column in zip(*rows, strict=True))
    return places, offsets, pitches


def test_a_description_is_small_numbers_and_does_not_depend_on_when() -> None:
    places, offsets, pitches = waltz(40)
    described = describe(places, offsets, pitches)
    assert described.shape == (len(places), WIDTH)
    assert np.abs(described).max() < 5
    assert describe(places + 1200, offsets + 1200, pitches) == pytest.approx(described, abs=1e-5)


def test_keys_that_are_held_are_seen() -> None:
    held = describe(np.array([0, 12, 24]), np.array([30.0, 20.0, 30.0]), np.array([48, 72, 60]))
    below, above, count_below, count_above = held[:, -4:].T
    assert below.tolist() == [2.5, 2.0, 1.0]  # octaves to the C that is held; nothing before it
    assert above.tolist() == [2.5, 2.5, 2.5]
    assert (count_below.tolist(), count_above.tolist()) == ([0, 0.5, 0.5], [0, 0, 0])


def test_a_waltz_is_the_left_hand_below_the_right_one() -> None:
    places, offsets, pitches = waltz(8)
    assert ((weigh_sides(places, offsets, pitches) > 0) == (pitches < 70)).all()


def test_what_lies_far_away_says_nothing() -> None:
    """Blocks of rows are a matter of speed alone, and a page is read as it is in a longer piece."""
    places, offsets, pitches = waltz(120)
    whole = weigh_sides(places, offsets, pitches)
    part = weigh_sides(places[:500], offsets[:500], pitches[:500])
    assert part[:350] == pytest.approx(whole[:350], abs=1e-3)


def test_one_note_is_enough() -> None:
    odds = [weigh_sides(np.array([0]), np.array([12.0]), np.array([pitch]))[0] for pitch in (36, 84)]
    assert odds[0] > 0 > odds[1]


def test_the_network_says_what_it_is() -> None:
    card = read_card()
    assert card["name"] == "hands"
    for said in ("licence", "attribution", "data", "training", "figures", "limits"):
        assert card[said], said
    assert FILE.stat().st_size < 500_000
    weights, _ = sides._load()
    assert weights["mix"].shape[0] == WIDTH
