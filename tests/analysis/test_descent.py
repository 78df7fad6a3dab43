"""Paths on loss surfaces: the rule, the limit of the learning rate, divergence caught, and what a walk is called."""

import numpy as np
import pytest

from cnnlab.analysis.descent import Path, descend, factor, limit, regime
from cnnlab.analysis.landscape import Quadratic


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_descent_is_stable_below_the_limit_and_diverges_above_it(momentum):
    ravine = Quadratic((0.4, 4.0), 0.3)
    limit = 2 * (1 + momentum) / ravine.curvature()
    below = descend(ravine, (2.0, 1.0), 0.98 * limit, 3000, momentum)
    above = descend(ravine, (2.0, 1.0), 1.02 * limit, 3000, momentum)
    assert not below.diverged and below.losses[-1] < 1e-6 * below.losses[0]
    assert above.diverged and "diverged" in above.reason


def test_a_diverged_path_holds_only_finite_numbers_and_says_so():
    path = descend(Quadratic((1.0, 1.0)), (1.0, 1.0), 1e9, 500)
    assert path.diverged and np.isfinite(path.u).all() and np.isfinite(path.losses).all() and path.steps < 10
    slowly = descend(Quadratic((1.0, 1.0)), (1.0, 1.0), 3.0, 12)
    assert slowly.diverged and "grew" in slowly.reason and slowly.steps == 12


def test_each_step_is_the_rule_of_the_lecture():
    bowl, eta = Quadratic((1.0, 3.0), 0.2), 0.1
    path = descend(bowl, (1.0, -2.0), eta, 5)
    for before, after in zip(path.u, path.u[1:], strict=False):
        assert np.allclose(after, before - eta * bowl.gradient(before))
    with_momentum = descend(bowl, (1.0, -2.0), eta, 3, momentum=0.5)
    steps = np.diff(with_momentum.u, axis=0)
    assert np.allclose(steps[2], 0.5 * steps[1] - eta * bowl.gradient(with_momentum.u[2]))


def test_noise_is_reproducible_and_keeps_the_path_from_settling():
    bowl = Quadratic((1.0, 1.0))
    one, two = (descend(bowl, (1.0, 1.0), 0.1, 200, noise=1.0) for _ in range(2))
    assert np.array_equal(one.u, two.u)
    assert one.losses[-50:].mean() > 100 * descend(bowl, (1.0, 1.0), 0.1, 200).losses[-50:].mean()


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_a_step_multiplies_the_distance_by_the_factor_and_at_the_limit_by_one(momentum):
    assert factor(limit(4.0, momentum), 4.0, momentum) == pytest.approx(1.0)
    for eta in np.array([0.01, 0.3, 0.97, 1.2]) * limit(4.0, momentum):
        two_steps = [[1 + momentum - 4 * eta, -momentum], [1, 0]]  # from (u now, u before) to (u next, u now)
        assert factor(eta, 4.0, momentum) == pytest.approx(np.abs(np.linalg.eigvals(two_steps)).max())
    u = descend(Quadratic((4.0, 4.0)), (1.0, 0.0), 0.45, 9).u[:, 0]
    np.testing.assert_allclose(np.abs(u[1:] / u[:-1]), factor(0.45, 4.0))
    assert limit(-1.0) == np.inf


def test_noise_that_starts_in_the_minimum_is_no_divergence():
    path = descend(Quadratic(), (0.0, 0.0), 0.1, 60, noise=1.0)
    assert path.losses[-1] > 1e-6 and not path.diverged


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"batch": 2}, "batch must be None for a landscape without samples"),
        ({"eta": 0.0}, "eta"),
        ({"eta": np.nan}, "eta"),
        ({"start": (1.0, np.nan)}, "start"),
        ({"start": (1.0,)}, "start"),
        ({"momentum": 1.0}, "momentum"),
        ({"steps": -1}, "steps"),
    ],
)
def test_bad_input_is_refused_by_name(change, word):
    arguments = {"start": (1.0, 1.0), "eta": 0.1, "steps": 3} | change
    with pytest.raises(ValueError, match=word):
        descend(Quadratic(), **arguments)
    with pytest.raises(TypeError, match=r"landscape must have loss\(u\) and gradient\(u\); got int"):
        descend(5, (1.0, 1.0), 0.1, 3)


def walk(eta, start=(1.0, 0.0), steps=15, curvatures=(1.0, 1.0), **how):
    return descend(Quadratic(curvatures), start, eta, steps, **how)


def of(*places, losses=None):
    u = np.array([(place, 0.0) for place in places])
    return Path(u, u[:, 0] ** 2 if losses is None else np.array(losses), False, "")


@pytest.mark.parametrize(
    ("path", "how", "words"),
    [
        (walk(3.0), {"share": 1.5}, "divergence"),
        (walk(0.1, steps=1), {"share": 0.05}, "too few steps to tell"),
        (walk(0.1, (0.0, 0.0)), {"share": 0.05}, "it stands still: the slope is zero"),
        (
            walk(0.1, (0.0, 0.0), 60, noise=1.0),
            {"share": 0.05, "noisy": True},
            "it wanders: the loss grew in 6 of the last 15 steps",
        ),
        (walk(0.1, (9.0, 0.0), noise=0.01), {"share": 0.05, "noisy": True}, "noisy, on its way down"),
        (walk(0.05), {"share": 0.025}, "crawl"),
        (walk(0.5), {"share": 0.25}, "a smooth descent"),
        (walk(0.5), {"share": 1.25}, "a smooth descent (above the limit, though)"),
        (walk(1.5), {"share": 0.75}, "zigzag: each step jumps over the valley"),
        (walk(2.0), {"share": 1.0}, "exactly at the limit: it jumps to and fro for ever"),
        (walk(0.4, (3.0, 1.0), 15, (0.4, 4.0)), {"share": 0.8}, "first a zigzag, then smooth"),
        (
            of(0.0, 2.0, 1.0, 3.0, 2.5, losses=[9.0, 8.0, 7.0, 6.0, 5.0]),
            {"share": 0.1},
            "zigzag: each step jumps over the valley",
        ),
        (of(0.0, 3.0, 6.0, 4.0, 6.0, 8.0, losses=range(6, 0, -1)), {"share": 0.1}, "some steps jump over the valley"),
        (
            of(0.0, 3.0, 4.0, 4.5, 6.0, losses=[9.0, 8.0, 7.0, 6.0, 5.0]),
            {"share": 0.1},
            "downhill, first slower, then faster again",
        ),
        (walk(0.01, steps=9, momentum=0.9), {"share": 0.003, "momentum": 0.9}, "with momentum it gathers speed"),
        (
            walk(0.5, momentum=0.9),
            {"share": 0.13, "momentum": 0.9},
            "with momentum it gathers speed and swings to and fro",
        ),
        (walk(0.2, momentum=0.1), {"share": 0.09, "momentum": 0.1}, "with momentum it goes down"),
        (of(0.0, 1.0, 3.0, 7.0, losses=[3.0, 2.0, 1.0, 0.0]), {"share": 0.1}, "downhill, faster and faster"),
        (of(0.0, 1.0, 3.0, 7.0), {"share": 0.1}, "faster and faster; the loss grows"),
        (of(1.0, 2.0, 2.5, 2.75), {"share": 0.1}, "a smooth descent; the loss grows"),
    ],
)
def test_what_a_walk_does_is_read_off_the_walk(path, how, words):
    assert regime(path, **how) == words


def test_a_path_counts_its_steps_and_measures_them():
    path = Path(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]]), np.zeros(3), False, "")
    assert path.steps == 2 and path.lengths.tolist() == [5.0, 2.0]
