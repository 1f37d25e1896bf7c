"""The pages of docs/gallery/: performances as `antiphon notate` writes them down, the first page of each as a picture.

    python docs/gallery.py docs/gallery "Chopin, Nocturne"=nocturne.mid ...

Each page is named after its file: docs/gallery/nocturne.png, in greys, cut below the last system. docs/notate.md says
whose the performances are and what may be done with them.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from antiphon.engine.listener import shipped_listener
from antiphon.midi.file import read_take
from antiphon.notation import heed, notate

FIRST = 600
"""Notes that are written down: more than a page holds."""

WIDTH, GREYS, BORDER = 1000, 16, 24
"""Pixels, so that staff lines are clear on a screen; a page then takes some 60 kB."""


def draw(path: Path, title: str, output: Path) -> None:
    """The first page of a performance, as a picture."""
    take = read_take(path)
    onsets = sorted(onset for notes in take.players.values() for onset in notes["onset"].tolist())[:FIRST]
    with tempfile.TemporaryDirectory() as folder:
        begun = {name: notes[notes["onset"] <= onsets[-1]] for name, notes in take.players.items()}
        first = notate(begun, Path(folder) / "page.png", title, heed(take), listener=shipped_listener()).files[0]
        picture = Image.open(first).convert("L")
    picture = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS)
    _, _, _, bottom = ImageOps.invert(picture).getbbox() or (0, 0, 0, picture.height)
    picture.crop((0, 0, WIDTH, min(bottom + BORDER, picture.height))).quantize(GREYS).save(output, optimize=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for title, _, file in (word.rpartition("=") for word in sys.argv[2:]):
        draw(Path(file), title, folder / f"{Path(file).stem}.png")
