"""Where the network runs is what was asked for, or the difference is said in a line."""

import pytest

from antiphon.engine.bundle import find_bundle
from antiphon.engine.providers import open_session
from antiphon.errors import DeviceError


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_the_cpu_needs_no_word(device: str) -> None:
    session, notice = open_session(find_bundle(None), device)
    assert session.get_providers() == ["CPUExecutionProvider"]
    assert notice is None


def test_without_a_working_cuda_it_runs_on_the_cpu_and_says_so() -> None:
    session, notice = open_session(find_bundle(None), "cuda")
    if session.get_providers()[0] == "CUDAExecutionProvider":
        assert notice is None
    else:
        assert notice is not None
        assert "running on the CPU" in notice
        assert "\n" not in notice


def test_a_device_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DeviceError):
        open_session(find_bundle(None), "abacus")
