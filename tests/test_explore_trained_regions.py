"""TrainedRegions shows the loss and the errors of the network, for classes and for numbers, and refuses in words."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.explore import TrainedRegions
from cnnlab.layers import Dense, ReLU
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam


def learner(x, y, loss, outputs=1, **options):
    network = Network([Dense(4), ReLU(), Dense(outputs)], (2,), rng=1, dtype=np.float64)
    return TrainedRegions(network, loss, Adam(0.03), x, y, **options)


def check_of(explorer):
    def check(scene, values):
        e = explorer.network.forward(explorer.x)
        rows = {name: value for name, value in scene["numbers"].rows}
        assert rows["loss"] == f"{explorer.loss(e, explorer.y):.3f}" and rows["loss"] in scene.description
        if explorer.labels is None:
            assert "errors" not in rows and "wrongly" not in scene.description
        else:
            decided = e[:, 0] > 0 if e.shape[1] == 1 else e.argmax(axis=1)
            assert rows["errors"] == f"{100 * np.mean(decided != explorer.labels):.1f} %"
            assert f"{rows['errors']} of the {len(e)} points are decided wrongly" in scene.description
        points = [item for item in scene["plane"].items if type(item).__name__ == "Points"]
        assert sum(len(item.x) for item in points) == len(explorer.x)

    return check


@pytest.mark.parametrize(("loss", "outputs", "kind"), [
    (BinaryCrossEntropy(), 1, "classes"), (CrossEntropy(), 3, "classes"), (BinaryCrossEntropy(), 1, "0.0 and 1.0"),
    (CrossEntropy(), 3, "one of three"), (MSE(), 1, "numbers"), (MSE(), 1, "a column of numbers"),
])
def test_classes_are_counted_and_of_numbers_the_loss_alone_is_shown(loss, outputs, kind, rng):
    x = rng.normal(size=(40, 2))
    classes = rng.integers(0, max(outputs, 2), 40)
    y = {"classes": classes, "0.0 and 1.0": classes.astype(float), "one of three": np.eye(3)[classes % 3],
         "numbers": x[:, 0] + 2, "a column of numbers": x[:, 1:]}[kind]
    explorer = learner(x, y, loss, outputs)
    assert (explorer.labels is None) == ("numbers" in kind)
    assert sweep(explorer, check_of(explorer)) > 5
    before = explorer.loss(explorer.network.forward(x), y)
    explorer.press("train", times=5)
    assert explorer.loss(explorer.network.forward(x), y) < before


def test_numbers_are_painted_in_their_own_range(rng):
    x = rng.normal(size=(40, 2))
    explorer = learner(x, 100 * x[:, 0] + 0.5, MSE())
    background = explorer.current()["plane"].background
    assert background.scale[1] == pytest.approx(np.abs(background.values).max())


def test_points_that_all_lie_at_the_origin_are_shown():
    assert learner(np.zeros((4, 2)), np.zeros(4, int), BinaryCrossEntropy()).current()["plane"].x == (-1.0, 1.0)


@pytest.mark.parametrize(("x", "y", "error", "words"), [
    (np.full((4, 2), np.nan), np.zeros(4, int), ValueError, "x must be finite; 4 of 4 samples hold NaN"),
    (np.zeros((0, 2)), np.zeros(0, int), ValueError, "x must not be empty"),
    (np.zeros((4, 2), int), np.zeros(4, int), TypeError, "x must hold float32 or float64 numbers"),
    (np.zeros((4, 2)), np.full(4, np.nan), ValueError, "y must hold finite numbers; got 4 NaN"),
    (np.zeros((4, 2)), np.array([0, 1, 2, 0]), ValueError, r"y must .*2"),
    (np.zeros((4, 2)), np.zeros(3, int), ValueError, r"x must be \(N, 2\) and y \(N,\)"),
])
def test_what_does_not_fit_is_named(x, y, error, words):
    with pytest.raises(error, match=words):
        learner(x, y, MSE())


def test_a_descent_that_runs_away_stops_before_its_numbers_do(rng):
    x = rng.normal(size=(40, 2))
    explorer = learner(x, x[:, 0], MSE())
    explorer.optimiser = SGD(1e5)
    explorer.press("train", times=3)
    scene = explorer.current()
    assert explorer.diverged and not explorer.enabled("train") and not explorer.enabled("step")
    assert "start again with a smaller learning rate" in scene.description and "nan" not in str(scene["numbers"].rows)
    check_of(explorer)(scene, explorer.values)
    explorer.reset()
    assert explorer.enabled("train") and "smaller" not in explorer.current().description
