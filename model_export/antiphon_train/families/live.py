"""The network that is worth playing with: family `note`, recipe `live`.

It reads notes in an LSTM, looks back over what that made of the last 25 with two heads of attention (as Merity 2019,
"Single Headed Attention RNN", does), and says the next note as four distributions, each knowing what was already
chosen: step, then pitch, then duration, then velocity. Notes are seen as musicians see them: pitch, octave, chroma, the
interval from the note before, times on a scale of ratios, a duration that may be hidden while the key is down.

Pitch has a second way in, beside the LSTM: *rolls*. For each of the 128 pitches, how present is it at the next onset,
which is known once the step is chosen: the sums over the notes so far of what `rolls` says of each. One convolution
over pitch, 18 semitones to each side, says the same of every key; what it finds is bent by the LSTM and by the place on
the keyboard, and weighed by the LSTM again. "Near these notes, an octave from those, not that one" then needs not be
learnt for each key anew.
Four more rolls are *pointers*: attention over the LSTM's states says which of the notes is like the one that comes
now, so that a figure can be taken up again at whatever distance.

Every position of a sequence is trained at once, in plain `keras.ops`: the same code trains on TensorFlow, JAX and
PyTorch. Optimizer: Muon for the matrices, Adam for embeddings and vectors (Jordan 2024,
https://github.com/KellerJordan/Muon; Liu et al. 2025, https://arxiv.org/abs/2502.16982).
"""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from antiphon.families.note import NoteFamily
from antiphon.note import HIDDEN, WINDOW, NoteArray, to_rows
from antiphon_train.attention import HEAD_UNITS, Attention, Dense, ages_of, column, single, unseen
from antiphon_train.bins import (
    DURATION,
    PITCHES,
    POINTS,
    STEP,
    VELOCITIES,
    VELOCITY_WIDTH,
    classes_of,
    logs,
    near,
    points,
)
from antiphon_train.corpus import Corpus, read_notes
from antiphon_train.playing import keep_windows, show_playing
from antiphon_train.recipes import Recipe
from antiphon_train.rolls import PRESENCES, presence
from antiphon_train.sampling import Kept, draw_class, sensible, shares_of
from antiphon_train.sequences import IGNORE, Sequences
from antiphon_train.stage import StageGraph
from antiphon_train.verify import compare

__all__ = ["HEADS", "Live", "build", "compile_for", "examples", "is_long", "stage_graph"]

HEADS = ("step", "pitch", "duration", "velocity")

read, keep, show, agree = read_notes, keep_windows, show_playing, compare
"""As every network that plays: how files are read, and what its run keeps and shows."""

UNITS = 224
"""A window through the graph takes a fifth longer with 256: half of the time is the LSTM's."""

HIDDEN_UNITS = 192
"""Of each distribution's inner layer."""

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

ROLLS = PRESENCES + POINTERS
FILTERS = 16
REACH = 18
"""Semitones to each side that the convolution over the rolls sees: an octave and a half. Two octaves take 2 % longer
for a window."""

FURTHEST = 25
"""Semitones: a wider leap is seen as this one."""

