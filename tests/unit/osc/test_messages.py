"""Messages are values."""

from dataclasses import FrozenInstanceError

import pytest

from antiphon.osc import messages


def test_a_message_never_changes() -> None:
    note = messages.Note(60, 0.0, 0.5, 64, 0)
    with pytest.raises(FrozenInstanceError):
        note.pitch = 61  # type: ignore[misc]


def test_every_message_of_the_module_is_incoming_or_outgoing() -> None:
    named = {getattr(messages, name) for name in messages.__all__} - {messages.Incoming, messages.Outgoing}
    assert named == {*messages.Incoming.__args__, *messages.Outgoing.__args__}
