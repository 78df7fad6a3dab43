"""Losses of any excitations: what their formulas give in longer numbers, inputs unchanged; anything else is named."""

import re

import numpy as np
import pytest
from anything.unusual import givens, property_of
from hypothesis import strategies as st

from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy

LONG = np.longdouble
LOSSES = {"mean": MSE(), "off and on": MSE(-1, 1), "binary": BinaryCrossEntropy(), "cross": CrossEntropy(0.1)}


def softmax(e):
    up = np.exp(e - e.max(-1, keepdims=True))
    return up / up.sum(-1, keepdims=True)


def written_out(name, e, y):
    """(the loss, dL/de, the size of its terms) of e (N, outputs) and labels, in longer numbers."""
    e, on = e.astype(LONG), np.eye(e.shape[1], dtype=LONG)[y] if e.shape[1] > 1 else y[:, None].astype(LONG)
    if name in ("mean", "off and on"):
        target = on if name == "mean" else 2 * on - 1
        return ((e - target) ** 2).mean(), 2 * (e - target) / e.size, ((abs(e) + 1) ** 2).mean()
    if name == "binary":
        soft = np.maximum(e, 0) + np.log1p(np.exp(-abs(e)))
        yhat = np.where(e > 0, 1 / (1 + np.exp(-abs(e))), np.exp(-abs(e)) / (1 + np.exp(-abs(e))))
        return (soft - e * on).mean(), (yhat - on) / e.size, (abs(e) + 1).mean()
    target = 0.9 * on + LONG(0.1) / e.shape[1]
    log = e - e.max(-1, keepdims=True) - np.log(np.exp(e - e.max(-1, keepdims=True)).sum(-1, keepdims=True))
    return -(target * log).sum() / len(e), (softmax(e) - target) / len(e), abs(log).sum() / len(e) + 1


@property_of(
    60, 5000, givens(), st.sampled_from(sorted(LOSSES)), st.integers(1, 6), st.integers(1, 5), st.floats(-3, 4)
)
def test_losses_are_their_formulas(given, name, samples, outputs, size):
    loss, outputs = LOSSES[name], outputs + (name == "cross")
    given.kind = "normal"
    e = given(samples, outputs)
    if e.flags.writeable:
        e *= e.dtype.type(10**size)
        given.kept[-1] = e, e.copy()
    y = given.rng.integers(0, max(2, outputs), samples)
    value, gradient, terms = written_out(name, e, y)
    eps = float(np.finfo(e.dtype).eps)
    assert abs(loss(e, y) - value) <= 20 * eps * outputs * terms
    found = loss.gradient(e, y)
    assert found.dtype == e.dtype and found.shape == e.shape
    np.testing.assert_allclose(found, gradient.astype(float), rtol=50 * eps, atol=50 * eps * float(abs(e).max() + 1))
    assert given.unchanged()


THINGS = [None, "a", np.nan, -1, 2**70, [], [[]], np.ones(3, complex), np.array(["x"]), np.ones((2, 4), bool), object()]


@pytest.mark.parametrize("thing", THINGS, ids=[str(k) for k in range(len(THINGS))])
@pytest.mark.parametrize("name", LOSSES)
def test_anything_else_is_named(name, thing):
    loss, e, y = LOSSES[name], np.zeros((2, 3)), np.array([0, 2])
    for call, word in (
        (lambda: loss(thing, y), "e"),
        (lambda: loss.gradient(e, thing), "y"),
        (lambda: loss.yhat(thing), "e"),
    ):
        with pytest.raises((ValueError, TypeError)) as caught:
            call()
        assert re.search(rf"\b({word}|e|y)\b", str(caught.value)), f"{caught.value} names no argument"
