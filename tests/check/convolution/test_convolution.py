"""The solutions of the exercises on convolution are what the engine computes."""

import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check.convolution import convolution_answers as answers
from cnnlab.check.toolkit import maps


@pytest.mark.parametrize("h, w", answers.MAP_INPUTS)
def test_one_map(h, w):
    expected = ops.conv2d(h[None, ..., None], w[..., None, None])[0, ..., 0]
    np.testing.assert_allclose(answers.convolve(h, w), expected, atol=1e-12)
    np.testing.assert_array_equal(maps.convolve(h, w), expected)


@pytest.mark.parametrize("h, w, b, stride", answers.LAYER_INPUTS)
def test_a_layer(h, w, b, stride):
    np.testing.assert_allclose(answers.convolve_layer(h, w, b, stride), ops.conv2d(h, w, b, stride=stride), atol=1e-12)


@pytest.mark.parametrize(("H", "P", "pad", "stride"), check.conv_size.inputs)
def test_the_number_of_rows_is_the_engines(H, P, pad, stride):
    shape = (1, H + 2 * pad, H + 2 * pad, 1)
    assert check.conv_size.right(H, P, pad, stride) == ops.conv2d_output_shape(shape, (P, P, 1, 1), stride=stride)[1]


def test_each_number_of_the_hand_made_example_stands_for_one_way_to_it():
    h, w = np.array([[1, 2, 0], [3, 4, -2], [0, 4, 5]]), np.array([[1, 4], [-1, 3]])
    e, first = answers.convolve(h, w), h[:2, :2]
    exercise, wrong = check.conv_number, {mistake.name: mistake.answer for mistake in check.conv_number.mistakes}
    assert f"h = {h.tolist()} and w = {w.tolist()}" in exercise.question and exercise.right == e[0, 0]
    assert (wrong["next window"], wrong["window below"], wrong["last window"]) == (e[0, 1], e[1, 0], e[1, 1])
    assert wrong["unflipped"] == (w * first).sum() and wrong["transposed"] == (w.T * first).sum()
    assert wrong["upside down only"] == (w[::-1] * first).sum()
    assert wrong["left and right only"] == (w[:, ::-1] * first).sum()
    products = w[::-1, ::-1] * first
    assert (wrong["first product only"], wrong["last product only"]) == (products[0, 0], products[1, 1])
    assert wrong["mean"] == products.mean() and wrong["formula taken literally"] == w[0, 0] * h[0, 0]
    assert wrong["formula with negative indices"] == sum(w[p, q] * h[-p, -q] for p in (0, 1) for q in (0, 1))
    assert len({exercise.right, *wrong.values()}) == len(wrong) + 1, "each of them is told from all others"


def test_the_kernel_that_moves_an_image_to_the_right_does(rng):
    h = rng.standard_normal((4, 5))
    e = ops.conv2d(h[None, :, :, None], check.conv_move.right[:, :, None, None], padding="same")[0, :, :, 0]
    np.testing.assert_array_equal(e[:, 1:], h[:, :-1])


def test_the_literal_formula_is_what_the_replies_say_it_is():
    """Padding "full": the first numbers of its map, as the mistakes of conv_number have them."""
    h, w = np.array([[1.0, 2, 0], [3, 4, -2], [0, 4, 5]]), np.array([[1.0, 4], [-1, 3]])
    full = ops.conv2d(h[None, :, :, None], w[:, :, None, None], padding="full")[0, :, :, 0]
    wrong = {mistake.name: mistake.answer for mistake in check.conv_number.mistakes}
    assert wrong["formula taken literally"] == full[0, 0]
    assert wrong["formula taken literally, next row"] == full[1, 0]
    assert wrong["formula taken literally, next column"] == full[0, 1]
    assert check.conv_number.right == full[1, 1], "the same number, counted from another corner"


def test_the_row_that_a_row_of_the_kernel_meets_is_found_by_trying():
    """conv_index: a weight in row m' = 3 alone, and one row of h alone, that make e[3, n] differ from 0."""
    rows = {}
    for padding in ("valid", "same", "full"):
        w = np.zeros((5, 5, 1, 1))
        w[3] = 1
        for row in range(12):
            h = np.zeros((1, 12, 12, 1))
            h[:, row] = 1
            if ops.conv2d(h, w, padding=padding)[0, 3].any():
                rows[padding] = row
    wrong = {mistake.name: mistake.answer for mistake in check.conv_index.mistakes}
    assert rows == {"valid": check.conv_index.right, "same": wrong["same"], "full": wrong["formula taken literally"]}


@pytest.mark.parametrize("kernel", [[[-1, -2, -1], [0, 0, 0], [1, 2, 1]], [[-5, -5, -5], [0, 0, 0], [5, 5, 5]]])
def test_other_kernels_that_find_the_edge_are_right_too(kernel):
    assert check.conv_edge(kernel).right is True and check.conv_edge(np.array(kernel, float)).right is True
