"""A function that stops with an error of Python or NumPy is told why in words: the shapes that met, and where."""

import numpy as np
import pytest

from cnnlab.check import Exercise, Mistake
from cnnlab.check.toolkit.exercise import _called


def add(x, w):
    return x.sum() + w.sum()


TRIED = Exercise(
    "tried", "?", add, [], ("a", "b", "c"), inputs=[(np.ones((2, 3)), np.ones(2)), (np.ones((3, 3)), np.ones(3))]
)


def keeps_no_axis(x, w):
    return x / x.sum(axis=1)


def into_too_small_a_place(x, w):
    e = np.zeros((2, 2))
    e[:] = x
    return e


def added_into_too_small_an_array(x, w):
    w = w.copy()
    w += np.ones((2, 2))
    return w


def array_for_a_number(x, w):
    e = np.zeros(2)
    e[0] = w
    return e


def before_it_has_a_value(x, w):
    total = total + x.sum()  # noqa: F821
    return total


def of_whole_numbers(x, w):
    e = np.zeros(2, int)
    e += 0.5
    return e


STOPPED = [
    (keeps_no_axis, "shapes (2, 3) and (2,) met", "at `x / x.sum(axis=1)`", "keepdims=True"),
    (keeps_no_axis, "3 stands opposite 2", "(2, 3) is the shape of x; (2,) is the shape of w"),
    (lambda x, w: x + np.ones((4, 3)), "2 stands opposite 4", "(2, 3) is the shape of x", "beyond the edge"),
    (lambda x, w: [2, 3] - 1, "A list does not calculate"),
    (lambda x, w: range([2, 3]), "walked through as it is"),
    (lambda x, w: x @ w, "last axis of a is 3 long", "transposed"),
    (lambda x, w: np.dot(x, w), "Shapes (2, 3) and (2,) met in a product", "the shape of x; (2,)"),
    (lambda x, w: x @ np.ones((4, 2, 2)), "last but one"),
    (into_too_small_a_place, "does not fit into a place of shape (2, 2)", "(2, 3) is the shape of x"),
    (added_into_too_small_an_array, "larger than the array that it is added into"),
    (array_for_a_number, "where one number belongs"),
    (before_it_has_a_value, "before it gets a value"),
    (of_whole_numbers, "made for whole numbers"),
    (lambda x, w: x.reshape(4, 2), "6 numbers cannot take the shape (4, 2)"),
    (lambda x, w: np.tensordot(x, w, axes=([1], [0])), "equally long"),
    (lambda x, w: np.einsum("ij,jk", x, np.ones((4, 5))), "axes of one letter"),
    (lambda x, w: max(x, 0), "np.maximum"),
    (lambda x, w: float(x), "take one number"),
    (lambda x, w: x[0, 0, 0], "more indices than the array has axes"),
    (lambda x, w: x.sum(axis=3), "no such axis"),
    (lambda x, w: x[2, 0], "counted from 0 to n - 1"),
    (lambda x, w: np.zeros((len(x) / 2, 2)), "divide with `//`"),
    (lambda x, w: x[w], "whole number"),
    (lambda x, w: x[w > 0][np.ones(5, bool)], "as long as the axis"),
    (lambda x, w: ... * x, "A blank"),
    (lambda x: x, "keep the first line as it was"),
    (lambda x, w: unknown, "no value here"),  # noqa: F821
    (lambda x, w: 1 / 0, "divided by 0"),
    (lambda x, w: len(3), "object of type 'int' has no len()"),
]


@pytest.mark.parametrize("case", STOPPED)
def test_what_stopped_is_said_in_words(case):
    answer, *words = case
    text = str(TRIED(answer))
    assert "stopped on input 1" in text and text.endswith("`check.tried.hint()` gives the next hint.")
    assert all(part in text for part in words), text
    error = _called(answer, TRIED.inputs[0]).error
    assert f"({type(error).__name__}: {str(error).strip()})" in text, "the error itself is there, to be searched for"


def test_a_mistake_that_stops_is_known_by_where_it_stops_and_why():
    labels = Mistake("labels", lambda x, w: x.sum() - x - w if x.shape == (2, 3) else 0, "Those are labels.")
    exercise = Exercise("tried", "?", add, [labels], ("a", "b", "c"), inputs=TRIED.inputs)
    assert exercise(lambda x, w: x - w).mistake == "labels"
    assert exercise(lambda x, w: x - np.ones(5)).mistake == ""  # other shapes met
    assert exercise(lambda x, w: x - w if len(x) == 3 else 1.0).mistake == ""
    assert exercise(labels.answer).mistake == "labels"


class Callable:
    def __call__(self, x, w):
        return x + np.ones(5)


def test_functions_without_names_or_code_are_answered_too():
    assert "stopped on input 1" in str(TRIED(np.ndarray.reshape))
    assert "keep the first line" in str(TRIED(lambda: 1))
    assert "is not it" in str(TRIED(lambda *arguments: 1.0))
    assert "(2, 3) is the shape of x" in str(TRIED(Callable()))
