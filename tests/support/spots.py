"""Small networks and a small task for the tests of networks and of training."""

import numpy as np

from cnnlab import layers as L
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import fit


def network(rng=0):
    """With everything that remembers: batch statistics, dropped values."""
    return Network([L.Conv2D(3, 3), L.BatchNorm(), L.ReLU(), L.Flatten(), L.Dropout(0.2), L.Dense(3)], (5, 5, 1), rng)


def small(dtype=np.float64, rng=0):
    """Something of everything, with an input that the first layers do not learn from."""
    return Network(
        [
            L.AveragePool2D(1),
            L.Conv2D(4, 3, padding="same"),
            L.BatchNorm(),
            L.PReLU(),
            L.MaxPool2D(2),
            L.Flatten(),
            L.Dropout(0.3),
            L.Dense(5),
            L.Tanh(),
            L.Dense(3),
        ],
        (6, 6, 2),
        rng=rng,
        dtype=dtype,
    )


def task(n=41, rng=0):
    """Where is the bright spot: left, in the middle, right?"""
    rng = np.random.default_rng(rng)
    y = rng.integers(0, 3, n)
    x = rng.normal(0, 0.3, (n, 5, 5, 1)).astype(np.float32)
    x[np.arange(n), 2, 1 + y] += 2
    return x, y


def train(net, epochs=4, **options):
    x, y = task()
    settings = dict(loss=CrossEntropy(), optimiser=SGD(0.05, momentum=0.9), batch=8, validation=task(20, 9)) | options
    return fit(net, x, y, epochs=epochs, **settings)


def same(one, two):
    mine, yours = one.weights(), two.weights()
    return mine.keys() == yours.keys() and all(np.array_equal(mine[name], yours[name]) for name in mine)


def numbers(history):
    """Everything in a history but its timing."""
    timing = ("seconds", "images_per_second")
    return [{key: value for key, value in row.items() if key not in timing} for row in history.epochs]


class Stop:
    """Interrupts the training in the middle of an epoch, as the stop button does."""

    def __init__(self, at):
        self.at, self.calls = at, 0

    def __call__(self, x, rng):
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt
        return x
