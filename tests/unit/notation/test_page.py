"""A page is values that nobody can change."""

import dataclasses

import pytest

from antiphon.notation.page import Score
from scores import check, write


def test_a_score_is_frozen() -> None:
    score = write([(0, 12, 60)])
    with pytest.raises(dataclasses.FrozenInstanceError):
        score.title = "other"  # type: ignore[misc]
    assert isinstance(score, Score)
    check(score)
