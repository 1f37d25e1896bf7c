"""The live network is one model in training and on stage, and learns from every kind of window it will meet."""

from typing import Any

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.errors import CorpusError
from antiphon.note import HIDDEN, WINDOW, FloatArray, to_rows
from antiphon_train.bins import DURATION, STEP
from antiphon_train.families import live
from antiphon_train.recipes import RECIPES

ROWS = to_rows(excerpt())


@pytest.fixture(scope="module")
def model() -> live.Live:
    return live.build()


def windows(count: int) -> tuple[FloatArray, FloatArray]:
    places = np.arange(count)[:, None] + np.arange(WINDOW)
    return ROWS[places], ROWS[WINDOW : WINDOW + count]


def log_softmax(logits: Any) -> FloatArray:
    values = np.asarray(logits)
    values = values - values.max(-1, keepdims=True)
    return np.asarray(values - np.log(np.exp(values).sum(-1, keepdims=True)), np.float32)


@pytest.mark.parametrize("hidden", [0, 1, 3])
def test_what_it_learns_by_is_what_it_plays_by(model: live.Live, hidden: int) -> None:
    contexts, following = windows(40)
    is_hidden = np.zeros((40, WINDOW), np.float32)
    if hidden:
        is_hidden[:, -hidden:] = 1
    said = model({"notes": np.concatenate([contexts, following[:, None]], 1), "is_hidden": is_hidden})
    targets = {
        "pitch": following[:, 0].astype(int),
        "step": STEP.find(following[:, 1]),
        "duration": DURATION.find(following[:, 2]),
        "velocity": following[:, 3].astype(int) // 4,
    }
    learnt = [
        log_softmax(said[name])[np.arange(40), -1, targets[name]] for name in ("pitch", "step", "duration", "velocity")
    ]
    contexts[:, :, 2] = np.where(is_hidden > 0, HIDDEN, contexts[:, :, 2])
    ones = np.ones((40, 4), np.float32)
    _, played, _ = live.stage_graph(model).run(
        contexts, ones, ones, np.ones((40, 128), np.float32), following, np.zeros((40, 7), np.float32)
    )
    assert np.allclose(np.stack(learnt, 1), np.asarray(played), atol=1e-4)


def test_a_pitch_is_present_as_long_as_its_decay_says(model: live.Live) -> None:
    notes = np.array([[[60, 0.0, 0.1, 64], [64, 0.5, 0.1, 64], [60, 0.25, 0.1, 64]]], np.float32)
    presence = np.asarray(model.presence_now(notes, np.array([[0.1]], np.float32)))[0, 0]
    assert presence[60, :3] == pytest.approx([1 + decay**2 for decay in live.DECAYS])
    assert presence[64, 3:] == pytest.approx([np.exp(-0.35 / tau) for tau in live.TAUS], rel=1e-4)
    assert presence.sum() == pytest.approx(presence[[60, 64]].sum())


def test_a_place_without_a_note_is_no_pitch(model: live.Live) -> None:
    notes = np.zeros((1, WINDOW, 4), np.float32)
    notes[:, :, 0] = -1
    assert not np.asarray(model.presence_now(notes, np.zeros((1, 1), np.float32))).any()


def test_every_note_is_a_target_and_padded_places_are_none() -> None:
    examples = live.Examples(np.tile(ROWS, (10, 1)), np.array([2080]))
    seen, targets = examples.take(np.arange(len(examples)), np.random.default_rng(0))
    notes, is_note = seen["notes"], seen["notes"][:, :, 0] >= 0
    assert notes.shape == (32, 65, 4)
    assert (targets["pitch"] == np.where(is_note[:, 1:], notes[:, 1:, 0], live.IGNORE)).all()
    assert 0 < (~is_note[:, 0]).mean() < 1
    assert (~is_note).sum(1).max() <= WINDOW
    assert ((targets["velocity"] >= 0) == is_note[:, 1:]).all()
    assert 0.1 < seen["is_hidden"].mean() < 0.4
    assert not np.isin(notes[:, :, 0][is_note], [-1, 128]).any()


def test_the_same_random_numbers_give_the_same_examples() -> None:
    examples = live.Examples(ROWS, np.array([208]))
    one, other = (examples.take(np.arange(len(examples)), np.random.default_rng(3)) for _ in range(2))
    assert (one[0]["notes"] == other[0]["notes"]).all()


def test_a_corpus_too_small_for_a_sequence_is_one_clear_line() -> None:
    with pytest.raises(CorpusError, match="needs more than 64 in one piece"):
        live.Examples(ROWS[:64], np.array([64]))


def test_targets_that_count_for_nothing_have_no_loss() -> None:
    logits = np.zeros((1, 3, 8), np.float32)
    assert float(live.known_loss(np.array([[2, -1, -1]]), logits)) == pytest.approx(np.log(8))


def test_it_learns_the_excerpt() -> None:
    model = live.build()
    examples = live.Examples(np.tile(ROWS, (20, 1)), np.array([4160]))
    live.compile_for(model, RECIPES["live"], 40)
    seen, targets = examples.take(np.arange(len(examples)), np.random.default_rng(0))
    losses = model.fit(seen, targets, batch_size=16, epochs=6, verbose=0).history["pitch_loss"]
    assert losses[-1] < losses[0] - 0.5
