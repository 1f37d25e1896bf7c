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
import onnxruntime
from numpy.typing import NDArray

from antiphon.note import HIDDEN, WINDOW, FloatArray, to_rows
from antiphon_train.baselines import Pitches, count_grams, gram_nats, tuned_strength
from antiphon_train.corpus import Corpus
from antiphon_train.windows import cut, window_starts

__all__ = ["PARTS", "Scores", "grams_report", "report", "score"]

PARTS = ("pitch", "step", "duration", "velocity")
"""The columns of `log_prob`."""

BATCH = 512
"""Windows in one run: large enough for both cores, small enough for any memory."""

ORDER = 5
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Scores:
    """What was measured on each note.

    Args:
        nats: of pitch, step, duration, velocity, float32 [n, 4]; NaN where the bundle has no distribution.
        rank: how many pitches were likelier than the true one, int64 [n].
        piece: the number of each note's piece, int64 [n].
    """

    nats: FloatArray
    rank: NDArray[np.int64]
    piece: NDArray[np.int64]


def score(bundle: Path, corpus: Corpus, is_held: bool, tell: Callable[[int, int], None]) -> Scores:
    """Score a bundle on every note of a corpus that has a full window before it.

    Args:
        bundle: of the family `note`.
        corpus: held out from its training.
        is_held: hide the duration of the last note, as when its key is still down.
        tell: called with (notes done, notes in all).
    Raises:
        CorpusError: no piece is longer than a window.
    """
    session = onnxruntime.InferenceSession(str(bundle), providers=["CPUExecutionProvider"])
    rows, starts = to_rows(corpus.notes), window_starts(corpus.lengths())
    uniform_count = next(given.shape[1] for given in session.get_inputs() if given.name == "uniform")
    nats = np.empty((len(starts), len(PARTS)), np.float32)
    rank = np.empty(len(starts), np.int64)
    for at in range(0, len(starts), BATCH):
        windows, following = cut(rows, starts[at : at + BATCH])
        if is_held:
            windows[:, -1, 2] = HIDDEN
        count = len(windows)
        feed = {
            "notes": windows,
            "temperature": np.ones((count, 4), np.float32),
            "top_p": np.ones((count, 4), np.float32),
            "pitch_mask": np.ones((count, 128), np.float32),
            "chosen": following,
            "uniform": np.zeros((count, uniform_count), np.float32),
        }
        log_prob, pitches = session.run(["log_prob", "pitch_log_probs"], feed)
        nats[at : at + count] = -log_prob
        true = np.take_along_axis(pitches, following[:, :1].astype(np.int64), 1)
        rank[at : at + count] = (pitches > true).sum(1)
        tell(at + count, len(starts))
    return Scores(nats, rank, np.searchsorted(corpus.bounds, starts, side="right") - 1)


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
        name: {"pitch_nll": round(float(nats.mean()), 4), "interval": interval(nats, piece)}
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
