"""How quick training is on this machine: windows a second beside the tutorial's own pipeline, in turns, and notes a
second of the recipe `live`, beside an LSTM and its four distributions alone: what all else that it does costs.

The tutorial cuts windows with `tf.data`'s window and flat_map, one after the other; here it runs without its shuffling,
which would only slow it. Ours are the same windows (a test compares them) in random order.
"""

import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import tensorflow as tf
from keras import layers, ops

from antiphon.note import WINDOW, FloatArray, to_rows
from antiphon_train.corpus import Corpus
from antiphon_train.families import live, tutorial
from antiphon_train.precision import use_fast_numbers
from antiphon_train.recipes import RECIPES

__all__ = ["measure"]

ROUNDS = 3
BATCHES = 400
"""Of windows, in a round of ours; theirs gets a twentieth of them and takes longer."""

STEPS = 12
"""Batches of training that are timed, after three that are not: the first compiles."""

PLAIN_UNITS = 256
"""Of the LSTM that is timed alone."""


class Plain(live.Live):
    """As `Live`, without looking back, rolls or neighbours: an LSTM and four distributions, each knowing what was
    chosen before it. Made to be timed."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = layers.LSTM(PLAIN_UNITS, return_sequences=True)
        for unused in (self.recall, self.recalled, self.pointers, self.place, self.nearness, self.lateness):
            unused.trainable = False

    def look_back(self, notes: Any, states: Any, answers: int) -> Any:
        return ops.reshape(states, (-1, PLAIN_UNITS))

    def touches(self, notes: Any, seen: Any, pitch: Any) -> Any:
        return ops.reshape(seen, (-1, seen.shape[-1]))[:, :0]

    def say_pitch(self, state: Any, step: Any, after: Any, notes: Any, states: Any) -> Any:
        return self.outer["pitch"](self.inner["pitch"](ops.concatenate([state, after], -1)))


def measure(corpus: Corpus, report: Callable[[int, int], None]) -> dict[str, Any]:
    """Windows a second of both pipelines and their ratio; notes a second of the recipe `live` and of `Plain`.

    Raises:
        CorpusError: the corpus is too small for a window, or a sequence of the recipe.
    """
    rows = to_rows(corpus.notes)
    examples = tutorial.Examples(rows, corpus.lengths())
    theirs, ours = [], []
    for done in range(ROUNDS):
        theirs.append(_tutorials_own(rows, BATCHES // 20))
        ours.append(_ours(examples, BATCHES))
        report(done + 1, ROUNDS + 2)
    plain = _training(corpus, Plain)
    report(ROUNDS + 1, ROUNDS + 2)
    whole = _training(corpus, live.Live)
    report(ROUNDS + 2, ROUNDS + 2)
    return {
        "windows_per_second": round(median(ours)),
        "tutorial_windows_per_second": round(median(theirs)),
        "ratio": round(median(ours) / median(theirs), 1),
        "plain_notes_per_second": round(plain),
        "live_notes_per_second": round(whole),
    }


def _ours(examples: tutorial.Examples, batches: int) -> float:
    random = np.random.default_rng(0)
    size = RECIPES["tutorial"].batch
    order = random.integers(0, len(examples), batches * size)
    started = time.perf_counter()
    for at in range(0, len(order), size):
        examples.take(order[at : at + size], random)
    return len(order) / (time.perf_counter() - started)


def _tutorials_own(rows: FloatArray, batches: int) -> float:
    """Source: "Generate music with an RNN", `create_sequences`, written anew."""
    scale = np.array([128, 1, 1], np.float32)

    def split(sequence: Any) -> tuple[Any, dict[str, Any]]:
        labels = sequence[-1]
        return sequence[:-1] / scale, {name: labels[k] for k, name in enumerate(tutorial.HEADS)}

    size = RECIPES["tutorial"].batch
    count = min(len(rows), batches * size + WINDOW)
    dataset = tf.data.Dataset.from_tensor_slices(rows[:count, :3]).window(WINDOW + 1, shift=1, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(WINDOW + 1, drop_remainder=True))
    dataset = dataset.map(split, num_parallel_calls=tf.data.AUTOTUNE).batch(size).prefetch(tf.data.AUTOTUNE)
    started = time.perf_counter()
    seen = sum(len(windows) for windows, _ in dataset)
    return seen / (time.perf_counter() - started)


def _training(corpus: Corpus, network: type[live.Live]) -> float:
    recipe = RECIPES["live"]
    examples = live.examples(corpus, recipe)
    use_fast_numbers(recipe)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras asks after the parts that `Plain` has no use for
        model = live.build(network)
    live.compile_for(model, recipe, 1000)
    random = np.random.default_rng(0)
    taken = 0.0
    for step in range(3 + STEPS):
        batch = examples.take(random.integers(0, len(examples), recipe.batch), random)
        started = time.perf_counter()
        model.train_on_batch(*batch)
        taken += (time.perf_counter() - started) * (step >= 3)
    return STEPS * recipe.batch * recipe.notes / taken
