"""A score as pictures: SVG, PNG, PDF. verovio lives in this file alone, and what turns its pages into other formats.

The rule: verovio engraves what is written as MusicXML, on A4. A PDF holds all pages; of SVG and PNG every page is a
file, the first under the name that was asked for, the others numbered: `page.png`, `page-2.png`. Nothing goes over the
network and nothing is printed.
"""

import io
import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from antiphon.errors import DeviceError, MissingExtra, NotationError
from antiphon.files import written_aside
from antiphon.notation.musicxml import to_musicxml
from antiphon.notation.page import Score

__all__ = ["PICTURES", "engrave"]

PICTURES = (".svg", ".png", ".pdf")

OPTIONS = {
    "pageWidth": 2100, "pageHeight": 2970, "scale": 40, "footer": "none", "breaks": "auto",
    "pageMarginTop": 130, "pageMarginBottom": 100, "pageMarginLeft": 130, "pageMarginRight": 130,
    "defaultBottomMargin": 1.2, "condense": "auto", "systemDivider": "none",
}  # fmt: skip
"""A4 in tenths of a millimetre, staves of 7 mm as in printed piano music."""

PNG_WIDTH = 1654
"""Pixels across a page: A4 at 200 dots an inch."""

A4 = {"output_width": 210 / 25.4 * 96, "output_height": 297 / 25.4 * 96}
"""In pixels of a 96th of an inch, which become points."""

LONGEST_TITLE = 64
"""Letters that have room across a page."""

ARROW = '<arpeggiate direction="up"/>'
"""What verovio draws with an arrowhead, which rolls upwards do not have."""

MUSIC_TEXT = re.compile(
    r'<text x="(-?\d+)" y="(-?\d+)"((?:(?!<text).)*?)<tspan font-family="(\w+)" font-size="(\d+)px">([^<]+)</tspan>',
    re.DOTALL,
)
"""A text that begins with signs of the music font, as a metronome mark does."""

WIDTH = re.compile(r'<g c="(\w+)"[^>]* h-a-x="(\d+)"')


def engrave(score: Score, path: Path) -> tuple[Path, ...]:
    """Writes the pages of a score as the suffix of `path` says; returns the files, the first page first.

    A title that is wider than the page ends in dots.

    Raises:
        DeviceError: a file cannot be written, or the system has no cairo (for .png and .pdf).
        MissingExtra: no verovio, cairosvg or pypdf.
        NotationError: verovio cannot read the score.
    """
    title = score.title if len(score.title) <= LONGEST_TITLE else f"{score.title[: LONGEST_TITLE - 1].rstrip()}…"
    toolkit, data = _load_score(to_musicxml(replace(score, title=title)).replace(ARROW, "<arpeggiate/>"))
    pages = [toolkit.renderToSVG(number) for number in range(1, toolkit.getPageCount() + 1)]
    suffix = path.suffix.lower()
    if suffix == ".svg":
        return _write_pages(path, [page.encode() for page in pages])
    cairosvg = _load_cairo()
    drawn = [_draw_music_text(page, data).encode() for page in pages]
    if suffix == ".png":
        width = {"output_width": PNG_WIDTH, "background_color": "white"}
        return _write_pages(path, [cairosvg.svg2png(page, **width) for page in drawn])
    return _write_pages(path, [_join([cairosvg.svg2pdf(page, **A4) for page in drawn])])


def _write_pages(path: Path, pages: list[bytes]) -> tuple[Path, ...]:
    paths = [path if not index else path.with_stem(f"{path.stem}-{index + 1}") for index in range(len(pages))]
    with ExitStack() as stack:
        asides = [stack.enter_context(written_aside(file)) for file in paths]
        for aside, page in zip(asides, pages, strict=True):
            aside.write_bytes(page)
    return tuple(paths)


def _load_score(musicxml: str) -> tuple[Any, Path]:
    try:
        import verovio
    except ImportError as error:
        raise MissingExtra("verovio", "notation") from error
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(OPTIONS)
    if not toolkit.loadData(musicxml):
        raise NotationError("verovio cannot read the score", "write it as .musicxml and open it in another program")
    return toolkit, Path(toolkit.getResourcePath())


def _draw_music_text(page: str, data: Path) -> str:
    """The same page, its signs within texts drawn as shapes: cairo does not know the music font."""
    widths: dict[str, dict[str, int]] = {}

    def draw(found: re.Match[str]) -> str:
        x, y, between, font, size, signs = found.groups()
        if font not in widths:
            table = (data / f"{font}.xml").read_text(encoding="utf-8")
            widths[font] = {code: int(width) for code, width in WIDTH.findall(table)}
        shapes, at, scale = [], float(x), int(size) / 1000
        for sign in signs:
            code = f"{ord(sign):04X}"
            shape = data / font / f"{code}.xml"
            if shape.exists():
                drawn = shape.read_text(encoding="utf-8")
                shapes.append(f'<g transform="translate({at:.0f},{y}) scale({scale:g})">{drawn}</g>')
            at += widths[font].get(code, 300) * scale
        return f'{"".join(shapes)}<text x="{at:.0f}" y="{y}"{between}<tspan>' + "</tspan>"

    return MUSIC_TEXT.sub(draw, page)


def _join(pages: list[bytes]) -> bytes:
    try:
        import pypdf
    except ImportError as error:
        raise MissingExtra("pypdf", "notation") from error
    whole = pypdf.PdfWriter()
    for page in pages:
        whole.append(io.BytesIO(page))
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def _load_cairo() -> ModuleType:
    try:
        import cairosvg
    except ImportError as error:
        raise MissingExtra("cairosvg", "notation") from error
    except OSError as error:  # the package is there, the system's library is not
        raise DeviceError(
            "the cairo library is not installed",
            "install it (Debian: libcairo2, macOS: brew install cairo), or write .svg",
        ) from error
    module: ModuleType = cairosvg
    return module
