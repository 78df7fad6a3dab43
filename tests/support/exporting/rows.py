"""Rows of every kind of layer, in every way in which it can be built, and every bundled model."""

import numpy as np

from cnnlab import layers as L
from cnnlab import models
from cnnlab.layers.standardise import Standardise

TABLE = np.array([[1, 0, 1], [1, 1, 0]], bool)

# Each layer, in every way in which it can be built, with what it takes.
LAYERS = [
    ([L.Conv2D(3, 3)], (5, 6, 2)),
    ([L.Conv2D(2, (3, 4), stride=(2, 1), padding="same")], (6, 7, 3)),
    ([L.Conv2D(3, (3, 2), stride=2, padding="same", padding_value=0.5, connections=TABLE, bias="unit")], (5, 6, 2)),
    ([L.Conv2D(6, 3, padding="full", groups=2)], (4, 4, 4)),
    ([L.Conv2D(2, 4, stride=(2, 3), padding=2, bias=None)], (6, 7, 3)),
    ([L.Conv2D(2, 3, padding=(2, 0)), L.Conv2D(3, 2)], (5, 6, 2)),
    ([L.Conv1D(3, 3)], (6, 2)),
    ([L.Conv1D(2, 2, stride=2, padding="same", bias=None)], (7, 3)),
    ([L.Conv1D(3, 3, stride=2, padding=(1, 2), padding_value=0.5, bias="unit")], (8, 2)),
    ([L.Dense(3)], (4,)),
    ([L.Dense(2, bias=False), L.Dense(3)], (5,)),
    ([L.SumOverTime()], (5, 3)),
    ([L.MaxOverTime()], (5, 3)),
    ([L.Conv1D(4, 2), L.SumOverTime(), L.Dense(2)], (5, 3)),
    ([L.Conv1D(4, 2), L.MaxOverTime(), L.BatchNorm()], (5, 3)),
    ([L.MaxPool2D()], (4, 6, 2)),
    ([L.MaxPool2D(3, 2, rectify=True)], (8, 6, 2)),
    ([L.MaxPool2D((2, 3), (3, 1))], (9, 7, 2)),
    ([L.AveragePool2D(2, 1, rectify=True)], (4, 4, 2)),
    ([L.AveragePool2D(3, 2)], (8, 6, 2)),
    ([L.Decimate2D((2, 3))], (5, 5, 2)),
    ([L.Decimate2D(), L.Conv2D(2, 2)], (5, 5, 2)),
    ([L.Conv2D(2, 2), L.Decimate2D(1, rectify=True, size=(2, 3))], (4, 5, 2)),
    ([L.Decimate2D((3, 2), size=2)], (7, 7, 1)),
    ([L.Flatten(), L.Dense(2)], (2, 3, 2)),
    ([L.Conv2D(3, 2), L.Flatten(), L.Dense(2)], (3, 4, 2)),
    ([L.Conv1D(3, 2), L.Flatten(), L.Dense(2)], (4, 2)),
    ([L.LocalResponseNorm(3, 1.5, 0.4, 0.6)], (3, 3, 7)),
    ([L.LocalResponseNorm(alpha=0.1)], (4, 6)),
    ([L.LocalResponseNorm(alpha=0.1), L.Dense(2)], (6,)),
    ([L.BatchNorm(eps=0.1)], (3, 3, 2)),
    ([L.BatchNorm()], (5, 3)),
    ([L.BatchNorm()], (4,)),
    ([L.Dropout(0.4)], (4, 5)),
    ([L.Dropout(0.4), L.Dense(3), L.Dropout(0.4)], (4,)),
    ([Standardise()], (4,)),
    ([Standardise([0.1, 0.2], 3), L.Conv2D(2, 2)], (4, 4, 2)),
    ([L.Conv2D(2, 2), Standardise([0.1, 0.2], [2, 3])], (4, 4, 1)),
    ([L.Conv2D(2, 2), L.PReLU()], (4, 4, 1)),
    *(([kind()], (3, 4, 2)) for kind in (L.ReLU, L.PReLU, L.Sigmoid, L.Tanh, L.ScaledTanh, L.UnitStep, L.Signum)),
    ([L.LeakyReLU(0.1)], (7,)),
]
IDS = [f"{i}-{'-'.join(type(layer).__name__ for layer in row)}" for i, (row, _) in enumerate(LAYERS)]
MODELS = {
    "alexnet_lite": (models.alexnet_lite, 2),
    "alexnet_lite_bn": (models.alexnet_lite_bn, 2),
    "alexnet_tiny": (models.alexnet_tiny, 2),
    "tdnn sum": (models.tdnn, 3),
    "tdnn max": (lambda: models.tdnn("max"), 3),
    "tdnn dense": (lambda: models.tdnn("dense"), 3),
    "tdnn_digits": (models.tdnn_digits, 3),
    "zip_code_1989": (models.zip_code_1989, 3),
    "zip_code_dense": (models.zip_code_dense, 3),
    "zip_code_later": (lambda: models.zip_code_later(dropout=0.2, pooling=True), 3),
    "alexnet_2012": (lambda: models.alexnet_2012("zeros"), 1),
}


def fill(network, rng):
    """Biases, slopes and statistics that start as zeros and ones become something that a mistake would change."""
    for layer in network:
        for name, array in (layer.parameters | layer.state).items():
            if name in ("b", "beta", "mean"):
                array[...] = rng.normal(0, 0.3, array.shape)
            elif name in ("gamma", "variance", "slope") or (name == "w" and array.ndim == 1):
                array[...] = rng.uniform(0.5, 2, array.shape)
            elif name == "w" and not array.any():  # 61 million numbers are not drawn for a test
                some = rng.normal(0, 1.5 / np.sqrt(array[..., 0].size), 10007)
                array[...] = np.resize(some, array.shape)
