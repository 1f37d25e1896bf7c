"""From a run to a bundle: tf2onnx, names, metadata, and a comparison before anything is written."""

import hashlib
import io
import json
import logging
import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

from antiphon.engine.bundle import FORMAT, KEY
from antiphon.errors import CorpusError
from antiphon.files import written_aside
from antiphon_train.families import AVERAGED, NETWORKS
from antiphon_train.recipes import RECIPES
from antiphon_train.runs import Run
from antiphon_train.simplify import halve_weights, simplify
from antiphon_train.stage import StageGraph
from antiphon_train.verify import check_nodes

__all__ = ["Card", "export", "keep_figures"]

OPSET = 18
"""tf2onnx refuses newer ones."""


@dataclass(frozen=True, slots=True)
class Card:
    """What people must know of a model and the run cannot: its name, licence, whom to thank, what it cannot do."""

    name: str
    licence: str
    attribution: str
    data: str
    limits: str


def export(folders: Sequence[Path], path: Path, card: Card) -> dict[str, Any]:
    """Write the best network of a run as a bundle, or the mean of those of several.

    Args:
        folders: the runs, one at least; several are of one recipe of `AVERAGED`.
        path: the .onnx file to write.
        card: goes into the metadata.
    Returns:
        The metadata that was written, with the largest difference between Keras and ONNX under `difference`.
    Raises:
        CorpusError: a folder holds no finished run, or the runs do not go together.
        BundleError: the graph is not what was trained; nothing is written.
    """
    runs = [Run(folder) for folder in folders]
    recipes = [run.config()["recipe"] for run in runs]
    if len(runs) > 1 and any(recipe != recipes[0] or recipe not in AVERAGED for recipe in recipes):
        raise CorpusError(f"only runs of {', '.join(AVERAGED)} go into one bundle", "export each run by itself")
    network = NETWORKS[recipes[0]]
    trained = [_load(run, network) for run in runs]
    stage = network.stage_graph(*trained)
    model = _convert(stage)
    simplify(model.graph)
    halve_weights(model.graph)
    check_nodes(model)
    difference = network.agree(model, stage, **runs[0].examples())
    metadata = _metadata(runs, card, trained, stage)
    entry = model.metadata_props.add()
    entry.key, entry.value = KEY, json.dumps(metadata)
    with written_aside(path) as aside:
        onnx.save(model, aside)
    return {**metadata, "difference": difference}


def _load(run: Run, network: ModuleType) -> keras.Model:
    if not run.best_path.exists():
        raise CorpusError(f"{run.folder} has no trained model yet", "let antiphon train finish on it")
    trained: keras.Model = network.build()
    try:
        trained.load_weights(run.best_path)
    except OSError as error:
        raise CorpusError(f"{run.best_path} is damaged", "put back a copy of it, or train again") from error
    # Rounded before the graph is made, so that Keras and ONNX are compared on the weights that are stored.
    trained.set_weights([array.astype(np.float16).astype(np.float32) for array in trained.get_weights()])
    return trained


def keep_figures(path: Path, figures: Mapping[str, Any]) -> None:
    """Put held-out figures into a bundle's metadata, in the place of those that it had."""
    model = onnx.load(path)
    entry = next(entry for entry in model.metadata_props if entry.key == KEY)
    entry.value = json.dumps({**json.loads(entry.value), "figures": dict(figures)})
    with written_aside(path) as aside:
        onnx.save(model, aside)


def _convert(stage: Any) -> onnx.ModelProto:
    """The graph under the contract's names, with a free batch axis."""
    signature = [tf.TensorSpec((None, *shape), tf.float32, name=name) for name, shape in stage.inputs.items()]
    function = tf.function(stage.run, input_signature=signature)
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    with redirect_stdout(io.StringIO()):  # tf2onnx prints debug lines of its own for some recurrent layers
        model, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=OPSET)
    _rename_outputs(model, stage.outputs)
    for tensor in (*model.graph.input, *model.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = "batch"
    model.graph.name = "antiphon"
    return model


def _rename_outputs(model: onnx.ModelProto, names: tuple[str, ...]) -> None:
    renamed = {output.name: name for output, name in zip(model.graph.output, names, strict=True)}
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    for output in model.graph.output:
        output.name = renamed[output.name]


def _metadata(runs: Sequence[Run], card: Card, networks: Sequence[keras.Model], stage: StageGraph) -> dict[str, Any]:
    config = runs[0].config()
    recipe = RECIPES[config["recipe"]]
    weights = hashlib.sha256()
    for network in networks:
        for array in network.get_weights():
            weights.update(array.tobytes())
    training = [run.training() for run in runs]
    return {
        "format": FORMAT,
        "name": card.name,
        "family": recipe.family,
        "recipe": recipe.name,
        "window": next(iter(stage.inputs.values()))[0],
        "licence": card.licence,
        "attribution": card.attribution,
        "data": card.data or " ".join(str(config[key]) for key in ("corpus", "split") if config.get(key)),
        "limits": card.limits,
        "training": {
            **{what: round(sum(each[what] for each in training), 3) for what in training[0]},
            "machine": f"{os.cpu_count()} cores, {platform.machine()}",
            "backend": f"keras {keras.backend.backend()}",
        },
        "figures": _figures(runs),
        "versions": {name: version(name) for name in ("keras", "tf2onnx", "onnx", "numpy")}
        | {"tensorflow": tf.__version__},
        "sha256": weights.hexdigest(),
    }


def _figures(runs: Sequence[Run]) -> dict[str, float]:
    """The losses of the weights in training and on held-out music; of several runs the first's, and called so."""
    first = "first_" if len(runs) > 1 else ""
    return {
        first + (f"held_out_{name.removeprefix('val_')}" if name.startswith("val_") else f"train_{name}"): value
        for name, value in runs[0].kept().items()
        if name.endswith("loss")
    }
