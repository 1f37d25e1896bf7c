"""An event says what came in or went out, in words that the recorder can keep."""

from antiphon.event import Event


def test_an_event_is_a_row() -> None:
    event = Event("session-1", 12.5, "in", "note/on", (60, 64, 0))
    assert tuple(event) == ("session-1", 12.5, "in", "note/on", (60, 64, 0))
