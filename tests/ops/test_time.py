"""Convolution in time."""

import itertools

import naive
import numpy as np
import pytest

from cnnlab import ops
from cnnlab.gradcheck import numeric_gradient, relative_error

EXACT = 1e-12


@pytest.mark.parametrize("padding", ["valid", "same", "full", 2])
@pytest.mark.parametrize("stride", [1, 3])
def test_conv1d_is_a_convolution_in_time(rng, padding, stride):
    h, w, b = rng.standard_normal((2, 9, 3)), rng.standard_normal((4, 3, 5)), rng.standard_normal(5)
    hp = np.pad(h, ((0, 0), naive.pads(4, padding), (0, 0)))
    expected = naive.conv2d(hp[:, :, None], w[:, None], b, "valid", (stride, 1))[:, :, 0]
    e = ops.conv1d(h, w, b, padding=padding, stride=stride)
    assert relative_error(e, expected) < EXACT
    de = rng.standard_normal(e.shape)

    def loss():
        return float((de * ops.conv1d(h, w, b, padding=padding, stride=stride)).sum())

    dh, dw = ops.conv1d_backward(de, h, w, padding=padding, stride=stride)
    assert relative_error(dh, numeric_gradient(loss, h)) < 1e-6 and relative_error(dw, numeric_gradient(loss, w)) < 1e-6


@pytest.mark.parametrize("name", ["sum_over_time", "max_over_time"])
def test_what_brings_frames_together_has_the_derivatives_of_its_formula(rng, name):
    h, w, b, de = (rng.standard_normal(shape) for shape in ((3, 5, 2), (2,), (2,), (3, 2)))
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    e, *kept = forward(h, w, b)
    together = h.sum(axis=1) if name == "sum_over_time" else h.max(axis=1)
    np.testing.assert_allclose(e, b + w * together)
    dh, dw, db = backward(de, *kept, w, 5)
    for array, gradient in ((h, dh), (w, dw), (b, db)):
        expected = numeric_gradient(lambda: float((de * forward(h, w, b)[0]).sum()), array)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)
    assert backward(de, *kept, w, 5, need_input=False)[0] is None


def test_the_shape_of_a_convolution_in_time_is_known_before(rng):
    for padding, stride in itertools.product(("valid", "same", "full", 2, (1, 3)), (1, 2)):
        e = ops.conv1d(rng.standard_normal((2, 7, 3)), rng.standard_normal((3, 3, 4)), padding=padding, stride=stride)
        assert e.shape == ops.conv1d_output_shape((2, 7, 3), (3, 3, 4), padding, stride)
