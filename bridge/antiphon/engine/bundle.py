"""A bundle: one .onnx file whose metadata says all that the server needs. Refused by name where it does not fit.

The metadata is a JSON object under `antiphon`. It is read through the onnxruntime session, so that the stage
never imports `onnx`.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from antiphon.errors import BundleError
from antiphon.families import FAMILIES, Family
from antiphon.note import WINDOW

__all__ = ["DEFAULT", "FORMAT", "KEY", "LISTENER", "Bundle", "check_bundle", "find_bundle", "shipped"]

FORMAT = 1
"""Of the metadata. Another number is another contract."""

KEY = "antiphon"
DEFAULT = "maestro"
"""The model that finds held-out pitches likeliest; one without a non-commercial clause takes its place as soon as it
comes within 0.15 nats of it."""

LISTENER = "beats"
"""The model that hears beats for `antiphon notate`. It stands beside those that play and is none of them."""

_SHIPPED = files("antiphon") / "models"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says of itself.

    Args:
        name: what it is called.
        family: the kind of model, already looked up.
        licence: of the weights, as an SPDX expression.
        metadata: the whole JSON object.
    """

    name: str
    family: Family
    licence: str
    metadata: dict[str, Any]


def shipped() -> list[str]:
    """The names of the models that come with antiphon and play."""
    names = {path.name.removesuffix(".onnx") for path in _SHIPPED.iterdir() if path.name.endswith(".onnx")}
    return sorted(names - {LISTENER})


def find_bundle(model: str | None) -> Path:
    """The file of a model: a path as it is, a bare name among the shipped ones, None for the default.

    Raises:
        BundleError: there is none.
    """
    name = DEFAULT if model is None else model
    if "/" in name or "\\" in name or name.endswith(".onnx"):
        path = Path(name)
        try:
            is_there = path.is_file()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "allow reading there, or name another with --model"
            raise BundleError(f"the bundle {name} cannot be read: {reason}", hint) from error
        if not is_there:
            raise BundleError(f"the bundle {name} is not there", "give the path of a file that antiphon export wrote")
        return path
    path = Path(str(_SHIPPED / f"{name}.onnx"))
    if path.is_file():
        return path
    shown = name or "''"
    hint = f"shipped are: {', '.join(shipped())}; or give the path of an .onnx bundle"
    raise BundleError(f"there is no model called {shown}", hint)


def check_bundle(path: Path, metadata: dict[str, str], inputs: dict[str, list[Any]], outputs: list[str]) -> Bundle:
    """Read a bundle's metadata and see that its graph keeps the contract of its family.

    Args:
        path: for the errors.
        metadata: the file's `metadata_props`.
        inputs: names of the graph's inputs with their shapes.
        outputs: names of its outputs.
    Raises:
        BundleError: which of it is not understood.
    """

    def refuse(what: str) -> BundleError:
        return BundleError(f"{path} {what}", "make it again with antiphon export, or name another with --model")

    try:
        said = json.loads(metadata[KEY])
        number, family_name, name, licence, window = (
            said[key] for key in ("format", "family", "name", "licence", "window")
        )
    except KeyError as error:
        raise refuse(f"is no antiphon bundle: its metadata has no {error}") from error
    except (TypeError, ValueError) as error:
        raise refuse("is no antiphon bundle: its metadata cannot be read") from error
    if number != FORMAT:
        raise refuse(f"has the format {number}, and this antiphon reads {FORMAT}")
    family = FAMILIES.get(family_name)
    if family is None:
        raise refuse(f"is of the family {family_name}, and this antiphon knows {', '.join(FAMILIES)}")
    if window != WINDOW:
        raise refuse(f"wants windows of {window} notes, and this antiphon keeps {WINDOW}")
    for input_name, shape in inputs.items():
        wanted = family.inputs.get(input_name)
        if wanted is None:
            raise refuse(f"has an input {input_name} that the family {family_name} does not know")
        own = list(shape[1:])
        fits = own == list(wanted) or (input_name == "uniform" and len(own) == 1 and own[0] <= wanted[0])
        if not fits or isinstance(shape[0], int):
            raise refuse(f"has an input {input_name} of shape {shape}, not [batch, {', '.join(map(str, wanted))}]")
    for output in family.outputs:
        if output not in outputs:
            raise refuse(f"has no output {output}")
    return Bundle(str(name), family, str(licence), said)
