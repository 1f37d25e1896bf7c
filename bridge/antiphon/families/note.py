"""Family `note`: a window of 25 notes in, the next note out. Sampling is in the graph.

The graph's inputs are the fields of `Wanted`, batch first; `uniform` has as many columns as the graph has use for.
"""

from collections.abc import Mapping, Sequence

from antiphon.note import MAX_SECONDS, WINDOW, FloatArray, Note
from antiphon.wanted import DRAWS, Answer, Wanted

__all__ = ["NoteFamily"]

SHORTEST = 0.02
"""Seconds. A network trained by squared error may say a duration of 0 or less; played as 20 ms it can be heard, and
99 % of a pianist's notes are longer."""


class NoteFamily:
    """Reads and writes the arrays of a `note` graph."""

    inputs: Mapping[str, tuple[int, ...]] = {
        "notes": (WINDOW, 4),
        "temperature": (4,),
        "top_p": (4,),
        "pitch_mask": (128,),
        "chosen": (4,),
        "uniform": (DRAWS,),
    }
    outputs = ("note", "log_prob")

    def write(self, wanted: Sequence[Wanted], inputs: Mapping[str, FloatArray]) -> None:
        """Put the windows into the first rows of the input arrays."""
        for name, array in inputs.items():
            for row, one in enumerate(wanted):
                value = getattr(one, name)
                array[row] = value[: array.shape[1]] if name == "uniform" else value

    def read(self, wanted: Sequence[Wanted], outputs: Sequence[FloatArray]) -> list[Answer]:
        """The answers to the windows, in their order."""
        notes, log_probs = (output.tolist() for output in outputs)
        return [
            Answer(one.ticket, _note(*note), tuple(log_prob))
            for one, note, log_prob in zip(wanted, notes, log_probs, strict=False)
        ]


def _note(pitch: float, step: float, duration: float, velocity: float) -> Note:
    return Note(
        int(pitch),
        min(max(step, 0.0), MAX_SECONDS),
        min(max(duration, SHORTEST), MAX_SECONDS),
        min(max(round(velocity), 1), 127),
    )
