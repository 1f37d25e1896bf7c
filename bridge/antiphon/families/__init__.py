"""Families: how a kind of model reads windows and says notes. One module and one line in the registry for each."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from antiphon.families.note import NoteFamily
from antiphon.note import FloatArray
from antiphon.wanted import Answer, Wanted

__all__ = ["FAMILIES", "Family"]


class Family(Protocol):
    """The way from wanted windows to input arrays, and from output arrays to answers."""

    @property
    def inputs(self) -> Mapping[str, tuple[int, ...]]:
        """The graph's inputs by name, each with its shape after the batch axis."""
        ...

    @property
    def outputs(self) -> Sequence[str]:
        """The graph's outputs that `read` needs, in its order."""
        ...

    def write(self, wanted: Sequence[Wanted], inputs: Mapping[str, FloatArray]) -> None:
        """Put the windows into the first rows of the input arrays."""
        ...

    def read(self, wanted: Sequence[Wanted], outputs: Sequence[FloatArray]) -> list[Answer]:
        """The answers to the windows that the first rows of the outputs hold."""
        ...


FAMILIES: Mapping[str, Family] = {"note": NoteFamily()}
"""Every family by the name that a bundle's metadata gives."""
