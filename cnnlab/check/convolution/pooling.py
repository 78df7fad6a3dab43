"""Exercises of notebook 11 (lecture topics 20 to 25); one map e (H, W), windows of M x M that move by `stride`."""

import numpy as np

from cnnlab.analysis.pooling.gradients import first, routed, ties
from cnnlab.check.convolution import pooling_backward
from cnnlab.check.toolkit.exercise import Exercise, Mistake


def max_pool_gradient(e, dh, M, stride):
    """dL/de of rectified max pooling: all to the first maximum of each window, if that is above zero."""
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        window = e[m * stride : m * stride + M, n * stride : n * stride + M]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        if window[i, j] > 0:
            de[m * stride + i, n * stride + j] += dh[m, n]
    return de


def _last(window, value):
    return first(window[::-1, ::-1], value)[::-1, ::-1]


def _even(window, value):
    return np.full(window.shape, value / window.size)


def _transposed(window, value):
    return first(window, value).T


def average_pool(e, M):
    """Average pooling of ReLU(e), windows side by side."""
    h = np.zeros((e.shape[0] // M, e.shape[1] // M))
    for m in range(h.shape[0]):
        for n in range(h.shape[1]):
            h[m, n] = np.maximum(e[m * M : m * M + M, n * M : n * M + M], 0).sum() / M**2
    return h


def _averaged(function):
    def wrong(e, M):
        shape = e.shape[0] // M, e.shape[1] // M
        return np.array(
            [[function(e[m * M : m * M + M, n * M : n * M + M], M) for n in range(shape[1])] for m in range(shape[0])]
        )

    return wrong


def _overlapping(e, M):
    shape = e.shape[0] // M, e.shape[1] // M
    return np.array([[np.maximum(e[m : m + M, n : n + M], 0).mean() for n in range(shape[1])] for m in range(shape[0])])


_E = [
    np.array([[1.0, 3.0, 0.0, -1.0], [2.0, -1.0, 4.0, 0.5], [0.0, 5.0, 1.0, 1.0], [-2.0, 1.0, 2.0, 0.0]]),
    np.array([[2.0, 2.0, -1.0, -3.0], [2.0, 0.0, -2.0, -1.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]),
    np.array(
        [
            [0.0, 1.0, 0.0, 2.0, 1.0],
            [1.0, 2.0, 1.0, 0.0, 3.0],
            [0.0, 1.0, 9.0, 1.0, 0.0],
            [2.0, 0.0, 1.0, 7.0, -1.0],
            [-1.0, -2.0, 0.0, 1.0, 4.0],
        ]
    ),
]
_GRADIENT_INPUTS = [
    (_E[0], np.array([[1.0, -2.0], [3.0, 4.0]]), 2, 2),
    (_E[1], np.array([[2.0, 5.0], [-1.0, 3.0]]), 2, 2),
    (_E[2], np.array([[1.0, 2.0], [3.0, 5.0]]), 3, 2),
    (_E[2] - 4.0, np.array([[2.0, -1.0], [4.0, 6.0]]), 3, 2),
]
_WINDOW = np.array([[-1.0, 4.0], [4.0, 2.0]])

EXERCISES = (
    Exercise(
        "pool_numbers",
        "For the window [[-1, 4], [4, 2]]: what do max, average (of ReLU) and decimation pooling give? Answer (max, "
        "average, decimation).",
        (4.0, 2.5, 0.0),
        [
            Mistake("no ReLU in the average", (4.0, 2.25, 0.0), "The lecture averages ReLU(e): the -1 counts as 0."),
            Mistake(
                "no ReLU in decimation",
                (4.0, 2.5, -1.0),
                "Decimation keeps the corner, and rectifies it: ReLU(-1) is 0.",
            ),
            Mistake(
                "no ReLU at all", (4.0, 2.25, -1.0), "Right without ReLU; the lecture rectifies e before it pools."
            ),
            Mistake("sum", (4.0, 10.0, 0.0), "That is the sum. Divide it by M^2, the number of pixels in the window."),
            Mistake("sum over M", (4.0, 5.0, 0.0), "The window has M^2 = 4 pixels, not M = 2."),
            Mistake(
                "active pixels only", (4.0, 10 / 3, 0.0), "The average is over all M^2 pixels, also those that are off."
            ),
            Mistake(
                "largest for decimation", (4.0, 2.5, 4.0), "Decimation does not choose: it keeps the corner e[mM, nM]."
            ),
            Mistake("both maxima", (8.0, 2.5, 0.0), "Two pixels share the maximum; it is still 4."),
            Mistake("other corner", (4.0, 2.5, 2.0), "Decimation keeps e[mM, nM], the corner at the top left."),
        ],
        (
            "Rectify first: ReLU turns the window into [[0, 4], [4, 2]].",
            "Average: the sum of the four rectified values, divided by 4. Decimation: the value at the top left.",
            "The largest is 4, the sum is 10, the top left is 0.",
        ),
        "The same window, three summaries: the best match, the average match, the match at one place.",
    ),
    Exercise(
        "pool_gradient",
        "Write dL/de of rectified max pooling for one map e, given dL/dh, M and the stride.",
        max_pool_gradient,
        [
            Mistake(
                "= for +=",
                routed(first, add=False),
                "Where windows overlap, one pixel can win twice: its gradients must ADD UP. You overwrite; use += .",
            ),
            Mistake(
                "all ties",
                routed(ties),
                "Several pixels share the maximum of a window, and each got all of dL/dh: more comes out than went in. "
                "Only the first of them is m*, n*.",
            ),
            Mistake(
                "no gate",
                routed(first, gate=False),
                "A window with nothing above zero gives h = 0 whatever e does: nothing may flow back. The gate h > "
                "0 is missing.",
            ),
            Mistake(
                "last maximum",
                routed(_last),
                "Of equal maxima the first in reading order wins, row by row; you chose the last.",
            ),
            Mistake(
                "stride forgotten",
                lambda e, dh, M, stride: routed(first)(e, dh, M, 1),
                "Your windows start at (m, n). With a stride they start at row m * stride, column n * stride.",
            ),
            Mistake(
                "to every pixel",
                routed(lambda window, value: np.full(window.shape, value)),
                "Every pixel of a window got its dL/dh. Only the one that was the maximum had any influence.",
            ),
            Mistake(
                "shared out",
                routed(_even),
                "You gave every pixel an equal share: that is average pooling. Max pooling gives all to one.",
            ),
            Mistake(
                "rows and columns swapped",
                routed(_transposed),
                "The place of the maximum is turned: row and column are exchanged.",
            ),
        ],
        (
            "Go through all pooled cells (m, n); cut out the window of e that it looked at.",
            "np.argmax counts row by row and returns the first maximum; np.unravel_index turns its number into "
            "(row, column).",
            "if window[i, j] > 0: de[m * stride + i, n * stride + j] += dh[m, n]",
        ),
        "All of dL/dh goes to the pixel that decided, nothing to a window that is off, and overlaps add up.",
        inputs=_GRADIENT_INPUTS,
    ),
    Exercise(
        "average_pool",
        "Write average pooling of ReLU(e) for one map e and windows of M x M side by side.",
        average_pool,
        [
            Mistake(
                "without 1/M^2",
                _averaged(lambda window, M: np.maximum(window, 0).sum()),
                "You sum, but do not divide: 1/M^2 is missing.",
            ),
            Mistake(
                "divided by M",
                _averaged(lambda window, M: np.maximum(window, 0).sum() / M),
                "A window has M^2 pixels, not M.",
            ),
            Mistake(
                "no ReLU",
                _averaged(lambda window, M: window.mean()),
                "Rectify before you average: negative excitations count as 0.",
            ),
            Mistake(
                "ReLU last",
                _averaged(lambda window, M: max(window.mean(), 0.0)),
                "You average first and rectify then; a strong negative pixel cancels a match.",
            ),
            Mistake(
                "active pixels only",
                _averaged(lambda window, M: np.maximum(window, 0).sum() / max((window > 0).sum(), 1)),
                "You divide by the number of active pixels; the lecture divides by all M^2, so a single match "
                "counts little.",
            ),
            Mistake(
                "signs lost",
                _averaged(lambda window, M: np.abs(window).mean()),
                "ReLU makes 0 of a negative excitation; it does not turn its sign.",
            ),
            Mistake(
                "windows overlap",
                _overlapping,
                "Your windows start at (m, n). Side by side they start at (m M, n M).",
            ),
            Mistake("maximum", _averaged(lambda window, M: max(window.max(), 0.0)), "That is max pooling."),
        ],
        (
            "The window of (m, n) starts at row m M, column n M.",
            "np.maximum(window, 0) rectifies it.",
            "h[m, n] = np.maximum(window, 0).sum() / M**2",
        ),
        "The average degree of match in the window.",
        inputs=[(_E[0], 2), (_E[1], 2), (np.arange(36.0).reshape(6, 6) % 7 - 3, 3)],
    ),
    Exercise(
        "pool_size",
        "A map of 14 x 14 is pooled with windows of 3 x 3 that move by 2. How many rows has the result?",
        6,
        [
            Mistake(
                "no plus one", 5, "That counts the steps, (14 - 3) // 2. There is a window before the first step, too."
            ),
            Mistake(
                "windows side by side",
                4,
                "So many would stand side by side, 14 // 3. These move by 2 only: they overlap.",
            ),
            Mistake(
                "rounded up, or one for each step of the stride",
                7,
                "The last of these windows would begin in row 12 and stick out of the map; only whole windows count.",
            ),
            Mistake("half a window", 6.5, "Half a window has no place: round down."),
            Mistake("no plus one, not rounded", 5.5, "Round down, and count the window before the first step, too."),
            Mistake("stride 1", 12, "That is stride 1: 14 - 3 + 1. Here the window moves by 2."),
            Mistake("steps of stride 1", 11, "14 - 3 is where the last window of stride 1 begins. Here it moves by 2."),
            Mistake(
                "windows side by side, not rounded", 14 / 3, "So many would stand side by side; these move by 2 only."
            ),
            Mistake("same size", 14, "Pooling with stride 2 makes the map smaller."),
        ],
        (
            "The first window covers rows 0 to 2, the second rows 2 to 4. Go on.",
            "Windows start at 0, 2, 4, ...; the last one must end at row 13 or before.",
            "(14 - 3) // 2 + 1",
        ),
        "(H - M) // stride + 1: windows start at rows 0, 2, 4, 6, 8 and 10.",
    ),
    *pooling_backward.EXERCISES,
)
