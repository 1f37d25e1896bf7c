"""`antiphon osc`: the table of addresses, as the server itself reads it."""

import json

import click

from antiphon.osc.table import INCOMING, OUTGOING, Row

__all__ = ["as_json", "as_markdown", "command", "signature"]


@click.command(epilog="Example: antiphon osc --json")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="As the tables in the documentation.")
def command(wants_json: bool, markdown: bool) -> None:
    """Print the table of OSC addresses: what the server understands, and what it answers."""
    if wants_json:
        click.echo(json.dumps(as_json(), indent=2))
    elif markdown:
        click.echo(as_markdown())
    else:
        for title, rows in (("in", INCOMING.values()), ("out", OUTGOING.values())):
            click.echo(f"{title}:")
            for row in rows:
                click.echo(f"  {row.address} {signature(row)}".rstrip())
                click.echo(f"      {row.help}" + (f"  ->  {row.answer}" if row.answer not in ("", "-") else ""))


def signature(row: Row) -> str:
    """The arguments of a row as people write them: optional ones in brackets, with their defaults."""
    if row.takes_anything:
        return "..."
    words = [
        argument.name if argument.default is None or title_is_out(row) else f"[{argument.name}={argument.default}]"
        for argument in row.arguments
    ]
    return " ".join(words)


def title_is_out(row: Row) -> bool:
    """Whether the server sends this row; what it sends is always complete."""
    return row.message in OUTGOING


def as_markdown() -> str:
    """Both tables in Markdown."""
    lines = ["| send | arguments | what it does | answer |", "|---|---|---|---|"]
    for row in INCOMING.values():
        lines.append(f"| `{row.address}` | {signature(row)} | {row.help} | {row.answer} |")
    lines += ["", "| answer | arguments and OSC types | what it says |", "|---|---|---|"]
    for row in OUTGOING.values():
        typed = " ".join(f"{argument.name}:{argument.kind}" for argument in row.arguments) or "..."
        lines.append(f"| `{row.address}` | {typed} | {row.help} |")
    return "\n".join(lines)


def as_json() -> dict[str, list[dict[str, object]]]:
    """Both tables as plain values, ranges and defaults included."""

    def plain(row: Row) -> dict[str, object]:
        arguments = [
            {"name": a.name, "type": str(a.kind), "low": a.low, "high": a.high, "default": a.default}
            for a in row.arguments
        ]
        return {"address": row.address, "arguments": arguments, "answer": row.answer, "help": row.help}

    return {"in": [plain(row) for row in INCOMING.values()], "out": [plain(row) for row in OUTGOING.values()]}
