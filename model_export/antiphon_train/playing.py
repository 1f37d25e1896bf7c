"""What a network that plays leaves in its run beside its weights: windows to compare it on, and what it played."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.note import WINDOW, to_rows
from antiphon_train import plots
from antiphon_train.corpus import Corpus
from antiphon_train.runs import Run
from antiphon_train.stage import StageGraph, play
from antiphon_train.windows import cut, window_starts

__all__ = ["keep_windows", "show_playing"]

KEPT_EXAMPLES = 1000
"""Windows of the corpus that stay with the run: `antiphon export` compares Keras and ONNX on them."""


def keep_windows(run: Run, corpus: Corpus) -> None:
    """Keep windows of a corpus, evenly spread, and the notes after them."""
    starts = window_starts(corpus.lengths())
    windows, following = cut(to_rows(corpus.notes), _evenly(starts, KEPT_EXAMPLES))
    run.keep_examples({"windows": windows, "following": following})


def show_playing(stage: StageGraph, corpus: Corpus, folder: Path, seed: int) -> None:
    """Write what a network plays after openings of the longest pieces, as MIDI and pictures; nothing where none of
    them is longer than a window."""
    long = [piece for piece in corpus.pieces() if len(piece) > WINDOW]
    if not long:
        return
    pieces = sorted(long, key=len, reverse=True)[: plots.SAMPLES]
    windows = np.stack([to_rows(piece[:WINDOW]) for piece in pieces])
    plots.samples(pieces, play(stage, windows, plots.SAMPLE, seed), folder)


def _evenly(starts: NDArray[Any], count: int) -> NDArray[Any]:
    return starts[np.linspace(0, len(starts) - 1, count).astype(int)]
