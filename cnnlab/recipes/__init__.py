"""How each network of the series is trained: data, settings and seed, so that one command gives the same weights again.

`python -m cnnlab train NAME` follows a recipe, `python -m cnnlab evaluate NAME` measures what came of it.
"""

from cnnlab.recipes.logs import is_log, known_names, log, log_of, log_place, sum_of
from cnnlab.recipes.runs import bundled, load, measure, recipe, train
from cnnlab.recipes.settings import Recipe, held_out
from cnnlab.recipes.table import RECIPES
from cnnlab.recipes.varying import varied

__all__ = [
    "RECIPES",
    "Recipe",
    "bundled",
    "held_out",
    "is_log",
    "known_names",
    "load",
    "log",
    "log_of",
    "log_place",
    "measure",
    "recipe",
    "sum_of",
    "train",
    "varied",
]
