"""Bytes to messages and back: what is taken, what is refused by name, what is only counted."""

import struct

import pytest

from antiphon.apps.programs import osc_datagram, read_osc
from antiphon.errors import AddressError, ArgumentError, DatagramError, MessageError, RangeError
from antiphon.osc import codec, messages
from antiphon.osc.table import INCOMING, OUTGOING, Argument, Kind, Row

NOTE = osc_datagram("/antiphon/note", 60, 0.25, 0.5)


def good_value(argument: Argument) -> int | float | str:
    """Something in the middle of the range."""
    if argument.kind is Kind.TEXT:
        return argument.choices[-1] if argument.choices else "joe"
    middle = min(max(argument.low, 1), argument.high)
    return int(middle) if argument.kind is Kind.INT else float(middle)


def good_values(row: Row) -> list[int | float | str]:
    return [good_value(argument) for argument in row.arguments]


def bad_arguments() -> list[tuple[str, str, list[object], type[MessageError]]]:
    """For each row: each argument missing, of the wrong type, below and above its range, and one too many."""
    cases: list[tuple[str, str, list[object], type[MessageError]]] = []
    for row in INCOMING.values():
        values = good_values(row)
        if not row.takes_anything:
            cases.append((row.address, "arguments came", [*values, 1], ArgumentError))
        for place, argument in enumerate(row.arguments):
            before: list[object] = list(values[:place])
            if argument.default is None:
                cases.append((row.address, f"{argument.name} is missing", before, ArgumentError))
            wrong: object = 1 if argument.kind is Kind.TEXT else "sixty"
            cases.append((row.address, argument.name, [*before, wrong], ArgumentError))
            if argument.kind is Kind.TEXT:
                cases.append((row.address, argument.name, [*before, "x" * (int(argument.high) + 1)], RangeError))
                if argument.choices:
                    cases.append((row.address, "there is no", [*before, "other"], RangeError))
                continue
            for value in (
                float(argument.low) - 1000,
                float(argument.high) * 2 + 1,
                float("nan"),
                float("inf"),
            ):
                cases.append((row.address, argument.name, [*before, value], RangeError))
            if argument.kind is Kind.INT:
                cases.append((row.address, "whole number", [*before, max(argument.low, 0) + 0.5], ArgumentError))
    return cases


@pytest.mark.parametrize("row", INCOMING.values(), ids=lambda row: str(row.name))
def test_what_python_osc_writes_we_read(row: Row) -> None:
    more = (1, 2.5, "x") if row.takes_anything else ()
    values = good_values(row)
    message = codec.decode(osc_datagram(row.address, *values, *more))
    assert isinstance(message, row.message)
    assert getattr(message, "values", ()) == more
    for argument, value in zip(row.arguments, values, strict=True):
        assert getattr(message, argument.name) == value


@pytest.mark.parametrize("row", OUTGOING.values(), ids=lambda row: str(row.name))
def test_what_we_write_python_osc_reads(row: Row) -> None:
    more = (1, 2.5, "x") if row.takes_anything else ()
    values = good_values(row)
    message = row.message(*values, more) if row.takes_anything else row.message(*values)
    assert read_osc(codec.encode(message)) == (row.address, [*values, *more])


@pytest.mark.parametrize("row", INCOMING.values(), ids=lambda row: str(row.name))
def test_whole_floats_are_taken_where_an_int_is_due(row: Row) -> None:
    values = [float(value) if isinstance(value, int) else value for value in good_values(row)]
    assert codec.decode(osc_datagram(row.address, *values)) == codec.decode(
        osc_datagram(row.address, *good_values(row))
    )


@pytest.mark.parametrize(("address", "text", "values", "kind"), bad_arguments())
def test_a_bad_argument_is_refused_by_name(
    address: str, text: str, values: list[int | float | str], kind: type[MessageError]
) -> None:
    with pytest.raises(kind) as caught:
        codec.decode(osc_datagram(address, *values))
    assert text in caught.value.what
    assert caught.value.address == address
    assert caught.value.hint


def test_a_refusal_says_what_was_seen_what_is_wanted_and_gives_the_id_back() -> None:
    with pytest.raises(RangeError) as caught:
        codec.decode(osc_datagram("/antiphon/note", 300, 0.25, 0.5, 64, 7))
    assert caught.value.what == "pitch 300 is outside 0-127"
    assert caught.value.hint == "send a MIDI note number, 60 is middle C"
    assert (caught.value.address, caught.value.id) == ("/antiphon/note", 7)


def test_int64_and_double_are_taken() -> None:
    data = b"/antiphon/note\0\0,hdd\0\0\0\0" + struct.pack(">qdd", 60, 0.25, 0.5)
    assert codec.decode(data) == messages.Note(60, 0.25, 0.5, 64, 0)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("/antiphon/nope", "antiphon osc"),
        ("/antiphon/NOTE", "antiphon osc"),
        ("/antiphon/note/", "antiphon osc"),
        ("/", "antiphon osc"),
        ("/antiphon/*", "name one address"),
        ("/" + "*" * 64 + "/x", "name one address"),
        ("/antiphon/[note", "name one address"),
        ("/" + "a" * 4095, "antiphon osc"),
    ],
)
def test_an_address_that_nobody_serves_is_refused_by_name(address: str, hint: str) -> None:
    with pytest.raises(AddressError) as caught:
        codec.decode(osc_datagram(address, 1))
    assert hint in caught.value.hint
    assert len(caught.value.address) <= 64


