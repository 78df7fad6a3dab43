"""`list`, `doctor`, `summary` and `progress`: what there is, and how it goes."""

import argparse
from pathlib import Path

from cnnlab import health, recipes
from cnnlab.network import Network


def list_(chosen: argparse.Namespace) -> int:
    """Print the networks of the series."""
    for recipe in recipes.RECIPES.values():
        print(f"{recipe.name:<16} {recipe.about}")
    return 0


def doctor(chosen: argparse.Namespace) -> int:
    """Print the doctor's report; 1 if something needs a remedy."""
    report = health.doctor()
    print(report)
    return int(any(line.startswith("! ") for line in report.splitlines()))


def summary(chosen: argparse.Namespace) -> int:
    """Print the table of a network that comes with cnnlab, or of a file."""
    if Path(chosen.name).suffix.lower() == ".npz":
        print(Network.load(chosen.name).summary())
    else:
        print(recipes.bundled(recipes.recipe(chosen.name).name).summary())
    return 0


def progress(chosen: argparse.Namespace) -> int:
    """Print what is kept beside the notebooks of a folder."""
    from cnnlab import check  # late: it brings matplotlib along, and the others should begin at once

    print(check.progress(chosen.folder))
    return 0
