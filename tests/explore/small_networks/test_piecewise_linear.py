"""PiecewiseLinear: what it shows is b + sum_j v_j f(w_j x + b_j), knots and fits included, in every position."""

import re

import numpy as np
import pytest
from anything.odd import some_slow
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import losses
from cnnlab.analysis.pieces.activations import LEAK
from cnnlab.analysis.piecewise import HiddenUnits
from cnnlab.explore.small_networks.piecewise_linear import LIMIT, PiecewiseLinear
from cnnlab.explore.toolkit.examples import TARGETS
from cnnlab.explore.toolkit.scene import Grid, Scene

PLAIN = {
    "unit step": lambda e: 1.0 * (e > 0),
    "signum": np.sign,
    "sigmoid": lambda e: 1 / (1 + np.exp(-e)),
    "tanh": lambda e: (np.exp(e) - np.exp(-e)) / (np.exp(e) + np.exp(-e)),
    "ReLU": lambda e: (e + np.abs(e)) / 2,
    "leaky ReLU": lambda e: np.where(e > 0, e, LEAK * e),
}


def sum_of_units(x, values):
    """y(x), written down once more, unit by unit."""
    y = np.full_like(x, values["bias"])
    f = PLAIN.get(values["f"], lambda e: np.where(e > 0, e, values["slope"] * e))
    sharp = values["sharpness"] if values["f"] in ("sigmoid", "tanh") else 1
    for j in range(1, values["units"] + 1):
        y = y + values[f"v{j}"] * f(sharp * (values[f"w{j}"] * x + values[f"b{j}"]))
    return 1 / (1 + np.exp(-y)) if values["squash"] else y


def check(scene, values):
    lines = {item.label: item for item in scene["y"].items if getattr(item, "label", "")}
    shown = lines["ŷ"]
    assert_allclose(shown.y, sum_of_units(shown.x, values), rtol=1e-9, atol=1e-9)
    wanted = lines["class" if values["squash"] else "target"]
    t = TARGETS[values["target"]](wanted.x)
    assert_array_equal(wanted.y, t > 0 if values["squash"] else t)
    first, scaled = (
        [item for item in scene[name].items if type(item).__name__ == "Line" and item.label != "v₀"]
        for name in ("h", "vh")
    )
    assert len(first) == len(scaled) == values["units"]
    by_hand = [values[f"v{j}"] * h.y for j, h in enumerate(first, 1)]
    assert_allclose([vh.y for vh in scaled], by_hand, atol=1e-12)
    knots = {-values[f"b{j}"] / values[f"w{j}"] for j in range(1, values["units"] + 1) if values[f"w{j}"] != 0}
    inside = sorted(k for k in knots if abs(k) < 2)
    assert_allclose(sorted(set(lines["knots"].x)), inside, atol=1e-12)
    either = [sum_of_units(lines["knots"].x + side, values) for side in (-1e-6, 1e-6)]
    assert_allclose(lines["knots"].y, np.mean(either, axis=0), atol=1e-9)
    marks = [item.x for item in scene["y"].items if type(item).__name__ == "Mark"]
    assert_allclose(sorted(set(marks)), sorted(k for k in knots if abs(k) <= 2), atol=1e-12)


@SWEEPS
def test_every_position_of_every_control_shows_the_sum_of_the_units(everywhere, monkeypatch):
    """One slider is everywhere, over the functions, and the others here and there; when there is time, all of them are,
    with each function, and those of three units.
    """
    explorer = PiecewiseLinear() if everywhere else PiecewiseLinear(units=2)
    every, rarely = explorer.positions, ("bias", "b1", "v1", "w2", "b2", "v2")
    if not everywhere:
        monkeypatch.setattr(explorer, "positions", lambda name: every(name)[:: 5 if name in rarely else 1])
    assert sweep(explorer, check, all_positions=everywhere) > (2000 if everywhere else 700)


def test_a_bug_at_one_position_is_found_wherever_it_is(monkeypatch):
    right, met = HiddenUnits.layer, {"w1": set(), "v1": set(), "bias": set()}

    def wrong(self, x):
        e, h, y = right(self, x)
        return e, h, y + 0.25 * (self.w[0, 0] == 0.7)

    with monkeypatch.context() as patch, pytest.raises(AssertionError):
        patch.setattr(HiddenUnits, "layer", wrong)
        sweep(PiecewiseLinear(units=1), check)

    class Places(PiecewiseLinear):
        def scene(self, **values):  # nothing but where it is
            for name, been in met.items():
                been.add(values[name])
            return Scene([Grid(name="w", values=[[values["w1"]]])], f"{self.title}: places where a sweep has been.")

    sweep(Places(units=1))
    for name, been in met.items():
        missed = set(PiecewiseLinear().positions(name)) - been
        assert not missed, f"places of {name} where no bug would be found"


