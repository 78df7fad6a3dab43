"""How each network of the series is trained: data, settings and seed, so that one command gives the same weights again.

`python -m cnnlab train NAME` follows a recipe, `python -m cnnlab evaluate NAME` measures what came of it.
"""

import hashlib
import inspect
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cnnlab import datasets, models, ops
from cnnlab.datasets.base import Dataset, embedded
from cnnlab.datasets.downloads import CIFAR10, DIGITS, pinned
from cnnlab.datasets.fitting import fitted
from cnnlab.datasets.own import REACH
from cnnlab.datasets.pictures import NAMES
from cnnlab.datasets.spoken import shifted
from cnnlab.datasets.syllables import CONSONANTS
from cnnlab.datasets.views import mirrored, moved_and_mirrored, moved_mirrored_and_cut
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, one_cycle
from cnnlab.training import evaluate, fit


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a training run gives.

    name : of the network and the commands; about : one line. data : function (split) -> Dataset, split "test" or
    "validation" (a part of the training set to choose settings by; the test set stays untouched). shape : of one image.
    network : function (Dataset, seed) -> Network. loss, optimiser : as for `fit`, the optimiser as a function that
        makes a new one.
    epochs, batch, augment, seed : as for `fit`. half : keep the weights as float16. views : function x -> other views
        of the same images, for a second figure.
    """

    name: str
    about: str
    data: Callable
    shape: tuple
    network: Callable
    loss: object
    optimiser: Callable
    epochs: int
    batch: int
    augment: Callable | None = None
    seed: int = 0
    half: bool = False
    views: Callable | None = None
    notes: dict = field(default_factory=dict)
    names: tuple = ()
    span: tuple | None = None
    origin: str = "the recipe's own"

    def settings(self):
        """The recipe as plain data, for the log of a run."""
        return {
            "name": self.name,
            "about": self.about,
            "loss": self.loss.config(),
            "optimiser": self.optimiser().config(),
            "epochs": self.epochs,
            "batch": self.batch,
            "augment": None if self.augment is None else self.augment.__name__,
        } | self.notes


def held_out(data, share=0.1, seed=1989):
    """A Dataset whose test part is a share of the training part of `data`, drawn by a seed; the test part is
    dropped.
    """
    order = np.random.default_rng(seed).permutation(len(data.x_train))
    count = max(1, round(share * len(order)))
    learn, check = np.sort(order[count:]), np.sort(order[:count])
    return Dataset(data.x_train[learn], data.y_train[learn], data.x_train[check], data.y_train[check], data.names)


def _split(load):
    """A data function that takes the validation part out of the training part."""

    def data(split="test"):
        return load() if split == "test" else held_out(load())

    return data


def _generated(make):
    """In words: a data set that is generated, with all arguments of the function that makes it."""
    arguments = (f"{name}={parameter.default!r}" for name, parameter in inspect.signature(make).parameters.items())
    return f"datasets.{make.__name__}({', '.join(arguments)})"


def _downloaded(load, name):
    """In words: a data set that is downloaded, with the sha256 of what it is read from."""
    return f"datasets.{load.__name__}(): {name} ({pinned(name)})"


def _statistics(x):
    """Mean and deviation of every channel, rounded: they become part of the network."""
    return [np.round(v, 4).tolist() for v in ops.channel_statistics(x)]


def _for_images(make):
    """A network for the images of a data set, their mean and deviation built in."""
    return lambda data, seed: make(*_statistics(data.x_train), classes=len(data.names), rng=seed)


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "tdnn",
            "the time-delay network of 1988 on synthetic /b/, /d/ and /g/ syllables",
            data=_split(datasets.syllables),
            shape=(15, 16),
            network=lambda data, seed: models.tdnn(rng=seed),
            loss=MSE(),
            optimiser=lambda: SGD(one_cycle(1.0), momentum=0.9),
            epochs=40,
            batch=10,
            names=CONSONANTS,
            span=(-1.0, 1.0),
            origin=_generated(datasets.syllables),
        ),
        Recipe(
            "tdnn_digits",
            "a time-delay network on real speech: spoken digits of six speakers",
            data=datasets.spoken_digits,
            shape=(64, 24),
            network=lambda data, seed: models.tdnn_digits(rng=seed),
            loss=CrossEntropy(),
            optimiser=lambda: SGD(one_cycle(0.02), momentum=0.9, decay=5e-4),
            epochs=15,
            batch=32,
            augment=shifted,
            names=DIGITS,
            span=(-10.0, 10.0),  # log energies of mean 0 and deviation 1
            origin=_downloaded(datasets.spoken_digits, "fsdd"),
        ),
        Recipe(
            "zip_code_1989",
            "the network of 1989 on the handwritten zip codes of USPS, one image after the other",
            data=_split(datasets.usps),
            shape=(16, 16, 1),
            network=lambda data, seed: models.zip_code_1989(rng=seed),
            loss=MSE(off=-1.0, on=1.0),
            optimiser=lambda: SGD(one_cycle(0.05, warmup=0.1)),
            epochs=25,
            batch=1,
            seed=2,  # of five, the one with the fewest errors on validation images
            names=DIGITS,
            span=(-1.0, 1.0),
            origin=_downloaded(datasets.usps, "usps"),
        ),
        Recipe(
            "alexnet_lite",
            "the ingredients of 2012 on CIFAR-10: ReLU, overlapping pooling, response normalisation, dropout",
            data=_split(datasets.cifar10),
            shape=(32, 32, 3),
            network=_for_images(models.alexnet_lite),
            loss=CrossEntropy(),
            optimiser=lambda: SGD(one_cycle(0.03, warmup=0.2), momentum=0.9, nesterov=True, decay=1e-3),
            epochs=30,
            batch=128,
            augment=moved_and_mirrored,
            half=True,
            views=lambda x: [mirrored(x)],
            names=CIFAR10,
            span=(0.0, 1.0),
            origin=_downloaded(datasets.cifar10, "cifar10"),
        ),
        Recipe(
            "alexnet_lite_bn",
            "AlexNet-lite with batch norm on CIFAR-10",
            data=_split(datasets.cifar10),
            shape=(32, 32, 3),
            network=_for_images(models.alexnet_lite_bn),
            loss=CrossEntropy(smoothing=0.1),
            optimiser=lambda: SGD(one_cycle(0.1, warmup=0.2), momentum=0.9, nesterov=True, decay=5e-4),
            epochs=24,
            batch=128,
            augment=moved_mirrored_and_cut,
            half=True,
            views=lambda x: [mirrored(x)],
            names=CIFAR10,
            span=(0.0, 1.0),
            origin=_downloaded(datasets.cifar10, "cifar10"),
        ),
        Recipe(
            "alexnet_tiny",
            "a small network on generated pictures, trained while one watches",
            data=_split(datasets.pictures),
            shape=(32, 32, 3),
            network=_for_images(models.alexnet_tiny),
            loss=CrossEntropy(),
            optimiser=lambda: SGD(one_cycle(0.02), momentum=0.9, decay=1e-4),
            epochs=8,
            batch=50,
            names=NAMES,
            span=(0.0, 1.0),
            origin=_generated(datasets.pictures),
        ),
    )
}


def recipe(name):
    """The recipe of a network. Raises ValueError for a name that has none."""
    if name == "alexnet_2012":
        raise ValueError(
            "name must be a network that can be trained here; alexnet_2012 needs ImageNet and a week, "
            "models.alexnet_2012() builds it untrained"
        )
    if name not in RECIPES:
        raise ValueError(f"name must be one of {', '.join(RECIPES)}; got {name!r}")
    return RECIPES[name]


def load(chosen, path=None, split="test"):
    """The data of a recipe, or of your own file or folder: -> (Dataset, a few words on where it came from).

    Your own must hold images of the network's shape and range of values; what is done to make them so is told on
    stderr and in the words. Raises ValueError where that cannot be done, and whatever `datasets.own` raises.
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
        print(f"{path}: {words}", file=sys.stderr)
        origin += f"; {words}"
    return (data if split == "test" else held_out(data)), origin


