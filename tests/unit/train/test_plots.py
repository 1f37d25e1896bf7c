"""Pictures are made of what there is."""

from pathlib import Path

from matplotlib.image import imread

from antiphon_train.plots import compared_losses, loss_curve


def test_a_loss_curve_has_a_row_for_each_loss_and_none_without_history(tmp_path: Path) -> None:
    loss_curve([], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()
    loss_curve(
        [{"epoch": 1, "loss": 2.0, "pitch_loss": 1.0}, {"epoch": 2, "loss": 1.0, "pitch_loss": 0.5}], tmp_path / "a.png"
    )
    assert imread(tmp_path / "a.png").shape[0] > 300


def test_several_runs_are_compared_in_one_picture(tmp_path: Path) -> None:
    rows = [{"epoch": epoch, "notes": 1e6 * epoch, "loss": 3.0 / epoch, "val_loss": 4.0 / epoch} for epoch in (1, 2, 3)]
    compared_losses({"one": rows, "other": rows[:2]}, tmp_path / "both.png")
    assert imread(tmp_path / "both.png").shape[1] > 800
