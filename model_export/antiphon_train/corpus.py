"""A corpus: every MIDI file of a folder or zip as one long array of notes, and a list of what was left out and why.

Reading is symusic's, in ticks; seconds are counted here in float64 from the tempo map, since symusic's own are
float32 (0.1 ms coarse after half an hour). What was read is kept in the user's cache folder under a name made
from the files' names, sizes and times, so the second reading is one file. Nothing here knows windows or models.
"""

import contextlib
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import platformdirs
import symusic
from numpy.typing import NDArray

from antiphon.errors import AntiphonError, CorpusError
from antiphon.files import written_aside
from antiphon.note import MIN_DURATION, NOTE_DTYPE, NoteArray, order_notes

__all__ = ["Corpus", "Reader", "Skipped", "clock", "has_splits", "hold_out", "playable", "read_corpus", "read_notes"]

SUFFIXES = (".mid", ".midi")
CACHE_FORMAT = 2
"""Part of the cache's name: to be raised whenever the same files would be read differently."""

VALIDATION = "validation"
HELD_EVERY = 20
SHOWN_VALUES = 10
"""Of a column, in an error."""

Reader = Callable[[bytes], NoteArray]
"""From a MIDI file's bytes to its notes, `NOTE_DTYPE` with or without further columns; empty if it has none."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The notes of many pieces, end to end.

    Args:
        names: the files, in the order of their notes.
        notes: `NOTE_DTYPE` [n]; onsets count from the beginning of each file.
        bounds: int64 [pieces + 1]; piece k is `notes[bounds[k]:bounds[k + 1]]`.
        skipped: what was left out.
    """

    names: list[str]
    notes: NoteArray
    bounds: NDArray[np.int64]
    skipped: list[Skipped]

    def pieces(self) -> Iterator[NoteArray]:
        """Each piece's notes, as views."""
        for first, end in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            yield self.notes[first:end]

    def lengths(self) -> NDArray[np.int64]:
        """The number of notes of each piece, int64 [pieces]."""
        return np.diff(self.bounds)

    def only(self, wanted: Callable[[str], bool]) -> "Corpus":
        """The pieces whose name is wanted."""
        kept = [k for k, name in enumerate(self.names) if wanted(name)]
        parts = [self.notes[self.bounds[k] : self.bounds[k + 1]] for k in kept]
        return _joined([self.names[k] for k in kept], parts, [s for s in self.skipped if wanted(s.name)])


def read_corpus(
    source: Path,
    split: str | None = None,
    only: Mapping[str, str] = MappingProxyType({}),
    report: Callable[[int, int], None] = lambda done, total: None,
    read: Reader | None = None,
) -> Corpus:
    """Every non-drum note of a folder or zip of MIDI files.

    Args:
        source: a folder, read to any depth, or a .zip.
        split: only the files that a table in `source` (a .csv with the columns `split` and `midi_filename` or
            `path`, as MAESTRO brings) gives to this part.
        only: and of these the ones whose row in the table has these values in these columns.
        report: called with (files done, files in all) while reading.
        read: what a file is to its notes; None for `read_notes`.
    Raises:
        CorpusError: no such folder, no MIDI file, no note in any, or no table for `split` or `only`.
    """
    files = _zip_files(source) if source.is_file() else _folder_files(source)
    if not files.midi:
        raise CorpusError(f"{source} holds no MIDI file", "give a folder or zip with .mid or .midi files in it")
    read = read or read_notes
    cache = _cache_path(source, files.stamp, read)
    corpus = _load(cache)
    if corpus is None:
        corpus = _read_all(files, report, read)
        _store(cache, corpus)
    conditions = {**({"split": split} if split is not None else {}), **only}
    if conditions:
        wanted = _names_where(source, files, conditions)
        corpus = corpus.only(lambda name: name in wanted)
    if not len(corpus.notes):
        reason = corpus.skipped[0].reason if corpus.skipped else "its files hold no notes"
        raise CorpusError(
            f"no notes were found in {source}: {reason}",
            "give a folder of playable, not only drum, MIDI files",
        )
    return corpus


