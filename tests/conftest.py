"""What all tests share: where the repository is, and programs that must be there in CI."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parent.parent


def find_program(*names: str) -> str:
    """The first of these programs that is installed; without one the test is skipped, in CI it fails."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    lack(f"{' or '.join(names)} is not installed")


def lack(what: str) -> NoReturn:
    """A test cannot run here, for want of this: it is skipped, and in CI, which has all that tests need, it fails."""
    if os.environ.get("ANTIPHON_REQUIRE_PROGRAMS"):
        pytest.fail(f"{what}, and CI promises it")
    pytest.skip(what)


@pytest.fixture(scope="session", autouse=True)
def own_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes into the recordings of whoever runs it."""
    os.environ["ANTIPHON_DATABASE"] = str(tmp_path_factory.mktemp("recordings") / "sessions.sqlite")


@pytest.fixture
def posix() -> None:
    """Signals that a program hears, files that can be moved while they are open, pseudo-terminals."""
    if sys.platform == "win32":
        lack("Windows has no POSIX signals, terminals and open files")
