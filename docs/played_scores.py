"""Performances with exact beats: recordings on piano rolls, their notes joined to scores whose ticks are beats.

    python docs/played_scores.py open-piano.zip distinct_pieces.csv FOLDER

FOLDER is a corpus that `beat_corpus.py` wrote: it gets a folder `rolls/` with the performances of its pieces of
piano-midi.de, and the rows of the files, held out where the score is.

A performance may leave repeats out, hold several pieces or parts of them, and have wrong notes. So passages are looked
for that go along with a passage of the score, by the pitches of their onsets alone (local alignment); what goes along
with none is left out. Of each passage comes a MIDI file with the ticks of the score, the tempo from onset to onset and
the lengths and loudness of the performance.

Source of the method: T. F. Smith, M. S. Waterman, Identification of common molecular subsequences, 1981.
"""

import csv
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import symusic
from beat_corpus import is_held, midi_bytes
from counted_scores import TICKS, Section
from numpy.typing import NDArray

from antiphon.notation.onsets import gather_onsets
from antiphon.notation.tactus import Meter
from antiphon.note import NoteArray
from antiphon_train.corpus import playable, read_notes

__all__ = ["Counted", "Passage", "is_free", "join", "played_scores", "read_score", "write_down"]

ALIKE = 0.45
"""What a pair of onsets must have in common to count for going along: unrelated music of one key has about .2."""

STEPS = ((1, 1, 0.0), (2, 1, 0.3), (1, 2, 0.3), (3, 1, 0.7), (1, 3, 0.7))
"""Onsets of the performance and of the score that an alignment goes on by, and what that costs: chords are spread, and
notes are left out."""

LEAST = 30.0
"""Sum over a passage of what its pairs have in common above `ALIKE`: some 60 onsets that go along. Chance reaches 8."""

NEAR = 20
"""Ticks of 480 a quarter within which notes of a score are one onset: a 96th."""

REACH = 2
"""Onsets of the score to each side in which a note is looked for that is not where its chord is."""

CLOSE = 0.005
"""Seconds from an onset to the next at least."""

WINDOW, MATCHED = 24, 0.6
"""Onsets over which the share of joined notes must be so high: a passage ends where it is not."""

LONGEST_QUARTER = 16.0
"""Seconds of a quarter at most: a MIDI file cannot say more than 16.7."""

SHORTEST_PASSAGE = 60
"""Onsets of a passage at least."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """A score in order of onset and pitch, 480 ticks a quarter: ticks and pitches, shape [n]; meters by tick."""

    ticks: Ints
    pitches: Ints
    meters: dict[int, Meter]


@dataclass(frozen=True, slots=True)
class Passage:
    """Notes that were joined: where in the performance and in the score, shape [n], in order of the performance."""

    played: Ints
    written: Ints


def read_score(data: bytes) -> Counted:
    """The notes of a MIDI file's bytes whose ticks are beats."""
    score = symusic.Score.from_midi(data)
    scale = TICKS / score.ticks_per_quarter
    ticks, _, pitches, _ = playable(score)
    ticks = np.rint(ticks * scale).astype(np.int64)
    order = np.lexsort((pitches, ticks))
    meters = {0: Meter(4, 4)} | {
        round(mark.time * scale): Meter(mark.numerator, mark.denominator) for mark in score.time_signatures
    }
    return Counted(ticks[order], pitches[order].astype(np.int64), dict(sorted(meters.items())))


def join(played: NoteArray, score: Counted) -> list[Passage]:
    """The passages of a performance that go along with the score, in order."""
    mine, theirs = gather_onsets(played).members, _onsets_of(score)
    pitches = played["pitch"].astype(np.int64)
    alike = _compare(_sets(pitches, mine), _sets(score.pitches, theirs))
    passages: list[Passage] = []
    waiting = [(0, len(alike))]
    while waiting:
        begin, end = waiting.pop()
        path = _find_path(alike[begin:end]) if end - begin >= SHORTEST_PASSAGE else None
        if path is None:
            continue
        path[:, 0] += begin
        waiting += [(begin, int(path[0, 0])), (int(path[-1, 0]) + 1, end)]
        passages += _split(_pair(path, pitches, mine, score.pitches, theirs), mine, path)
    return sorted(passages, key=lambda passage: int(passage.played[0]))


def _onsets_of(score: Counted) -> Ints:
    """The onset of each note, counted from 0, shape [n]."""
    return np.asarray(np.cumsum(np.diff(score.ticks, prepend=score.ticks[0]) > NEAR), np.int64)