def hold_out(
    source: Path,
    corpus: Corpus,
    split: str | None,
    only: Mapping[str, str] = MappingProxyType({}),
    read: Reader | None = None,
    is_long: Callable[[NoteArray], bool] = lambda piece: True,
) -> tuple[Corpus, Corpus | None]:
    """A corpus as it is to be trained on, and what training is to stop by.

    Args:
        source, split, only, read: where the corpus came from, as `read_corpus` takes them.
        is_long: whether a piece is long enough for the recipe. Shorter ones would stop nothing.
    Returns:
        The same corpus and the long pieces of the part `validation` of the table of splits, if it is not that which is
        trained on and has any; or else the corpus without every twentieth long piece, and these. None for fewer than
        twenty.
    """
    if split not in (None, VALIDATION) and _has_rows(source, {"split": VALIDATION, **only}):
        with contextlib.suppress(CorpusError):  # none of its files can be read
            part = read_corpus(source, VALIDATION, only, read=read)
            long = set(_long_names(part, is_long))
            if long:
                return corpus, part.only(lambda name: name in long)
    held = set(_long_names(corpus, is_long)[HELD_EVERY - 1 :: HELD_EVERY])
    if not held:
        return corpus, None
    return corpus.only(lambda name: name not in held), corpus.only(lambda name: name in held)


def _long_names(corpus: Corpus, is_long: Callable[[NoteArray], bool]) -> list[str]:
    return [name for name, piece in zip(corpus.names, corpus.pieces(), strict=True) if is_long(piece)]


def _has_rows(source: Path, conditions: Mapping[str, str]) -> bool:
    """Whether some row of the source's table of splits has these values; False where it has no table."""
    found = _find_table(_zip_files(source) if source.is_file() else _folder_files(source))
    return any(all(row[column] == value for column, value in conditions.items()) for row in (found[1] if found else ()))


def has_splits(source: Path) -> bool:
    """Whether a folder or zip brings a table of splits."""
    files = _zip_files(source) if source.is_file() else _folder_files(source)
    return _find_table(files) is not None


@dataclass(frozen=True, slots=True)
class _Files:
    """The MIDI files and tables of a source: names, a way to read one, and a stamp that changes with them."""

    midi: list[str]
    tables: list[str]
    read: Callable[[str], bytes]
    stamp: str


def _folder_files(folder: Path) -> _Files:
    if not folder.is_dir():
        raise CorpusError(f"{folder} is not there", "give a folder or a .zip of MIDI files")
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    midi = [path for path in found if path.suffix.lower() in SUFFIXES]
    stats = [path.stat() for path in midi]
    names = [path.relative_to(folder).as_posix() for path in midi]
    tables = [path.relative_to(folder).as_posix() for path in found if path.suffix.lower() == ".csv"]
    stamp = repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in zip(names, stats, strict=True)])
    return _Files(names, tables, lambda name: (folder / name).read_bytes(), stamp)


def _zip_files(path: Path) -> _Files:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise CorpusError(f"{path} cannot be read: {error}", "give a folder or a .zip of MIDI files") from error
    names = sorted(name for name in archive.namelist() if not Path(name).name.startswith("."))
    midi = [name for name in names if name.lower().endswith(SUFFIXES)]
    tables = [name for name in names if name.lower().endswith(".csv")]
    stat = path.stat()
    return _Files(midi, tables, archive.read, repr((stat.st_size, stat.st_mtime_ns)))


def _read_all(files: _Files, report: Callable[[int, int], None], read: Reader) -> Corpus:
    names: list[str] = []
    parts: list[NoteArray] = []
    skipped: list[Skipped] = []
    for done, name in enumerate(files.midi, 1):
        try:
            notes = read(files.read(name))
        except AntiphonError as error:
            skipped.append(Skipped(name, error.what))
        except (RuntimeError, ValueError, LookupError, OSError, zipfile.BadZipFile, EOFError) as error:
            reason = str(error).strip().split("\n")[0][:120] or type(error).__name__
            skipped.append(Skipped(name, f"not readable as MIDI ({reason})"))
        else:
            if len(notes):
                names.append(name)
                parts.append(notes)
            else:
                skipped.append(Skipped(name, "no notes but drums, or none at all"))
        report(done, len(files.midi))
    return _joined(names, parts, skipped)


def _joined(names: list[str], parts: list[NoteArray], skipped: list[Skipped]) -> Corpus:
    notes = np.concatenate(parts) if parts else np.zeros(0, NOTE_DTYPE)
    bounds = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)
    return Corpus(names, notes, bounds, skipped)


