"""What every dialect's answers must be: our messages valid by our table, theirs writable and readable by others."""

from antiphon.apps.programs import read_osc
from antiphon.dialects import Sent
from antiphon.osc import codec
from antiphon.osc.messages import Incoming
from antiphon.osc.table import INCOMING, Kind

ROWS = {row.message: row for row in INCOMING.values()}


def assert_valid(message: Incoming) -> None:
    """Every field has the type and lies in the range of its argument in our table."""
    for argument in ROWS[type(message)].arguments:
        value = getattr(message, argument.name)
        if argument.kind is Kind.TEXT:
            assert isinstance(value, str)
            assert argument.low <= len(value) <= argument.high
            assert not argument.choices or value in argument.choices
        else:
            assert type(value) is (int if argument.kind is Kind.INT else float), (message, argument.name)
            assert argument.low <= value <= argument.high or (argument.or_choose and value == -1), message
    for value in getattr(message, "values", ()):
        assert isinstance(value, int | float | str)


def assert_sendable(sent: Sent) -> None:
    """Our codec writes it, and python-osc reads the same, up to the rounding of float32."""
    address, values = sent
    seen, read = read_osc(codec.write(address, values))
    assert seen == address
    assert len(read) == len(values)
    for value, came in zip(values, read, strict=True):
        assert type(value) is type(came)
        same = value == came if isinstance(value, int | str) else abs(value - float(came)) <= 1e-6 * max(1, abs(value))
        assert same, sent
