"""The exercises of notebook 05: the gradient is the engine's, and wrong answers are told what is wrong."""

import numpy as np
import pytest

from cnnlab import CrossEntropy, check
from cnnlab.check.foundations.error_metrics import cross_entropy_gradient
from cnnlab.gradcheck import numeric_gradient


def test_this_is_the_judge_of_the_exercise():
    assert check.ce_gradient.right is cross_entropy_gradient


@pytest.mark.parametrize(("e", "y"), check.ce_gradient.inputs)
def test_the_gradient_of_the_cross_entropy(e, y):
    found, e = cross_entropy_gradient(e, y), e.copy()
    assert np.allclose(found, CrossEntropy().gradient(e, y), atol=1e-12)

    def loss():
        shifted = e - e.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))

    assert np.allclose(found, numeric_gradient(loss, e), atol=1e-7)


def global_maximum(e, y):
    z = np.exp(e - e.max())
    yhat = z / z.sum(axis=1, keepdims=True)
    yhat[np.arange(len(y)), y] -= 1
    return yhat / len(y)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("throw_away", False, "must be a number; it is False"),
        ("throw_away", 450, "which is largest"),
        ("throw_away", 225, "by chance"),
        ("throw_away", 45, "guess"),
        ("throw_away", 7, "7 is not it"),
        ("ce_gradient", global_maximum, "Each row needs its own"),
        ("ce_gradient", lambda e, y: np.nan_to_num(global_maximum(e, y)), "On input 4"),
    ],
)
def test_these_wrong_answers_are_told_what_is_wrong(name, answer, words):
    verdict = getattr(check, name)(answer)
    assert verdict.right is False and words in str(verdict)


@pytest.mark.parametrize("answer", [2.2, 2.197, np.log(9), np.log(0.9) - np.log(0.1), np.float32(2.1972)])
def test_the_difference_of_two_logits_is_accepted_as_one_writes_it(answer):
    assert check.cheap_refusal(answer).right is True
    shown = CrossEntropy().yhat(np.array([[0.0, float(answer)]]))[0, 1]
    assert shown == pytest.approx(0.9, abs=1e-3)
