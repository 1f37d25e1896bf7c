"""One module for each kind of network: what it sees, its layers, its losses, and its graph for the stage."""

from types import ModuleType

from antiphon_train.families import live, tutorial

__all__ = ["NETWORKS"]

NETWORKS: dict[str, ModuleType] = {"tutorial": tutorial, "live": live}
"""The module of each recipe. Each has `examples`, `build`, `compile_for` and `stage_graph`."""
