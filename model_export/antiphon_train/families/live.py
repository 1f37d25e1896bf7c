"""The network that is worth playing with: family `note`, recipe `live`.

It reads notes in an LSTM, looks back over what that made of the last 25 with two heads of attention (as Merity 2019,
"Single Headed Attention RNN", does), and says the next note as four distributions, each knowing what was already
chosen: step, then pitch, then duration, then velocity. Notes are seen as musicians see them: pitch, octave, chroma, the
interval from the note before, times on a scale of ratios, a duration that may be hidden while the key is down.

Pitch has a second way in, beside the LSTM: *rolls*. For each of the 128 pitches, how present is it at the next onset,
which is known once the step is chosen: the sum over the notes so far of g^age with age in notes (0.5, 0.8, 0.95), of
exp(-time / tau) since their onsets (0.05, 0.4, 2 s: chord, figure, harmony), of the same since their releases (0.03,
0.3 s), and whether the key is still down, so that it cannot be struck. One convolution over pitch, 18 semitones to each
side, says the same of every key; what it finds is bent by the LSTM and by the place on the keyboard, and weighed by
the LSTM again. "Near these notes, an octave from those, not that one" then needs not be learnt for each key anew.
Four more rolls are *pointers*: attention over the LSTM's states says which of the notes is like the one that comes
now, so that a figure can be taken up again at whatever distance.

Every position of a sequence is trained at once, in plain `keras.ops`: the same code trains on TensorFlow, JAX and
PyTorch. Optimizer: Muon for the matrices, Adam for embeddings and vectors (Jordan 2024,
https://github.com/KellerJordan/Muon; Liu et al. 2025, https://arxiv.org/abs/2502.16982).
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from antiphon.families.note import NoteFamily
from antiphon.note import HIDDEN, WINDOW, to_rows
from antiphon_train.attention import HEAD_UNITS, Attention, Dense, ages_of, single, unseen
from antiphon_train.bins import DURATION, STEP, VELOCITIES, VELOCITY_WIDTH, TimeBins, logs
from antiphon_train.corpus import Corpus, read_notes
from antiphon_train.playing import keep_windows, show_playing
from antiphon_train.recipes import Recipe
from antiphon_train.sampling import draw_class, log_of, sensible
from antiphon_train.sequences import IGNORE, Sequences
from antiphon_train.stage import StageGraph
from antiphon_train.verify import compare

__all__ = ["HEADS", "Live", "build", "compile_for", "examples", "stage_graph"]

HEADS = ("step", "pitch", "duration", "velocity")

read, keep, show, agree = read_notes, keep_windows, show_playing, compare
"""As every network that plays: how files are read, and what its run keeps and shows."""

PITCHES = 128
UNITS = 224
"""A window through the graph takes an eighth longer with 256, beyond 0.7 ms, where half of the time is the LSTM's."""

HIDDEN_UNITS = 192
"""Of each distribution's inner layer."""

DECAYS = (0.5, 0.8, 0.95)
TAUS = (0.05, 0.4, 2.0)
RELEASE_TAUS = (0.03, 0.3)
"""The scales of the rolls: per note of age; seconds since the onset; seconds since the release."""

RECALLS = 2
"""Heads of attention from which all four distributions are said."""

POINTERS = 4
NEARNESS = (0.03, 0.1, 0.3, 1.0)
"""How fast a note counts less with each semitone from the one that is to be touched, before training: over the whole
keyboard, in reach, in the hand, on this key."""

REACHED = 48
"""Semitones: a note beyond counts like one there."""

TOUCH = 36
"""Of what `see` says of a note, the last: its duration and velocity."""

ROLLS = len(DECAYS) + len(TAUS) + 1 + len(RELEASE_TAUS) + POINTERS
FILTERS = 16
REACH = 18
"""Semitones to each side that the convolution over the rolls sees: an octave and a half. Two octaves took 5 % longer
for a window."""

FURTHEST = 25
"""Semitones: a wider leap is seen as this one."""

TOGETHER = 2e-4
"""Seconds: a shorter step is none. Notes that begin together are in the order of their pitches, others are not."""

WARMUP = 200
"""Batches in which the rate of learning rises: Adam's averages are empty before."""

ADAM_SHARE = 0.15
"""Of the learning rate, for what Adam moves."""

