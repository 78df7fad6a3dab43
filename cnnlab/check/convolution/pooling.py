"""Exercises of notebook 11 (lecture topics 20 to 25); one map e (H, W), windows of M x M that move by `stride`."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def max_pool_gradient(e, dh, M, stride):
    """dL/de of rectified max pooling: dL/dh goes to the first maximum of its window, if that is above zero; overlaps
    add up.
    """
    de = np.zeros_like(e)
    for m in range(dh.shape[0]):
        for n in range(dh.shape[1]):
            window = e[m * stride : m * stride + M, n * stride : n * stride + M]
            i, j = np.unravel_index(np.argmax(window), window.shape)
            if window[i, j] > 0:
                de[m * stride + i, n * stride + j] += dh[m, n]
    return de


def _routed(give, gate=True, add=True):
    """A wrong gradient: `give` (window, dh) -> what each pixel of the window gets."""

    def wrong(e, dh, M, stride):
        de = np.zeros_like(e)
        for m, n in np.ndindex(*dh.shape):
            part = slice(m * stride, m * stride + M), slice(n * stride, n * stride + M)
            share = give(e[part], dh[m, n]) if not gate or e[part].max() > 0 else np.zeros((M, M))
            de[part] = de[part] + share if add else np.where(share != 0, share, de[part])
        return de

    return wrong


def _first(window, value):
    share = np.zeros(window.shape)
    share[np.unravel_index(np.argmax(window), window.shape)] = value
    return share


def _last(window, value):
    return _first(window[::-1, ::-1], value)[::-1, ::-1]


def _ties(window, value):
    return value * (window == window.max())


def _even(window, value):
    return np.full(window.shape, value / window.size)


def _transposed(window, value):
    return _first(window, value).T


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
                _routed(_first, add=False),
                "Where windows overlap, one pixel can win twice: its gradients must ADD UP. You overwrite; use += .",
            ),
            Mistake(
                "all ties",
                _routed(_ties),
                "Several pixels share the maximum of a window, and each got all of dL/dh: more comes out than went in. "
                "Only the first of them is m*, n*.",
            ),
            Mistake(
                "no gate",
                _routed(_first, gate=False),
                "A window with nothing above zero gives h = 0 whatever e does: nothing may flow back. The gate h > "
                "0 is missing.",
            ),
            Mistake(
                "last maximum",
                _routed(_last),
                "Of equal maxima the first in reading order wins, row by row; you chose the last.",
            ),
            Mistake(
                "stride forgotten",
                lambda e, dh, M, stride: _routed(_first)(e, dh, M, 1),
                "Your windows start at (m, n). With a stride they start at row m * stride, column n * stride.",
            ),
            Mistake(
                "to every pixel",
                _routed(lambda window, value: np.full(window.shape, value)),
                "Every pixel of a window got its dL/dh. Only the one that was the maximum had any influence.",
            ),
            Mistake(
                "shared out",
                _routed(_even),
                "You gave every pixel an equal share: that is average pooling. Max pooling gives all to one.",
            ),
            Mistake(
                "rows and columns swapped",
                _routed(_transposed),
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
        "A map of 8 x 8 is pooled with windows of 3 x 3 that move by 2. How many rows has the result?",
        3,
        [
            Mistake("rounded up", 4, "The fourth window would stick out of the map; only whole windows count."),
            Mistake(
                "no plus one, or windows side by side",
                2,
                "Is that (8 - 3) // 2? It counts the steps; there is a window before the first step. Is it 8 // 3? "
                "Then the windows would stand side by side; these move by 2 only.",
            ),
            Mistake("half a window", 3.5, "Half a window has no place: round down."),
            Mistake("stride 1", 6, "That is stride 1: 8 - 3 + 1. Here the window moves by 2."),
            Mistake("no plus one, not rounded", 2.5, "Round down, and count the window before the first step, too."),
            Mistake(
                "windows side by side, not rounded", 8 / 3, "So many would stand side by side; these move by 2 only."
            ),
            Mistake("same size", 8, "Pooling with stride 2 makes the map smaller."),
            Mistake("one too many", 5, "Too many: the last window must end inside the map."),
        ],
        (
            "The first window covers rows 0 to 2, the second rows 2 to 4. Go on.",
            "Windows start at 0, 2, 4, ...; the last one must end at row 7 or before.",
            "(8 - 3) // 2 + 1",
        ),
        "(H - M) // stride + 1: windows start at rows 0, 2 and 4.",
    ),
)
