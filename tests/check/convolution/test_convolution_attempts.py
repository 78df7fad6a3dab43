"""What students try first in notebook 07, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.convolution import convolution


def slid(turn=lambda w: w[::-1, ::-1], add=np.sum, rows=0, columns=0):
    """convolve(h, w) by two loops, with another kernel, another sum, or some rows more."""

    def convolve(h, w):
        P, Q = w.shape
        e = np.zeros((h.shape[0] - P + 1 + rows, h.shape[1] - Q + 1 + columns))
        for m in range(e.shape[0]):
            for n in range(e.shape[1]):
                e[m, n] = add(turn(w) * h[m : m + P, n : n + Q])
        return e

    return convolve


def returns_at_once(h, w):
    P, Q = w.shape
    for m in range(h.shape[0] - P + 1):
        for n in range(h.shape[1] - Q + 1):
            return (w[::-1, ::-1] * h[m : m + P, n : n + Q]).sum()


def by_the_formula(h, w):
    e = np.zeros((h.shape[0] - w.shape[0] + 1, h.shape[1] - w.shape[1] + 1))
    for m, n in np.ndindex(e.shape):
        for p, q in np.ndindex(w.shape):
            e[m, n] += w[p, q] * h[m - p, n - q]
    return e


def overwrites(h, w):
    P, Q = w.shape
    e = np.zeros((h.shape[0] - P + 1, h.shape[1] - Q + 1))
    for m, n in np.ndindex(e.shape):
        for p, q in np.ndindex(w.shape):
            e[m, n] = w[P - 1 - p, Q - 1 - q] * h[m + p, n + q]
    return e


def as_large_as_h(h, w):
    e = np.zeros_like(h)
    for m, n in np.ndindex(h.shape):
        e[m, n] = (w[::-1, ::-1] * h[m : m + w.shape[0], n : n + w.shape[1]]).sum()
    return e


def layer(h, w, b, stride, start=True, add=True, flip=True, over=lambda seen, w: seen @ w, rows=0):
    """The solution, with one thing changed."""
    P, Q = w.shape[:2]
    high, wide = (h.shape[1] - P) // stride + 1 + rows, (h.shape[2] - Q) // stride + 1
    e = np.zeros((len(h), high, wide, w.shape[3])) + (b if start else 0)
    for p, q in np.ndindex(P, Q):
        i, j = (P - 1 - p, Q - 1 - q) if flip else (p, q)
        part = over(h[:, i : i + stride * high : stride, j : j + stride * wide : stride], w[p, q])
        e = e + part if add else part + b
    return e


def stride_forgotten_inside(h, w, b, stride):
    P, Q = w.shape[:2]
    high, wide = (h.shape[1] - P) // stride + 1, (h.shape[2] - Q) // stride + 1
    e = np.zeros((len(h), high, wide, w.shape[3])) + b
    for p, q in np.ndindex(P, Q):
        e += h[:, P - 1 - p : P - 1 - p + high, Q - 1 - q : Q - 1 - q + wide] @ w[p, q]
    return e


def stop_too_early(h, w, b, stride):
    P, Q = w.shape[:2]
    high, wide = (h.shape[1] - P) // stride + 1, (h.shape[2] - Q) // stride + 1
    e = np.zeros((len(h), high, wide, w.shape[3])) + b
    for p, q in np.ndindex(P, Q):
        e += h[:, P - 1 - p : high : stride, Q - 1 - q : wide : stride] @ w[p, q]
    return e


def one(row, column):
    kernel = np.zeros((3, 3))
    kernel[row, column] = 1
    return kernel


TRIED = {
    "conv_number": [
        (2, "formula taken literally, next row"),
        (6, "formula taken literally, next column"),
        (12, "largest product only"),
        (1, "formula taken literally"),
        (16, "formula with negative indices"),
        (18, "unflipped"),
        (24, "upside down only"),
        (11, "left and right only"),
        (23, "transposed"),
        (20, "next window"),
        (9, "window below"),
        (35, "last window"),
        (4.25, "mean"),
        (3, "first product only"),
        (4, "last product only"),
        (-17, "the sign is not"),
        ([[17]], "without brackets"),
        ([[17, 20], [9, 35]], "One number is asked for"),
        (17.0004, "17.0004 is not it"),
    ],
    "conv_size": [
        (lambda H, P, pad, stride: (H + 2 * pad - P) // stride, "one too few"),
        (lambda H, P, pad, stride: (H + pad - P) // stride + 1, "one border"),
        (lambda H, P, pad, stride: (H - P) // stride + 1, "no border"),
        (lambda H, P, pad, stride: H + 2 * pad - P + 1, "no stride"),
        (lambda H, P, pad, stride: int(np.ceil((H + 2 * pad - P) / stride)) + 1, "rounded up"),
        (lambda H, P, pad, stride: (H + 2 * pad) // stride - P + 1, "divided first"),
        (lambda H, P, pad, stride: (H + 2 * pad - P) / stride + 1, "not whole"),
        (lambda H, P, pad, stride: (H + 2 * pad - P + 1) // stride, "plus one too early"),
        (lambda H, P, pad, stride: H - P + 1, "neither border nor stride"),
        (lambda H, P, pad, stride: (H + 2 * pad) // stride, "stride of the image"),
        (lambda H, P, pad, stride: (H + 2 * pad - P) // stride + 2, "One too many"),
        (lambda H, P, pad, stride: H, "is too large"),
        (lambda H, P, pad, stride: ((H + 2 * pad - P) // stride + 1,) * 2, "must be one number"),
        (lambda H, P, pad, stride: print((H + 2 * pad - P) // stride + 1), "you print the result"),
    ],
    "conv_map": [
        (slid(lambda w: w), "unflipped"),
        (slid(lambda w: w[::-1]), "upside down only"),
        (slid(lambda w: w[:, ::-1]), "left and right only"),
        (slid(add=np.mean), "mean"),
        (slid(add=np.max), "largest"),
        (slid(rows=-1, columns=-1), "one place short"),
        (lambda h, w: slid()(np.pad(h, [(side - 1,) * 2 for side in w.shape]), w), "full"),
        (slid(lambda w: w.T), "stands opposite"),
        (slid(add=lambda products: products), "where one number belongs"),
        (slid(rows=1), "stands opposite"),
        (lambda h, w: h * w, "(4, 5) is the shape of h; (2, 2) is the shape of w"),
        (lambda h, w: (h[: w.shape[0], : w.shape[1]] * w[::-1, ::-1]).sum(), "inside a loop"),
        (lambda h, w: np.convolve(h, w), "stopped on input 1"),
        (returns_at_once, "inside a loop"),
        (by_the_formula, "formula with negative indices"),
        (overwrites, "last product only"),
        (as_large_as_h, "stands opposite"),
        (lambda h, w: slid()(h, w).T, "the axes have changed places"),
        (lambda h, w: -slid()(h, w), "every sign is turned round"),
    ],
    "conv_layer": [
        (lambda h, w, b, s: layer(h, w, b, s, flip=False), "unflipped"),
        (lambda h, w, b, s: layer(h, w, b, s, over=lambda seen, w: seen @ w.T), "channels exchanged"),
        (lambda h, w, b, s: layer(h[..., :1], w[:, :, :1], b, s), "first map only"),
        (lambda h, w, b, s: layer(h, w, b, s, start=False), "no bias"),
        (lambda h, w, b, s: layer(h, w, b, s, over=lambda seen, w: seen @ w + b, start=False), "bias in the loop"),
        (lambda h, w, b, s: layer(h, w, b[0], s), "one bias for all"),
        (lambda h, w, b, s: layer(h, w, b, s, add=False), "last weight only"),
        (lambda h, w, b, s: layer(h, w, b, 1), "no stride"),
        (lambda h, w, b, s: layer(h, w, b, s, over=lambda seen, w: seen * w), "stands opposite"),
        (lambda h, w, b, s: layer(h, w, b, s, rows=-1), "too small"),
        (lambda h, w, b, s: layer(h, w, b, s)[0], "Only the first part"),
        (lambda h, w, b, s: h @ w + b, "fit as in a + b"),
        (stride_forgotten_inside, "It is right where `stride` is 1"),
        (stop_too_early, "stands opposite"),
    ],
    "conv_index": [
        (0, "formula taken literally"),
        (6, "unflipped"),
        (2, "same"),
        (5, "P in place of P - 1"),
        (7, "row 0 of the kernel"),
        (10, "both added"),
        (3, "first row of the window"),
        (1, "check.conv_index.hint"),
        (8, "check.conv_index.hint"),
        ("m + 4 - m'", "check.conv_index.hint"),
    ],
    "conv_edge": [
        (np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]), "unflipped"),
        ([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], "Sobel's, unflipped"),
        ([[1, 0, -1]] * 3, "vertical edges, turned"),
        ([[-1, 0, 1]] * 3, "vertical edges"),
        (one(1, 1), "as it is"),
        (one(2, 1), "one below"),
        (np.ones((3, 3)), "blur"),
        ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], "edges all round"),
        ([[0, 1, 0], [0, 0, 0], [0, -1, 0]], "mostly the opposite"),
        ([[0, 0, 0], [-1, -1, -1], [1, 1, 1]], "explains"),
        ([[-1, -1, -1], [0, 0, 0], [1, 1, 2]], "your weights add up to 1"),
        ([1, 0, -1], "must be a 3 x 3 kernel"),
        (np.zeros((3, 3)), "explains 0 %"),
    ],
    "conv_move": [
        (one(1, 0), "left"),
        (one(2, 1), "down"),
        (one(0, 1), "up"),
        (one(1, 1), "stays"),
        (one(2, 2), "diagonal"),
        (one(0, 2), "up and right"),
        (one(0, 0), "right places"),
        (np.ones((3, 3)), "all"),
        (one(1, 1) + one(1, 2), "two"),
        ([0, 0, 1], "row"),
        (-one(1, 2), "negative"),
        (np.zeros((3, 3)), "Every value is 0"),
        (np.eye(2), "The shape must be (3, 3)"),
        ([[0, 0, 0], [0, 0, 1]], "too small"),
        (2, "too few axes"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, convolution.EXERCISES)
