"""Clips for AbletonOSC: lengths in measures, five values a note, never too many in one message."""

import numpy as np
import pytest

from antiphon.dialects.ableton import clip_messages
from antiphon.errors import StateError
from antiphon.note import order_notes
from spoken import assert_sendable


def test_two_notes_become_a_clip_of_one_measure_in_beats() -> None:
    messages = clip_messages([(10.5, 64, 0.25, 80), (10.0, 60, 0.5, 64)], 1, 2, 120, "antiphon")
    assert messages == [
        ("/live/clip_slot/create_clip", (1, 2, 4.0)),
        ("/live/clip/add/notes", (1, 2, 60, 0.0, 1.0, 64, 0, 64, 1.0, 0.5, 80, 0)),
        ("/live/clip/set/name", (1, 2, "antiphon")),
    ]
    for sent in messages:
        assert_sendable(sent)


@pytest.mark.parametrize(("seconds", "tempo_bpm", "beats"), [(4, 60, 4), (4.01, 60, 8), (0.1, 60, 4), (4, 90, 8)])
def test_a_clip_is_whole_measures_long(seconds: float, tempo_bpm: float, beats: float) -> None:
    (_, (_, _, length)), *_ = clip_messages([(0.0, 60, seconds, 64)], 0, 0, tempo_bpm, "x")
    assert length == beats


@pytest.mark.parametrize(("note_count", "sizes"), [(200, [200]), (201, [200, 1]), (450, [200, 200, 50])])
def test_a_message_has_at_most_two_hundred_notes(note_count: int, sizes: list[int]) -> None:
    messages = clip_messages([(i / 10, 60, 0.1, 64) for i in range(note_count)], 0, 0, 120, "x")
    added = [values for address, values in messages if address == "/live/clip/add/notes"]
    assert [(len(values) - 2) / 5 for values in added] == sizes
    for sent in messages:
        assert_sendable(sent)


def test_a_performance_is_taken_as_it_is_and_its_numbers_are_sent_as_ints() -> None:
    notes = order_notes(
        np.array([0.0, 1.0]), np.array([60, 62], "i2"), np.array([0.5, 0.5], "f4"), np.array([64, 70], "i2")
    )
    messages = clip_messages(notes, 0, 0, 60, "x")
    assert messages[1] == ("/live/clip/add/notes", (0, 0, 60, 0.0, 0.5, 64, 0, 62, 1.0, 0.5, 70, 0))
    assert_sendable(messages[1])


def test_no_notes_are_no_clip() -> None:
    with pytest.raises(StateError, match="there are no notes"):
        clip_messages([], 0, 0, 120, "x")