def error(explorer):
    values = explorer.values
    x, t = explorer.samples(values)
    y = explorer.function(values).layer(x)[2]
    return (losses.BinaryCrossEntropy() if values["squash"] else losses.MSE())(y[:, None], t[:, None])


def test_the_button_of_least_squares_sets_v_and_b_and_leaves_the_knots(rng):
    explorer = PiecewiseLinear()
    explorer.set(target="sine")
    knots = explorer.function(explorer.values).knots()
    explorer.press("fit")
    best = error(explorer)
    assert_array_equal(explorer.function(explorer.values).knots(), knots)
    fitted = {name: explorer.values[name] for name in ("bias", "v1", "v2", "v3")}
    for _ in range(50):
        explorer.set(**{name: np.clip(value + 0.05 * rng.normal(), -LIMIT, LIMIT) for name, value in fitted.items()})
        assert error(explorer) > best


FUNCTIONS = ["sigmoid", "tanh", "ReLU", "leaky ReLU", "PReLU"]


@pytest.mark.parametrize("f", some_slow(FUNCTIONS, ["tanh", "PReLU"]))
def test_training_learns_the_target_and_moves_the_knots(f):
    explorer = PiecewiseLinear()
    explorer.set(f=f, units=5, target="tent", eta=0.05)
    explorer.press("scatter")
    before, knots = error(explorer), explorer.function(explorer.values).knots()
    explorer.press("train", times=40)
    assert error(explorer) < 0.3 * before
    assert np.abs(explorer.function(explorer.values).knots() - knots).max() > 0.01


@pytest.mark.parametrize("f", ["tanh", "PReLU"])
def test_one_press_of_training_is_twenty_steps_of_gradient_descent(f):
    explorer = PiecewiseLinear()
    explorer.set(f=f, units=2, eta=0.1, b1=0.93, b2=0.03)  # no knot on a sample, where there is no derivative
    x, t = explorer.samples(explorer.values)
    names = ("w1", "w2", "b1", "b2", "v1", "v2", "bias", "slope")
    p = np.array([explorer.values[name] for name in names])

    def loss(p):
        e1, e2 = p[0] * x + p[2], p[1] * x + p[3]
        h1, h2 = (np.tanh(e) if f == "tanh" else np.where(e > 0, e, p[7] * e) for e in (e1, e2))
        return np.mean((p[6] + p[4] * h1 + p[5] * h2 - t) ** 2)

    for _ in range(20):
        p = p - 0.1 * np.array([(loss(p + d) - loss(p - d)) / 2e-6 for d in 1e-6 * np.eye(8)])
    explorer.press("train")
    assert_allclose([explorer.values[name] for name in names], p, atol=1e-6)
    assert (p[7] != 0.25) == (f == "PReLU")


def test_steps_cannot_be_trained_and_the_description_says_why():
    explorer = PiecewiseLinear()
    explorer.set(f="unit step")
    knots = explorer.function(explorer.values).knots()
    explorer.press("train", times=50)
    assert_array_equal(explorer.function(explorer.values).knots(), knots)
    assert "No knot learns: the derivative is zero" in explorer.current().description


def test_classification_squashes_the_same_function_and_learns_the_classes():
    explorer = PiecewiseLinear()
    explorer.set(squash=True, target="sine", units=6, eta=0.2)
    explorer.press("scatter")
    explorer.press("train", times=50)
    shown = next(item for item in explorer.current()["y"].items if getattr(item, "label", "") == "ŷ")
    assert 0 <= shown.y.min() and shown.y.max() <= 1
    x, t = explorer.samples(explorer.values)
    assert set(t) == {0.0, 1.0}
    assert np.mean((np.interp(x, shown.x, shown.y) > 0.5) == t) > 0.9
    assert not explorer.enabled("fit")


def slopes(explorer):
    """What the description says of the pieces, from left to right."""
    words = re.search(r"(?:slopes|heights) from left to right[^:]*: (.*?)\. ", explorer.current().description)[1]
    return [float(word.replace("−", "-")) for word in words.split(", ")]


