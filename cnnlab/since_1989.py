"""From 1989 to today, step by step: the zip-code network, and one after the other what was found later.

Each step keeps what the steps before it brought. `recipes.train(step, data)` trains one; benchmarks/zip_code_steps.py
measures them all on real zip codes, and `measured()` tells what it found. `rejection()` tells how the first of them,
the network as printed, compares with the paper (benchmarks/zip_code_rejection.py), `second_order()` what the paper's
own steps make of it (benchmarks/zip_code_second_order.py), `dense()` what a network without shared weights reaches
(benchmarks/zip_code_dense.py), `ideas()` what else was tried against the paper's errors (benchmarks/zip_code_ideas.py).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from cnnlab import datasets, models
from cnnlab.datasets.base import Dataset, embedded
from cnnlab.datasets.views import moved
from cnnlab.files import read_json
from cnnlab.losses import MSE, CrossEntropy, Loss
from cnnlab.network import Network
from cnnlab.optimisers import SGD, one_cycle
from cnnlab.recipes import Recipe
from cnnlab.types import Array

__all__ = [
    "DENSE",
    "STEPS",
    "dense",
    "ideas",
    "measured",
    "moved_on_paper",
    "online",
    "rejection",
    "second_order",
    "with_momentum",
]


def moved_on_paper(x: Array, rng: np.random.Generator) -> Array:
    """Digits moved by up to one pixel; there is more paper (-1) around them.

    Parameters
    ----------
    x : (N, 16, 16, 1)
        Images, -1 paper to 1 ink.
    rng : numpy Generator
        Decides where to.

    Returns
    -------
    shape and dtype of x
    """
    return moved(x, rng, most=1, outside=-1.0)


def _step(
    name: str,
    about: str,
    network: Callable[..., Network],
    loss: Loss,
    optimiser: Callable[[], SGD],
    epochs: int = 25,
    batch: int = 1,
    augment: Callable[[Array, np.random.Generator], Array] | None = None,
) -> Recipe:
    def of_seed(data: Dataset, seed: int) -> Network:
        return network(rng=seed)

    return Recipe(name, about, datasets.usps, (16, 16, 1), of_seed, loss, optimiser, epochs, batch, augment)


TANH, LATER = models.zip_code_1989, models.zip_code_later
SQUARES, ENTROPY = MSE(off=-1.0, on=1.0), CrossEntropy()


def online(eta: float) -> Callable[[], SGD]:
    """Steepest descent, one image after the other.

    Parameters
    ----------
    eta : float
        The largest learning rate.

    Returns
    -------
    function () -> SGD
    """
    return lambda: SGD(one_cycle(eta, warmup=0.1))


def with_momentum(eta: float) -> Callable[[], SGD]:
    """Momentum, for batches of images.

    Parameters
    ----------
    eta : float
        The largest learning rate.

    Returns
    -------
    function () -> SGD
    """
    return lambda: SGD(one_cycle(eta, warmup=0.1), momentum=0.9, nesterov=True)


STEPS = (
    _step("1989", "as printed", TANH, SQUARES, online(0.05)),
    _step("ReLU", "instead of tanh", partial(LATER, logits=False), SQUARES, online(0.05)),
    _step("cross-entropy", "over a softmax, instead of squared errors", LATER, ENTROPY, online(0.01)),
    _step("momentum", "and batches of 16", LATER, ENTROPY, with_momentum(0.02), batch=16),
    _step(
        "moved digits", "every digit by up to one pixel", LATER, ENTROPY, with_momentum(0.02), 50, 16, moved_on_paper
    ),
    _step(
        "dropout",
        "of one in ten of H3's units",
        partial(LATER, dropout=0.1),
        ENTROPY,
        with_momentum(0.02),
        50,
        16,
        moved_on_paper,
    ),
    _step(
        "max pooling",
        "instead of stride 2",
        partial(LATER, dropout=0.1, pooling=True),
        ENTROPY,
        with_momentum(0.02),
        50,
        16,
        moved_on_paper,
    ),
)
# The paper's comparison: as many weights, none of them shared.
DENSE = _step("fully connected", "40 hidden units", models.zip_code_dense, SQUARES, online(0.02))


def _found(name: str) -> Any:
    """What a benchmark wrote."""
    return read_json(embedded(f"measured/{name}.json"))


def measured() -> list[dict[str, Any]]:
    """What was measured on USPS.

    Returns
    -------
    list of dict
        One for each step: step, about, parameters, epochs, eta, and for several first weights test_errors and
        train_errors (fractions), with the seconds of one training.
    """
    steps: list[dict[str, Any]] = _found("zip_code_steps")["steps"]
    return steps


def rejection() -> dict[str, Any]:
    """What the bundled network of 1989 reaches on USPS.

    Returns
    -------
    dict
        train and test with loss (halved, which comes near the paper's), error and samples; refused, the share of test
        digits to be refused for an error of 1 % among the rest; the curve, the error among the rest for several shares
        refused; gaps, how far the best output is ahead for each test digit, the least first, and wrong, the places of
        those that are misread. Errors and shares are fractions.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    found: dict[str, Any] = _found("zip_code_rejection")
    return found


def second_order() -> dict[str, Any]:
    """What the network of 1989 reaches on USPS with a step size for every weight, from second derivatives.

    Returns
    -------
    dict
        eta, mu, epochs, and for several first weights test_errors and train_errors (fractions).
    """
    found: dict[str, Any] = _found("zip_code_second_order")
    return found


def dense() -> dict[str, Any]:
    """What a fully-connected network of as many weights reaches on USPS.

    Returns
    -------
    dict
        parameters, epochs, eta, and for several first weights test_errors, train_errors and refused, the share of test
        digits to be refused for an error of 1 % among the rest (fractions).

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    found: dict[str, Any] = _found("zip_code_dense")
    return found


def ideas() -> list[dict[str, Any]]:
    """What was tried with the network of 1989 on USPS, against the 5.0 % of its paper, and what came of it.

    Returns
    -------
    list of dict
        One for each idea, the network as printed first: idea, epochs, eta, and held_out, the mean errors on two
        stretches of the training digits that were held out. Where it was tested as well, test_errors and train_errors
        of several first weights, and together, the error of the mean of their outputs. Errors are fractions.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    found: list[dict[str, Any]] = _found("zip_code_ideas")["ideas"]
    return found
