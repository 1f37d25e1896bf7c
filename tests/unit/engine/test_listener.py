"""A file that is no beat network is refused; one that is, is tested where it is made (`train/families/test_beats`)."""

from pathlib import Path

import pytest

from antiphon.engine.bundle import find_bundle
from antiphon.engine.listener import open_listener
from antiphon.errors import BundleError


def test_a_network_that_plays_is_refused() -> None:
    with pytest.raises(BundleError, match="is not a beat network"):
        open_listener(find_bundle(None))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "beats.onnx").write_bytes(b"no")
    with pytest.raises(BundleError):
        open_listener(tmp_path / "beats.onnx")
