"""Hands stay where they are, reach no wider than they can, and do not cross."""

import numpy as np

from antiphon.notation.hands import LEFT, RIGHT, part_hands


def hands(moments: list[list[int]], length: int = 12) -> list[list[int]]:
    """The hands of chords on successive beats."""
    places = np.array([12 * at for at, chord in enumerate(moments) for _ in chord])
    found = part_hands(places, (places + length).astype(np.float64), np.array([p for chord in moments for p in chord]))
    return [found[places == 12 * at].tolist() for at in range(len(moments))]


def test_a_melody_over_a_bass() -> None:
    assert hands([[48, 72], [52, 74], [55, 76]]) == [[LEFT, RIGHT]] * 3


def test_a_hand_takes_no_more_than_it_can_reach() -> None:
    for chord in hands([[40, 47, 52, 64, 67, 76]] * 3):
        assert chord == [LEFT, LEFT, LEFT, RIGHT, RIGHT, RIGHT]


def test_a_hand_that_climbs_keeps_its_line() -> None:
    rising = [[43 + 2 * at, 79] for at in range(8)]
    assert all(chord == [LEFT, RIGHT] for chord in hands(rising))


def test_both_hands_high_are_still_two() -> None:
    found = hands([[64, 67, 79, 84], [65, 69, 81, 84], [64, 67, 79, 84]])
    assert all(chord == [LEFT, LEFT, RIGHT, RIGHT] for chord in found)


def test_no_notes_need_no_hands() -> None:
    none = np.zeros(0, np.int64)
    assert len(part_hands(none, none.astype(np.float64), none)) == 0


def test_where_all_lies_high_hands_meet_higher() -> None:
    high = [(12 * at, pitch) for at in range(16) for pitch in (69, 88)]
    places, pitches = (np.array(column) for column in zip(*high, strict=True))
    hands = part_hands(places, places + 11.0, pitches)
    assert hands.tolist() == [LEFT, RIGHT] * 16
