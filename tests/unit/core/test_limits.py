"""Bounds hold, and what they count is itself bounded."""

from antiphon.core.limits import ERRORS_PER_SECOND, MAX_THROTTLED, Throttle


def test_a_sender_gets_so_many_errors_a_second_and_another_its_own() -> None:
    throttle = Throttle()
    assert sum(throttle.lets_through(("a", 1), 0.5) for _ in range(100)) == ERRORS_PER_SECOND
    assert throttle.lets_through(("a", 2), 0.5)
    assert throttle.lets_through(("a", 1), 1.6)


def test_a_million_senders_cost_no_more_than_a_few() -> None:
    throttle = Throttle()
    for number in range(10 * MAX_THROTTLED):
        throttle.lets_through(("a", number), 0.0)
    assert len(throttle._seen) == MAX_THROTTLED
