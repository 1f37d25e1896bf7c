"""What was played, as a page of music.

`notate` strings the rooms together: `grid` finds the beats, `score` finds hands, voices, key, names and rhythm on
it and lays them out as a `page`; `musicxml` and `engrave` write it down, and `quantize` gives the same notes back in
seconds, straightened. docs/one-note.md follows a note through all rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from antiphon.errors import NotationError
from antiphon.notation.barlines import find_downbeats
from antiphon.notation.engrave import PICTURES, engrave
from antiphon.notation.grid import NO_HINTS, PARTS, Grid, Hints, Meter, find_grid
from antiphon.notation.last import keep_last, keep_recent
from antiphon.notation.lilypond import write_lilypond
from antiphon.notation.listen import Listener
from antiphon.notation.musicxml import to_musicxml, write_musicxml
from antiphon.notation.ornaments import PLAIN, ROLL, TRILL, Ornaments, find_ornaments, gather_rolls
from antiphon.notation.page import Chord, Score
from antiphon.notation.score import Staves, compose
from antiphon.notation.swing import to_even, to_swung
from antiphon.notation.tidy import tidy_places
from antiphon.notation.told import heed
from antiphon.note import NoteArray, order_notes

__all__ = [
    "FORMATS",
    "USUAL",
    "Hints",
    "Layout",
    "Listener",
    "Meter",
    "Report",
    "Staves",
    "find_grids",
    "heed",
    "make_score",
    "notate",
    "quantize",
    "report_on",
    "share_grid",
    "write_score",
]

IntArray = NDArray[np.int64]

FINEST = (1, 2, 4, 8, 16, 32)
"""Values that can be the finest on a page."""

FORMATS = (".musicxml", ".mxl", ".ly", *PICTURES)
"""What `notate` writes, by the suffix of the file."""


RELEASE = PARTS // 8
"""Step of releases that are straightened, 24ths of a beat."""

TEMPI = (5.0, 999.0)
"""Beats a minute that a file can tell."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is to be; what is left out is found or usual.

    Raises:
        NotationError: there is no such layout.

    Args:
        staves: a part for each of the `players`, all on one `grand` staff, or all on `one`.
        fifths: sharps of the key signature, flats below 0.
        last: measures from the end that are written alone.
        finest: value on which notes may begin, 16 for sixteenths.
    """

    staves: Staves = "players"
    fifths: int | None = None
    last: int | None = None
    finest: int | None = None

    def __post_init__(self) -> None:
        if self.staves not in get_args(Staves):
            raise NotationError(f"{self.staves} is no way to lay out staves", f"give {', '.join(get_args(Staves))}")
        if self.fifths is not None and self.fifths not in range(-7, 8):
            raise NotationError(f"there is no signature of {self.fifths} sharps", "give -7 to 7, flats below 0")
        if self.last is not None and not (isinstance(self.last, int) and self.last > 0):
            raise NotationError(f"the last {self.last} measures are none", "give 1 or more")
        if self.finest is not None and self.finest not in FINEST:
            raise NotationError(f"there is no grid of 1/{self.finest}", f"give {', '.join(map(str, FINEST))}")


USUAL = Layout()


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and what was written.

    Args:
        files: written, the one that was asked for first.
        beats, downbeats: seconds.
        tempo_bpm: beats a minute from each beat to the next, one less than the beats.
        meters: (seconds of the downbeat from which it holds, as it is written).
        fifths: (number of the measure, sharps of the signature from there), flats below 0.
        is_swung: whether eighths are.
        notes: played, and written: a pitch that is struck twice at one place stands there once.
        confidence: in the beats, 0-1.
    """

    files: tuple[Path, ...]
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    tempo_bpm: tuple[float, ...]
    meters: tuple[tuple[float, str], ...]
    fifths: tuple[tuple[int, int], ...]
    is_swung: bool
    notes_played: int
    notes_written: int
    confidence: float


def notate(
    players: Mapping[str, NoteArray],
    path: Path,
    title: str = "",
    hints: Hints = NO_HINTS,
    layout: Layout = USUAL,
    listener: Listener | None = None,
) -> Report:
    """Writes performances down, in the format that the suffix of `path` names.

    Args:
        players: performances by name, for instance `performer` and `model`, on one clock; one may be empty.
        path: .musicxml, .mxl, .ly, .svg, .png or .pdf; a file appears when it is whole.
        title: what stands at the top of the page.
        hints: what is known of tempo and meter.
        layout: how the page is to be.
        listener: as of `share_grid`.
    Raises:
        NotationError: no notes at all, no such tempo, a format that is not written here, or no LilyPond for .ly.
        DeviceError: a file cannot be written.
        MissingExtra: no verovio, for pictures.
    """
    if path.suffix.lower() not in FORMATS:
        raise NotationError(f"{path} has no suffix of a score", f"give one of {', '.join(FORMATS)}")
    players, grids = find_grids(players, hints, layout, listener)
    score = make_score(players, grids, title, layout)
    return report_on(players, grids, score, write_score(score, path))


