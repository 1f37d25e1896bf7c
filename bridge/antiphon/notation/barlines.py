"""Bar lines: on which beats of a grid they are."""

from antiphon.notation.grid import Grid

__all__ = ["find_downbeats"]


def find_downbeats(grid: Grid) -> list[int]:
    """The beat of each bar line."""
    meters, meter = dict(grid.meters), grid.meters[0][1]
    found, at = [], grid.first_downbeat
    while at < len(grid.beats):
        meter = meters.get(at, meter)
        found.append(at)
        at += meter.beats
    return found
