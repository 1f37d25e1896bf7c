"""Which addresses belong to a dialect, and that each keeps the promises of all."""

import pytest

from antiphon.dialects import DIALECTS, find
from antiphon.dialects.dialect import to_velocity, unknown
from antiphon.dialects.impsy import TABLE as IMPSY
from antiphon.dialects.impsy import Impsy
from antiphon.dialects.notochord import TABLE as NOTOCHORD
from antiphon.dialects.notochord import Notochord
from antiphon.dialects.vkb_midi import TABLE as VKB_MIDI
from antiphon.dialects.vkb_midi import VkbMidi
from antiphon.dialects.wekinator import TABLE as WEKINATOR
from antiphon.dialects.wekinator import Wekinator
from antiphon.osc.messages import HelloAnswer
from conftest import ROOT
from spoken import assert_valid

EVERY = sorted(set(DIALECTS.values()), key=lambda dialect: dialect.name)


@pytest.mark.parametrize(
    ("address", "dialect"),
    [
        ("/vkb_midi/1/note/60", VkbMidi),
        ("/vkb_midi", VkbMidi),
        ("/update", VkbMidi),
        ("/wek/inputs", Wekinator),
        ("/wekinator/control/startRunning", Wekinator),
        ("/interface", Impsy),
        ("/impsy/mode", Impsy),
        ("/notochord/query", Notochord),
        ("/antiphon/note", None),
        ("/notochords", None),
        ("/live/test", None),
        ("/", None),
        ("//wek/inputs", None),
        ("/" + "*" * 4000, None),
    ],
)
def test_the_first_part_of_an_address_says_the_dialect(address: str, dialect: type | None) -> None:
    assert find(address) is dialect


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: str(kind.name))
def test_a_dialect_begins_by_valid_messages_and_has_no_word_for_hello(kind: type[Wekinator]) -> None:
    dialect = kind()
    assert dialect.begins
    for message in dialect.begins:
        assert_valid(message)
    assert not dialect.answers_errors
    assert dialect.write(HelloAnswer("1", "m", 25, "s", 1), 0.0) == []
    assert (dialect.outbox, dialect.ignored) == ([], 0)


@pytest.mark.parametrize("row", [*VKB_MIDI, *WEKINATOR, *IMPSY, *NOTOCHORD], ids=lambda row: str(row.address))
def test_the_page_for_performers_names_every_address(row: object) -> None:
    page = (ROOT / "docs" / "dialects.md").read_text(encoding="utf-8")
    assert f"`{row.address}" in page  # type: ignore[attr-defined]


def test_only_no_pressure_at_all_ends_a_note() -> None:
    assert [to_velocity(amount) for amount in (0, 0.0, 0.2, 63.6, 127)] == [0, 0, 1, 64, 127]


def test_an_unknown_address_is_shown_without_what_a_terminal_would_obey() -> None:
    error = unknown("/wek/\x1b[2J" + "x" * 500)
    assert error.what.isprintable()
    assert len(error.address) <= 64


def test_streams_are_played_in_time_and_questions_are_answered() -> None:
    assert {kind.name: kind.plays for kind in EVERY} == {
        "impsy": True, "notochord": False, "vkb_midi": True, "wekinator": False,
    }  # fmt: skip
