"""What the exercises on the way back take for right is right: against engine, slow loops and central differences."""

import naive
import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check.convolution import backprop_is_correlation_answers as answers
from cnnlab.gradcheck import numeric_gradient, relative_error


@pytest.mark.parametrize("number", range(len(answers.ALL_INPUTS)))
def test_the_judge_the_solution_the_loops_and_the_engine_agree(number):
    de, w, h_shape, stride = answers.ALL_INPUTS[number]
    h = np.zeros(h_shape)
    expected = naive.conv2d_gradients(de, h, w, "valid", (stride, stride))[0]
    slow = numeric_gradient(lambda: float((de * naive.conv2d(h, w, 0.0, "valid", (stride, stride))).sum()), h)
    for found in (
        answers.input_gradient(de, w, h_shape, stride),
        slow,
        answers.central_differences(de, w, h_shape, stride),
        ops.conv2d_input_gradient(de, w, h_shape, stride=stride),
    ):
        assert relative_error(found, expected) < 1e-6


def test_one_map_is_the_engines():
    for de, w in answers.MAP_INPUTS:
        shape = (1, *np.add(de.shape, w.shape) - 1, 1)
        expected = ops.conv2d_input_gradient(de[None, :, :, None], w[:, :, None, None], shape)[0, :, :, 0]
        np.testing.assert_array_equal(answers.map_gradient(de, w), expected)
        assert relative_error(answers.map_differences(de, w), expected) < 1e-6


def test_the_row_of_the_kernel_is_the_one_that_was_used():
    for m, i, P in check.back_row.inputs:
        h = np.zeros((1, max(m + P, i + 1), 1, 1))
        h[0, i] = 1
        w = np.arange(1.0, P + 1).reshape(P, 1, 1, 1)  # e[m] tells by its value which row met the one bright pixel
        assert ops.conv2d(h, w)[0, m, 0, 0] - 1 == answers.row_of_w(m, i, P)


@pytest.mark.parametrize(("m", "i", "P"), check.back_row.inputs)
def test_the_row_that_leads_back_is_the_row_that_led_forward(m, i, P):
    assert check.weight_row.right(m, check.back_row.right(m, i, P), P) == i


def test_zeros_put_in_turn_a_stride_into_a_convolution_without():
    rng = np.random.default_rng(0)
    for de, stride in answers.SPREAD_INPUTS:
        w, z = rng.standard_normal((3, 2, 1, 1)), answers.put_zeros(de, stride)
        shape = (1, z.shape[0] + 2, z.shape[1] + 1, 1)
        expected = ops.conv2d_input_gradient(de[None, :, :, None], w, shape, stride=stride)
        flipped = np.ascontiguousarray(w[::-1, ::-1])
        np.testing.assert_allclose(ops.conv2d(z[None, :, :, None], flipped, padding="full"), expected, atol=1e-12)


def test_the_matrix_answer_is_the_engines_in_shapes_that_are_not_square_too():
    w = np.random.default_rng(1).standard_normal((2, 3, 1, 1))
    W, de = ops.conv2d_matrix(w, (4, 5, 1)), np.random.default_rng(2).standard_normal((3, 3))
    assert W.shape == (9, 20)
    expected = ops.conv2d_input_gradient(de[None, :, :, None], w, (1, 4, 5, 1))[0, :, :, 0]
    np.testing.assert_allclose(answers.matrix_gradient(W, de, (4, 5)), expected, atol=1e-12)


def test_the_numbers_of_the_hand_made_example():
    w, de = np.array([[1.0, 2], [4, -3]]), np.array([[1.0, -1], [2, 3]])

    def back(kernel):
        return answers.map_differences(de, kernel)

    dh, wrong = back(w), {mistake.name: mistake.answer for mistake in check.back_number.mistakes}
    assert check.back_number.right == dh[0, 1] and wrong["mean"] == dh[0, 1] / 2
    assert wrong["row and column"] == dh[1, 0] and wrong["centre"] == dh[1, 1]
    assert wrong["unflipped"] == back(w[::-1, ::-1].copy())[0, 1]
    assert wrong["upside down only"] == back(w[:, ::-1].copy())[0, 1]
    assert wrong["left and right only"] == back(w[::-1].copy())[0, 1]
    assert wrong["first error only"] + wrong["second error only"] == dh[0, 1]


def test_other_spellings_of_the_right_answer_pass():
    def by_errors(de, w, h_shape, stride):
        dh, (P, Q) = np.zeros(h_shape), w.shape[:2]
        for m, n in np.ndindex(de.shape[1:3]):
            window = np.s_[:, m * stride : m * stride + P, n * stride : n * stride + Q]
            dh[window] += np.einsum("kd,pqcd->kpqc", de[:, m, n], w[::-1, ::-1])
        return dh

    def by_convolution(de, w, h_shape, stride):
        z = np.zeros((len(de), *(np.array(de.shape[1:3]) - 1) * stride + 1, de.shape[3]))
        z[:, ::stride, ::stride] = de
        dh, found = np.zeros(h_shape), ops.conv2d(z, w[::-1, ::-1].transpose(0, 1, 3, 2).copy(), padding="full")
        dh[:, : found.shape[1], : found.shape[2]] = found
        return dh

    def padded(de, w):
        z = np.pad(de, [(side - 1,) * 2 for side in w.shape])
        return np.einsum("ijpq,pq->ij", np.lib.stride_tricks.sliding_window_view(z, w.shape), w)

    assert check.back_gradient(by_errors).right is True and check.back_gradient(by_convolution).right is True
    assert check.back_map(padded).right is True
    assert check.back_matrix(lambda W, de, shape: np.reshape(de.ravel() @ W, shape)).right is True
    assert (
        check.back_zeros(
            lambda de, s: np.kron(de, np.eye(1, s * s).reshape(s, s))[
                : (len(de) - 1) * s + 1, : (de.shape[1] - 1) * s + 1
            ]
        ).right
        is True
    )
