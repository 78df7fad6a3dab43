"""The fully-connected layer."""

import numpy as np
import pytest

from cnnlab import ops


@pytest.mark.parametrize(
    ("de", "h", "w", "error", "words"),
    [
        (np.zeros((2, 2)), np.zeros((2, 3)), np.zeros((300, 2)), ValueError, "h and w must agree in C.*3.*300 rows"),
        (
            np.zeros((2, 2), np.float32),
            np.zeros((2, 3)),
            np.zeros((3, 2)),
            TypeError,
            "de and h and w must have the same dtype",
        ),
        (np.zeros((2, 2)), np.zeros((2, 3), int), np.zeros((3, 2)), TypeError, "h must hold float32 or float64"),
        (np.zeros((2, 2)), np.zeros((2, 3)), np.zeros(3), ValueError, r"w must be \(C, D\)"),
    ],
)
def test_the_fully_connected_gradient_refuses_what_the_way_forward_refuses(de, h, w, error, words):
    with pytest.raises(error, match=words):
        ops.dense_backward(de, h, w)


def test_the_bias_of_a_fully_connected_layer_may_be_a_list_and_is_checked():
    h, w = np.ones((2, 3)), np.ones((3, 2))
    assert ops.dense(h, w, [1.0, -1.0]).tolist() == [[4, 2], [4, 2]]
    with pytest.raises(TypeError, match="b must hold float32 or float64"):
        ops.dense(h, w, [1, 2])
    with pytest.raises(ValueError, match=r"b must have shape \(2,\)"):
        ops.dense(h, w, [1.0])
