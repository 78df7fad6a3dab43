"""What students try first in notebook 05, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import error_metrics


def softmax(e, axis=1):
    z = np.exp(e - e.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


def onehot(e, y):
    return np.eye(e.shape[1])[y]


def rows_not_columns(e, y):
    yhat = softmax(e)
    yhat[y] -= 1
    return yhat / len(y)


def all_rows(e, y):
    yhat = softmax(e)
    yhat[:, y] -= 1
    return yhat / len(y)


def prints(e, y):
    print((softmax(e) - onehot(e, y)) / len(y))


def changes(e, y):
    e -= e.max(axis=1, keepdims=True)
    return (softmax(e) - onehot(e, y)) / len(y)


TRIED = {
    "best_constant": [
        (1.5, "median"),
        (1, "most frequent"),
        (4.5, "middle of the range"),
        (12, "sum"),
        (8, "largest"),
        (2, "geometric mean"),
        (11 / 3, "each once"),
        (8.5, "the loss"),
        (34, "not even the order of magnitude".capitalize()),
        (17.5**0.5, "root mean square"),
        (0, "order of magnitude"),
        (3.5, "order of magnitude is right"),
        (-3, "the sign is not"),
        ("mean", "leave the quotes away"),
    ],
    "ce_gradient": [
        (lambda e, y: softmax(e) - onehot(e, y), "not averaged"),
        (lambda e, y: (onehot(e, y) - softmax(e)) / len(y), "sign"),
        (lambda e, y: onehot(e, y) - softmax(e), "e.shape[0]` times the right one, and every sign"),
        (lambda e, y: softmax(e) - y, "labels, or a sum without its axis"),
        (lambda e, y: (softmax(e) - y) / len(y), "labels, or a sum without its axis"),
        (lambda e, y: y - softmax(e), "labels, or a sum without its axis"),
        (lambda e, y: np.exp(e) / np.exp(e).sum(axis=1) - onehot(e, y), "labels, or a sum without its axis"),
        (lambda e, y: (softmax(e) - y[:, None]) / len(y), "label as target"),
        (lambda e, y: softmax(e) - y[:, None], "one-hot"),
        (lambda e, y: (softmax(e, 0) - onehot(e, y)) / len(y), "softmax over samples"),
        (lambda e, y: softmax(e) / len(y), "target forgotten"),
        (lambda e, y: softmax(e), "probabilities"),
        (lambda e, y: (np.exp(e) / np.exp(e).sum(axis=1, keepdims=True) - onehot(e, y)) / len(y), "overflow"),
        (lambda e, y: (softmax(e) - onehot(e, y)) / e.size, "divided by K"),
        (lambda e, y: (softmax(e) - onehot(e, y)).mean(axis=0), "axis 0 as well"),
        (lambda e, y: (softmax(e) - np.eye(3)[y]) / len(y), "stands opposite"),
        (lambda e, y: (e - onehot(e, y)) / len(y), "no softmax"),
        (rows_not_columns, "rows"),
        (all_rows, "every row"),
        (prints, "you print the result"),
        (changes, "changes its input"),
        (lambda e, y: -np.log(softmax(e)[np.arange(len(y)), y]).mean(), "the loss"),
    ],
    "throw_away": [
        (450, "all"),
        (225, "half"),
        (45, "one in ten"),
        (405, "nine in ten"),
        (10, "one per class"),
        (1, "close calls"),
        (449, "nearly all"),
        (7, "7 is not it"),
        (0.1, "0.1 is not it"),
        ("none", "leave the quotes away"),
        (None, "is None"),
        (False, "must be a number"),
    ],
    "cheap_refusal": [
        (0.9, "the threshold"),
        (0.8, "difference of probabilities"),
        (9, "the ratio"),
        (0.954, "base 10"),
        (3.17, "base 2"),
        (2.3026, "one class alone"),
        (0.10536, "loss"),
        (-0.10536, "log"),
        (-2.1972, "turned round"),
        (0.7109, "sigmoid"),
        (2.4596, "exp"),
        (1, "1 is not it"),
        (2, "2 is not it"),
        ("log(9)", "leave the quotes away"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, error_metrics.EXERCISES)
