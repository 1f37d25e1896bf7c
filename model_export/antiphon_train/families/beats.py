"""The beat network: where in the beat each onset stands, whether it is a downbeat, how long the beat is.

Two bidirectional LSTMs read descriptions of onsets (`antiphon.notation.listen`), 256 at a time, and three heads say for
each onset its place in the beat (12), the log-odds of a downbeat, and the period of the beat (25 bins). The pulse
tracker takes them as evidence; alone they are no grid. It answers no player: it is not in the registry of families that
play, and has a graph of its own.

Source of the idea: L. Liu, Q. Kong, V. Morfi, E. Benetos, Performance MIDI-to-score conversion by neural beat tracking,
ISMIR 2022 (recurrent networks over notes; theirs say beats and downbeats alone); places and periods as evidence for a
Viterbi tracker are ours.
"""

from typing import Any

import keras
from keras import ops

from antiphon.notation.listen import PERIOD_BINS, SPAN, WIDTH
from antiphon.notation.tactus import PLACES
from antiphon_train.stage import StageGraph

__all__ = ["HEADS", "build", "losses", "stage_graph"]

HEADS = ("places", "downbeats", "periods")
"""Outputs, in the order of `antiphon.notation.listen.Listener`."""

UNITS = 64
"""Cells in each direction of each layer: 180,000 weights in all, 0.4 MB when halved."""


def build(length: int | None = None) -> keras.Model:
    """The network, [batch, length, WIDTH] to log-probabilities, log-odds, log-probabilities."""
    shown = keras.Input((length, WIDTH), name="onsets")
    heard = keras.layers.Dense(UNITS, activation="tanh", name="mix")(shown)  # [batch, length, 64]
    for layer in ("near", "far"):
        heard = keras.layers.Bidirectional(keras.layers.LSTM(UNITS, return_sequences=True), name=layer)(heard)
    places = keras.layers.Dense(PLACES, activation="log_softmax", name="places")(heard)  # [batch, length, 12]
    downbeats = keras.layers.Dense(1, name="downbeats")(heard)  # [batch, length, 1]
    periods = keras.layers.Dense(len(PERIOD_BINS), activation="log_softmax", name="periods")(heard)
    return keras.Model(shown, {"places": places, "downbeats": downbeats, "periods": periods}, name="beats")


def losses() -> dict[str, Any]:
    """A loss for each head: cross-entropies, against distributions over places and periods."""

    def against(shares: Any, logs: Any) -> Any:
        return -ops.sum(shares * logs, axis=-1)

    def odds(truth: Any, said: Any) -> Any:
        return keras.losses.binary_crossentropy(truth, said, from_logits=True)

    return {"places": against, "downbeats": odds, "periods": against}


def stage_graph(network: keras.Model) -> StageGraph:
    """The trained network as a listener calls it: `onsets` [batch, SPAN, WIDTH] to its heads."""

    def run(onsets: Any) -> tuple[Any, ...]:
        heard = network(onsets, training=False)
        return tuple(heard[head] for head in HEADS)

    return StageGraph({"onsets": (SPAN, WIDTH)}, HEADS, run)
