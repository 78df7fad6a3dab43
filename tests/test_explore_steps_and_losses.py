"""The explorers of notebooks 01 and 05 show the engine's numbers, and those are the derivatives."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.explore.five_steps import BACKWARD, STEPS, WEIGHTS, FiveSteps
from cnnlab.explore.metrics import ConditionalMean, ConfidentlyWrong, cloud, conditional_mean, sigmoid_losses
from cnnlab.explore.trained_regions import TrainedRegions
from cnnlab.gradcheck import numeric_gradient
from cnnlab.layers import Dense, ReLU
from cnnlab.losses import BinaryCrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import Adam


def values_of(scene):
    return {row[0]: float(row[3]) for row in scene["formulas"].rows}


def test_every_gradient_on_the_screen_is_a_central_difference():
    explorer = FiveSteps()
    explorer.press("ten", times=3)
    explorer.set(step=BACKWARD)
    network = explorer.network

    def loss():
        return float(np.mean((network.forward(explorer.x) - explorer.y) ** 2))

    expected = {name: numeric_gradient(loss, array) for name, array in network.parameters().items()}
    for i in range(1, len(explorer.x) + 1):
        explorer.set(i=i)
        shown = values_of(explorer.current())
        for j in range(3):
            assert shown[f"dL/dw1_{j + 1}"] == pytest.approx(expected["0.w"][0, j], abs=6e-4)
            assert shown[f"dL/db1_{j + 1}"] == pytest.approx(expected["0.b"][j], abs=6e-4)
            assert shown[f"dL/dw2_{j + 1}"] == pytest.approx(expected["2.w"][j, 0], abs=6e-4)
        assert shown["dL/db2"] == pytest.approx(expected["2.b"][0], abs=6e-4)


def test_the_forward_numbers_are_the_formula_of_the_lecture():
    explorer = FiveSteps()
    explorer.set(step=STEPS[2], i=5)
    shown, p = values_of(explorer.current()), explorer.network.parameters()
    h = np.tanh(explorer.x[4, 0] * p["0.w"][0] + p["0.b"])
    assert [shown[f"h_{j}"] for j in (1, 2, 3)] == pytest.approx(h, abs=6e-4)
    assert shown["yhat"] == pytest.approx(float(h @ p["2.w"][:, 0] + p["2.b"][0]), abs=6e-4)


def test_five_presses_make_a_round_and_rounds_make_the_loss_fall():
    explorer = FiveSteps()
    for expected in STEPS[1:]:
        explorer.press("next")
        assert explorer.values["step"] == expected and explorer.round == 0
    before = {name: array.copy() for name, array in explorer.network.parameters().items()}
    explorer.network.loss_and_gradients(explorer.x, explorer.y, explorer.lossfunction)
    gradients = {name: array.copy() for name, array in explorer.network.gradients().items()}
    explorer.press("next")
    for name, array in explorer.network.parameters().items():
        assert np.allclose(array, before[name] - explorer.values["eta"] * gradients[name])
    explorer.press("hundred")
    assert explorer.round == 101 and explorer.losses[-1] < 0.2 * explorer.losses[0]
    explorer.reset()
    assert explorer.round == 0 and np.array_equal(explorer.network.parameters()["0.w"], before["0.w"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden": 5}, "hidden must be 1 to 4"),
        ({"x": np.zeros(3), "y": np.zeros(3)}, r"x and y must both be \(n, 1\)"),
        ({"x": np.zeros((1, 1)), "y": np.zeros((1, 1))}, "x and y must hold at least 2 samples; got 1"),
        ({"x": np.zeros((2, 1)), "y": np.array([[0.0], [np.nan]])}, "x and y must be finite"),
    ],
)
def test_five_steps_refuses_what_it_cannot_show(arguments, words):
    with pytest.raises(ValueError, match=words):
        FiveSteps(**arguments)


def test_after_some_rounds_the_weights_are_no_longer_called_random():
    explorer = FiveSteps()
    explorer.set(step=WEIGHTS)
    assert "start from random numbers" in explorer.current().description
    assert {row[1] for row in explorer.current()["formulas"].rows} == {"random", "zero"}
    explorer.press("hundred")
    explorer.set(step=WEIGHTS)
    assert "After 100 rounds these are the weights; they began as random numbers." in explorer.current().description
    assert {row[1] for row in explorer.current()["formulas"].rows} == {"learned"}


@pytest.mark.parametrize(("at", "wide"), [(100.0, 1.0), (0.0, 0.01), (-5.0, 50.0)])
def test_the_axes_follow_data_of_ones_own(at, wide):
    x = at + wide * np.linspace(-1, 1, 5)[:, None]
    curves = FiveSteps(x=x, y=10 * x).current()
    function, fall = curves["function"], curves["loss"]
    assert function.x[0] < x.min() and x.max() < function.x[1] < x.max() + wide
    assert function.y[0] < 10 * x.min() and 10 * x.max() < function.y[1]
    first = fall.items[0].y[0]
    assert fall.y[0] < first < fall.y[1]


def test_a_loss_that_runs_away_is_named_and_the_numbers_stay_numbers():
    x = np.linspace(-2, 2, 5)[:, None]
    explorer = FiveSteps(x=x, y=1000 * x, eta=0.5)
    explorer.press("hundred")
    assert explorer.diverged and not explorer.enabled("hundred") and np.isfinite(explorer.losses).all()
    for step in STEPS:
        explorer.set(step=step)
        scene = explorer.current()
        assert "the loss has diverged" in scene.description and "smaller η" in scene.description
        assert max(edge.width for edge in scene["network"].edges) <= 7
        assert "nan" not in str(scene["formulas"].rows) and "inf" not in str(scene["formulas"].rows)
    explorer.reset()
    explorer.set(eta=0.02)
    assert not explorer.diverged and explorer.enabled("next") and "diverged" not in explorer.current().description
    explorer.set(step=BACKWARD, eta=0.5)
    while not explorer.diverged:
        explorer.press("next")
    assert explorer.values["step"] == BACKWARD


def test_five_steps_works_in_every_position():
    assert sweep(FiveSteps()) > 40


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


def test_a_network_in_training_starts_again_where_it_began(rng):
    x, y = rng.standard_normal((60, 2)), np.arange(60) % 2
    network = Network([Dense(3), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
    explorer = TrainedRegions(network, BinaryCrossEntropy(), Adam(0.05), x, y)
    first = explorer.current().description
    explorer.press("train", times=3)
    trained = explorer.current().description
    assert trained != first and "After 60 steps" in trained
    explorer.reset()
    assert explorer.current().description == first
    explorer.press("train", times=3)
    assert explorer.current().description == trained
    sweep(explorer)
    with pytest.raises(ValueError, match=r"two inputs.*takes \(3,\)"):
        TrainedRegions(Network([Dense(1)], (3,)), BinaryCrossEntropy(), Adam(), x, y)
    with pytest.raises(ValueError, match="first layer must be Dense"):
        TrainedRegions(Network([ReLU(), Dense(1)], (2,)), BinaryCrossEntropy(), Adam(), x, y)
    with pytest.raises(ValueError, match=r"x must be \(N, 2\)"):
        TrainedRegions(network, BinaryCrossEntropy(), Adam(), x[:, 0], y)
