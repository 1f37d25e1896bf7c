"""The beat network: where in the beat each onset stands, whether it is a downbeat, how long the beat is.

Two bidirectional LSTMs read descriptions of onsets (`antiphon.notation.listen`), 256 at a time, and three heads say for
each onset its place in the beat (12), the log-odds of a downbeat, and the period of the beat (25 bins). A fourth, which
says how far it is from the onset before, is there in training alone: the others learn better beside it. The mean of
several such networks, trained from different seeds, is what the pulse tracker takes as evidence; alone they are no
grid. It answers no player: it is not in the registry of families that play, and has a graph of its own. A head for the
meter was tried: on some 300 pieces it learned them by heart, and said the meters of others worse than by guessing the
commonest.

Source of the idea: L. Liu, Q. Kong, V. Morfi, E. Benetos, Performance MIDI-to-score conversion by neural beat tracking,
ISMIR 2022 (recurrent networks over notes; theirs say beats and downbeats alone); places and periods as evidence for a
Viterbi tracker are ours.
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from antiphon.notation.listen import PERIOD_BINS, SPAN, WIDTH
from antiphon.notation.tactus import PLACES
from antiphon.note import NoteArray
from antiphon_train.corpus import Corpus
from antiphon_train.counted import read_counted
from antiphon_train.recipes import Recipe
from antiphon_train.runs import Run
from antiphon_train.spans import LEAST, STEPS, Spans
from antiphon_train.stage import StageGraph
from antiphon_train.verify import agree

__all__ = ["HEADS", "agree", "build", "compile_for", "examples", "is_long", "keep", "read", "show", "stage_graph"]

read = read_counted
"""A corpus of counted pieces: MIDI files whose ticks are beats."""

HEADS = ("places", "downbeats", "periods")
"""Outputs, in the order of `antiphon.notation.listen.Listener`."""

WEIGHTS = {"places": 1.0, "steps": 1.0, "downbeats": 1.0, "periods": 0.5}
"""Of the losses: a period is nearly the same all along a piece, and soon learned by heart."""

UNITS = 64
"""Cells in each direction of each layer: 180,000 weights in all, 0.4 MB when halved."""

DROPPED = 0.25
"""Share of what one layer tells the next that is withheld in training: the corpus has some 1,000 pieces."""

KEPT_SPANS, LOOKED_AT = 32, 256
"""Spans of the corpus that stay with the run, and of how many first ones they are chosen."""

WARMUP = 100
"""Batches in which the rate of learning rises."""


def build(length: int | None = SPAN) -> keras.Model:
    """The network, untrained: [batch, length, WIDTH] to log-odds of downbeats and log-probabilities."""
    shown = keras.Input((length, WIDTH), name="onsets")
    heard = keras.layers.Dense(UNITS, activation="tanh", name="mix")(shown)  # [batch, length, 64]
    for layer in ("near", "far"):
        heard = keras.layers.Bidirectional(keras.layers.LSTM(UNITS, return_sequences=True), name=layer)(heard)
        heard = keras.layers.Dropout(DROPPED)(heard)
    places = keras.layers.Dense(PLACES, activation="log_softmax", name="places")(heard)  # [batch, length, 12]
    downbeats = keras.layers.Dense(1, name="downbeats")(heard)  # [batch, length, 1]
    periods = keras.layers.Dense(len(PERIOD_BINS), activation="log_softmax", name="periods")(heard)
    steps = keras.layers.Dense(STEPS, activation="log_softmax", name="steps")(heard)  # [batch, length, 26]
    said = {"places": places, "steps": steps, "downbeats": downbeats, "periods": periods}
    return keras.Model(shown, said, name="beats")


def examples(corpus: Corpus, recipe: Recipe) -> Spans:
    """A corpus of counted pieces, as it is trained on."""
    return Spans(corpus.notes, corpus.bounds)


def is_long(piece: NoteArray, recipe: Recipe) -> bool:
    """Whether a piece, `COUNTED_DTYPE` [n], makes examples."""
    return len(np.unique(piece["onset"])) >= LEAST


def keep(run: Run, corpus: Corpus) -> None:
    """Keep spans of a corpus, to compare on: the fullest, for after the end of a piece rounding adds up as nowhere
    else, and nothing is heard there."""
    spans = Spans(corpus.notes, corpus.bounds)
    shown, _ = spans.take(np.arange(min(LOOKED_AT, len(spans))), np.random.default_rng(0))
    lengths = shown.any(axis=2).sum(axis=1)
    run.keep_examples({"onsets": shown[np.argsort(-lengths, kind="stable")[:KEPT_SPANS]]})


def show(stage: StageGraph, corpus: Corpus, folder: Path, seed: int) -> None:
    """Nothing: what a beat network does is heard in the grids that are found with it."""


def against_shares(shares: Any, logs: Any) -> Any:
    """Cross-entropy in nats of log-probabilities [b, length, classes]; where the shares are zeros it is 0."""
    return -ops.sum(shares * logs, axis=-1)


def against_odds(shares: Any, odds: Any) -> Any:
    """The same of log-odds [b, length, 1], for the shares of no and yes, [b, length, 2]."""
    return against_shares(shares, ops.log_sigmoid(ops.concatenate([-odds, odds], axis=-1)))


def compile_for(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Give the network its optimizer, whose rate falls to nothing over `steps` batches, and losses."""
    warmup = min(WARMUP, steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
    losses = {head: against_odds if head == "downbeats" else against_shares for head in WEIGHTS}
    # XLA takes a minute to compile two LSTMs over 256 onsets and is no faster.
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), losses, loss_weights=WEIGHTS, jit_compile=False)


def stage_graph(*networks: keras.Model) -> StageGraph:
    """The trained networks as a listener calls them: `onsets` [batch, SPAN, WIDTH] to the means of their heads, of
    shares for log-probabilities and of the log-odds themselves."""

    def run(onsets: Any) -> tuple[Any, ...]:
        heard = [network(onsets, training=False) for network in networks]
        return tuple(mean([each[head] for each in heard], head) for head in HEADS)

    def mean(said: list[Any], head: str) -> Any:
        if len(said) == 1:
            return said[0]
        if head == "downbeats":
            return sum(said) / len(said)
        return ops.log(sum(ops.exp(logs) for logs in said) / len(said))

    return StageGraph({"onsets": (SPAN, WIDTH)}, HEADS, run)
