"""Where the log of a training run lies, and what ties it to its weights."""

import hashlib
from pathlib import Path
from typing import Any, cast

from cnnlab.datasets.base import embedded
from cnnlab.files import PathLike, opened, read_json
from cnnlab.recipes.settings import Recipe

ENDING = ".npz"


def log_place(weights: PathLike) -> Path:
    """Where the log of a file of weights lies: a.json for a.npz, eta0.02.json for eta0.02.

    Nothing else than .npz is taken for an ending: what follows a point may tell two runs apart.

    Parameters
    ----------
    weights : str or Path
        The file.

    Returns
    -------
    Path
    """
    path = Path(weights)
    ends = path.name.lower().endswith(ENDING) and len(path.name) > len(ENDING)
    return path.with_name((path.name[: -len(ENDING)] if ends else path.name) + ".json")


def sum_of(weights: PathLike) -> str:
    """What a log says of its weights, and nothing else has: the sha256 of the file.

    Parameters
    ----------
    weights : str or Path
        The file.

    Returns
    -------
    str

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it cannot be read.
    """
    with opened(weights, "weights") as file:
        return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()


def log_of(weights: PathLike) -> dict[str, Any] | None:
    """The log beside a file of weights.

    Parameters
    ----------
    weights : str or Path
        The file.

    Returns
    -------
    dict or None
        None if there is no file in its place, or one that is no log.

    Raises
    ------
    ValueError
        For a log that belongs to other weights, and for a damaged one; the message names it.
    """
    place = log_place(weights)
    if not place.exists():
        return None
    log = read_json(place)
    if not is_log(log):
        return None
    names = log.get("names", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{place} is damaged: names must be a list of texts; got {str(names)[:80]}")
    # The logs of the first versions have no sum.
    if "weights" in log and log["weights"] != sum_of(weights):
        raise ValueError(
            f"{place} is the log of other weights than {weights}: their sha256 was {str(log['weights'])[:80]}, this is "
            f"{sum_of(weights)}. Take the two files of one run, or move the log away"
        )
    return log


def is_log(found: Any) -> bool:
    """Whether what a JSON file says is the log of a training run.

    Parameters
    ----------
    found : object
        What it says.

    Returns
    -------
    bool
    """
    return isinstance(found, dict) and isinstance(found.get("recipe"), dict) and "epochs" in found


def known_names(chosen: Recipe, weights: PathLike | None = None) -> tuple[str, ...]:
    """The names of the classes that a network tells apart: the bundled one of a recipe, or that of a weights file.

    Parameters
    ----------
    chosen : Recipe
        Of the network.
    weights : str, Path or None
        A file of weights; the names stand in the log beside it.

    Returns
    -------
    tuple of str
        Empty if there is no log that names them.

    Raises
    ------
    ValueError
        For a log that belongs to other weights, and for a damaged one; the message names it.
    """
    if weights is None:
        return chosen.names
    return tuple((log_of(weights) or {}).get("names", ()))


def log(name: str) -> dict[str, Any]:
    """What was measured when the bundled network was trained.

    Parameters
    ----------
    name : str
        Of its recipe.

    Returns
    -------
    dict
        Plain data: recipe, seed, figures, every epoch.

    Raises
    ------
    FileNotFoundError
        For a network that has none.
    ValueError
        If the log belongs to other weights.
    """
    embedded(f"weights/{name}.json")  # says where it was looked for
    return log_of(embedded(f"weights/{name}.npz")) or {}
