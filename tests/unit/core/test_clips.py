"""Clips reach Ableton in order, each with a turn between its first message and the others, and not too many at once."""

import pytest

from antiphon.core.clips import CLIP_MESSAGES, MAX_LATER, Clips
from antiphon.dialects.ableton import TICK
from antiphon.errors import BusyError
from antiphon.osc import codec

LIVE = ("127.0.0.1", 11000)
CLIP = [("/create", (0,)), ("/notes", (0,)), ("/name", (0,))]


def addresses(clips: Clips, now: float) -> list[str]:
    return [codec.read(data)[0] for data, _ in clips.take(now)]


def test_two_clips_at_once_get_their_notes_a_turn_of_ableton_after_they_are_made() -> None:
    clips = Clips()
    assert clips.next_due() is None
    clips.add(CLIP, LIVE, 5.0)
    clips.add(CLIP, LIVE, 5.0)
    assert clips.next_due() == 5.0
    assert addresses(clips, 5.0) == ["/create", "/create"]
    assert clips.next_due() == 5.0 + TICK
    assert addresses(clips, 5.0) == []
    assert addresses(clips, 5.0 + TICK) == ["/notes", "/name", "/notes", "/name"]
    assert clips.next_due() is None


def test_there_is_room_for_so_many_of_the_longest_clips() -> None:
    clips = Clips()
    for _ in range(MAX_LATER // CLIP_MESSAGES):
        clips.has_room()
        clips.add([("/notes", (0,))] * CLIP_MESSAGES, LIVE, 5.0)
    with pytest.raises(BusyError, match="under way"):
        clips.has_room()
    assert len(clips.take(6.0)) == MAX_LATER
