"""Pages as pictures: as many as the music needs, whole files, and signs that cairo can draw."""

from pathlib import Path

import pytest

from antiphon.errors import NotationError
from antiphon.notation.engrave import engrave
from antiphon.notation.musicxml import to_musicxml
from scores import write

BEGINS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.mark.parametrize("suffix", BEGINS)
def test_a_short_piece_is_one_page(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("cairosvg")
    path = tmp_path / f"a{suffix}"
    assert engrave(to_musicxml(write([(0, 12, 60)])), path) == (path,)
    assert path.read_bytes().startswith(BEGINS[suffix])


def test_a_long_piece_is_several_numbered_pictures_and_one_pdf(tmp_path: Path) -> None:
    pytest.importorskip("cairosvg")
    text = to_musicxml(write([(12 * at, 12 * at + 11, 60 + at % 12) for at in range(600)]))
    pages = engrave(text, tmp_path / "a.svg")
    assert [page.name for page in pages][:2] == ["a.svg", "a-2.svg"]
    assert engrave(text, tmp_path / "a.pdf") == (tmp_path / "a.pdf",)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".pdf", *[".svg"] * len(pages)]


def test_the_metronomes_note_is_drawn_as_a_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cairosvg = pytest.importorskip("cairosvg")
    seen: list[bytes] = []

    def look(page: bytes, **_: object) -> bytes:
        seen.append(page)
        return b"\x89PNG"

    monkeypatch.setattr(cairosvg, "svg2png", look)
    engrave(to_musicxml(write([(0, 12, 60)])), tmp_path / "a.png")
    assert b'<tspan font-family="Leipzig"' not in seen[0]


def test_what_verovio_cannot_read_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(NotationError, match="verovio cannot read the score"):
        engrave("no score", tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())
