"""The live network is one model in training and on stage, and learns from every kind of window it will meet."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from antiphon.apps.demo import excerpt
from antiphon.note import HIDDEN, WINDOW, FloatArray, to_rows
from antiphon_train.bins import DURATION, STEP
from antiphon_train.families import live
from antiphon_train.recipes import RECIPES
from antiphon_train.sequences import Sequences

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
    _, played, *_ = live.stage_graph(model).run(
        contexts, ones, ones, np.ones((40, 128), np.float32), following, np.zeros((40, 7), np.float32)
    )
    assert np.allclose(np.stack(learnt, 1), np.asarray(played), atol=1e-4)


def test_how_a_note_is_touched_is_read_from_its_neighbours(model: live.Live) -> None:
    notes = np.array([[[-1, 0, 0, 0], [36, 0.1, 0.5, 100], [84, 0.1, 0.5, 20], [60, 0.1, 0.5, 64]]], np.float32)
    seen = np.zeros((1, 4, live.TOUCH), np.float32)
    seen[0, :, 0] = notes[0, :, 3]  # as if a velocity stood there as it is
    means = np.asarray(model.touches(notes, seen, np.array([[83]], np.float32)))[0].reshape(-1, live.TOUCH)[:, 0]
    assert (np.diff(means) < 0).all()  # from all notes alike to the one beside it, which is soft
    assert 40 < means[0] < 50
    assert means[-1] == pytest.approx(20)


def test_what_is_seen_of_a_note_is_what_its_tables_and_scales_say(model: live.Live) -> None:
    pitches, leaps = [-1, 60, 127, 0, 4], [0, 0, 51, 1, 30]  # none; the first; beyond 25 up, and down; 4 up
    steps, durations = np.array([0, 0, 0.1, 0.0001, 5.0]), np.array([0, HIDDEN, 0.2, 0.001, 9.0])
    notes = np.array([*zip(pitches, steps, durations, [0, 64, 127, 3, 4], strict=True)], np.float32)
    keys = [128, 60, 127, 0, 4]
    octaves, chromas = [11, 5, 10, 0, 0], [12, 0, 7, 0, 4]
    step = np.concatenate([np.asarray(STEP.spread(notes[:, 1:2])), steps[:, None] < live.TOGETHER], -1)
    is_known = durations[:, None] >= 0
    duration = np.concatenate([np.asarray(DURATION.spread(notes[:, 2:3])) * is_known, is_known], -1)
    looked_up = [
        table.embeddings.numpy()[places]
        for table, places in (
            (model.pitch_in, keys),
            (model.octave_in, octaves),
            (model.chroma_in, chromas),
            (model.interval_in, leaps),
        )
    ]
    expected = [
        *looked_up,
        step @ model.step_in.kernel.numpy(),
        duration @ model.duration_in.kernel.numpy() + model.duration_in.bias.numpy(),
        model.velocity_in.embeddings.numpy()[[32, 16, 31, 0, 1]],
    ]
    assert np.asarray(model.see(notes[None]))[0] == pytest.approx(np.concatenate(expected, -1), abs=1e-6)


def test_notes_that_begin_together_are_told_from_notes_that_nearly_do() -> None:
    spread = np.asarray(live.spread_step(np.array([[0.0], [0.0013], [0.1]], np.float32)))
    assert spread[:, -1].tolist() == [1, 0, 0]
    assert (spread[0, :-1] == spread[1, :-1]).all()


def test_targets_that_count_for_nothing_have_no_loss() -> None:
    logits = np.zeros((1, 3, 8), np.float32)
    assert float(live.known_loss(np.array([[2, -1, -1]]), logits)) == pytest.approx(np.log(8))


def test_it_learns_the_excerpt() -> None:
    model = live.build()
    examples = Sequences(np.tile(ROWS, (20, 1)), np.array([4160]), RECIPES["live"].notes)
    live.compile_for(model, RECIPES["live"], 40)
    seen, targets = examples.take(np.arange(len(examples)), np.random.default_rng(0))
    losses = model.fit(seen, targets, batch_size=16, epochs=6, verbose=0).history["pitch_loss"]
    assert losses[-1] < losses[0] - 0.5


def test_it_is_the_same_network_whatever_keras_computes_with(model: live.Live, tmp_path: Path) -> None:
    contexts, following = windows(8)
    seen = {"notes": np.concatenate([contexts, following[:, None]], 1), "is_hidden": np.zeros((8, WINDOW), np.float32)}
    said = {name: np.asarray(logits) for name, logits in model(seen).items()}
    model.save_weights(tmp_path / "a.weights.h5")
    kept: dict[str, Any] = said | {f"seen_{name}": array for name, array in seen.items()}
    np.savez(tmp_path / "said.npz", **kept)
    ended = subprocess.run(
        [sys.executable, "-c", OTHER_BACKEND, str(tmp_path)],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) < 1e-4


OTHER_BACKEND = """
import sys
import keras, numpy as np
from antiphon_train.families import live
assert keras.backend.backend() == "jax"
model = live.build()
model.load_weights(sys.argv[1] + "/a.weights.h5")
kept = np.load(sys.argv[1] + "/said.npz")
said = model({name: kept[f"seen_{name}"] for name in ("notes", "is_hidden")})
print(max(float(np.abs(np.asarray(said[name]) - kept[name]).max()) for name in live.HEADS))
"""
