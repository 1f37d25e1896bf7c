"""How present is each of the notes so far at the moment when the next one begins.

By g^age with age in notes; by exp(-time / tau) since its onset (chord, figure, harmony); by whether its key is still
down, so that it cannot be struck; and by exp(-time / tau) since its release. Summed over the notes of each pitch these
are the rolls that the network `live` looks at.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from antiphon_train.attention import ages_of, column

__all__ = ["DECAYS", "PRESENCES", "RELEASE_TAUS", "TAUS", "presence"]

DECAYS = (0.5, 0.8, 0.95)
TAUS = (0.05, 0.4, 2.0)
RELEASE_TAUS = (0.03, 0.3)
"""Per note of age; seconds since the onset; seconds since the release."""

PRESENCES = len(DECAYS) + len(TAUS) + 1 + len(RELEASE_TAUS)
"""Kinds of presence: the rows of what follows, in the order of the first lines above."""

NOT = -1e4
"""The logarithm of a presence that is none: its exponential is 0."""


def _rows(decays: float, taus: Iterable[float], down: float, release_taus: Iterable[float]) -> NDArray[np.float32]:
    """A number for each kind of presence, [PRESENCES, 1, 1]."""
    return np.array([*[decays] * len(DECAYS), *taus, down, *release_taus], np.float32)[:, None, None]


SINCE_ONSET = _rows(0, [-1 / tau for tau in TAUS], 0, [0, 0])
SINCE_RELEASE = _rows(0, [0, 0, 0], 0, [-1 / tau for tau in RELEASE_TAUS])
IF_DOWN = _rows(0, [0, 0, 0], -NOT, [NOT, NOT])
IF_HIDDEN = _rows(0, [0, 0, 0], 0, [NOT, NOT])
ALWAYS = _rows(0, [0, 0, 0], NOT, [0, 0])
"""What each second, and each thing that is so, adds to the logarithm of each kind of presence."""


def presence(notes: Any, step: Any) -> Any:
    """How much each note counts for the presence of its pitch at each following onset.

    Everything is added up as logarithms and raised once: a third of the nodes that nine rows in their own ways take.

    Args:
        notes: [b, n, 4], hidden durations as such.
        step: to the notes that follow the last t of them, [b, t]: all in training, one on stage.
    Returns:
        [b, PRESENCES, t, n].
    """
    count, answers = notes.shape[1], step.shape[1]
    onset = ops.cumsum(column(notes, 1), 1)  # [b, n]
    now = ops.reshape(onset[:, -answers:] + step, (-1, 1, answers, 1))
    since = ops.relu(now - ops.reshape(onset, (-1, 1, 1, count)))  # [b, 1, t, n]
    duration = ops.reshape(column(notes, 2), (-1, 1, 1, count))
    is_down = ops.cast(since < duration, "float32")  # a hidden duration is below 0
    logs = since * SINCE_ONSET + ops.relu(since - duration) * SINCE_RELEASE
    logs = logs + is_down * IF_DOWN + ops.cast(duration < 0, "float32") * IF_HIDDEN
    return ops.exp(logs + _by_age(count, answers))


def _by_age(count: int, answers: int) -> NDArray[np.float32]:
    """What is the same for all notes of an age, [PRESENCES, t, n]. Notes that come later are not there."""
    ages = ages_of(count, answers)
    per_note = np.zeros((PRESENCES, 1, 1))
    per_note[: len(DECAYS), 0, 0] = np.log(DECAYS)
    return (ALWAYS + np.where(ages < 0, NOT, per_note * ages)).astype(np.float32)