def test_pieces_are_told_apart_where_the_function_really_bends():
    explorer = PiecewiseLinear()
    assert_allclose(slopes(explorer), [0, 0.6, -0.3, 0.2])
    explorer.set(v2=0)
    assert_allclose(slopes(explorer), [0, 0.6, 1.1])
    explorer.set(v2=-0.6, b2=1, v1=0.6)  # two knots at -1 that cancel
    assert_allclose(slopes(explorer), [0, 0.5])
    explorer.set(f="PReLU", slope=1.0)
    assert len(slopes(explorer)) == 1 and "no knot in sight" in explorer.current().description
    explorer.set(f="unit step", v2=-0.9, b2=0)
    assert_allclose(slopes(explorer), [0, 0.6, -0.3, 0.2])


def test_a_unit_with_a_negative_w_bends_by_v_times_the_size_of_w():
    explorer = PiecewiseLinear(units=1)
    explorer.set(w1=-2.0, b1=0.0, v1=0.5)
    assert_allclose(slopes(explorer), [-1.0, 0.0])


def test_units_that_die_are_named():
    explorer = PiecewiseLinear(units=6)
    explorer.set(target="sine", eta=0.5)
    assert "dead" not in explorer.current().description
    explorer.press("train", times=5)
    values = explorer.values
    x, _ = explorer.samples(values)
    off = [j for j in range(1, 7) if (values[f"w{j}"] * x + values[f"b{j}"] <= 0).all()]
    assert off
    named = re.search(r" Units? ([\d, and]+) (?:is|are) dead", explorer.current().description)[1]
    assert [int(word) for word in re.findall(r"\d", named)] == off
    before = [values[f"{name}{j}"] for j in off for name in "wb"]
    explorer.press("train", times=5)
    assert [explorer.values[f"{name}{j}"] for j in off for name in "wb"] == before


LARGE = [(0.01, 4, 0, 0), (0.05, 5, 8, 12), pytest.param(0.05, 10, 15, 25, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("eta", "starts", "least", "most"), LARGE)
def test_large_steps_kill_as_many_units_as_notebook_02_says(eta, starts, least, most):
    dead = 0
    for start in range(1, starts + 1):
        explorer = PiecewiseLinear(units=6)
        explorer.set(target="sine", eta=eta)
        explorer.press("scatter", times=start)
        explorer.press("train", times=20)
        values = explorer.values
        dead += len(explorer.function(values).dead(explorer.samples(values)[0]))
    assert least <= dead <= most


@pytest.mark.parametrize("target", ["staircase", "bump"])
@pytest.mark.parametrize("squash", [False, True])
def test_a_target_that_jumps_stands_upright_and_its_jumps_are_where_three_knots_are(target, squash):
    explorer = PiecewiseLinear()
    explorer.set(target=target, squash=squash)
    (line,) = [item for item in explorer.current()["y"].items if getattr(item, "label", "") in ("target", "class")]
    at = np.flatnonzero(np.diff(line.y))
    assert len(at) and (line.x[at + 1] - line.x[at] < 1e-12).all()
    assert {round(float(place), 6) for place in line.x[at]} <= {-1.0, 0.0, 1.0}


def test_no_two_units_begin_with_one_knot():
    knots = PiecewiseLinear(units=6).function(PiecewiseLinear(units=6).values).knots()
    assert len(set(knots)) == 6


def test_a_target_of_ones_own():
    explorer = PiecewiseLinear(target=lambda x: np.cos(3 * x), units=6)
    x, t = explorer.samples(explorer.values)
    assert_array_equal(t, np.cos(3 * x))
    with pytest.raises(ValueError, match="target must be a function of an array"):
        PiecewiseLinear(target=lambda x: 1.0)


@pytest.mark.slow  # twelve thousand steps of gradient descent
def test_how_many_units_die_is_what_notebook_02_says():
    """Of the first ten random starts, 400 steps each, by learning rate."""
    explorer = PiecewiseLinear(units=6)
    for eta, dead in ((0.01, 0), (0.02, 1), (0.05, 17)):
        explorer.reset()
        explorer.set(target="sine", eta=eta)
        found = 0
        for _ in range(10):
            explorer.press("scatter")
            explorer.press("train", times=20)
            found += len(explorer.function(explorer.values).dead(explorer.samples(explorer.values)[0]))
        assert found == dead, eta
