"""How likely a bundle finds music that it never heard: nats for each note, on every note of a part of a corpus.

Scored are the notes with 25 before them in the same piece, each part given the true earlier parts of the same note,
in the bins of `bins`. All of it comes from the bundle itself (`chosen` is the true note, `log_prob` its likelihood),
so any `note` bundle can be scored, and nothing of training is asked. Intervals are 95 % bootstraps over pieces: notes
of a piece are alike, and counting them one by one would promise too much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.engine.engine import open_bundle
from antiphon.note import HIDDEN, NO_NOTE, WINDOW, FloatArray, to_rows
from antiphon_train.baselines import Pitches, count_grams, gram_nats, tuned_strength
from antiphon_train.bins import DURATION, STEP, VELOCITY_WIDTH
from antiphon_train.corpus import Corpus
from antiphon_train.performance import CAVEATS, PUBLISHED, cell_nats, tokens_per_note
from antiphon_train.windows import cut, window_starts

__all__ = [
    "KNOWN",
    "PARTS",
    "Scores",
    "calibration",
    "grams_report",
    "interval",
    "lengths_report",
    "literature",
    "report",
    "score",
]

PARTS = ("pitch", "step", "duration", "velocity")
"""The columns of `log_prob`."""

BATCH = 512
"""Windows in one run: large enough for both cores, small enough for any memory."""

KNOWN = (0, 1, 2, 4, 8, 16, WINDOW)
"""Notes in a window that is scored by its length."""

SPARSE = 10
"""By length every tenth note is scored: seven lengths of a whole part would take a quarter of an hour."""

ORDER = 5
DRAWS = 1000
DECILES = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """What was measured on each note; a part without a distribution is NaN.

    Args:
        nats: of pitch, step, duration, velocity, float32 [n, 4].
        rank: how many pitches were likelier than the true one, int64 [n].
        confidence: the probability of the likeliest class of each part, float32 [n, 4].
        is_right: 1 where that class was the true one, float32 [n, 4].
        fine_nats: of the whole note with its times in steps of 10 ms, float32 [n].
        piece: the number of each note's piece, int64 [n].
    """

    nats: FloatArray
    rank: NDArray[np.int64]
    confidence: FloatArray
    is_right: FloatArray
    fine_nats: FloatArray
    piece: NDArray[np.int64]


def score(
    bundle: Path,
    corpus: Corpus,
    tell: Callable[[int, int], None],
    is_held: bool = False,
    known: int = WINDOW,
    every: int = 1,
) -> Scores:
    """Score a bundle on the notes of a corpus that have a full window before them.

    Args:
        bundle: of the family `note`.
        corpus: held out from its training.
        tell: called with (notes done, notes in all).
        is_held: hide the duration of the last note, as when its key is still down.
        known: notes that are left in the window; the places before them are empty.
        every: 1 scores all notes, 10 each tenth.
    Raises:
        CorpusError: no piece is longer than a window.
        BundleError: the file is no such bundle.
    """
    session, _, _ = open_bundle(bundle, "cpu", threads=0)
    outputs = {output.name for output in session.get_outputs()}
    uniform_count = next(given.shape[1] for given in session.get_inputs() if given.name == "uniform")
    rows, starts = to_rows(corpus.notes), window_starts(corpus.lengths())[::every]
    parts: list[tuple[NDArray[Any], ...]] = []
    for at in range(0, len(starts), BATCH):
        windows, following = cut(rows, starts[at : at + BATCH])
        if is_held:
            windows[:, -1, 2] = HIDDEN
        windows[:, : WINDOW - known] = [NO_NOTE, 0, 0, 0]
        if known == 0:
            following[:, 1] = 0  # the first note of a session has no step
        elif known < WINDOW:
            windows[:, -known, 1] = 0
        count = len(windows)
        feed = {
            "notes": windows,
            "temperature": np.ones((count, 4), np.float32),
            "top_p": np.ones((count, 4), np.float32),
            "pitch_mask": np.ones((count, 128), np.float32),
            "chosen": following,
            "uniform": np.zeros((count, uniform_count), np.float32),
        }
        names = [name for part in PARTS if (name := f"{part}_log_probs") in outputs]
        log_prob, *distributions = session.run(["log_prob", *names], feed)
        parts.append(_measure(-log_prob, dict(zip(names, distributions, strict=True)), following))
        tell(at + count, len(starts))
    nats, rank, confidence, is_right, fine = (np.concatenate([part[k] for part in parts]) for k in range(5))
    piece = np.searchsorted(corpus.bounds, starts, side="right") - 1
    return Scores(nats, rank, confidence, is_right, fine, piece)


def _measure(nats: FloatArray, log_probs: dict[str, FloatArray], following: FloatArray) -> tuple[NDArray[Any], ...]:
    """The columns of `Scores`, but the last, for a batch."""
    true: dict[str, NDArray[Any]] = {
        "pitch": following[:, 0].astype(np.int64),
        "step": STEP.find(following[:, 1]),
        "duration": DURATION.find(following[:, 2]),
        "velocity": following[:, 3].astype(np.int64) // VELOCITY_WIDTH,
    }
    confidence, is_right = np.full((2, *nats.shape), np.nan, np.float32)
    for column, part in enumerate(PARTS):
        if (said := log_probs.get(f"{part}_log_probs")) is not None:
            confidence[:, column] = np.exp(said.max(1))
            is_right[:, column] = said.argmax(1) == true[part]
    pitches = log_probs["pitch_log_probs"]
    rank = (pitches > np.take_along_axis(pitches, true["pitch"][:, None], 1)).sum(1)
    fine = nats[:, 0] + nats[:, 3]
    for bins, part, column in ((STEP, "step", 1), (DURATION, "duration", 2)):
        said = log_probs.get(f"{part}_log_probs")
        fine = fine + (np.nan if said is None else cell_nats(bins, said, following[:, column]))
    return nats, rank, confidence, is_right, fine


def report(known: Scores, held: Scores) -> dict[str, Any]:
    """The figures of a bundle, from its scores with all durations known and with the last hidden."""
    figures: dict[str, Any] = {"notes": len(known.rank), "pieces": len(np.unique(known.piece))}
    for column, part in enumerate(PARTS):
        nats = known.nats[:, column].astype(np.float64)
        is_there = bool(np.isfinite(nats).all())
        figures[f"{part}_nll"] = round(float(nats.mean()), 4) if is_there else None
        figures[f"{part}_nll_interval"] = interval(nats, known.piece) if is_there else None
        hidden = held.nats[:, column].astype(np.float64)
        figures[f"{part}_nll_hidden"] = round(float(hidden.mean()), 4) if is_there else None
    figures["pitch_top1"] = round(float((known.rank < 1).mean()), 4)
    figures["pitch_top5"] = round(float((known.rank < 5).mean()), 4)
    return figures


def calibration(scores: Scores) -> dict[str, Any]:
    """Does it know how sure it may be: for each part the mean distance of confidence from truth, and its ten steps.

    The notes are put in ten equal groups by the probability of the likeliest class; in each, how often that class
    was the true one is set beside it. `error` is the mean of their distances. Source: expected calibration error
    with equal groups, Nixon et al. 2019.
    """
    figures: dict[str, Any] = {}
    for column, part in enumerate(PARTS):
        confidence, is_right = scores.confidence[:, column], scores.is_right[:, column]
        if not np.isfinite(confidence).all():
            continue
        groups = np.array_split(np.argsort(confidence), DECILES)
        steps = [(float(confidence[group].mean()), float(is_right[group].mean())) for group in groups if len(group)]
        error = float(np.mean([abs(said - was) for said, was in steps]))
        figures[part] = {"error": round(error, 4), "steps": [(round(said, 3), round(was, 3)) for said, was in steps]}
    return figures


def literature(corpus: Corpus, scores: Scores) -> dict[str, Any]:
    """Nats of a whole note beside what was published, which counts tokens; see `performance`."""
    tokens = tokens_per_note(corpus)
    ours = float(scores.fine_nats.astype(np.float64).mean())
    return {
        "nats_per_note": round(ours, 3) if np.isfinite(ours) else None,
        "tokens_per_note": round(tokens, 3),
        "published": {name: round(nats * tokens, 2) for name, nats in PUBLISHED.items()},
        "caveats": CAVEATS,
    }


def lengths_report(bundle: Path, corpus: Corpus, tell: Callable[[int, int], None]) -> dict[str, Any]:
    """Nats of each part by the number of notes in the window, on every tenth note."""
    figures = {}
    for place, known in enumerate(KNOWN):

        def tell_one(done: int, total: int, place: int = place) -> None:
            tell(place * total + done, len(KNOWN) * total)

        scores = score(bundle, corpus, tell_one, known=known, every=SPARSE)
        means = scores.nats.astype(np.float64).mean(0)
        figures[str(known)] = {
            part: round(float(mean), 4) if np.isfinite(mean) else None for part, mean in zip(PARTS, means, strict=True)
        }
    return figures


def grams_report(train: Corpus, tuned: Corpus, held: Corpus) -> dict[str, Any]:
    """Nats of pitch by counting alone, on the same notes: uniform, unigram, ... with intervals."""
    parts = [[piece["pitch"].astype(np.int64) for piece in corpus.pieces()] for corpus in (train, tuned, held)]
    grams = count_grams(parts[0], ORDER)
    strength = tuned_strength(grams, _long(parts[1]), WINDOW)
    scored = _long(parts[2])
    rows = gram_nats(grams, scored, WINDOW, strength)
    piece = np.repeat(np.arange(len(scored)), [len(pitches) - WINDOW for pitches in scored])
    names = ["uniform", "unigram", *(f"{order}-gram" for order in range(2, ORDER + 1))]
    return {
        name: {"pitch_nll": round(float(nats.mean()), 4), "pitch_nll_interval": interval(nats, piece)}
        for name, nats in zip(names, rows, strict=True)
    }


def interval(nats: NDArray[np.float64], piece: NDArray[np.int64]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean over notes [n], drawing whole pieces."""
    sums, sizes = np.bincount(piece, nats), np.bincount(piece)
    sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    drawn = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.percentile(sums[drawn].sum(1) / sizes[drawn].sum(1), [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _long(pieces: list[Pitches]) -> list[Pitches]:
    return [piece for piece in pieces if len(piece) > WINDOW]
