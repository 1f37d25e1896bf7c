"""`antiphon osc`: the table of addresses, as the server itself reads it."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import click

from antiphon.core.controls import CONTROLS, PRESETS, Values
from antiphon.osc.table import INCOMING, OUTGOING, Row

__all__ = ["as_json", "as_markdown", "command", "controls_as_markdown", "signature"]


@click.command(epilog="Example: antiphon osc --json")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="As the tables in the documentation.")
@click.option("--controls", is_flag=True, help="What /antiphon/set can set, and the presets, instead of the addresses.")
def command(wants_json: bool, markdown: bool, controls: bool) -> None:
    """Print the table of OSC addresses: what the server understands, and what it answers."""
    if controls:
        click.echo(_controls(wants_json, markdown))
    elif wants_json:
        click.echo(json.dumps(as_json(), indent=2))
    elif markdown:
        click.echo(as_markdown())
    else:
        for title, rows in (("in", INCOMING.values()), ("out", OUTGOING.values())):
            click.echo(f"{title}:")
            for row in rows:
                click.echo(f"  {row.address} {signature(row)}".rstrip())
                click.echo(f"      {row.help}" + (f"  ->  {row.answer}" if row.answer not in ("", "-") else ""))


def _controls(wants_json: bool, markdown: bool) -> str:
    if wants_json:
        rows = [{**asdict(control), "kind": str(control.kind)} for control in CONTROLS.values()]
        return json.dumps(
            {"controls": rows, "presets": {name: dict(preset) for name, preset in PRESETS.items()}}, indent=2
        )
    if markdown:
        return controls_as_markdown()
    lines = [f"  {control.name:21} {_words(control.default):18} {control.help}" for control in CONTROLS.values()]
    presets = [f"  {name:21} {_said(preset)}" for name, preset in PRESETS.items()]
    return "\n".join(["controls, and what they stand at:", *lines, "presets:", *presets])


def _words(values: Values) -> str:
    return " ".join(f"{value:g}" if not isinstance(value, str) else value for value in values)


def _said(preset: Mapping[str, Values]) -> str:
    return ", ".join(f"{name} {_words(values)}" for name, values in preset.items())


def controls_as_markdown() -> str:
    """The controls and the presets as tables in Markdown."""
    lines = ["| control | values | default | what it does |", "|---|---|---|---|"]
    for control in CONTROLS.values():
        counts = (
            f"{min(control.counts)}" if len(control.counts) == 1 else f"{min(control.counts)} to {max(control.counts)}"
        )
        span = ", ".join(control.choices) or (f"{control.low:g} to {control.high:g}" if control.kind != "s" else "text")
        zero = ", or 0" if control.or_zero else ""
        values = span + zero if counts == "1" else f"{counts} numbers, {span}"
        lines.append(f"| `{control.name}` | {values} | {_words(control.default)} | {control.help} |")
    lines += ["", "| preset | sets |", "|---|---|"]
    return "\n".join(lines + [f"| `{name}` | {_said(preset)} |" for name, preset in PRESETS.items()])


def signature(row: Row) -> str:
    """The arguments of a row as people write them: optional ones in brackets, with their defaults."""
    words = [
        argument.name if argument.default is None or is_sent(row) else f"[{argument.name}={argument.default}]"
        for argument in row.arguments
    ]
    return " ".join([*words, *["..."] * row.takes_anything])


def is_sent(row: Row) -> bool:
    """Whether the server sends this row; what it sends is always complete."""
    return row.message in OUTGOING


def as_markdown() -> str:
    """Both tables in Markdown."""
    lines = ["| send | arguments | what it does | answer |", "|---|---|---|---|"]
    for row in INCOMING.values():
        lines.append(f"| `{row.address}` | {signature(row)} | {row.help} | {row.answer} |")
    lines += ["", "| answer | arguments and OSC types | what it says |", "|---|---|---|"]
    for row in OUTGOING.values():
        typed = " ".join([*(f"{a.name}:{a.kind}" for a in row.arguments), *["..."] * row.takes_anything])
        lines.append(f"| `{row.address}` | {typed} | {row.help} |")
    return "\n".join(lines)


def as_json() -> dict[str, list[dict[str, object]]]:
    """Both tables as plain values: ranges, choices, defaults, and whether more may follow, included."""

    def plain(row: Row) -> dict[str, object]:
        arguments = [
            {
                "name": a.name,
                "type": str(a.kind),
                "low": a.low,
                "high": a.high,
                "or_choose": a.or_choose,
                "choices": list(a.choices),
                "default": a.default,
            }
            for a in row.arguments
        ]
        return {
            "address": row.address,
            "arguments": arguments,
            "takes_anything": row.takes_anything,
            "answer": row.answer,
            "help": row.help,
        }

    return {"in": [plain(row) for row in INCOMING.values()], "out": [plain(row) for row in OUTGOING.values()]}
