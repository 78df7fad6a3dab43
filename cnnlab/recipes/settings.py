"""What a recipe says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab.datasets.base import Dataset
from cnnlab.losses import Loss
from cnnlab.network import Network
from cnnlab.optimisers import Optimiser
from cnnlab.types import Array


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run gives.

    Parameters
    ----------
    name : str
        Of the network and the commands.
    about : str
        One line.
    data : function (split) -> Dataset
        split is "test" or "validation" (a part of the training set to choose settings by; the test set stays
        untouched).
    shape : tuple of int
        Of one image.
    network : function (Dataset, seed) -> Network
        Makes it untrained.
    loss : Loss
        As for `fit`.
    optimiser : function () -> Optimiser
        Makes a new one.
    epochs, batch, augment, seed : as for `fit`
    half : bool
        Keep the weights as float16.
    views : function x -> list of arrays, or None
        Other views of the same images, for a second figure.
    notes : dict
        More of its settings, for the log.
    names : tuple of str
        Of the classes.
    span : (float, float) or None
        The range of values of its images.
    origin : str
        Where its data come from, in words.
    """

    name: str
    about: str
    data: Callable[..., Dataset]
    shape: tuple[int, ...]
    network: Callable[[Dataset, int], Network]
    loss: Loss
    optimiser: Callable[[], Optimiser]
    epochs: int
    batch: int
    augment: Callable[[Array, np.random.Generator], Array] | None = None
    seed: int = 0
    half: bool = False
    views: Callable[[Array], Iterable[Array]] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    origin: str = "the recipe's own"

    def settings(self) -> dict[str, Any]:
        """The recipe, for the log of a run.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        return {
            "name": self.name,
            "about": self.about,
            "loss": self.loss.config(),
            "optimiser": self.optimiser().config(),
            "epochs": self.epochs,
            "batch": self.batch,
            "augment": None if self.augment is None else getattr(self.augment, "__name__", repr(self.augment)),
        } | self.notes


def held_out(data: Dataset, share: float = 0.1, seed: int = 1989) -> Dataset:
    """A data set whose test part is a share of the training part of another; that one's test part is dropped.

    Parameters
    ----------
    data : Dataset
        The other.
    share : float
        How much of its training part is held out.
    seed : int
        Decides which.

    Returns
    -------
    Dataset
    """
    order = np.random.default_rng(seed).permutation(len(data.x_train))
    count = max(1, round(share * len(order)))
    learn, check = np.sort(order[count:]), np.sort(order[:count])
    return Dataset(data.x_train[learn], data.y_train[learn], data.x_train[check], data.y_train[check], data.names)
