"""Recipes are values under their own names."""

import click

from antiphon.cli.train import command
from antiphon_train.recipes import RECIPES


def test_every_recipe_is_found_by_its_name() -> None:
    assert all(recipe.name == name for name, recipe in RECIPES.items())


def test_the_command_line_offers_every_recipe() -> None:
    (option,) = [parameter for parameter in command.params if parameter.name == "recipe"]
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(RECIPES)
