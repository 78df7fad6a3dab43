"""Convolutions as layers."""

import numpy as np

from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import (
    AveragePool2D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Decimate2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    PReLU,
    ReLU,
    ScaledTanh,
    Sigmoid,
    SumOverTime,
    Tanh,
)

TABLE = np.array([[1, 0, 1], [1, 1, 0]], bool)
TRAINABLE = [
    (Conv2D(3, 3), (5, 6, 2)),
    (Conv2D(3, (3, 2), stride=2, padding="same", padding_value=0.5, connections=TABLE, bias="unit"), (5, 6, 2)),
    (Conv2D(4, 3, padding="full", groups=2), (4, 4, 2)),
    (Conv2D(2, 4, stride=(2, 3), padding=2, bias=None), (6, 7, 3)),
    (Conv1D(3, 3), (6, 2)),
    (Conv1D(2, 2, stride=2, padding="same", bias=None), (7, 3)),
    (Conv1D(3, 3, stride=2, padding=1, padding_value=0.5, bias="unit"), (8, 2)),
    (Dense(3), (4,)),
    (Dense(2, bias=False), (5,)),
    (SumOverTime(), (5, 3)),
    (ReLU(), (3, 4, 2)),
    (LeakyReLU(0.1), (7,)),
    (PReLU(), (4, 3)),
    (Sigmoid(), (3,)),
    (Tanh(), (3, 2)),
    (ScaledTanh(), (3,)),
    (MaxPool2D(), (4, 6, 2)),
    (MaxPool2D(3, 2, rectify=True), (7, 7, 2)),
    (AveragePool2D(2, 1, rectify=True), (4, 4, 2)),
    (Decimate2D((2, 3)), (5, 5, 2)),
    (Decimate2D(), (5, 5, 2)),
    (Decimate2D(size=3), (7, 7, 2)),
    (Decimate2D(1, rectify=True, size=(2, 3)), (4, 5, 2)),
    (Decimate2D((3, 2), size=2), (7, 7, 1)),
    (Flatten(), (2, 3, 2)),
    (LocalResponseNorm(alpha=0.1), (3, 3, 7)),
    (BatchNorm(), (3, 3, 2)),
    (BatchNorm(), (4,)),
    (Dropout(0.4), (4, 5)),
]


def test_a_table_of_connections_keeps_its_zeros_through_gradients(rng):
    layer, shape = TRAINABLE[1]
    layer.build(shape, rng, np.float64)
    h = rng.standard_normal((2, *shape))
    d_out = rng.standard_normal(layer.forward(h).shape)
    layer.backward(d_out)

    def loss():
        return float((layer.forward(h) * d_out).sum())

    expected = numeric_gradient(loss, layer.parameters["w"]) * TABLE
    assert relative_error(layer.gradients["w"], expected) < 1e-6
    assert (layer.parameters["w"][:, :, ~TABLE] == 0).all() and (layer.gradients["w"][:, :, ~TABLE] == 0).all()
