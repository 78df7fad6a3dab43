"""Maps of loss surfaces: heights, contour lines, and the curvature in the middle."""

import numpy as np
import pytest

from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.relief import contours, curvatures_in_the_middle, relief


def minima(height):
    """How many points of the raster are lower than all their neighbours."""
    padded = np.pad(height, 1, constant_values=np.inf)
    around = [padded[i : i + len(height), j : j + len(height)] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    return int((height < np.minimum.reduce(around)).sum())


@pytest.mark.parametrize("cells", [41, 61])
def test_a_valley_narrower_than_the_raster_is_no_row_of_lakes(cells):
    ground = relief(Quadratic((0.1, 400.0), 0.5), 1.0, cells)
    assert minima(ground.loss) > 5 and minima(ground.height) == 0
    two = relief(Wells(), 2.0, cells)
    left, between, right = np.interp([-1, 0, 1], two.ticks, two.height[cells // 2])
    assert left == right == two.height.min() and between > left + 1


class Wells:
    """Two valleys, at u1 = -1 and 1, for one place at a time."""

    def loss(self, u):
        return (u[0] ** 2 - 1.02) ** 2 + (u[1] - 0.03) ** 2


def test_a_relief_asks_a_loss_of_one_place_place_by_place():
    ground = relief(Wells(), 2.0, 5)
    assert ground.loss[1, 4] == Wells().loss((2.0, -1.0)) and ground.log
    ground = relief(Saddle(), 2.0, 5)
    assert not ground.log and np.array_equal(ground.height, ground.loss) and ground.height[1, 4] == 3.0


class Saddle:
    def loss(self, u):
        return u[0] ** 2 - u[1] ** 2


class Broken:
    """A bowl, but for what it is given."""

    def __init__(self, **functions):
        bowl = Quadratic()
        self.loss, self.gradient, self.curvature = bowl.loss, bowl.gradient, bowl.curvature
        vars(self).update(functions)


def test_what_is_not_finite_is_drawn_as_the_highest_place():
    def loss(u):
        return np.where(u[..., 0] > 1, np.inf, u[..., 0] ** 2 + u[..., 1] ** 2)

    ground = relief(Broken(loss=loss), 2.0, 5)
    assert ground.loss[0].tolist() == [8.0, 5.0, 4.0, 5.0, 8.0] and ground.loss[2, 4] == 8.0
    with pytest.raises(ValueError, match="the loss is not finite anywhere"):
        relief(Broken(loss=lambda u: np.full(u.shape[:-1], np.nan)), 2.0, 5)
    with pytest.raises(ValueError, match=r"one number for u = \(u1, u2\); got an array of shape \(2,\)"):
        relief(Broken(loss=lambda u: np.zeros(2)), 2.0, 5)


def pieces(lines):
    """The broken line, cut at its rows of NaN."""
    ends = np.flatnonzero(np.isnan(lines[:, 0]))
    assert ends[-1] == len(lines) - 1 and np.isnan(lines[ends]).all()
    return [lines[a + 1 : b] for a, b in zip([-1, *ends], ends, strict=False)]


def test_contours_run_where_the_height_is_that_of_their_level():
    bowl = Quadratic((1.0, 4.0), 0.4)
    ground = relief(bowl, 2.0, 81)
    levels = np.linspace(ground.height.min(), ground.height.max(), 7)[1:-1]
    met = set()
    for piece in pieces(contours(ground, 7)):
        heights = np.log10(bowl.loss(piece))
        level = np.abs(levels - heights.mean()).argmin()
        met.add(int(level))
        assert np.abs(heights - levels[level]).max() < 0.1 and np.abs(piece).max() <= 2
    assert len(met) >= 4, "the lowest may be smaller than a cell"


def test_contours_of_a_loss_below_zero_are_those_of_the_loss_itself_and_a_plain_has_none():
    saddle = Saddle()
    ground = relief(saddle, 2.0, 81)
    levels = np.linspace(-4, 4, 10)[1:-1]
    for piece in pieces(contours(ground)):
        losses = saddle.loss(piece.T)
        assert np.ptp(losses) < 0.01 and np.abs(levels - losses.mean()).min() < 0.01
    flat = relief(Broken(loss=lambda u: np.ones(u.shape[:-1])), 2.0, 9)
    assert contours(flat).shape == (0, 2)


def test_the_curvatures_in_the_middle_are_finite_numbers_or_refused_by_name():
    assert curvatures_in_the_middle("ravine", Quadratic((0.4, 4.0), 0.3)) == pytest.approx((0.4, 4.0))
    for functions, words in (
        ({"gradient": lambda u: np.zeros(3)}, r"mine: gradient\(u\) must be two finite numbers"),
        ({"gradient": lambda u: np.array([0.0, np.nan])}, r"mine: gradient\(u\) must be two finite numbers"),
        ({"curvature": lambda u: np.inf}, r"mine: curvature\(u\) must be a finite number .* got inf"),
        ({"curvature": lambda u: np.ones(2)}, r"mine: curvature\(u\) must be a finite number"),
    ):
        with pytest.raises(ValueError, match=words):
            curvatures_in_the_middle("mine", Broken(**functions))


@pytest.mark.parametrize(("cells", "bend"), [(21, 0.08), (41, 0.04)])
def test_contours_of_a_coarse_raster_are_smooth(cells, bend):
    """From one piece of a contour to the next its direction changes little, though the raster is coarse."""
    for piece in pieces(contours(relief(Quadratic((1.0, 1.0)), 3.0, cells))):
        radius = np.hypot(*piece.T)
        if len(piece) > 8 and radius.mean() > 1:
            assert np.ptp(radius) < 0.001 * radius.mean()
            steps = np.diff(piece, axis=0)
            steps = steps[np.hypot(*steps.T) > 1e-3]
            turn = np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))
            assert np.abs(turn).max() < bend
