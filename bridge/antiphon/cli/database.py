"""Where the sessions are kept: the option that `serve`, `sessions`, `save` and `replay` share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import platformdirs

__all__ = ["database_option"]


def default_database() -> Path:
    """The file in the user's data folder."""
    return Path(platformdirs.user_data_path("antiphon")) / "sessions.sqlite"


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--database`; one variable, ANTIPHON_DATABASE, sets it for all commands."""
    return click.option(
        "--database",
        type=click.Path(dir_okay=False, path_type=Path),
        default=default_database,
        envvar="ANTIPHON_DATABASE",
        help="File of recorded sessions; by default sessions.sqlite in your data folder.",
    )(command)
