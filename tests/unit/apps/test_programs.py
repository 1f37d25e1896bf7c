"""Programs are started, talked to and ended, or the reason is said."""

import pytest

from antiphon.apps.programs import osc_datagram, read_osc, started
from antiphon.errors import DeviceError


def test_a_program_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(DeviceError, match="there is no model called nothing"),
        started("antiphon", "serve", "--model", "nothing"),
    ):
        pass


def test_a_program_ends_with_its_block() -> None:
    with started("antiphon", "serve", "--port", "0") as running:
        assert running.process.poll() is None
        assert str(running.port) in running.first_line
    assert running.process.poll() is not None


def test_messages_survive_python_osc() -> None:
    assert read_osc(osc_datagram("/a", 1, 0.5, "x")) == ("/a", [1, 0.5, "x"])


@pytest.mark.parametrize("data", [b"", b"hello", b"/a\0\0,i\0\0", b"\xff" * 16])
def test_what_is_no_osc_is_said_so(data: bytes) -> None:
    with pytest.raises(DeviceError, match="no OSC message"):
        read_osc(data)
