"""Bytes to messages and back, strictly: lengths, padding, tags and depth are checked before anything is decoded.

Two refusals: `DatagramError` when the bytes are not OSC (nobody to answer, so it is counted), any other
`MessageError` when they are and the content is wrong (answered). A bundle whose frame is broken is refused
whole; one bad message in a sound bundle is refused alone. No address patterns, no arrays, no blobs. We send the
types i, f and s only, since Pure Data drops all others.

What players send is numbers under a known address: those heads are looked up whole (5 us on a cold cache beside 12 for
reading tag by tag), and whatever does not fit is read again by the careful way, which knows what to say about it.
"""

import itertools
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from antiphon.errors import AddressError, ArgumentError, DatagramError, MessageError, RangeError
from antiphon.osc.messages import Incoming, Outgoing
from antiphon.osc.table import INCOMING, OUTGOING, PREFIX, Argument, Kind, Row

__all__ = ["IMMEDIATELY", "Value", "bundle", "checked", "decode", "encode", "read", "shown", "split", "write"]

IMMEDIATELY = 1
"""The time tag that means now."""

MAX_DEPTH = 8
"""Bundles inside each other. Senders use one; what is deeper is an attack on the stack."""

MAX_ELEMENTS = 1024
"""Messages in one datagram. The largest chord with all its controls is a tenth of it."""

MAX_ARGUMENTS = 64
"""Arguments of one message; ours has at most five. More are refused before they are read."""

MAX_TEXT = 256
"""Characters of a text argument that comes in."""

SHOWN = 64
"""Characters of a sender's own text that an error repeats."""

BUNDLE = b"#bundle\0"
PATTERN = frozenset("*?[]{}")
Value = int | float | str | None
NUMBERS: dict[str, Callable[[bytes, int], tuple[Any, ...]]] = {
    "i": struct.Struct(">i").unpack_from,
    "f": struct.Struct(">f").unpack_from,
    "h": struct.Struct(">q").unpack_from,
    "d": struct.Struct(">d").unpack_from,
}
SIZES = {"i": 4, "f": 4, "h": 8, "d": 8, "c": 4, "r": 4, "m": 4, "t": 8, "T": 0, "F": 0, "N": 0, "I": 0}
TEXTS = "sS"
READABLE = "ifhds"


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The messages of a datagram with the time tag of the bundle around each, in order.

    Raises:
        DatagramError: the frame of a bundle is broken, empty, too deep or too full.
    """
    if not data.startswith(BUNDLE):
        return [(IMMEDIATELY, data)]
    found: list[tuple[int, bytes]] = []
    _walk(data, 0, len(data), 1, found)
    return found


def _walk(data: bytes, at: int, end: int, depth: int, found: list[tuple[int, bytes]]) -> None:
    if depth > MAX_DEPTH:
        raise DatagramError(f"bundles are nested deeper than {MAX_DEPTH}", "send flat bundles")
    if end - at < 20:
        raise DatagramError("a bundle is empty or cut short", "send a time tag and at least one message")
    (time_tag,) = struct.unpack_from(">Q", data, at + 8)
    at += 16
    while at < end:
        size = struct.unpack_from(">i", data, at)[0] if end - at >= 4 else -1
        at += 4
        if size < 8 or size % 4 or size > end - at:
            raise DatagramError("a bundle element has an impossible size", "send sizes as OSC 1.0 says")
        if data.startswith(BUNDLE, at):
            _walk(data, at, at + size, depth + 1, found)
        elif len(found) >= MAX_ELEMENTS:
            raise DatagramError(f"a bundle holds more than {MAX_ELEMENTS} messages", "send smaller bundles")
        else:
            found.append((time_tag, data[at : at + size]))
        at += size


def decode(data: bytes) -> Incoming:
    """The message that these bytes say; a bundle goes through `split` first.

    Raises:
        DatagramError: not OSC.
        AddressError: nobody serves the address, or it is a pattern.
        ArgumentError, RangeError: what it brings is not what the table wants.
    """
    head = data[: (data.find(b"\0", data.find(b",")) + 4) & ~3]
    shape = _SHAPES.get(head)
    if shape is not None and len(data) == shape.size:
        values = shape.unpack(data, len(head))
        if all(low <= value <= high for value, (_, low, high) in zip(values, shape.checks, strict=True)):
            taken = [kind(value) for value, (kind, _, _) in zip(values, shape.checks, strict=True)]
            if taken == list(values):
                message: Incoming = shape.message(*taken, *shape.defaults)
                return message
    return _decode_any(data)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A good message of int32 and float32 alone, which is all that players send: read at once, or else as any other."""

    size: int
    unpack: Callable[[bytes, int], tuple[Any, ...]]
    checks: list[tuple[type[int] | type[float], float, float]]
    message: type
    defaults: list[int | float | str | None]


