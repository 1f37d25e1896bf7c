"""What was played, as a page of music.

`notate` strings the rooms together: `rhythm` puts seconds on a grid, `page` lays chords and rests out on staves,
`musicxml` writes them down. A first, honest notation: the tempo is taken as given, the meter is 4/4, hands part at
middle C.
"""

from collections.abc import Mapping
from pathlib import Path

from antiphon.notation.musicxml import write_musicxml
from antiphon.notation.page import lay_out
from antiphon.note import NoteArray

__all__ = ["notate"]


def notate(players: Mapping[str, NoteArray], path: Path, title: str, tempo_bpm: float = 120.0) -> None:
    """Writes performances down as MusicXML, a piano part for each player.

    Args:
        players: performances by name, for instance `performer` and `model`, on one clock; one may be empty.
        path: the file to write; it appears when it is whole.
        title: what stands at the top of the page.
        tempo_bpm: quarters a minute that the notes are taken as played to, 10-480.
    Raises:
        NotationError: no notes at all, or no such tempo.
        DeviceError: the file cannot be written.
        MissingExtra: no music21.
    """
    write_musicxml(lay_out(players, title, tempo_bpm), path)
