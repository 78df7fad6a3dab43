"""The gradient check as an explorer: its losses against slow loops, its gradient against central differences, the shape
of its curves against what theory says.
"""

import naive
import numpy as np
import pytest
from convolved import number
from explorers import SWEEPS, assert_array_equal, sweep

from cnnlab import MSE, CrossEntropy, Network, ops
from cnnlab.explore import GradientCheck
from cnnlab.explore.backprop.gradient_check import BOTH, NEAR, ONE, STEPS
from cnnlab.gradcheck import STEP, numeric_gradient, relative_error
from cnnlab.layers import Conv2D, Dense, Flatten, ReLU
from cnnlab.layers.convolution import unchecked

ACT = {"tanh": np.tanh, "ReLU": ops.relu, "none": lambda e: e}


def slow_loss(explorer, f):
    """L as a function of w, by the slow loops and NumPy alone, in float64."""
    network = explorer.of(f).networks[np.dtype(np.float64)]
    p, x = network.parameters, explorer.of(f).x.astype(float)
    last = len(network.layers) - 1
    hot = np.eye(10)[explorer.of(f).y]

    def loss(w):
        h = ACT[f](naive.conv2d(x, w, p["0.b"], "valid", (1, 1)))
        return float(((h.reshape(len(x), -1) @ p[f"{last}.w"] + p[f"{last}.b"] - hot) ** 2).mean())

    return loss, p["0.w"].copy()


@pytest.mark.parametrize("f", list(ACT))
def test_every_number_of_the_table(f):
    explorer = GradientCheck()
    loss, w = slow_loss(explorer, f)
    for sides in (BOTH, ONE):
        for step, weight, d in ((1e-1, (0, 0), 0), (1e-3, (2, 1), 1), (1e-6, (1, 1), 0)):
            explorer.set(f=f, sides=sides, step=step, weight=weight, d=d)
            place, scene = (*weight, 0, d), explorer.current()
            up, down = w.copy(), w.copy()
            up[place] += step
            down[place] -= step if sides == BOTH else 0.0
            rows = {row[0]: row[1:] for row in scene["digits"].rows}
            for (words, mine), expected in zip(list(rows.items())[:2], (loss(up), loss(down)), strict=True):
                assert float(mine[0]) == pytest.approx(expected, rel=1e-13), words
                assert float(mine[1]) == pytest.approx(expected, rel=1e-5), words
            exact = scene["dw"].values[weight]
            for column, tolerance in ((0, 1e-6), (1, 2e-2 if step > 1e-4 else 10)):
                difference, quotient = number(rows["difference"][column]), number(list(rows.values())[3][column])
                assert quotient == pytest.approx(difference / (step * (2 if sides == BOTH else 1)), rel=0.01)
                error = float(rows["relative error"][column])
                assert error == pytest.approx(abs(quotient - exact) / abs(exact), rel=0.06, abs=1e-7)
                truth = (loss(up) - loss(down)) / (step * (2 if sides == BOTH else 1))
                assert quotient == pytest.approx(truth, rel=tolerance)


@pytest.mark.parametrize("f", list(ACT))
def test_the_gradient_shown_is_the_central_difference_by_slow_loops(f):
    explorer = GradientCheck()
    loss, w = slow_loss(explorer, f)
    expected = numeric_gradient(lambda: loss(w), w)
    for d in (0, 1):
        explorer.set(f=f, d=d)
        assert relative_error(explorer.current()["dw"].values, expected[:, :, 0, d]) < 1e-6


@pytest.mark.parametrize("f", ["tanh", "none"])
@pytest.mark.parametrize("sides", [BOTH, ONE])
def test_the_curve_is_a_v_and_float32_sits_higher_and_further_right(f, sides):
    explorer, order = GradientCheck(), 2 if sides == BOTH else 1
    for weight in explorer.positions("weight"):
        explorer.set(f=f, sides=sides, weight=weight)
        double, single = (
            explorer.of(f).errors((*weight, 0, 0), STEPS, sides == BOTH, t) for t in (np.float64, np.float32)
        )
        assert single.min() > 100 * double.min()
        assert single[STEPS.index(1e-8)] > 0.9, "nine digits do not show so small a change"
        if f == "tanh" or sides == ONE:
            assert 0 < np.argmin(double) < np.argmin(single) < len(STEPS) - 1
            ratio = double[STEPS.index(1e-1)] / double[STEPS.index(1e-2)]
            if f == "none":  # of tanh, some weights have a bend that happens to be nearly zero
                assert np.log10(ratio) == pytest.approx(order, abs=0.3)
            if 0.3 < ratio / 10**order < 3:
                assert any("bends" in item.label for item in explorer.current()["errors"].items if hasattr(item, "x"))
        else:  # L is a parabola in w: from both sides the bend cancels exactly, and only rounding is left
            assert double[STEPS.index(1.0)] < 1e-12
            labels = [getattr(item, "label", "") for item in explorer.current()["errors"].items]
            assert not any("bends" in label for label in labels)