DECAY = 0.01
"""Of the matrices that Muon moves, times the learning rate: so that they do not grow without end. Not tuned."""


class Live(keras.Model):
    """Notes [b, n + 1, 4] to a dict of logits, each [b, n, classes]: position i says note i + 1 from notes 0 to i.

    It is called with a dict: `notes`, and `is_hidden` [b, n], 1 where a note's duration is not to be seen.
    Step, pitch and duration of note i + 1 are read from the same notes, each by the heads that come after it.
    """

    def __init__(self) -> None:
        super().__init__(name="live", autocast=False)
        self.pitch_in = layers.Embedding(PITCHES + 1, 64)
        self.octave_in = layers.Embedding(12, 8)
        self.chroma_in = layers.Embedding(13, 16)
        self.interval_in = layers.Embedding(2 * FURTHEST + 2, 16)
        self.step_in = Dense(24, use_bias=False)
        self.duration_in = Dense(24)
        self.velocity_in = layers.Embedding(VELOCITIES + 1, 12)
        self.lstm = layers.LSTM(UNITS, return_sequences=True)
        self.step_known = Dense(24, use_bias=False)
        self.pitch_known = layers.Embedding(PITCHES, 64)
        self.duration_known = Dense(24, use_bias=False)
        self.recall = Attention(RECALLS)
        self.recalled = Dense(RECALLS * HEAD_UNITS)
        self.pointers = Attention(POINTERS)
        intervals = np.abs(np.arange(-REACHED, REACHED + 1))
        nearness = -np.outer(intervals, NEARNESS).astype(np.float32)  # [97, 4]
        self.nearness = self.add_weight(
            shape=nearness.shape, initializer=lambda shape, dtype: ops.cast(nearness, dtype), name="nearness"
        )
        self.lateness = self.add_weight(shape=(len(NEARNESS), WINDOW), initializer="zeros", name="lateness")
        self.rolls = layers.Conv2D(FILTERS, (2 * REACH + 1, 1), padding="same")
        self.bends = Dense(FILTERS)
        self.place = self.add_weight(shape=(PITCHES, 1, FILTERS), initializer="zeros", name="place")
        self.gates = Dense(FILTERS)
        classes = {"step": STEP.count, "pitch": PITCHES, "duration": DURATION.count, "velocity": VELOCITIES}
        self.inner = {name: Dense(HIDDEN_UNITS, activation="relu") for name in HEADS}
        self.outer = {name: Dense(classes[name]) for name in HEADS}

    def call(self, seen: dict[str, Any]) -> dict[str, Any]:
        notes, is_hidden = seen["notes"], seen["is_hidden"]
        context, following = notes[:, :-1], notes[:, 1:]
        held = ops.where(is_hidden[..., None] * np.array([0, 0, 1, 0], np.float32) > 0, HIDDEN, context)
        seen = self.see(held)
        states = single(self.lstm(seen))  # [b, n, UNITS]
        state = self.look_back(held, states, states)
        step = ops.maximum(following[:, :, 1:2], 0.0)
        pitch = ops.cast(ops.maximum(following[:, :, 0], 0.0), "int32")
        duration = following[:, :, 2:3]
        after = self.step_known(spread_step(step))
        near = self.touches(held, seen, pitch)
        return {
            "step": self.say_step(state),
            "pitch": self.say_pitch(state, step, after, held, states),
            "duration": self.say_duration(state, after, pitch, near),
            "velocity": self.say_velocity(state, after, pitch, near, duration),
        }

    def see(self, notes: Any) -> Any:
        """Notes [b, n, 4] as the LSTM reads them, [b, n, features].

        Arithmetic instead of conditions: in the exported graph each of those is six nodes.
        """
        pitch, step, duration, velocity = ops.split(notes, 4, -1)  # [b, n, 1] each
        is_empty = ops.cast(pitch < 0, "float32")
        key = pitch + (1 + PITCHES) * is_empty  # 128 where there is no note
        both = (1 - is_empty)[:, 1:] * (1 - is_empty)[:, :-1]
        leap = (ops.clip(key[:, 1:] - key[:, :-1], -FURTHEST, FURTHEST) + FURTHEST + 1) * both  # 0 where there is none
        is_known = ops.cast(duration >= 0, "float32")
        loudness = ops.floor(velocity / VELOCITY_WIDTH) + VELOCITIES * is_empty
        leap = ops.pad(leap, [[0, 0], [1, 0], [0, 0]])
        key, leap, loudness = ops.split(ops.cast(ops.concatenate([key, leap, loudness], -1), "int32"), 3, -1)
        _, log_step, log_duration, _ = ops.split(logs(notes), 4, -1)
        features = [
            ops.take(self.keys_in(), ops.squeeze(key, -1), 0),
            self.interval_in(ops.squeeze(leap, -1)),
            self.step_in(ops.concatenate([STEP.spread_logs(log_step), together(step)], -1)),
            self.duration_in(ops.concatenate([DURATION.spread_logs(log_duration) * is_known, is_known], -1)),
            self.velocity_in(ops.squeeze(loudness, -1)),
        ]
        return ops.concatenate(features, -1)

    def keys_in(self) -> Any:
        """What each pitch and its absence look like, [129, features]: one table, a constant in the exported graph."""
        keys = np.arange(PITCHES + 1)
        is_note = keys < PITCHES
        octaves, chromas = np.where(is_note, keys // 12, 11), np.where(is_note, keys % 12, 12)
        return ops.concatenate([self.pitch_in(keys), self.octave_in(octaves), self.chroma_in(chromas)], -1)

    def presence(self, notes: Any, step: Any) -> Any:
        """How much each note counts for the presence of its pitch at each following onset.

        Args:
            notes: [b, n, 4], hidden durations as such.
            step: to the notes that follow the last t of them, [b, t, 1]: all in training, one on stage.
        Returns:
            [b, ROLLS - POINTERS, t, n].
        """
        count, answers = notes.shape[1], step.shape[1]
        ages = ages_of(count, answers)
        is_past = (ages >= 0).astype(np.float32)
        onset = ops.cumsum(notes[:, :, 1:2], 1)  # [b, n, 1]
        since = ops.relu(onset[:, -answers:] + step - ops.transpose(onset, (0, 2, 1)))
        since = ops.expand_dims(since, 1)  # [b, 1, t, n]
        duration = notes[:, None, None, :, 2]
        is_known = ops.cast(duration >= 0, "float32")
        is_down = ops.cast(since < duration, "float32")  # a hidden duration is below 0
        by_count = np.stack([decay ** np.maximum(ages, 0) for decay in DECAYS])[None].astype(np.float32)
        weights = [
            since * 0 + by_count,
            ops.exp(since * _rates(TAUS)),
            is_down,
            ops.exp(ops.relu(since - duration) * _rates(RELEASE_TAUS)) * (is_known - is_down),
        ]
        return ops.concatenate(weights, 1) * is_past

    def look_back(self, notes: Any, states: Any, state: Any) -> Any:
        """What the distributions are said from: the last t states and what they recall of all, [b, t, UNITS + 64]."""
        count, answers = notes.shape[1], state.shape[1]
        weights = self.recall((state, states), unseen(notes, answers))
        values = ops.transpose(ops.reshape(self.recalled(states), (-1, count, RECALLS, HEAD_UNITS)), (0, 2, 1, 3))
        recalled = ops.transpose(ops.matmul(weights, values), (0, 2, 1, 3))  # [b, t, RECALLS, HEAD_UNITS]
        return ops.concatenate([state, ops.reshape(recalled, (-1, answers, RECALLS * HEAD_UNITS))], -1)

    def find(self, notes: Any, states: Any, step: Any, hidden: Any) -> Any:
        """What stands around each pitch at each following onset: [b, 128, t, FILTERS]."""
        count, answers = notes.shape[1], step.shape[1]
        # Without the stop, what the pointers want of the states makes all the other heads worse.
        pointed = self.pointers((hidden, ops.stop_gradient(states)), unseen(notes, answers))
        weights = ops.concatenate([self.presence(notes, step), pointed], 1)  # [b, ROLLS, t, n]
        weights = ops.reshape(ops.transpose(weights, (0, 3, 2, 1)), (-1, count, answers * ROLLS))
        # A place without a note is all zeros: 128 is beyond the last pitch, where -1 would be the last one to ONNX.
        pitch = ops.split(notes, 4, -1)[0]
        key = pitch + (1 + PITCHES) * ops.cast(pitch < 0, "float32")
        sounding = ops.one_hot(ops.cast(ops.squeeze(key, -1), "int32"), PITCHES)
        rolls = ops.reshape(ops.matmul(ops.transpose(sounding, (0, 2, 1)), weights), (-1, PITCHES, answers, ROLLS))
        return ops.relu(single(self.rolls(rolls)) + ops.expand_dims(self.bends(hidden), 1) + single(self.place))

    def touches(self, notes: Any, seen: Any, pitch: Any) -> Any:
        """How the notes near each following one were touched: means of their durations and velocities over the window,
        weighed by interval and age, [b, t, 4 * TOUCH].

        Args:
            notes: [b, n, 4].
            seen: the same as `see` says them, [b, n, features].
            pitch: of the notes that follow the last t of them, integers [b, t].
        """
        count, answers = notes.shape[1], pitch.shape[1]
        keys = ops.cast(ops.expand_dims(notes[:, :, 0], 1), "int32")  # [b, 1, n]
        intervals = ops.clip(ops.expand_dims(pitch, -1) - keys, -REACHED, REACHED) + REACHED
        near = ops.transpose(ops.take(single(self.nearness), intervals, 0), (0, 1, 3, 2))  # [b, t, 4, n]
        late = ops.take(single(self.lateness), np.clip(ages_of(count, answers), 0, WINDOW - 1), 1)
        unheard = ops.transpose(unseen(notes, answers), (0, 2, 1, 3))
        weights = ops.softmax(near + ops.transpose(late, (1, 0, 2)) + unheard, -1)
        # Each row's product has the same shape whatever the batch is, so that the same numbers come out.
        weights = ops.reshape(weights, (-1, answers * len(NEARNESS), count))
        return ops.reshape(ops.matmul(weights, seen[:, :, -TOUCH:]), (-1, answers, len(NEARNESS) * TOUCH))

    def say_step(self, state: Any) -> Any:
        """Logits of the step, [b, n, 64]; without the n, as on stage, if the state has none."""
        return self.outer["step"](self.inner["step"](state))

    def say_pitch(self, state: Any, step: Any, after: Any, notes: Any, states: Any) -> Any:
        """Logits of the pitches after the last t notes, [b, t, 128], once their steps are known.

        Args:
            state: as `look_back` gives it, [b, t, UNITS + 64].
            step: [b, t, 1].
            after: the steps as `step_known` says them, [b, t, 24].
            notes: [b, n, 4].
            states: of all notes, [b, n, UNITS].
        """
        hidden = self.inner["pitch"](ops.concatenate([state, after], -1))
        gated = self.find(notes, states, step, hidden) * ops.expand_dims(self.gates(hidden), 1)
        return self.outer["pitch"](hidden) + ops.transpose(ops.sum(gated, -1), (0, 2, 1))

    def say_duration(self, state: Any, after: Any, pitch: Any, near: Any) -> Any:
        """Logits of the duration, [b, n, 64], once step and pitch are known, and how its neighbours were touched."""
        known = [state, after, self.pitch_known(pitch), near]
        return self.outer["duration"](self.inner["duration"](ops.concatenate(known, -1)))

    def say_velocity(self, state: Any, after: Any, pitch: Any, near: Any, duration: Any) -> Any:
        """Logits of the velocity, [b, n, 32], once all else is known."""
        known = [state, after, self.pitch_known(pitch), near, self.duration_known(DURATION.spread(duration))]
        return self.outer["velocity"](self.inner["velocity"](ops.concatenate(known, -1)))


def _rates(taus: tuple[float, ...]) -> Any:
    return np.array([-1 / tau for tau in taus], np.float32)[:, None, None]


def spread_step(seconds: Any) -> Any:
    """Steps as the network reads them, [..., 1] to [..., 65]: on the scale, and whether the notes begin together."""
    return ops.concatenate([STEP.spread(seconds), together(seconds)], -1)


def together(steps: Any) -> Any:
    """1 where notes begin together, else 0."""
    return ops.cast(steps < TOGETHER, "float32")


def build(network: type[Live] = Live) -> Live:
    """The network, untrained, with its weights made."""
    model = network()
    model({"notes": np.zeros((1, 3, 4), np.float32), "is_hidden": np.zeros((1, 2), np.float32)})
    return model


def examples(corpus: Corpus, recipe: Recipe) -> Sequences:
    """A corpus, as it is trained on."""
    return Sequences(to_rows(corpus.notes), corpus.lengths(), recipe.notes)


def known_loss(true: Any, logits: Any) -> Any:
    """Cross-entropy in nats, over the targets that are not `IGNORE`."""
    counts = ops.cast(true > IGNORE, "float32")
    nats = keras.losses.sparse_categorical_crossentropy(ops.maximum(true, 0), logits, from_logits=True)
    return ops.sum(nats * counts) / ops.maximum(ops.sum(counts), 1.0)


def compile_for(model: keras.Model, recipe: Recipe, steps: int) -> None:
    """Give the network its optimizer, whose rate falls to nothing over `steps` batches, and losses."""
    warmup = min(WARMUP, steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
    optimizer = keras.optimizers.Muon(
        rate,
        adam_lr_ratio=ADAM_SHARE,
        weight_decay=DECAY,
        adam_weight_decay=0.0,
        global_clipnorm=1.0,
    )
    model.compile(optimizer=optimizer, loss={name: known_loss for name in HEADS}, jit_compile=False)


def stage_graph(model: Live) -> StageGraph:
    """The network by the contract of the `note` family.

    Drawn in the order step, pitch, duration, velocity, each from the distribution that knows what was drawn or chosen
    before it. Inside its bin a time is drawn evenly on the scale of ratios, the first bin evenly in seconds. `uniform`
    has seven columns: one for each of the four bins, and one inside the bin of step, duration and velocity.
    """

    def run(notes: Any, temperature: Any, top_p: Any, pitch_mask: Any, chosen: Any, uniform: Any) -> tuple[Any, ...]:
        seen = model.see(notes)
        states = model.lstm(seen)  # [b, 25, UNITS]
        state = model.look_back(notes, states, states[:, -1:])
        now = ops.squeeze(state, 1)
        # Columns, sums instead of conditions, no axis of one place where none is needed: fewer nodes.
        controls = [ops.split(each, 4, -1) for each in sensible(temperature, top_p)]
        numbers = ops.split(uniform, 7, -1)
        is_free = ops.cast(chosen < 0, "float32")
        is_drawn, known = ops.split(is_free, 4, -1), ops.split(chosen * (1 - is_free), 4, -1)

        def draw(logits: Any, mask: Any | None, column: int) -> tuple[Any, Callable[[Any], tuple[Any, Any]], Any]:
            return draw_class(logits, mask, controls[0][column], controls[1][column], numbers[column])

        def draw_time(logits: Any, bins: TimeBins, column: int, inside: int) -> tuple[Any, Any, Any]:
            drawn, share, said = draw(logits, None, column)
            place = bins.place(known[column]) + drawn * is_drawn[column]  # what is not known is 0, and so is its bin
            return known[column] + bins.inside(drawn, numbers[inside]) * is_drawn[column], share(place), said

        step, step_share, steps = draw_time(model.say_step(now), STEP, 1, 4)
        step_then = ops.expand_dims(step, 1)
        after = model.step_known(spread_step(step_then))
        pitch_logits = model.say_pitch(state, step_then, after, notes, states)
        pitch, pitch_share, pitches = draw(ops.squeeze(pitch_logits, 1), pitch_mask, 0)
        pitch = known[0] + pitch * is_drawn[0]
        key = ops.cast(pitch, "int32")
        near = ops.squeeze(model.touches(notes, seen, key), 1)
        key, after = ops.squeeze(key, 1), ops.squeeze(after, 1)
        duration, duration_share, durations = draw_time(model.say_duration(now, after, key, near), DURATION, 2, 5)
        velocity_logits = model.say_velocity(now, after, key, near, duration)
        place, velocity_share, velocities = draw(velocity_logits, None, 3)
        loudness = ops.maximum(place * VELOCITY_WIDTH + ops.floor(numbers[6] * VELOCITY_WIDTH), 1.0)
        velocity = known[3] + loudness * is_drawn[3]
        bin_of_velocity = ops.floor(velocity / VELOCITY_WIDTH)
        shares = [pitch_share(pitch), step_share, duration_share, velocity_share(bin_of_velocity)]
        note = ops.concatenate([pitch, step, duration, velocity], -1)
        return note, log_of(shares), pitches, steps, durations, velocities

    names = (*NoteFamily.outputs, *(f"{part}_log_probs" for part in ("pitch", "step", "duration", "velocity")))
    return StageGraph({**NoteFamily.inputs, "uniform": (7,)}, names, run)
