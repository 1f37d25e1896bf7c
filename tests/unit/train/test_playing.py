"""What a run of a network that plays keeps of its corpus; what it shows is looked at in `test_train`."""

from pathlib import Path

import numpy as np

from antiphon.apps.demo import excerpt
from antiphon.note import to_rows
from antiphon_train.corpus import Corpus
from antiphon_train.playing import keep_windows
from antiphon_train.runs import Run


def test_windows_from_beginning_to_end_are_kept_with_the_notes_after_them(tmp_path: Path) -> None:
    notes, run = excerpt(), Run(tmp_path)
    keep_windows(run, Corpus(["excerpt.mid"], notes, np.array([0, len(notes)]), []))
    kept, rows = run.examples(), to_rows(notes)
    assert kept["windows"].shape == (1000, 25, 4)
    assert (kept["windows"][0] == rows[:25]).all() and (kept["following"][0] == rows[25]).all()
    assert (kept["following"][-1] == rows[-1]).all()
