"""Ten thousand notes in one go, at a kernel that keeps five hundred: none is lost, and the answers are in order.

The reader has 3 ms for each five hundred; three tries, since a machine may have something else to do for as long.
"""

import pytest

from antiphon.apps.bench import stage
from antiphon.engine.bundle import find_bundle

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("is_stock", [True, False])
def test_ten_thousand_notes_in_one_burst_are_all_answered_in_order(is_stock: bool) -> None:
    for _ in range(3):
        figures = stage.burst(find_bundle(None), 10_000, is_stock)
        print(figures)  # noqa: T201
        assert figures["in_order"]
        if figures["answers"] == 10_000:
            return
    pytest.fail(f"{figures['answers']} of 10,000 were answered, the kernel dropped {figures['kernel_dropped']}")
