"""Bar lines: where they are, and which of them can be read.

The rule: where a beat was lost or one too many found, a measure of a single beat is left over, and a time signature of
1/4 is what nobody writes: the lone beat joins the measure after it, whose bar line it is more often (25 of 66 such
beats begin a printed measure, 18 end one). Beats are indices into those of a grid.
"""

from collections.abc import Sequence

from antiphon.notation.grid import Grid, Meter

__all__ = ["find_downbeats", "join_lone_beats"]

Meters = tuple[tuple[int, Meter], ...]
"""From which downbeat on each holds, as in `Grid`."""


def find_downbeats(grid: Grid) -> list[int]:
    """The beat of each bar line."""
    meters, meter = dict(grid.meters), grid.meters[0][1]
    found, at = [], grid.first_downbeat
    while at < len(grid.beats):
        meter = meters.get(at, meter)
        found.append(at)
        at += meter.beats
    return found


def join_lone_beats(meters: Sequence[tuple[int, Meter]]) -> Meters:
    """The same meters, but a single measure of one beat and the one after it are one."""
    joined: list[tuple[int, Meter]] = []
    left = list(meters)
    while left:
        at, meter = left.pop(0)
        if left and left[0][0] == at + 1:
            _, after = left.pop(0)
            end = at + 1 + after.beats
            joined.append((at, _lengthen(after)))
            if not left or left[0][0] > end:
                left.insert(0, (end, after))
        else:
            joined.append((at, meter))
    return tuple(joined)


def _lengthen(meter: Meter) -> Meter:
    return Meter(meter.numerator + (3 if meter.is_compound else 1), meter.denominator)