def _sets(pitches: Ints, members: Ints) -> NDArray[np.float32]:
    sets = np.zeros((int(members[-1]) + 1, 128), np.float32)
    sets[members, pitches] = 1
    return sets


def _compare(mine: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of pitches in common of every pair of onsets, less `ALIKE`, shape [mine, theirs]."""
    sizes = mine.sum(axis=1)[:, None] + theirs.sum(axis=1)[None, :]
    return np.asarray(2 * (mine @ theirs.T) / sizes - ALIKE, np.float32)


def _find_path(alike: NDArray[np.float32]) -> Ints | None:
    """Pairs of onsets along the best local alignment, shape [k, 2]; None where none is good enough."""
    rows, columns = alike.shape
    reach = 3
    scores = np.zeros((rows + reach, columns + reach), np.float32)
    came = np.zeros((rows, columns), np.int8)
    options = np.empty((len(STEPS) + 1, columns), np.float32)
    for row in range(rows):
        options[0] = 0.0
        for at, (down, across, cost) in enumerate(STEPS, 1):
            options[at] = scores[row + reach - down, reach - across : reach - across + columns] - cost
        came[row] = options.argmax(axis=0)
        scores[row + reach, reach:] = np.maximum(options.max(axis=0) + alike[row], 0)
    best = np.unravel_index(int(scores.argmax()), scores.shape)
    if scores[best] < LEAST:
        return None
    row, column = int(best[0]) - reach, int(best[1]) - reach
    path = []
    while row >= 0 and column >= 0 and scores[row + reach, column + reach] > 0:
        path.append((row, column))
        step = came[row, column]
        if step == 0:
            break
        down, across, _ = STEPS[step - 1]
        row, column = row - down, column - across
    return np.array(path[::-1], np.int64)


def _pair(path: Ints, pitches: Ints, mine: Ints, written: Ints, theirs: Ints) -> Ints:
    """Pairs of notes of one pitch in onsets that go along, each note in one pair, shape [k, 2]."""
    first_mine = np.searchsorted(mine, np.arange(int(mine[-1]) + 2))
    first_theirs = np.searchsorted(theirs, np.arange(int(theirs[-1]) + 2))
    last = len(first_theirs) - 2
    partner = np.full(int(mine[-1]) + 1, -1)
    partner[path[:, 0]] = path[:, 1]
    for at in range(int(path[0, 0]), int(path[-1, 0]) + 1):  # onsets that were stepped over lie at the one before
        if partner[at] < 0:
            partner[at] = partner[at - 1]
    is_taken = np.zeros(len(written), bool)
    is_joined = np.zeros(len(pitches), bool)
    pairs = []
    for reach in range(REACH + 1):
        for onset in range(int(path[0, 0]), int(path[-1, 0]) + 1):
            for near in {partner[onset] - reach, partner[onset] + reach}:
                if not 0 <= near <= last:
                    continue
                there = np.arange(first_theirs[near], first_theirs[near + 1])
                for note in range(first_mine[onset], first_mine[onset + 1]):
                    found = there[(written[there] == pitches[note]) & ~is_taken[there]]
                    if len(found) and not is_joined[note]:
                        is_taken[found[0]] = is_joined[note] = True
                        pairs.append((note, int(found[0])))
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def _split(pairs: Ints, mine: Ints, path: Ints) -> Iterator[Passage]:
    """The parts of a passage in which most notes are joined."""
    first, last = int(path[0, 0]), int(path[-1, 0])
    sizes = np.bincount(mine)[first : last + 1].astype(np.float64)
    joined = np.bincount(mine[pairs[:, 0]], minlength=last + 1)[first : last + 1].astype(np.float64)
    window = np.ones(WINDOW)
    is_good = np.convolve(joined, window, "same") >= MATCHED * np.convolve(sizes, window, "same")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_good, [False]]).astype(np.int8)))
    for begin, end in edges.reshape(-1, 2):
        if end - begin >= SHORTEST_PASSAGE:
            onsets = mine[pairs[:, 0]] - first
            inside = pairs[(onsets >= begin) & (onsets < end)]
            yield Passage(inside[:, 0], inside[:, 1])


def write_down(played: NoteArray, score: Counted, passage: Passage) -> Section:
    """The passage with the ticks of the score, the tempo from onset to onset of the performance, and its touch."""
    groups, which = np.unique(_onsets_of(score)[passage.written], return_inverse=True)
    ticks = np.full(len(groups), np.iinfo(np.int64).max)
    np.minimum.at(ticks, which, score.ticks[passage.written])
    onsets = played["onset"][passage.played].astype(np.float64)
    times = np.array([np.median(onsets[which == group]) for group in range(len(groups))])
    is_kept = _is_rising(times)
    ticks, times = ticks[is_kept], times[is_kept]
    origin, meters = _meters_from(score.meters, int(ticks[0]))
    ticks -= origin
    quarters = np.minimum(np.diff(times) / np.diff(ticks) * TICKS, LONGEST_QUARTER)
    kept = np.flatnonzero(is_kept[which])
    notes = passage.played[kept]
    begins = ticks[np.cumsum(is_kept)[which[kept]] - 1]
    ends = played["onset"][notes].astype(np.float64) + played["duration"][notes]
    until = np.interp(ends, times, ticks) + np.maximum(ends - times[-1], 0) / np.median(quarters) * TICKS
    lengths = np.maximum(np.rint(until - begins), 1).astype(np.int64)
    columns = (begins, lengths, played["pitch"][notes].astype(np.int64), played["velocity"][notes].astype(np.int64))
    rows = sorted(set(zip(*(column.tolist() for column in columns), strict=True)))
    tempo = {0: float(quarters[0])} | dict(zip(ticks[:-1].tolist(), quarters.tolist(), strict=True))
    return Section(rows, tempo, meters)


def _is_rising(times: Floats) -> NDArray[np.bool_]:
    """Which of the times lie after all before them and before all after them, shape [k]."""
    before = np.maximum.accumulate(np.concatenate([[-np.inf], times[:-1]]))
    after = np.minimum.accumulate(np.concatenate([times[1:], [np.inf]])[::-1])[::-1]
    return np.asarray((times > before + CLOSE) & (times < after))


def _meters_from(meters: dict[int, Meter], tick: int) -> tuple[int, dict[int, str]]:
    """The downbeat at or before a tick, and the meters from there on."""
    begins = max(at for at in meters if at <= tick)
    meter = meters[begins]
    origin = tick - (tick - begins) % round(meter.beats * meter.beat_quarters * TICKS)
    told = {begins: meter} | {at: found for at, found in meters.items() if at > tick}
    return origin, {max(at - origin, 0): f"{found.numerator}/{found.denominator}" for at, found in told.items()}


def is_free(piece: dict[str, str]) -> bool:
    """Whether a recording may be trained on: not of the test part, nothing on which beats are measured, and no roll of
    which an older edition is under a non-commercial licence."""
    return piece["split"] != "test" and piece["asap_dev_or_kept"] != "yes" and piece["also_in_nc_set"] != "yes"


def played_scores(rolls: Path, table: Path, scores: dict[str, bytes]) -> Iterator[tuple[str, str, Section]]:
    """Name, score and notes of every passage of the recordings that goes along with a score of the same work.

    Args:
        rolls: zip of the recordings.
        table: CSV with `path`, `work_group` and what `is_free` reads, of recordings and scores.
        scores: MIDI files whose ticks are beats, by their path in the table.
    """
    with table.open(newline="", encoding="utf-8") as lines:
        pieces = list(csv.DictReader(lines))
    works: dict[str, list[str]] = {}
    for piece in pieces:
        if piece["path"] in scores:
            works.setdefault(piece["work_group"], []).append(piece["path"])
    with zipfile.ZipFile(rolls) as packed:
        for piece in pieces:
            if piece["archive"] != rolls.name or piece["work_group"] not in works or not is_free(piece):
                continue
            played = read_notes(packed.read(piece["path"]))
            for path in works[piece["work_group"]]:
                score = read_score(scores[path])
                for number, passage in enumerate(join(played, score)):
                    name = f"rolls/{Path(path).stem}-{Path(piece['path']).stem}-{number}.mid"
                    yield name, path, write_down(played, score, passage)


def main(rolls: Path, table: Path, folder: Path) -> None:
    """Add to the folder."""
    files = sorted((folder / "piano-midi-de").glob("**/*.mid"))
    scores = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    (folder / "rolls").mkdir(exist_ok=True)
    with (folder / "splits.csv").open("a", newline="", encoding="utf-8") as splits:
        for name, path, section in played_scores(rolls, table, scores):
            (folder / name).write_bytes(midi_bytes(section.rows, section.quarters, section.meters))
            csv.writer(splits).writerow((name, "validation" if is_held(path) else "train"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
