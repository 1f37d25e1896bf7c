"""A page for LilyPond is written whole, or one line says why not."""

import stat
from pathlib import Path

import pytest

from antiphon.errors import NotationError
from antiphon.notation.lilypond import write_lilypond
from antiphon.notation.musicxml import to_musicxml
from conftest import find_program
from scores import write


def converter(folder: Path, script: str) -> None:
    program = folder / "musicxml2ly"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_lilyponds_own_converter_writes_the_file(tmp_path: Path) -> None:
    find_program("musicxml2ly")
    write_lilypond(to_musicxml(write([(0, 12, 60), (12, 48, 64)])), tmp_path / "a.ly")
    assert "\\clef" in (tmp_path / "a.ly").read_text()


def test_a_suffix_in_capitals_is_written_too(tmp_path: Path) -> None:
    find_program("musicxml2ly")
    write_lilypond(to_musicxml(write([(0, 12, 60)])), tmp_path / "a.LY")
    assert [file.name for file in tmp_path.iterdir()] == ["a.LY"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, "musicxml2ly, which writes .ly, is not installed"),
        ("exit 1", "musicxml2ly cannot read the score"),
        ("exit 0", "musicxml2ly cannot read the score"),
    ],
)
def test_what_is_not_written_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, said: str
) -> None:
    (tmp_path / "bin").mkdir()
    if script:
        converter(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(NotationError, match=said):
        write_lilypond("<score-partwise/>", tmp_path / "out" / "a.ly")
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True
