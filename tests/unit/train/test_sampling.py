"""A draw depends on its own row, on a random number that is given, and on nothing else."""

import numpy as np
import pytest

from antiphon_train.sampling import draw_class, sensible, shares_of

LOGITS = np.log(np.array([[0.5, 0.1, 0.25, 0.15]], np.float32))


def draw(uniform: float, top_p: float = 1.0, temperature: float = 1.0, mask: tuple[int, ...] = (1, 1, 1, 1)) -> int:
    safe = sensible(*(np.array([[value]], np.float32) for value in (temperature, top_p)))
    drawn, _, _ = draw_class(LOGITS, np.array([mask], np.float32), *safe, np.array([[uniform]], np.float32))
    return int(drawn[0, 0])


@pytest.mark.parametrize(
    ("uniform", "drawn"), [(0.0, 0), (0.49, 0), (0.51, 2), (0.74, 2), (0.76, 3), (0.89, 3), (0.91, 1), (0.99999994, 1)]
)
def test_the_likeliest_classes_come_first_on_the_line_from_0_to_1(uniform: float, drawn: int) -> None:
    assert draw(uniform) == drawn


@pytest.mark.parametrize(
    ("top_p", "classes"), [(0.0, {0}), (0.5, {0}), (0.6, {0, 2}), (0.8, {0, 2, 3}), (1.0, {0, 1, 2, 3})]
)
def test_top_p_keeps_the_fewest_classes_that_have_it_together(top_p: float, classes: set[int]) -> None:
    assert {draw(uniform, top_p) for uniform in np.linspace(0, 0.999, 200)} == classes


def test_a_mask_forbids_and_a_mask_of_zeros_forbids_nothing() -> None:
    uniforms = np.linspace(0, 0.999, 100)
    assert {draw(uniform, mask=(0, 1, 0, 1)) for uniform in uniforms} == {1, 3}
    assert {draw(uniform, mask=(0, 0, 0, 0)) for uniform in uniforms} == {0, 1, 2, 3}


def test_cold_is_certain_and_hot_is_even() -> None:
    uniforms = np.linspace(0, 0.999, 100)
    assert {draw(uniform, temperature=0.0) for uniform in uniforms} == {0}
    hot = [draw(uniform, temperature=100.0) for uniform in uniforms]
    assert min(hot.count(drawn) for drawn in range(4)) >= 20


def test_a_class_has_its_share_of_the_distribution_that_was_drawn_from() -> None:
    controls = [np.array([[value]], np.float32) for value in (1.0, 0.6, 0.0)]
    _, kept, _ = draw_class(LOGITS, np.ones((1, 4), np.float32), *controls)
    shares = [float(shares_of(np.array([[taken]], np.float32), [kept])[0, 0]) for taken in (0.0, 1.0, 2.0, 3.0)]
    assert shares == pytest.approx([2 / 3, 0, 1 / 3, 0], abs=1e-6)


def test_classes_that_were_drawn_one_after_the_other_have_their_shares_together() -> None:
    ones = [np.array([[value]], np.float32) for value in (1.0, 2.0, 0.0)]
    _, first, _ = draw_class(LOGITS, None, *ones)
    _, second, _ = draw_class(LOGITS[:, :2], None, *ones)
    shares = np.asarray(shares_of(np.array([[1, 1]], np.float32), [first, second]))
    assert shares[0].tolist() == pytest.approx([0.1, 0.1 / 0.6])


@pytest.mark.parametrize(
    ("control", "temperature", "share"),
    [
        (0.0, 1e-3, 1e-6),
        (-1.0, 1e-3, 1e-6),
        (np.nan, 1e-3, 1e-6),
        (2.0, 2.0, 2.0),
        (np.inf, np.inf, 2.0),
        (0.5, 0.5, 0.5),
    ],
)
def test_a_control_that_makes_no_sense_counts_as_the_nearest_that_does(
    control: float, temperature: float, share: float
) -> None:
    given = np.array([[control]], np.float32)
    both = [float(value[0, 0]) for value in sensible(given, given)]
    assert both == pytest.approx([temperature, share])


def test_nonsense_of_every_kind_still_draws_a_class() -> None:
    for control in (0.0, -1.0, np.nan, np.inf, -np.inf):
        assert draw(0.5, top_p=control, temperature=control, mask=(0, 0, 0, 0)) in range(4)
