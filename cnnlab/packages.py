"""Packages that cnnlab can do without, and what is lost without each.

The arithmetic and every explorer need NumPy and Python's own library alone: so they work in a browser, and for a new
Python that numba does not know yet. What needs more says so where it is asked for, and imports it there.
"""

import importlib.util
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

__all__ = ["WITHOUT", "NoBar", "bars", "lacking", "needs"]

# What happens without each, for `doctor`.
WITHOUT = {
    "numba": "loops are computed by NumPy, five to a hundred times slower",
    "matplotlib": "no still pictures, no `draw`",
    "contourpy": "contour lines are found by NumPy",
    "pillow": "of pictures only the embedded photographs are read",
    "anywidget": "explorers are no live views in notebooks",
    "ipywidgets": "questions are not asked",
    "pooch": "no downloads",
    "requests": "no downloads",
    "tqdm": "no bars of progress",
    "distributed": "no sweeps, no training on several computers",
}
MODULES = {"pillow": "PIL"}  # imported by another name than it is installed by


def lacking() -> list[str]:
    """The packages among `WITHOUT` that are not here.

    Returns
    -------
    names : list of str
        As they are installed by, in the order of `WITHOUT`.
    """
    return [name for name in WITHOUT if not _is_here(MODULES.get(name, name))]


@contextmanager
def needs(name: str, what: str) -> Iterator[None]:
    """Around the imports of a package that cnnlab can do without.

    Parameters
    ----------
    name : str
        By which it is installed.
    what : str
        What is asked for, in the plural: "Still pictures".

    Raises
    ------
    ModuleNotFoundError
        If it is missing, or something that it needs; the message says what cannot be done and what to install.
    """
    try:
        yield
    except ModuleNotFoundError as problem:
        gone = (problem.name or name).partition(".")[0]
        other = "" if gone in (name, MODULES.get(name)) else f" (and it needs {gone}, which is missing, too)"
        raise ModuleNotFoundError(
            f"{what} need the package {name}, which is missing here{other}: python -m pip install {name}. Everything "
            "else in cnnlab works without it.",
            name=gone,
        ) from None


class NoBar:
    """In the place of a bar of tqdm's where that is missing: nothing is shown.

    Parameters
    ----------
    items : iterable
        What is gone through.
    **options
        tqdm's own.
    """

    def __init__(self, items: Iterable[Any] = (), **options: Any) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        """Nothing is to be done."""

    def update(self, count: int = 1) -> None:
        """So many more are done.

        Parameters
        ----------
        count : int
            How many.
        """

    def set_description(self, words: str) -> None:
        """What is being done.

        Parameters
        ----------
        words : str
            A few.
        """


def bars() -> Any:
    """What makes bars of progress: tqdm's class for notebooks and terminals, or `NoBar`.

    Returns
    -------
    bars : type
        Takes what is gone through, and tqdm's options.
    """
    try:
        from tqdm.auto import tqdm  # takes longer to import than all of cnnlab
    except ModuleNotFoundError:
        return NoBar
    return tqdm


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
