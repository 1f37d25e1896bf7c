"""Draws docs/monitor.svg: what `antiphon monitor` shows while two play. Run it again with: python docs/monitor.py"""

import io
import re
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from antiphon.apps.demo import excerpt
from antiphon.apps.monitor.asker import Asker
from antiphon.apps.monitor.view import History, view
from antiphon.apps.programs import connect, osc_datagram, started

PICTURE = Path(__file__).with_suffix(".svg")
WIDTH, HEIGHT = 100, 34
SECONDS = 16.0


def play(port: int, name: str, mode: str, first: int) -> None:
    """A performer who plays the excerpt from this note on, in its own time."""
    notes = excerpt()[first:]
    with connect(port) as sock:
        for address, value in (("hello", name), ("mode", mode)):
            sock.send(osc_datagram(f"/antiphon/{address}", value))
        begin = time.monotonic()
        events = [(note["onset"], int(note["pitch"]), int(note["velocity"])) for note in notes]
        events += [(note["onset"] + note["duration"] - 0.01, int(note["pitch"]), 0) for note in notes]
        for at, pitch, velocity in sorted(events):
            due = begin + float(at - notes["onset"][0])
            if due > begin + SECONDS + 1:
                return
            time.sleep(max(due - time.monotonic(), 0.0))
            sock.send(osc_datagram("/antiphon/note/on", pitch, velocity))


def draw() -> None:
    """Start a server, let two play, and keep the picture of their last moment."""
    history = History()
    with started("antiphon", "serve", "--port", "0", "--seed", "1", "--no-record") as running:
        performers = [
            threading.Thread(target=play, args=(running.port, *how))
            for how in (("Anna", "echo", 0), ("Ben", "duet", 90))
        ]
        for performer in performers:
            performer.start()
        with Asker("127.0.0.1", running.port) as asker:
            end, summary = time.monotonic() + SECONDS, None
            # a moment in which the model sounds, so that the picture shows how that looks
            while time.monotonic() < end or not (summary and any(one["sounding"] for one in summary["playing"])):
                newer = asker.ask(0.1)
                if newer is not None:
                    summary = newer
                    history.add(summary, time.monotonic())
                time.sleep(0.1)
        for performer in performers:
            performer.join()
    console = Console(record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), force_terminal=True)
    console.print(view(summary, history, "127.0.0.1:9000", "", WIDTH, HEIGHT))
    svg = console.export_svg(title="antiphon monitor", theme=MONOKAI, unique_id="monitor")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # a picture that asks no other site for fonts
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    draw()
