"""What a model plays by itself, beside what people play: the numbers behind what one hears.

From openings that it never heard a bundle goes on alone, and what comes is measured as the same number of notes of the
corpus is: how dense, how many keys at once, how wide, how much returns. Lively music lies inside the corpus's own
band, from its 5th to its 95th percentile; a model that is stuck falls out of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from antiphon.apps.picture import piano_roll
from antiphon.engine.engine import Engine
from antiphon.midi.file import write_midi
from antiphon.note import WINDOW, FloatArray, NoteArray, from_rows, to_rows
from antiphon.wanted import DRAWS, Wanted
from antiphon_train.bins import DURATION, STEP, TimeBins
from antiphon_train.corpus import Corpus

__all__ = ["LENGTH", "MEASURES", "OPENINGS", "continue_all", "openings", "report", "save"]

OPENINGS = 20
LENGTH = 500
"""Notes that are played from each opening: one to two minutes."""

GRAM = 4
"""Notes of a pattern that returns, and of the smallest that can: an Alberti figure."""

LONGEST_PERIOD = 16
"""Notes: what repeats itself exactly at up to this distance is a loop."""

STUCK = 0.5
"""A passage is a dead loop when more than this share of it repeats exactly, or is one pitch. In MAESTRO's train part
no excerpt of 500 notes is."""


def openings(corpus: Corpus) -> list[NoteArray]:
    """The first 25 notes of pieces that lie evenly through the corpus, at most `OPENINGS`."""
    long = [piece for piece in corpus.pieces() if len(piece) > WINDOW]
    places = np.linspace(0, len(long) - 1, min(OPENINGS, len(long))).astype(int)
    return [long[place][:WINDOW] for place in places]


def continue_all(
    bundle: Path, beginnings: list[NoteArray], seed: int, tell: Callable[[int, int], None] = lambda done, total: None
) -> list[NoteArray]:
    """`LENGTH` notes after each beginning at temperature 1, each note in the window of the next, onsets from 0."""
    engine = Engine(bundle, "cpu", len(beginnings))
    random = np.random.default_rng(seed)
    rows = np.stack([to_rows(notes) for notes in beginnings])  # [n, 25, 4]
    for done in range(LENGTH):
        uniform = random.random((len(rows), DRAWS), dtype=np.float32)
        wanted = [Wanted.plain(k, rows[k, -WINDOW:], uniform[k]) for k in range(len(rows))]
        answers = np.array([answer.note for answer in engine.run(wanted)], np.float32)
        rows = np.concatenate([rows, answers[:, None]], 1)
        tell(done + 1, LENGTH)
    return [from_rows(played[WINDOW:]) for played in rows]


def save(beginnings: list[NoteArray], played: list[NoteArray], folder: Path) -> None:
    """Write each opening and what was played after it as 01.mid, 01.png, ..."""
    for number, (opening, notes) in enumerate(zip(beginnings, played, strict=True), 1):
        rest = notes.copy()
        rest["onset"] += opening["onset"][-1]
        both = {"opening": opening, "model": rest}
        write_midi(folder / f"{number:02}.mid", both)
        piano_roll(both, folder / f"{number:02}.png", f"Opening {number} and what follows")


def density(notes: NoteArray) -> float:
    """Notes a second."""
    return len(notes) / max(float(notes["onset"][-1] - notes["onset"][0]), 1e-3)


def polyphony(notes: NoteArray) -> float:
    """Keys down at once, on average over the time in which any is."""
    ends = np.maximum.accumulate(notes["onset"] + notes["duration"])
    begins = np.maximum(notes["onset"], np.concatenate([[-np.inf], ends[:-1]]))
    return float(notes["duration"].sum() / np.maximum(ends - begins, 0).sum())


def span(notes: NoteArray) -> float:
    """Semitones from the lowest to the highest note."""
    return float(np.ptp(notes["pitch"]))


def repetition(notes: NoteArray) -> float:
    """The share of patterns of four pitches that were played before in the same passage."""
    grams = np.lib.stride_tricks.sliding_window_view(notes["pitch"], GRAM)
    return 1 - len(np.unique(grams, axis=0)) / len(grams)


def looping(notes: NoteArray) -> float:
    """The greatest share of notes that equal the one a fixed distance before, or of one pitch among all."""
    pitches = notes["pitch"]
    loops = [float((pitches[period:] == pitches[:-period]).mean()) for period in range(1, LONGEST_PERIOD + 1)]
    return max(*loops, float(np.bincount(pitches).max()) / len(pitches))


MEASURES: dict[str, Callable[[NoteArray], float]] = {
    "density": density,
    "polyphony": polyphony,
    "range": span,
    "repetition": repetition,
    "looping": looping,
}
"""What is measured of a passage, by the name it has in the report; the first three decide."""

DECIDING = 3


def report(corpus: Corpus, played: list[NoteArray]) -> dict[str, Any]:
    """The figures of what a model played, beside every passage of equal length in the corpus.

    Args:
        corpus: what people played.
        played: passages of `LENGTH` notes.
    Returns:
        `passages`; for each measure its `band` in the corpus, the median of what was played and how many are `inside`;
        how many are inside in all of density, polyphony and range, and the share of the corpus's own passages that is;
        how many are `stuck`; how much of the pitch-class histograms overlaps (0 to 1); and how far steps and durations
        are moved, in doublings (Wasserstein's distance). Nothing but the figures of what was played where no piece is
        long enough to compare.
    """
    people = [piece[at : at + LENGTH] for piece in corpus.pieces() for at in range(0, len(piece) - LENGTH + 1, LENGTH)]
    figures: dict[str, Any] = {"passages": len(played), "notes": LENGTH}
    is_inside = np.ones(len(played) + len(people), bool)
    for place, (name, measure) in enumerate(MEASURES.items()):
        values = np.array([measure(notes) for notes in (*played, *people)])
        figures[name] = {"median": round(float(np.median(values[: len(played)])), 3)}
        if people:
            low, high = np.percentile(values[len(played) :], [5, 95])
            inside = (values >= low) & (values <= high)
            counted = int(inside[: len(played)].sum())
            figures[name] |= {"band": (round(float(low), 3), round(float(high), 3)), "inside": counted}
            is_inside &= inside | (place >= DECIDING)
    if people:
        figures["inside"] = int(is_inside[: len(played)].sum())
        figures["people_inside"] = round(float(is_inside[len(played) :].mean()), 3)
    figures["stuck"] = sum(looping(notes) > STUCK for notes in played)
    theirs, ours = np.concatenate(people or list(corpus.pieces())), np.concatenate(played)
    figures["pitch_class_overlap"] = round(float(np.minimum(_classes(theirs), _classes(ours)).sum()), 3)
    for name, bins in (("step", STEP), ("duration", DURATION)):
        figures[f"{name}_distance"] = round(_doublings(bins, theirs[name], ours[name]), 3)
    return figures


def _classes(notes: NoteArray) -> NDArray[np.float64]:
    return np.bincount(notes["pitch"] % 12, minlength=12) / len(notes)


def _doublings(bins: TimeBins, one: FloatArray, other: FloatArray) -> float:
    """How many doublings of time lie between two distributions, on average over the best pairing."""
    shares = [np.bincount(bins.find(times), minlength=bins.count) / len(times) for times in (one, other)]
    ratio = np.log2(bins.high / bins.low) / (bins.count - 2)
    return float(np.abs(np.cumsum(shares[0] - shares[1])).sum() * ratio)
