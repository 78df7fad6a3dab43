"""Normalisation as layers."""

import numpy as np

from cnnlab.layers import (
    BatchNorm,
)


def test_batch_norm_learns_the_statistics_that_it_uses_afterwards(rng):
    layer = BatchNorm(momentum=0.5)
    layer.build((3,), rng, np.float64)
    for _ in range(60):
        layer.forward(rng.normal([1.0, -2.0, 0.0], [2.0, 1.0, 0.5], (500, 3)), training=True)
    assert np.allclose(layer.state["mean"], [1, -2, 0], atol=0.15)
    out = layer.forward(rng.normal([1.0, -2.0, 0.0], [2.0, 1.0, 0.5], (4000, 3)))
    assert np.allclose(out.mean(0), 0, atol=0.15) and np.allclose(out.std(0), 1, atol=0.1)
