"""Answers are compared in kind, shape, dtype and value, in this order; the sentence names the first difference."""

import numpy as np
import pytest
from check.strange import Guarded

from cnnlab.check.toolkit.comparison import difference


def test_shape_comes_before_dtype_and_dtype_before_values():
    right = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    assert "shape must be (2, 2)" in difference(np.ones(3), right)
    assert "dtype must be float32" in difference(right.astype(np.float64), right)
    words = difference(np.array([[1, 2], [5, 4]], np.float32), right)
    assert "[1, 0]" in words and "5" in words and "3" not in words.split("first")[1]
    assert difference(right, right) == "" and difference([[1, 2], [3, 4]], right) == ""
    assert "rows have different lengths" in difference([[1], [2, 3]], right)
    assert "made of numbers" in difference("seven", np.float64(7))
    assert "The answer is None" in difference(None, right)
    assert "one number" in difference([1.0, 2.0], 1.0)
    assert "True or False" in difference(1, True) and difference(np.bool_(True), True) == ""
    assert "Value 2 of 2" in difference((1, 5), (1, 2)) and "has 1" in difference((1,), (1, 2))


def test_what_no_array_can_be_made_of_is_told_why():
    assert "of a Guarded: call detach() first" in difference(Guarded(), np.float64(7))


@pytest.mark.parametrize(
    ("answer", "right", "shown"),
    [
        (1.5004, 1.4999, "1.5004"),
        (1.49996, 1.5, "1.49996"),
        (1.50001, 1.5, "1.50001"),
        (0.33334, 1 / 3, "0.33334"),
        (1234.00049, 1234, "1234.0005"),
        (2.00000001e9, 2e9, "2,000,000,010"),
        (1 / 3, 0.5, "0.3333"),
        (7, 8, "7"),
    ],
)
def test_a_wrong_number_is_never_shown_as_the_right_one_is(answer, right, shown):
    words = difference(answer, right, 1e-9)
    assert words.startswith(f"{shown} is "), words
    array = difference([1.0, answer], np.array([1.0, right]), 1e-9)
    assert array.endswith(f"where you have {shown}."), array
    assert "nan is not it" in difference(float("nan"), right)


def test_a_function_a_word_and_what_print_gives_back_are_told_apart():
    assert "Call it, with brackets" in difference(lambda: 1, 1.0)
    assert "leave the quotes away" in difference("1.5", 1.5)
    assert "`print`" in difference(None, 1.5)
