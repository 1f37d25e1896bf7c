"""Scales are what musicians call them."""

import pytest

from antiphon.core.scales import SCALES, canonical, classes_of
from antiphon.errors import RangeError


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_rises_within_an_octave_from_its_tonic(name: str) -> None:
    steps = SCALES[name]
    assert steps[0] == 0
    assert list(steps) == sorted(set(steps))
    assert steps[-1] < 12


def test_tonics_are_read_in_every_spelling() -> None:
    assert [canonical(said, "C major")[0] for said in ("d", "F#", "f♯", "Bb", "B♭", "Eb")] == [
        "D", "F#", "F#", "Bb", "Bb", "Eb",
    ]  # fmt: skip
    assert classes_of("Cb", SCALES["major"])[0] == 11


@pytest.mark.parametrize("said", ["H major", "Es", "D dorain", "", "\x1b[2J"])
def test_what_is_no_scale_is_refused_with_those_there_are(said: str) -> None:
    with pytest.raises(RangeError) as caught:
        canonical(said, "C major")
    assert "dorian" in caught.value.hint
    assert caught.value.what.isprintable()
