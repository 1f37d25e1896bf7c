"""A beat network in an onnxruntime session, as the function that notation listens with.

The rule: descriptions of onsets in, what the network says of them out; what either means is the business of
`antiphon.notation.listen`. It is opened when something is written down and not before: the stage never loads it. The
network runs in one thread, as those that play do.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from antiphon.engine.bundle import FORMAT, KEY, LISTENER, find_bundle
from antiphon.engine.providers import open_session
from antiphon.errors import BundleError
from antiphon.note import FloatArray

__all__ = ["FAMILY", "Listener", "is_listener", "open_listener", "read_card", "shipped_listener"]

FAMILY = "beats"
INPUT, OUTPUTS = "onsets", ("places", "downbeats", "periods")

Listener = Callable[[FloatArray], tuple[FloatArray, ...]]
"""As `antiphon.notation.listen.Listener`."""


def shipped_listener() -> Listener | None:
    """The beat network that comes with antiphon; None without onnxruntime, which a score can be found without."""
    return open_listener(find_bundle(LISTENER)) if find_spec("onnxruntime") else None


def open_listener(path: Path, device: str = "cpu") -> Listener:
    """The function that asks the beat network in a file.

    Raises:
        MissingExtra, DeviceError, BundleError: why it cannot be used.
    """
    session = _open(path, device)

    def listen(spans: FloatArray) -> tuple[FloatArray, ...]:
        return tuple(session.run(list(OUTPUTS), {INPUT: spans}))

    return listen


def is_listener(path: Path) -> bool:
    """Whether a model file says that it is a beat network's bundle. Whether it is one, `read_card` sees.

    Raises:
        MissingExtra, DeviceError, BundleError: why it cannot be read.
    """
    session, _ = open_session(path, "cpu")
    try:
        return bool(json.loads(session.get_modelmeta().custom_metadata_map[KEY])["family"] == FAMILY)
    except (LookupError, TypeError, ValueError):
        return False


def read_card(path: Path) -> dict[str, Any]:
    """What the bundle of a beat network says of itself.

    Raises:
        MissingExtra, DeviceError, BundleError: why it cannot be used.
    """
    said = _open(path, "cpu").get_modelmeta().custom_metadata_map
    try:
        card: dict[str, Any] = json.loads(said[KEY])
    except (KeyError, ValueError) as error:
        raise BundleError(f"{path} does not say what it is", "make it again with antiphon export") from error
    if (card.get("format"), card.get("family")) != (FORMAT, FAMILY):
        raise BundleError(f"{path} is not a beat network of format {FORMAT}", "make it again with antiphon export")
    return card


def _open(path: Path, device: str) -> Any:
    session, _ = open_session(path, device)
    names = {output.name for output in session.get_outputs()}
    if [given.name for given in session.get_inputs()] != [INPUT] or not names.issuperset(OUTPUTS):
        raise BundleError(f"{path} is not a beat network", "use one that was exported as such")
    return session
