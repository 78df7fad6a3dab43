"""Functions of hidden units: gradients are differences, least squares is scipy's, y has its kinks where kinks says."""

import numpy as np
import pytest

from cnnlab.analysis.pieces.activations import ACTIVATIONS, activation, activation_backward
from cnnlab.analysis.piecewise import HiddenUnits, bounded_least_squares, loss_of, samples, scattered
from cnnlab.losses import MSE, BinaryCrossEntropy

X = np.linspace(-2, 2, 81)


def random_units(seed, units=4, **how):
    w, b, v = np.array(scattered(6, seed)[:units]).T
    return HiddenUnits(w[None, :], b, v[:, None], np.array([0.3]), np.full(units, 0.25), **how)


@pytest.mark.parametrize("f", ACTIVATIONS)
def test_the_gradient_of_training_is_the_derivative(f, rng):
    if f in ("unit step", "signum"):
        assert not activation_backward(rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), None, f)[0].any()
        return
    e, slope, weights = rng.normal(size=(5, 3)), np.full(3, 0.3), rng.normal(size=(5, 3))
    h = activation(e, f, slope, 2.0)
    de, dslope = activation_backward(weights, e, h, f, slope, 2.0)
    step = 1e-6
    for place in np.ndindex(*e.shape):
        up, down = e.copy(), e.copy()
        up[place] += step
        down[place] -= step
        slope_here = ((activation(up, f, slope, 2.0) - activation(down, f, slope, 2.0)) * weights).sum() / (2 * step)
        assert slope_here == pytest.approx(de[place], rel=1e-6, abs=1e-8)
    if f == "PReLU":
        change = activation(e, f, slope + step) - activation(e, f, slope - step)
        np.testing.assert_allclose(dslope, (change * weights).sum(0) / (2 * step), rtol=1e-6)


@pytest.mark.parametrize("units, limit", [(3, 5.0), (6, 5.0), (6, 1.0), (6, 1e9)])
def test_least_squares_within_limits_is_scipys(units, limit):
    optimize = pytest.importorskip("scipy.optimize")
    for seed in range(1, 6):
        a = np.column_stack([random_units(seed, units).layer(X)[1], np.ones(len(X))])
        t = np.sin(np.pi * X)
        mine = bounded_least_squares(a, t, limit)
        best = optimize.lsq_linear(a, t, (-limit, limit), tol=1e-14)
        assert np.abs(mine).max() <= limit
        assert np.mean((a @ mine - t) ** 2) == pytest.approx(2 * best.cost / len(t), rel=1e-4)


def test_sharpness_turns_sigmoid_into_step_and_tanh_into_signum():
    e = np.linspace(-3, 3, 13)[:, None]
    for soft, hard in (("sigmoid", "unit step"), ("tanh", "signum")):
        gap = np.abs(activation(e, soft, sharpness=32.0) - activation(e, hard))[e != 0].max()
        assert gap < 1e-6 < np.abs(activation(e, soft) - activation(e, hard))[e != 0].max()


def test_the_fitted_units_keep_their_knots_and_no_other_v_is_better(rng):
    units, t = random_units(3), np.abs(X) - 1
    best = units.fitted(X, t, 5.0)
    np.testing.assert_array_equal(best.knots(), units.knots())
    error = np.mean((best.layer(X)[2] - t) ** 2)
    assert np.abs(best.v).max() <= 5 and np.abs(best.bias).max() <= 5
    for _ in range(30):
        v, bias = best.v + 0.05 * rng.normal(size=best.v.shape), best.bias + 0.05 * rng.normal(size=1)
        other = HiddenUnits(best.w, best.b, np.clip(v, -5, 5), np.clip(bias, -5, 5), best.slope)
        assert np.mean((other.layer(X)[2] - t) ** 2) > error


@pytest.mark.parametrize("f", ["tanh", "PReLU"])
def test_a_step_of_training_goes_down_the_central_differences(f):
    units, t = random_units(2, f=f), np.tanh(3 * X)
    names = ("w", "b", "v", "bias", "slope")

    def loss(**change):
        arrays = {name: getattr(units, name) for name in names} | change
        return np.mean((HiddenUnits(**arrays, f=f).layer(X)[2] - t) ** 2)

    after = units.trained(X, t, MSE(), 0.01, 1, 1e9)
    for name in names[:4]:
        array = getattr(units, name)
        for at in np.ndindex(array.shape):
            step = np.zeros(array.shape)
            step[at] = 1e-6
            slope = (loss(**{name: array + step}) - loss(**{name: array - step})) / 2e-6
            assert getattr(after, name)[at] == pytest.approx(array[at] - 0.01 * slope, abs=1e-8)
    slope = (loss(slope=units.slope + 1e-6) - loss(slope=units.slope - 1e-6)) / 2e-6
    np.testing.assert_allclose(after.slope, units.slope - 0.01 * slope, atol=1e-8)


def test_training_holds_the_weights_within_their_limit():
    after = random_units(1).trained(X, 100 * X, MSE(), 0.5, 20, 5.0)
    assert all(np.abs(getattr(after, name)).max() <= 5 for name in ("w", "b", "v", "bias"))


@pytest.mark.parametrize("f", ["ReLU", "leaky ReLU", "PReLU"])
def test_the_function_bends_where_its_slope_changes_and_nowhere_else(f):
    units, x = random_units(5, f=f), np.linspace(-2, 2, 4001)
    second = np.abs(np.diff(units.layer(x)[2], 2))
    found = x[1:-1][second > 1e-6]
    kinks = units.kinks(2.0)
    assert kinks and all(np.abs(found - at).min() < 2e-3 for at in kinks)
    assert all(np.abs(np.array(kinks) - at).min() < 2e-3 for at in found)


