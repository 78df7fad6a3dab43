"""What students try first in notebook 02, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import second_layer


def each_alone(x, w, b, v, bias):
    return bias + sum(v[j] * max(0, w[j] * x + b[j]) for j in range(len(w)))


TRIED = {
    "knot": [
        (-1.5, "sign"),
        (3, "bias alone"),
        (-3, "bias as it is"),
        (2 / 3, "upside down"),
        (0.67, "order of magnitude is right"),
        (-2 / 3, "upside down, sign"),
        (2, "weight"),
        (0, "zero"),
        (6, "multiplied"),
        (1, "order of magnitude is right"),
        (15, "decimal point"),
        ((1.5, 0), "One number is asked for"),
        ("3/2", "leave the quotes away"),
    ],
    "pieces": [
        (5, "one per unit"),
        (6, "all different"),
        (3, "cuts"),
        (2, "between the knots"),
        (10, "two per unit"),
        (32, "codes"),
        (16, "plane"),
        (25, "squared"),
        (7, "order of magnitude is right"),
        (1, "order of magnitude is right"),
        (5.5, "A count is a whole number"),
        ("four", "leave the quotes away"),
    ],
    "tent": [
        ((1, -1, 0), "slopes, not changes"),
        ((1, -2, 0), "no landing"),
        ((0, 1, 0), "heights"),
        ((-1, 2, -1), "turned over"),
        ((1, -1, 1), "half the bend"),
        ((1, 1, 1), "all alike"),
        ((-1, 0, 1), "knots"),
        ((1, 0, -1), "biases"),
        ((1, 2, 1), "no sign"),
        ((0.5, -1, 0.5), "your function is 0.25; the tent is 0.5"),
        ((1, -2), "three numbers"),
        (1, "three numbers"),
        (("a", "b", "c"), "cannot be used"),
    ],
    "step_gradient": [
        (1, "one"),
        (np.inf, "infinite"),
        (0.5, "half"),
        (-1, "minus one"),
        (0.25, "sigmoid"),
        (2, "2 is not it"),
        (np.nan, "nan is not it"),
        (-np.inf, "-inf is not it"),
        ("x", "leave the quotes away"),
        ([0, 1], "One number is asked for"),
        (False, "must be a number"),
        (None, "is None"),
    ],
    "correction": [
        ((4, 9), "bias forgotten"),
        ((4, 12), "z for every unit"),
        ((2, 4), "steps"),
        ((1, 4), "direction"),
        ((-1, 6), "last unit only"),
        ((7, 3), "first unit only"),
        ((3, 15), "knot added"),
        ((2, 11), "exchanged"),
        ((9, 5), "outputs exchanged"),
        ((5, 8), "Value 2 of 2"),
        (14, "must be 2 values"),
        ((5, 9, 3), "must be 2 values"),
        ("(5, 9)", "must be 2 values"),
    ],
    "crossing": [
        (1, "knot"),
        (1.5, "knot forgotten"),
        (4, "v forgotten"),
        (0.5, "wrong side"),
        (0, "p = 0"),
        (3, "bias"),
        (-3, "bias with sign"),
        (2.75, "one half for y"),
        (2, "v alone"),
        (-2.5, "The size is right; the sign is not"),
        (25, "decimal point"),
        ((2.5, 0.5), "One number is asked for"),
        ("2.5", "leave the quotes away"),
    ],
    "two_layers": [
        (lambda x, w, b, v, bias: np.maximum(x[:, None] * w + b, 0) @ v, "bias forgotten"),
        (lambda x, w, b, v, bias: bias + (x[:, None] * w + b) @ v, "no nonlinearity"),
        (lambda x, w, b, v, bias: np.maximum(bias + (x[:, None] * w + b) @ v, 0), "ReLU at the end"),
        (lambda x, w, b, v, bias: (bias + np.maximum(x[:, None] * w + b, 0) * v).sum(axis=1), "bias for every unit"),
        (lambda x, w, b, v, bias: bias + np.maximum(x[:, None] * w, 0) @ v + b.sum(), "threshold outside"),
        (lambda x, w, b, v, bias: bias + np.maximum(w * x + b, 0) @ v, "not crossed"),
        (lambda x, w, b, v, bias: bias + (v * np.maximum(x * w + b, 0)).sum(), "not crossed"),
        (lambda x, w, b, v, bias: bias + v @ np.maximum(w @ x + b, 0), "must be equally long"),
        (lambda x, w, b, v, bias: bias + (np.maximum(x[:, None] * w + b, 0) * v).sum(0), "summed over samples"),
        (lambda x, w, b, v, bias: bias + np.maximum(x[:, None] * w + b, 0).sum(axis=1), "v forgotten"),
        (lambda x, w, b, v, bias: bias + np.maximum((x[:, None] * w + b) * v, 0).sum(axis=1), "v inside"),
        (lambda x, w, b, v, bias: bias + np.maximum(w[:, None] * x + b, 0), "stands opposite"),
        (lambda x, w, b, v, bias: bias + np.maximum(x[:, None] * w + b, 0) * v, "sum"),
        (each_alone, "np.maximum"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, second_layer.EXERCISES)
