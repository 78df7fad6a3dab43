"""Nonlinearities."""

import math

import numpy as np
import pytest

from cnnlab import ops


def test_sigmoid_does_not_overflow():
    assert np.array_equal(ops.sigmoid(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


CASES = {
    "relu": (lambda e: max(e, 0.0), "h"),
    "leaky_relu": (lambda e: e if e > 0 else 0.01 * e, "e"),
    "sigmoid": (lambda e: 1 / (1 + math.exp(-e)), "h"),
    "tanh": (math.tanh, "h"),
    "scaled_tanh": (lambda e: 1.7159 * math.tanh(2 * e / 3), "h"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_is_its_formula_and_its_gradient_is_the_derivative(rng, name):
    formula, kept = CASES[name]
    e = rng.standard_normal((3, 4))
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    h = forward(e)
    np.testing.assert_allclose(h, np.vectorize(formula)(e), rtol=1e-12)
    dh, step = rng.standard_normal(e.shape), 1e-6
    expected = dh * (forward(e + step) - forward(e - step)) / (2 * step)
    np.testing.assert_allclose(backward(dh, h if kept == "h" else e), expected, rtol=1e-6, atol=1e-8)
    for dtype in (np.float32, np.float64):
        small = e.astype(dtype)
        assert forward(small).dtype == backward(small, small).dtype == dtype


def test_a_learned_slope_has_the_derivative_of_the_loss(rng):
    e, slope, dh, step = rng.standard_normal((5, 3)), np.array([0.1, 0.3, -0.2]), rng.standard_normal((5, 3)), 1e-6
    np.testing.assert_allclose(ops.prelu(e, slope), np.where(e > 0, e, slope * e))
    assert np.array_equal(ops.prelu(e, np.array(0.3))[:, 1], ops.prelu(e, slope)[:, 1])
    de, dslope = ops.prelu_backward(dh, e, slope)
    np.testing.assert_allclose(de, dh * np.where(e > 0, 1, slope))
    for c in range(3):
        high, low = slope + step * (np.arange(3) == c), slope - step * (np.arange(3) == c)
        expected = (dh * (ops.prelu(e, high) - ops.prelu(e, low))).sum() / (2 * step)
        assert dslope[c] == pytest.approx(expected, rel=1e-6)


def test_steps_jump_at_zero():
    e = np.array([-2.0, 0.0, 0.5], np.float32)
    assert ops.unit_step(e).tolist() == [0, 0, 1] and ops.signum(e).tolist() == [-1, 0, 1]
    assert ops.unit_step(e).dtype == ops.signum(e).dtype == np.float32
