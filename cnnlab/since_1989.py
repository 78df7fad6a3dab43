"""From 1989 to today, step by step: the zip-code network, and one after the other what was found later.

Each step keeps what the steps before it brought. `recipes.train(step, data)` trains one; benchmarks/zip_code_steps.py
measures them all on real zip codes, and `measured()` tells what it found. `rejection()` tells how the first of them,
the network as printed, compares with the paper (benchmarks/zip_code_rejection.py), `second_order()` what the paper's
own steps make of it (benchmarks/zip_code_second_order.py).
"""

import json
from functools import partial

from cnnlab import datasets, models
from cnnlab.datasets.base import embedded
from cnnlab.datasets.views import moved
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.optimisers import SGD, one_cycle
from cnnlab.recipes import Recipe


def moved_on_paper(x, rng):
    """Digits moved by up to one pixel; there is more paper (-1) around them."""
    return moved(x, rng, most=1, outside=-1.0)


def _step(name, about, network, loss, optimiser, epochs=25, batch=1, augment=None):
    def of_seed(data, seed):
        return network(rng=seed)

    return Recipe(name, about, datasets.usps, (16, 16, 1), of_seed, loss, optimiser, epochs, batch, augment)


TANH, LATER = models.zip_code_1989, models.zip_code_later
SQUARES, ENTROPY = MSE(off=-1.0, on=1.0), CrossEntropy()


def online(eta):
    """Steepest descent, one image after the other."""
    return lambda: SGD(one_cycle(eta, warmup=0.1))


def with_momentum(eta):
    """Momentum, for batches of images."""
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


def measured():
    """What was measured on USPS, one dict for each step: step, about, parameters, epochs, eta, and for several first
    weights test_errors and train_errors (fractions), with the seconds of one training.
    """
    return json.loads(embedded("measured/zip_code_steps.json").read_text(encoding="utf-8"))["steps"]


def rejection():
    """What the bundled network of 1989 reaches on USPS, as plain data: train and test with loss (halved, which comes
    near the paper's), error and samples; refused, the share of test digits to be refused for an error of 1 % among the
    rest; and the curve, the error among the rest for several shares refused. Errors and shares are fractions.
    """
    return json.loads(embedded("measured/zip_code_rejection.json").read_text(encoding="utf-8"))


def second_order():
    """What the network of 1989 reaches on USPS with a step size for every weight, from second derivatives, as plain
    data: eta, mu, epochs, and for several first weights test_errors and train_errors (fractions).
    """
    return json.loads(embedded("measured/zip_code_second_order.json").read_text(encoding="utf-8"))
