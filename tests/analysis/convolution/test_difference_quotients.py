"""Difference quotients of a network's loss, against NumPy alone."""

import naive
import numpy as np
import pytest

from cnnlab import MSE, Network
from cnnlab.analysis.convolution import DifferenceQuotients, checked_networks, expected_errors
from cnnlab.gradcheck import relative_error
from cnnlab.layers import Conv2D, Dense, Flatten, ReLU, Tanh

STEPS = [1e-1, 1e-3, 1e-5]


@pytest.fixture
def quotients(rng):
    network = Network([Conv2D(2, 3), Tanh(), Flatten(), Dense(3)], (5, 5, 1), rng=1, dtype=np.float64)
    x, y = rng.normal(size=(4, 5, 5, 1)), rng.normal(size=(4, 3))
    return network, DifferenceQuotients(network, x, y, MSE())


def loss_at(network, quotients, place, change):
    p = network.parameters
    w = p["0.w"].copy()
    w[place] += change
    h = np.tanh(naive.conv2d(quotients.x, w, p["0.b"], "valid", (1, 1)))
    return float(((h.reshape(4, -1) @ p["3.w"] + p["3.b"] - quotients.y) ** 2).mean())


def test_losses_quotients_and_errors(quotients):
    network, found = quotients
    assert found.w_shape == (3, 3, 1, 2)
    for place in ((0, 0, 0, 0), (2, 1, 0, 1)):
        for both in (True, False):
            up, down, quotient = found.differences(place, STEPS, both, np.float64)
            errors = found.errors(place, STEPS, both, np.float64)
            for k, step in enumerate(STEPS):
                assert up[k] == pytest.approx(loss_at(network, found, place, step), rel=1e-13)
                low = loss_at(network, found, place, -step if both else 0.0)
                assert down[k if both else 0] == pytest.approx(low, rel=1e-13)
                assert quotient[k] == pytest.approx((up[k] - low) / (step * (2 if both else 1)), rel=1e-7)
                exact = found.gradient()[place]
                assert errors[k] == relative_error(quotient[k], exact)
        assert found.errors(place, [1e-5], True, np.float64)[0] < 1e-7


def test_both_precisions_and_nothing_is_changed(quotients):
    network, found = quotients
    before = network.weights()
    copies = {dtype: one.weights() for dtype, one in found.networks.items()}
    single = found.losses((1, 1, 0, 0), [0.0, 0.5], np.float32)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, found.losses((1, 1, 0, 0), [0.0, 0.5], np.float64), rtol=1e-5)
    loss, found.loss = found.loss, None  # each was computed once, and kept, whatever it was asked with
    np.testing.assert_array_equal(found.losses((1, 1, 0, 0), [0.5, 0.0], np.float32), single[::-1])
    found.loss = loss
    found.gradient()
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, before[name])
    for dtype, one in found.networks.items():
        for name, array in one.weights().items():
            np.testing.assert_array_equal(array, copies[dtype][name])


def test_the_loss_near_a_weight_is_a_share_of_what_the_gradient_promises(quotients):
    network, found = quotients
    place, turns, step = (1, 2, 0, 1), np.array([-1.0, 0.0, 0.5, 1.0]), 1e-4
    exact, here = found.gradient()[place], loss_at(network, found, place, 0.0)
    shares = found.relative_changes(place, step, turns, np.float64)
    expected = [(loss_at(network, found, place, turn * step) - here) / (step * abs(exact)) for turn in turns]
    np.testing.assert_allclose(shares, expected, atol=1e-8)
    np.testing.assert_allclose(shares, np.sign(exact) * turns, atol=0.01)
    assert shares[1] == 0 and found.relative_changes(place, step, turns, np.float32).dtype == np.float64


@pytest.mark.parametrize("order", [1, 2])
def test_errors_are_expected_to_grow_as_a_power_of_the_step_or_not_at_all(order):
    steps = np.array([1e-3, 1e-2, 1e-1, 1.0])
    np.testing.assert_allclose(expected_errors(steps, 0.2 * steps**order, order), 0.2 * steps**order)
    through = expected_errors(steps, np.array([1.0, 0.02**order, 0.1**order, 9.0]), order)
    if order == 1:  # by half as much as expected: near enough, and the larger step decides
        np.testing.assert_allclose(through, steps)
    else:
        assert through is None
    assert expected_errors(steps, 0.2 * steps ** (order + 1), order) is None
    assert expected_errors(steps, 1e-12 * steps**order, order) is None, "only rounding"


def test_the_checked_networks_differ_in_their_nonlinearity_alone():
    networks = checked_networks((6, 5, 1))
    kinds = {name: [type(layer) for layer in one][1:-2] for name, one in networks.items()}
    assert kinds == {"tanh": [Tanh], "ReLU": [ReLU], "none": []}
    weights = [list(one.weights().values()) for one in networks.values()]
    for others in weights[1:]:
        for one, other in zip(weights[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


def test_refusals_in_words():
    with pytest.raises(TypeError, match="network must be a Network; got int"):
        DifferenceQuotients(3, None, None, MSE())
    with pytest.raises(ValueError, match="network must have a Conv2D"):
        DifferenceQuotients(Network([Flatten(), Dense(2)], (3, 3, 1)), None, None, MSE())
