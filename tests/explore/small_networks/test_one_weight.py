"""The loss of one weight: the curve is the loss, the tangent has the engine's slope, the step lands where it says."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab.analysis.stepwise import small_network, small_task
from cnnlab.explore.small_networks.one_weight import LINE, REACH, OneWeight
from cnnlab.gradcheck import numeric_gradient

X, Y = small_task()


def loss_of(explorer, weights):
    """The loss with these weights, by the formula of the lecture."""
    u = dict(zip(explorer.names, np.ravel(weights), strict=True))
    yhat = u["b2"] + sum(u[f"w2_{j}"] * np.tanh(u[f"w1_{j}"] * X + u[f"b1_{j}"]) for j in range(1, explorer.hidden + 1))
    return float(np.mean((yhat - Y) ** 2))


def with_one(weights, k, value):
    new = np.array(weights)
    new[0, k] = value
    return new


def numbers(words):
    return [float(word) for word in re.findall(r"-?\d+\.\d+", words)]


def test_curve_tangent_and_landing_are_the_loss_its_slope_and_the_rule():
    explorer = OneWeight()

    def check(scene, values):
        k, w, eta, weights = values["chosen"][1], values["w"], values["eta"], values["weights"]
        curve, tangent, step, _, here, landing = scene["loss"].items
        assert w == pytest.approx(weights[0, k])
        places = range(0, len(LINE), 24)
        expected = [loss_of(explorer, with_one(weights, k, LINE[i])) for i in places]
        assert_allclose([curve.y[i] for i in places], expected, atol=1e-9)
        array = np.array([w])
        slope = numeric_gradient(lambda: loss_of(explorer, with_one(weights, k, array[0])), array)[0]
        assert (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0]) == pytest.approx(slope, abs=1e-6)
        assert here.x[0] == pytest.approx(w) and here.y[0] == pytest.approx(loss_of(explorer, weights))
        to = w - eta * slope
        assert landing.x[0] == pytest.approx(to, abs=1e-6) and step.x + step.dx == pytest.approx(to, abs=1e-6)
        assert landing.y[0] == pytest.approx(loss_of(explorer, with_one(weights, k, to)), abs=1e-6)
        said = scene.description
        assert said.startswith(f"{explorer.names[k]} = ") and numbers(said)[-1] == pytest.approx(landing.y[0], abs=6e-5)
        assert numbers(said)[-2] == pytest.approx(here.y[0] - eta * slope**2, abs=2e-4)
        if "hardly" not in said:
            assert ("to the right" in said) is bool(slope < 0)
        assert scene["loss"].y[0] <= here.y[0] <= scene["loss"].y[1] or here.y[0] > 80

    assert sweep(explorer, check) > 30


def test_the_first_weights_are_those_of_five_steps():
    explorer, network = OneWeight(), small_network()
    for (array, at), value in zip(explorer.places.values(), explorer.values["weights"][0], strict=True):
        assert network.parameters[array][at] == value


def test_slider_and_weights_agree_about_the_chosen_one():
    explorer = OneWeight()
    first = explorer.values["weights"].copy()
    explorer.set(w=1.5)
    assert_array_equal(explorer.values["weights"], with_one(first, 0, 1.5))
    explorer.set(chosen=(0, 7))
    assert explorer.values["w"] == first[0, 7]
    explorer.set(weights=with_one(explorer.values["weights"], 7, -2.0))
    assert explorer.values["w"] == -2.0
    explorer.reset()
    assert_array_equal(explorer.values["weights"], first)


def test_one_step_moves_one_weight_and_the_other_button_all_of_them():
    explorer = OneWeight()
    before = explorer.values["weights"].copy()
    explorer.set(chosen=(0, 3))
    _, gradients = explorer.gradients(before)
    slopes = np.array([[gradients[name] for name in explorer.names]])
    explorer.press("step")
    assert_allclose(explorer.values["weights"], with_one(before, 3, before[0, 3] - 0.5 * slopes[0, 3]))
    explorer.reset()
    explorer.press("all")
    assert_allclose(explorer.values["weights"], before - 0.5 * slopes)
    assert loss_of(explorer, explorer.values["weights"]) < loss_of(explorer, before)
    explorer.set(eta=2.0, weights=np.full((1, 10), REACH))
    explorer.press("all", times=9)
    assert np.abs(explorer.values["weights"]).max() <= REACH


def test_equal_units_stay_equal_and_with_zeros_only_b2_has_a_gradient():
    explorer = OneWeight()
    alike = np.array([[0.5, 0.2] * 3 + [0.7] * 3 + [0.1]])
    explorer.set(weights=alike)
    explorer.press("all", times=50)
    u = dict(zip(explorer.names, explorer.values["weights"][0], strict=True))
    for kind in ("w1", "b1", "w2"):
        assert u[f"{kind}_1"] == pytest.approx(u[f"{kind}_2"]) and u[f"{kind}_1"] == pytest.approx(u[f"{kind}_3"])
    _, gradients = explorer.gradients(np.zeros((1, 10)))
    assert [name for name, value in gradients.items() if abs(value) > 1e-12] in ([], ["b2"])


def test_the_weights_are_the_first_nodes_and_each_can_be_dragged():
    explorer = OneWeight()
    panel = explorer.current()["network"]
    assert panel.edit == "weights" and panel.click == "chosen"
    assert [node.text for node in panel.nodes[:10]] == explorer.names
    shown = [float(node.under) for node in panel.nodes[:10]]
    assert_allclose(shown, explorer.values["weights"][0], atol=0.0051)
    assert all(node.says for node in panel.nodes[:10])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden": 4}, "hidden must be 1 to 3"),
        ({"hidden": 0}, "hidden must be a whole number"),
        ({"rng": "4"}, "rng must be a whole number"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        OneWeight(**arguments)


def test_along_the_second_layer_the_loss_is_a_parabola_and_along_the_first_it_is_not():
    explorer, bent = OneWeight(), {}
    for k, name in enumerate(explorer.names):
        explorer.set(chosen=(0, k))
        bent[name] = np.abs(np.diff(explorer.current()["loss"].items[0].y, 3)).max() > 1e-6
    assert bent == {name: name[:2] in ("w1", "b1") for name in explorer.names}
