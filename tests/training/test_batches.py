"""Batches that batch normalisation can learn from."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import fit


def dense(dtype=np.float32):
    return Network([L.Dense(16), L.BatchNorm(), L.ReLU(), L.Dense(2)], (4,), dtype=dtype)


def blobs(n):
    rng = np.random.default_rng(0)
    y = np.arange(n) % 2
    return (rng.normal(size=(n, 4)) + 1.5 * y[:, None]).astype(np.float32), y


def train(network, x, y, batch, **options):
    settings = dict(loss=CrossEntropy(), optimiser=SGD(0.05), epochs=20, batch=batch, progress=False) | options
    return fit(network, x, y, **settings)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sample_that_would_be_alone_goes_with_the_step_before(dtype):
    net, by_hand = dense(dtype), dense(dtype)
    x, y = blobs(33)
    train(net, x, y, 32, shuffle=False)
    optimiser = SGD(0.05)
    for _ in range(20):
        by_hand.loss_and_gradients(x, y, CrossEntropy())
        optimiser.step(by_hand.learned, by_hand.gradients, 0.0)
    for name, array in by_hand.weights().items():
        np.testing.assert_array_equal(net.weights()[name], array)


@pytest.mark.parametrize(("samples", "batch", "steps"), [(33, 32, 1), (3, 2, 1), (65, 16, 4), (66, 16, 5), (64, 16, 4)])
def test_every_step_has_two_samples_and_none_is_left_out(samples, batch, steps):
    seen = []

    def augment(x, rng):
        seen.append(len(x))
        return x

    train(dense(), *blobs(samples), batch, epochs=1, augment=augment)
    assert len(seen) == steps and sum(seen) == samples and min(seen) >= 2


def test_steps_of_a_single_sample_are_refused_before_anything_is_computed():
    x, y = blobs(8)
    with pytest.raises(ValueError, match=r"batch must give every step at least 2 samples: norm1 norm.*batch=1"):
        train(dense(), x, y, 1)
    with pytest.raises(ValueError, match="x must give every step at least 2 samples"):
        train(dense(), x[:1], y[:1], 32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_other_way_learns_from_a_single_value_either(dtype):
    net = dense(dtype)
    before, x = net.weights(), np.ones((1, 4), dtype)
    with pytest.raises(ValueError, match=r"at least two values of each channel; this batch of 1 has 1"):
        net.forward(x, training=True)
    with pytest.raises(ValueError, match="at least two values"):
        net.loss_and_gradients(x, np.array([1]), CrossEntropy())
    assert all(np.array_equal(array, before[name]) for name, array in net.weights().items())
    assert np.isfinite(net.forward(x)).all() and np.isfinite(net.predict(x)).all()  # in use it knows its statistics


def test_maps_have_many_values_in_one_image():
    net = Network([L.Conv2D(2, 3), L.BatchNorm(), L.Flatten(), L.Dense(1)], (5, 5, 1))
    x = np.random.default_rng(0).normal(size=(3, 5, 5, 1)).astype(np.float32)
    seen = []
    train(net, x, np.ones(3), 2, loss=MSE(), epochs=1, augment=lambda x, rng: seen.append(len(x)) or x)
    assert seen == [2, 1]
