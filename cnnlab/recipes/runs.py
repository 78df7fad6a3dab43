"""What is done with recipes: data loaded, networks trained, bundled ones read, all of them measured."""

import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cnnlab import datasets, losses
from cnnlab.datasets.base import Dataset, embedded
from cnnlab.datasets.fitting import fitted
from cnnlab.datasets.own import REACH
from cnnlab.files import plain
from cnnlab.network import Network
from cnnlab.recipes.settings import Recipe, held_out
from cnnlab.recipes.table import RECIPES
from cnnlab.training import History, evaluate, fit
from cnnlab.types import Array


def recipe(name: str) -> Recipe:
    """The recipe of a network.

    Parameters
    ----------
    name : str
        One of RECIPES.

    Returns
    -------
    Recipe

    Raises
    ------
    ValueError
        For a name that has none.
    """
    if name == "alexnet_2012":
        raise ValueError(
            "name must be a network that can be trained here; alexnet_2012 needs ImageNet and a week, "
            "models.alexnet_2012() builds it untrained"
        )
    if name not in RECIPES:
        raise ValueError(f"name must be one of {', '.join(RECIPES)}; got {name!r}")
    return RECIPES[name]


def load(chosen: Recipe, path: str | Path | None = None, split: str = "test") -> tuple[Dataset, str]:
    """The data of a recipe, or of your own file or folder.

    Your own must hold images of the network's shape and range of values; what is done to make them so is told on
    stderr and in the words.

    Parameters
    ----------
    chosen : Recipe
        Whose network it is for.
    path : str, Path or None
        Your own file or folder, as for `datasets.own`.
    split : "test" or "validation"
        What the test part of the data set holds.

    Returns
    -------
    data : Dataset
    origin : str
        A few words on where it came from.

    Raises
    ------
    ValueError
        Where images cannot be made to fit, and whatever `datasets.own` raises.
    """
    if path is None:
        return chosen.data(split), chosen.origin
    reach = REACH if chosen.span is None else max(REACH, *chosen.span)
    data, done = fitted(datasets.own(path, size=chosen.shape[0], reach=reach), chosen.shape, chosen.span, path)
    where = Path(path)
    origin = where.name
    if where.is_file():
        with open(where, "rb") as file:
            origin += f", sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}"
    for words in done:
        print(plain(f"{path}: {words}"), file=sys.stderr)
        origin += f"; {words}"
    return (data if split == "test" else held_out(data)), origin


def train(
    chosen: Recipe,
    data: Dataset,
    seed: int | None = None,
    epochs: int | None = None,
    progress: bool | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> tuple[Network, History]:
    """Follow a recipe.

    Parameters
    ----------
    chosen : Recipe
        What to do.
    data : Dataset
        What to do it with, see `load`.
    seed, epochs : int or None
        Other than the recipe's.
    progress, checkpoint, resume : as for `fit`

    Returns
    -------
    network : Network
    history : History

    Raises
    ------
    TypeError, ValueError, Diverged
        As `fit`.
    """
    seed = chosen.seed if seed is None else seed
    network = chosen.network(data, seed)
    history = fit(
        network,
        data.x_train,
        data.y_train,
        loss=chosen.loss,
        optimiser=chosen.optimiser(),
        epochs=chosen.epochs if epochs is None else epochs,
        batch=chosen.batch,
        rng=seed,
        augment=chosen.augment,
        progress=progress,
        checkpoint=checkpoint,
        resume=resume,
    )
    return network, history


def bundled(name: str) -> Network:
    """The trained network that comes with cnnlab.

    Parameters
    ----------
    name : str
        Of its recipe.

    Returns
    -------
    Network

    Raises
    ------
    FileNotFoundError
        For one that has none.
    """
    return Network.load(embedded(f"weights/{name}.npz"))


def measure(
    network: Network, x: Array, y: Array, views: Callable[[Array], Iterable[Array]] | None = None
) -> dict[str, float]:
    """The figures of a network on samples it has not seen.

    Parameters
    ----------
    network : Network
        Trained.
    x : (N, *input_shape)
        The samples.
    y : (N,) labels
        What is right.
    views : function x -> list of arrays, or None
        Other views of the same images, such as mirrored ones.

    Returns
    -------
    dict
        error (a fraction), wrong, samples; with views also error_views, with the probabilities of all views averaged.

    Raises
    ------
    TypeError, ValueError
        For samples that do not fit, and targets that are no labels.
    """
    found = evaluate(network, x, y)
    if found.error is None:
        raise ValueError(f"y must be labels, whose errors can be counted; got {y.dtype} targets")
    figures = {"error": found.error, "wrong": round(found.error * found.samples), "samples": found.samples}
    if views is not None:
        mean: Any = sum(network.predict_proba(view) for view in (x, *views(x)))
        figures["error_views"] = float((losses.decide(mean) != y).mean())
    return figures
