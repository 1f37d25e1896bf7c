"""A network can be heard before it is exported."""

import numpy as np

from antiphon.apps.demo import excerpt
from antiphon.note import WINDOW, to_rows
from antiphon_train.families import live
from antiphon_train.stage import play


def test_each_window_is_gone_on_by_its_own_notes() -> None:
    windows = np.stack([to_rows(excerpt())[at : at + WINDOW] for at in (0, 30)])
    stage = live.stage_graph(live.build())
    both = play(stage, windows, 3, seed=0)
    assert both.shape == (2, 3, 4)
    assert ((both[:, :, 0] >= 0) & (both[:, :, 0] < 128) & (both[:, :, 1] >= 0) & (both[:, :, 2] > 0)).all()
    assert (play(stage, windows, 3, seed=0) == both).all()
    assert (play(stage, windows, 3, seed=1) != both).any()
