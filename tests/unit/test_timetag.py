"""A moment becomes a time tag and comes back, bit by bit."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.timetag import moment_of, time_tag_of


@given(st.floats(1.6e9, 2.1e9))
def test_no_bit_of_a_moment_is_lost(moment: float) -> None:
    assert moment_of(time_tag_of(moment)) == moment


def test_the_epoch_is_that_of_ntp() -> None:
    assert time_tag_of(0.0) >> 32 == 2208988800
