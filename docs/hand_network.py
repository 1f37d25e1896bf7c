"""Trains the network that tells hands apart, and writes it as the file that antiphon ships.

    python docs/hand_network.py piano-midi-de.zip leave_out_files.csv hands.npz [--passes 16] [--tunes 600] [--seed 3]

The music is piano-midi.de, whose tracks are the hands, without the pieces on which scores are measured and without
those whose tracks are more than a right and a left hand; a tenth of the works is held out. Besides, tunes made by rule
over chords that the left hand plays in every register and figure, of which classical music has few. Every span of 256
notes is played anew whenever it is shown: other touch and key, beats counted twice as fast or slow, onsets on a wrong
place of the grid, notes left out. Needs the extra `train`.
"""

import argparse
import csv
import json
import math
import os
import platform
import random
import re
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import symusic
from keras import ops
from numpy.typing import NDArray
from simple_tunes import FIGURES, compose_tune

from antiphon.files import written_aside
from antiphon.notation.grid import PARTS
from antiphon.notation.sides import DILATIONS, WIDTH, describe

SPAN, BATCH = 256, 32
UNITS, TAPS = 48, 5
DROPPED = 0.2
RATE, WARMUP = 0.003, 60
HELD_EVERY = 10
TUNES = 600
Rows = NDArray[np.float64]
"""Notes in order of onset and pitch: onset and length in quarters, pitch, whether the left hand plays it, [n, 4]."""


def read_pieces(archive: Path, left_out: set[str]) -> dict[str, Rows]:
    """The pieces whose tracks are a right and a left hand, by name."""
    pieces = {}
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(set(packed.namelist()) - left_out):
            if not name.endswith(".mid"):
                continue
            score = symusic.Score.from_midi(packed.read(name))
            tracks = [track for track in score.tracks if len(track.notes)]
            hands = ["left" if "left" in track.name.lower() else "right" in track.name.lower() for track in tracks]
            if not all(hands) or len(set(hands)) < 2:
                continue
            unit = score.ticks_per_quarter
            rows = [
                (note.time / unit, max(note.duration, 1) / unit, note.pitch, hand == "left")
                for track, hand in zip(tracks, hands, strict=True)
                for note in track.notes
            ]
            pieces[name] = np.array(sorted(rows), np.float64)
    return pieces


def set_tunes(count: int) -> list[Rows]:
    """Tunes made by rule, the melody in the right hand, chords in the left one."""
    pieces = []
    for number in range(count):
        chance = random.Random(f"hands/{number}")  # noqa: S311
        tune = compose_tune(chance.choice(["3/4", "4/4", "4/4", "6/8"]), chance.random(), chance)
        figure, more_bass, third = chance.choice(list(FIGURES.values())), chance.random() < 0.5, chance.random() < 0.3
        turns, is_open, has_seventh = chance.randrange(3), chance.random() < 0.3, chance.random() < 0.3
        chords = [_voice(chord, turns, is_open, has_seventh) for chord in tune.chords]
        highest = float(np.median([chord[-1] for chord in chords]))
        lowest = float(np.quantile([note.pitch for note in tune.melody], 0.2))
        lift = round((lowest - highest - chance.uniform(-2, 16)) / 12) * 12
        held = chance.choice([0.3, 0.5, 0.9, 1.0])
        rows = [(note.at, note.length, note.pitch, 0) for note in tune.melody]
        if third:
            rows += [(note.at, note.length, note.pitch - chance.choice([3, 4]), 0) for note in tune.melody]
        for place, chord in enumerate(chords):
            raised = [pitch + lift for pitch in chord]
            for at, length, pitches, _ in figure(raised, tune.change, tune.beat, more_bass):
                begin = tune.lead + place * tune.change + at
                rows += [(begin, length * held, pitch, 1) for pitch in pitches]
        pieces.append(np.array(sorted(rows), np.float64))
    return pieces


def _voice(chord: list[int], turns: int, is_open: bool, has_seventh: bool) -> list[int]:
    """A triad turned over, with its middle note an octave higher, with a seventh."""
    tones = [*chord, chord[0] + 10] if has_seventh else list(chord)
    for _ in range(turns):
        tones = [*tones[1:], tones[0] + 12]
    if is_open:
        tones[1] += 12
    return sorted(tones)


