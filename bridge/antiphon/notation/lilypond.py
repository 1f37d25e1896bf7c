"""A score for LilyPond: its own converter writes it from the MusicXML.

The rule: nothing is translated here; `musicxml2ly` comes with LilyPond and runs as a program of its own, on files in a
folder that is gone afterwards.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from antiphon.errors import NotationError
from antiphon.files import written_aside

__all__ = ["write_lilypond"]

CONVERTER = "musicxml2ly"

CONVERTED_WITHIN = 300.0
"""Seconds: two hours of music take one minute."""


def write_lilypond(musicxml: str, path: Path) -> None:
    """Writes a score as LilyPond's text; the file appears when it is whole.

    Raises:
        NotationError: LilyPond is not installed, or cannot read the score.
        DeviceError: the file cannot be written.
    """
    program = shutil.which(CONVERTER)
    if program is None:
        raise NotationError(
            f"{CONVERTER}, which writes .ly, is not installed", "install LilyPond, or write .musicxml and convert that"
        )
    with tempfile.TemporaryDirectory() as folder, written_aside(path) as aside:
        source, written = Path(folder) / "score.musicxml", Path(folder) / "score.ly"
        source.write_text(musicxml, encoding="utf-8")
        words = [program, "--output", str(written), str(source)]
        try:
            ended = subprocess.run(words, capture_output=True, timeout=CONVERTED_WITHIN)  # noqa: S603 - no shell
        except subprocess.TimeoutExpired as error:
            raise _cannot_read() from error
        if ended.returncode or not written.is_file():
            raise _cannot_read()
        aside.write_bytes(written.read_bytes())


def _cannot_read() -> NotationError:
    return NotationError(f"{CONVERTER} cannot read the score", "write it as .musicxml and open it in another program")
