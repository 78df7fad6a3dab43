"""The explorers of notebooks 01 and 05 show the engine's numbers, and those are the derivatives."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.explore.five_steps import BACKWARD, STEPS, WEIGHTS, FiveSteps, small_network
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


TWO = np.array([[0.0], [1.0]])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden": 5}, "hidden must be 1 to 4"),
        ({"hidden": 0}, "hidden must be a whole number"),
        ({"hidden": "3"}, "hidden must be a whole number"),
        ({"hidden": None}, "hidden must be a whole number"),
        ({"hidden": 2.5}, "hidden must be a whole number"),
        ({"hidden": True}, "hidden must be a whole number"),
        ({"rng": "4"}, "rng must be a whole number"),
        ({"rng": -1}, "rng must be a whole number"),
        ({"rng": None}, "rng must be a whole number"),
        ({"rng": np.random.default_rng(0)}, "rng must be a whole number"),
        ({"eta": 0.7}, "eta must be a number from 0.02 to 0.5"),
        ({"eta": "0.3"}, "eta must be a number"),
        ({"y": TWO}, "x and y must be given together; got only y"),
        ({"x": TWO}, "x and y must be given together; got only x"),
        ({"x": np.zeros(3), "y": np.zeros(3)}, r"x must be \(n, 1\).*shape \(3,\)"),
        ({"x": TWO, "y": np.zeros((2, 2))}, r"y must be \(n, 1\).*shape \(2, 2\)"),
        ({"x": np.zeros((1, 1)), "y": np.zeros((1, 1))}, r"x must be \(n, 1\) with at least 2 samples"),
        ({"x": TWO, "y": np.zeros((3, 1))}, "x and y must hold the same number of samples; got 2 and 3"),
        ({"x": TWO, "y": np.array([[0.0], [np.nan]])}, "y must hold finite numbers .* got nan"),
        ({"x": 1e200 * TWO, "y": TWO}, r"x must hold finite numbers .* got 1e\+200"),
        ({"x": TWO, "y": -np.inf * np.ones((2, 1))}, "y must hold finite numbers .* got -inf"),
        ({"x": "two", "y": TWO}, "x must be an array of real numbers; got str"),
        ({"x": [["0"], ["1"]], "y": TWO}, "x must be an array of real numbers; got list"),
        ({"x": {"a": 1}, "y": TWO}, "x must be an array of real numbers; got dict"),
        ({"x": TWO, "y": [[1.0], [2.0, 3.0]]}, "y must be an array .*different lengths"),
        ({"x": TWO, "y": TWO + 1j}, "y must be an array of real numbers; .*complex128"),
        ({"x": TWO > 0, "y": TWO}, "x must be an array of real numbers; .*bool"),
    ],
)
def test_five_steps_refuses_what_it_cannot_show(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        FiveSteps(**arguments)


def test_five_steps_takes_lists_and_whole_numbers():
    explorer = FiveSteps(x=[[0], [1], [2]], y=[[0], [1], [4]])
    assert explorer.x.dtype == explorer.y.dtype == np.float64 and explorer.y[2, 0] == 4


def test_the_network_of_the_notebook_is_that_of_the_explorer_and_every_weight_is_random():
    explorer, network = FiveSteps(), small_network()
    for name, array in explorer.network.parameters().items():
        assert np.array_equal(array, network.parameters()[name])
    values = np.concatenate([array.ravel() for array in network.parameters().values()])
    assert len(set(values)) == len(values) == 10 and np.all(values != 0)


def cell_of(panel, r, c):
    """What a cell shows, {kind of number: digits}, and the unit, weight or loss it belongs to; in plain sight."""
    if panel.name == "network":
        node = panel.nodes[c]
        assert r == 0
        return node.text.split()[0], {"value": node.under or "".join(node.text.split()[1:])}
    row = panel.rows[r]
    assert 0 <= c < len(row)
    if panel.name == "weights":
        return row[0], {"value": row[1], "gradient": row[2]}
    name = {"error": "L", "its square": "L"}.get(row[0], row[0].removeprefix("dL/d").split()[0]).replace("e_", "h_")
    return name, {"value" if row[0] == name else "gradient" if row[0] == f"dL/d{name}" else "other": row[3]}


@pytest.mark.parametrize("hidden", [1, 3, 4])
@pytest.mark.parametrize("step", STEPS)
def test_what_is_linked_is_the_same_number(step, hidden):
    explorer = FiveSteps(hidden=hidden)
    explorer.press("ten")
    explorer.set(step=step, i=3)
    scene, linked, compared = explorer.current(), set(), set()
    for link in scene.links:
        for pair in link.pairs.astype(int):
            (name, one), (same, other) = cell_of(scene[link.panel], *pair[:2]), cell_of(scene[link.other], *pair[2:])
            assert name == same
            linked |= {(link.panel, *pair[:2]), (link.other, *pair[2:])}
            for kind in one.keys() & other.keys():
                if one[kind] and other[kind]:
                    assert float(one[kind]) == pytest.approx(float(other[kind]), abs=0.0051)  # some with two decimals
                    compared.add((name, kind))
    rows = [(name, r) for name in ("formulas", "weights") for r in range(len(scene[name].rows))]
    assert {(*row, c) for row in rows for c in range(4)} <= linked, "every cell of the tables lights up something"
    assert {("network", 0, i) for i in range(hidden + 3, len(scene["network"].nodes))} <= linked, "and every weight"
    units, at = range(1, hidden + 1), STEPS.index(step)
    parameters = {"b2", *(f"{u}_{j}" for u in ("w1", "b1", "w2") for j in units)}
    values = [{"x", "y"}, parameters, {"yhat", *(f"h_{j}" for j in units)} | parameters, {"L"} | parameters, parameters]
    assert {name for name, kind in compared if kind == "value"} == values[at]
    assert {name for name, kind in compared if kind == "gradient"} == (parameters if step == BACKWARD else set())


def test_step_five_shows_what_the_next_press_does_to_every_weight():
    explorer = FiveSteps(eta=0.2)
    explorer.press("ten")
    before = explorer.current()["weights"].rows
    values = {name: array.copy() for name, array in explorer.network.parameters().items()}
    explorer.press("next")  # into round 12, step 3
    after = explorer.current()["weights"].rows
    assert len(before) == 10
    for (name, now, gradient, new), then in zip(before, after, strict=True):
        assert then == [name, new, "", ""]
        layer, place = (0 if name[1] == "1" else 2), int(name[-1]) - 1 if "_" in name else 0
        array = f"{layer}.{name[0]}"
        moved = explorer.network.parameters()[array].ravel()[place] - values[array].ravel()[place]
        assert float(now) == pytest.approx(values[array].ravel()[place], abs=6e-4)
        assert -0.2 * float(gradient) == pytest.approx(moved, abs=2e-5)
    explorer.set(step=BACKWARD)
    said = explorer.current().description
    assert f"w1_1 from {after[0][1]} to {explorer.current()['weights'].rows[0][3]}" in said
    explorer.set(step=STEPS[0])
    assert all(row[1:] == ["", "", ""] for row in explorer.current()["weights"].rows)


def test_after_some_rounds_the_weights_are_no_longer_called_random():
    explorer = FiveSteps()
    explorer.set(step=WEIGHTS)
    assert "start from random numbers" in explorer.current().description
    assert {row[1] for row in explorer.current()["formulas"].rows} == {"random"}
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
    first = explorer.network.parameters()["0.w"].copy()
    explorer.press("train")
    trained = explorer.network.parameters()["0.w"].copy()
    seen = [first]
    for _ in range(3):
        explorer.press("again")
        seen.append(explorer.network.parameters()["0.w"].copy())
    assert len({array.tobytes() for array in seen}) == 4 and explorer.steps == 0
    explorer.reset()
    assert np.array_equal(explorer.network.parameters()["0.w"], first)
    explorer.press("train")
    assert np.array_equal(explorer.network.parameters()["0.w"], trained)


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
