"""Logits shows softmax, its gradient and both decisions of the engine, at every position."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab import CrossEntropy
from cnnlab.explore import Logits

CLASSES = ["cat", "dog", "fox", "owl"]


def check(scene, values):
    e = np.array([values[name][1] for name in CLASSES])
    label = np.array([CLASSES.index(values["right"])])
    yhat, gradient = CrossEntropy().yhat(e[None])[0], CrossEntropy().gradient(e[None], label)[0]
    bars = scene["yhat"].items[1]
    assert_allclose(bars.y, yhat, atol=1e-12)
    assert scene["yhat"].y == (-0.04, 1.04)
    arrows = [item for item in scene["yhat"].items if type(item).__name__ == "Vector"]
    assert_allclose([arrow.dy for arrow in arrows], gradient, atol=1e-12)
    assert_allclose([arrow.y + arrow.dy for arrow in arrows], yhat, atol=1e-12)
    dots = [item for item in scene["logits"].items if getattr(item, "drag", None)]
    assert [dot.drag for dot in dots] == CLASSES and [float(dot.y[0]) for dot in dots] == e.tolist()
    for label, one in zip((item for item in scene["logits"].items if type(item).__name__ == "Label"), e, strict=True):
        assert float(label.text.replace("−", "-")) == pytest.approx(one, abs=0.051)
        assert 1.5 <= (label.y - one) * (1 if one >= 0 else -1) <= 2, "the number stands at its dot, off the zero line"
    full, plain, cheap = (row[1] for row in scene["decisions"].rows)
    assert plain == cheap == CLASSES[e.argmax()]
    refused = yhat.max() < values["threshold"]
    assert full == ("refused" if refused else cheap)
    assert ("is refused" in scene.description) == refused
    assert f"Without softmax the answer is {cheap}" in scene.description


def test_everything_is_that_of_the_engine_everywhere():
    assert sweep(Logits(), check, all_positions=True) > 60


def test_steps_of_descent_lead_to_the_right_class():
    explorer = Logits(right="owl")
    losses = []
    for _ in range(12):
        losses.append(float(re.search(r"log ŷ of owl = ([\d.]+)\.", explorer.current().description)[1]))
        explorer.press("step")
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.5 * losses[0]
    assert explorer.current()["decisions"].rows[2][1] == "owl"


def test_a_dragged_logit_stays_in_its_column():
    explorer = Logits()
    explorer.set(dog=(2.0, -3.0))
    assert explorer.logits(explorer.values).tolist() == [1.0, -3.0, -0.5, -2.0]
    with pytest.raises(ValueError, match="dog must be"):
        explorer.set(dog=(1.0, 0.0))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"e": (1, 2)}, "e must be 4 numbers from -6 to 6"),
        ({"e": (1, 2, 3, 9)}, "e must be 4 numbers"),
        ({"e": (1, 2, 3, float("nan"))}, "e must be 4 numbers"),
        ({"right": "cow"}, "right must be one of"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        Logits(**arguments)
