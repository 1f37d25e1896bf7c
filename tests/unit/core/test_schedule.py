"""Every on has its off, what is late slides, and a pitch has one string."""

from antiphon.core.schedule import Due, Schedule


def test_a_note_begins_and_ends_when_it_is_due() -> None:
    schedule = Schedule()
    schedule.add(60, 64, 1.0, 0.5)
    assert schedule.next_due() == 1.0
    assert schedule.release(0.999) == []
    assert schedule.release(1.0) == [Due(1.0, 60, 64)]
    assert schedule.release(1.5) == [Due(1.5, 60, 0)]
    assert schedule.next_due() is None


def test_a_pitch_struck_again_ends_first_and_its_older_off_is_void() -> None:
    schedule = Schedule()
    schedule.add(60, 64, 0.0, 1.0)
    schedule.add(60, 70, 0.5, 1.0)
    schedule.release(0.0)
    assert schedule.release(0.5) == [Due(0.5, 60, 0), Due(0.5, 60, 70)]
    assert schedule.release(1.0) == []
    assert schedule.release(1.5) == [Due(1.5, 60, 0)]


def test_an_off_comes_before_an_on_of_the_same_moment() -> None:
    schedule = Schedule()
    schedule.add(60, 64, 0.0, 0.5)
    schedule.add(60, 64, 0.5, 0.5)
    schedule.release(0.0)
    assert schedule.release(0.5) == [Due(0.5, 60, 0), Due(0.5, 60, 64)]


def test_what_is_late_slides_with_all_that_follows() -> None:
    schedule = Schedule()
    for place in range(3):
        schedule.add(60 + place, 64, place * 0.1, 0.05)
    assert [due.pitch for due in schedule.release(1.0)] == [60]
    assert schedule.slid == 1.0
    assert schedule.next_due() == 1.05
    assert schedule.release(1.05) == [Due(1.05, 60, 0)]
    assert [due.pitch for due in schedule.release(1.101)] == [61]
    assert schedule.late == 1


def test_what_sounds_ends_with_the_schedule_and_what_did_not_begin_never_does() -> None:
    schedule = Schedule()
    schedule.add(60, 64, 0.0, 1.0)
    schedule.add(61, 64, 0.5, 1.0)
    schedule.release(0.0)
    assert schedule.end_all(0.2) == [Due(0.2, 60, 0)]
    assert schedule.release(5.0) == []


def test_a_note_sent_ahead_ends_no_earlier_than_it_begins() -> None:
    schedule = Schedule()
    schedule.add(60, 64, 1.0, 1.0)
    assert schedule.release(0.6, 0.5) == [Due(1.0, 60, 64)]
    assert schedule.end_all(0.7) == [Due(1.0, 60, 0)]


def test_more_than_may_sound_ends_the_oldest() -> None:
    schedule = Schedule()
    schedule.polyphony = 1
    schedule.add(60, 64, 0.0, 1.0)
    schedule.add(61, 64, 0.0, 1.0)
    assert schedule.release(0.0) == [Due(0.0, 60, 64), Due(0.0, 60, 0), Due(0.0, 61, 64)]
    assert schedule.sounding == [61]


def test_what_is_said_to_be_due_is_released_then_whatever_rounds() -> None:
    # The moment at which a fuzzed duet asked for a turn for ever.
    onset, lookahead = 1700000008.0909941, 1.8463746309280396
    now = onset - lookahead
    assert now + lookahead < onset
    schedule = Schedule()
    schedule.add(60, 64, onset, 1.0)
    assert schedule.release(now, lookahead) == [Due(onset, 60, 64)]
