"""The explorer of notebook 01 shows the engine's numbers, those are the derivatives, and what is linked is one."""

import itertools

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.stepwise import small_network
from cnnlab.explore.small_networks.five_steps import BACKWARD, STEPS, WEIGHTS, FiveSteps
from cnnlab.gradcheck import numeric_gradient


def values_of(scene):
    return {row[0]: float(row[3]) for row in scene["formulas"].rows}


def test_every_gradient_on_the_screen_is_a_central_difference():
    explorer = FiveSteps()
    explorer.press("ten", times=3)
    explorer.set(step=BACKWARD)
    network = explorer.network

    def loss():
        return float(np.mean((network.forward(explorer.x) - explorer.y) ** 2))

    expected = {name: numeric_gradient(loss, array) for name, array in network.parameters.items()}
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
    shown, p = values_of(explorer.current()), explorer.network.parameters
    h = np.tanh(explorer.x[4, 0] * p["0.w"][0] + p["0.b"])
    assert [shown[f"h_{j}"] for j in (1, 2, 3)] == pytest.approx(h, abs=6e-4)
    assert shown["yhat"] == pytest.approx(float(h @ p["2.w"][:, 0] + p["2.b"][0]), abs=6e-4)


def test_five_presses_make_a_round_and_rounds_make_the_loss_fall():
    explorer = FiveSteps()
    for expected in STEPS[1:]:
        explorer.press("next")
        assert explorer.values["step"] == expected and explorer.round == 0
    before = {name: array.copy() for name, array in explorer.network.parameters.items()}
    explorer.network.loss_and_gradients(explorer.x, explorer.y, explorer.training.loss)
    gradients = {name: array.copy() for name, array in explorer.network.gradients.items()}
    explorer.press("next")
    for name, array in explorer.network.parameters.items():
        assert np.allclose(array, before[name] - explorer.values["eta"] * gradients[name])
    explorer.press("hundred")
    assert explorer.round == 101 and explorer.losses[-1] < 0.2 * explorer.losses[0]
    explorer.reset()
    assert explorer.round == 0 and np.array_equal(explorer.network.parameters["0.w"], before["0.w"])


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
    for name, array in explorer.network.parameters.items():
        assert np.array_equal(array, network.parameters[name])
    values = np.concatenate([array.ravel() for array in network.parameters.values()])
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
    values = {name: array.copy() for name, array in explorer.network.parameters.items()}
    explorer.press("next")  # into round 12, step 3
    after = explorer.current()["weights"].rows
    assert len(before) == 10
    for (name, now, gradient, new), then in zip(before, after, strict=True):
        assert then == [name, new, "", ""]
        layer, place = (0 if name[1] == "1" else 2), int(name[-1]) - 1 if "_" in name else 0
        array = f"{layer}.{name[0]}"
        moved = explorer.network.parameters[array].ravel()[place] - values[array].ravel()[place]
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


def test_in_step_five_the_arrows_lead_back_and_every_weight_tells_its_chain():
    explorer = FiveSteps()
    explorer.press("ten")
    for step in STEPS:
        explorer.set(step=step, i=5)
        scene = explorer.current()
        nodes = scene["network"].nodes
        backwards = [nodes[edge.start].x > nodes[edge.end].x for edge in scene["network"].edges]
        assert all(backwards) if step == BACKWARD else not any(backwards)
        said = {node.text.split()[0]: node.says for node in nodes}
        if step != BACKWARD:
            assert not any(said.values())
            continue
        for symbol, _, numbers, _ in scene["formulas"].rows:
            if numbers.startswith("this sample: "):
                name = symbol.removeprefix("dL/d")
                assert said[name].startswith(f"dL/d{name} = 2 (yhat - y) / 8 · ")
                assert float(said[name].rsplit(" ", 1)[1]) == pytest.approx(float(numbers.split()[-1]), abs=1.1e-4)
    assert len(explorer.current()["formulas"].rows) == 17


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_no_box_of_the_network_covers_another(hidden):
    """On a page of the usual width: boxes as they are painted, circles within theirs."""
    explorer = FiveSteps(hidden=hidden)
    for step in explorer.positions("step"):
        panel = explorer.scene(**{**explorer.values, "step": step})["network"]
        across, down = 390 / (panel.x[1] - panel.x[0]), (panel.height - 24) / (panel.y[1] - panel.y[0])
        boxes = []
        for node in panel.nodes:
            w, h = node.width * across, node.height * down
            w, h = (min(w, h), min(w, h)) if node.shape == "circle" else (w, h)
            boxes.append((node.text, node.x * across - w / 2, node.y * down - h / 2, w, h))
        for (one, x, y, w, h), (other, left, top, wide, high) in itertools.combinations(boxes, 2):
            apart = max(left - x - w, x - left - wide, top - y - h, y - top - high)
            assert apart >= -3, f"{one} and {other}"  # rims may touch