def read_notes(data: bytes) -> NoteArray:
    """The non-drum notes of a MIDI file's bytes, in seconds."""
    score = symusic.Score.from_midi(data)
    ticks, lengths, pitches, velocities = playable(score)
    seconds = clock(score)
    onsets = seconds(ticks)
    durations = np.maximum(seconds(ticks + lengths) - onsets, MIN_DURATION)
    return order_notes(onsets, pitches, durations.astype(np.float32), np.maximum(velocities, 1))


def playable(score: symusic.Score) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Ticks, lengths in ticks, pitches and velocities of all notes but drums, in no order, shape [n] each."""
    columns = [track.notes.numpy() for track in score.tracks if not track.is_drum and len(track.notes)]
    if not columns:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, nothing
    time, duration, pitch, velocity = (
        np.concatenate([column[name] for column in columns]) for name in ("time", "duration", "pitch", "velocity")
    )
    return time, duration, pitch, velocity


def clock(score: symusic.Score) -> Callable[[NDArray[np.int64]], NDArray[np.float64]]:
    """From ticks to seconds, by the file's tempo map; 120 quarters a minute until the first mark, as MIDI says."""
    marks = {0: 500_000} | {tempo.time: tempo.mspq for tempo in score.tempos}
    at = np.array(sorted(marks), np.float64)
    rate = np.array([marks[int(tick)] for tick in at]) / (1e6 * score.ticks_per_quarter)
    reached = np.concatenate([[0.0], np.cumsum(np.diff(at) * rate[:-1])])

    def seconds(ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        place = np.searchsorted(at, ticks, side="right") - 1
        return np.asarray(reached[place] + (ticks - at[place]) * rate[place])

    return seconds


def _find_table(files: _Files) -> tuple[str, list[dict[str, str]]] | None:
    """The first table with the columns of a split: its name, and its rows with `path` as the files are named here.

    Column names are as the table has them, but for the one of the file, which becomes `path`. What a short row lacks is
    empty.
    """
    for table in files.tables:
        rows = list(csv.DictReader(io.StringIO(files.read(table).decode("utf-8", "replace")), restval=""))
        column = next((name for name in ("midi_filename", "path") if rows and name in rows[0]), None)
        if column is not None and "split" in rows[0]:
            folder = table.rpartition("/")[0]
            prefix = f"{folder}/" if folder else ""
            return table, [{**row, "path": prefix + row[column]} for row in rows]
    return None


def _names_where(source: Path, files: _Files, conditions: Mapping[str, str]) -> set[str]:
    """The names of the files whose row in the source's own table has these values in these columns."""
    found = _find_table(files)
    if found is None:
        raise CorpusError(
            f"{source} has no table of splits",
            "add a .csv with the columns midi_filename and split, or leave --split and --only out",
        )
    table, rows = found
    for column, value in conditions.items():
        if column not in rows[0]:
            raise CorpusError(f"{table} has no column {column}", f"its columns are: {', '.join(rows[0])}")
        known = sorted({row[column] for row in rows})
        rows = [row for row in rows if row[column] == value]
        if not rows:
            shown = ", ".join(known[:SHOWN_VALUES]) + (", ..." if len(known) > SHOWN_VALUES else "")
            part = "part called" if column == "split" else f"row whose {column} is"
            raise CorpusError(f"{table} has no {part} {value}", f"there are: {shown}")
    return {row["path"] for row in rows}


def _cache_path(source: Path, stamp: str, read: Reader) -> Path:
    said = f"{CACHE_FORMAT}\n{read.__name__}\n{source.resolve()}\n{stamp}"
    key = hashlib.sha256(said.encode()).hexdigest()[:24]
    return Path(platformdirs.user_cache_dir("antiphon")) / "corpora" / f"{key}.npz"


def _store(cache: Path, corpus: Corpus) -> None:
    skipped = [[s.name, s.reason] for s in corpus.skipped]
    with written_aside(cache) as aside, aside.open("wb") as file:
        np.savez(
            file,
            notes=corpus.notes,
            bounds=corpus.bounds,
            names=np.array(corpus.names, str),
            skipped=np.array(skipped, str).reshape(-1, 2),
        )


def _load(cache: Path) -> Corpus | None:
    """What an earlier reading left, or None. A cache file that cannot be read is as good as none, and written anew."""
    try:
        with np.load(cache) as held:
            skipped = [Skipped(str(name), str(reason)) for name, reason in held["skipped"]]
            return Corpus([str(name) for name in held["names"]], held["notes"], held["bounds"], skipped)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
