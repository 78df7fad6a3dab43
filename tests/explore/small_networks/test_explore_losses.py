"""The explorers of notebook 05 show the engine's numbers, and those are the derivatives and the conditional mean."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.explore.small_networks.metrics import (
    ConditionalMean,
    ConfidentlyWrong,
    cloud,
    conditional_mean,
    sigmoid_losses,
)


@pytest.mark.parametrize("y", [0, 1])
def test_the_pushes_are_the_slopes_of_the_losses(y):
    e = np.linspace(-7.5, 7.5, 31)
    step = 1e-5
    here, above, below = (sigmoid_losses(e + d, y) for d in (0.0, step, -step))
    for loss, gradient in (("mse", "d_mse"), ("bce", "d_bce")):
        assert np.allclose(here[gradient], (above[loss] - below[loss]) / (2 * step), atol=1e-8)
    assert np.allclose(here["d_bce"], here["yhat"] - y, atol=1e-12)


def test_confidently_wrong_prints_those_numbers_everywhere():
    def check(scene, values):
        now = sigmoid_losses(values["e"], int(values["y"][0]))
        for row, (loss, gradient) in zip(scene["numbers"].rows, (("mse", "d_mse"), ("bce", "d_bce")), strict=True):
            assert float(row[1]) == pytest.approx(now[loss][0], abs=6e-5)
            assert float(row[2]) == pytest.approx(now[gradient][0], abs=6e-6)

    sweep(ConfidentlyWrong(), check)


def test_the_squared_error_leads_to_the_conditional_mean():
    explorer = ConditionalMean()
    explorer.press("train", times=24)
    x = np.linspace(-1.8, 1.8, 37)
    yhat = explorer.network.forward(x[:, None])[:, 0]
    assert np.sqrt(np.mean((yhat - conditional_mean(x)) ** 2)) < 0.12
    points, y = cloud(spread=0.0)
    assert np.array_equal(y, conditional_mean(points))
    sweep(ConditionalMean())


def test_the_spread_of_the_cloud_is_the_one_of_its_docstring():
    x, y = cloud(200_000, spread=0.5, rng=3)
    deviation = (y - conditional_mean(x)) / (0.5 * (0.3 + x**2 / 2))
    for part in np.array_split(deviation[np.argsort(x[:, 0]), 0], 8):
        assert abs(part.mean()) < 0.03 and part.std() == pytest.approx(1, abs=0.03)


def scores(explorer):
    """The loss of the network, and that of the true mean, as the explorer says them."""
    return [float(value) for value in re.findall(r"is (\d\.\d+); .* scores (\d\.\d+) on", repr(explorer))[0]]


def test_no_training_takes_the_loss_below_that_of_the_mean():
    explorer = ConditionalMean(spread=0.7)
    explorer.press("train", times=100)
    loss, floor = scores(explorer)
    assert explorer.steps == 2500 and floor - 0.002 < loss < 1.1 * floor
    points, y = cloud(3000, 0.7, explorer.seed)
    assert loss == pytest.approx(np.mean((explorer.network.forward(points) - y) ** 2), abs=6e-4)
    assert floor == pytest.approx(np.mean((conditional_mean(points) - y) ** 2), abs=6e-4)


def test_every_step_sees_points_that_no_other_has_seen(monkeypatch):
    explorer, seen = ConditionalMean(), []
    step = explorer.network.loss_and_gradients
    monkeypatch.setattr(explorer.network, "loss_and_gradients", lambda x, *rest: seen.extend(x[:, 0]) or step(x, *rest))
    explorer.press("train", times=2)
    others, _ = cloud(3000, explorer.values["spread"], explorer.seed)
    assert len(seen) == 50 * 300 and len(set(seen) | set(others[:, 0])) == 50 * 300 + 3000


def test_new_weights_are_new_and_a_reset_brings_the_first_ones_back():
    explorer = ConditionalMean()
    first = explorer.network.parameters["0.w"].copy()
    explorer.press("train")
    trained = explorer.network.parameters["0.w"].copy()
    seen = [first]
    for _ in range(3):
        explorer.press("again")
        seen.append(explorer.network.parameters["0.w"].copy())
    assert len({array.tobytes() for array in seen}) == 4 and explorer.steps == 0
    explorer.reset()
    assert np.array_equal(explorer.network.parameters["0.w"], first)
    explorer.press("train")
    assert np.array_equal(explorer.network.parameters["0.w"], trained)


@pytest.mark.parametrize(
    ("make", "arguments", "words"),
    [
        *((ConfidentlyWrong, {"y": y}, "y must be 0 .* or 1") for y in (2, -1, 0.5, float("nan"), "no", None, [1])),
        (ConfidentlyWrong, {"e": 9.0}, "e must be a number from -8 to 8"),
        (ConfidentlyWrong, {"e": "4"}, "e must be a number"),
        (ConditionalMean, {"spread": 2.0}, "spread must be a number from 0 to 0.7"),
        (ConditionalMean, {"units": 2.5}, "units must be a whole number"),
        (ConditionalMean, {"units": 0}, "units must be a whole number"),
        (ConditionalMean, {"rng": "0"}, "rng must be a whole number"),
    ],
)
def test_the_explorers_of_losses_refuse_what_they_cannot_show(make, arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        make(**arguments)


def test_confidently_wrong_starts_with_the_answer_that_was_given():
    assert [ConfidentlyWrong(y=y).values["y"][0] for y in (0, 1, 1.0, np.int64(0))] == ["0", "1", "1", "0"]
