"""Starting antiphon's own server as a program of its own, as a performer would, and talking to it over UDP."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.osc_message_builder import OscMessageBuilder

from antiphon.errors import DeviceError

__all__ = ["Running", "connect", "osc_datagram", "read_osc", "started"]

ANSWER_WITHIN = 5.0
"""Seconds to wait for an answer before it counts as lost: on a busy machine an answer can take a moment."""

INT32 = 2**31 - 1
"""The greatest int32."""


@dataclass(frozen=True, slots=True)
class Running:
    """A program that listens.

    Args:
        process: the program.
        port: the UDP port that it said it listens on.
        first_line: what it said.
        since: `time.perf_counter()` just before it was started.
    """

    process: subprocess.Popen[str]
    port: int
    first_line: str
    since: float


@contextmanager
def started(module: str, *arguments: str) -> Iterator[Running]:
    """Run `python -m module arguments`, wait until its first line names a port, and end it with the block.

    Raises:
        DeviceError: it ended without one; its own words are in the error.
    """
    since = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - this Python and our own modules
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        named = re.search(r":(\d+)\b", line)
        if named is None:
            said = process.communicate(timeout=ANSWER_WITHIN)[1].strip()
            raise DeviceError(f"the server did not start: {said or line.strip()}", "try antiphon serve by itself")
        yield Running(process, int(named[1]), line.strip(), since)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=ANSWER_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def connect(port: int) -> socket.socket:
    """A UDP socket that speaks with this port of this machine alone."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(ANSWER_WITHIN)
    sock.connect(("127.0.0.1", port))
    return sock


def osc_datagram(address: str, *values: int | float | str) -> bytes:
    """An OSC message, written by python-osc."""
    builder = OscMessageBuilder(address)
    for value in values:
        # Left to itself python-osc sends 2**31 and above as an int32, which cannot hold them.
        is_long = isinstance(value, int) and not -INT32 - 1 <= value <= INT32
        builder.add_arg(value, OscMessageBuilder.ARG_TYPE_INT64 if is_long else None)
    return bytes(builder.build().dgram)


def read_osc(data: bytes) -> tuple[str, list[int | float | str]]:
    """Address and arguments of an OSC message, read by python-osc.

    Raises:
        DeviceError: it is none.
    """
    try:
        message = OscMessage(data)
    except ParseError as error:
        raise DeviceError("what came is no OSC message", "see which program sends to this port") from error
    return str(message.address), list(message.params)
