"""`antiphon notate`: a performance becomes a page that a musician can read."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from antiphon.cli.database import database_option
from antiphon.take import Take

__all__ = ["command"]

STRAIGHT = ".mid"
FORMATS = (".musicxml", ".mxl", ".ly", STRAIGHT, ".svg", ".png", ".pdf")

METER = re.compile(r"(\d{1,2})/(2|4|8|16)")
KEY = re.compile(r"([a-g])(#|b|)\s*(major|minor|maj|min|m|)", re.IGNORECASE)
FIFTHS = {"f": -1, "c": 0, "g": 1, "d": 2, "a": 3, "e": 4, "b": 5}


TEMPO = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?")


class _Tempo(click.ParamType[Any]):
    name = "tempo"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = TEMPO.fullmatch(str(value).replace(" ", ""))
        tempi = tuple(float(tempo) for tempo in found.groups() if tempo) if found else ()
        if not tempi or any(not 10 <= tempo <= 480 for tempo in tempi) or sorted(tempi) != list(tempi):
            self.fail(f"{value} is no tempo; give 10 to 480, or a range like 80-120", param, ctx)
        return tempi


class _Meter(click.ParamType[Any]):
    name = "meter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from antiphon.notation import Meter

        found = METER.fullmatch(str(value))
        if not found or not 1 <= int(found[1]) <= 16:
            self.fail(f"{value} is no meter; give for instance 3/4 or 6/8", param, ctx)
        return Meter(int(found[1]), int(found[2]))


class _Key(click.ParamType[Any]):
    name = "key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = str(value).strip()
        if re.fullmatch(r"[+-]?[0-7]", text):
            return int(text)
        found = KEY.fullmatch(text)
        fifths = None
        if found:
            letter, accidental, mode = found.groups()
            is_minor = mode.lower().startswith("min") or mode == "m"
            fifths = FIFTHS[letter.lower()] + 7 * {"#": 1, "b": -1, "": 0}[accidental] - 3 * is_minor
        if fifths is None or not -7 <= fifths <= 7:
            self.fail(f"{value} is no key; give for instance Eb, 'f# minor', or -3 for three flats", param, ctx)
        return fifths


@click.command(epilog="Example: antiphon notate take.mid -o take.pdf --tempo 96 --meter 3/4")
@click.argument("source")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help=f"File to write: {', '.join(FORMATS)}.",
)
@click.option("--tempo", type=_Tempo(), help="Beats a minute, or a range like 80-120; found if left out.")
@click.option("--meter", type=_Meter(), help="For instance 3/4 or 6/8; found if left out.")
@click.option("--key", type=_Key(), help="For instance Eb, 'f# minor', or -3 for three flats; found if left out.")
@click.option("--pickup", type=click.IntRange(0, 15), help="Beats before the first full measure.")
@click.option(
    "--grid", type=click.Choice(["4", "8", "16", "32"]), help="Finest value that notes begin on: 8 for eighths."
)
@click.option("--triplets/--no-triplets", default=True, help="Whether beats may be divided by three.")
@click.option(
    "--staves",
    type=click.Choice(["one", "grand", "players"]),
    default="players",
    show_default=True,
    help="One staff, one grand staff, or a part for each player.",
)
@click.option("--last", type=click.IntRange(min=1), help="Only so many measures, from the end.")
@click.option("--title", help="Stands at the top of the page.")
@database_option
@click.option(
    "--json", "wants_json", is_flag=True, help="One JSON object: beats, tempo, meter, key, notes, confidence."
)
def command(
    source: str,
    output: Path,
    tempo: tuple[float, ...] | None,
    meter: Any,
    key: int | None,
    pickup: int | None,
    grid: str | None,
    triplets: bool,
    staves: Any,
    last: int | None,
    title: str | None,
    database: Path,
    wants_json: bool,
) -> None:
    """Write SOURCE down as a score: beats, meter, key, hands, voices and rhythm are found.

    SOURCE is a MIDI file, or a session by number or name as `antiphon sessions` lists them, or `last`.
    """
    if output.suffix.lower() not in FORMATS:
        raise click.UsageError(f"{output} has none of the suffixes {', '.join(FORMATS)}")
    if output.resolve() == Path(source).resolve():
        raise click.UsageError(f"{output} is what is to be read; give another name for what is to be written")
    if not source:
        raise click.UsageError(
            "the name of the source is empty; give a MIDI file, or a session as antiphon sessions lists"
        )
    if meter is not None and pickup is not None and pickup >= meter.beats:
        raise click.UsageError(
            f"--pickup {pickup} is a whole measure of {meter.numerator}/{meter.denominator}; give fewer than "
            f"{meter.beats} beats"
        )
    take, name = _read(source, database)
    from antiphon.cli.listening import find_listener
    from antiphon.notation import Hints, Layout, heed, notate

    said = Hints(
        tempo_bpm=tempo[0] if tempo and len(tempo) == 1 else None,
        tempo_range=(tempo[0], tempo[1]) if tempo and len(tempo) == 2 else None,
        meter=meter,
        pickup_beats=pickup,
        triplets=triplets,
    )
    hints = heed(take, said)
    layout = Layout(staves, key, last, int(grid) if grid else None)
    if output.suffix.lower() == STRAIGHT:
        from antiphon.apps.straighten import straighten

        report = straighten(take.players, output, hints, layout, find_listener())
    else:
        report = notate(take.players, output, name if title is None else title, hints, layout, find_listener())
    if wants_json:
        click.echo(json.dumps(asdict(report), default=str))
    else:
        for file in report.files:
            click.echo(f"wrote {file}")


def _read(source: str, database: Path) -> tuple[Take, str]:
    path = Path(source)
    if path.suffix.lower() in (".mid", ".midi"):
        from antiphon.midi.file import read_take

        return read_take(path), path.stem
    from antiphon.cli.save import read_session

    if path.is_file():
        raise click.UsageError(f"{source} does not end in .mid; rename it if it is a MIDI file")
    return read_session(source, database)