NOWHERE = 1000.0
"""The pitch from which a first note comes: further than any leap."""

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
        self.step_in.build((None, POINTS + 1))
        self.duration_in.build((None, POINTS + 1))
        self.velocity_in = layers.Embedding(VELOCITIES + 1, 12)
        self.lstm = layers.LSTM(UNITS, return_sequences=True)
        self.step_known = Dense(24, use_bias=False)
        self.pitch_known = layers.Embedding(PITCHES, 64)
        self.duration_known = Dense(24, use_bias=False)
        self.recall = Attention(RECALLS)
        self.recalled = Dense(RECALLS * HEAD_UNITS)
        self.recalled.build((None, UNITS))
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

    def call(self, given: dict[str, Any]) -> dict[str, Any]:
        notes, is_hidden = given["notes"], given["is_hidden"]
        context, following = notes[:, :-1], notes[:, 1:]
        held = ops.where(is_hidden[..., None] * np.array([0, 0, 1, 0], np.float32) > 0, HIDDEN, context)
        seen = self.see(held)
        states = single(self.lstm(seen))  # [b, n, UNITS]
        count = context.shape[1]
        state = self.look_back(held, states, count)
        pitch, step, duration = (ops.maximum(column(following, place), 0.0) for place in range(3))  # [b, n] each
        after = self.step_known(spread_step(ops.reshape(step, (-1, 1))))
        touched = self.touches(held, seen, pitch)
        key = ops.cast(ops.reshape(pitch, (-1,)), "int32")
        logits = {
            "step": self.say_step(state),
            "pitch": self.say_pitch(state, step, after, held, states),
            "duration": self.say_duration(state, after, key, touched),
            "velocity": self.say_velocity(state, after, key, touched, ops.reshape(duration, (-1, 1))),
        }
        return {name: ops.reshape(each, (-1, count, each.shape[-1])) for name, each in logits.items()}

    def see(self, notes: Any) -> Any:
        """Notes [b, n, 4] as the LSTM reads them, [b, n, features].

        Arithmetic instead of conditions, and an index below 0 for what stands at the end of a table: fewer nodes.
        """
        pitch = column(notes, 0)  # [b, n]
        is_empty = ops.cast(pitch < 0, "float32")
        before = ops.pad(pitch + NOWHERE * is_empty, [[0, 0], [1, 0]], constant_values=NOWHERE)[:, :-1]
        leap = ops.maximum(pitch - before, -float(PITCHES))
        loudness = column(notes, 3) / VELOCITY_WIDTH + VELOCITIES * is_empty
        features = [
            ops.take(self.keys_in(), ops.cast(pitch, "int32"), 0),
            ops.take(self.leaps_in(), ops.cast(leap, "int32"), 0),
            self.see_times(notes),
            self.velocity_in(ops.cast(loudness, "int32")),
        ]
        return ops.concatenate(features, -1)

    def keys_in(self) -> Any:
        """What each pitch and its absence look like, [129, features]: one table, a constant in the exported graph."""
        keys = np.arange(PITCHES + 1)
        is_note = keys < PITCHES
        octaves, chromas = np.where(is_note, keys // 12, 11), np.where(is_note, keys % 12, 12)
        return ops.concatenate([self.pitch_in(keys), self.octave_in(octaves), self.chroma_in(chromas)], -1)

    def leaps_in(self) -> Any:
        """What each interval looks like, [256, features]: 0 to 127 semitones, -128 for none, -127 to -1."""
        leaps = np.concatenate([np.arange(PITCHES), np.arange(-PITCHES, 0)])
        classes = np.clip(leaps, -FURTHEST, FURTHEST) + FURTHEST + 1
        return self.interval_in(np.where(leaps == -PITCHES, 0, classes))

    def see_times(self, notes: Any) -> Any:
        """Steps and durations of notes [b, n, 4] as the LSTM reads them, [b, n, 48]: both in one product.

        Each is spread over its scale; of a step it is also seen whether it is none, of a duration whether it is known.
        A hidden one is moved to before the first point, where no other is near.
        """
        is_less = ops.cast(notes[:, :, 1:3] < np.array([TOGETHER, 0], np.float32), "float32")  # together, hidden
        places = points(logs(notes)[:, :, 1:3], (STEP, DURATION)) - is_less * np.array([0, 1], np.float32)
        spread = ops.reshape(near(ops.expand_dims(places, -1)), (-1, 2 * POINTS))
        step, together = ops.split(self.step_in.kernel, [POINTS])
        duration, is_known = ops.split(self.duration_in.kernel, [POINTS])
        nothing = ops.zeros_like(step)
        columns = [[step, nothing, together, nothing[:1]], [nothing, duration, nothing[:1], -is_known]]
        kernel = ops.concatenate([ops.concatenate(rows, 0) for rows in columns], -1)
        bias = ops.concatenate([nothing[0], self.duration_in.bias + is_known[0]], 0)
        seen = ops.matmul(ops.concatenate([spread, ops.reshape(is_less, (-1, 2))], -1), kernel) + bias
        return ops.reshape(seen, (-1, notes.shape[1], seen.shape[-1]))

    def look_back(self, notes: Any, states: Any, answers: int) -> Any:
        """What the distributions are said from: the last t states and what they recall of all, [b * t, UNITS + 64].

        States are weighed before they are made into what is recalled: on stage that is one for 25.
        """
        count = notes.shape[1]
        state = ops.reshape(states[:, -answers:], (-1, UNITS))
        weights = self.recall((state, states), unseen(notes, answers))  # [b, RECALLS, t, n]
        weighed = ops.matmul(ops.reshape(weights, (-1, RECALLS * answers, count)), states)
        kernels = ops.transpose(ops.reshape(self.recalled.kernel, (UNITS, RECALLS, HEAD_UNITS)), (1, 0, 2))
        recalled = ops.matmul(ops.reshape(weighed, (-1, RECALLS, answers, UNITS)), kernels)
        recalled = ops.reshape(ops.transpose(recalled, (0, 2, 1, 3)), (-1, RECALLS * HEAD_UNITS))
        return ops.concatenate([state, recalled + self.recalled.bias], -1)

    def find(self, notes: Any, states: Any, step: Any, hidden: Any) -> Any:
        """What stands around each pitch at each following onset: [b, t, FILTERS, 128]."""
        count, answers = notes.shape[1], step.shape[1]
        # Without the stop, what the pointers want of the states makes all the other heads worse.
        pointed = self.pointers((hidden, ops.stop_gradient(states)), unseen(notes, answers))
        weights = ops.concatenate([presence(notes, step), pointed], 1)  # [b, ROLLS, t, n]
        pitch = ops.reshape(column(notes, 0), (-1, count, 1))
        sounding = ops.cast(ops.equal(pitch, ops.arange(PITCHES, dtype="float32")), "float32")  # [b, n, 128]
        rolls = ops.matmul(ops.reshape(weights, (-1, ROLLS * answers, count)), sounding)
        rolls = ops.transpose(ops.reshape(rolls, (-1, ROLLS, answers, PITCHES)), (0, 3, 2, 1))
        bends = ops.reshape(self.bends(hidden), (-1, 1, answers, FILTERS))
        found = ops.relu(single(self.rolls(rolls)) + single(self.place) + bends)  # [b, 128, t, FILTERS]
        return ops.transpose(found, (0, 2, 3, 1))

    def touches(self, notes: Any, seen: Any, pitch: Any) -> Any:
        """How the notes near each following one were touched: means of their durations and velocities over the window,
        weighed by interval and age, [b * t, 4 * TOUCH].

        Args:
            notes: [b, n, 4].
            seen: the same as `see` says them, [b, n, features].
            pitch: of the notes that follow the last t of them, [b, t].
        """
        count, answers = notes.shape[1], pitch.shape[1]
        intervals = ops.reshape(pitch, (-1, answers, 1)) - ops.reshape(column(notes, 0), (-1, 1, count))
        reached = np.clip(np.concatenate([np.arange(PITCHES + 1), np.arange(-PITCHES, 0)]), -REACHED, REACHED)
        nearness = ops.take(single(self.nearness), reached + REACHED, 0)  # by semitones, those below 0 from the end
        close = ops.transpose(ops.take(nearness, ops.cast(intervals, "int32"), 0), (0, 1, 3, 2))  # [b, t, 4, n]
        late = ops.take(single(self.lateness), np.clip(ages_of(count, answers), 0, WINDOW - 1), 1)
        unheard = ops.transpose(unseen(notes, answers), (0, 2, 1, 3))
        weights = ops.softmax(close + ops.transpose(late, (1, 0, 2)) + unheard, -1)
        # Each row's product has the same shape whatever the batch is, so that the same numbers come out.
        weights = ops.reshape(weights, (-1, answers * len(NEARNESS), count))
        return ops.reshape(ops.matmul(weights, seen[:, :, -TOUCH:]), (-1, len(NEARNESS) * TOUCH))

    def say_step(self, state: Any) -> Any:
        """Logits of the step, [b, 64], from the state as `look_back` gives it; here and below b * t is written b."""
        return self.outer["step"](self.inner["step"](state))

    def say_pitch(self, state: Any, step: Any, after: Any, notes: Any, states: Any) -> Any:
        """Logits of the pitches after the last t notes, [b * t, 128], once their steps are known.

        Args:
            state: as `look_back` gives it, [b * t, UNITS + 64].
            step: [b, t].
            after: the steps as `step_known` says them, [b * t, 24].
            notes: [b, n, 4].
            states: of all notes, [b, n, UNITS].
        """
        hidden = self.inner["pitch"](ops.concatenate([state, after], -1))
        gates = ops.reshape(self.gates(hidden), (-1, step.shape[1], 1, FILTERS))
        found = ops.matmul(gates, self.find(notes, states, step, hidden))  # [b, t, 1, 128]
        return self.outer["pitch"](hidden) + ops.reshape(found, (-1, PITCHES))

    def say_duration(self, state: Any, after: Any, key: Any, touched: Any) -> Any:
        """Logits of the duration, [b, 64], once step and pitch are known, and how its neighbours were touched."""
        known = [state, after, self.pitch_known(key), touched]
        return self.outer["duration"](self.inner["duration"](ops.concatenate(known, -1)))

    def say_velocity(self, state: Any, after: Any, key: Any, touched: Any, duration: Any) -> Any:
        """Logits of the velocity, [b, 32], once all else is known."""
        known = [state, after, self.pitch_known(key), touched, self.duration_known(DURATION.spread(duration))]
        return self.outer["velocity"](self.inner["velocity"](ops.concatenate(known, -1)))


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


def is_long(piece: NoteArray, recipe: Recipe) -> bool:
    """Whether a piece makes examples: a sequence and one note more."""
    return len(piece) > recipe.notes


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
        state = model.look_back(notes, states, 1)
        # Columns, and sums instead of conditions: fewer nodes.
        controls = [ops.split(each, 4, -1) for each in sensible(temperature, top_p)]
        numbers = ops.split(uniform, 7, -1)
        is_free = ops.cast(chosen < 0, "float32")
        known = ops.relu(chosen)  # 0 for what is not
        is_drawn, given = ops.split(is_free, 4, -1), ops.split(known, 4, -1)

        def draw(logits: Any, mask: Any | None, column: int) -> tuple[Any, Kept, Any]:
            return draw_class(logits, mask, controls[0][column], controls[1][column], numbers[column])

        step_class, steps_kept, steps = draw(model.say_step(state), None, 1)
        step = given[1] + STEP.inside(step_class, numbers[4]) * is_drawn[1]
        after = model.step_known(spread_step(step))
        pitch_class, pitches_kept, pitches = draw(model.say_pitch(state, step, after, notes, states), pitch_mask, 0)
        pitch = given[0] + pitch_class * is_drawn[0]
        key, touched = ops.cast(ops.squeeze(pitch, 1), "int32"), model.touches(notes, seen, pitch)
        duration_class, durations_kept, durations = draw(model.say_duration(state, after, key, touched), None, 2)
        duration = given[2] + DURATION.inside(duration_class, numbers[5]) * is_drawn[2]
        velocity_logits = model.say_velocity(state, after, key, touched, duration)
        velocity_class, velocities_kept, velocities = draw(velocity_logits, None, 3)
        loudness = ops.maximum(velocity_class * VELOCITY_WIDTH + ops.floor(numbers[6] * VELOCITY_WIDTH), 1.0)
        velocity = given[3] + loudness * is_drawn[3]
        drawn = ops.concatenate([pitch_class, step_class, duration_class, velocity_class], -1)
        taken = classes_of(known) + drawn * is_free  # the class of what is not known is 0
        log_prob = ops.log(shares_of(taken, [pitches_kept, steps_kept, durations_kept, velocities_kept]))
        note = ops.concatenate([pitch, step, duration, velocity], -1)
        return note, log_prob, pitches, steps, durations, velocities

    names = (*NoteFamily.outputs, *(f"{part}_log_probs" for part in ("pitch", "step", "duration", "velocity")))
    return StageGraph({**NoteFamily.inputs, "uniform": (7,)}, names, run)
