"""Whatever rhythm was quantized to a click stands on the page where it stood in the file."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from antiphon.midi.file import read_take, write_midi
from antiphon.notation import heed, share_grid
from antiphon.notation.tactus import PARTS
from antiphon.note import order_notes

FIGURES = ((), (0,), (0, 12), (12,), (6, 18), (0, 18), (0, 6, 12, 18), (18,))
IN_THREES = ((0, 8, 16), (8, 16), (0, 4, 8, 12, 16, 20))
IN_EIGHTHS = ((0, 18, 21), (0, 3, 6, 9, 12, 15, 18, 21))
"""Where notes begin in a beat, in 24ths; nobody plays runs of six and of eight to a beat in one piece."""


def is_music(places: tuple[int, ...]) -> bool:
    """Whether there are enough notes, and no more of them between eighths than on them."""
    return len(places) >= 24 and sum(place % 12 == 6 for place in places) <= sum(place % 12 == 0 for place in places)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([IN_THREES, IN_EIGHTHS])
    .flatmap(lambda fast: st.lists(st.sampled_from(FIGURES + fast), min_size=8, max_size=40))
    .filter(lambda beats: is_music(sum(beats, ()))),
    st.sampled_from([50.0, 66.0, 93.0, 120.0, 141.0]),
    st.sampled_from([(2, 4), (3, 4), (4, 4), (5, 4)]),
    st.integers(0, 2**16),
)
@example(
    [(0,), (0, 12), (0, 8, 16), (8, 16), *[(0, 4, 8, 12, 16, 20)] * 5, (18,), (18,)], 50.0, (2, 4), 0
)  # sixteenths, just
def test_what_is_quantized_stays_where_it_is(
    beats: list[tuple[int, ...]], tempo_bpm: float, meter: tuple[int, int], seed: int
) -> None:
    places = np.array([beat * PARTS + place for beat, figure in enumerate(beats) for place in figure])
    pitches = np.random.default_rng(seed).integers(40, 90, len(places)).astype(np.int16)
    lengths = np.full(len(places), 0.9 * 60 / tempo_bpm / 6, np.float32)
    notes = order_notes(places * 60 / tempo_bpm / PARTS, pitches, lengths, np.full(len(places), 64, np.int16))
    with tempfile.TemporaryDirectory() as folder:
        write_midi(Path(folder) / "a.mid", {"performer": notes}, tempo_bpm, [(0.0, *meter)])
        take = read_take(Path(folder) / "a.mid")
    hints = heed(take)
    assert hints.is_quantized
    grid = share_grid(take.players, hints)["performer"]
    assert (grid.places == (places - places[0] // PARTS * PARTS)).all()
    first = places[0] // PARTS
    assert grid.first_downbeat == -first % meter[0]
    assert {written.numerator for _, written in grid.meters} == {meter[0]}
