"""What three exercises on gradients take for right is right: against the engine and central differences."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab import CrossEntropy, check
from cnnlab.check.foundations.error_metrics import cross_entropy_gradient
from cnnlab.check.foundations.five_steps import difference_gradient, engine_gradient, tanh_gradient
from cnnlab.check.history.phonemes_1988 import sum_gradient
from cnnlab.gradcheck import numeric_gradient
from cnnlab.layers import SumOverTime


@pytest.mark.parametrize(
    ("name", "judge"),
    [("first_gradient", tanh_gradient), ("ce_gradient", cross_entropy_gradient), ("phoneme_gradient", sum_gradient)],
)
def test_these_are_the_judges_of_the_exercises(name, judge):
    assert getattr(check, name).right is judge


@pytest.mark.parametrize("sample", check.first_gradient.inputs)
def test_the_gradient_of_one_hidden_unit(sample):
    assert tanh_gradient(*sample) == pytest.approx(engine_gradient(*sample), abs=1e-12)
    assert tanh_gradient(*sample) == pytest.approx(difference_gradient(*sample), abs=1e-8)


def test_the_check_of_one_hidden_unit_asks_the_engine_and_a_central_difference():
    exercise = check.first_gradient
    assert set(exercise.judges.values()) == {engine_gradient, difference_gradient}
    words = str(exercise(tanh_gradient))
    value = f"{engine_gradient(*exercise.inputs[0]):.6f}"
    assert f"yours {value}, the engine {value}, a central difference {value}." in words
    for name in exercise.judges:  # each alone can overrule the formula
        judges = exercise.judges | {name: lambda *sample: 2 * tanh_gradient(*sample)}
        assert replace(exercise, judges=judges)(tanh_gradient).right is False
    slip = {mistake.name: mistake.answer for mistake in exercise.mistakes}["factor 2"]
    assert replace(exercise, right=slip)(slip).right is False, "a wrong formula of ours is found out by the judges"


@pytest.mark.parametrize(("e", "y"), check.ce_gradient.inputs)
def test_the_gradient_of_the_cross_entropy(e, y):
    found, e = cross_entropy_gradient(e, y), e.copy()
    assert np.allclose(found, CrossEntropy().gradient(e, y), atol=1e-12)

    def loss():
        shifted = e - e.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))

    assert np.allclose(found, numeric_gradient(loss, e), atol=1e-7)


@pytest.mark.parametrize(("de", "w", "steps"), check.phoneme_gradient.inputs)
def test_the_gradient_of_the_sum_over_time(de, w, steps, rng):
    layer = SumOverTime()
    layer.build((steps, len(w)), rng, np.float64)
    layer.parameters["w"][...] = w
    h = rng.standard_normal((1, steps, len(w)))
    layer.forward(h, training=True)
    assert np.allclose(sum_gradient(de, w, steps), layer.backward(de[None])[0], atol=1e-12)
    found = numeric_gradient(lambda: float(de @ (w * h[0].sum(axis=0))), h)  # the b of e does not move with h
    assert np.allclose(sum_gradient(de, w, steps), found[0], atol=1e-8)
