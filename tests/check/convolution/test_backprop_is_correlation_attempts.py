"""What students try first in notebook 09, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab import check
from cnnlab.check.convolution import backprop_is_correlation


def stamped(stamp=lambda w: w[::-1, ::-1], size=lambda de, w: np.add(de.shape, w.shape) - 1, assign=False, shift=0):
    """map_gradient(de, w), with one blank filled in another way."""

    def gradient(de, w):
        P, Q = w.shape
        dh = np.zeros(size(de, w))
        for m, n in np.ndindex(de.shape):
            here = np.s_[m + shift : m + shift + P, n + shift : n + shift + Q]
            if assign:
                dh[here] = de[m, n] * stamp(w)
            else:
                dh[here] += de[m, n] * stamp(w)
        return dh

    return gradient


def blanks_left(de, w):
    dh = np.zeros((..., ...))
    return dh


def whole_errors(de, w):
    dh = np.zeros(np.add(de.shape, w.shape) - 1)
    for m, n in np.ndindex(de.shape):
        dh[m : m + w.shape[0], n : n + w.shape[1]] += de * w[::-1, ::-1]
    return dh


def by_weights(flip=True, transpose=True, add=True, step=lambda s: s, sums=lambda de, w: de @ w):
    """input_gradient(de, w, h_shape, stride) by the weights, with one thing changed."""

    def gradient(de, w, h_shape, stride):
        (P, Q), s = w.shape[:2], step(stride)
        dh = np.zeros(h_shape)
        for p, q in np.ndindex(P, Q):
            i, j = (P - 1 - p, Q - 1 - q) if flip else (p, q)
            part = sums(de, w[p, q].T if transpose else w[p, q])
            here = np.s_[:, i : i + de.shape[1] * s : s, j : j + de.shape[2] * s : s]
            if add:
                dh[here] += part
            else:
                dh[here] = part
        return dh

    return gradient


def put(rows, columns):
    def zeros(de, stride):
        z = np.zeros((rows(de.shape[0], stride), columns(de.shape[1], stride)))
        z[::stride, ::stride] = de
        return z

    return zeros


def between(side, stride):
    return (side - 1) * stride + 1


TRIED = {
    "back_number": [
        (1, "unflipped"),
        (-7, "upside down only"),
        (-1, "left and right only"),
        (-4, "row and column"),
        (-2, "centre"),
        (4, "first error only"),
        (3, "second error only"),
        (3.5, "mean"),
        (11, "formula taken literally"),
        (0, "0 is not it"),
        (2, "order of magnitude is right"),
        (7.0004, "7.0004 is not it. Nearly"),
        ([[1, -1], [2, 3]], "One number is asked for"),
    ],
    "back_matrix": [
        (lambda W, de, shape: (W @ de.ravel()).reshape(shape), "not transposed"),
        (lambda W, de, shape: (de.ravel() @ W.T).reshape(shape), "not transposed"),
        (lambda W, de, shape: (np.linalg.pinv(W) @ de.ravel()).reshape(shape), "inverse"),
        (lambda W, de, shape: (W.T @ de.ravel()).reshape(shape[::-1]).T, "written by columns"),
        (lambda W, de, shape: (W.T @ de.T.ravel()).reshape(shape), "read by columns"),
        (lambda W, de, shape: W.T @ de.ravel(), "left flat"),
        (lambda W, de, shape: (W[::-1].T @ de.ravel()).reshape(shape), "upside down"),
        (lambda W, de, shape: (W[::-1, ::-1].T @ de.ravel()).reshape(shape), "not transposed"),
        (lambda W, de, shape: W.T @ de, "must be equally long"),
        (lambda W, de, shape: (W.T * de.ravel()).reshape(shape), "numbers cannot take the shape"),
        (lambda W, de, shape: (W.T * de.ravel()).sum(axis=0).reshape(shape), "12 of 12 values differ"),
        (lambda W, de, shape: -(W.T @ de.ravel()).reshape(shape), "every sign is turned round"),
        (lambda W, de, shape: (W.T @ de.ravel()).reshape(shape)[::-1, ::-1], "turned round"),
    ],
    "back_zeros": [
        (put(lambda n, s: n * s, lambda n, s: n * s), "zeros after the last"),
        (lambda de, s: de.repeat(s, 0).repeat(s, 1)[: between(len(de), s), : between(de.shape[1], s)], "repeated"),
        (lambda de, s: de.repeat(s, 0).repeat(s, 1), "It is right where `s` is 1"),
        (lambda de, s: check.back_zeros.right(de, s + 1), "one zero too many"),
        (lambda de, s: check.back_zeros.right(de, s) / s**2, "shared out"),
        (lambda de, s: np.pad(check.back_zeros.right(de, s), s - 1), "border"),
        (lambda de, s: np.kron(de, np.eye(1, s)), "It is right where `s` is 1"),
        (lambda de, s: de, "What comes back is `de`"),
        (lambda de, s: np.zeros((between(len(de), s), between(de.shape[1], s))), "Every value is 0"),
        (put(lambda n, s: n * s - 1, lambda n, s: n * s - 1), "does not fit into a place of shape (2, 1)"),
        (put(lambda n, s: n, lambda n, s: n), "does not fit into a place of shape (2, 2)"),
        (lambda de, s: np.zeros(de.shape * s), "too many axes"),
        (lambda de, s: np.zeros((len(de) * s / 2, 3)), "divide with `//`"),
    ],
    "back_row": [
        (lambda m, i, P: m - i, "formula taken literally"),
        (lambda m, i, P: i - m, "unflipped"),
        (lambda m, i, P: m + P - i, "off by one"),
        (lambda m, i, P: i + P - 1 - m, "wrong side"),
        (lambda m, i, P: m + 1 - i, "P forgotten"),
        (lambda m, i, P: m - P + 1 - i, "shifted the other way"),
        (lambda m, i, P: P - 1, "Every value that differs is too large"),
        (lambda m, i, P: P - 1 - i, "`m` is missing, everywhere"),
        (lambda m, i, P: m + P - 2 - i, "One too few"),
        (lambda m, i, P: i + 1 - m - P, "every sign is turned round"),
        (lambda m, i, P: range(m, m + P), "must be one number"),
        (lambda m, i: m - i, "keep the first line"),
    ],
    "back_map": [
        (stamped(lambda w: w), "unflipped"),
        (stamped(lambda w: w[::-1]), "upside down only"),
        (stamped(lambda w: w[:, ::-1]), "left and right only"),
        (stamped(assign=True), "= for +="),
        (stamped(size=lambda de, w: np.add(de.shape, w.shape)), "more around"),
        (stamped(size=lambda de, w: de.shape), "stands opposite"),
        (lambda de, w: stamped()(de, w)[: len(de), : de.shape[1]], "too small"),
        (lambda de, w: stamped()(np.abs(de), w), "signs lost"),
        (blanks_left, "A blank"),
        (whole_errors, "(3, 4) and (3, 3) met"),
        (lambda de, w: de * w, "stands opposite"),
        (stamped(lambda w: 1), "no kernel"),
        (lambda de, w: -stamped()(de, w), "every sign is turned round"),
        (lambda de, w: stamped()(de, w)[::-1, ::-1], "turned round"),
    ],
    "back_gradient": [
        (by_weights(flip=False), "unflipped"),
        (by_weights(transpose=False), "channels transposed"),
        (by_weights(add=False), "= for +="),
        (by_weights(step=lambda s: 1), "stride forgotten"),
        (by_weights(sums=lambda de, w: de[..., :1] @ w[:1]), "sum over d missing"),
        (by_weights(sums=lambda de, w: de @ w / de.shape[3]), "mean over d"),
        (by_weights(sums=lambda de, w: de * w), "stands opposite"),
        (lambda de, w, shape, s: np.zeros(shape), "Every value is 0"),
        (lambda de, w, shape, s: by_weights()(de, w, shape, s) / len(de), "axis 0 of `de` has length 1"),
        (lambda de, w, shape, s: -by_weights()(de, w, shape, s), "every sign is turned round"),
        (lambda de, w, shape, s: by_weights()(de, w, shape, s)[0], "Only the first part"),
        (lambda de, w, shape, s: de @ w, "fit as in a + b"),
        (lambda de, w, shape, s: by_weights()(de, w, shape, s)[:, 1:-1, 1:-1], "too small"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, backprop_is_correlation.EXERCISES)