def test_a_unit_without_a_weight_has_no_knot():
    units = HiddenUnits(np.array([[0.0, 2.0]]), np.ones(2), np.ones((2, 1)), np.zeros(1), np.full(2, 0.25))
    assert np.isnan(units.knots()[0]) and units.knots()[1] == -0.5 and units.kinks(2.0) == [-0.5]


def test_samples_are_values_or_classes_and_each_has_its_loss():
    x, t = samples(np.sin, 2.0, 5)
    np.testing.assert_array_equal(x, [-2, -1, 0, 1, 2])
    np.testing.assert_array_equal(t, np.sin(x))
    np.testing.assert_array_equal(samples(np.sin, 2.0, 5, classes=True)[1], [0, 0, 0, 1, 1])
    assert isinstance(loss_of(False), MSE) and isinstance(loss_of(True), BinaryCrossEntropy)
    units = random_units(4)
    y = units.layer(x)[2]
    assert units.error(x, t, MSE()) == pytest.approx(np.mean((y - t) ** 2))
    chance, label = 1 / (1 + np.exp(-y)), t > 0
    entropy = -np.mean(np.log(np.where(label, chance, 1 - chance)))
    assert units.error(x, label.astype(float), BinaryCrossEntropy()) == pytest.approx(entropy)


@pytest.mark.parametrize("f", ["unit step", "ReLU"])
def test_a_curve_has_a_point_on_either_side_of_every_knot(f):
    w, b = np.array([[2.0, 1.0, 1.0, 0.0]]), np.array([1.0, -0.7, 9.0, 1.0])  # at -0.5, at 0.7, far out, nowhere
    units = HiddenUnits(w, b, np.array([[1.0], [-3.0], [0.5], [1.0]]), np.zeros(1), np.full(4, 0.25), f)
    curve = units.curve(2.0, MSE(), cells=9)  # of the even points, one lies on the first knot: it gives way
    np.testing.assert_array_equal(curve.knots, [-0.5, 0.7])
    assert len(curve.x) == 9 - 1 + 2 * 2 and (np.diff(curve.x) > 0).all()
    for knot in curve.knots:
        assert np.isclose(curve.x, knot - 1e-6, rtol=0, atol=1e-12).any()
        assert np.isclose(curve.x, knot + 1e-6, rtol=0, atol=1e-12).any()
    _, h, y = units.layer(curve.x)
    np.testing.assert_array_equal(curve.h, h)
    np.testing.assert_array_equal(curve.yhat, y)
    middles = (units.layer(curve.knots - 1e-6)[2] + units.layer(curve.knots + 1e-6)[2]) / 2
    np.testing.assert_allclose(curve.at_knots, middles, atol=1e-6)
    squashed = units.curve(2.0, BinaryCrossEntropy(), cells=9).yhat
    np.testing.assert_allclose(squashed, 1 / (1 + np.exp(-y)))


def test_scattered_units_have_their_knots_in_the_picture_and_are_others_each_time():
    several = [scattered(6, seed) for seed in range(1, 9)]
    assert all(abs(-b / w) < 2.1 for units in several for w, b, _ in units)
    assert len({str(units) for units in several}) == 8 and scattered(6, 3) == several[2]


@pytest.mark.parametrize("f", ["ReLU", "leaky ReLU", "PReLU", "unit step"])
def test_pieces_have_the_slope_of_differences(f):
    units = random_units(5, f=f)
    kinks, heights, slopes = units.pieces(2.0)
    ends = [-2.0, *kinks, 2.0]
    assert len(heights) == len(slopes) == len(kinks) + 1
    for low, high, height, slope in zip(ends[:-1], ends[1:], heights, slopes, strict=True):
        a, b = low + 0.25 * (high - low), low + 0.75 * (high - low)
        y = units.layer(np.array([a, (low + high) / 2, b]))[2]
        assert y[1] == pytest.approx(height) and (y[2] - y[0]) / (b - a) == pytest.approx(slope, abs=1e-9)


def test_a_slope_changes_by_v_times_the_size_of_w():
    units = HiddenUnits(
        np.array([[-2.0, 3.0]]), np.array([1.0, 1.5]), np.array([[0.5], [-1.0]]), np.zeros(1), np.zeros(2)
    )
    kinks, _, slopes = units.pieces(2.0)
    assert kinks == [-0.5, 0.5]
    np.testing.assert_allclose(np.diff(slopes), [-1.0 * 3.0, 0.5 * 2.0])


def test_dead_units_are_those_that_no_gradient_reaches():
    w, b = np.array([[1.0, 1.0, -1.0, 0.0, 0.0]]), np.array([0.0, -2.5, -3.0, 1.0, -1.0])
    units = HiddenUnits(w, b, np.ones((5, 1)), np.zeros(1), np.full(5, 0.25))
    assert units.dead(X) == [2, 3, 5]
    trained = units.trained(X, np.sin(X), MSE(), 0.1, 5, 9.0)
    moved = (trained.w[0] != w[0]) | (trained.b != b) | (trained.v[:, 0] != 1)
    np.testing.assert_array_equal(np.flatnonzero(~moved) + 1, units.dead(X))
    assert HiddenUnits(w, b, units.v, units.bias, units.slope, "leaky ReLU").dead(X) == []
