"""Correction vectors: the sum written down once more, and the direction as a difference."""

import numpy as np
import pytest

from cnnlab.analysis.pieces.correction import Corrections


def network(f="ReLU"):
    return Corrections(np.array([0.5, -1.0]), np.array([[1.0, 2.0], [-2.0, 0.5]]), np.array([-1.0, 0.5]), f)


@pytest.mark.parametrize(
    ("f", "plain"),
    [
        ("ReLU", lambda e: max(e, 0.0)),
        ("unit step", lambda e: 1.0 if e > 0 else 0.0),
        ("sigmoid", lambda e: 1 / (1 + np.exp(-e))),
    ],
)
def test_the_output_is_the_bias_and_every_vector_scaled_by_its_activation(f, plain):
    for z in (-1.5, -0.3, 0.5, 1.7):
        h = [plain(z + 1.0), plain(z - 0.5)]
        expected = [0.5 + h[0] * 1.0 - h[1] * 2.0, -1.0 + h[0] * 2.0 + h[1] * 0.5]
        np.testing.assert_allclose(network(f).outputs(np.array([z]))[0], expected)
        chain = network(f).chain(z)
        np.testing.assert_allclose(chain[[0, 1, -1]], [[0.5, -1], [0.5 + h[0], -1 + 2 * h[0]], expected])


@pytest.mark.parametrize("f", ["ReLU", "sigmoid"])
def test_the_direction_is_the_derivative(f):
    for z in (-1.5, -0.3, 1.7):
        ahead, behind = (network(f).outputs(np.array([z + step]))[0] for step in (1e-6, -1e-6))
        np.testing.assert_allclose(network(f).direction(z), (ahead - behind) / 2e-6, atol=1e-6)


def test_the_way_of_steps_jumps_between_neighbouring_numbers():
    z, yhat = network("unit step").way(2.0)
    at = np.flatnonzero(np.abs(np.diff(yhat, axis=0)).max(axis=1))
    np.testing.assert_allclose(z[at], [-1.0, 0.5])
    np.testing.assert_allclose(np.diff(yhat, axis=0)[at], [[1.0, 2.0], [-2.0, 0.5]])
    assert (z[at + 1] - z[at] < 1e-12).all()
