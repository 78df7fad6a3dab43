"""Exercises of notebook 11 on the way back through average and decimation pooling (lecture topic 25)."""

import numpy as np

from cnnlab.analysis.pooling.gradients import first, routed
from cnnlab.check.toolkit.exercise import Exercise, Mistake


def average_pool_gradient(e, dh, M, stride):
    """dL/de of the average of ReLU(e): each pixel above zero gets its share, 1/M^2 of dL/dh; overlaps add up."""
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        part = slice(m * stride, m * stride + M), slice(n * stride, n * stride + M)
        de[part] += dh[m, n] / M**2 * (e[part] > 0)
    return de


def decimation_gradient(e, dh, M):
    """dL/de of h[m, n] = ReLU(e[m M, n M]): all to the corner, if that is above zero."""
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        if e[m * M, n * M] > 0:
            de[m * M, n * M] = dh[m, n]
    return de


def _averaged(give, add=True):
    """A wrong way back of average pooling: `give` (window, dL/dh, M) -> what each pixel gets."""

    def wrong(e, dh, M, stride):
        return routed(lambda window, value: give(window, value, M), gate=False, add=add)(e, dh, M, stride)

    return wrong


def _share(window, value, M):
    return value / M**2 * (window > 0)


def _decimated(give):
    """A wrong way back of decimation: `give` (window, dL/dh) -> what each pixel of the window gets."""

    def wrong(e, dh, M):
        return routed(give, gate=False)(e, dh, M, M)

    return wrong


def _corner(window, value, gate=True, place=0):
    share = np.zeros(window.shape)
    share[place, place] = value * (not gate or window[place, place] > 0)
    return share


def _unscaled(e, dh, M):
    de = np.zeros_like(e)
    rows, columns = dh.shape
    de[:rows, :columns] = dh * (e[:rows, :columns] > 0)
    return de


_MIXED = np.array(
    [
        [1.0, 3.0, -2.0, 4.0, 2.0, -1.0],
        [-1.0, 2.0, 5.0, -3.0, 1.0, 2.0],
        [3.0, -4.0, -2.0, -4.0, -2.0, 6.0],
        [2.0, 1.0, -1.0, -3.0, 3.0, -5.0],
        [0.0, 2.0, 4.0, -1.0, 1.0, 3.0],
        [-2.0, 1.0, 3.0, 2.0, -4.0, 1.0],
    ]
)
_DH = np.array([[1.0, -2.0, 4.0], [3.0, 5.0, -1.0], [2.0, 6.0, 7.0]])
_AVERAGE_INPUTS = [
    (_MIXED, _DH, 2, 2),
    (_MIXED[:5, :5], _DH[:2, :2], 3, 2),
    (-np.abs(_MIXED) + 2.0, _DH[:2, :2], 3, 3),
]
_DECIMATION_INPUTS = [(_MIXED, _DH, 2), (_MIXED[::-1], _DH[:2, :2], 3), (-_MIXED[:5, :5], _DH[:2, :2], 2)]

