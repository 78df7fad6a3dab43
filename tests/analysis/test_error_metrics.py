"""Pushes of losses are their slopes, and the cloud has the mean and the spread that it names."""

import numpy as np
import pytest

from cnnlab.analysis.error_metrics import (
    BATCH,
    MeanTraining,
    cloud,
    conditional_histogram,
    conditional_mean,
    misclassified,
    ranked,
    sigmoid_losses,
)


def test_wrong_answers_and_the_order_of_classes():
    outputs = np.array([[0.1, 0.9, 0.5], [0.7, 0.2, 0.1], [0.3, 0.3, 0.2]])
    np.testing.assert_array_equal(misclassified(outputs, np.array([1, 2, 1])), [1, 2])
    assert not len(misclassified(outputs, np.array([1, 0, 0])))
    assert [ranked(row).tolist() for row in outputs] == [[1, 2, 0], [0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize("y", [0, 1])
def test_the_pushes_are_the_slopes_of_the_losses(y):
    e = np.linspace(-7.5, 7.5, 31)
    step = 1e-5
    here, above, below = (sigmoid_losses(e + d, y) for d in (0.0, step, -step))
    for loss, gradient in (("mse", "d_mse"), ("bce", "d_bce")):
        assert np.allclose(here[gradient], (above[loss] - below[loss]) / (2 * step), atol=1e-8)
    assert np.allclose(here["d_bce"], here["yhat"] - y, atol=1e-12)


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
    x, y = cloud(500, 0.3, rng=9)
    before, floor = one.losses(x, y)
    assert before == pytest.approx(np.mean((one.yhat(x[:, 0]) - y[:, 0]) ** 2))
    assert floor == pytest.approx(np.mean((conditional_mean(x) - y) ** 2))
    assert not np.allclose(one.yhat(0.5), other.yhat(0.5))
    for _ in range(40):
        one.step(0.3), same.step(0.3)
    assert one.steps == 40 and one.losses(x, y)[0] < before
    np.testing.assert_array_equal(one.yhat(x[:, 0]), same.yhat(x[:, 0]))


def test_every_step_takes_as_many_new_points_as_it_says(monkeypatch):
    training, seen = MeanTraining(3), []
    step = training.network.loss_and_gradients
    monkeypatch.setattr(training.network, "loss_and_gradients", lambda x, *rest: seen.append(x) or step(x, *rest))
    training.step(0.1), training.step(0.1)
    assert [len(x) for x in seen] == [BATCH, BATCH] and not set(seen[0][:, 0]) & set(seen[1][:, 0])
