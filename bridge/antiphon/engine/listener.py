"""A beat network in an onnxruntime session, as the function that notation listens with.

The rule: descriptions of onsets in, what the network says of them out; what either means is the business of
`antiphon.notation.listen`. The network runs in one thread, as those that play do.
"""

from collections.abc import Callable
from pathlib import Path

from antiphon.engine.providers import open_session
from antiphon.errors import BundleError
from antiphon.note import FloatArray

__all__ = ["open_listener"]

INPUT, OUTPUTS = "onsets", ("places", "downbeats", "periods")


def open_listener(path: Path, device: str = "cpu") -> Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]:
    """The function that asks the beat network in a file.

    Raises:
        MissingExtra, DeviceError, BundleError: why it cannot be used.
    """
    session, _ = open_session(path, device)
    names = {output.name for output in session.get_outputs()}
    if [given.name for given in session.get_inputs()] != [INPUT] or not names.issuperset(OUTPUTS):
        raise BundleError(f"{path} is not a beat network", "use one that was exported as such")

    def listen(spans: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        places, downbeats, periods = session.run(list(OUTPUTS), {INPUT: spans})
        return places, downbeats, periods

    return listen
