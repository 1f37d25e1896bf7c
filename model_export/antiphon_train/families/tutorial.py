"""The network of TensorFlow's tutorial "Generate music with an RNN", exactly: family `note`, recipe `tutorial`.

It sees 25 notes of (pitch / 128, step, duration), an LSTM of 128 units reads them, and three heads say 128
logits for the next pitch and one number each for step and duration. It knows no velocity, and its three heads
do not see each other. Losses: sparse categorical cross-entropy with weight 0.05 for pitch; for the other two the
squared error with a "positive pressure" against times below zero.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from antiphon.families.note import NoteFamily
from antiphon.note import WINDOW, FloatArray, NoteArray, to_rows
from antiphon_train.corpus import Corpus, read_notes
from antiphon_train.playing import keep_windows, show_playing
from antiphon_train.recipes import Recipe
from antiphon_train.sampling import draw_class, sensible, shares_of
from antiphon_train.stage import StageGraph
from antiphon_train.verify import compare
from antiphon_train.windows import cut, window_starts

__all__ = [
    "HEADS",
    "Examples",
    "build",
    "compile_for",
    "encode",
    "encode_targets",
    "examples",
    "is_long",
    "positive_pressure_loss",
    "stage_graph",
]

HEADS = ("pitch", "step", "duration")

read, keep, show, agree = read_notes, keep_windows, show_playing, compare
"""As every network that plays: how files are read, and what its run keeps and shows."""

PITCHES = 128
UNITS = 128
PITCH_WEIGHT = 0.05
PRESSURE = 10.0


def encode(windows: FloatArray) -> FloatArray:
    """What the network sees of windows [b, 25, 4]: (pitch / 128, step, duration), float32 [b, 25, 3]."""
    scale = np.array([PITCHES, 1, 1], np.float32)
    return np.divide(windows[..., :3], scale, dtype=np.float32)


def encode_targets(rows: FloatArray) -> dict[str, NDArray[np.float32] | NDArray[np.int32]]:
    """What each head should say for notes [b, 4]: pitch int32 [b], step and duration (seconds) float32 [b, 1]."""
    return {"pitch": rows[:, 0].astype(np.int32), "step": rows[:, 1:2], "duration": rows[:, 2:3]}


def build() -> keras.Model:
    """The network, untrained: float32 [b, 25, 3] to a dict of pitch [b, 128], step [b, 1], duration [b, 1]."""
    notes = keras.Input((WINDOW, 3), name="notes")
    hidden = keras.layers.LSTM(UNITS, name="lstm")(notes)  # [b, 128]
    heads = {
        "pitch": keras.layers.Dense(PITCHES, name="pitch")(hidden),
        "step": keras.layers.Dense(1, name="step")(hidden),
        "duration": keras.layers.Dense(1, name="duration")(hidden),
    }
    return keras.Model(notes, heads, name="tutorial")


def positive_pressure_loss(true: keras.KerasTensor, predicted: keras.KerasTensor) -> keras.KerasTensor:
    """Squared error, and ten times what lies below zero. Source: `mse_with_positive_pressure` of the tutorial."""
    return ops.mean(ops.square(true - predicted) + PRESSURE * ops.maximum(-predicted, 0.0))


def compile_for(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Give the network its optimizer and losses; its rate is the same at each of the `steps`."""
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss={
            "pitch": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "step": positive_pressure_loss,
            "duration": positive_pressure_loss,
        },
        loss_weights={"pitch": PITCH_WEIGHT, "step": 1.0, "duration": 1.0},
        # XLA is slower than not on the CPU (measured: 5,300 windows/s beside 7,500); steps go 32 at a time.
        jit_compile=False,
        steps_per_execution=32,
    )


def examples(corpus: Corpus, recipe: Recipe) -> "Examples":
    """A corpus, as it is trained on."""
    return Examples(to_rows(corpus.notes), corpus.lengths())


def is_long(piece: NoteArray, recipe: Recipe) -> bool:
    """Whether a piece makes examples: a window and the note after it."""
    return len(piece) > WINDOW


