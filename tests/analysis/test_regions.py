"""Regions of lines in the plane: the closed formula against counting on a fine raster."""

import numpy as np
import pytest

from cnnlab.analysis import regions
from cnnlab.layers import BatchNorm, Dense, ReLU, Standardise, Tanh
from cnnlab.network import Network


def by_raster(w, b, reach=30.0, cells=1200):
    """Count regions by looking: the different codes on a fine raster of a large window."""
    ticks = np.linspace(-reach, reach, cells)
    key = np.zeros((cells, cells), dtype=int)
    for unit in range(w.shape[1]):
        key |= (w[0, unit] * ticks[None, :] + w[1, unit] * ticks[:, None] + b[unit] > 0).astype(int) << unit
    return len(np.unique(key))


@pytest.mark.parametrize("k", range(0, 7))
def test_lines_in_general_position_make_as_many_regions_as_the_formula_says(k):
    angles = np.pi * (np.arange(k) + 0.3) / max(k, 1)
    w, b = (
        np.stack([np.cos(angles), np.sin(angles)]),
        np.full(k, -3.0),
    )  # tangents of a circle: no three meet in a point
    assert regions.count(w, b) == regions.general_count(k) == by_raster(w, b)
    assert regions.why_fewer(w, b) == ""


def test_random_lines_are_counted_as_the_raster_sees_them(rng):
    for _ in range(8):
        w, b = rng.standard_normal((2, 4)), 0.5 * rng.standard_normal(4)
        assert by_raster(w, b) <= regions.count(w, b) == regions.general_count(4)


@pytest.mark.parametrize(
    ("w", "b", "expected", "word"),
    [
        ([[1, 1, 1], [0, 0, 0]], [0, 1, 2], 4, "3 pairs of lines are parallel"),
        ([[1, 1, 0], [0, 0, 1]], [0, 1, 0], 6, "1 pair of lines is parallel"),
        ([[1, 0, 1], [0, 1, 1]], [0, 0, 0], 6, "3 lines pass through one point"),
        ([[1, 0, 1, 1], [0, 1, 1, -1]], [0, 0, 0, 0], 8, "4 lines pass through one point"),
        ([[1, -2], [0, 0]], [1.003, -2.006], 2, "same line"),
        ([[1, 0], [0, 0]], [0, 5], 2, "draws none"),
    ],
)
def test_special_positions_make_fewer_and_say_why(w, b, expected, word):
    w, b = np.array(w, float), np.array(b, float)
    assert regions.count(w, b) == expected == by_raster(w, b)
    assert word in regions.why_fewer(w, b)


def test_each_region_in_the_window_has_its_code_and_a_place_inside():
    w, b = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([0.0, 0.0, -0.7])
    found = regions.in_window(w, b, (-2, 2), (-2, 2))
    assert {code for code, *_ in found} == {"000", "100", "010", "110", "111", "101", "011"}
    for code, x, y, share in found:
        assert "".join("1" if bit else "0" for bit in regions.codes(w, b, [(x, y)])[0]) == code
        assert 0 < share < 1
    assert sum(share for *_, share in found) == pytest.approx(1)


def test_a_point_on_the_lines_makes_no_region_of_its_own():
    w = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    assert len(regions.in_window(w, np.zeros(3), (-2, 2), (-2, 2))) == regions.count(w, np.zeros(3)) == 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("before", [lambda: [], lambda: [Standardise([0.3, -1.0], [2.0, 0.5])], lambda: [BatchNorm()]])
@pytest.mark.parametrize("bias", [True, False])
def test_the_lines_of_a_network_are_where_its_units_turn_on(rng, dtype, before, bias):
    layers = [*before(), Dense(5, bias=bias)]
    net = Network([*layers, ReLU(), Dense(2)], (2,), rng=3, dtype=dtype)
    net.forward(rng.normal(1.0, 2.0, (50, 2)), training=True)  # a batch normalisation has seen something
    if bias:
        layers[-1].parameters["b"][...] = rng.normal(size=5)
    w, b = regions.of_network(net)
    x = 2 * rng.standard_normal((200, 2))
    e = net.checked(x)
    for layer in layers:
        e = layer.forward(e)
    np.testing.assert_allclose(x @ w + b, e, atol=1e-4 if dtype == np.float32 else 1e-10)


@pytest.mark.parametrize(
    ("net", "error", "words"),
    [
        ("n", TypeError, "network must be a network"),
        ([Dense(2)], TypeError, "network must be a network"),
        (Network([Dense(2)], (3,)), ValueError, r"network must take two inputs.*takes \(3,\)"),
        (Network([ReLU()], (2,)), ValueError, "network must have a Dense layer"),
        (Network([Tanh(), Dense(2)], (2,)), ValueError, "its first layer must be Dense.* got Tanh before it"),
    ],
)
def test_a_network_without_lines_is_refused_by_name(net, error, words):
    with pytest.raises(error, match=words):
        regions.of_network(net)


def test_a_code_keeps_away_from_what_stands_in_its_region_and_from_the_sides():
    w, b = np.array([[1.0], [0.0]]), np.zeros(1)
    free = {code: (x, y) for code, x, y, _ in regions.in_window(w, b, (-2, 2), (-2, 2))}
    avoided = {code: (x, y) for code, x, y, _ in regions.in_window(w, b, (-2, 2), (-2, 2), avoid=[free["1"]])}
    assert np.hypot(*np.subtract(free["1"], avoided["1"])) > 0.5 and free["0"] == avoided["0"]
    b = np.array([-1.8])  # a strip of 0.2 at the right side
    inward = [regions.in_window(w, b, (-2, 2), (-2, 2), 81, (), margin)[1][1] for margin in (0.0, 0.5)]
    assert inward[0] == pytest.approx(1.95) and 1.81 < inward[1] < 1.94


def test_the_second_layer_sums_what_the_units_let_through(rng):
    w, b, v, points = (
        rng.normal(size=(2, 3)),
        rng.normal(size=3),
        np.array([1.0, -1.0, 2.0]),
        rng.normal(size=(4, 5, 2)),
    )
    e, h, yhat = regions.two_layers(points, w, b, v)
    assert e.shape == h.shape == (4, 5, 3)
    for at in np.ndindex(4, 5):
        total = 0.0
        for k in range(3):
            one = w[0, k] * points[at][0] + w[1, k] * points[at][1] + b[k]
            assert e[at][k] == pytest.approx(one) and h[at][k] == pytest.approx(max(one, 0.0))
            total += v[k] * max(one, 0.0)
        assert yhat[at] == pytest.approx(total)
    alone = regions.two_layers(points[1, 2], w, b, v)
    assert alone[2] == pytest.approx(yhat[1, 2]) and alone[0].shape == (3,)


def test_bad_lines_are_refused_by_name():
    with pytest.raises(ValueError, match=r"w must be \(2, k\)"):
        regions.count(np.ones((3, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="finite"):
        regions.count(np.array([[np.nan], [1.0]]), np.zeros(1))
    with pytest.raises(ValueError, match="k must be"):
        regions.general_count(-1)
