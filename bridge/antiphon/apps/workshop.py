"""What a running server has done aside: another model, the list of models, a session written to a file.

All of it runs in threads of the server's loop, and what is heavy on Python itself, writing notation, in a program of
its own: a thread that imports music21 holds up every note that comes meanwhile.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from antiphon.engine.bundle import find_bundle, shipped
from antiphon.engine.engine import Engine
from antiphon.errors import BundleError, DeviceError, RecordError
from antiphon.osc.messages import ModelAnswer, Outgoing, Saved
from antiphon.record.reader import number_of
from antiphon.record.writer import Recorder

__all__ = ["Workshop"]

WRITTEN_WITHIN = 2.0
"""Seconds that the recorder is waited for before a session is saved."""

SAVED_WITHIN = 300.0
"""Seconds that writing a session may take: two hours of music as notation take one minute."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where a server's jobs are done.

    Args:
        device: where models run.
        batch: windows in one run of theirs at most.
        own: the bundle that the server was started with, by its name, be that a shipped one's or not.
        recorder: what keeps the sessions, None if nothing does.
        database: its file.
        output: the folder that files go to.
    """

    device: str
    batch: int
    own: Mapping[str, Path]
    recorder: Recorder | None
    database: Path
    output: Path

    def load(self, name: str) -> Engine:
        """A model by name, loaded and warm: a shipped one, or the one that the server was started with.

        Raises:
            BundleError, DeviceError, MissingExtra: there is none, or it cannot be used; the one before plays on.
        """
        return Engine(self._bundles().get(name) or self._unknown(name), self.device, self.batch)

    def models(self) -> list[Outgoing]:
        """The models that `load` knows."""
        bundles = [Engine(path, "cpu", 1).bundle for path in self._bundles().values()]
        return [ModelAnswer(one.name, str(one.metadata["family"]), one.licence) for one in bundles]

    def save(self, session: str, name: str, format: str, bars: int = 0) -> list[Outgoing]:
        """Write a session of this run, or its last bars, into the output folder.

        Raises:
            RecordError: nothing is recorded, or not all of it yet.
            DeviceError: the file was not written; its text says why.
        """
        if self.recorder is None:
            raise RecordError("this server does not record", "start it without --no-record, with a folder it can write")
        if not self.recorder.flush(WRITTEN_WITHIN):
            what, _, hint = (self.recorder.trouble or "not all is written yet; save it again").partition("; ")
            raise RecordError(what, hint)
        file = f"{name}.{format}"
        if (self.output / file).is_dir():
            raise DeviceError(f"{file} is a folder", "save under another name")
        number = number_of(self.database, self.recorder.run, session)
        words = ["save", str(number), "--output", str(self.output / file), "--database", str(self.database)]
        words += ["--last", str(bars)] if bars else []
        try:
            done = subprocess.run(  # noqa: S603 - this Python and our own module
                [sys.executable, "-m", "antiphon", *words], capture_output=True, text=True, timeout=SAVED_WITHIN
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceError("saving takes too long", "save it later: antiphon save") from error
        if done.returncode:
            # Whoever asked may sit elsewhere: they are told the names of files, and not where on this machine they are.
            said = done.stderr.replace(str(self.output / file), file).replace(str(self.database), self.database.name)
            last = said.strip().rpartition("\n")[2]
            what, _, hint = last.removeprefix("antiphon: ").partition("; ")
            raise DeviceError(what or "the session was not saved", hint or "try antiphon save on the command line")
        return [Saved(file)]

    def _bundles(self) -> dict[str, Path]:
        """Every model by its name, which of the server's own need not be its file's."""
        return {name: find_bundle(name) for name in shipped()} | dict(self.own)

    def _unknown(self, name: str) -> Path:
        shown = json.dumps(name[:64])
        raise BundleError(f"there is no model called {shown}", f"there are {', '.join(self._bundles())}")