def write_score(score: Score, path: Path) -> tuple[Path, ...]:
    """Writes a page in the format that the suffix of `path` names, one of `FORMATS`; the files, `path` first.

    Raises:
        NotationError: no LilyPond for .ly.
        DeviceError: a file cannot be written.
        MissingExtra: no verovio, for pictures.
    """
    suffix = path.suffix.lower()
    if suffix in PICTURES:
        return engrave(score, path)
    if suffix == ".ly":
        write_lilypond(to_musicxml(score), path)
    else:
        write_musicxml(score, path)
    return (path,)


def find_grids(
    players: Mapping[str, NoteArray],
    hints: Hints = NO_HINTS,
    layout: Layout = USUAL,
    listener: Listener | None = None,
) -> tuple[Mapping[str, NoteArray], dict[str, Grid]]:
    """The notes of the measures that are to be written, and their grids.

    Raises:
        NotationError: as `share_grid`.
    """
    if layout.last is None:
        return players, share_grid(players, hints, layout.finest, listener)
    # The pick-up that is told is that of the first measure ever played.
    recent = keep_recent(players, layout.last)
    grids = share_grid(recent, replace(hints, pickup_beats=None), layout.finest, listener)
    return keep_last(recent, grids, layout.last)


def share_grid(
    players: Mapping[str, NoteArray],
    hints: Hints = NO_HINTS,
    finest: int | None = None,
    listener: Listener | None = None,
) -> dict[str, Grid]:
    """One grid for all players, found from all their notes: its beats and meters, with the places of each one's own.

    Args:
        players, hints: as of `notate`.
        finest: as of `Layout`.
        listener: a network that knows beats; without one, accents are counted.
    Raises:
        NotationError: no notes at all, or no such tempo.
    """
    lengths = [len(notes) for notes in players.values()]
    if not sum(lengths):
        raise NotationError("there are no notes to write down", "play something first")
    merged: NoteArray = np.concatenate(list(players.values()))
    grid = find_grid(merged, hints, listener)
    places, offsets = grid.places, grid.offsets
    if finest or not hints.is_quantized:
        places = _tidy(players, grid, hints, finest)
    if grid.is_swung:
        even = to_even(np.concatenate([places.astype(np.float64), offsets]), places)
        places, offsets = np.rint(even[: len(places)]).astype(np.int64), even[len(places) :]
    parts = zip(*(np.split(column, np.cumsum(lengths)[:-1]) for column in (places, offsets)), strict=True)
    return {name: replace(grid, places=own, offsets=ends) for name, (own, ends) in zip(players, parts, strict=True)}


def _tidy(players: Mapping[str, NoteArray], grid: Grid, hints: Hints, finest: int | None) -> IntArray:
    """Places that can be read; what an ornament's sign stands for does not count, and keeps its own."""
    found = [find_ornaments(notes) for notes in players.values()]
    firsts = np.cumsum([0, *(len(ornaments.kinds) for ornaments in found)])
    ornaments = Ornaments(
        np.concatenate([ornaments.kinds for ornaments in found]),
        np.concatenate([ornaments.mains + first for ornaments, first in zip(found, firsts[:-1], strict=True)]),
    )
    notes = np.concatenate(list(players.values()))
    places = gather_rolls(grid.places, ornaments)
    played = np.interp(notes["onset"], grid.beats, np.arange(len(grid.beats)) * float(PARTS))
    is_trilled = ornaments.kinds == TRILL
    np.minimum.at(places, ornaments.mains[is_trilled], places[is_trilled])
    np.minimum.at(played, ornaments.mains[is_trilled], played[is_trilled])
    is_main = np.isin(ornaments.kinds, (PLAIN, ROLL)) | (ornaments.mains == np.arange(len(notes)))
    pitches = notes["pitch"].astype(np.int64)
    meter = grid.meters[0][1]
    step = _step_of(finest, meter) if finest else 1
    has_thirds = hints.triplets or meter.is_compound
    places[is_main] = tidy_places(
        places[is_main], played[is_main], pitches[is_main], np.diff(grid.beats), step, has_thirds
    )
    places[is_trilled] = np.maximum(places[is_trilled], places[ornaments.mains[is_trilled]])
    return places


