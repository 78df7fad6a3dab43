"""Explorers of the series that can be made again by one line, for Python that runs in the page."""

import ast
from typing import Any

from tools.website.inside import EXPLORER
from tools.website.running import Run

THERE = {"explore", "np", "cnnlab"}  # what a recipe may name


def recipes_of(runs: list[Run]) -> dict[str, tuple[str, str]]:
    """{NOTEBOOK/CELL: (name of its recipe, the recipe)}.

    Explorers that need what other cells have made are left out.
    """
    found: dict[str, tuple[str, str]] = {}
    names: dict[str, str] = {}
    for each in runs:
        for cell in each.notebook.cells:
            shown = [output.data[EXPLORER] for output in cell.get("outputs", []) if EXPLORER in output.get("data", {})]
            recipe = recipe_in(cell.source) if len(shown) == 1 else None
            if recipe is not None:
                name = names.setdefault(recipe, f"{shown[0]['kind']}{len(names)}")
                found[f"{each.name}/{cell.id}"] = (name, recipe)
    return found


def recipe_in(source: str) -> str | None:
    """The call in a cell that makes its explorer, if it needs nothing but the package and NumPy."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _makes(node)]
    if len(calls) != 1:
        return None
    inner = {arg.arg for node in ast.walk(calls[0]) if isinstance(node, ast.Lambda) for arg in node.args.args}
    used = {node.id for node in ast.walk(calls[0]) if isinstance(node, ast.Name)}
    return ast.unparse(calls[0]) if used - inner <= THERE else None


def _makes(node: Any) -> bool:
    called = node.func
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "explore"
