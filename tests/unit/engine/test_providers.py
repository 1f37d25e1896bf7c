"""Where the network runs is what was asked for, or the difference is said in a line."""

import numpy as np
import pytest

from antiphon.engine.bundle import find_bundle
from antiphon.engine.providers import bind, open_session
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


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_bound_run_reads_and_writes_what_lies_in_the_arrays_at_that_time(device: str) -> None:
    session, _ = open_session(find_bundle(None), device)
    inputs = {given.name: np.ones((2, *given.shape[1:]), np.float32) for given in session.get_inputs()}
    outputs = {name: np.zeros((2, 4), np.float32) for name in ("note", "log_prob")}
    run = bind(session, inputs, outputs)
    for pitch in (60, 61, 62):
        inputs["chosen"][:, 0] = pitch
        inputs["uniform"][:] = pitch / 100
        run()
        expected = session.run(list(outputs), inputs)
        assert outputs["note"][:, 0].tolist() == [pitch, pitch]
        assert all((array == kept).all() for array, kept in zip(expected, outputs.values(), strict=True))
