"""The command line. `antiphon --help` imports no command: their one-line helps stand in the table below.

The top is one of the two doors where errors are caught: one line on stderr, exit 1; wrong usage is click's, exit 2.
"""

import errno
import importlib
import os
import sys
from typing import Any, cast

import click

from antiphon import __version__
from antiphon.errors import AntiphonError

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "demo": "Hear it: a recorded pianist plays, the model answers and goes on.",
    "serve": "Answer notes over OSC until you press Ctrl-C.",
    "monitor": "Watch a running server: who plays, what, and how quick the answers are.",
    "models": "List the models that can be played, with licence and figures.",
    "bench": "Measure the answer time on this machine, beside its floor.",
    "sessions": "List what was played while a server ran.",
    "save": "Write a session as MIDI or as a page of music.",
    "notate": "Write a MIDI file or a session as a readable score.",
    "replay": "Play a session into a server again, and compare the answers.",
    "osc": "Print the table of OSC addresses.",
    "train": "Train a model on a folder of MIDI files.",
    "export": "Turn a trained model into a bundle that the server can play.",
    "runs": "List and compare what was trained.",
    "evaluate": "Score a model on music that it never heard.",
}
"""Every command and its line in `--help`; the module of the same name holds it."""


class _LazyGroup(click.Group):
    """A group that imports a command when it is called or its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"antiphon.cli.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
        return cast(click.Command, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "ANTIPHON"},
    epilog="Start with: antiphon demo",
)
@click.version_option(__version__, prog_name="antiphon")
@click.pass_context
def _group(ctx: click.Context) -> None:
    """You play, and a recurrent network plays back."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits 0 done, 1 failed with one line on stderr, 2 wrong usage."""
    try:
        return _group.main(args=arguments, prog_name="antiphon", standalone_mode=True)
    except AntiphonError as error:
        click.echo(f"antiphon: {error.what}; {error.hint}", err=True)
    except BrokenPipeError:  # the reader of a pipe went away: nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # files of ours are DeviceErrors: it is stdout
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo("antiphon: the output cannot be written: the disk is full; free some space", err=True)
            sys.exit(1)
        if os.environ.get("ANTIPHON_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}".split("\n")[0]
        click.echo(f"antiphon: a fault of ours, {what}; ANTIPHON_TRACEBACK=1 shows where, please report it", err=True)
    sys.exit(1)
