"""Percentiles of the last answers, in bounded memory."""

from antiphon.core.stats import KEPT, Stats


def test_percentiles_are_those_of_the_last_answers() -> None:
    stats = Stats()
    for number in range(2 * KEPT):
        stats.answered(0.001 if number >= KEPT else 9.0)
    summary = stats.summary()
    assert (summary["p50_ms"], summary["p999_ms"], summary["answers"]) == (1.0, 1.0, 2 * KEPT)


def test_before_the_first_answer_there_are_no_percentiles() -> None:
    stats = Stats()
    stats.count("datagrams")
    assert stats.summary() == {"answers": 0, "datagrams": 1}
