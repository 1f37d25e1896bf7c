"""Clefs and octave signs: few ledger lines, few changes."""

import pytest

from antiphon.notation.clefs import choose_views
from antiphon.notation.page import Clef

LOW, MIDDLE, HIGH, TOP = [40, 45, 48] * 3, [64, 67, 72] * 3, [76, 79, 77] * 3, [91, 93, 95] * 3
BOTTOM = [26, 28, 31] * 3
PEAKS = [91, 93, 95, 93, 72]
"""Not without a note of the staff among them."""


@pytest.mark.parametrize(
    ("home", "measures", "expected"),
    [
        ("treble", [MIDDLE, HIGH, MIDDLE], "treble treble treble"),
        ("bass", [LOW, HIGH, HIGH, LOW], "bass treble treble bass"),
        ("treble", [MIDDLE, TOP, TOP, MIDDLE], "treble treble+1 treble+1 treble"),
        ("bass", [LOW, BOTTOM, BOTTOM, LOW], "bass bass-1 bass-1 bass"),
        ("treble", [MIDDLE, PEAKS, MIDDLE], "treble treble treble"),
        ("treble", [TOP, TOP, [], [], TOP, TOP], "treble+1 treble+1 treble treble treble+1 treble+1"),
        ("bass", [HIGH, HIGH, LOW], "treble treble bass"),
        ("bass", [[], HIGH, HIGH, HIGH], "treble treble treble treble"),
        ("bass", [], ""),
    ],
)
def test_the_view_of_each_measure(home: Clef, measures: list[list[int]], expected: str) -> None:
    shown = [f"{clef}{octaves:+d}" if octaves else clef for clef, octaves in choose_views(measures, home)]
    assert " ".join(shown) == expected
