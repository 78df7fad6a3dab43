"""Sums of many numbers lose no digits: statistics far from zero, gradients of what all pixels share."""

import numpy as np
import pytest

import cnnlab as nn
from cnnlab import ops
from cnnlab.network.executor import Executor


def test_a_million_times_a_tenth():
    """One after the other in float32 they come to 105,892."""
    tenths = np.full((1024, 32, 32, 1), 0.1, np.float32)
    exact = float(np.float32(0.1)) * tenths.size
    assert ops.conv2d_bias_gradient(tenths, (1,)) == pytest.approx(exact, rel=1e-6)
    mean, variance = ops.batch_statistics(tenths)
    assert mean == pytest.approx(0.1, rel=1e-6) and abs(variance[0]) < 1e-12
    _, _, db = ops.dense_backward(
        tenths.reshape(-1, 1), np.ones((tenths.size, 1), np.float32), np.ones((1, 1), np.float32)
    )
    assert db == pytest.approx(exact, rel=1e-6)
    dslope = ops.prelu_backward(tenths, -np.ones_like(tenths), np.zeros(1, np.float32))[1]
    assert dslope == pytest.approx(-exact, rel=1e-6)
    dgamma = ops.batch_norm_backward(tenths, np.ones_like(tenths), np.ones(1, np.float32), np.ones(1, np.float32))[1]
    assert dgamma == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("ratio", [1, 1e2, 1e3, 1e4, 1e5])
@pytest.mark.parametrize("first", [[], [nn.Conv2D(3, 1, bias=None)]], ids=["of the input", "of a convolution"])
def test_statistics_of_a_batch_far_from_zero(rng, ratio, first):
    """Deviation 1 around a mean of `ratio`: the compiled step in float32 against the layers in float64."""

    def made(dtype):
        layers = [*(type(layer)(3, 1, bias=None) for layer in first), nn.BatchNorm(), nn.Flatten(), nn.Dense(2)]
        network = nn.Network(layers, (6, 6, 3), 0, dtype)
        if first:
            network[0].parameters["w"][...] = np.eye(3)
        return network

    network, exact = made(np.float32), made(np.float64)
    x = (rng.standard_normal((40, 6, 6, 3)) + np.array([ratio, -ratio, 0])).astype(np.float32)
    y, loss = rng.integers(0, 2, 40), nn.CrossEntropy()
    _, e = Executor(network, network._flat, 40).loss_and_gradients(x, y, loss)
    expected = exact.forward(x.astype(np.float64), training=True)
    exact.backward(loss.gradient(expected, y))
    resolution = np.spacing(np.float32(ratio)) + 1e-5  # no better than the numbers themselves
    np.testing.assert_allclose(e, expected, atol=20 * resolution)
    place = len(first)
    for name, state in exact[place].state.items():
        np.testing.assert_allclose(network[place].state[name], state, rtol=20 * resolution, atol=20 * resolution)
    for name, gradient in exact.gradients.items():
        if first and name == "0.w":
            continue  # the errors of a batch add up to nothing, which a mean of 100,000 multiplies
        np.testing.assert_allclose(network.gradients[name], gradient, atol=50 * resolution, err_msg=name)


def test_a_network_learns_from_numbers_far_from_zero(rng):
    """Its variances became 0, and `fit` said that it diverged."""
    x = (rng.standard_normal((64, 4)) + 3000).astype(np.float32)
    y = (x.sum(axis=1) > 12000).astype(int)
    network = nn.Network([nn.BatchNorm(), nn.Dense(1)], (4,))
    history = nn.fit(network, x, y, loss=nn.BinaryCrossEntropy(), optimiser=nn.SGD(0.5), epochs=30, progress=False)
    assert history["loss"][-1] < 0.3 * history["loss"][0]


def test_the_bias_of_a_convolution_adds_up_all_its_errors(rng):
    """One pixel after the other in float32 loses the fourth digit."""
    network = nn.Network([nn.Conv2D(2, 1), nn.Flatten(), nn.Dense(1)], (64, 64, 1))
    network[2].parameters["w"][...] = 0.1
    x, y = np.zeros((64, 64, 64, 1), np.float32), np.full((64, 1), -1.0, np.float32)
    Executor(network, network._flat, 64).loss_and_gradients(x, y, nn.MSE())
    expected = 2 * 64 * 64 * float(np.float32(0.1))
    assert network.gradients["0.b"] == pytest.approx([expected] * 2, rel=2e-6)