class Examples:
    """The windows of a corpus as examples for `fit`.

    Args:
        rows: the corpus, float32 [n, 4].
        lengths: notes of each piece, int64 [pieces].
    Raises:
        CorpusError: no piece is longer than a window.
    """

    def __init__(self, rows: FloatArray, lengths: NDArray[np.int64]) -> None:
        self._rows = rows
        self._starts = window_starts(lengths)

    def __len__(self) -> int:
        return len(self._starts)

    def take(
        self, places: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[FloatArray, dict[str, NDArray[np.float32] | NDArray[np.int32]]]:
        """What the network sees and what its heads should say; nothing of it is random."""
        windows, following = cut(self._rows, self._starts[places])
        return encode(windows), encode_targets(following)


def stage_graph(model: keras.Model) -> StageGraph:
    """The network by the contract of the `note` family: a module whose `run` takes and gives the named tensors.

    What the network never saw in training is turned into what it did:

    - A window that is not yet full repeats its own notes from the left, so that one note is 25 of it. On MAESTRO's
      validation part with 8 notes known this says the next pitch at 3.74 nats, zeros at 4.09, a repeated first note
      at 3.85, full windows at 3.69.
    - A window without a note is 25 times a neutral one.
    - A hidden duration is the mean of the known ones (no measurable cost in pitch for one, 0.02 nats for four).
    - Velocity, which it does not know, follows the last note in the window.

    It has no distributions of step and duration, so their log-probabilities, and velocity's, are NaN, and their
    temperatures are not used. `uniform` has one column.
    """

    def run(notes: Any, temperature: Any, top_p: Any, pitch_mask: Any, chosen: Any, uniform: Any) -> tuple[Any, ...]:
        filled = _as_trained(notes)  # [b, 25, 4]
        said = model(filled[:, :, :3] * np.array([1 / PITCHES, 1.0, 1.0], np.float32), training=False)
        safe_temperature, share = sensible(temperature[:, :1], top_p[:, :1])
        pitch, kept, pitches = draw_class(said["pitch"], pitch_mask, safe_temperature, share, uniform)
        times = [ops.maximum(said[name], 0.0) for name in ("step", "duration")]
        note = ops.where(chosen >= 0, chosen, ops.concatenate([pitch, *times, filled[:, -1, 3:]], -1))
        known = np.array([1.0, math.nan, math.nan, math.nan], np.float32)
        return note, ops.log(shares_of(note[:, :1], [kept]) * known), pitches

    return StageGraph({**NoteFamily.inputs, "uniform": (1,)}, (*NoteFamily.outputs, "pitch_log_probs"), run)


NEUTRAL = np.array([64, 0.048, 0.0885, 64], np.float32)
"""Pitch, step, duration and velocity of a note that leans nowhere; times are the medians of MAESTRO's train part."""


def _as_trained(notes: Any) -> Any:
    """A window with no empty place and nothing hidden, float32 [b, 25, 4]."""
    is_note = ops.cast(notes[:, :, 0] >= 0, "int32")  # [b, 25]
    count = ops.sum(is_note, -1, keepdims=True)  # [b, 1]
    first = WINDOW - count
    place = first + (ops.arange(WINDOW) + (count * WINDOW - first)) % ops.maximum(count, 1)
    is_source = ops.cast(ops.equal(place[:, :, None], ops.arange(WINDOW)), "float32")  # [b, 25, 25]
    filled = ops.matmul(is_source, notes)
    filled = ops.where(count[:, :, None] > 0, filled, NEUTRAL)
    duration = filled[:, :, 2:3]
    is_known = duration >= 0
    columns = ops.concatenate([ops.maximum(duration, 0.0), ops.cast(is_known, "float32")], -1)
    # A product, since a sum over 25 places is taken in another order in every row of a batch.
    total, known = ops.split(ops.matmul(np.ones((1, WINDOW), np.float32), columns), 2, -1)  # [b, 1, 1] each
    # Known durations weigh a thousand times the neutral one, which stands alone where none is known.
    mean = (total + NEUTRAL[2] / 1000) / (known + 1 / 1000)
    return ops.concatenate([filled[:, :, :2], ops.where(is_known, duration, mean), filled[:, :, 3:]], -1)