def curve_check(explorer):
    def check(scene, values):
        f, place = values.get("f"), (*values["weight"], values.get("c", 0), values.get("d", 0))
        dw = explorer.of(f).gradient()
        assert_array_equal(scene["dw"].values, dw[:, :, place[2], place[3]])
        lines = {item.label: item for item in scene["errors"].items if type(item).__name__ == "Line"}
        near = {item.label: item for item in scene["near"].items if type(item).__name__ == "Line"}
        for column, dtype in enumerate((np.float64, np.float32)):
            name = np.dtype(dtype).name
            shown = lines[name].y[STEPS.index(values["step"])]
            printed = float(scene["digits"].rows[5][1 + column])
            assert shown == pytest.approx(max(printed, 1e-14), rel=0.06) or printed > 1e3
            change = (
                explorer.of(f).losses(place, [values["step"]], dtype)[0] - explorer.of(f).losses(place, [0.0], dtype)[0]
            )
            slope = np.clip(float(change) / (values["step"] * max(abs(dw[place]), 1e-12)), -1e3, 1e3)
            found = np.interp(1.0, NEAR, near[name].y)
            assert found == pytest.approx(slope, rel=1e-3, abs=1e-3)
        assert f"{values['step']:g}" in scene.description

    return check


@SWEEPS
def test_every_position_of_its_controls_and_the_weights_are_put_back(everywhere, monkeypatch):
    """With each weight, or with two corners and the middle."""
    explorer = GradientCheck()
    every = explorer.positions
    if not everywhere:
        monkeypatch.setattr(explorer, "positions", lambda name: every(name)[:: 4 if name == "weight" else 1])
    before = {f: {t: net.weights() for t, net in one.networks.items()} for f, one in explorer.quotients.items()}
    assert sweep(explorer, curve_check(explorer), all_positions=everywhere) > 50
    for f, one in explorer.quotients.items():
        for t, net in one.networks.items():
            for name, array in net.weights().items():
                assert_array_equal(array, before[f][t][name])


def test_any_network_and_the_mark_is_the_step_of_gradcheck(rng):
    network = Network([ReLU(), Conv2D(2, (2, 3), stride=2), ReLU(), Flatten(), Dense(3)], (7, 8, 2), rng=1)
    x, y = rng.normal(size=(4, 7, 8, 2)).astype(np.float32), np.array([0, 1, 2, 1])
    explorer = GradientCheck(network, x, y, CrossEntropy())
    assert "f" not in explorer.controls and explorer.positions("c") == [0, 1]
    assert sweep(explorer, curve_check(explorer)) > 20
    double = Network([ReLU(), Conv2D(2, (2, 3), stride=2), ReLU(), Flatten(), Dense(3)], (7, 8, 2), dtype=np.float64)
    double.set_weights({name: array.astype(float) for name, array in network.weights().items()})
    w = double.layers[1].parameters["w"]
    expected = numeric_gradient(lambda: CrossEntropy()(double.forward(x), y), w)
    for c, d in np.ndindex(2, 2):
        explorer.set(c=c, d=d)
        assert relative_error(explorer.current()["dw"].values, expected[:, :, c, d]) < 1e-6
    assert STEP in [item.x for item in explorer.current()["errors"].items if type(item).__name__ == "Mark"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"loss": MSE()}, ValueError, "must be given together"),
        ({"network": 3, "x": 1, "y": 2, "loss": 3}, TypeError, "network must be a Network; got int"),
        (
            {
                "network": Network([Flatten(), Dense(2)], (3, 3, 1)),
                "x": np.zeros((1, 3, 3, 1), np.float32),
                "y": np.zeros(1),
                "loss": MSE(),
            },
            ValueError,
            "network must have a Conv2D",
        ),
    ],
)
def test_the_check_refuses_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        GradientCheck(**arguments)


def test_a_wrong_gradient_keeps_its_error_at_every_step(monkeypatch):
    """What the check is for: with the unflipped gradient no step brings the error down."""
    right = unchecked.conv2d_weight_gradient
    monkeypatch.setattr(
        unchecked,
        "conv2d_weight_gradient",
        lambda *args, **options: np.ascontiguousarray(right(*args, **options)[::-1, ::-1]),
    )
    explorer = GradientCheck()
    assert explorer.of("tanh").errors((0, 1, 0, 0), STEPS, True, np.float64).min() > 0.01
