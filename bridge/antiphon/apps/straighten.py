"""A performance straightened: a MIDI file whose notes stand on the beats found, and that knows tempo and meter."""

from collections.abc import Mapping
from pathlib import Path

from antiphon.midi.file import write_midi
from antiphon.notation import USUAL, Hints, Layout, Listener, Report, find_grids, make_score, quantize, report_on
from antiphon.note import NoteArray

__all__ = ["straighten"]


def straighten(
    players: Mapping[str, NoteArray],
    path: Path,
    hints: Hints,
    layout: Layout = USUAL,
    listener: Listener | None = None,
) -> Report:
    """Writes the notes as a MIDI file, at one tempo, on the grid; arguments and errors as of `notate`."""
    players, grids = find_grids(players, hints, layout, listener)
    write_midi(path, *quantize(players, grids))
    return report_on(players, grids, make_score(players, grids, layout=layout), (path,))
