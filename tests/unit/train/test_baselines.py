"""Counting gives probabilities: they are those of the formula, and sum to one."""

import numpy as np
import pytest

from antiphon_train.baselines import count_grams, gram_nats, tuned_strength

PIECE = np.array([60, 62, 60, 62, 60, 64])


def test_the_first_orders_are_those_of_the_formula() -> None:
    nats = gram_nats(count_grams([PIECE], 2), [PIECE], context=2, strength=1.0)
    unigram = {60: (3 + 3 / 128) / 9, 62: (2 + 3 / 128) / 9, 64: (1 + 3 / 128) / 9}
    assert np.exp(-nats[0]) == pytest.approx([1 / 128] * 4)
    assert np.exp(-nats[1]) == pytest.approx([unigram[int(pitch)] for pitch in PIECE[2:]])
    after_62, after_60 = (2 + 1 * unigram[60]) / 3, (2 + 2 * unigram[62]) / 5
    assert np.exp(-nats[2])[:2] == pytest.approx([after_62, after_60])


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_of_all_pitches_sum_to_one(order: int) -> None:
    grams = count_grams([PIECE], order)
    probs = [np.exp(-gram_nats(grams, [np.append(PIECE[:5], pitch)], 5, 2.0))[-1, 0] for pitch in range(128)]
    assert sum(probs) == pytest.approx(1)


def test_a_context_never_reaches_into_another_piece() -> None:
    together, apart = count_grams([np.append(PIECE, PIECE)], 2), count_grams([PIECE, PIECE], 2)
    assert len(together[1][0]) != len(apart[1][0])


def test_the_strength_is_the_one_that_makes_the_other_part_likeliest() -> None:
    random = np.random.default_rng(0)
    noise, other = [random.integers(60, 72, 400) for _ in range(4)], [random.integers(60, 72, 400)]
    grams = count_grams(noise, 5)
    tuned = tuned_strength(grams, other, 5)
    assert tuned > 1
    for strength in (1, 2, 4, 64):
        nats = [gram_nats(grams, other, 5, each)[-1].mean() for each in (tuned, strength)]
        assert nats[0] <= nats[1]
