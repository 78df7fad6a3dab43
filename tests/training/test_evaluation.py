"""How good a network is."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.training import evaluate


def test_the_confusion_matrix_counts_what_was_taken_for_what(rng):
    net = Network([L.Dense(3)], (3,))
    net.parameters["0.w"][...], net.parameters["0.b"][...] = np.eye(3), 0
    x = np.eye(3, dtype=np.float32)[[0, 0, 1, 2, 2, 2]]
    found = evaluate(net, x, np.array([0, 1, 1, 2, 2, 0]), CrossEntropy())
    np.testing.assert_array_equal(found.confusion, [[1, 0, 1], [1, 1, 0], [0, 0, 2]])
    assert found.accuracy == 4 / 6 and found.error == pytest.approx(2 / 6) and found.samples == 6
    assert found.loss == pytest.approx(CrossEntropy()(net.forward(x), np.array([0, 1, 1, 2, 2, 0])))
    assert repr(found) == f"error 33.33 % (2 of 6), loss {found.loss:.3g}"
    assert evaluate(net, x, np.array([0, 1, 1, 2, 2, 0])).loss is None


def test_one_output_is_yes_or_no():
    net = Network([L.Dense(1)], (1,))
    net.parameters["0.w"][...] = 1
    x, y = np.array([[0.2], [0.7], [-1.0], [2.0]], np.float32), np.array([0, 1, 0, 1])
    np.testing.assert_array_equal(evaluate(net, x, y, MSE()).confusion, [[2, 0], [0, 2]])  # threshold 1/2
    np.testing.assert_array_equal(evaluate(net, x, y, BinaryCrossEntropy()).confusion, [[1, 1], [0, 2]])  # threshold 0
    np.testing.assert_array_equal(evaluate(net, x, y).confusion, [[1, 1], [0, 2]])


def test_float_targets_need_a_loss():
    net = Network([L.Dense(1)], (1,))
    x = np.ones((2, 1), np.float32)
    assert evaluate(net, x, np.zeros(2), MSE()).accuracy is None
    with pytest.raises(ValueError, match="loss must be given where y holds float targets"):
        evaluate(net, x, np.zeros(2))
