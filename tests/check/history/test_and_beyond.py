"""Exercises of notebook 15: other spellings of the right answers pass."""

import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.check.history import and_beyond_answers as answers
from cnnlab.gradcheck import numeric_gradient, relative_error


def window(h, e_shape, w, p, q):
    top, left = w.shape[0] - 1 - p, w.shape[1] - 1 - q
    return np.s_[:, top : top + e_shape[1], left : left + e_shape[2]]


def forward_by_weights(h, w):
    e = np.zeros((len(h), h.shape[1] - w.shape[0] + 1, h.shape[2] - w.shape[1] + 1, w.shape[3]))
    for p, q in np.ndindex(w.shape[:2]):
        e += h[window(h, e.shape, w, p, q)] @ w[p, q]
    return e


def back_by_weights(de, h, w):
    dh, dw = np.zeros_like(h), np.zeros_like(w)
    for p, q in np.ndindex(w.shape[:2]):
        seen = window(h, de.shape, w, p, q)
        dh[seen] += de @ w[p, q].T
        dw[p, q] = np.tensordot(h[seen], de, axes=([0, 1, 2], [0, 1, 2]))
    return [dh, dw]  # a list will do


def back_by_the_engine(de, h, w):
    return ops.conv2d_input_gradient(de, w, h.shape), ops.conv2d_weight_gradient(de, h, w.shape)


def pool_in_loops(e, M):
    h = np.zeros((len(e), e.shape[1] // M, e.shape[2] // M, e.shape[3]))
    for n, m, k, c in np.ndindex(h.shape):
        h[n, m, k, c] = max(0, e[n, m * M : m * M + M, k * M : k * M + M, c].max())
    return h


def rectify_first(e, M):
    e = np.maximum(e, 0)
    return np.max([e[:, i::M, j::M] for i in range(M) for j in range(M)], axis=0)


def pool_back_in_loops(dh, e, M):
    de = np.zeros_like(e)
    for n, m, k, c in np.ndindex(dh.shape):
        part = e[n, m * M : m * M + M, k * M : k * M + M, c]
        i, j = np.unravel_index(np.argmax(part), part.shape)
        if part[i, j] > 0:
            de[n, m * M + i, k * M + j, c] += dh[n, m, k, c]
    return de


def pool_back_as_the_notebook_asks(dh, e, M):
    h, de = rectify_first(e, M), np.zeros(e.shape)
    done = h <= 0
    for i, j in np.ndindex(M, M):
        wins = (e[:, i::M, j::M] == h) & ~done
        de[:, i::M, j::M] = dh * wins
        done = done | wins
    return de


def by_the_engine(dh, e, M):
    where = ops.max_pool2d(e, M, rectify=True)[1]
    return ops.max_pool2d_backward(dh, where, e.shape, M)


def nearest_at_once(x_train, x_test):
    a, b = (x.reshape(len(x), -1) for x in (x_test, x_train))
    return ((a[:, None] - b[None]) ** 2).mean(-1).min(1)


def nearest_as_a_list(x_train, x_test):
    return [min(np.mean((a - b) ** 2) for b in x_train) for a in x_test]


def class_error_in_a_loop(y, said):
    total = 0.0
    for k in set(y.tolist()):
        total += sum(said[i] != k for i in range(len(y)) if y[i] == k) / list(y).count(k)
    return total / len(set(y.tolist()))


def from_confusion(y, said):
    table = np.zeros((10, 10))
    np.add.at(table, (y, said), 1)
    table = table[table.sum(1) > 0]
    return 1 - np.mean(np.diag(table[:, np.unique(y)]) / table.sum(1))


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("own_forward", forward_by_weights),
        ("own_forward", lambda h, w: ops.conv2d(h, w)),
        ("own_back", back_by_weights),
        ("own_back", back_by_the_engine),
        ("own_pool", pool_in_loops),
        ("own_pool", rectify_first),
        ("own_pool", lambda e, M: ops.max_pool2d(e, M, rectify=True)[0]),
        ("own_pool_back", pool_back_in_loops),
        ("own_pool_back", pool_back_as_the_notebook_asks),
        ("own_pool_back", by_the_engine),
        ("own_nearest", nearest_at_once),
        ("own_nearest", nearest_as_a_list),
        ("own_class_error", class_error_in_a_loop),
        ("own_class_error", from_confusion),
        ("own_kernel", lambda w: np.flip(w, (0, 1)).transpose(3, 2, 0, 1)),
        ("own_kernel", lambda w: w.transpose(3, 2, 0, 1)[:, :, ::-1, ::-1]),
        ("own_kernel", lambda w: np.moveaxis(w[::-1, ::-1], (3, 2), (0, 1)).copy()),
    ],
)
def test_other_spellings_pass(name, spelling):
    verdict = getattr(check, name)(spelling)
    assert verdict.right is True, str(verdict)


def test_the_solutions_are_the_derivatives(rng):
    h, w = rng.standard_normal((2, 4, 3, 2)), rng.standard_normal((2, 2, 2, 3))
    de = rng.standard_normal(answers.forward(h, w).shape)
    for found, array in zip(answers.back(de, h, w), (h, w), strict=True):
        nudged = numeric_gradient(lambda: float((de * answers.forward(h, w)).sum()), array)
        assert relative_error(found, nudged) < 1e-6
    e, dh = rng.standard_normal((2, 4, 6, 2)), rng.standard_normal((2, 2, 3, 2))
    nudged = numeric_gradient(lambda: float((dh * answers.max_pool(e, 2)).sum()), e)
    assert relative_error(answers.max_pool_back(dh, e, 2), nudged) < 1e-6
