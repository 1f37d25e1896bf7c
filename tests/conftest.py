"""What all tests share: where the repository is, and programs that must be there in CI."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parent.parent


def find_program(*names: str) -> str:
    """The first of these programs that is installed; without one the test is skipped, in CI it fails."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    if os.environ.get("ANTIPHON_REQUIRE_PROGRAMS"):
        pytest.fail(f"{' or '.join(names)} is not installed, and CI promises it")
    pytest.skip(f"{' or '.join(names)} is not installed")
