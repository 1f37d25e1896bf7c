"""Where the figures of each epoch go besides the run folder: TensorBoard's log, and MLflow on wish.

TensorBoard's log lies in `tensorboard/` of the run (`tensorboard --logdir runs`). MLflow's runs go to the server that
MLFLOW_TRACKING_URI names, as any MLflow program's do, or to the database mlflow.db in the working folder, which is what
`mlflow ui` opens. A run that goes on after a stop goes on there, too.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from antiphon.errors import CorpusError, MissingExtra
from antiphon.files import written_aside

__all__ = ["TRACKERS", "tracked"]

TRACKERS = ("mlflow",)
EXPERIMENT = "antiphon"
ARTIFACTS = ("*.png", "*.csv", "config.json", "samples/*.mid")

Log = Callable[[Mapping[str, float]], None]


@contextmanager
def tracked(folder: Path, config: Mapping[str, Any], tracker: str | None) -> Iterator[Log]:
    """A function that takes each epoch's row of the history, to be called before the run is left.

    Args:
        folder: of the run.
        config: what it was started with.
        tracker: one of `TRACKERS`, or None.
    Raises:
        MissingExtra: mlflow is not installed.
        CorpusError: the tracking server does not answer.
    """
    with ExitStack() as stack:
        logs = [_tensorboard(folder)]
        if tracker == "mlflow":
            logs.append(stack.enter_context(_mlflow(folder, config)))

        def log(row: Mapping[str, float]) -> None:
            for one in logs:
                one(row)

        yield log


def _tensorboard(folder: Path) -> Log:
    from tensorboardX import SummaryWriter

    def log(row: Mapping[str, float]) -> None:
        # Opened for each epoch: a killed run leaves no half record, and one that goes on adds a file.
        with SummaryWriter(str(folder / "tensorboard"), filename_suffix=f".{row['epoch']:.0f}") as writer:
            for name, value in row.items():
                if name.endswith("loss"):
                    writer.add_scalar(name, value, int(row["epoch"]))

    return log


@contextmanager
def _mlflow(folder: Path, config: Mapping[str, Any]) -> Iterator[Log]:
    try:
        import mlflow
    except ModuleNotFoundError as error:
        raise MissingExtra("mlflow", "mlflow") from error
    note = folder / "mlflow-run.txt"
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    try:
        mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI") or "sqlite:///mlflow.db")
        mlflow.set_experiment(EXPERIMENT)
        run = mlflow.start_run(
            run_id=note.read_text(encoding="utf-8").strip() if note.exists() else None, run_name=folder.name
        )
        if not note.exists():
            mlflow.log_params(dict(config))
            with written_aside(note) as aside:
                aside.write_text(run.info.run_id + "\n", encoding="utf-8")
    except mlflow.exceptions.MlflowException as error:
        raise CorpusError(
            f"MLflow cannot be written to: {str(error).splitlines()[0]}",
            "see that MLFLOW_TRACKING_URI names a server that answers, or leave --track out",
        ) from error

    def log(row: Mapping[str, float]) -> None:
        mlflow.log_metrics({name: value for name, value in row.items() if name != "epoch"}, step=int(row["epoch"]))

    try:
        yield log
        for pattern in ARTIFACTS:
            for path in sorted(folder.glob(pattern)):
                mlflow.log_artifact(str(path))
        mlflow.end_run()
    except BaseException:
        mlflow.end_run("KILLED")
        raise
