"""`sweep`: a recipe with many seeds and settings, as many runs at once as there are workers."""

import argparse
from collections.abc import Sequence

from cnnlab import recipes
from cnnlab.files import plain


def sweep(chosen: argparse.Namespace) -> int:
    """Run what is left of a sweep, and print its table; 0, 1 where a run failed, or 130 where it was stopped."""
    from cnnlab import sweeps  # takes a while to import, as Dask does

    recipe = recipes.recipe(chosen.name)
    out = chosen.out or f"{recipe.name}.sqlite"
    split = "test" if chosen.test else "validation"
    found = sweeps.sweep(
        recipe.name,
        chosen.seeds,
        grid(chosen.grid or ()),
        data=chosen.data,
        split=split,
        out=out,
        client=chosen.cluster,
    )
    print(found.table(chosen.figure) if chosen.figure else found)
    print(plain(f"{len(found)} runs in {out}; errors on the {split} images, data: {found.about.get('data', '')}"))
    return 130 if found.interrupted else int(bool(found.failed()))


def grid(words: Sequence[str]) -> dict[str, list[int | float]] | None:
    """What `--grid eta=0.01,0.02` says.

    Parameters
    ----------
    words : list of str
        NAME=VALUE,VALUE each.

    Returns
    -------
    dict of str to list of numbers, or None
        None where nothing is said.

    Raises
    ------
    ValueError
        For words of another form.
    """
    found: dict[str, list[int | float]] = {}
    for each in words:
        name, equals, values = each.partition("=")
        try:
            numbers = [_number(value) for value in values.split(",")]
        except ValueError:
            numbers = []
        if not (name and equals and numbers) or name in found:
            raise ValueError(f"--grid must be NAME=NUMBER,NUMBER, each name once; got {each!r}")
        found[name] = numbers
    return found or None


def _number(word: str) -> int | float:
    try:
        return int(word)
    except ValueError:
        return float(word)
