"""What students try first in notebook 11, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.convolution import pooling


def gradient(gate=True, add=True, give=None, step=lambda s: s):
    """max_pool_gradient(e, dh, M, stride), with one thing changed."""

    def back(e, dh, M, stride):
        de, s = np.zeros_like(e), step(stride)
        for m, n in np.ndindex(*dh.shape):
            window = e[m * s : m * s + M, n * s : n * s + M]
            i, j = np.unravel_index(np.argmax(window), window.shape)
            if window[i, j] > 0 or not gate:
                if give:
                    de[m * s : m * s + M, n * s : n * s + M] += give(window, dh[m, n])
                elif add:
                    de[m * s + i, n * s + j] += dh[m, n]
                else:
                    de[m * s + i, n * s + j] = dh[m, n]
        return de

    return back


def flat_place_as_row(e, dh, M, stride):
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        i = np.argmax(e[m * stride : m * stride + M, n * stride : n * stride + M])
        de[m * stride + i, n * stride + i] += dh[m, n]
    return de


def asks_the_whole_window(e, dh, M, stride):
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        if e[m * stride : m * stride + M, n * stride : n * stride + M] > 0:
            de[m * stride, n * stride] += dh[m, n]
    return de


def averaged(function, place=lambda m, M: m * M):
    def pool(e, M):
        h = np.zeros((e.shape[0] // M, e.shape[1] // M))
        for m, n in np.ndindex(h.shape):
            i, j = place(m, M), place(n, M)
            h[m, n] = function(e[i : i + M, j : j + M], M)
        return h

    return pool


def averaging(share, add=True, step=lambda s: s):
    """average_pool_gradient(e, dh, M, stride), with one thing changed."""

    def back(e, dh, M, stride):
        de, s = np.zeros_like(e), step(stride)
        for m, n in np.ndindex(*dh.shape):
            window = e[m * s : m * s + M, n * s : n * s + M]
            got = share(window, dh[m, n], M) * np.ones_like(window)
            part = slice(m * s, m * s + M), slice(n * s, n * s + M)
            de[part] = de[part] + got if add else np.where(got != 0, got, de[part])
        return de

    return back


def decimating(gate=True, step=lambda M: M, scale=lambda M: 1, place=0):
    """decimation_gradient(e, dh, M), with one thing changed; gate None asks the whole window."""

    def back(e, dh, M):
        de, s = np.zeros_like(e), step(M)
        for m, n in np.ndindex(*dh.shape):
            window = e[m * s : m * s + M, n * s : n * s + M]
            if gate is False or (window.max() if gate is None else window[place, place]) > 0:
                de[m * s + place, n * s + place] = scale(M) * dh[m, n]
        return de

    return back


def of_halves(e, M):
    return np.zeros((e.shape[0] / M, e.shape[1] / M))


TRIED = {
    "pool_numbers": [
        ((4, 2.25, 0), "no ReLU in the average"),
        ((4, 2.5, -1), "no ReLU in decimation"),
        ((4, 2.25, -1), "no ReLU at all"),
        ((4, 10, 0), "sum"),
        ((4, 5, 0), "sum over M"),
        ((8, 2.5, 0), "both maxima"),
        ((4, 2.5, 2), "other corner"),
        ((4, 10 / 3, 0), "active pixels only"),
        ((4, 2.5, 4), "largest for decimation"),
        ((0, 2.5, 4), "in another order"),
        ((4, 2.5), "must be 3 values"),
        ((4, 2, 0), "Value 2 of 3: 2 is not it. It is rounded"),
        ((4, 2.5, 1), "Value 3 of 3: 1 is not it"),
        (4, "together in a tuple"),
    ],
    "pool_gradient": [
        (gradient(add=False), "= for +="),
        (gradient(gate=False), "no gate"),
        (gradient(give=lambda window, value: value * (window == window.max())), "all ties"),
        (gradient(give=lambda window, value: np.full(window.shape, value / window.size)), "shared out"),
        (gradient(give=lambda window, value: np.full(window.shape, value)), "to every pixel"),
        (gradient(step=lambda s: 1), "stride forgotten"),
        (flat_place_as_row, "beyond the end"),
        (asks_the_whole_window, "np.where"),
        (lambda e, dh, M, stride: dh, "What comes back is `dh`"),
        (lambda e, dh, M, stride: e, "What comes back is `e`"),
        (lambda e, dh, M, stride: dh * (e > 0), "stands opposite"),
        (lambda e, dh, M, stride: np.kron(dh, np.ones((M, M))), "12 of 16 values differ"),
        (lambda e, dh, M, stride: np.zeros_like(e), "Every value is 0"),
        (lambda e, dh, M, stride: gradient()(e, dh, M, stride).T, "rows and columns have changed places"),
        (lambda e, dh, M, stride: -gradient()(e, dh, M, stride), "every sign is turned round"),
    ],
    "average_pool": [
        (averaged(lambda window, M: np.maximum(window, 0).sum()), "without 1/M^2"),
        (averaged(lambda window, M: np.maximum(window, 0).sum() / M), "divided by M"),
        (averaged(lambda window, M: window.mean()), "no ReLU"),
        (averaged(lambda window, M: max(window.mean(), 0)), "ReLU last"),
        (averaged(lambda window, M: window[window > 0].sum() / max((window > 0).sum(), 1)), "active pixels only"),
        (averaged(lambda window, M: max(window.max(), 0)), "maximum"),
        (averaged(lambda window, M: np.maximum(window, 0).mean(), lambda m, M: m), "windows overlap"),
        (averaged(lambda window, M: np.maximum(window, 0)), "where one number belongs"),
        (averaged(lambda window, M: max(window, 0)), "np.maximum"),
        (averaged(lambda window, M: np.abs(window).mean()), "signs lost"),
        (lambda e, M: np.maximum(e, 0).mean(), "mean went over axis 0 and axis 1"),
        (lambda e, M: np.maximum(e, 0).reshape(-1, M, M).mean(axis=(1, 2)), "too few axes"),
        (of_halves, "divide with `//`"),
        (lambda e, M: e, "What comes back is `e`"),
    ],
    "pool_size": [
        (5, "no plus one"),
        (4, "windows side by side"),
        (7, "rounded up, or one for each step of the stride"),
        (12, "stride 1"),
        (11, "steps of stride 1"),
        (5.5, "no plus one, not rounded"),
        (6.5, "half a window"),
        (14 / 3, "windows side by side, not rounded"),
        (14, "same size"),
        (36, "a square"),
        (8, "order of magnitude is right"),
        (-6, "sign"),
        ((6, 6), "One number is asked for"),
    ],
    "average_gradient": [
        (averaging(lambda window, value, M: value / M**2), "no gate"),
        (averaging(lambda window, value, M: value * (window > 0)), "not shared out"),
        (averaging(lambda window, value, M: value / M * (window > 0)), "divided by M"),
        (averaging(lambda window, value, M: value / M**2 * (window.mean() > 0)), "values differ"),
        (averaging(lambda window, value, M: value / M**2 * (window.max() > 0)), "gate of the window"),
        (averaging(lambda window, value, M: value / M**2 * np.maximum(window, 0)), "weighted by e"),
        (averaging(lambda window, value, M: value / M**2 * (window > 0), step=lambda s: 1), "stride forgotten"),
        (averaging(lambda window, value, M: value / M**2 * (window > 0), add=False), "= for +="),
        (
            averaging(lambda window, value, M: value / max((window > 0).sum(), 1) * (window > 0)),
            "divided by active pixels",
        ),
        (gradient(), "all to the maximum"),
        (averaging(lambda window, value, M: -value / M**2 * (window > 0)), "every sign is turned round"),
        (lambda e, dh, M, stride: np.kron(dh, np.ones((M, M))) / M**2 * (e > 0), "fit"),
        (lambda e, dh, M, stride: dh / M**2, "shape"),
        (lambda e, dh, M, stride: e, "What comes back is `e`"),
    ],
    "decimation_gradient": [
        (decimating(gate=False), "no gate"),
        (decimating(place=1), "values differ"),
        (lambda e, dh, M: gradient()(e, dh, M, M), "all to the maximum"),
        (lambda e, dh, M: averaging(lambda w, value, M: value / M**2 * (w > 0))(e, dh, M, M), "shared out"),
        (lambda e, dh, M: averaging(lambda w, value, M: value * (w[0, 0] > 0))(e, dh, M, M), "to every pixel"),
        (decimating(step=lambda M: 1), "M forgotten"),
        (decimating(scale=lambda M: 1 / M**2), "divided by M^2"),
        (decimating(scale=lambda M: -1), "every sign is turned round"),
        (lambda e, dh, M: dh, "What comes back is `dh`"),
        (lambda e, dh, M: e[::M, ::M] * dh, "fit"),
        (lambda e, dh, M: np.zeros_like(e), "Every value is 0"),
        (decimating(gate=None), "gate of the window"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, pooling.EXERCISES)
