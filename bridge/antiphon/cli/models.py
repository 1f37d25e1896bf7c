"""`antiphon models`: which models there are, what they may be used for, and how good they are."""

import json
import textwrap
from typing import Any

import click

from antiphon.engine.bundle import DEFAULT, LISTENER, find_bundle, shipped
from antiphon.engine.engine import Engine
from antiphon.engine.listener import is_listener, read_card
from antiphon.notation import sides

__all__ = ["command"]

WIDTH = 88
PARTS = ("pitch", "step", "duration", "velocity")
HANDS = "hands"
FOR_PAGES = {LISTENER: "hears beats for antiphon notate", HANDS: "tells hands apart for antiphon notate"}


@click.command(epilog="Example: antiphon models maestro")
@click.argument("name", required=False)
@click.option("--json", "wants_json", is_flag=True, help="All that is known of each, as one JSON object a line.")
def command(name: str | None, wants_json: bool) -> None:
    """List the shipped models with licence and figures, or tell all of NAME, one of them or a bundle's path.

    Figures are nats a note on music that the model never heard, less is better: how surprised it was by what the
    pianist played next. `beats` and `hands` play nothing: they hear beats and tell hands apart for `antiphon notate`.
    """
    names = [name] if name else [*shipped(), *FOR_PAGES]
    cards = [_card(one) for one in names]
    if wants_json:
        for card in cards:
            click.echo(json.dumps(card))
    elif name:
        for line in _whole(cards[0]):
            click.echo(line)
    else:
        for card in cards:
            click.echo(_line(card))
        click.echo(
            f"play one: antiphon serve --model {cards[0]['name']}   all of one: antiphon models {cards[0]['name']}"
        )


def _card(name: str) -> dict[str, Any]:
    if name == HANDS:
        return {**sides.read_card(), "megabytes": round(sides.FILE.stat().st_size / 1e6, 2), "is_default": False}
    path = find_bundle(name)
    card = read_card(path) if is_listener(path) else Engine(path, "cpu", 1).bundle.metadata
    return {**card, "megabytes": round(path.stat().st_size / 1e6, 2), "is_default": path == find_bundle(None)}


def _line(card: dict[str, Any]) -> str:
    mark = "*" if card["name"] == DEFAULT else " "
    figures = card["figures"]
    nats = "  ".join(f"{part} {figures[f'{part}_nll']:.2f}" for part in PARTS if figures.get(f"{part}_nll") is not None)
    size = f"{card['megabytes']:.1f} MB"
    does = FOR_PAGES.get(card["name"], nats)
    return f"{mark} {card['name']:10} {card['family']}/{card['recipe']:9} {size:7} {card['licence']:18} {does}"


def _whole(card: dict[str, Any]) -> list[str]:
    training, figures = card["training"], card["figures"]
    trained = "{notes:,} notes, {epochs} epochs, {hours:.2f} h on {machine}".format(**training)
    rows = {
        "family": f"{card['family']}, recipe {card['recipe']}, windows of {card['window']} notes",
        "licence": card["licence"],
        "attribution": card["attribution"],
        "data": card["data"],
        "training": trained,
        "figures": ", ".join(f"{name} {value}" for name, value in figures.items()),
        "limits": card.get("limits", ""),
    }
    lines = [f"{card['name']}, {card['megabytes']:.1f} MB{', the default' if card['is_default'] else ''}"]
    for heading, text in rows.items():
        wrapped = textwrap.wrap(text or "not said", WIDTH - 13)
        lines += [f"{heading if not place else '':12} {line}" for place, line in enumerate(wrapped)]
    return lines
