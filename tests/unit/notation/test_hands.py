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


def test_a_line_that_wanders_into_the_other_register_keeps_its_hand() -> None:
    """A left hand in scales up to the A above middle C, under a melody."""
    scale = [48, 50, 52, 53, 55, 57, 59, 60, 62, 64, 65, 67, 69, 67, 65, 64, 62, 60, 59, 57]
    rows = [(3 * at, pitch) for at, pitch in enumerate(scale * 3)]
    rows += [(12 * at, 84 + at % 3) for at in range(15)]
    places, pitches = (np.array(column) for column in zip(*rows, strict=True))
    found = part_hands(places, places + np.where(pitches < 80, 3.0, 12.0), pitches)
    assert (found == np.where(pitches < 80, LEFT, RIGHT)).all()


def test_the_order_of_the_notes_does_not_matter() -> None:
    random = np.random.default_rng(1)
    places = np.sort(random.integers(0, 400, 200))
    pitches = random.integers(36, 90, 200)
    order = random.permutation(200)
    offsets = (places + 9).astype(np.float64)
    found = part_hands(places, offsets, pitches)
    assert (part_hands(places[order], offsets[order], pitches[order]) == found[order]).mean() > 0.97


def test_whatever_sounds_at_once_is_cut_in_two() -> None:
    """Whatever is struck at one moment, no note of the left hand lies above one of the right."""
    random = np.random.default_rng(2)
    places = np.repeat(np.arange(0, 600, 6), 4)
    pitches = random.integers(21, 109, len(places))
    found = part_hands(places, places + random.uniform(1, 40, len(places)), pitches)
    for place in np.unique(places):
        left, right = (pitches[(places == place) & (found == hand)] for hand in (LEFT, RIGHT))
        assert not len(left) or not len(right) or left.max() <= right.min()
