"""How likely the true next pitch is in a window that is not full, by what stands in the empty places.

    python docs/padding.py maestro-v3.0.0 validation

Prints the table of docs/model.md: nats for each note, 4,000 windows of the part, less is better.
"""

import sys
from pathlib import Path

import numpy as np

from antiphon.core.core import BATCH
from antiphon.engine.bundle import find_bundle
from antiphon.engine.engine import Engine
from antiphon.note import HIDDEN, NO_NOTE, WINDOW, FloatArray, to_rows
from antiphon.wanted import CHOOSE, DRAWS, Wanted
from antiphon_train.corpus import read_corpus
from antiphon_train.windows import cut, window_starts

WINDOWS = 4000
NEUTRAL = (64, 0.048, 0.0885, 64)


def nats(engine: Engine, windows: FloatArray, following: FloatArray) -> float:
    """The mean negative log-likelihood of the true next pitches."""
    total = 0.0
    for at in range(0, len(windows), BATCH):
        rows = [
            Wanted.plain(number, window, np.zeros(DRAWS, np.float32))._replace(
                chosen=np.array([note[0], CHOOSE, CHOOSE, CHOOSE], np.float32)
            )
            for number, (window, note) in enumerate(
                zip(windows[at : at + BATCH], following[at : at + BATCH], strict=True)
            )
        ]
        total -= sum(answer.log_prob[0] for answer in engine.run(rows))
    return total / len(windows)


def fill(windows: FloatArray, known: int, kind: str) -> FloatArray:
    """The windows with only the last `known` notes as they were, the first of them without a step."""
    filled = windows.copy()
    first = WINDOW - known
    filled[:, first, 1] = 0
    if kind == "the graph's own":
        filled[:, :first] = 0
        filled[:, :first, 0] = NO_NOTE
    elif kind == "first note":
        filled[:, :first] = filled[:, first : first + 1]
    else:
        filled[:, :first] = NEUTRAL if kind == "neutral" else 0
    return filled


def main() -> None:
    """Read, score, print."""
    folder, split = sys.argv[1:]
    corpus = read_corpus(Path(folder), split)
    starts = np.random.default_rng(1).choice(window_starts(corpus.lengths()), WINDOWS, replace=False)
    windows, following = cut(to_rows(corpus.notes), np.sort(starts))
    engine = Engine(find_bundle("tutorial"), "cpu", BATCH)
    kinds = ("the graph's own", "first note", "neutral", "zeros")
    lines = [f"| notes known | {' | '.join(kinds)} |"]
    for known in (1, 2, 4, 8, 16):
        scores = [nats(engine, fill(windows, known, kind), following) for kind in kinds]
        lines.append(f"| {known} | {' | '.join(f'{score:.2f}' for score in scores)} |")
    lines.append(f"| {WINDOW} (full) | {nats(engine, windows, following):.2f} | | | |")
    for hidden in (1, 4):
        held = windows.copy()
        held[:, -hidden:, 2] = HIDDEN
        lines.append(f"| last {hidden} still down | {nats(engine, held, following):.2f} | | | |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
