"""A corpus for beat networks."""

from pathlib import Path

import pytest

from ticking import write_tunes


@pytest.fixture
def counted_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "counted"
    folder.mkdir()
    write_tunes(folder)
    return folder
