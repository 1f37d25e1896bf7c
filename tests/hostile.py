"""Datagrams to break a server with: all that can be said to it, what is no OSC at all, and both damaged at random."""

import random
import struct
from collections.abc import Callable, Sequence

from antiphon.core.controls import CONTROLS, PRESETS
from antiphon.dialects.impsy import TABLE as IMPSY
from antiphon.dialects.notochord import TABLE as NOTOCHORD
from antiphon.dialects.wekinator import TABLE as WEKINATOR
from antiphon.osc import codec
from antiphon.osc.table import INCOMING, Argument, Kind, Row

__all__ = ["damaged", "full", "malformed", "said"]

Words = tuple[int | float | str, ...]

EACH = 6
"""Messages of each row, with other values each time."""

LARGEST = 65507
"""Bytes of the largest datagram."""

SECOND = 1 << 32
"""One second of an OSC time tag."""

TEXTS: dict[str, Sequence[str]] = {
    "hello": ("", "Anna", "Ludwig van " * 5),
    "session": ("band", "duo", "session-1", "x" * 64, "ö♪"),
    "get": ("", *CONTROLS),
    "preset": tuple(PRESETS),
    "model": ("maestro", "tutorial", "../../etc/hostname"),
    "save": ("evening", "../evening", "CON"),
}
"""What a row's first text may be, where its table names no choices."""