def known_names(chosen, weights=None):
    """The names of the classes that a network tells apart: the bundled one of a recipe, or that of a weights file.

    They stand in the log beside the weights, NAME.json. -> tuple of str, empty if there is no log that names them.
    """
    if weights is None:
        return chosen.names
    try:
        return tuple(json.loads(Path(weights).with_suffix(".json").read_text(encoding="utf-8"))["names"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def train(chosen, data, seed=None, epochs=None, progress=None, checkpoint=None, resume=False):
    """Follow a recipe -> (Network, History). seed, epochs : other than the recipe's; the rest as for `fit`."""
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


def bundled(name):
    """The trained network that comes with cnnlab. Raises FileNotFoundError for one that has none."""
    return Network.load(embedded(f"weights/{name}.npz"))


def log(name):
    """What was measured when the bundled network was trained, as plain data: recipe, seed, figures, every epoch.

    Raises FileNotFoundError for a network that has none.
    """
    return json.loads(embedded(f"weights/{name}.json").read_text(encoding="utf-8"))


def measure(network, x, y, views=None):
    """The figures of a network on samples it has not seen, as plain data: error (a fraction), wrong, samples.

    views : function x -> other views of the same images (such as mirrored ones); then also error_views, with the
    probabilities of all views averaged.
    """
    found = evaluate(network, x, y)
    figures = {"error": found.error, "wrong": round(found.error * found.samples), "samples": found.samples}
    if views is not None:
        yhat = CrossEntropy().yhat
        mean = sum(yhat(network.predict(view)) for view in (x, *views(x)))
        figures["error_views"] = float((mean.argmax(1) != y).mean())
    return figures
