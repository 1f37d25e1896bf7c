"""Goes round until somebody has seen enough: ask the server, draw, look for a key.

Ten times a second it asks; it draws when notes have changed, else twice a second, since drawing is what costs. The
terminal shows it on its other page, and is given back as it was however this ends: q, Ctrl-C, SIGTERM or an error.
"""

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live

from antiphon.apps.monitor.asker import PERIOD, SILENCE, Asker, Summary
from antiphon.apps.monitor.view import History, view
from antiphon.errors import DeviceError

__all__ = ["watch"]

REDRAW = 0.5
"""Seconds until the picture is drawn again though no note has changed: clocks and latencies go on."""

LEAVES = "qQ"


def watch(host: str, port: int) -> None:
    """Show a server live until q or Ctrl-C.

    Raises:
        DeviceError: the output is no terminal that can be drawn on, or no antiphon answers.
    """
    console = Console()
    if not sys.stdout.isatty() or console.is_dumb_terminal:
        raise DeviceError("the output is no terminal to draw on", "take one summary with antiphon monitor --json")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no such signs shows others
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell lets its background jobs ignore the first
        signal.signal(number, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        Asker(host, port) as asker,
        Live(console=console, screen=True, auto_refresh=False) as live,
        _keys() as pressed,
    ):
        _go_round(asker, console, live, pressed)


def _go_round(asker: Asker, console: Console, live: Live, pressed: Callable[[], str]) -> None:
    history, summary = History(), None
    heard = drawn = time.monotonic()
    shown: object = None
    while pressed() not in LEAVES:
        begun = time.monotonic()
        newer = asker.ask(PERIOD)
        now = time.monotonic()
        if newer is not None:
            summary, heard = newer, now
            history.add(summary, now)
        picture = (_notes(summary), console.size)
        if picture != shown or now - drawn >= REDRAW:
            shown, drawn = picture, now
            silence = _silence(asker.where, now - heard)
            live.update(view(summary, history, asker.where, silence, *console.size), refresh=True)
        time.sleep(max(begun + PERIOD - time.monotonic(), 0.0))


def _notes(summary: Summary | None) -> object:
    """What of a summary is worth drawing at once."""
    told = ("name", "performers", "mode", "sounding", "window", "predicted")
    return summary and [[session[name] for name in told] for session in summary["playing"]]


def _silence(where: str, seconds: float) -> str:
    if seconds < SILENCE:
        return ""
    return f"no answer from {where} for {seconds:.0f} s; is antiphon serve running there? trying on"


@contextlib.contextmanager
def _keys() -> Iterator[Callable[[], str]]:
    """A function that gives the key that was pressed, a space if none was; keys need no Enter and are not shown."""
    if not sys.stdin.isatty():
        yield lambda: " "
    elif sys.platform == "win32":
        import msvcrt

        yield lambda: msvcrt.getwch() if msvcrt.kbhit() else " "
    else:
        import termios
        import tty

        number = sys.stdin.fileno()
        before = termios.tcgetattr(number)

        def pressed() -> str:
            ready = select.select([number], [], [], 0)[0]
            return os.read(number, 1).decode("ascii", "replace") or " " if ready else " "

        tty.setcbreak(number)
        try:
            yield pressed
        finally:
            termios.tcsetattr(number, termios.TCSADRAIN, before)
