"""One loaded bundle, ready to answer. Sees arrays only; what they mean is the family's business."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from antiphon.engine.bundle import Bundle, check_bundle
from antiphon.engine.providers import bind, open_session
from antiphon.note import FloatArray, empty_window
from antiphon.wanted import DRAWS, Answer, Wanted

__all__ = ["Engine", "open_bundle"]

WARM_RUNS = 3
"""The first run allocates, the second still plans; from the third on they cost the same."""


def open_bundle(path: Path, device: str, threads: int = 1) -> tuple[Any, str | None, Bundle]:
    """A bundle in an onnxruntime session, with the line for the performer, and what it says of itself.

    Args:
        path, device, threads: as in `providers.open_session`.
    Raises:
        BundleError, DeviceError, MissingExtra: why it cannot be used.
    """
    session, notice = open_session(path, device, threads)
    inputs = {given.name: given.shape for given in session.get_inputs()}
    outputs = [output.name for output in session.get_outputs()]
    return session, notice, check_bundle(path, session.get_modelmeta().custom_metadata_map, inputs, outputs)


class Engine:
    """A bundle in an onnxruntime session, with arrays that are filled and read again and again.

    Args:
        path: the bundle.
        device: as in `providers.open_session`.
        batch: windows in one run at most.
    Raises:
        BundleError, DeviceError, MissingExtra: why it cannot be used.
    """

    def __init__(self, path: Path, device: str, batch: int) -> None:
        self._session, self.notice, self.bundle = open_bundle(path, device)
        inputs = self._session.get_inputs()
        self._inputs = {given.name: np.zeros((batch, *given.shape[1:]), np.float32) for given in inputs}
        names = self.bundle.family.outputs
        said = self._session.run(list(names), self._inputs)
        self._outputs = {name: np.zeros_like(array) for name, array in zip(names, said, strict=True)}
        self._runs = [self._bound(count) for count in range(1, batch + 1)]
        for size in (1, batch):
            for _ in range(WARM_RUNS):
                self.run([Wanted.plain(0, empty_window(), np.zeros(DRAWS, np.float32))] * size)

    def run(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """The answers to at most `batch` windows, in one call of the network."""
        self.bundle.family.write(wanted, self._inputs)
        run, outputs = self._runs[len(wanted) - 1]
        run()
        return self.bundle.family.read(wanted, outputs)

    def _bound(self, count: int) -> tuple[Callable[[], None], list[FloatArray]]:
        """A run of so many windows, and where it puts what it says."""
        inputs = {name: array[:count] for name, array in self._inputs.items()}
        outputs = {name: array[:count] for name, array in self._outputs.items()}
        return bind(self._session, inputs, outputs), list(outputs.values())
