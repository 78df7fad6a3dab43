"""What labels and targets mean, and which cannot be."""

import numpy as np
import pytest

from cnnlab import losses, recipes
from cnnlab.analysis.error_metrics import misclassified
from cnnlab.layers import Dense
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.training import evaluate


def test_throwing_the_uncertainty_away_keeps_the_decision(rng):
    """Lecture topic 5: softmax -> max, logistic -> unit step."""
    e = rng.normal(size=(50, 4)).astype(np.float32)
    np.testing.assert_array_equal(CrossEntropy().decide(e), CrossEntropy().yhat(e).argmax(1))
    one = e[:, :1]
    np.testing.assert_array_equal(BinaryCrossEntropy().decide(one), BinaryCrossEntropy().yhat(one)[:, 0] > 0.5)
    np.testing.assert_array_equal(MSE().decide(np.array([[0.4], [0.6]])), [0, 1])
    np.testing.assert_array_equal(MSE(-1, 1).decide(np.array([[-0.4], [0.4]])), [0, 1])


GOOD = np.zeros((3, 4), np.float32)


@pytest.mark.parametrize(
    ("loss", "e", "y", "error", "words"),
    [
        (
            CrossEntropy(),
            GOOD,
            [0, 1, 4],
            ValueError,
            "y must be labels from 0 to 3.*has 4 outputs; got 4 for sample 2",
        ),
        (MSE(), GOOD, [0, -1, 2], ValueError, "y must be labels from 0 to 3.*got -1 for sample 1"),
        (BinaryCrossEntropy(), GOOD[:, :1], [0, 2, 1], ValueError, "from 0 to 1.*one output; got 2.*give floats"),
        (CrossEntropy(), GOOD, [0, 1], ValueError, "one entry for each of the 3 samples in e; got 2"),
        (MSE(), GOOD, 1, ValueError, "got a single number"),
        (MSE(), GOOD, np.zeros((3, 3)), ValueError, r"of the shape of e, \(3, 4\); got float64 of shape \(3, 3\)"),
        (MSE(), GOOD, [0.0, 1.0, 2.0], ValueError, "y must be integer labels"),
        (MSE(), np.zeros((3, 2), np.float32), [0.0, 1.0, 2.0], ValueError, "y must be integer labels"),
        (MSE(), GOOD, np.full((3, 4), np.nan), ValueError, "y must be finite; sample 0"),
        (MSE(), GOOD, ["a", "b", "c"], TypeError, "y must be integer labels or float targets; got dtype <U1"),
        (MSE(), GOOD.astype(int), [0, 1, 2], TypeError, "e must hold float32 or float64 numbers; got dtype int64"),
        (MSE(), GOOD[:0], [], ValueError, r"e must not be empty.*\(0, 4\)"),
        (MSE(), GOOD[0, 0], [0], ValueError, "e must be .*one row for each sample; got a single number"),
        (CrossEntropy(), GOOD[:, :1], [0, 0, 0], ValueError, "two classes or more.*take BinaryCrossEntropy"),
        (CrossEntropy(), GOOD, np.full((3, 4), 0.5), ValueError, "add up to 1"),
        (BinaryCrossEntropy(), GOOD, np.full((3, 4), 1.5), ValueError, "y must be probabilities between 0 and 1"),
    ],
)
def test_bad_input_is_named(loss, e, y, error, words):
    for use in (loss, loss.gradient):
        with pytest.raises(error, match=words):
            use(e, y)


@pytest.mark.parametrize("outputs", [1, 3])
def test_nan_stands_for_no_label(outputs):
    e = np.zeros((5, outputs), np.float32)
    e[[2, 4], -1] = np.nan
    words = "must not hold NaN, which stands for no label; 2 of 5 samples do, the first is sample 2"
    for decide in (losses.decide, MSE().decide, BinaryCrossEntropy().decide, CrossEntropy().decide):
        with pytest.raises(ValueError, match=words):
            decide(e)
    network = Network([Dense(outputs)], 2)
    network[0].parameters["w"][...] = np.nan
    x, y = np.ones((4, 2), np.float32), np.zeros(4, int)
    for ask in (lambda: network.classify(x), lambda: evaluate(network, x, y), lambda: recipes.measure(network, x, y)):
        with pytest.raises(ValueError, match="4 of 4 samples do"):
            ask()
    if outputs > 1:
        with pytest.raises(ValueError, match="2 of 5"):
            misclassified(e, np.zeros(5, int))
