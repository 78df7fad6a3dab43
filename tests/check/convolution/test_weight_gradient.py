"""What the exercises on the weight gradient take for right is right: against the engine and central differences."""

import naive
import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check.convolution import weight_gradient_answers as answers
from cnnlab.check.convolution import whole_step
from cnnlab.check.convolution.convolution_answers import convolve as by_hand
from cnnlab.check.toolkit import maps


def engine(h, de, P, Q):
    return ops.conv2d_weight_gradient(de, h, (P, Q, h.shape[3], de.shape[3]))


def test_the_judge_the_solution_and_the_engine_agree():
    for h, de, P, Q in answers.ALL_INPUTS:
        expected = naive.conv2d_gradients(de, h, np.zeros((P, Q, h.shape[3], de.shape[3])), "valid", (1, 1))[1]
        for found in (
            engine(h, de, P, Q),
            answers.weight_gradient(h, de, P, Q),
            answers.central_differences(h, de, P, Q),
        ):
            np.testing.assert_allclose(found, expected, atol=1e-9)


def test_one_weight_one_row_and_one_flip_are_the_engines():
    for h, de, p, q, P, Q in answers.ONE_INPUTS:
        expected = engine(h[None, :, :, None], de[None, :, :, None], P, Q)[:, :, 0, 0]
        assert answers.one_weight(h, de, p, q, P, Q) == expected[p, q]
        one = np.zeros((P, Q, 1, 1))
        one[p, q] = 1
        e = ops.conv2d(h[None, :, :, None], one)[0, :, :, 0]  # row m of e is the row of h that w[p] met
        for m in range(len(e)):
            np.testing.assert_array_equal(e[m], h[answers.row_of_h(m, p, P), Q - 1 - q : Q - 1 - q + e.shape[1]])
    for h, de in answers.FLIP_INPUTS:
        P, Q = h.shape[0] - de.shape[0] + 1, h.shape[1] - de.shape[1] + 1
        expected = engine(h[None, :, :, None], de[None, :, :, None], P, Q)[:, :, 0, 0]
        for convolve in (maps.convolve, by_hand):
            np.testing.assert_allclose(answers.flip_for_convolution(h, de, convolve), expected)


def test_the_numbers_of_the_hand_made_example():
    h, de = answers.H, answers.DE
    dw = engine(h[None, :, :, None], de[None, :, :, None], 2, 2)[:, :, 0, 0]
    wrong = {mistake.name: mistake.answer for mistake in check.weight_number.mistakes}
    assert check.weight_number.right == dw[0, 1]
    assert (wrong["unflipped"], wrong["not shifted"], wrong["shifted twice"]) == (dw[1, 0], dw[1, 1], dw[0, 0])
    products = de * h[1:, :2]
    assert wrong["mean"] == products.mean() and wrong["dL/de turned"] == (de[::-1, ::-1] * h[1:, :2]).sum()
    assert wrong["first row only"] == products[0].sum() and wrong["first column only"] == products[:, 0].sum()
    copies = np.array([0.5, -1, 2, 0.25])
    wrong = {mistake.name: mistake.answer for mistake in check.weight_shared.mistakes}
    assert check.weight_shared.right == copies.sum() and wrong["sizes"] == np.abs(copies).sum()
    assert wrong["mean"] == copies.mean() and wrong["product"] == copies.prod()


def test_the_bias_gradient_is_the_engines():
    for (de,) in check.weight_bias.inputs:
        np.testing.assert_array_equal(answers.bias_gradient(de), ops.conv2d_bias_gradient(de, (de.shape[3],)))


def test_other_spellings_of_the_right_answer_pass():
    def strided(h, de, P, Q):
        windows = np.lib.stride_tricks.sliding_window_view(h, de.shape[1:3], axis=(1, 2))[:, ::-1, ::-1]
        return np.einsum("npqcmk,nmkd->pqcd", windows, de)

    assert check.weight_gradient(strided).right is True
    assert check.weight_bias(lambda de: np.einsum("nmkd->d", de)).right is True
    assert check.weight_row(lambda m, p, P: (m + P - 1) - p).right is True


def test_one_of_many_images_is_told_from_their_sum():
    h, de, P, Q = answers.ALL_INPUTS[1]
    assert not np.allclose(engine(h, de, P, Q), engine(h[-1:], de[-1:], P, Q))


def test_the_whole_step_goes_down_the_slope_of_the_loss():
    """Central differences of L by every weight; eta is so small that the kernels hardly move."""
    for w1, w2, x, y, _ in check.whole_step.inputs:
        w1, w2 = w1 + 0.125, w2 + 0.125  # so that no e1 is exactly 0, where ReLU has a kink

        def loss(first, second, x=x, y=y):
            return 0.5 * ((ops.conv2d(np.maximum(ops.conv2d(x, first), 0), second) - y) ** 2).sum()

        after = whole_step.step(w1, w2, x, y, 1.0)
        for k, w in enumerate((w1, w2)):
            for place in [(0, 0, 0, 0), tuple(side - 1 for side in w.shape)]:
                nudge = np.zeros_like(w)
                nudge[place] = 1e-6
                up, down = (loss(*((w1 + s * nudge, w2) if k == 0 else (w1, w2 + s * nudge))) for s in (1, -1))
                assert (w - after[k])[place] == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-4)
