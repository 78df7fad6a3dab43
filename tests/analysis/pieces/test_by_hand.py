"""Fits by hand: the function through points, the best one found, and a score that never exceeds one."""

import itertools

import numpy as np
import pytest

from cnnlab.analysis.pieces import by_hand

X = np.linspace(-2, 2, 81)


def test_the_units_run_through_the_points_and_v_is_the_change_of_slope():
    knots, heights = np.array([-1.5, 0.0, 0.5]), np.array([0.2, 1.0, -1.0, 0.5])
    units = by_hand.through(knots, heights, 2.0)
    np.testing.assert_allclose(units.layer(X)[2], np.interp(X, [*knots, 2.0], heights), atol=1e-12)
    np.testing.assert_allclose(by_hand.heights_of(units, 2.0), heights)
    slopes = np.diff(heights) / np.diff([*knots, 2.0])
    np.testing.assert_allclose(units.v[:, 0], [slopes[0], slopes[1] - slopes[0], slopes[2] - slopes[1]])
    assert by_hand.error_of(knots, heights, X, np.zeros(81)) == pytest.approx(np.mean(units.layer(X)[2] ** 2))


def test_no_other_heights_are_better_than_the_fitted_ones(rng):
    knots, t = np.array([-1.0, 0.2, 1.1]), np.sin(3 * X)
    fit = by_hand.fitted(knots, X, t)
    assert fit.error == pytest.approx(by_hand.error_of(fit.knots, fit.heights, X, t))
    for _ in range(50):
        assert by_hand.error_of(knots, fit.heights + 0.05 * rng.normal(size=4), X, t) > fit.error


@pytest.mark.parametrize(
    "target", [lambda x: np.sin(np.pi * x), lambda x: x * x / 2 - 1, lambda x: np.where(np.abs(x) < 1, 1.0, 0.0)]
)
def test_the_best_fits_are_not_beaten_by_chance_and_never_get_worse_with_more_units(target, rng):
    t = target(X)
    best = by_hand.best_fits(X, t, 6)
    errors = [fit.error for fit in best]
    assert all(b <= a + 1e-9 for a, b in itertools.pairwise(errors))
    for k, fit in enumerate(best, 1):
        assert len(fit.knots) == k and (np.diff([*fit.knots, 2.0]) > 0).all() and fit.knots[0] >= -2
        assert fit.error == pytest.approx(by_hand.error_of(fit.knots, fit.heights, X, t), abs=1e-12)
        tried = [by_hand.fitted(np.sort(rng.uniform(-2, 1.95, k)), X, t).error for _ in range(400)]
        assert fit.error <= min(tried) + 1e-6


def test_one_knot_is_where_every_place_was_tried():
    t = np.maximum(X - 0.35, 0) ** 1.5
    tried = min((by_hand.fitted(np.array([knot]), X, t).error, knot) for knot in np.linspace(-2, 1.9, 800))
    assert by_hand.best_fits(X, t, 1)[0].error <= tried[0] + 1e-7


def test_a_tent_is_found_exactly():
    fit = by_hand.best_fits(X, np.maximum(0, 1 - np.abs(X)), 3)[2]
    np.testing.assert_allclose(fit.knots, [-1, 0, 1], atol=1e-6)
    assert fit.error < 1e-12


def test_for_a_curve_that_bends_on_the_right_the_best_knots_lie_there():
    t = 0.05 * np.exp(1.8 * X) - 0.8  # the target of the question in notebook 02
    assert by_hand.best_fits(X, t, 3)[2].knots.min() > 0


@pytest.mark.parametrize(
    ("errors", "expected"),
    [((0.4, 0.2, 0.1), (0.5, 0.5, 0.25)), ((0.1, 0.1, 0.1), (1, 1, 1)), ((1e-7, 1e-9, 0.0), (1, 1, 1))],
)
def test_the_score_is_a_product_of_knots_and_heights(errors, expected):
    assert by_hand.score(*errors) == pytest.approx(expected)


def test_who_beats_the_search_has_all_there_is():
    assert by_hand.score(0.1, 0.1, 0.2) == (1, 1, 1)


def test_a_line_is_above_zero_where_it_is():
    x, y = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), np.array([-1.0, 1.0, 0.0, 1.0, -3.0])
    assert by_hand.above_zero(x, y) == [(-1.5, 0.0), (0.0, 1.25)]
    assert by_hand.above_zero(x, -1.0 - y**2) == [] and by_hand.above_zero(x, 1 + y**2) == [(-2.0, 2.0)]
    for _ in range(200):
        y = np.random.default_rng(_).normal(size=5)
        fine = np.linspace(-2, 2, 4001)
        inside = np.any(
            [(a < fine) & (fine < b) for a, b in by_hand.above_zero(x, y)] or [np.zeros(4001, bool)], axis=0
        )
        assert np.mean(inside != (np.interp(fine, x, y) > 0)) < 0.003


def test_knots_are_brought_into_their_order_and_left_alone_where_they_have_it(rng):
    kept = np.array([-1.0, 0.2, 0.3, 1.9])
    np.testing.assert_array_equal(by_hand.ordered(kept, 0.1, 1.9), kept)
    for _ in range(100):
        found = by_hand.ordered(rng.uniform(-2, 1.9, 5), 0.1, 1.9)
        assert np.diff(found).min() > 0.1 - 1e-9 and found[0] >= -2 and found[-1] <= 1.9 + 1e-9
