"""Bent surfaces: gradients as differences, light that is one brightness a facet, zeros, lines in a window."""

import numpy as np
import pytest

from cnnlab.analysis.pieces.surface import TwoLayers, lighting, segments, zeros

NETWORK = TwoLayers(
    np.array([[1.0, -0.5, 0.3], [0.2, 1.0, -1.0]]), np.array([0.3, -0.4, 0.1]), np.array([1.0, -2.0, 0.5]), 0.7
)


def by_hand(x1, x2):
    total = 0.7
    for k in range(3):
        total += NETWORK.v[k] * max(NETWORK.w[0, k] * x1 + NETWORK.w[1, k] * x2 + NETWORK.b[k], 0.0)
    return total


def test_the_output_and_its_gradient_are_those_of_the_sum(rng):
    points = rng.normal(size=(30, 2))
    yhat, gradient = NETWORK.at(points)[2], NETWORK.gradient(points)
    for (x1, x2), y, slope in zip(points, yhat, gradient, strict=True):
        assert y == pytest.approx(by_hand(x1, x2))
        away = np.abs(np.array([x1, x2]) @ NETWORK.w + NETWORK.b).min()
        if away > 1e-5:
            step = 1e-6
            assert slope[0] == pytest.approx((by_hand(x1 + step, x2) - by_hand(x1 - step, x2)) / (2 * step), abs=1e-6)
            assert slope[1] == pytest.approx((by_hand(x1, x2 + step) - by_hand(x1, x2 - step)) / (2 * step), abs=1e-6)


def test_a_cut_is_the_function_along_it_and_bends_at_its_knots_only():
    x1, h, yhat, knots, at_knots = NETWORK.along(-0.3, 2.0)
    np.testing.assert_allclose(at_knots, [by_hand(knot, -0.3) for knot in knots], atol=1e-9)
    for x, active, y in zip(x1, h, yhat, strict=True):
        assert y == pytest.approx(by_hand(x, -0.3)) and (active >= 0).all()
    slopes = np.diff(yhat) / np.where(np.diff(x1) > 1e-9, np.diff(x1), np.nan)
    bends = x1[1:-1][np.abs(np.diff(slopes)) > 1e-6]
    assert len(bends) and all(np.abs(knots - at).min() < 1e-9 for at in bends)


def test_points_on_the_wrong_side_are_counted(rng):
    points, labels = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    expected = sum((by_hand(*point) > 0) != label for point, label in zip(points, labels, strict=True))
    assert NETWORK.wrong(points, labels) == expected


def test_light_comes_from_the_upper_left_and_a_level_place_keeps_its_colour():
    slopes = np.array([[0.0, 0.0], [1.0, -1.0], [-1.0, 1.0]])  # level; rising to the lower right; to the upper left
    light = lighting(slopes, 1.0)
    assert light[0] == 0 and light[1] > 0.3 and light[2] < -0.3
    many = lighting(np.random.default_rng(0).normal(size=(400, 2)) * 5, 1.0)
    assert np.abs(many).max() <= 1 and np.isfinite(lighting(slopes, 0.0)).all()


def test_the_line_of_zeros_lies_where_the_sum_is_zero_and_parts_the_signs():
    line = zeros(NETWORK, 2.0)
    pieces = line.reshape(-1, 3, 2)
    assert len(pieces) > 1 and np.isnan(pieces[:, 2]).all() and np.abs(pieces[:, :2]).max() <= 2 + 1e-9
    for start, end, _ in pieces:
        for t in (0.0, 0.3, 1.0):
            assert by_hand(*(start + t * (end - start))) == pytest.approx(0, abs=1e-9)
    ticks = np.linspace(-2, 2, 201)
    sign = np.array([[by_hand(x1, x2) > 0 for x1 in ticks] for x2 in ticks])
    rows, columns = np.nonzero(sign[:, 1:] != sign[:, :-1])
    along = np.concatenate([start + np.linspace(0, 1, 400)[:, None] * (end - start) for start, end, _ in pieces])
    for row, column in zip(rows, columns, strict=True):
        assert np.hypot(*(along - (ticks[column], ticks[row])).T).min() < 0.05


def test_a_facet_that_is_zero_all_over_and_a_surface_without_zeros_have_no_line():
    flat = TwoLayers(np.array([[1.0], [0.0]]), np.zeros(1), np.ones(1), 0.0)
    assert zeros(flat, 2.0).shape == (3, 2), "the edge, seen from its upper side"
    assert zeros(TwoLayers(flat.w, flat.b, flat.v, 1.0), 2.0).shape == (0, 2)


def test_what_a_window_shows_of_a_line_lies_on_it_and_ends_at_the_sides(rng):
    w, b = rng.normal(size=(2, 40)), 2 * rng.normal(size=40)
    w[:, 0] = 0.0
    w[0, 1], w[1, 2] = 0.0, 0.0  # level and upright
    found = segments(w, b, 2.0)
    fine = np.stack(np.meshgrid(*[np.linspace(-2, 2, 201)] * 2), -1)
    for k in range(40):
        side = fine @ w[:, k] + b[k] > 0
        crosses = side.any() and not side.all()
        assert np.isnan(found[k]).any() != (crosses and k > 0)
        if not np.isnan(found[k]).any():
            np.testing.assert_allclose(found[k] @ w[:, k] + b[k], 0, atol=1e-9)
            np.testing.assert_allclose(np.abs(found[k]).max(axis=1), 2.0)
