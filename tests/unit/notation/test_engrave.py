"""Pages as pictures: as many as the music needs, whole files, and signs that cairo can draw."""

from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from antiphon.errors import DeviceError, NotationError
from antiphon.notation.engrave import _draw_music_text, _load_score, engrave
from antiphon.notation.musicxml import to_musicxml
from antiphon.notation.score import compose
from scores import lay, play, write

BEGINS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.mark.parametrize("suffix", BEGINS)
def test_a_short_piece_is_one_page(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    assert engrave(write([(0, 12, 60)]), path) == (path,)
    assert path.read_bytes().startswith(BEGINS[suffix])


def test_a_long_piece_is_several_numbered_pictures_and_one_pdf(tmp_path: Path) -> None:
    score = write([(12 * at, 12 * at + 11, 60 + at % 12) for at in range(600)])
    pages = engrave(score, tmp_path / "a.svg")
    assert [page.name for page in pages][:2] == ["a.svg", "a-2.svg"]
    assert engrave(score, tmp_path / "a.pdf") == (tmp_path / "a.pdf",)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".pdf", *[".svg"] * len(pages)]


def test_the_metronomes_note_is_drawn_as_a_shape() -> None:
    toolkit, data = _load_score(to_musicxml(write([(0, 12, 60)])))
    page = toolkit.renderToSVG(1)
    assert 'font-family="Leipzig"' in page
    assert '<tspan font-family="Leipzig"' not in _draw_music_text(page, data)


def test_what_verovio_cannot_read_is_one_clear_line() -> None:
    with pytest.raises(NotationError, match="verovio cannot read the score"):
        _load_score("no score")


def test_a_pdf_is_on_a4(tmp_path: Path) -> None:
    engrave(write([(0, 12, 60)]), tmp_path / "a.pdf")
    page = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].mediabox
    assert (page.width, page.height) == pytest.approx((595.3, 841.9), abs=0.5)


def test_who_is_silent_for_a_whole_system_has_no_two_staves_there(tmp_path: Path) -> None:
    begun = [(12 * at, 12 * at + 11, pitch) for at in range(8) for pitch in (40, 72)]
    other = [(12 * at, 12 * at + 11, pitch) for at in range(8, 120) for pitch in (40, 72)]
    grids = {name: lay(rows) for name, rows in (("performer", begun), ("model", other))}
    grids["performer"] = replace(grids["performer"], beats=grids["model"].beats)
    score = compose({"performer": play(begun), "model": play(other)}, grids, "t", "players")
    pages = engrave(score, tmp_path / "a.svg")
    staves = sum(page.read_text(encoding="utf-8").count('class="staff"') for page in pages)
    assert 2 * len(score.bars) < staves < 3 * len(score.bars)


def test_of_a_long_title_a_picture_shows_what_has_room(tmp_path: Path) -> None:
    title = "A title of many words that goes on " * 4
    engrave(replace(write([(0, 12, 60)]), title=title), tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert f"{title[:63].rstrip()}…" in text
    assert title.rstrip() not in text


def test_where_a_page_cannot_be_written_the_first_is_not(tmp_path: Path) -> None:
    (tmp_path / "a-2.svg").mkdir()
    with pytest.raises(DeviceError, match="cannot be written"):
        engrave(write([(12 * at, 12 * at + 11, 60 + at % 12) for at in range(600)]), tmp_path / "a.svg")
    assert not (tmp_path / "a.svg").exists()
