"""Recipes are values under their own names."""

from antiphon_train.recipes import RECIPES


def test_every_recipe_is_found_by_its_name() -> None:
    assert all(recipe.name == name for name, recipe in RECIPES.items())
