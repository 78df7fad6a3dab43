"""Many walks are counted as what they are: settled, wandering, run away."""

import numpy as np
import pytest

from cnnlab.analysis.descent import descend, descend_together
from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.learning.settling import settle, starts
from cnnlab.analysis.learning.straight_line import in_other_units


def test_the_starts_are_a_grid_over_the_map():
    found = starts(2.0, 3)
    assert found.tolist() == [[x, y] for y in (-2.0, 0.0, 2.0) for x in (-2.0, 0.0, 2.0)]
    with pytest.raises(ValueError, match="extent"):
        starts(0.0)


def test_below_the_limit_all_settle_and_above_it_all_diverge():
    below = settle(Quadratic((1.0, 4.0)), starts(2.0, 4), 0.4, 300)
    assert below.settled.all() and not below.diverged.any() and below.losses.max() < 1e-9
    assert below.curvatures.tolist() == [4.0] * 16 and str(below).startswith("16 settled; median L = ")
    above = settle(Quadratic((1.0, 4.0)), starts(2.0, 4), 0.6, 300)
    assert above.diverged.all() and np.isnan(above.losses).all()
    assert str(above) == "16 diverged"


def test_at_the_limit_and_with_mini_batches_walks_wander():
    for found in (
        settle(Quadratic((1.0, 4.0)), starts(2.0, 2), 0.5, 60),
        settle(in_other_units(), starts(2.0, 2), 0.1, 60, batch=1),
    ):
        jumping = found.wandering | found.settled
        assert jumping.all() and (found.wandering.any() or found.losses.min() > 0.1)


def test_a_crawl_is_called_falling_and_each_walk_is_one_of_four_things():
    crawl = settle(Quadratic((1.0, 4.0)), starts(2.0, 2), 0.01, 40)
    assert crawl.falling.all() and "4 falling still" in str(crawl)
    for found in (crawl, settle(in_other_units(10**0.5), starts(2.8, 3), 0.098, 60)):
        kinds = [found.settled, found.falling, found.wandering, found.diverged]
        assert np.sum(kinds, axis=0).tolist() == [1] * len(found.paths)


def test_walks_with_mini_batches_differ_but_are_the_same_every_time():
    one, two = (settle(in_other_units(), starts(2.0, 2), 0.1, 40, batch=2) for _ in range(2))
    assert np.array_equal(one.losses, two.losses) and len(set(one.losses)) == 4
    with pytest.raises(ValueError, match="steps"):
        settle(Quadratic(), starts(1.0, 2), 0.1, 5)


class Alone:
    """A landscape that knows one place at a time."""

    def __init__(self, whole):
        self.samples = getattr(whole, "samples", 0)
        self.loss, self.gradient, self.curvature = whole.loss, whole.gradient, whole.curvature


class Pit(Quadratic):
    """A bowl whose loss is no number beyond a circle."""

    def loss(self, u):
        return np.where(np.linalg.norm(u, axis=-1) < 50, super().loss(u), np.nan)


@pytest.mark.parametrize(
    ("landscape", "eta", "how"),
    [
        (Quadratic((1.0, 10.0), 0.3), 0.15, {}),
        (Quadratic((1.0, 10.0), 0.3), 0.25, {"momentum": 0.9}),
        (Quadratic((1.0, 10.0)), 0.21, {"momentum": 0.0}),
        (Quadratic((1.0, 10.0)), 0.9, {}),
        (Pit((1.0, 10.0)), 0.21, {}),
        (in_other_units(), 0.2, {"batch": 1}),
        (in_other_units(3.0, 1.0), 0.02, {"batch": 4, "momentum": 0.5}),
        (in_other_units(), 0.1, {"batch": 24}),
        (in_other_units(3.0), 0.2, {"batch": 4}),
    ],
)
def test_walks_side_by_side_are_those_one_after_the_other(landscape, eta, how):
    for steps in (0, 150):
        together = descend_together(landscape, starts(2.0, 3), eta, steps, **how)
        alone = descend_together(Alone(landscape), starts(2.0, 3), eta, steps, **how)
        one = descend(landscape, starts(2.0, 3)[4], eta, steps, rng=4, **how)
        assert np.array_equal(alone[4].u, one.u) and np.array_equal(alone[4].losses, one.losses)
        for path, other in zip(together, alone, strict=True):
            assert (path.steps, path.diverged) == (other.steps, other.diverged)
            assert path.reason.split(" from ")[0] == other.reason.split(" from ")[0]
            np.testing.assert_allclose(path.u, other.u, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(path.losses, other.losses, rtol=1e-9, atol=1e-12)


def test_a_walk_that_is_impossible_is_refused_from_every_start():
    for change, word in (({"eta": 0.0}, "eta"), ({"batch": 2}, "batch"), ({"momentum": 1.0}, "momentum")):
        with pytest.raises(ValueError, match=word):
            descend_together(Quadratic(), starts(1.0, 2), **{"eta": 0.1, "steps": 3} | change)
    with pytest.raises(ValueError, match="start"):
        descend_together(Quadratic(), [[0.0, np.nan]], 0.1, 3)
