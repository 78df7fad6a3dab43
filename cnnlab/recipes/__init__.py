"""How each network of the series is trained: data, settings and seed, so that one command gives the same weights again.

`python -m cnnlab train NAME` follows a recipe, `python -m cnnlab evaluate NAME` measures what came of it.
"""

from cnnlab.recipes.runs import bundled, known_names, load, log, measure, recipe, train
from cnnlab.recipes.settings import Recipe, held_out
from cnnlab.recipes.table import RECIPES

__all__ = [
    "RECIPES",
    "Recipe",
    "bundled",
    "held_out",
    "known_names",
    "load",
    "log",
    "measure",
    "recipe",
    "train",
]