def play_anew(rows: Rows, random: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How a span is described when played once more, [n, WIDTH], and whether each note is the left hand's, [n]."""
    count = len(rows)
    scale = random.choice([0.5, 1, 1, 1, 2])
    touch = (
        np.ones(count),
        random.uniform(0.45, 1, count),
        np.full(count, random.uniform(0.4, 1)),
        random.uniform(1, 1.8, count),
        random.uniform(1, 4, count),
    )[random.integers(5)]
    onsets = rows[:, 0] * scale * PARTS
    offsets = onsets + rows[:, 1] * scale * PARTS * touch
    places = np.rint(onsets).astype(np.int64)
    is_wrong = random.random(count) < random.choice([0, 0.01, 0.04])
    places += is_wrong * random.integers(-1, 2, count)
    pitches = rows[:, 2].astype(np.int64) + random.integers(-6, 7)
    _, first = np.unique(places * 256 + pitches, return_index=True)  # in order; no pitch twice at a place
    is_played = random.random(count) >= random.choice([0, 0, 0.02])
    is_played[first[0]] = True
    order = first[is_played[first]]
    described = describe(places[order], np.maximum(offsets, places + 0.1)[order], pitches[order])
    return described, rows[order, 3].astype(np.float32)


def take_spans(pieces: list[Rows], random: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Spans of all pieces, as many as they are long: [b, SPAN, WIDTH], and (is left, counts) [b, SPAN, 2]."""
    chosen = [rows for rows in pieces for _ in range(max(1, round(len(rows) / SPAN)))]
    shown = np.zeros((len(chosen), SPAN, WIDTH), np.float32)
    truth = np.zeros((len(chosen), SPAN, 2), np.float32)
    for at, place in enumerate(random.permutation(len(chosen))):
        rows = chosen[place]
        begin = int(np.clip(random.integers(-SPAN // 2, len(rows)), 0, max(len(rows) - SPAN - 8, 0)))
        described, is_left = play_anew(rows[begin : begin + SPAN + 8], random)
        length = min(len(is_left), SPAN)
        shown[at, :length] = described[:length]
        truth[at, :length, 0], truth[at, :length, 1] = is_left[:length], 1
    return shown, truth


def build() -> keras.Model:
    """The network, untrained: [batch, notes, WIDTH] to log-odds [batch, notes, 1]; layers named as in the file."""
    layers = keras.layers
    shown = keras.Input((None, WIDTH))
    heard = layers.Dense(UNITS, activation="relu", name="mix")(shown)
    for layer, dilation in enumerate(DILATIONS):
        around = layers.Conv1D(
            UNITS, TAPS, padding="same", dilation_rate=dilation, activation="relu", name=f"taps{layer}"
        )(heard)
        around = layers.Dropout(DROPPED)(around)
        heard = layers.Add()([heard, layers.Dense(UNITS, name=f"join{layer}")(around)])
    odds = layers.Dense(1, name="odds")(layers.Activation("relu")(heard))
    return keras.Model(shown, odds, name="hands")


def loss(truth: Any, odds: Any) -> Any:
    """Cross-entropy in nats a note, of those that count."""
    is_left, counts = truth[..., 0], truth[..., 1]
    missed = ops.softplus(odds[..., 0]) - is_left * odds[..., 0]
    return ops.sum(missed * counts) / ops.sum(counts)


def judge(network: keras.Model, pieces: list[Rows]) -> float:
    """Mean over pieces, as they stand in their files, of the share of notes whose hand is right."""
    shares = []
    for rows in pieces:
        places = np.rint(rows[:, 0] * PARTS).astype(np.int64)
        _, order = np.unique(places * 256 + rows[:, 2].astype(np.int64), return_index=True)
        offsets = np.maximum((rows[:, 0] + rows[:, 1]) * PARTS, places + 0.1)
        shown = describe(places[order], offsets[order], rows[order, 2].astype(np.int64))
        odds = ops.convert_to_numpy(network(shown[None], training=False))[0, :, 0]
        shares.append(float(np.mean((odds > 0) == (rows[order, 3] > 0))))
    return float(np.mean(shares))


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description="Train the network that tells hands apart.")
    parser.add_argument("music", type=Path)
    parser.add_argument("leave_out", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--passes", type=int, default=16)
    parser.add_argument("--tunes", type=int, default=TUNES)
    parser.add_argument("--seed", type=int, default=3)
    told = parser.parse_args()
    with told.leave_out.open(newline="", encoding="utf-8") as table:
        left_out = {row["file"] for row in csv.DictReader(table) if row["archive"] == told.music.name}
    pieces = read_pieces(told.music, left_out)
    # Without the number of the movement: all movements of a work on the same side.
    is_held = {name: zlib.crc32(re.sub(r"([-_]\d+)?\.mid$", "", name).encode()) % HELD_EVERY == 0 for name in pieces}
    trained = [rows for name, rows in pieces.items() if not is_held[name]]
    held = [rows for name, rows in pieces.items() if is_held[name]]
    keras.utils.set_random_seed(told.seed)
    drawing = np.random.default_rng(told.seed)
    network = build()
    tunes = set_tunes(told.tunes)
    spans = sum(max(1, round(len(rows) / SPAN)) for rows in trained + tunes)
    steps = told.passes * math.ceil(spans / BATCH)
    warmup = min(WARMUP, steps // 4)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=RATE, warmup_steps=warmup)
    network.compile(keras.optimizers.Adam(rate, clipnorm=1.0), loss, jit_compile=False)
    held_spans = take_spans(held, np.random.default_rng(0))
    began = time.monotonic()
    for number in range(told.passes):
        said = network.fit(*take_spans(trained + tunes, drawing), batch_size=BATCH, shuffle=False, verbose=0)
        missed = network.evaluate(*held_spans, batch_size=BATCH, verbose=0)
        print(f"pass {number + 1}: {said.history['loss'][0]:.4f} nats a note, held out {missed:.4f}", flush=True)
    right = judge(network, held)
    print(f"right hand on held-out pieces: {right:.4f}")
    card = {
        "name": "hands", "family": "hands", "recipe": "hands", "window": SPAN,
        "licence": "CC-BY-SA-3.0-DE",
        "attribution": "Bernd Krueger, http://www.piano-midi.de",
        "data": f"{len(trained)} pieces of piano-midi.de, whose tracks are the hands, none that scores are measured "
        f"on; {len(tunes)} tunes made by rule",
        "training": {
            "notes": sum(map(len, trained + tunes)), "epochs": told.passes, "seed": told.seed,
            "hours": round((time.monotonic() - began) / 3600, 2),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        },
        "figures": {"held_out_pieces": len(held), "held_out_right": round(right, 4), "held_out_nats": round(missed, 4)},
        "limits": "knows hands, not staves; has heard little counterpoint",
    }  # fmt: skip
    weights = {}
    for layer in network.layers:
        for name, array in zip((layer.name, f"{layer.name}_bias"), layer.get_weights(), strict=False):
            weights[name] = array.astype(np.float16)
    with written_aside(told.file) as aside, aside.open("wb") as file:
        np.savez_compressed(file, card=np.array(json.dumps(card)), **weights)


if __name__ == "__main__":
    main()
