"""The exercises of notebook 14: counts to the last digit, and sides that are the engine's."""

import numpy as np
import pytest

from cnnlab import check, ops


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("alex_dense", 37_752_868),
        ("alex_dense", 37_752_831),
        ("alex_work", 149_520_533),
        ("alex_groups", 307_457),
        ("alex_work", 149.5e6),
    ],
)
def test_counts_are_right_to_the_last_digit_and_what_is_close_is_told_so_in_full(name, answer):
    verdict = getattr(check, name)(answer)
    assert verdict.right is False and not verdict.mistake
    assert f"{answer:,.3f}".removesuffix(".000") + " is close; the exact number, please" in str(verdict)
    assert getattr(check, name)(float(getattr(check, name).right)).right is True


def test_what_is_not_close_is_shown_in_full_too():
    assert "123,456 is not it" in str(check.alex_groups(123_456))


@pytest.mark.parametrize(("N", "k", "stride", "border"), check.alex_side.inputs)
def test_the_side_is_the_engines_and_that_of_notebook_07(N, k, stride, border):
    h = np.zeros((1, N + 2 * border, N + 2 * border, 1))
    found = check.alex_side.right(N, k, stride, border)
    assert (found, found) == ops.conv2d_output_shape(h.shape, (k, k, 1, 1), stride=stride)[1:3]
    assert found == check.conv_size.right(N, k, border, stride)
