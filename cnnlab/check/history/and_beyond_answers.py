"""Right and wrong answers to the exercises of notebook 15, and what they are tried on."""

from collections.abc import Callable
from typing import Any

import numpy as np


def forward(h, w):
    P, Q, C, D = w.shape
    e = np.zeros((len(h), h.shape[1] - P + 1, h.shape[2] - Q + 1, D))
    for n, m, k in np.ndindex(e.shape[:3]):
        for p, q, c in np.ndindex(P, Q, C):
            for d in range(D):
                e[n, m, k, d] += w[p, q, c, d] * h[n, m + P - 1 - p, k + Q - 1 - q, c]
    return e


def back(de, h, w):
    P, Q, dh, dw = w.shape[0], w.shape[1], np.zeros(h.shape), np.zeros(w.shape)
    for n, m, k in np.ndindex(de.shape[:3]):
        for p, q, c in np.ndindex(w.shape[:3]):
            for d in range(w.shape[3]):
                dh[n, m + P - 1 - p, k + Q - 1 - q, c] += w[p, q, c, d] * de[n, m, k, d]
                dw[p, q, c, d] += h[n, m + P - 1 - p, k + Q - 1 - q, c] * de[n, m, k, d]
    return dh, dw


def max_pool(e, M):
    N, rows, columns, C = e.shape
    windows = e.reshape(N, rows // M, M, columns // M, M, C)
    return np.maximum(windows.max(axis=(2, 4)), 0)


def max_pool_back(dh, e, M):
    N, rows, columns, C = e.shape
    h = e.reshape(N, rows // M, M, columns // M, M, C).max(axis=(2, 4))
    de, done = np.zeros(e.shape), h <= 0
    for i, j in np.ndindex(M, M):
        wins = (e[:, i::M, j::M] == h) & ~done
        de[:, i::M, j::M] = dh * wins
        done |= wins
    return de


def nearest(x_train, x_test):
    return np.array([((x_train - one) ** 2).mean(axis=(1, 2, 3)).min() for one in x_test])


def class_error(y, said):
    return np.mean([(said[y == k] != k).mean() for k in np.unique(y)])


def their_kernel(w):
    return w[::-1, ::-1].transpose(3, 2, 0, 1)


Where = Callable[[int, int, int], int]
"""Which row of h meets row p of the kernel in output row m, for a kernel of P rows: (m, p, P) -> row."""


def turned_round(m: int, p: int, P: int) -> int:
    """As a convolution lays it."""
    return m + P - 1 - p


def as_it_is(m: int, p: int, P: int) -> int:
    """As a correlation lays it."""
    return m + p


def literal(m: int, p: int, P: int) -> int:
    """The formula with padding "full"."""
    return m - p


def too_far(m: int, p: int, P: int) -> int:
    """One row too far."""
    return m + P - p


def forward_with(rows: Where = turned_round, columns: Where = turned_round, add: bool = True) -> Callable[..., Any]:
    """A `forward` with the kernel laid otherwise, or = for +=."""

    def wrong(h, w):
        P, Q, _, D = w.shape
        e = np.zeros((len(h), h.shape[1] - P + 1, h.shape[2] - Q + 1, D))
        for n, m, k in np.ndindex(e.shape[:3]):
            for p, q, c in np.ndindex(w.shape[:3]):
                product = w[p, q, c] * h[n, rows(m, p, P), columns(k, q, Q), c]
                e[n, m, k] = e[n, m, k] + product if add else product
        return e

    return wrong


def back_with(
    rows: Where = turned_round,
    columns: Where = turned_round,
    add: tuple[bool, bool] = (True, True),
    exchange: bool = False,
) -> Callable[..., Any]:
    """A `back` with the kernel laid otherwise, = for += in dh or dw, or with w and h exchanged."""

    def wrong(de, h, w):
        P, Q, dh, dw = w.shape[0], w.shape[1], np.zeros(h.shape), np.zeros(w.shape)
        for n, m, k in np.ndindex(de.shape[:3]):
            for p, q, c in np.ndindex(w.shape[:3]):
                i, j = rows(m, p, P), columns(k, q, Q)
                for d in range(w.shape[3]):
                    to_h, to_w = (h[n, i, j, c], w[p, q, c, d]) if exchange else (w[p, q, c, d], h[n, i, j, c])
                    dh[n, i, j, c] = add[0] * dh[n, i, j, c] + to_h * de[n, m, k, d]
                    dw[p, q, c, d] = add[1] * dw[p, q, c, d] + to_w * de[n, m, k, d]
        return dh, dw

    return wrong


def pool_with(pool: Callable[..., Any], rectify: bool = True) -> Callable[..., Any]:
    """Another summary of the windows: pool(windows (N, H', M, W', M, C))."""

    def wrong(e, M):
        N, rows, columns, C = e.shape
        found = pool(e.reshape(N, rows // M, M, columns // M, M, C))
        return np.maximum(found, 0) if rectify else found

    return wrong


def interleaved(e, M):
    """M and the number of windows exchanged: each window is gathered from all over the map."""
    N, rows, columns, C = e.shape
    return np.maximum(e.reshape(N, M, rows // M, M, columns // M, C).max(axis=(1, 3)), 0)


def spread(dh, M):
    """Every pixel of a window gets its dh."""
    return dh.repeat(M, axis=1).repeat(M, axis=2)


def winners(e, M, gate=True):
    """True for every pixel that is the largest of its window, also of several; above 0 alone, if there is a gate."""
    h = max_pool(e, M) if gate else pool_with(lambda windows: windows.max(axis=(2, 4)), rectify=False)(e, M)
    return (e == spread(h, M)) & ((e > 0) | (not gate))


def corner(e, M):
    """True for the first pixel of each window."""
    found = np.zeros(e.shape, bool)
    found[:, ::M, ::M] = True
    return found


def one_winner(last=False, gate=True):
    """Of the largest pixels the first gets all, or the last."""

    def wrong(dh, e, M):
        de = np.zeros(e.shape)
        for n, m, k, c in np.ndindex(dh.shape):
            window = e[n, m * M : m * M + M, k * M : k * M + M, c]
            at = window.size - 1 - window.ravel()[::-1].argmax() if last else window.argmax()
            i, j = divmod(int(at), M)
            if window[i, j] > 0 or not gate:
                de[n, m * M + i, k * M + j, c] = dh[n, m, k, c]
        return de

    return wrong


def distance_with(
    size: Callable[..., Any] = np.square, each: Callable[..., Any] = np.mean, choose: Callable[..., Any] = np.min
) -> Callable[..., Any]:
    """A `nearest` with another measure: choose over the training images of each over the pixels of size(difference)."""

    def wrong(x_train, x_test):
        return np.array([choose(each(size(x_train - one), axis=(1, 2, 3))) for one in x_test])

    return wrong


_RNG = np.random.default_rng(15)


def _numbers(*shape):
    """Random quarters: short decimals, no two products alike by accident."""
    return np.round(4 * _RNG.standard_normal(shape)) / 4 + 0.125


CONVOLVED = [
    (_numbers(2, 4, 5, 2), _numbers(2, 3, 2, 3)),
    (_numbers(1, 4, 4, 2), _numbers(3, 3, 2, 2)),
    (_numbers(3, 2, 3, 1), _numbers(1, 2, 1, 2)),
]
BACK = [(_numbers(len(h), *forward(h, w).shape[1:]), h, w) for h, w in CONVOLVED]
# Ties above 0 and below, windows that are off, windows with one pixel on; several images and maps.
_TIES = np.array([[2, 2, -1, -1], [1, 2, -1, -3], [0, 0, 3, 1], [0, 0, 1, 3]], float)[None, :, :, None]
POOLED = [
    (_TIES, 2),
    (np.concatenate([_TIES - 1, -_TIES], axis=3).repeat(2, axis=0) * np.array([1.0, 2])[:, None, None, None], 2),
    (_numbers(2, 6, 3, 2), 3),
]
POOLED_BACK = [(_numbers(*max_pool(e, M).shape), e, M) for e, M in POOLED]
NEAREST = [
    (_numbers(4, 3, 3, 1), _numbers(2, 3, 3, 1)),
    (_numbers(3, 2, 4, 3), _numbers(5, 2, 4, 3)),
]
SAID = [
    (np.array([0, 0, 0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 0, 1, 0, 1])),
    (np.array([2, 2, 2, 2, 0, 1, 1, 2]), np.array([2, 2, 2, 2, 2, 2, 1, 0])),
    (np.array([1, 0, 0, 1, 1, 1, 1, 1, 1, 1]), np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])),
]
KERNELS = [(_numbers(2, 3, 4, 5),), (_numbers(3, 3, 2, 2),), (_numbers(2, 2, 2, 2),)]
