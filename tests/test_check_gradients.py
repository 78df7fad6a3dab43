"""What three exercises on gradients take for right is right: against the engine and central differences."""

import numpy as np
import pytest

from cnnlab import MSE, CrossEntropy, Network, check
from cnnlab.check.judging import cross_entropy_gradient
from cnnlab.check.phonemes import sum_gradient
from cnnlab.check.steps import tanh_gradient
from cnnlab.gradcheck import numeric_gradient
from cnnlab.layers import Dense, SumOverTime, Tanh


@pytest.mark.parametrize(
    ("name", "judge"),
    [("first_gradient", tanh_gradient), ("ce_gradient", cross_entropy_gradient), ("phoneme_gradient", sum_gradient)],
)
def test_these_are_the_judges_of_the_exercises(name, judge):
    assert getattr(check, name).right is judge


@pytest.mark.parametrize("sample", check.first_gradient.inputs)
def test_the_gradient_of_one_hidden_unit(sample):
    x, y, w1, b1, w2, b2 = sample
    network = Network([Dense(1), Tanh(), Dense(1)], input_shape=(1,), dtype=np.float64)
    for name, value in (("0.w", w1), ("0.b", b1), ("2.w", w2), ("2.b", b2)):
        network.parameters()[name][...] = value
    network.loss_and_gradients(np.array([[x]]), np.array([[y]]), MSE())
    assert tanh_gradient(*sample) == pytest.approx(network.gradients()["0.w"].item(), abs=1e-12)
    weight = np.array([w1])
    (difference,) = numeric_gradient(lambda: (b2 + w2 * np.tanh(weight[0] * x + b1) - y) ** 2, weight)
    assert tanh_gradient(*sample) == pytest.approx(difference, abs=1e-8)


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
