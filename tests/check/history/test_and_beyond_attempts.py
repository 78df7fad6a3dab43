"""What students try first in notebook 15, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab import ops
from cnnlab.check.history import and_beyond
from cnnlab.check.history.and_beyond_answers import back, forward, max_pool, max_pool_back


def forward_by(line):
    """The stub of the notebook with one line in it: what is added for (h, w, n, m, k, p, q, c, d, P, Q)."""

    def tried(h, w):
        P, Q, C, D = w.shape
        e = np.zeros((len(h), h.shape[1] - P + 1, h.shape[2] - Q + 1, D))
        for n, m, k in np.ndindex(e.shape[:3]):
            for p, q, c in np.ndindex(P, Q, C):
                for d in range(D):
                    e[n, m, k, d] += line(h, w, n, m, k, p, q, c, d, P, Q)
        return e

    return tried


def last_product(h, w):
    P, Q, C, D = w.shape
    e = np.zeros((len(h), h.shape[1] - P + 1, h.shape[2] - Q + 1, D))
    for n, m, k in np.ndindex(e.shape[:3]):
        for p, q, c in np.ndindex(P, Q, C):
            for d in range(D):
                e[n, m, k, d] = w[p, q, c, d] * h[n, m + P - 1 - p, k + Q - 1 - q, c]
    return e


def prints(h, w):
    print(forward(h, w))


def back_by(to_h, to_w):
    """The stub of the notebook with two lines in it: (the pixel's coordinates follow from the flip)."""

    def tried(de, h, w):
        P, Q, dh, dw = w.shape[0], w.shape[1], np.zeros(h.shape), np.zeros(w.shape)
        for n, m, k in np.ndindex(de.shape[:3]):
            for p, q, c in np.ndindex(w.shape[:3]):
                for d in range(w.shape[3]):
                    i, j = m + P - 1 - p, k + Q - 1 - q
                    at = (n, i, j, c), (p, q, c, d), (n, m, k, d)
                    dh[at[0]] = to_h(dh, h, w, de, *at)
                    dw[at[1]] = to_w(dw, h, w, de, *at)
        return dh, dw

    return tried


def right_h(dh, h, w, de, pixel, weight, output):
    return dh[pixel] + w[weight] * de[output]


def right_w(dw, h, w, de, pixel, weight, output):
    return dw[weight] + h[pixel] * de[output]


def back_unflipped(de, h, w):
    dh, dw = np.zeros(h.shape), np.zeros(w.shape)
    for n, m, k in np.ndindex(de.shape[:3]):
        for p, q, c in np.ndindex(w.shape[:3]):
            for d in range(w.shape[3]):
                dh[n, m + p, k + q, c] += w[p, q, c, d] * de[n, m, k, d]
                dw[p, q, c, d] += h[n, m + p, k + q, c] * de[n, m, k, d]
    return dh, dw


def windows(e, M):
    return e.reshape(len(e), e.shape[1] // M, M, e.shape[2] // M, M, e.shape[3])


def spread(dh, M):
    return np.kron(dh, np.ones((1, M, M, 1)))


def writes_into_dh(dh, e, M):
    dh[max_pool(e, M) <= 0] = 0
    return max_pool_back(dh, e, M)


def where_equal(dh, e, M):
    return spread(dh, M) * (e == spread(max_pool(e, M), M))


def two_loops(x_train, x_test):
    """One distance for every pair."""
    return np.array([[((a - b) ** 2).mean() for b in x_train] for a in x_test])


def by_class(measure):
    return lambda y, said: np.mean([measure(y, said, k) for k in np.unique(y)])


TRIED = {
    "own_forward": [
        (forward_by(lambda h, w, n, m, k, p, q, c, d, P, Q: w[p, q, c, d] * h[n, m + p, k + q, c]), "unflipped"),
        (forward_by(lambda h, w, n, m, k, p, q, c, d, P, Q: w[p, q, c, d] * h[n, m - p, k - q, c]), "literal"),
        (
            forward_by(lambda h, w, n, m, k, p, q, c, d, P, Q: w[p, q, c, d] * h[n, m + P - p, k + Q - q, c]),
            "too far",
        ),
        (
            forward_by(lambda h, w, n, m, k, p, q, c, d, P, Q: w[P - p, Q - q, c, d] * h[n, m + p, k + q, c]),
            "out of bounds",
        ),
        (
            forward_by(lambda h, w, n, m, k, p, q, c, d, P, Q: w[p, q, c, d] * h[0, m + P - 1 - p, k + Q - 1 - q, c]),
            "the first image",
        ),
        (last_product, "assigned"),
        (lambda h, w: np.maximum(ops.conv2d(h, w), 0), "rectified"),
        (lambda h, w: ops.conv2d(h, w[::-1, ::-1].copy()), "unflipped"),
        (lambda h, w: ops.conv2d(h, w[::-1].copy()), "columns only"),
        (lambda h, w: ops.conv2d(h, w[:, ::-1].copy()), "rows only"),
        (lambda h, w: ops.conv2d(h, w, padding="same"), "shape"),
        (lambda h, w: ops.conv2d(h, w, padding="full"), "shape"),
        (lambda h, w: ops.conv2d(h, w) / h.shape[3], "mean over the channels"),
        (lambda h, w: -ops.conv2d(h, w), "sign"),
        (lambda h, w: h * w, "broadcast"),
        (prints, "you print the result"),
    ],
    "own_back": [
        (back_unflipped, "unflipped"),
        (back_by(lambda dh, h, w, de, i, p, o: w[p] * de[o], lambda dw, h, w, de, i, p, o: h[i] * de[o]), "assigned"),
        (back_by(lambda dh, h, w, de, i, p, o: w[p] * de[o], right_w), "dh assigned"),
        (back_by(right_h, lambda dw, h, w, de, i, p, o: h[i] * de[o]), "dw assigned"),
        (
            back_by(
                lambda dh, h, w, de, i, p, o: dh[i] + h[i] * de[o], lambda dw, h, w, de, i, p, o: dw[p] + w[p] * de[o]
            ),
            "partners exchanged",
        ),
        (
            back_by(lambda dh, h, w, de, i, p, o: dh[i] + w[p], lambda dw, h, w, de, i, p, o: dw[p] + h[i]),
            "errors left out",
        ),
        (lambda de, h, w: back(de, h, w)[::-1], "order"),
        (lambda de, h, w: back(de, h, w)[0], "dh alone"),
        (lambda de, h, w: back(de, h, w)[1], "dw alone"),
        (lambda de, h, w: (*back(de, h, w), de.sum(axis=(0, 1, 2))), "2"),
        (
            lambda de, h, w: (
                ops.conv2d_input_gradient(de, w, h.shape),
                ops.conv2d_weight_gradient(de, h, w.shape) / len(h),
            ),
            "mean over the batch",
        ),
        (back_by(right_h, lambda dw, h, w, de, i, p, o: dw[p] - h[i] * de[o]), "sign"),
        (lambda de, h, w: None, "returns None"),
    ],
    "own_pool": [
        (lambda e, M: windows(e, M).max(axis=(2, 4)), "no ReLU"),
        (lambda e, M: np.maximum(windows(e, M).mean(axis=(2, 4)), 0), "differ"),
        (lambda e, M: windows(np.maximum(e, 0), M).mean(axis=(2, 4)), "average"),
        (lambda e, M: np.maximum(e[:, ::M, ::M], 0), "decimation"),
        (lambda e, M: np.maximum(windows(e, M).min(axis=(2, 4)), 0), "minimum"),
        (
            lambda e, M: np.maximum(
                e.reshape(len(e), M, e.shape[1] // M, M, e.shape[2] // M, e.shape[3]).max(axis=(1, 3)), 0
            ),
            "interleaved",
        ),
        (lambda e, M: np.maximum(windows(e, M).max(axis=(1, 3)), 0), "shape"),
        (lambda e, M: np.maximum(e.max(axis=(1, 2)), 0), "shape"),
        (lambda e, M: np.maximum(e.max(axis=(1, 2), keepdims=True), 0), "whole map"),
        (lambda e, M: np.maximum(e, 0), "not pooled"),
        (lambda e, M: max_pool(e, M).max(axis=3), "over the channels"),
        (lambda e, M: np.maximum(windows(e, M).max(axis=(2, 4))), "keep the first line as it was"),
    ],
    "own_pool_back": [
        (where_equal, "zeros take part"),
        (lambda dh, e, M: where_equal(dh, e, M) * (e > 0), "all ties"),
        (lambda dh, e, M: spread(dh, M), "everybody"),
        (lambda dh, e, M: spread(dh, M) * (e > 0), "all above zero"),
        (lambda dh, e, M: spread(dh, M) * (e > 0) / (M * M), "shared"),
        (lambda dh, e, M: spread(dh, M) * (e == spread(windows(e, M).max(axis=(2, 4)), M)), "no gate, all ties"),
        (lambda dh, e, M: where_equal(np.ones_like(dh), e, M), "differ"),
        (lambda dh, e, M: (max_pool_back(np.ones_like(dh), e, M) > 0).astype(float), "a mask"),
        (lambda dh, e, M: max_pool_back(np.ones_like(dh), e, M) * e, "e itself"),
        (lambda dh, e, M: dh * (max_pool(e, M) > 0), "shape"),
        (lambda dh, e, M: -max_pool_back(dh, e, M), "sign"),
        (writes_into_dh, "changes its input"),
    ],
    "own_nearest": [
        (two_loops, "shape"),
        (lambda x_train, x_test: two_loops(x_train, x_test).max(axis=1), "furthest"),
        (lambda x_train, x_test: two_loops(x_train, x_test).mean(axis=1), "to the average of all"),
        (lambda x_train, x_test: two_loops(x_train, x_test).argmin(axis=1), "which one"),
        (lambda x_train, x_test: two_loops(x_train, x_test).min(axis=0), "other way round"),
        (lambda x_train, x_test: two_loops(x_train, x_test).min(), "one number"),
        (lambda x_train, x_test: np.sqrt(two_loops(x_train, x_test).min(axis=1)), "root"),
        (lambda x_train, x_test: two_loops(x_train, x_test).min(axis=1) * x_train[0].size, "sum"),
        (lambda x_train, x_test: np.array([np.abs(x_train - x).mean((1, 2, 3)).min() for x in x_test]), "magnitudes"),
        (lambda x_train, x_test: np.array([(x_train - x).mean((1, 2, 3)).min() for x in x_test]), "signs"),
        (lambda x_train, x_test: np.array([np.square(x_train - x).sum((1, 2, 3)).min() for x in x_test]), "sum"),
        (lambda x_train, x_test: ((x_train - x_test) ** 2).mean(axis=(1, 2, 3)), "broadcast"),
    ],
    "own_class_error": [
        (lambda y, said: (y != said).mean(), "of all images"),
        (lambda y, said: (y == said).mean(), "differ"),
        (by_class(lambda y, said, k: (said[y == k] == k).mean()), "right ones"),
        (by_class(lambda y, said, k: (y[said == k] != k).mean() if (said == k).any() else 0), "come out right"),
        (by_class(lambda y, said, k: (said[y == k] != k).sum()), "a count"),
        (by_class(lambda y, said, k: ((said != k) & (y == k)).mean()), "of all images, for each class"),
        (lambda y, said: [(said[y == k] != k).mean() for k in np.unique(y)], "each class"),
        (lambda y, said: sum((said[y == k] != k).mean() for k in np.unique(y)), "sum"),
        (lambda y, said: max((said[y == k] != k).mean() for k in np.unique(y)), "worst class"),
        (lambda y, said: 100 * np.mean([(said[y == k] != k).mean() for k in np.unique(y)]), "percent"),
        (lambda y, said: y != said, "shape"),
    ],
    "own_kernel": [
        (lambda w: w, "shape"),
        (lambda w: w.transpose(3, 2, 0, 1), "not turned"),
        (lambda w: w[::-1, ::-1], "axes as they are"),
        (lambda w: w[::-1, ::-1].transpose(2, 3, 0, 1), "c and d exchanged"),
        (lambda w: w[::-1, ::-1].T, "rows and columns exchanged"),
        (lambda w: w.T, "shape"),
        (lambda w: w[::-1].transpose(3, 2, 0, 1), "rows only"),
        (lambda w: w[:, ::-1].transpose(3, 2, 0, 1), "columns only"),
        (lambda w: np.flip(w).transpose(3, 2, 0, 1), "all axes turned"),
        (lambda w: np.flip(w, (0, 1)).reshape(w.shape[3], w.shape[2], *w.shape[:2]), "reshaped"),
        (lambda w: w.transpose(3, 2, 0, 1)[::-1, ::-1], "channels turned"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, and_beyond.EXERCISES)
