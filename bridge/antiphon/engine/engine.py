"""One loaded bundle, ready to answer. Sees arrays only; what they mean is the family's business."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from antiphon.engine.bundle import Bundle, check_bundle
from antiphon.engine.providers import bind, open_session
from antiphon.note import FloatArray, empty_window
from antiphon.wanted import DRAWS, Answer, Wanted

__all__ = ["Engine"]

WARM_RUNS = 3
"""The first run allocates, the second still plans; from the third on they cost the same."""


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
        self._session, self.notice = open_session(path, device)
        inputs = {given.name: given.shape for given in self._session.get_inputs()}
        outputs = [output.name for output in self._session.get_outputs()]
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.bundle: Bundle = check_bundle(path, metadata, inputs, outputs)
        self._inputs = {name: np.zeros((batch, *shape[1:]), np.float32) for name, shape in inputs.items()}
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
