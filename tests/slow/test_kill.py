"""Two hundred times kill -9 while recording: the file is sound each time, and only the last 200 ms may be lost."""

import random
from pathlib import Path

import pytest

from killed import kill_while_recording

pytestmark = pytest.mark.slow


def test_killed_two_hundred_times(tmp_path: Path) -> None:
    rng = random.Random(6)
    for run in range(200):
        kill_while_recording(tmp_path / "a.sqlite", run, rng)
