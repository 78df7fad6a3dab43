"""What students try first in notebook 10, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab import ops
from cnnlab.check.convolution import weight_gradient


def one(place=lambda p, q, P, Q: (P - 1 - p, Q - 1 - q), total=np.sum, turn=lambda de: de):
    """one_weight(h, de, p, q, P, Q), with a blank filled in another way."""

    def weight(h, de, p, q, P, Q):
        rows, columns = de.shape
        top, left = place(p, q, P, Q)
        return total(turn(de) * h[top : top + rows, left : left + columns])

    return weight


def every(flip=True, products=None, shape=lambda h, de, P, Q: (P, Q, h.shape[3], de.shape[3])):
    """weight_gradient(h, de, P, Q), with one thing changed."""

    def gradient(h, de, P, Q):
        rows, columns = de.shape[1:3]
        dw = np.zeros(shape(h, de, P, Q))
        for p, q in np.ndindex(P, Q):
            i, j = (P - 1 - p, Q - 1 - q) if flip else (p, q)
            window = h[:, i : i + rows, j : j + columns]
            dw[p, q] = products(window, de) if products else np.einsum("nmkc,nmkd->cd", window, de)
        return dw

    return gradient


def last_image(h, de, P, Q):
    for n in range(len(h)):
        dw = every()(h[n : n + 1], de[n : n + 1], P, Q)
    return dw


def stepping(
    gate=lambda dh, h: dh * (h > 0),
    early=False,
    sign=-1,
    scale=lambda x: 1,
    back=lambda de, w, h: ops.conv2d_input_gradient(de, w, h.shape),
):
    """step(w1, w2, x, y, eta), with one thing changed."""

    def step(w1, w2, x, y, eta):
        h1 = np.maximum(ops.conv2d(x, w1), 0)
        de2 = ops.conv2d(h1, w2) - y
        new = w2 + sign * eta * scale(x) * ops.conv2d_weight_gradient(de2, h1, w2.shape)
        de1 = gate(back(de2, new if early else w2, h1), h1)
        return w1 + sign * eta * scale(x) * ops.conv2d_weight_gradient(de1, x, w1.shape), new

    return step


TRIED = {
    "weight_number": [
        (-2, "unflipped"),
        (8, "not shifted"),
        (26, "shifted twice"),
        (3.5, "mean"),
        (15, "dL/de turned"),
        (2, "first row only"),
        (3, "first column only"),
        (-14, "the sign is not"),
        (1.4, "decimal point"),
        (14.02, "14.02 is not it. Nearly"),
        ([[26, 14], [-2, 8]], "One number is asked for"),
        (7, "small whole factor"),
        (5, "order of magnitude is right"),
    ],
    "weight_shared": [
        (0.4375, "mean"),
        (0.25, "the last"),
        (2, "the largest"),
        (3.75, "sizes"),
        (0.5, "the first"),
        (-0.25, "product"),
        (-1, "the smallest"),
        (4, "number of copies"),
        (1.8, "rounded"),
        (2.75, "order of magnitude is right"),
        (-1.75, "the sign is not"),
        ([0.5, -1, 2, 0.25], "One number is asked for"),
    ],
    "weight_row": [
        (lambda m, p, P: m + p, "unflipped"),
        (lambda m, p, P: m - p, "the lecture's own counting"),
        (lambda m, p, P: m + P - p, "off by one"),
        (lambda m, p, P: P - 1 - p, "m forgotten"),
        (lambda m, p, P: P - 1 - p - m, "wrong way"),
        (lambda m, p, P: m + P // 2 - p, "centred"),
        (lambda m, p, P: m, "is too small"),
        (lambda m, p, P: m + P - 1, "It is right where `p` is 0"),
        (lambda m, p, P: m + P - 2 - p, "One too few"),
        (lambda m, p, P: range(m, m + P), "must be one number"),
        (lambda m, p, P: m + P - 1 - p / 2, "is too large"),
        (lambda m, p, P: print(m + P - 1 - p), "you print the result"),
    ],
    "weight_one": [
        (one(lambda p, q, P, Q: (p, q)), "unflipped"),
        (one(lambda p, q, P, Q: (0, 0)), "not shifted"),
        (one(lambda p, q, P, Q: (P - 1 - p, q)), "columns unflipped"),
        (one(lambda p, q, P, Q: (p, Q - 1 - q)), "rows unflipped"),
        (one(total=np.mean), "mean"),
        (one(total=lambda products: products), "not added up"),
        (one(total=lambda products: products.sum(axis=0)), "sum over axis 0 is still missing"),
        (one(turn=lambda de: de[::-1, ::-1]), "dL/de turned"),
        (one(turn=np.ones_like), "pixels without errors"),
        (one(turn=np.negative), "every sign is turned round"),
        (one(lambda p, q, P, Q: (P - p, Q - q)), "stands opposite"),
        (one(lambda p, q, P, Q: (P - 1, Q - 1)), "All signs are right"),
        (lambda h, de, p, q, P, Q: (h * de).sum(), "(5, 6) is the shape of h; (3, 4) is the shape of de"),
        (lambda h, de, p, q, P, Q: de[p, q] * h[p, q], "beyond the end"),
    ],
    "weight_gradient": [
        (every(flip=False), "unflipped"),
        (lambda h, de, P, Q: every()(h, de, P, Q).transpose(0, 1, 3, 2), "channels transposed"),
        (last_image, "last image only"),
        (lambda h, de, P, Q: every()(h, de, P, Q) / len(h), "mean over the batch"),
        (lambda h, de, P, Q: every()(h, de, P, Q) / de[0, :, :, 0].size, "mean over positions"),
        (lambda h, de, P, Q: every()(h, de, P, Q) / de[..., 0].size, "divided by `de[..., 0].size`"),
        (lambda h, de, P, Q: every()(h, de[:, ::-1, ::-1], P, Q), "flip forgotten"),
        (every(products=lambda window, de: (window * de).sum()), "stands opposite"),
        (every(products=lambda window, de: window @ de), "must be equally long"),
        (every(products=lambda window, de: window.T @ de), "must be equally long"),
        (every(shape=lambda h, de, P, Q: (P, Q)), "where one number belongs"),
        (every(shape=lambda h, de, P, Q: (P, Q, de.shape[3], h.shape[3])), "does not fit into a place of shape (3, 2)"),
        (lambda h, de, P, Q: -every()(h, de, P, Q), "every sign is turned round"),
        (lambda h, de, P, Q: every()(h, de, P, Q).sum(axis=(2, 3)), "axis"),
        (lambda h, de, P, Q: every()(h, de, P, Q)[0, 0], "Only the first part"),
    ],
    "weight_flip": [
        (lambda h, de, convolve: convolve(h, de), "flip forgotten"),
        (lambda h, de, convolve: convolve(h, de[::-1, ::-1]), "dL/de flipped"),
        (lambda h, de, convolve: convolve(h[::-1, ::-1], de[::-1, ::-1]), "both flipped"),
        (lambda h, de, convolve: convolve(h[::-1], de), "rows only"),
        (lambda h, de, convolve: convolve(h[:, ::-1], de), "columns only"),
        (lambda h, de, convolve: convolve(de, h), "stopped on input 1"),
        (lambda h, de, convolve: convolve(de[::-1, ::-1], h), "stopped on input 1"),
        (lambda h, de, convolve: convolve(h.T, de), "The shape must be"),
        (lambda h, de, convolve: h[::-1, ::-1] * de, "stands opposite"),
        (lambda h, de, convolve: convolve, "made of numbers"),
        (lambda h, de, convolve: -convolve(h[::-1, ::-1], de), "every sign is turned round"),
        (lambda h, de, convolve: convolve(h[::-1, ::-1], de).T, "changed places"),
        (lambda h, de, convolve: convolve(h[::-1, ::-1], de).sum(), "sum went over axis 0 and axis 1"),
    ],
    "weight_bias": [
        (lambda de: de.mean(axis=(0, 1, 2)), "mean"),
        (lambda de: de.sum(axis=(1, 2)), "batch not summed"),
        (lambda de: de.sum(axis=(1, 2)).mean(axis=0), "mean over the batch"),
        (lambda de: de.sum(), "everything summed"),
        (lambda de: de.sum(axis=0), "positions not summed"),
        (lambda de: de[0].sum(axis=(0, 1)), "first image only"),
        (lambda de: de.sum(axis=(1, 2, 3)), "wrong axis"),
        (lambda de: de.sum(axis=3), "channels summed"),
        (lambda de: de.sum(axis=(0, 1, 2), keepdims=True), "only the shape is not"),
        (lambda de: de, "What comes back is `de`"),
        (lambda de: -de.sum(axis=(0, 1, 2)), "every sign is turned round"),
        (lambda de: de.sum(axis=4), "no such axis"),
        (lambda de: np.ones(de.shape[3]), "3 of 3 values differ"),
        (lambda de: de[:, :, :, 0].sum(), "Only the first part"),
    ],
    "whole_step": [
        (stepping(gate=lambda dh, h: dh), "no gate"),
        (stepping(gate=lambda dh, h: np.maximum(dh, 0)), "gate of the wrong number"),
        (stepping(gate=lambda dh, h: dh * h), "times h1"),
        (stepping(early=True), "w2 changed too early"),
        (stepping(sign=1), "uphill"),
        (stepping(scale=lambda x: 1 / len(x)), "mean over the pictures"),
        (lambda w1, w2, x, y, eta: (w1, stepping()(w1, w2, x, y, eta)[1]), "second kernel only"),
        (lambda w1, w2, x, y, eta: stepping()(w1, w2, x, y, eta)[::-1], "kernels exchanged"),
        (lambda w1, w2, x, y, eta: stepping()(w1, w2, x, y, 1), "eta forgotten"),
        (lambda w1, w2, x, y, eta: (w1, w2), "values differ"),
        (lambda w1, w2, x, y, eta: stepping()(w1, w2, x, y, eta)[0], "2"),
        (stepping(back=lambda de, w, h: ops.conv2d(de, w)), "stopped on input 2"),
        (stepping(gate=lambda dh, h: dh * (h >= 0)), "no gate"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, weight_gradient.EXERCISES)
