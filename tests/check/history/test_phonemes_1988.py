"""The exercises of notebook 12: the sums and their gradients are the engine's, in any float."""

import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check.history.phonemes_1988 import sum_gradient
from cnnlab.gradcheck import numeric_gradient
from cnnlab.layers import Sigmoid, SumOverTime


def test_this_is_the_judge_of_the_exercise():
    assert check.phoneme_gradient.right is sum_gradient


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


@pytest.mark.parametrize(("h", "w", "b"), check.phoneme_output.inputs)
def test_the_evidence_is_added_up_as_the_engine_does(h, w, b, rng):
    layer, squash = SumOverTime(), Sigmoid()
    for one, shape in ((layer, h.shape), (squash, w.shape)):
        one.build(shape, rng, np.float64)
    layer.parameters["w"][...], layer.parameters["b"][...] = w, b
    np.testing.assert_allclose(
        check.phoneme_output.right(h, w, b), squash.forward(layer.forward(h[None]))[0], atol=1e-12
    )


@pytest.mark.parametrize(("h", "w", "b"), check.phoneme_convolution.inputs)
def test_the_convolution_in_time_is_the_engines(h, w, b):
    expected = ops.conv2d(h[None, :, None], w[:, None], b)[0, :, 0]
    np.testing.assert_allclose(check.phoneme_convolution.right(h, w, b), expected, atol=1e-12)


@pytest.mark.parametrize("name", ["phoneme_convolution", "phoneme_output", "phoneme_gradient"])
def test_a_result_in_float32_is_as_good_and_its_mistakes_get_the_same_replies(name):
    exercise = getattr(check, name)

    def narrow(function):
        return lambda *arguments: function(*arguments).astype(np.float32)

    assert exercise(narrow(exercise.right)).right is True
    for mistake in exercise.mistakes:
        assert exercise(narrow(mistake.answer)).mistake == mistake.name
    assert exercise(lambda *a: 1.0001 * narrow(exercise.right)(*a)).right is False
    assert "dtype" in str(exercise(lambda *a: exercise.right(*a).astype(np.float16)))
