"""ConditionalMean learns the conditional mean, from points that no step has seen before."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.error_metrics import cloud, conditional_mean
from cnnlab.explore import ConditionalMean


def test_the_squared_error_leads_to_the_conditional_mean():
    explorer = ConditionalMean()
    explorer.press("train", times=24)
    x = np.linspace(-1.8, 1.8, 37)
    yhat = explorer.training.network.forward(x[:, None])[:, 0]
    assert np.sqrt(np.mean((yhat - conditional_mean(x)) ** 2)) < 0.12
    points, y = cloud(spread=0.0)
    assert np.array_equal(y, conditional_mean(points))
    sweep(ConditionalMean())


def scores(explorer):
    """The loss of the network, and that of the true mean, as the explorer says them."""
    return [float(value) for value in re.findall(r"is (\d\.\d+); .* scores (\d\.\d+) on", repr(explorer))[0]]


def test_no_training_takes_the_loss_below_that_of_the_mean():
    explorer = ConditionalMean(spread=0.7)
    explorer.press("train", times=100)
    loss, floor = scores(explorer)
    assert explorer.training.steps == 2500 and floor - 0.002 < loss < 1.1 * floor
    points, y = cloud(3000, 0.7, explorer.seed)
    assert loss == pytest.approx(np.mean((explorer.training.network.forward(points) - y) ** 2), abs=6e-4)
    assert floor == pytest.approx(np.mean((conditional_mean(points) - y) ** 2), abs=6e-4)


def test_every_step_sees_points_that_no_other_has_seen(monkeypatch):
    explorer, seen = ConditionalMean(), []
    step = explorer.training.network.loss_and_gradients
    monkeypatch.setattr(
        explorer.training.network, "loss_and_gradients", lambda x, *rest: seen.extend(x[:, 0]) or step(x, *rest)
    )
    explorer.press("train", times=2)
    others, _ = cloud(3000, explorer.values["spread"], explorer.seed)
    assert len(seen) == 50 * 300 and len(set(seen) | set(others[:, 0])) == 50 * 300 + 3000


def test_new_weights_are_new_and_a_reset_brings_the_first_ones_back():
    explorer = ConditionalMean()
    first = explorer.training.network.parameters["0.w"].copy()
    explorer.press("train")
    trained = explorer.training.network.parameters["0.w"].copy()
    seen = [first]
    for _ in range(3):
        explorer.press("again")
        seen.append(explorer.training.network.parameters["0.w"].copy())
    assert len({array.tobytes() for array in seen}) == 4 and explorer.training.steps == 0
    explorer.reset()
    assert np.array_equal(explorer.training.network.parameters["0.w"], first)
    explorer.press("train")
    assert np.array_equal(explorer.training.network.parameters["0.w"], trained)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"spread": 2.0}, "spread must be a number from 0 to 0.7"),
        ({"units": 2.5}, "units must be a whole number"),
        ({"units": 0}, "units must be a whole number"),
        ({"rng": "0"}, "rng must be a whole number"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        ConditionalMean(**arguments)
