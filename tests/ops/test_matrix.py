"""The matrix of a convolution: the same numbers as the loops, forward and transposed."""

import itertools

import numpy as np
import pytest

from cnnlab import ops

CASES = list(itertools.product(["valid", "same", "full", 1], [1, 2, (2, 3)], [(1, 1), (2, 3), (3, 2)]))


@pytest.mark.parametrize(("padding", "stride", "size"), CASES)
def test_the_matrix_multiplies_out_to_the_convolution_and_its_transpose_to_the_gradient(rng, padding, stride, size):
    h, w = rng.standard_normal((1, 5, 4, 2)), rng.standard_normal((*size, 2, 3))
    connections = np.array([[True, True, False], [True, False, True]])
    options = {"padding": padding, "stride": stride, "connections": connections}
    e = ops.conv2d(h, w, **options)
    de = rng.standard_normal(e.shape)
    matrix = ops.conv2d_matrix(w, h.shape[1:], **options)
    assert matrix.shape == (e.size, h.size)
    np.testing.assert_allclose(matrix @ h.ravel(), e.ravel(), atol=1e-12)
    dh = ops.conv2d_input_gradient(de, w, h.shape, **options)
    np.testing.assert_allclose(matrix.T @ de.ravel(), dh.ravel(), atol=1e-12)


def test_a_row_holds_the_flipped_kernel_and_diagonals_are_constant():
    w = np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, None, None]
    matrix = ops.conv2d_matrix(w, (3, 3, 1))
    assert matrix[0].tolist() == [4, 3, 0, 2, 1, 0, 0, 0, 0]
    one_row = ops.conv2d_matrix(w[:1], (1, 6, 1), padding="full")
    assert all(len(set(np.diagonal(one_row, k))) == 1 for k in range(-6, 6))


def test_a_photograph_is_refused_in_words():
    with pytest.raises(ValueError, match=r"for \(200, 200, 3\) the matrix is 39,204 x 120,000"):
        ops.conv2d_matrix(np.ones((3, 3, 3, 1)), (200, 200, 3))
