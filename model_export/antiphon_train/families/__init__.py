"""One module for each kind of network: what it sees, its layers, its losses, and its graph for the stage."""

from types import ModuleType

from antiphon_train.families import beats, live, tutorial

__all__ = ["AVERAGED", "NETWORKS"]

NETWORKS: dict[str, ModuleType] = {"tutorial": tutorial, "live": live, "beats": beats}
"""The module of each recipe. Each has `read`, `is_long`, `examples`, `keep`, `build`, `compile_for`, `stage_graph`,
`show` and `agree`."""

AVERAGED = ("beats",)
"""Recipes of which several networks make one bundle that says their mean: their `stage_graph` takes any number."""
