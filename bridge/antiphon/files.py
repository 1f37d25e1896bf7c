"""Files are written aside and renamed, so that nobody ever finds one half written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antiphon.errors import DeviceError

__all__ = ["see_writable", "written_aside"]


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path in the same folder, with the same suffix, to write to; it takes the name `path` when all went well.

    Raises:
        DeviceError: the folder cannot be made or written, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=f".{path.stem}-", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _not_written(path, error) from error
    aside = Path(name)
    try:
        yield aside
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def see_writable(folder: Path) -> None:
    """Make a folder if it is not there, and see that files can be written into it, before the work that fills them.

    Raises:
        DeviceError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _not_written(folder, error) from error


def _not_written(path: Path, error: OSError) -> DeviceError:
    reason = (error.strerror or str(error)).lower()
    return DeviceError(f"{path} cannot be written: {reason}", "choose another folder, or free some space")