def _step_of(finest: int, meter: Meter) -> int:
    """Places from one value of a grid to the next."""
    step = PARTS * 4 / finest / meter.beat_quarters
    if step < 1 or step % 1:
        raise NotationError(
            f"a grid of 1/{finest} is too fine for a beat of {meter.numerator}/{meter.denominator}",
            f"give {finest // 2} or less",
        )
    return int(step)


def make_score(
    players: Mapping[str, NoteArray],
    grids: Mapping[str, Grid],
    title: str = "",
    layout: Layout = USUAL,
) -> Score:
    """The page, before it is written: arguments as of `notate`, the grids from `share_grid`."""
    return compose(players, grids, title, layout.staves, layout.fifths)


def quantize(
    players: Mapping[str, NoteArray], grids: Mapping[str, Grid]
) -> tuple[dict[str, NoteArray], float, tuple[tuple[float, int, int], ...]]:
    """The same performances, straightened, their tempo in quarters a minute, and their signatures.

    Onsets and releases stand on the grid; second 0 is a bar line, so that a pick-up begins later. A signature is the
    second from which it holds, its numerator and denominator.
    """
    grid = next(iter(grids.values()))
    onsets = np.concatenate([own.places for own in grids.values()])
    last = max(float(own.offsets.max(initial=0)) for own in grids.values())
    lengths = _quarters_of_beats(grid, max(len(grid.beats), int(last) // PARTS + 2))
    begins = np.concatenate([[0.0], np.cumsum(lengths)])
    tempo_bpm = float(np.clip(np.median(60 * lengths[: len(grid.beats) - 1] / np.diff(grid.beats)), *TEMPI))
    meter = grid.meters[0][1]
    has_pickup = onsets.min() < grid.first_downbeat * PARTS
    barline = begins[grid.first_downbeat] - has_pickup * meter.beats * meter.beat_quarters

    def seconds_of(places: NDArray[np.float64]) -> NDArray[np.float64]:
        played = to_swung(places, onsets) if grid.is_swung else places
        quarters = np.interp(played, np.arange(len(begins)) * PARTS, begins)
        return np.asarray((quarters - barline) * 60 / tempo_bpm)

    straight = {}
    for name, notes in players.items():
        own = grids[name]
        ends = np.maximum(np.ceil(own.offsets / RELEASE - 0.4) * RELEASE, own.places + 1)
        starts = seconds_of(own.places.astype(np.float64))
        lasting = (seconds_of(ends) - starts).astype(np.float32)
        straight[name] = order_notes(starts, notes["pitch"], lasting, notes["velocity"])
    froms = [0.0, *seconds_of(np.array([at * PARTS for at, _ in grid.meters[1:]], np.float64))]
    signatures = [(at, meter.numerator, meter.denominator) for at, (_, meter) in zip(froms, grid.meters, strict=True)]
    return straight, tempo_bpm, tuple(signatures)


def _quarters_of_beats(grid: Grid, count: int) -> NDArray[np.float64]:
    """How many quarters each of so many beats lasts."""
    lengths = np.full(count, grid.meters[0][1].beat_quarters)
    for at, meter in grid.meters[1:]:
        lengths[at:] = meter.beat_quarters
    return lengths


def report_on(
    players: Mapping[str, NoteArray], grids: Mapping[str, Grid], score: Score, files: tuple[Path, ...]
) -> Report:
    """What was found and written, for people and programs."""
    grid = next(iter(grids.values()))
    seconds = np.round(grid.beats, 4).tolist()
    fifths: list[tuple[int, int]] = []
    for number, bar in enumerate(score.bars, score.first_number):
        if not fifths or fifths[-1][1] != bar.fifths:
            fifths.append((number, bar.fifths))
    return Report(
        files,
        tuple(seconds),
        tuple(seconds[at] for at in find_downbeats(grid)),
        tuple(np.round(60 / np.maximum(np.diff(grid.beats), 1e-3), 2).tolist()),
        tuple((seconds[at], f"{meter.numerator}/{meter.denominator}") for at, meter in grid.meters),
        tuple(fifths),
        grid.is_swung,
        sum(len(notes) for notes in players.values()),
        _count_notes(score),
        grid.confidence,
    )


def _count_notes(score: Score) -> int:
    voices = [
        voice for part in score.parts for staff in part.staves for measure in staff.measures for voice in measure.voices
    ]
    chords = [event for voice in voices for event in voice if isinstance(event, Chord) and not event.is_tied_from]
    return sum(len(chord.heads) for chord in chords)
