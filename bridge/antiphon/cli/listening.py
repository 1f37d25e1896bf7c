"""The beat network for the commands that write pages."""

import click

from antiphon.engine.listener import Listener, shipped_listener

__all__ = ["find_listener"]


def find_listener() -> Listener | None:
    """The shipped beat network; without onnxruntime none, and a line on stderr says so."""
    listener = shipped_listener()
    if listener is None:
        click.echo(
            "beats are found by accents alone: onnxruntime is not installed; pip install 'antiphon[cpu]' finds more",
            err=True,
        )
    return listener
