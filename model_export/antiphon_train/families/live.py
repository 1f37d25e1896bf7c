"""The network that is worth playing with: family `note`, recipe `live`.

It reads notes in an LSTM and says the next one as four distributions, each knowing what was already chosen: step,
then pitch, then duration, then velocity. Notes are seen as musicians see them: pitch, octave, chroma, the interval from
the note before, times on a scale of ratios, a duration that may be hidden while the key is down.

Pitch has a second way in, beside the LSTM: *decayed rolls*. For each of the 128 pitches, how present is it now: the sum
over the notes so far of g^age with age in notes (0.5, 0.8, 0.95), or of exp(-time / tau) up to the next onset, which is
known once the step is chosen (0.05, 0.4, 2 s: chord, figure, harmony). One convolution over pitch, two octaves to each
side, says the same of every key; eight numbers from the LSTM weigh its filters. "Near these notes, an octave from
those" then needs not be learnt for each key anew.

Every position of a sequence is trained at once. Sequences begin with up to 25 places without a note, as windows on
stage do, and durations are hidden at random.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from numpy.typing import NDArray

from antiphon.errors import CorpusError
from antiphon.families.note import NoteFamily
from antiphon.note import HIDDEN, NO_NOTE, WINDOW, FloatArray
from antiphon.wanted import CHOOSE
from antiphon_train.bins import DURATION, STEP, VELOCITIES, VELOCITY_WIDTH, TimeBins
from antiphon_train.recipes import Recipe
from antiphon_train.sampling import draw_class

__all__ = ["HEADS", "Examples", "Live", "build", "compile_for", "generate", "stage_graph"]

HEADS = ("step", "pitch", "duration", "velocity")
PITCHES = 128
UNITS = 256
HIDDEN_UNITS = 192
DECAYS = (0.5, 0.8, 0.95)
TAUS = (0.05, 0.4, 2.0)
FILTERS = 8
REACH = 24
"""Semitones to each side that the convolution over the rolls sees: two octaves."""

FURTHEST = 25
"""Semitones: a wider leap is seen as this one."""

LENGTH = 64
"""Notes in a training sequence: the window of 25 with its places all trained, and a little beyond."""

HIDE = 0.25
"""Share of durations hidden in training."""

PADDED = 0.4
"""Share of sequences that begin with places without a note."""

TRANSPOSE = 6
TEMPO = 0.223
"""Natural log of the greatest change of tempo: x 0.8 to x 1.25."""

WARMUP = 200
"""Batches in which the rate of learning rises: Adam's averages are empty before."""

IGNORE = -1
"""A target that counts for nothing."""