def said(rng: random.Random, now: float) -> list[bytes]:
    """Good messages, `EACH` of every row of ours and of the dialects and of every control, alone and in bundles."""
    rows = [*INCOMING.values(), *IMPSY, *NOTOCHORD, *WEKINATOR]
    found = [codec.write(row.address, _words(rng, row)) for row in rows for _ in range(EACH)]
    found += [codec.write("/antiphon/set", (name, *_values(rng, name))) for name in CONTROLS for _ in range(EACH)]
    found += [codec.write(f"/antiphon/{what}", (name,)) for what in ("preset", "get") for name in TEXTS[what]]
    found += [codec.write(*_keyboard(rng)) for _ in range(8 * EACH)]
    found += [codec.write("/notochord/query_feed", _conditions(rng)) for _ in range(EACH)]
    tags = [codec.IMMEDIATELY, 0, 2**64 - 1, *(_time_tag(now + away) for away in (-3600, -1, 0.5, 1.9, 3600))]
    bundles = [codec.bundle(rng.choice(tags), rng.sample(found, rng.randrange(1, 6))) for _ in range(len(found) // 2)]
    return found + bundles


def malformed(rng: random.Random, now: float) -> list[bytes]:
    """Datagrams that are no OSC, no bundle, or no message that anyone serves, one for each way of being wrong."""
    good = codec.write("/antiphon/note", (60, 0.25, 0.5))
    head = codec.write("/antiphon/note", ())[:-4]
    framed: Callable[[int, bytes], bytes] = lambda size, part: _frame() + struct.pack(">i", size) + part  # noqa: E731
    found = [
        b"",
        b"/",
        bytes(16),
        bytes(LARGEST),
        rng.randbytes(64),
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xc0" + good + b"\xc0",
    ]
    found += [good[:size] for size in range(1, len(good))]
    found += [good + bytes(3), good + b"\xde\xad\xbe\xef", b"\0" + good, good[1:], b"/" + b"a" * 15]
    found += [
        codec.write(address, (1,)) for address in ("/", "//", "/antiphon//note", "/antiphon/note/", "/" + "a" * 4095)
    ]
    found += [codec.write(address, ()) for address in ("/antiphon/*", "/{antiphon,x}/[!a-m]ot?", "/" + "*" * 64)]
    found += [b"/\xff\xfe\x80\0\0\0\0,i\0\0" + bytes(4), codec.write("/antiphon/nö\x1b[2J\x07", ())]
    found += [
        head + tags + bytes(8) for tags in (b",iZf\0\0\0\0", b",[iff\0\0\0", b",iff]\0\0\0", b"iff\0", b",\xff\xfe\0")
    ]
    found += [head + _text("," + "Z" * 60000), head + _text("," + "[" * 30000 + "]" * 30000), head + _text(",TFNI")]
    found += [head + b",bb\0" + struct.pack(">ii", -8, -8), head + b",b\0\0" + struct.pack(">i", 2**31 - 1) + bytes(4)]
    found += [head + b",s\0\0" + b"abcdefgh", head + b",s\0\0" + _text("x" * 60000), head + _text("," + "f" * 10000)]
    found += [framed(size, good) for size in (-1, -4, -20, -(2**31), 2**31 - 1, 0, len(good) - 8, len(good) + 1000)]
    found += [_frame(), b"#bundle\0", b"#bundle\0\0\0\0\0", _frame() + bytes(64_000)]
    found += [_nested(depth, good) for depth in (1, 8, 9, 3200)]
    found += [codec.bundle(_time_tag(now + away), [good] * 3) for away in (-1e9, -3.0, 3.0, 1e6, 2e9)]
    return found


def damaged(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of these, with bytes changed, cut off, put in or added, or as it was."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        kind = rng.randrange(5)
        at = rng.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1 and len(data) >= 4:
            data[at & ~3 : (at & ~3) + 4] = struct.pack(
                ">i", rng.choice((-1, -4, 0, 1, 127, 128, 2**31 - 1, 0x7FC00000))
            )
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            data[at:at] = rng.randbytes(rng.choice((1, 4, 8)))
        else:
            data += rng.choice(seeds)
    return bytes(data[:LARGEST])


def full(part: bytes) -> bytes:
    """As many of this message in one bundle as the largest datagram holds, or the codec takes."""
    return codec.bundle(codec.IMMEDIATELY, [part] * min((LARGEST - 16) // (len(part) + 4), codec.MAX_ELEMENTS))


def _words(rng: random.Random, row: Row) -> Words:
    if row.message.__name__ == "Set" and row.takes_anything:
        name = rng.choice(list(CONTROLS))
        return (name, *_values(rng, name))
    given = [argument for argument in row.arguments if argument.default is None or rng.random() < 0.8]
    words = [_word(rng, argument, TEXTS.get(row.name, ("text",))) for argument in given]
    if row.takes_anything and row.prefix != "/antiphon/":
        words += _conditions(rng)
    elif row.takes_anything:
        words += rng.choice(((), (1, 2.5, "three")))
    return tuple(words)


def _word(rng: random.Random, argument: Argument, texts: Sequence[str]) -> int | float | str:
    if argument.kind is Kind.TEXT:
        return rng.choice(argument.choices or texts)
    if argument.or_choose and rng.random() < 0.5:
        return -1
    high = min(argument.high, argument.low + 4) if argument.name in ("step", "duration", "time") else argument.high
    if argument.name == "count":
        high = rng.choice((1, 3, argument.high))
    value = rng.choice((argument.low, high, rng.uniform(argument.low, high)))
    return int(value) if argument.kind is Kind.INT else float(value)


def _values(rng: random.Random, name: str) -> Words:
    control = CONTROLS[name]
    if control.kind is Kind.TEXT:
        return (
            rng.choice(control.choices or (str(control.default[0]), "D dorian", "F# blues", "E minor", "Z nothing")),
        )
    values = [rng.choice((control.low, control.high, rng.uniform(control.low, control.high))) for _ in control.default]
    values = sorted(values)[: rng.choice(control.counts)]
    return tuple(int(value) if control.kind is Kind.INT else float(value) for value in values)


def _keyboard(rng: random.Random) -> tuple[str, Words]:
    channel, number = rng.choice(("", "/0", "/1", "/16", "/17")), rng.choice((0, 60, 64, 123, 127, 128))
    kind = rng.choice(("note", "note", "drum", "cc", "velocity", "pitchbend", "octave/+", "nothing"))
    if rng.random() < 0.3:
        return f"/vkb_midi{channel}/{kind}", (number, rng.choice((0, 1, 64.5, 127)))
    return f"/vkb_midi{channel}/{kind}/{number}", (rng.choice((0, 0.4, 64, 127.0, 128)),)


def _conditions(rng: random.Random) -> Words:
    words: list[int | float | str] = []
    for name in rng.sample(
        ("next_inst", "next_pitch", "next_time", "next_vel", "min_vel", "pitch_temp"), rng.randrange(4)
    ):
        words += [name, rng.choice((0, 1, 60, 0.5))]
    return tuple(words)


def _time_tag(moment: float) -> int:
    return int((moment + 2208988800) * SECOND) & (2**64 - 1)


def _text(text: str) -> bytes:
    return text.encode() + bytes(4 - len(text) % 4)


def _frame() -> bytes:
    return b"#bundle\0" + struct.pack(">Q", codec.IMMEDIATELY)


def _nested(depth: int, inner: bytes) -> bytes:
    sizes = (len(inner) + 20 * left for left in reversed(range(depth)))
    return b"".join(_frame() + struct.pack(">i", size) for size in sizes) + inner
