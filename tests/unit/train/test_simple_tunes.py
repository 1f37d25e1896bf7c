"""Tunes made by rule are counted music: whole measures, mostly one note a beat, the same each time."""

from itertools import islice

import numpy as np
from beat_corpus import midi_bytes
from simple_tunes import TICKS, simple_tunes

from antiphon_train.counted import read_counted

TUNES = 60


def test_a_tune_is_the_same_each_time_and_no_two_are_alike() -> None:
    once, again = (list(islice(simple_tunes(), TUNES)) for _ in range(2))
    assert once == again
    assert len({tuple(rows) for _, rows, _, _ in once}) == TUNES


def test_tunes_have_sixteen_measures_or_twice_as_many_and_most_melodies_have_a_note_a_beat() -> None:
    shares = []
    for _, rows, quarter, meter in islice(simple_tunes(), TUNES):
        notes = read_counted(midi_bytes(rows, {0: quarter}, {0: meter}))
        beats = np.unique(notes["beat"].round(6))
        shares.append(np.mean(np.diff(beats) >= 1))
        assert notes["in_measure"].min() == 0
        assert np.isfinite(notes["in_measure"]).all()
        measure = (4 if meter == "4/4" else 3) * TICKS
        first = measure if rows[0][0] else 0
        last = max(tick for tick, *_ in rows)
        assert (last - first) // measure + 1 in (16, 32)
    assert np.median(shares) > 0.4
