"""Wrong answers, the order of classes, and the pushes of losses, which are their slopes."""

import numpy as np
import pytest

from cnnlab.analysis.error_metrics import misclassified, ranked, sigmoid_losses


def test_wrong_answers_and_the_order_of_classes():
    outputs = np.array([[0.1, 0.9, 0.5], [0.7, 0.2, 0.1], [0.3, 0.3, 0.2]])
    np.testing.assert_array_equal(misclassified(outputs, np.array([1, 2, 1])), [1, 2])
    assert not len(misclassified(outputs, np.array([1, 0, 0])))
    assert [ranked(row).tolist() for row in outputs] == [[1, 2, 0], [0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize("y", [0, 1])
def test_the_pushes_are_the_slopes_of_the_losses(y):
    e = np.linspace(-7.5, 7.5, 31)
    step = 1e-5
    here, above, below = (sigmoid_losses(e + d, y) for d in (0.0, step, -step))
    for loss, gradient in (("mse", "d_mse"), ("bce", "d_bce")):
        assert np.allclose(here[gradient], (above[loss] - below[loss]) / (2 * step), atol=1e-8)
    assert np.allclose(here["d_bce"], here["yhat"] - y, atol=1e-12)