EXERCISES = (
    Exercise(
        "average_gradient",
        "Write dL/de of average pooling of ReLU(e) for one map e, given dL/dh, M and the stride; windows may overlap.",
        average_pool_gradient,
        [
            Mistake(
                "no gate",
                _averaged(lambda window, value, M: np.full(window.shape, value / M**2)),
                "Pixels at or below zero got a share, too. ReLU(e) is 0 there, and stays 0 when e is nudged.",
            ),
            Mistake(
                "= for +=",
                _averaged(_share, add=False),
                "Where windows overlap, one pixel belongs to several: its shares must ADD UP. You overwrite; use += .",
            ),
            Mistake(
                "not shared out",
                _averaged(lambda window, value, M: value * (window > 0)),
                "Every pixel got all of dL/dh. In the average each counts 1/M^2, and so does its gradient.",
            ),
            Mistake(
                "divided by M",
                _averaged(lambda window, value, M: value / M * (window > 0)),
                "A window has M^2 pixels, not M.",
            ),
            Mistake(
                "divided by active pixels",
                _averaged(lambda window, value, M: value / max((window > 0).sum(), 1) * (window > 0)),
                "You share dL/dh among the active pixels only. The average divides by M^2, whoever is active: what "
                "belongs to the others is lost.",
            ),
            Mistake(
                "gate of the window",
                _averaged(lambda window, value, M: np.full(window.shape, value / M**2 * (window.max() > 0))),
                "You ask whether the window is on. Here every pixel has a gate of its own: its own e > 0.",
            ),
            Mistake(
                "all to the maximum",
                _averaged(lambda window, value, M: first(window, value) * (window.max() > 0)),
                "All went to the largest pixel: that is max pooling. The average asks all of them.",
            ),
            Mistake(
                "weighted by e",
                _averaged(lambda window, value, M: value / M**2 * np.maximum(window, 0)),
                "You multiplied by e. The slope of the average by one pixel does not depend on how large that is.",
            ),
            Mistake(
                "stride forgotten",
                lambda e, dh, M, stride: _averaged(_share)(e, dh, M, 1),
                "Your windows start at (m, n). With a stride they start at row m * stride, column n * stride.",
            ),
        ],
        (
            "By how much does h[m, n] change if one active pixel of its window is nudged by 1?",
            "By 1 / M**2 if the pixel is above zero, else not at all: (window > 0) is 1 or 0 for each pixel.",
            "de[m * stride:m * stride + M, n * stride:n * stride + M] += dh[m, n] / M**2 * (window > 0)",
        ),
        "A share for each pixel, a gate for each pixel, and overlaps add up.",
        inputs=_AVERAGE_INPUTS,
    ),
    Exercise(
        "decimation_gradient",
        "Write dL/de of decimation, h[m, n] = ReLU(e[m M, n M]), for one map e, given dL/dh and M.",
        decimation_gradient,
        [
            Mistake(
                "no gate",
                _decimated(lambda window, value: _corner(window, value, gate=False)),
                "A corner at or below zero got a gradient. ReLU is inside, here as well: such a corner makes h = 0, "
                "and a nudge leaves it 0.",
            ),
            Mistake(
                "all to the maximum",
                _decimated(lambda window, value: first(window, value) * (window.max() > 0)),
                "The largest pixel got it: that is max pooling. Decimation looked at the corner only.",
            ),
            Mistake(
                "gate of the window",
                _decimated(lambda window, value: _corner(window, value, gate=False) * (window.max() > 0)),
                "You ask whether anything in the window is above zero. Only the corner counts: no other was seen.",
            ),
            Mistake(
                "to every pixel",
                _decimated(lambda window, value: np.full(window.shape, value * (window[0, 0] > 0))),
                "Every pixel of the window got dL/dh. The others had no influence on h at all.",
            ),
            Mistake(
                "shared out",
                _decimated(lambda window, value: np.full(window.shape, value / window.size) * (window > 0)),
                "You shared it out over the window: that is average pooling.",
            ),
            Mistake(
                "other corner",
                _decimated(lambda window, value: _corner(window, value, place=-1)),
                "That is the corner at the bottom right; decimation keeps e[m M, n M], at the top left.",
            ),
            Mistake("M forgotten", _unscaled, "You wrote to (m, n). The corner of window (m, n) is at (m M, n M)."),
            Mistake(
                "divided by M^2",
                _decimated(lambda window, value: _corner(window, value / window.size)),
                "Nothing was averaged, so nothing is divided: the corner made h alone.",
            ),
        ],
        (
            "Which pixels of e have any influence on h[m, n]?",
            "Only e[m * M, n * M], and only while it is above zero.",
            "if e[m * M, n * M] > 0: de[m * M, n * M] = dh[m, n]",
        ),
        "All of it to the corner, if that is on; nobody else was looked at.",
        inputs=_DECIMATION_INPUTS,
    ),
)
