"""A straight line through points: its loss, slopes and curvature, and what other units make of them."""

import numpy as np
import pytest

from cnnlab import MSE
from cnnlab.analysis.landscape import curvatures
from cnnlab.analysis.learning.straight_line import StraightLine, in_other_units, points


def test_the_loss_is_that_of_the_engine_and_the_gradient_its_derivative(rng):
    x, y, u = rng.normal(size=9), rng.normal(size=9), rng.normal(size=2)
    line, step = StraightLine(x, y), 1e-5
    assert line.loss(u) == pytest.approx(MSE()((u[0] + u[1] * x)[:, None], y[:, None]))
    assert line.loss(np.stack([u, -u])) == pytest.approx([line.loss(u), line.loss(-u)])
    quotient = [(line.loss(u + d) - line.loss(u - d)) / (2 * step) for d in step * np.eye(2)]
    np.testing.assert_allclose(line.gradient(u), quotient, rtol=1e-6)
    np.testing.assert_allclose(np.mean([line.gradient(u, [row]) for row in range(9)], axis=0), line.gradient(u))
    np.testing.assert_allclose(curvatures(line, u), np.linalg.eigvalsh(line.hessian), rtol=1e-6)
    assert line.curvature() == pytest.approx(curvatures(line, u)[1])
    np.testing.assert_allclose(line.best, np.polynomial.polynomial.polyfit(x, y, 1))
    np.testing.assert_allclose(line.yhat(u, [0.0, 2.0]), [u[0], u[0] + 2 * u[1]])


@pytest.mark.parametrize(
    ("stretch", "shift", "least", "largest"), [(1, 0, 2, 2), (10**0.5, 0, 2, 20), (1, 1.5, 0.5, 8)]
)
def test_units_make_a_bowl_a_ravine_and_a_tilted_ravine_of_the_same_points(stretch, shift, least, largest):
    line, plain = in_other_units(stretch, shift), in_other_units()
    assert curvatures(line, (0.3, 0.4)) == pytest.approx((least, largest))
    assert np.array_equal(line.y, plain.y) and line.loss(line.best) == pytest.approx(plain.loss(plain.best))
    assert line.loss(line.best) == pytest.approx(0.09)
    z = (line.x - shift) / stretch
    np.testing.assert_allclose(line.yhat(line.best, line.x), 0.4 + 0.6 * z)
    assert [z.mean(), np.mean(z**2)] == pytest.approx([0, 1], abs=1e-12)
    assert np.array_equal(points(line)[0], line.x)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1.0, 2.0], [1.0], "x and y must be of one length"),
        ([1.0], [1.0], "at least two x different"),
        ([2.0, 2.0], [1.0, 3.0], "2 numbers, 1 different x"),
        ([1.0, np.nan], [1.0, 3.0], "x must"),
        ([[1.0, 2.0]], [1.0, 3.0], "x must"),
    ],
)
def test_what_is_no_row_of_points_is_refused_by_name(x, y, words):
    with pytest.raises(ValueError, match=words):
        StraightLine(x, y)
