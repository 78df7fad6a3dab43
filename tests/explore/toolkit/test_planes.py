"""Thumbnails of units: the maps that were given, each in its place, with its line, its words and the point."""

import numpy as np
import pytest

from cnnlab.explore.toolkit.planes import ABOVE, BESIDE, RIM, SMALL, raster, thumbnails

W, B = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, -1.0, 1.0]]), np.array([0.0, 1.0, 0.5, 99.0])


def panel(slots=6):
    maps = np.moveaxis(np.maximum(raster(2.0, SMALL) @ W + B, 0), -1, 0)
    words = ["one", "two", "three", "four"]
    return maps, thumbnails("units", "units", maps, (W, B), 2.0, words, slots, 3.0, (1.0, -0.5), height=200)


def test_each_map_stands_in_its_place_and_nothing_between():
    maps, shown = panel()
    mosaic, side, up = shown.background.values, SMALL + BESIDE, SMALL + ABOVE
    assert mosaic.shape == (2 * up + RIM, 3 * side - BESIDE + 2 * RIM) and shown.background.scale == (-3.0, 3.0)
    for k, (row, column) in enumerate([(1, 0), (1, 1), (1, 2), (0, 0)]):
        low, left = row * up + RIM, column * side + RIM
        np.testing.assert_array_equal(mosaic[low : low + SMALL, left : left + SMALL], maps[k])
    assert (~np.isnan(mosaic)).sum() == 4 * SMALL**2


def test_the_line_runs_where_the_unit_turns_on_and_the_point_is_where_it_was_put():
    _, shown = panel()
    lines = [item for item in shown.items if type(item).__name__ == "Line" and len(item.x) == 2]
    points = [item for item in shown.items if type(item).__name__ == "Points"]
    side, up = SMALL + BESIDE, SMALL + ABOVE
    for k, (row, column) in enumerate([(1, 0), (1, 1), (1, 2), (0, 0)]):
        corner = np.array([column * side, row * up]) + RIM
        back = (np.stack([lines[k].x, lines[k].y], -1) - corner) / SMALL * 4 - 2
        if k < 3:
            np.testing.assert_allclose(back @ W[:, k] + B[k], 0, atol=1e-9)
        else:
            assert np.isnan(back).all(), "its line is not in the window"
        assert (points[k].x[0] - corner[0], points[k].y[0] - corner[1]) == pytest.approx((0.75 * SMALL, 0.375 * SMALL))


def test_room_is_kept_for_those_that_are_not_there():
    assert panel(6)[1].y == panel(4)[1].y != panel(9)[1].y
