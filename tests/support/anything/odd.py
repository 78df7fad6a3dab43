"""Networks that few people build: what shows any network of its layers has to show these."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.network import Network

PAIRS = np.kron(np.eye(2), np.ones((2, 3))) > 0  # two groups of maps

ODD = {
    "one score": lambda: Network([L.Conv2D(2, 3), L.ReLU(), L.Flatten(), L.Dense(1)], (6, 6, 1), rng=0),
    "one pixel": lambda: Network([L.Conv2D(1, 1), L.ReLU(), L.Flatten(), L.Dense(2)], (1, 1, 1), rng=0),
    "two channels, a border": lambda: Network(
        [L.Conv2D(3, (3, 2), padding="full", stride=(1, 2)), L.Tanh(), L.AveragePool2D(2), L.Flatten(), L.Dense(2)],
        (5, 7, 2),
        rng=0,
    ),
    "colour, three dense layers": lambda: Network(
        [
            L.Conv2D(10, 3, stride=2, padding="same"),
            L.LeakyReLU(),
            L.AveragePool2D(3, stride=2),
            L.Flatten(),
            L.Dense(7),
            L.Tanh(),
            L.Dense(5),
            L.Sigmoid(),
            L.Dense(3),
        ],
        (12, 10, 3),
        rng=0,
    ),
    "groups, no bias, a border of -1": lambda: Network(
        [
            L.Conv2D(4, 3, bias=None, padding="same", padding_value=-1.0),
            L.MaxPool2D(2, rectify=True),
            L.Conv2D(6, 2, connections=PAIRS),
            L.Decimate2D(2),
            L.PReLU(),
            L.Flatten(),
            L.Dense(2),
        ],
        (8, 9, 1),
        rng=0,
    ),
    "pooling first, a gate last": lambda: Network(
        [L.MaxPool2D(3, stride=2), L.ReLU(), L.Flatten(), L.Dense(4), L.ReLU(), L.Dense(2), L.ScaledTanh()],
        (7, 7, 1),
        rng=0,
    ),
    "nothing but one dense layer": lambda: Network([L.Flatten(), L.Dense(2)], (3, 4, 1), rng=0),
}

QUICK = ("one score", "two channels, a border")  # the others are tried where time is no matter


def some_slow(names, quick=QUICK):
    """As parameters of a test: all but these few of them marked as slow."""
    assert not {*quick} - {*names} or quick is QUICK, "a name is misspelt"
    return [pytest.param(name, marks=() if name in quick else pytest.mark.slow) for name in names]