def _shapes() -> dict[bytes, _Shape]:
    """A shape for each address and type tags that the table lets people write, by these bytes."""
    shapes = {}
    for row in INCOMING.values():
        least = sum(argument.default is None for argument in row.arguments)
        for count in range(least, len(row.arguments) + 1):
            given, left_out = row.arguments[:count], row.arguments[count:]
            if row.takes_anything or any(a.kind is Kind.TEXT or a.or_choose for a in given):
                continue
            checks = [(int if a.kind is Kind.INT else float, a.low, a.high) for a in given]
            for tags in map("".join, itertools.product("if", repeat=count)):
                head = _pad(row.address.encode()) + _pad(b"," + tags.encode())
                numbers = struct.Struct(">" + tags)
                defaults = [argument.default for argument in left_out]
                shapes[head] = _Shape(len(head) + numbers.size, numbers.unpack_from, checks, row.message, defaults)
    return shapes


def _decode_any(data: bytes) -> Incoming:
    address, at = _address(data)
    row = INCOMING.get(address)
    if row is None:
        raise _unknown(address)
    values = _values(data, at, address)
    count = len(row.arguments)
    if row.takes_anything:
        message: Incoming = row.message(*checked(row, values[:count]), _anything(row, values[count:]))
    else:
        message = row.message(*checked(row, values))
    return message


def read(data: bytes) -> tuple[str, list[Value]]:
    """Address and arguments of a message that no row of ours describes, as other programs send: T and F are 1 and 0.

    Raises:
        DatagramError: not OSC.
        ArgumentError: arguments of a type that no address takes.
    """
    address, at = _address(data)
    return address, _values(data, at, address, READABLE + "TF")


def write(address: str, values: Sequence[int | float | str]) -> bytes:
    """The bytes of a message that no row of ours describes, its types those of the values."""
    tags = "".join("s" if isinstance(value, str) else "fi"[isinstance(value, int)] for value in values)
    return _pad(address.encode()) + _pad(b"," + tags.encode()) + _arguments(tags, tuple(values))


def bundle(time_tag: int, messages: Sequence[bytes]) -> bytes:
    """Messages that are to happen at a time: an OSC bundle."""
    return BUNDLE + struct.pack(">Q", time_tag) + b"".join(struct.pack(">i", len(one)) + one for one in messages)


def _address(data: bytes) -> tuple[str, int]:
    """The address, and the place after it."""
    if not data or len(data) % 4:
        raise DatagramError("the length is no multiple of four", "send whole OSC messages")
    raw, at = _string(data, 0)
    if not raw.startswith(b"/"):
        raise DatagramError("there is no address", "begin with a slash")
    try:
        return raw.decode(), at
    except UnicodeDecodeError as error:
        raise DatagramError("the address is not UTF-8", "send ASCII addresses") from error


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """The string at `at`, and the place after its padding."""
    end = data.find(b"\0", at)
    if end < 0:
        raise DatagramError("a string has no end", "end strings with a NUL")
    after = (end + 4) & ~3
    if data[end:after].strip(b"\0"):
        raise DatagramError("a string is not padded with NULs", "fill strings up to a multiple of four")
    return data[at:end], after


def _unknown(address: str) -> MessageError:
    seen = shown(address)
    if PATTERN & set(address):
        return AddressError("address patterns are not served", "name one address", seen)
    return AddressError(f"nobody serves the address {seen}", f"`antiphon osc` lists what there is under {PREFIX}", seen)


