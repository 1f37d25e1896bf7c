"""Whatever bytes arrive, reading them gives messages or a refusal by name, quickly; what is a message survives."""

import time
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from antiphon.apps.programs import osc_datagram
from antiphon.errors import MessageError
from antiphon.osc import codec, messages
from antiphon.osc.table import INCOMING, Argument
from stage import OTHER, PLAYER, Stage


def _good(argument: Argument) -> float | str:
    return argument.low if argument.kind != "s" else (*argument.choices, "joe")[0]


GOOD = [osc_datagram(row.address, *[_good(a) for a in row.arguments]) for row in INCOMING.values()]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good message with bytes changed, cut, doubled, or wrapped in a bundle."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(0, 4))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.integers(0, len(data)))
    data = data if draw(st.booleans()) else data[:cut]
    if draw(st.booleans()):
        size = draw(st.sampled_from([len(data), 0, -4, len(data) + 4, 2**31 - 1]))
        data = bytearray(b"#bundle\0" + bytes(7) + b"\1" + size.to_bytes(4, "big", signed=True)) + data
    return bytes(data)


@given(st.one_of(st.binary(max_size=200), damaged()))
def test_bytes_become_messages_or_a_refusal_by_name(data: bytes) -> None:
    try:
        for _, part in codec.split(data):
            codec.decode(part)
    except MessageError as error:
        assert error.what
        assert error.hint
        assert error.what.isprintable()


@given(st.lists(st.one_of(st.binary(max_size=100), damaged()), max_size=20))
def test_after_any_datagrams_the_next_good_note_is_answered(datagrams: list[bytes]) -> None:
    stage = Stage()
    for data in datagrams:
        stage.core.datagram(data, PLAYER, stage.now)
    stage.turn()
    started = time.monotonic()
    assert stage.play("note", 60, 0.25, 0.5, 64, 9, source=OTHER)[-1][1][-1] == 9
    assert time.monotonic() - started < 1


@given(
    pitch=st.integers(0, 127),
    step=st.floats(0, 3600, width=32),
    duration=st.floats(0.0010000000474974513, 3600, width=32),
    velocity=st.integers(1, 127),
    id=st.integers(-(2**31), 2**31 - 1),
)
def test_a_note_that_python_osc_writes_is_the_note_we_read(
    pitch: int, step: float, duration: float, velocity: int, id: int
) -> None:
    message = codec.decode(osc_datagram("/antiphon/note", pitch, step, duration, velocity, id))
    assert message == messages.Note(pitch, step, duration, velocity, id)


@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=3))
def test_the_quick_way_and_the_careful_way_read_the_same(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for at, value in changes:
        if at < len(changed):
            changed[at] = value

    def read(way: Callable[[bytes], object]) -> object:
        try:
            return way(bytes(changed))
        except MessageError as error:
            return (type(error), error.what, error.hint, error.address, error.id)

    assert read(codec.decode) == read(codec._decode_any)