class Live(keras.Model):
    """Notes [b, n + 1, 4] to a dict of logits, each [b, n, classes]: position i says note i + 1 from notes 0 to i.

    It is called with a dict: `notes`, and `is_hidden` [b, n], 1 where a note's duration is not to be seen by the LSTM.
    Step, pitch and duration of note i + 1 are read from the same notes, each by the heads that come after it.
    """

    def __init__(self) -> None:
        super().__init__(name="live")
        self.pitch_in = layers.Embedding(PITCHES + 1, 64)
        self.octave_in = layers.Embedding(12, 8)
        self.chroma_in = layers.Embedding(13, 16)
        self.interval_in = layers.Embedding(2 * FURTHEST + 2, 16)
        self.step_in = layers.Dense(24, use_bias=False)
        self.duration_in = layers.Dense(24)
        self.velocity_in = layers.Embedding(VELOCITIES + 1, 12)
        self.lstm = layers.LSTM(UNITS, return_sequences=True)
        self.step_known = layers.Dense(24, use_bias=False)
        self.pitch_known = layers.Embedding(PITCHES, 64)
        self.duration_known = layers.Dense(24, use_bias=False)
        self.rolls = layers.Conv1D(FILTERS, 2 * REACH + 1, padding="same")
        self.gates = layers.Dense(FILTERS)
        classes = {"step": STEP.count, "pitch": PITCHES, "duration": DURATION.count, "velocity": VELOCITIES}
        self.inner = {name: layers.Dense(HIDDEN_UNITS, activation="relu") for name in HEADS}
        self.outer = {name: layers.Dense(classes[name]) for name in HEADS}

    def call(self, seen: dict[str, Any]) -> dict[str, Any]:
        notes, is_hidden = seen["notes"], seen["is_hidden"]
        context, following = notes[:, :-1], notes[:, 1:]
        held = ops.where(is_hidden[..., None] * np.array([0, 0, 1, 0], np.float32) > 0, HIDDEN, context)
        state = self.lstm(self.see(held))  # [b, n, UNITS]
        step = ops.maximum(following[:, :, 1], 0.0)
        pitch = ops.cast(ops.maximum(following[:, :, 0], 0.0), "int32")
        duration = following[:, :, 2]
        return {
            "step": self.say_step(state),
            "pitch": self.say_pitch(state, step, self.presence(context, step)),
            "duration": self.say_duration(state, step, pitch),
            "velocity": self.say_velocity(state, step, pitch, duration),
        }

    def see(self, notes: Any) -> Any:
        """Notes [b, n, 4] as the LSTM reads them, [b, n, features].

        Arithmetic instead of conditions: in the exported graph each of those is six nodes.
        """
        is_empty = ops.cast(notes[:, :, 0] < 0, "float32")  # [b, n]
        key = notes[:, :, 0] + (1 + PITCHES) * is_empty  # 128 where there is no note
        both = (1 - is_empty)[:, 1:] * (1 - is_empty)[:, :-1]
        leap = (ops.clip(key[:, 1:] - key[:, :-1], -FURTHEST, FURTHEST) + FURTHEST + 1) * both  # 0 where there is none
        is_known = ops.cast(notes[:, :, 2:3] >= 0, "float32")
        loudness = ops.floor(notes[:, :, 3] / VELOCITY_WIDTH) + VELOCITIES * is_empty
        features = [
            ops.take(self.keys_in(), ops.cast(key, "int32"), 0),
            self.interval_in(ops.cast(ops.pad(leap, [[0, 0], [1, 0]]), "int32")),
            self.step_in(STEP.spread(notes[:, :, 1])),
            self.duration_in(ops.concatenate([DURATION.spread(notes[:, :, 2]) * is_known, is_known], -1)),
            self.velocity_in(ops.cast(loudness, "int32")),
        ]
        return ops.concatenate(features, -1)

    def keys_in(self) -> Any:
        """What each pitch and its absence look like, [129, features]: one table, a constant in the exported graph."""
        keys = np.arange(PITCHES + 1)
        is_note = keys < PITCHES
        octaves, chromas = np.where(is_note, keys // 12, 11), np.where(is_note, keys % 12, 12)
        return ops.concatenate([self.pitch_in(keys), self.octave_in(octaves), self.chroma_in(chromas)], -1)

    def presence(self, context: Any, step: Any) -> Any:
        """How present each pitch is before each following note: [b, n, 4] and [b, n] to [b, n, 128, 6]."""
        count = context.shape[1]
        sounding = ops.one_hot(ops.cast(context[:, :, 0], "int32"), PITCHES)  # a place without a note is all zeros
        ages = np.arange(count)[:, None] - np.arange(count)[None]
        is_past = (ages >= 0).astype(np.float32)
        onset = ops.cumsum(context[:, :, 1], 1)
        since = ops.maximum((onset + step)[:, :, None] - onset[:, None, :], 0.0)
        by_count = [
            ops.matmul((decay ** np.maximum(ages, 0) * is_past).astype(np.float32), sounding) for decay in DECAYS
        ]
        by_time = [ops.matmul(ops.exp(since * (-1 / tau)) * is_past, sounding) for tau in TAUS]
        return ops.stack(by_count + by_time, -1)

    def presence_now(self, notes: Any, step: Any) -> Any:
        """How present each pitch is before the note after a window: [b, n, 4] and [b, 1] to [b, 1, 128, 6]."""
        count = notes.shape[1]
        ages = np.arange(count)[::-1]
        onset = ops.cumsum(notes[:, :, 1], 1)
        since = onset[:, -1:] - onset + step  # [b, n]
        by_count = np.stack([decay**ages for decay in DECAYS]).astype(np.float32)
        by_time = ops.exp(since[:, None] * np.array([[-1 / tau] for tau in TAUS], np.float32))  # [b, 3, n]
        weights = ops.concatenate([ops.zeros_like(by_time) + by_count, by_time], 1)  # [b, 6, n]
        sounding = ops.one_hot(ops.cast(notes[:, :, 0], "int32"), PITCHES)  # [b, n, 128]
        return ops.transpose(ops.matmul(weights, sounding), (0, 2, 1))[:, None]

    def say_step(self, state: Any) -> Any:
        """Logits of the step, [b, n, 64]."""
        return self.outer["step"](self.inner["step"](state))

    def say_pitch(self, state: Any, step: Any, presence: Any) -> Any:
        """Logits of the pitch, [b, n, 128], once the step is known."""
        hidden = self.inner["pitch"](ops.concatenate([state, self.step_known(STEP.spread(step))], -1))
        count = presence.shape[1]
        rolls = self.rolls(ops.reshape(presence, (-1, PITCHES, len(DECAYS + TAUS))))
        rolls = ops.reshape(rolls, (-1, count, PITCHES, FILTERS))
        gated = ops.sum(rolls * self.gates(hidden)[:, :, None, :], -1)
        return self.outer["pitch"](hidden) + gated

    def say_duration(self, state: Any, step: Any, pitch: Any) -> Any:
        """Logits of the duration, [b, n, 64], once step and pitch are known."""
        known = [state, self.step_known(STEP.spread(step)), self.pitch_known(pitch)]
        return self.outer["duration"](self.inner["duration"](ops.concatenate(known, -1)))

    def say_velocity(self, state: Any, step: Any, pitch: Any, duration: Any) -> Any:
        """Logits of the velocity, [b, n, 32], once all else is known."""
        known = [state, self.step_known(STEP.spread(step)), self.pitch_known(pitch)]
        known.append(self.duration_known(DURATION.spread(duration)))
        return self.outer["velocity"](self.inner["velocity"](ops.concatenate(known, -1)))


def build() -> Live:
    """The network, untrained, with its weights made."""
    model = Live()
    model({"notes": np.zeros((1, 3, 4), np.float32), "is_hidden": np.zeros((1, 2), np.float32)})
    return model


def known_loss(true: Any, logits: Any) -> Any:
    """Cross-entropy in nats, over the targets that are not `IGNORE`."""
    counts = ops.cast(true >= 0, "float32")
    nats = keras.losses.sparse_categorical_crossentropy(ops.maximum(true, 0), logits, from_logits=True)
    return ops.sum(nats * counts) / ops.maximum(ops.sum(counts), 1.0)


def compile_for(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Give the network its optimizer, whose rate falls to nothing over `steps` batches, and losses."""
    warmup = min(WARMUP, steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0),
        loss={name: known_loss for name in HEADS},
        jit_compile=False,
        steps_per_execution=8,
    )


class Examples:
    """Pieces of a corpus as examples for `fit`: every note of it is a target once an epoch.

    Args:
        rows: the corpus, float32 [n, 4].
        lengths: notes of each piece, int64 [pieces].
    Raises:
        CorpusError: no piece is longer than a sequence.
    """

    def __init__(self, rows: FloatArray, lengths: NDArray[np.int64]) -> None:
        if lengths.max() <= LENGTH:
            raise CorpusError(
                f"the longest piece has {lengths.max()} notes, and training needs more than {LENGTH} in one piece",
                "add longer pieces",
            )
        self._rows = rows
        ends = np.cumsum(lengths)
        found = [np.arange(end - length, end - LENGTH, LENGTH) for end, length in zip(ends, lengths, strict=True)]
        self._starts = np.concatenate(found)
        self._last = np.repeat(ends, [len(starts) for starts in found]) - LENGTH - 1

    def __len__(self) -> int:
        return len(self._starts)

    def take(
        self, places: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[dict[str, FloatArray], dict[str, NDArray[np.int32]]]:
        """Sequences as the network is called with, and the targets of each head, int32 [b, 64]."""
        count = len(places)
        starts = np.minimum(self._starts[places] + random.integers(0, LENGTH, count), self._last[places])
        notes = self._rows[starts[:, None] + np.arange(LENGTH + 1)]  # [b, 65, 4]
        played = notes[:, :, 0]
        shift = random.integers(-TRANSPOSE, TRANSPOSE + 1, count)
        shift = np.clip(shift, -played.min(1), PITCHES - 1 - played.max(1))
        notes[:, :, 0] += shift[:, None]
        notes[:, :, 1:3] *= np.exp(random.uniform(-TEMPO, TEMPO, count)).astype(np.float32)[:, None, None]
        targets = {
            "pitch": notes[:, 1:, 0].astype(np.int32),
            "step": STEP.find(notes[:, 1:, 1]),
            "duration": DURATION.find(notes[:, 1:, 2]),
            "velocity": notes[:, 1:, 3].astype(np.int32) // VELOCITY_WIDTH,
        }
        is_hidden = (random.random((count, LENGTH)) < HIDE).astype(np.float32)
        _pad(notes, targets, np.where(random.random(count) < PADDED, random.integers(1, WINDOW + 1, count), 0))
        return {"notes": notes, "is_hidden": is_hidden}, targets


def _pad(notes: FloatArray, targets: dict[str, NDArray[np.int32]], empty: NDArray[np.int64]) -> None:
    """Empty the first places of sequences, as on stage; the first note that is left begins its session."""
    places = np.arange(LENGTH + 1)[None]
    is_empty = places < empty[:, None]
    begins = (places == empty[:, None]) & (empty[:, None] > 0)
    notes[is_empty] = [NO_NOTE, 0, 0, 0]
    notes[begins, 1] = 0
    for name in HEADS:
        targets[name][is_empty[:, 1:]] = IGNORE
    targets["step"][begins[:, 1:]] = 0


def stage_graph(model: Live) -> tf.Module:
    """The network by the contract of the `note` family: a module whose `run` takes and gives the named tensors.

    Drawn in the order step, pitch, duration, velocity, each from the distribution that knows what was drawn or chosen
    before it. Inside its bin a time is drawn evenly on the scale of ratios, the first bin evenly in seconds. `uniform`
    has seven columns: one for each of the four bins, and one inside the bin of step, duration and velocity.
    """
    return _StageGraph(model)


class _StageGraph(tf.Module):
    inputs: Mapping[str, tuple[int, ...]] = {**NoteFamily.inputs, "uniform": (7,)}
    outputs = (*NoteFamily.outputs, "pitch_log_probs")

    def __init__(self, model: Live) -> None:
        super().__init__()
        self.model = model

    def run(
        self,
        notes: tf.Tensor,
        temperature: tf.Tensor,
        top_p: tf.Tensor,
        pitch_mask: tf.Tensor,
        chosen: tf.Tensor,
        uniform: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Note float32 [b, 4], log_prob float32 [b, 4] and pitch_log_probs float32 [b, 128]."""
        model = self.model
        state = model.lstm(model.see(notes))[:, -1:]  # [b, 1, UNITS]

        def control(column: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            columns = slice(column, column + 1)
            return temperature[:, columns], top_p[:, columns], uniform[:, columns]

        def draw_time(logits: tf.Tensor, bins: TimeBins, column: int, inside: int) -> tuple[tf.Tensor, tf.Tensor]:
            drawn, log_prob, _ = draw_class(logits[:, 0], None, *control(column))
            known = chosen[:, column : column + 1]
            is_free = tf.cast(known < 0, tf.float32)
            seconds = tf.maximum(known, 0.0) + is_free * bins.inside(drawn, uniform[:, inside : inside + 1])
            return seconds, log_prob(bins.place(known) * (1 - is_free) + drawn * is_free)

        step, step_log = draw_time(model.say_step(state), STEP, 1, 4)
        pitch_logits = model.say_pitch(state, step, model.presence_now(notes, step))
        pitch, pitch_log_of, pitches = draw_class(pitch_logits[:, 0], pitch_mask, *control(0))
        pitch = tf.where(chosen[:, :1] >= 0, chosen[:, :1], pitch)
        key = tf.cast(pitch, tf.int32)
        duration, duration_log = draw_time(model.say_duration(state, step, key), DURATION, 2, 5)
        velocity_logits = model.say_velocity(state, step, key, duration)[:, 0]
        bin_of, velocity_log_of, _ = draw_class(velocity_logits, None, *control(3))
        loudness = tf.maximum(bin_of * VELOCITY_WIDTH + tf.floor(uniform[:, 6:7] * VELOCITY_WIDTH), 1.0)
        velocity = tf.where(chosen[:, 3:] >= 0, chosen[:, 3:], loudness)
        log_prob = [pitch_log_of(pitch), step_log, duration_log, velocity_log_of(tf.floor(velocity / VELOCITY_WIDTH))]
        return tf.concat([pitch, step, duration, velocity], -1), tf.concat(log_prob, -1), pitches


def generate(model: Live, window: FloatArray, count: int, seed: int) -> FloatArray:
    """What the network plays after a window at temperature 1, float32 [count, 4]: for looking at, not for the stage."""
    random = np.random.default_rng(seed)
    graph = tf.function(stage_graph(model).run)
    ones, free = tf.ones([1, 4]), tf.fill([1, 4], CHOOSE)
    rows = window.copy()
    for _ in range(count):
        uniform = tf.constant(random.random((1, 7), dtype=np.float32))
        note, _, _ = graph(tf.constant(rows[None, -WINDOW:]), ones, ones, tf.ones([1, PITCHES]), free, uniform)
        rows = np.concatenate([rows, note.numpy()])
    return rows[len(window) :]