def test_control_characters_of_a_sender_are_never_repeated() -> None:
    with pytest.raises(AddressError) as caught:
        codec.decode(osc_datagram("/antiphon/\x1b[2J\x07", 1))
    assert caught.value.what.isprintable()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"/",
        bytes(16),
        b"GET / HTTP/1.1\r\n\r\n",
        NOTE[:9],
        NOTE[:-4],
        NOTE[:-2],
        NOTE + b"\0\0\0\0",
        b"/antiphon/note\0\0iff\0" + bytes(12),
        b"/antiphon/note\0\0,\xff\xfe\0" + bytes(12),
        b"/antiphon/note\0\0,[iff\0\0\0" + bytes(12),
        b"/antiphon/note\0\0,iff]\0\0\0" + bytes(12),
        b"/antiphon/note\0\0,b\0\0\x7f\xff\xff\xff",
        b"/antiphon/note\0\0,b\0\0\xff\xff\xff\xf8" + bytes(8),
        b"/antiphon/note\0\0,s\0\0abcd",
        b"/antiphon/\xff\xfe\0\0\0\0,i\0\0\0\0\0\1",
        b"/antiphon/note\0X,iff" + bytes(12),
    ],
)
def test_bytes_that_are_not_osc_are_no_message(data: bytes) -> None:
    with pytest.raises(DatagramError):
        codec.decode(data)


@pytest.mark.parametrize("tags", ["TFNI", "cff", "[iff]", "iZf", "bff", "mrt", "Z" * 60000, "f" * 10000])
def test_types_that_no_address_takes_are_refused(tags: str) -> None:
    raw = b"," + tags.encode()
    blob = struct.pack(">i", 1) + b"\0" * 4
    sizes = {"i": 4, "f": 4, "c": 4, "m": 4, "r": 4, "t": 8, "Z": 0}
    body = b"".join(blob if tag == "b" else bytes(sizes.get(tag, 0)) for tag in tags)
    with pytest.raises(ArgumentError):
        codec.decode(b"/antiphon/note\0\0" + raw + b"\0" * (4 - len(raw) % 4) + body)


def bundle(*elements: bytes, time_tag: int = 1) -> bytes:
    return b"#bundle\0" + struct.pack(">Q", time_tag) + b"".join(struct.pack(">i", len(e)) + e for e in elements)


def test_a_bundle_is_taken_in_order_with_its_time() -> None:
    other = osc_datagram("/antiphon/reset")
    assert codec.split(bundle(NOTE, bundle(other, time_tag=5), NOTE, time_tag=9)) == [
        (9, NOTE),
        (5, other),
        (9, NOTE),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"#bundle\0",
        bundle(),
        bundle(b""),
        bundle(NOTE)[:-4],
        b"#bundle\0" + struct.pack(">Qi", 1, -4) + NOTE,
        b"#bundle\0" + struct.pack(">Qi", 1, 2**31 - 1) + NOTE,
        bundle(*[NOTE] * 1025),
    ],
)
def test_a_bundle_with_a_broken_frame_is_refused_whole(data: bytes) -> None:
    with pytest.raises(DatagramError):
        codec.split(data)


def test_bundles_may_be_eight_deep_and_no_deeper() -> None:
    inner = NOTE
    for _ in range(8):
        inner = bundle(inner)
    assert codec.split(inner) == [(1, NOTE)]
    with pytest.raises(DatagramError):
        codec.split(bundle(inner))


def test_minus_one_is_for_the_model_to_choose_and_nothing_else_below_the_range_is() -> None:
    assert codec.decode(osc_datagram("/antiphon/query", -1, -1.0, -1, -1)) == messages.Query(-1, -1.0, -1.0, -1, 0)
    with pytest.raises(RangeError, match=r"step -0\.5 is outside 0-3600"):
        codec.decode(osc_datagram("/antiphon/query", -1, -0.5, -1, -1))


def test_messages_of_other_programs_are_read_and_written() -> None:
    data = codec.write("/wek/outputs", (60, 0.5, "x"))
    assert codec.read(data) == ("/wek/outputs", [60, 0.5, "x"])
    assert read_osc(data) == ("/wek/outputs", [60, 0.5, "x"])
    assert codec.split(codec.bundle(9, [data, NOTE])) == [(9, data), (9, NOTE)]


def test_true_and_false_of_other_programs_are_one_and_zero_and_ours_stay_refused() -> None:
    assert codec.read(b"/notochord/reset\0\0\0\0,sF\0start\0\0\0") == ("/notochord/reset", ["start", 0])
    assert codec.read(b"/impsy/pause\0\0\0\0,T\0\0") == ("/impsy/pause", [1])
    with pytest.raises(ArgumentError, match="argument 1 has the type T"):
        codec.decode(b"/antiphon/play\0\0,T\0\0")
