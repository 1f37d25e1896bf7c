"""What a run of a network that plays keeps of its corpus; what it shows is looked at in `test_train`."""

from pathlib import Path

import numpy as np

from antiphon.apps.demo import excerpt
from antiphon.midi.file import read_midi
from antiphon.note import to_rows
from antiphon_train.corpus import Corpus
from antiphon_train.playing import keep_windows, show_playing
from antiphon_train.runs import Run
from antiphon_train.stage import StageGraph


def test_windows_from_beginning_to_end_are_kept_with_the_notes_after_them(tmp_path: Path) -> None:
    notes, run = excerpt(), Run(tmp_path)
    keep_windows(run, Corpus(["excerpt.mid"], notes, np.array([0, len(notes)]), []))
    kept, rows = run.examples(), to_rows(notes)
    assert kept["windows"].shape == (1000, 25, 4)
    assert (kept["windows"][0] == rows[:25]).all() and (kept["following"][0] == rows[25]).all()
    assert (kept["following"][-1] == rows[-1]).all()


def test_a_piece_as_short_as_a_window_is_no_opening_and_the_others_are_played_after(tmp_path: Path) -> None:
    last_again = StageGraph({"uniform": (1,)}, ("note",), lambda notes, *rest: (notes[:, -1],))
    notes = excerpt()[:125]
    show_playing(last_again, Corpus(["long.mid", "short.mid"], notes, np.array([0, 100, 125]), []), tmp_path, 0)
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["1.mid"]
    assert len(read_midi(tmp_path / "samples" / "1.mid")) == 25 + 120
    show_playing(last_again, Corpus(["short.mid"], notes[:25], np.array([0, 25]), []), tmp_path / "none", 0)
    assert not (tmp_path / "none").exists()
