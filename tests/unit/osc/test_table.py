"""The table is sound in itself, and the messages are what it says."""

from dataclasses import fields

import pytest

from antiphon.osc.table import INCOMING, OUTGOING, PREFIX, Kind, Row

ROWS = [*INCOMING.values(), *OUTGOING.values()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.message.__name__))
def test_a_row_and_its_message_have_the_same_arguments_in_the_same_order(row: Row) -> None:
    names = [argument.name for argument in row.arguments]
    assert [field.name for field in fields(row.message)] == names + ["values"] * row.takes_anything


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.message.__name__))
def test_no_part_of_an_address_is_a_number(row: Row) -> None:
    assert row.address.startswith(PREFIX)
    assert not any(part.isdigit() for part in row.address.split("/"))


def test_we_send_the_types_that_pure_data_reads() -> None:
    assert {argument.kind for row in OUTGOING.values() for argument in row.arguments} <= set(Kind)


@pytest.mark.parametrize("row", INCOMING.values(), ids=lambda row: str(row.name))
def test_optional_arguments_stand_last_and_their_defaults_are_in_range(row: Row) -> None:
    optional = [argument.default is not None for argument in row.arguments]
    assert optional == sorted(optional)
    for argument in row.arguments:
        assert argument.hint
        if isinstance(argument.default, int | float):
            assert argument.low <= argument.default <= argument.high
