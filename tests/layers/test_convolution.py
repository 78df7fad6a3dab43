"""Convolutions as layers."""

import numpy as np

from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Conv2D

TABLE = np.array([[1, 0, 1], [1, 1, 0]], bool)


def test_a_table_of_connections_keeps_its_zeros_through_gradients(rng):
    layer = Conv2D(3, (3, 2), stride=2, padding="same", padding_value=0.5, connections=TABLE, bias="unit")
    shape = (5, 6, 2)
    layer.build(shape, rng, np.float64)
    h = rng.standard_normal((2, *shape))
    d_out = rng.standard_normal(layer.forward(h).shape)
    layer.backward(d_out)

    def loss():
        return float((layer.forward(h) * d_out).sum())

    expected = numeric_gradient(loss, layer.parameters["w"]) * TABLE
    assert relative_error(layer.gradients["w"], expected) < 1e-6
    assert (layer.parameters["w"][:, :, ~TABLE] == 0).all() and (layer.gradients["w"][:, :, ~TABLE] == 0).all()
