"""Where there is no terminal to draw on, that is said in one line; tests/real draws on one."""

import pytest

from antiphon.apps.monitor.watch import watch
from antiphon.errors import DeviceError


def test_without_a_terminal_it_says_what_to_do_instead(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DeviceError, match="no terminal") as caught:
        watch("127.0.0.1", 9000)
    assert "--json" in caught.value.hint
    assert capsys.readouterr().out == ""
