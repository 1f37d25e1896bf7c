"""Pages as pictures: as many as the music needs, whole files, and signs that cairo can draw."""

from pathlib import Path

import pytest

from antiphon.errors import NotationError
from antiphon.notation.engrave import _draw_music_text, _load_score, engrave
from antiphon.notation.musicxml import to_musicxml
from scores import write

BEGINS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.mark.parametrize("suffix", BEGINS)
def test_a_short_piece_is_one_page(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    assert engrave(to_musicxml(write([(0, 12, 60)])), path) == (path,)
    assert path.read_bytes().startswith(BEGINS[suffix])


def test_a_long_piece_is_several_numbered_pictures_and_one_pdf(tmp_path: Path) -> None:
    text = to_musicxml(write([(12 * at, 12 * at + 11, 60 + at % 12) for at in range(600)]))
    pages = engrave(text, tmp_path / "a.svg")
    assert [page.name for page in pages][:2] == ["a.svg", "a-2.svg"]
    assert engrave(text, tmp_path / "a.pdf") == (tmp_path / "a.pdf",)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".pdf", *[".svg"] * len(pages)]


def test_the_metronomes_note_is_drawn_as_a_shape() -> None:
    toolkit, data = _load_score(to_musicxml(write([(0, 12, 60)])))
    page = toolkit.renderToSVG(1)
    assert 'font-family="Leipzig"' in page
    assert '<tspan font-family="Leipzig"' not in _draw_music_text(page, data)


def test_what_verovio_cannot_read_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(NotationError, match="verovio cannot read the score"):
        engrave("no score", tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())
