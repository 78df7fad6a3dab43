"""Dropout as a layer."""

import numpy as np

from cnnlab.layers import (
    Dropout,
)


def test_dropout_is_the_same_from_the_same_seed_and_silent_outside_of_training(rng):
    h = np.ones((4, 10))
    one, two = Dropout(0.5), Dropout(0.5)
    for layer in (one, two):
        layer.build((10,), np.random.default_rng(3), np.float64)
    first = one.forward(h, training=True)
    assert np.array_equal(first, two.forward(h, training=True))
    assert not np.array_equal(first, one.forward(h, training=True))
    assert np.array_equal(one.forward(h), h) and np.array_equal(one.backward(h), h)