def shown(text: str) -> str:
    """A sender's text as it may be repeated: short, and nothing in it that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:SHOWN])


def _values(data: bytes, at: int, address: str, readable: str = READABLE) -> list[Value]:
    """The arguments, read by their tags; None stands for one whose type no address takes."""
    if at == len(data):
        raise ArgumentError("there are no type tags", "send OSC 1.0 messages, with type tags", address)
    raw, at = _string(data, at)
    if not raw.startswith(b",") or not raw.isascii():
        raise DatagramError("the type tags are not type tags", "begin them with a comma")
    tags = raw[1:].decode()
    if len(tags) > MAX_ARGUMENTS:
        raise ArgumentError(f"{len(tags)} arguments are too many", f"send at most {MAX_ARGUMENTS}", address)
    _refuse_arrays(tags, address)
    values: list[Value] = []
    for place, tag in enumerate(tags, 1):
        value: Value = None
        if tag in NUMBERS:
            if at + SIZES[tag] > len(data):
                raise DatagramError("an argument is cut short", "send whole OSC messages")
            (value,) = NUMBERS[tag](data, at)
            at += SIZES[tag]
        elif tag in TEXTS:
            text, at = _string(data, at)
            value = _text(text) if tag == "s" else None
        elif tag == "b":
            at = _after_blob(data, at)
        elif tag in SIZES:
            value = {"T": 1, "F": 0}.get(tag)
            at += SIZES[tag]
        else:
            raise ArgumentError(f"argument {place} has the unknown type {shown(tag)}", "send i, f or s", address)
        values.append(value)
    if at != len(data):
        raise DatagramError("the arguments are shorter or longer than their tags say", "send whole OSC messages")
    for place, tag in enumerate(tags, 1):
        if tag not in readable:
            raise ArgumentError(f"argument {place} has the type {tag}", "send i, f or s", address)
    return values


def _refuse_arrays(tags: str, address: str) -> None:
    depth = 0
    for tag in tags:
        depth += (tag == "[") - (tag == "]")
        if depth < 0:
            break
    if depth:
        raise DatagramError("an array is opened and not closed, or the other way round", "send no arrays")
    if "[" in tags:
        raise ArgumentError("arrays are not taken", "send the arguments one after the other", address)


def _after_blob(data: bytes, at: int) -> int:
    size = struct.unpack_from(">i", data, at)[0] if at + 4 <= len(data) else -1
    after = at + 4 + ((size + 3) & ~3)
    if size < 0 or after > len(data):
        raise DatagramError("a blob has an impossible size", "send sizes as OSC 1.0 says")
    return int(after)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise DatagramError("a text is not UTF-8", "send UTF-8") from error


def _anything(row: Row, values: list[Value]) -> tuple[int | float | str, ...]:
    for value in values:
        if isinstance(value, int) and not -(2**31) <= value < 2**31:
            raise RangeError(f"{value} does not fit an int32", "send smaller numbers", row.address)
        if isinstance(value, float) and abs(value) > 3.4e38:
            raise RangeError(f"{value} does not fit a float32", "send smaller numbers", row.address)
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise RangeError(f"a text has {len(value)} characters", f"send at most {MAX_TEXT}", row.address)
    return tuple(value for value in values if value is not None)


def checked(row: Row, values: Sequence[Value]) -> list[Any]:
    """The arguments as the row wants them, defaults filled in.

    Raises:
        ArgumentError, RangeError: by the name of the argument.
    """
    if len(values) > len(row.arguments):
        wanted = " ".join(argument.name for argument in row.arguments) or "none"
        raise ArgumentError(
            f"{len(values)} arguments came",
            f"send at most {len(row.arguments)}: {wanted}",
            row.address,
            _id(row, values),
        )
    good: list[int | float | str] = []
    for place, argument in enumerate(row.arguments):
        if place < len(values):
            value = values[place]
        elif argument.default is not None:
            value = argument.default
        else:
            raise ArgumentError(f"{argument.name} is missing", argument.hint, row.address, _id(row, values))
        try:
            good.append(_check(argument, value))
        except MessageError as error:
            error.address, error.id = row.address, _id(row, values)
            raise
    return good


def _check(argument: Argument, value: Value) -> int | float | str:
    if argument.kind is Kind.TEXT:
        if not isinstance(value, str):
            raise ArgumentError(f"{argument.name} {value} is not a text", argument.hint)
        if not argument.low <= len(value) <= argument.high or not value.isprintable():
            raise RangeError(f"{argument.name} {shown(value)!r} is too short, too long or not printable", argument.hint)
        if argument.choices and value not in argument.choices:
            raise RangeError(f"there is no {argument.name} {shown(value)!r}", argument.hint)
        return value
    if isinstance(value, str) or value is None:
        raise ArgumentError(f"{argument.name} {shown(str(value))!r} is not a number", argument.hint)
    # A NaN is in no range, so this refuses it too.
    is_choose = argument.or_choose and value == -1
    if not is_choose and not argument.low <= value <= argument.high:
        raise RangeError(
            f"{argument.name} {value:.10g} is outside {argument.low:.10g}-{argument.high:.10g}", argument.hint
        )
    if argument.kind is Kind.FLOAT:
        return float(value)
    if value != int(value):
        raise ArgumentError(f"{argument.name} {value:g} is not a whole number", argument.hint)
    return int(value)


def _id(row: Row, values: Sequence[Value]) -> int:
    """The sender's id, if it can be read from a message that is refused for something else."""
    for place, argument in enumerate(row.arguments):
        if argument.name == "id" and place < len(values):
            value = values[place]
            if isinstance(value, int | float) and math.isfinite(value) and argument.low <= value <= argument.high:
                return int(value)
    return 0


def _pad(raw: bytes) -> bytes:
    return raw + b"\0" * (4 - len(raw) % 4)


def _compile(row: Row) -> Callable[[Any], bytes]:
    """A writer for one row. A row of numbers alone is one struct behind a constant head."""
    names = [argument.name for argument in row.arguments]
    tags = "".join(argument.kind for argument in row.arguments)
    get = attrgetter(*names) if len(names) > 1 else lambda message: (getattr(message, names[0]),)
    head = _pad(row.address.encode()) + _pad(b"," + tags.encode())
    if Kind.TEXT not in tags:
        pack = struct.Struct(">" + tags).pack
        return lambda message: head + pack(*get(message))
    return lambda message: head + _arguments(tags, get(message))


def _arguments(tags: str, values: tuple[Any, ...]) -> bytes:
    return b"".join(
        _pad(value.encode()) if tag == "s" else struct.pack(">" + tag, value)
        for tag, value in zip(tags, values, strict=True)
    )


def _encode_anything(message: Any) -> bytes:
    row = OUTGOING[type(message)]
    return write(row.address, [*(getattr(message, argument.name) for argument in row.arguments), *message.values])


_SHAPES = _shapes()

WRITERS = {kind: _encode_anything if row.takes_anything else _compile(row) for kind, row in OUTGOING.items()}


def encode(message: Outgoing) -> bytes:
    """The bytes of an answer."""
    return WRITERS[type(message)](message)
