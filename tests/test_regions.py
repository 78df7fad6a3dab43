"""Regions of lines in the plane: the closed formula against counting on a fine raster."""

import numpy as np
import pytest

from cnnlab import regions


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


def test_bad_lines_are_refused_by_name():
    with pytest.raises(ValueError, match=r"w must be \(2, k\)"):
        regions.count(np.ones((3, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="finite"):
        regions.count(np.array([[np.nan], [1.0]]), np.zeros(1))
    with pytest.raises(ValueError, match="k must be"):
        regions.general_count(-1)
