"""The sums of a convolution for one image: in pieces, and past the border."""

import numpy as np
import pytest

from cnnlab.loops.kernels import convolution, image, tile, vectors


@pytest.mark.parametrize("filled", [None, (1, 6, 1, 6)])
def test_pieces_of_a_long_sum_add_up(rng, filled):
    width = tile.VECTORS * vectors.VECTOR_BYTES  # bytes of weights for each term of the sum
    channels, outputs = 3 * image.NEAR // (9 * width) + 50, 20  # enough for more than three pieces, on any processor
    h, w = np.zeros((1, 7, 7, channels)), rng.standard_normal((3, 3, channels, outputs))
    h[:, 1:6, 1:6] = rng.standard_normal((1, 5, 5, channels))
    b, e = rng.standard_normal(outputs), np.empty((1, 5, 5, outputs))
    convolution.forward(h, w, b, (1, 1), e, floor=0, filled=filled)
    windows = np.lib.stride_tricks.sliding_window_view(h, (3, 3), axis=(1, 2))
    expected = np.einsum("nmkcpq,pqcd->nmkd", windows, w[::-1, ::-1]) + b
    assert np.allclose(e, np.maximum(expected, 0), atol=1e-10)


@pytest.mark.parametrize("rows", [(0, 9), (2, 9), (0, 7), (2, 7)])
@pytest.mark.parametrize("channels", [1, 3])
def test_rows_of_a_kernel_are_taken_together_only_where_all_see_as_much(rng, rows, channels):
    """A border on one side alone, which is not even read, leaves something out of the sums of some rows."""
    h, w = np.full((2, 9, 12, channels), np.nan), rng.standard_normal((4, 5, channels, 6))
    h[:, slice(*rows)] = rng.standard_normal((2, rows[1] - rows[0], 12, channels))
    de, dw, expected = rng.standard_normal((2, 6, 8, 6)), np.empty_like(w), np.empty_like(w)
    convolution.weight_gradient(h, de, (1, 1), dw, filled=(*rows, 0, 12))
    clean = np.nan_to_num(h)
    for p, q in np.ndindex(4, 5):
        expected[3 - p, 4 - q] = np.einsum("nmkc,nmkd->cd", clean[:, p : p + 6, q : q + 8], de)
    np.testing.assert_allclose(dw, expected, atol=1e-12)


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (4, 1)])
@pytest.mark.parametrize("channels", [3, 8, 70])
def test_a_border_of_zeros_is_left_out_and_nothing_else(rng, stride, channels):
    """The same results as with the border; and NaN in the border is not seen where a line of outputs stands alone, nor
    by the gradient: so it is not even read.
    """
    h, w = np.full((2, 9, 12, channels), np.nan), rng.standard_normal((4, 5, channels, 5))
    columns = (2, 11) if channels > 60 else (0, 12)  # few channels: going along a row once for each tap does not pay
    h[:, 3:7, slice(*columns)] = rng.standard_normal((2, 4, columns[1] - columns[0], channels))
    clean = np.nan_to_num(h)
    sides = ((9 - 4) // stride[0] + 1, (12 - 5) // stride[1] + 1)
    e, expected = np.full((2, *sides, 5), np.nan), np.empty((2, *sides, 5))
    convolution.forward(clean, w, np.ones(5), stride, e, floor=0, filled=(3, 7, *columns))
    convolution.forward(clean, w, np.ones(5), stride, expected, floor=0)
    np.testing.assert_allclose(e, expected, atol=1e-13)
    for first in (0, 5):  # the last or the first two of its rows are filled
        some, line = (3, 4) if first == 0 else (0, 2), np.ascontiguousarray(h[:, first : first + 4])
        e, expected = np.empty((2, 1, sides[1], 5)), np.empty((2, 1, sides[1], 5))
        convolution.forward(line, w, np.ones(5), stride, e, floor=0, filled=(*some, *columns))
        convolution.forward(np.nan_to_num(line), w, np.ones(5), stride, expected, floor=0)
        np.testing.assert_allclose(e, expected, atol=1e-13)
    dw, expected_dw, de = np.empty_like(w), np.empty_like(w), rng.standard_normal((2, *sides, 5))
    convolution.weight_gradient(h, de, stride, dw, filled=(3, 7, *columns))
    convolution.weight_gradient(clean, de, stride, expected_dw)
    np.testing.assert_allclose(dw, expected_dw, atol=1e-13)
