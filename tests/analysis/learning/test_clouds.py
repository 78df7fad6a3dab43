"""Clouds have the mean and the spread that they name, and the squared error learns the mean of each."""

import numpy as np
import pytest
from anything.odd import some_slow

from cnnlab.analysis.learning.clouds import (
    BATCH,
    CLOUDS,
    MeanTraining,
    OneCloud,
    TwoBranches,
    cloud,
    conditional_histogram,
    conditional_mean,
    near,
)


def test_the_spread_of_the_cloud_is_the_one_of_its_docstring():
    x, y = cloud(200_000, spread=0.5, rng=3)
    deviation = (y - conditional_mean(x)) / (0.5 * (0.3 + x**2 / 2))
    for part in np.array_split(deviation[np.argsort(x[:, 0]), 0], 8):
        assert abs(part.mean()) < 0.03 and part.std() == pytest.approx(1, abs=0.03)


def test_the_histogram_counts_only_the_points_of_its_strip():
    x = np.array([0.0, 0.1, -0.14, 0.16, 1.0])[:, None]
    y = np.array([-1.0, 0.5, 0.6, 0.7, 5.0])[:, None]
    edges = np.array([-2.0, 0.0, 1.0, 2.0])
    np.testing.assert_allclose(conditional_histogram(x, y, 0.0, edges), [100 / 3, 200 / 3, 0])
    np.testing.assert_array_equal(conditional_histogram(x, y, 0.0, edges, width=0.1), [100, 0, 0])
    assert np.isnan(conditional_histogram(x, y, 3.0, edges)).all()


def test_a_training_of_its_own_is_the_same_every_time_and_another_draw_another_one():
    one, same, other = MeanTraining(5, seed=2), MeanTraining(5, seed=2), MeanTraining(5, seed=2, draw=1)
    points_of = OneCloud(0.3)
    x, y = points_of.points(500, rng=9)
    before, floor = one.losses(points_of, x, y)
    assert before == pytest.approx(np.mean((one.yhat(x[:, 0]) - y[:, 0]) ** 2))
    assert floor == pytest.approx(np.mean((conditional_mean(x) - y) ** 2))
    assert not np.allclose(one.yhat(0.5), other.yhat(0.5))
    for _ in range(40):
        one.step(points_of), same.step(points_of)
    assert one.steps == 40 and one.losses(points_of, x, y)[0] < before
    np.testing.assert_array_equal(one.yhat(x[:, 0]), same.yhat(x[:, 0]))


def test_every_step_takes_as_many_new_points_as_it_says(monkeypatch):
    training, seen = MeanTraining(3), []
    step = training.network.loss_and_gradients
    monkeypatch.setattr(training.network, "loss_and_gradients", lambda x, *rest: seen.append(x) or step(x, *rest))
    training.step(OneCloud(0.1)), training.step(OneCloud(0.1))
    assert [len(x) for x in seen] == [BATCH, BATCH] and not set(seen[0][:, 0]) & set(seen[1][:, 0])


@pytest.mark.parametrize("kind", CLOUDS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_the_mean_of_a_cloud_is_the_mean_of_its_points(kind, share):
    points_of = CLOUDS[kind](0.35, share)
    x, y = points_of.points(200_000, rng=5)
    order = np.argsort(x[:, 0])
    for part in np.array_split(order, 10):
        assert y[part].mean() == pytest.approx(points_of.mean(x[part]).mean(), abs=0.03)
    assert np.array_equal(points_of.points(7, rng=3)[1], points_of.points(7, rng=3)[1])


def test_between_two_branches_there_is_nobody():
    points_of = TwoBranches(0.35, 0.5)
    x, y = points_of.points(3000, rng=0)
    strip, met = near(x, y, 0.5, 0.0)
    assert strip > 150 and met == 0
    assert near(x, y, 0.5, 1.1)[1] > 0.25 * strip
    at = TwoBranches(0.2, 0.8)
    x, y = at.points(3000, rng=0)
    assert at.mean(0.5) == pytest.approx(0.72) and near(x, y, 0.5, 0.72)[1] < 0.02 * strip


def test_points_near_a_place_are_counted():
    x, y = np.array([[0.0], [0.1], [0.2], [-0.14]]), np.array([[1.0], [1.3], [1.0], [1.1]])
    assert near(x, y, 0.0, 1.0) == (3, 2) and near(x, y, 5.0, 1.0) == (0, 0)


@pytest.mark.parametrize("seed", some_slow(range(3), [0]))
@pytest.mark.parametrize(("kind", "share"), [("two branches", 0.5), ("two branches", 0.8), ("one cloud", 0.5)])
def test_the_squared_error_leads_into_the_mean_from_any_first_weights(kind, share, seed):
    points_of, training = CLOUDS[kind](0.35, share), MeanTraining(seed=seed)
    for _ in range(1000):
        training.step(points_of)
    x = np.linspace(-1.8, 1.8, 37)
    assert np.abs(training.yhat(x) - points_of.mean(x)).max() < 0.25
    found, floor = training.losses(points_of, *points_of.points(3000, rng=0))
    assert floor - 0.01 < found < 1.1 * floor
