"""Whatever comes under a dialect's address, reading gives valid messages of ours or a refusal by name; whatever valid
answer of ours goes out, it can be written, and python-osc reads it back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.dialects import DIALECTS, Dialect, find
from antiphon.dialects.ableton import clip_messages
from antiphon.dialects.impsy import TABLE as IMPSY
from antiphon.dialects.notochord import TABLE as NOTOCHORD
from antiphon.dialects.wekinator import TABLE as WEKINATOR
from antiphon.errors import MessageError
from antiphon.osc import messages as osc
from antiphon.osc.messages import Outgoing
from spoken import assert_sendable, assert_valid

PARTS = st.one_of(
    st.sampled_from(
        [
            "note",
            "drum",
            "cc",
            "velocity",
            "color",
            "+",
            "-",
            "inputs",
            "control",
            "startRunning",
            "mode",
            "query",
            "*",
            "60",
            "-1",
            "999",
        ]
    ),
    st.integers(0, 140).map(str),
    st.text(max_size=5),
)
ADDRESSES = st.one_of(
    st.sampled_from([row.address for row in (*IMPSY, *NOTOCHORD, *WEKINATOR)]),
    st.tuples(st.sampled_from(sorted(DIALECTS)), st.lists(PARTS, max_size=4)).map(lambda a: "/".join([a[0], *a[1]])),
    st.tuples(st.integers(0, 17), st.sampled_from(["note", "drum", "cc"]), st.integers(0, 130)).map(
        lambda a: f"/vkb_midi/{a[0]}/{a[1]}/{a[2]}"
    ),
)
NAMES = st.sampled_from(
    ["next_inst", "next_pitch", "next_time", "next_vel", "min_vel", "pitch_temp", "callresponse", "battle"]
)
VALUES = st.lists(
    st.one_of(
        st.integers(0, 128),
        st.floats(0, 1),
        NAMES,
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.text(max_size=8),
        st.none(),
    ),
    max_size=8,
)
ANSWERS = st.one_of(
    st.builds(
        osc.Prediction,
        st.integers(0, 127),
        st.floats(0, 3600),
        st.floats(0.001, 3600),
        st.integers(1, 127),
        st.integers(-5, 40),
    ),
    st.builds(osc.PlayOn, st.integers(0, 127), st.integers(1, 127)),
    st.builds(osc.PlayOff, st.integers(0, 127)),
    st.builds(osc.PhraseBegin, st.integers(0, 5), st.integers(0, 5)),
    st.builds(osc.PhraseEnd, st.integers(0, 5)),
    st.builds(osc.Error, st.text(), st.text(), st.text(), st.integers(0, 5)),
    st.just(osc.Bye("over")),
    st.just(osc.ValueAnswer("mode", ("echo",))),
)
KINDS = sorted(set(DIALECTS.values()), key=lambda kind: kind.name)


def hear(dialect: Dialect, address: str, values: list[int | float | str | None], now: float) -> None:
    try:
        for message in dialect.read(address, values, now):
            assert_valid(message)
    except MessageError as error:
        assert error.what.isprintable()
        assert error.hint
    for sent in dialect.outbox:
        assert_sendable(sent)
    dialect.outbox.clear()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
@given(data=st.data())
def test_any_order_of_any_messages_and_answers_is_translated_or_refused(
    kind: type[Dialect], data: st.DataObject
) -> None:
    dialect, now = kind(), 1.7e9
    own = ADDRESSES.filter(lambda address: find(address) is kind)
    turns = data.draw(st.lists(st.one_of(st.tuples(own, VALUES), ANSWERS), max_size=12))
    for turn in turns:
        now += 0.25
        if isinstance(turn, tuple):
            address, values = turn
            hear(dialect, address, values, now)
        else:
            for sent in dialect.write(turn, now):
                assert_sendable(sent)


@given(ADDRESSES, VALUES)
def test_every_address_finds_its_dialect_or_none(address: str, values: list[int | float | str | None]) -> None:
    kind = find(address)
    if kind is not None:
        hear(kind(), address, values, 0.0)


@given(
    st.lists(
        st.one_of(
            st.integers(1, 16),
            st.builds(osc.PlayOn, st.integers(60, 63), st.integers(1, 127)),
            st.builds(osc.PlayOff, st.integers(60, 63)),
        ),
        max_size=40,
    )
)
def test_whatever_the_channels_no_note_of_the_model_sounds_for_ever(turns: list[int | Outgoing]) -> None:
    sounding: set[str] = set()
    player = DIALECTS["/vkb_midi"]()
    for turn in [*turns, *(osc.PlayOff(pitch) for pitch in range(60, 64))]:
        if isinstance(turn, int):
            player.read(f"/vkb_midi/{turn}/note/10", [1], 0.0)
            continue
        for address, (velocity,) in player.write(turn, 0.0):
            (sounding.add if velocity else sounding.discard)(address)
    assert not sounding


@given(
    st.lists(
        st.tuples(st.floats(0, 2), st.integers(40, 44), st.floats(0.001, 3)),
        min_size=1,
        max_size=30,
    )
)
def test_a_loop_hears_every_on_with_its_off_and_no_time_runs_back(notes: list[tuple[float, int, float]]) -> None:
    dialect, now, left = DIALECTS["/notochord"](), 1000.0, list(notes)
    down: set[object] = set()
    for _ in range(2 * len(notes)):
        heard = []
        for message in dialect.read("/notochord/query_feed", [], now):
            assert isinstance(message, osc.Continue)
            if not left:
                left.append((1e3, 100, 0.1))  # far away: whatever is down comes up before it
            step, pitch, duration = left.pop(0)
            heard += dialect.write(osc.Prediction(pitch, step, duration, 64, message.id), now)
        heard += dialect.outbox
        dialect.outbox.clear()
        ((_, values),) = heard
        said = dict(zip(values[::2], values[1::2], strict=True))
        assert isinstance(said["time"], float)
        assert said["time"] >= 0
        assert math.isfinite(said["time"])
        now += said["time"]
        if said["vel"]:
            assert said["pitch"] not in down
            down.add(said["pitch"])
        else:
            down.remove(said["pitch"])
    assert not down


@given(
    st.lists(
        st.tuples(st.floats(0, 3600), st.integers(0, 127), st.floats(0.001, 3600), st.integers(1, 127)),
        min_size=1,
        max_size=500,
    ),
    st.floats(20, 400),
)
def test_every_note_is_inside_its_clip(notes: list[tuple[float, int, float, int]], tempo_bpm: float) -> None:
    messages = clip_messages(notes, 0, 0, tempo_bpm, "x")
    (_, (_, _, length)), *added, _ = messages
    assert isinstance(length, float)
    assert length % 4 == 0
    count = 0
    for address, (track, slot, *values) in added:
        assert (address, track, slot) == ("/live/clip/add/notes", 0, 0)
        starts, durations = values[1::5], values[2::5]
        count += len(starts)
        for start, duration in zip(starts, durations, strict=True):
            assert 0 <= float(start) <= float(start) + float(duration) <= length + 1e-4
    assert count == len(notes)
