"""The main job in one go: a recorded pianist plays into a server over UDP, the model answers every note and goes on.

The server is a program of its own; this process is the client, and uses python-osc as a performer's script would.
What was played and what the model added become a MIDI file, a page of music, a picture and a sound.
"""

import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from antiphon.apps.picture import piano_roll
from antiphon.apps.programs import ANSWER_WITHIN, connect, osc_datagram, read_osc, started
from antiphon.engine.listener import shipped_listener
from antiphon.errors import DeviceError
from antiphon.midi.file import read_midi, write_midi
from antiphon.midi.sound import render_wav
from antiphon.notation import notate
from antiphon.note import Note, NoteArray, from_rows

__all__ = ["CONTINUED", "Exchange", "excerpt", "perform", "write_files"]

CONTINUED = 100
"""Notes that the model goes on for."""

TITLE = "Chopin, answered"

LAST_FIRST = {"off": 0, "on": 1}
"""Keys that come up do so before others go down at the same moment, as on a keyboard that repeats a note."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A note of the performer and the model's answer.

    Args:
        onset: of the performer's note, seconds since the first.
        pitch, velocity: of the performer's note.
        answer: what the model expects next.
        latency: seconds from sending to receiving.
    """

    onset: float
    pitch: int
    velocity: int
    answer: Note
    latency: float


def excerpt() -> NoteArray:
    """The recorded excerpt that comes with antiphon: 208 notes, 40 seconds; `excerpt.txt` beside it says whose."""
    with as_file(files("antiphon") / "apps" / "excerpt.mid") as path:
        return read_midi(path)


def perform(
    performance: NoteArray, is_fast: bool, server: tuple[str, ...], tell: Callable[[Exchange], None]
) -> tuple[str, list[Exchange], NoteArray]:
    """Start a server, play a performance into it and let the model go on.

    Args:
        performance: what to play.
        is_fast: finished notes, each as soon as the last is answered; else keys down and up at their own times.
        server: arguments for `antiphon serve`.
        tell: called with each exchange as it happens.
    Returns:
        The server's first line, the exchanges, and the model's notes on the performance's clock.
    Raises:
        DeviceError: the server did not start, or an answer did not come.
    """
    words = ("serve", "--port", "0", "--no-record", *server)  # `last` stays the session that the user played
    with started("antiphon", *words) as running, connect(running.port) as sock:
        play = _play_fast if is_fast else _play_in_time
        exchanges = []
        for exchange in play(sock, performance):
            exchanges.append(exchange)
            tell(exchange)
        phrase = _continue(sock, CONTINUED)
        return (
            running.first_line,
            exchanges,
            from_rows(np.array(phrase, np.float32), float(performance["onset"][-1])),
        )


def write_files(folder: Path, performer: NoteArray, model: NoteArray) -> str:
    """Write demo.mid, demo.musicxml, demo.png and demo.wav; returns a line that says how the sound was made."""
    players = {"performer": performer, "model": model}
    write_midi(folder / "demo.mid", players)
    notate(players, folder / "demo.musicxml", TITLE, listener=shipped_listener())
    piano_roll(players, folder / "demo.png", TITLE)
    return render_wav(folder / "demo.mid", folder / "demo.wav")


def _play_fast(sock: socket.socket, performance: NoteArray) -> Iterator[Exchange]:
    for number, note in enumerate(performance):
        pitch, velocity = int(note["pitch"]), int(note["velocity"])
        sent = time.perf_counter()
        sock.send(osc_datagram("/antiphon/note", pitch, float(note["step"]), float(note["duration"]), velocity, number))
        answer = _await_prediction(sock, number)
        yield Exchange(float(note["onset"]), pitch, velocity, answer, time.perf_counter() - sent)


def _play_in_time(sock: socket.socket, performance: NoteArray) -> Iterator[Exchange]:
    """Keys go down and up at their own times; answers are taken in between, as they come."""
    ons = [(float(note["onset"]), "on", number) for number, note in enumerate(performance)]
    offs = [(float(note["onset"] + note["duration"]), "off", number) for number, note in enumerate(performance)]
    sent_at: dict[int, float] = {}
    begin = time.perf_counter()
    for due, kind, number in sorted(ons + offs, key=lambda event: (event[0], LAST_FIRST[event[1]])):
        while (left := begin + due - time.perf_counter()) > 0:
            if select.select([sock], [], [], left)[0]:
                yield _take_exchange(sock, performance, sent_at)
        pitch, velocity = int(performance[number]["pitch"]), int(performance[number]["velocity"])
        if kind == "on":
            sent_at[number] = time.perf_counter()
            sock.send(osc_datagram("/antiphon/note/on", pitch, velocity, number))
        else:
            sock.send(osc_datagram("/antiphon/note/off", pitch))
    while sent_at:
        yield _take_exchange(sock, performance, sent_at)


def _take_exchange(sock: socket.socket, performance: NoteArray, sent_at: dict[int, float]) -> Exchange:
    address, values = _receive(sock)
    received = time.perf_counter()
    if address != "/antiphon/prediction":
        raise DeviceError(f"the server said {address} {values}", "look at what antiphon serve prints")
    *_, number = values
    note = performance[int(number)]
    latency = received - sent_at.pop(int(number))
    return Exchange(float(note["onset"]), int(note["pitch"]), int(note["velocity"]), _note(values), latency)


def _continue(sock: socket.socket, count: int) -> list[Note]:
    sock.send(osc_datagram("/antiphon/continue", count, count))
    phrase = []
    while True:
        address, values = _receive(sock)
        if address == "/antiphon/prediction":
            phrase.append(_note(values))
        elif address == "/antiphon/phrase/end":
            return phrase


def _await_prediction(sock: socket.socket, number: int) -> Note:
    while True:
        address, values = _receive(sock)
        if address == "/antiphon/prediction" and values[-1] == number:
            return _note(values)
        if address == "/antiphon/error":
            raise DeviceError(f"the server refused a note: {values[0]}", str(values[2]))


def _receive(sock: socket.socket) -> tuple[str, list[int | float | str]]:
    try:
        return read_osc(sock.recv(65536))
    except OSError as error:
        raise DeviceError(
            f"no answer came within {ANSWER_WITHIN:g} seconds", "see whether the server still runs"
        ) from error


def _note(values: list[int | float | str]) -> Note:
    pitch, step, duration, velocity, _ = values
    return Note(int(pitch), float(step), float(duration), int(velocity))
