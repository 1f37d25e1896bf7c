"""Whatever is played, the window holds the last 25 notes, and no key that came up is still hidden."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.core.window import Window
from antiphon.note import HIDDEN, WINDOW

EVENT = st.tuples(st.sampled_from(["press", "lift", "panic"]), st.integers(58, 64), st.floats(0.001, 2))


@given(st.lists(EVENT, max_size=80))
def test_the_window_is_what_a_plain_list_would_hold(events: list[tuple[str, int, float]]) -> None:
    window, now = Window(), 0.0
    pitches: list[int] = []
    down: set[int] = set()
    for kind, pitch, later in events:
        now += later
        if kind == "press":
            window.press(pitch, 0.0, 64, now)
            pitches.append(pitch)
            down.add(pitch)
        elif kind == "lift":
            window.lift(pitch, now)
            down.discard(pitch)
        else:
            window.lift_all(now)
            down.clear()
    rows = window.snapshot()
    last = pitches[-WINDOW:]
    assert rows[WINDOW - len(last) :, 0].tolist() == last
    assert (rows[: WINDOW - len(last), 0] == -1).all()
    hidden = [int(row[0]) for row in rows if row[0] >= 0 and row[2] == HIDDEN]
    assert len(hidden) == len(set(hidden))
    assert set(hidden) <= down
