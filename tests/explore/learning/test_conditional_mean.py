"""ConditionalMean learns the conditional mean, from points that no step has seen before, and counts who is there."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.learning.clouds import OneCloud, TwoBranches, conditional_mean
from cnnlab.explore import ConditionalMean


def test_with_two_branches_the_network_goes_where_nobody_is():
    explorer = ConditionalMean()
    explorer.press("train", times=24)
    x = np.linspace(-1.8, 1.8, 37)
    assert np.abs(explorer.training.yhat(x)).max() < 0.15
    there, met = re.search(r"of (\d+) points near this x, (\d+) lie", explorer.current().description).groups()
    assert int(there) > 150 and int(met) == 0
    bars = explorer.current()["slice"].items[0]
    assert bars.y[np.abs(bars.x) < 0.4].max() == 0 and bars.y.max() > 20


def test_the_squared_error_leads_to_the_conditional_mean():
    explorer = ConditionalMean(cloud="one cloud")
    explorer.press("train", times=24)
    x = np.linspace(-1.8, 1.8, 37)
    assert np.sqrt(np.mean((explorer.training.yhat(x) - conditional_mean(x)) ** 2)) < 0.12
    assert explorer.enabled("share") is False and not any(
        getattr(item, "text", "") == "tree" for item in explorer.current()["cloud"].items
    )


def test_what_is_said_is_counted_at_every_position():
    def check(scene, values):
        kind = {"two branches": TwoBranches, "one cloud": OneCloud}[values["cloud"]]
        source = kind(values["spread"], values["share"])
        x, y = source.points(3000, 0)
        said = re.search(
            r"network says (−?[\d.]+), and E\[y\|x\] is (−?[\d.]+): of (\d+) points near this x, (\d+)",
            scene.description,
        ).groups()
        here, mean = (float(text.replace("−", "-")) for text in said[:2])
        assert mean == pytest.approx(float(source.mean(values["x"])), abs=6e-3)
        near = np.abs(x[:, 0] - values["x"]) < 0.15
        exact = next(float(item.y[0]) for item in scene["cloud"].items if getattr(item, "size", 0) == 6)
        assert here == pytest.approx(exact, abs=6e-3)
        assert int(said[2]) == near.sum() and int(said[3]) == (np.abs(y[near, 0] - exact) < 0.15).sum()

    sweep(ConditionalMean(), check)


def points_of(explorer):
    return explorer.points_of(*(explorer.values[name] for name in ("cloud", "spread", "share")))


def scores(explorer):
    """The loss of the network, and that of the true mean, as the explorer says them."""
    return [float(value) for value in re.findall(r"is (\d\.\d+); .* scores (\d\.\d+) on", repr(explorer))[0]]


LONG = [pytest.param(cloud, 100, marks=pytest.mark.slow) for cloud in ("one cloud", "two branches")]


@pytest.mark.parametrize(("cloud", "presses"), [("two branches", 40), *LONG])
def test_no_training_takes_the_loss_below_that_of_the_mean(cloud, presses):
    explorer = ConditionalMean(spread=0.7, cloud=cloud)
    explorer.press("train", times=presses)
    loss, floor = scores(explorer)
    assert explorer.training.steps == 25 * presses and floor - 0.004 < loss < 1.1 * floor
    cloud = points_of(explorer)
    points, y = cloud.points(3000, explorer.seed)
    assert loss == pytest.approx(np.mean((explorer.training.network.forward(points) - y) ** 2), abs=6e-4)
    assert floor == pytest.approx(np.mean((cloud.mean(points) - y) ** 2), abs=6e-4)


def test_every_step_sees_points_that_no_other_has_seen(monkeypatch):
    explorer, seen = ConditionalMean(), []
    step = explorer.training.network.loss_and_gradients
    monkeypatch.setattr(
        explorer.training.network, "loss_and_gradients", lambda x, *rest: seen.extend(x[:, 0]) or step(x, *rest)
    )
    explorer.press("train", times=2)
    others, _ = points_of(explorer).points(3000, explorer.seed)
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
        ({"cloud": "a wall"}, "cloud must be one of"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        ConditionalMean(**arguments)
