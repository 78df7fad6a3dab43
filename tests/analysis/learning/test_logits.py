"""What becomes of logits: the numbers of the engine, the step of descent, and what a threshold refuses."""

import numpy as np
import pytest

from cnnlab import CrossEntropy
from cnnlab.analysis.learning.logits import outcome, refusals, stepped
from cnnlab.gradcheck import numeric_gradient


def test_the_outcome_is_that_of_the_engine_and_its_gradient_the_slope(rng):
    for _ in range(5):
        e = 3 * rng.standard_normal(4)
        found = outcome(e, 2, 0.5)
        assert found.yhat.sum() == pytest.approx(1) and found.y.tolist() == [0, 0, 1, 0]
        assert found.loss == pytest.approx(-np.log(found.yhat[2])) and np.allclose(found.gradient, found.yhat - found.y)
        probed = e.copy()
        slopes = numeric_gradient(lambda probed=probed: CrossEntropy()(probed[None], np.array([2])), probed)
        np.testing.assert_allclose(found.gradient, slopes, atol=1e-7)
        assert found.cheap == e.argmax() and found.answer == (e.argmax() if found.yhat.max() >= 0.5 else None)
        np.testing.assert_allclose(stepped(e, 2, 0.1), e - 0.1 * found.gradient)
        assert outcome(stepped(e, 2, 0.1), 2).loss < found.loss


def test_a_threshold_of_zero_refuses_nothing_and_one_above_one_half_everything_that_is_doubtful():
    assert outcome([0.0, 0.0, 0.0, 0.0], 1).answer == 0
    assert outcome([0.0, 0.0, 0.0, 0.0], 1, 0.26).answer is None


def test_refusals_count_what_is_refused_and_what_is_wrong_of_the_rest():
    e = np.array([[5.0, 0.0], [0.0, 5.0], [0.1, 0.0], [0.0, 0.1]])
    y = np.array([0, 0, 1, 1])
    assert refusals(e, y, 0.0) == (0.0, 0.5)
    assert refusals(e, y, 0.9) == (0.5, 0.5)
    refused, wrong = refusals(e, y, 1.0)
    assert refused == 1.0 and np.isnan(wrong)
