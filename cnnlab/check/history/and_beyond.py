"""Exercises of notebook 15 (lecture topic 29): a network of one's own functions, one's own images, other programs."""

import numpy as np

from cnnlab.check.history import and_beyond_answers as own
from cnnlab.check.history import and_beyond_outside as outside
from cnnlab.check.toolkit.exercise import Exercise, Mistake

EXERCISES = (
    Exercise(
        "own_forward",
        "Write e = w * h with loops: h (N, H, W, C), w (P, Q, C, D), padding 'valid' -> e (N, H', W', D).",
        own.forward,
        [
            Mistake(
                "unflipped",
                own.forward_with(own.as_it_is, own.as_it_is),
                "The kernel lies on h as it is: that is a correlation. Row p of the kernel meets row P - 1 - p of the "
                "window.",
            ),
            Mistake(
                "assigned",
                own.forward_with(add=False),
                "Each e keeps its last product only: = where += belongs.",
            ),
            Mistake(
                "literal",
                own.forward_with(own.literal, own.literal),
                "h[m - p] is the formula of padding 'full'. With negative numbers NumPy counts from the other end, so "
                "nothing stops you. For 'valid' windows begin P - 1 rows further down.",
            ),
            Mistake(
                "rows only",
                own.forward_with(columns=own.as_it_is),
                "Only the rows are turned round: left and right, too.",
            ),
            Mistake(
                "columns only",
                own.forward_with(rows=own.as_it_is),
                "Only the columns are turned round: top and bottom, too.",
            ),
            Mistake(
                "too far",
                own.forward_with(own.too_far, own.too_far),
                "P - p is one row too far: rows count from 0, so the first row of the kernel meets row P - 1.",
            ),
            Mistake(
                "rectified",
                lambda h, w: np.maximum(own.forward(h, w), 0),
                "No ReLU here: e is the excitation. It comes with the pooling.",
            ),
            Mistake(
                "mean over the channels",
                lambda h, w: own.forward(h, w) / h.shape[3],
                "The sum over c, not the mean.",
            ),
            Mistake(
                "the first image",
                lambda h, w: own.forward(h[:1].repeat(len(h), axis=0), w),
                "Every image gets the result of the first: n belongs to h, too.",
            ),
        ],
        (
            "One line is missing: the lecture's sum, e[n, m, k, d] += a weight times a pixel.",
            "Row p of the kernel meets row m + P - 1 - p of h; columns k and q do likewise.",
            "e[n, m, k, d] += w[p, q, c, d] * h[n, m + P - 1 - p, k + Q - 1 - q, c], and return e.",
        ),
        "Seven loops, one line: the whole forward pass of a convolution.",
        inputs=own.CONVOLVED,
    ),
    Exercise(
        "own_back",
        "Write both gradients of e = w * h with loops: dL/de, h, w -> (dL/dh, dL/dw).",
        own.back,
        [
            Mistake(
                "unflipped",
                own.back_with(own.as_it_is, own.as_it_is),
                "Those are the ways back of a correlation. A product goes back the way it came: the pixel is the one "
                "that forward took.",
            ),
            Mistake(
                "literal",
                own.back_with(own.literal, own.literal),
                "h[m - p] belongs to padding 'full'. Take the very pixel that forward took.",
            ),
            Mistake(
                "assigned",
                own.back_with(add=(False, False)),
                "= where += belongs, twice: a pixel and a weight take part in many products.",
            ),
            Mistake(
                "dh assigned",
                own.back_with(add=(False, True)),
                "dL/dw is right. dL/dh keeps its last product only: a pixel is seen by many outputs, += them.",
            ),
            Mistake(
                "dw assigned",
                own.back_with(add=(True, False)),
                "dL/dh is right. dL/dw keeps its last product only: a weight works at all places, += them.",
            ),
            Mistake(
                "partners exchanged",
                own.back_with(exchange=True),
                "In w h the derivative by h is w, and that by w is h: each gets what the OTHER was.",
            ),
            Mistake(
                "order",
                lambda de, h, w: own.back(de, h, w)[::-1],
                "Both are right, in the other order: first dL/dh, then dL/dw.",
            ),
            Mistake(
                "mean over the batch",
                lambda de, h, w: (own.back(de, h, w)[0], own.back(de, h, w)[1] / len(h)),
                "dL/dh is right; dL/dw is divided by the number of images. The loss has taken the mean already.",
            ),
            Mistake(
                "dh alone",
                lambda de, h, w: own.back(de, h, w)[0],
                "dL/dh is right; give dL/dw back beside it: (dh, dw).",
            ),
            Mistake(
                "dw alone",
                lambda de, h, w: own.back(de, h, w)[1],
                "dL/dw is right; give dL/dh back before it: (dh, dw).",
            ),
            Mistake(
                "errors left out",
                lambda de, h, w: own.back(np.ones_like(de), h, w),
                "dL/de is missing: so every output would count the same.",
            ),
        ],
        (
            "Forward, one product w h went into e[n, m, k, d]. Back, the error of that e goes to both of its factors.",
            "The derivative of w h by h is w; by w it is h. The pixel is the one that forward took.",
            "dh[that pixel] += w[p, q, c, d] * de[n, m, k, d] and dw[p, q, c, d] += h[that pixel] * de[n, m, k, d].",
        ),
        "So three sums run over the same products: e takes w h, dL/dh takes w dL/de, dL/dw takes h dL/de.",
        inputs=own.BACK,
    ),
    Exercise(
        "own_pool",
        "Write max pooling of ReLU(e) for a batch: e (N, H, W, C), windows M x M side by side, M divides H and W.",
        own.max_pool,
        [
            Mistake(
                "no ReLU",
                own.pool_with(lambda windows: windows.max(axis=(2, 4)), rectify=False),
                "Nearly: the maximum of ReLU(e), so where a whole window is below zero, h is 0.",
            ),
            Mistake(
                "average",
                lambda e, M: own.pool_with(lambda windows: windows.mean(axis=(2, 4)))(np.maximum(e, 0), M),
                "That is average pooling.",
            ),
            Mistake(
                "decimation",
                own.pool_with(lambda windows: windows[:, :, 0, :, 0]),
                "That takes the pixel in the corner of each window: decimation.",
            ),
            Mistake(
                "last corner",
                own.pool_with(lambda windows: windows[:, :, -1, :, -1]),
                "That takes the last pixel of each window, whatever it holds.",
            ),
            Mistake(
                "minimum",
                own.pool_with(lambda windows: windows.min(axis=(2, 4))),
                "That is the smallest of each window.",
            ),
            Mistake(
                "interleaved",
                own.interleaved,
                "Your windows are gathered from all over the map. After reshape the rows are (window, row inside): "
                "(N, H // M, M, W // M, M, C).",
            ),
            Mistake(
                "whole map",
                lambda e, M: np.maximum(e.max(axis=(1, 2), keepdims=True), 0),
                "That is one number for each map; each window has its own.",
            ),
            Mistake(
                "over the channels",
                lambda e, M: own.max_pool(e, M).max(axis=3),
                "The channels stay apart: every map is pooled for itself.",
            ),
            Mistake(
                "not pooled",
                lambda e, M: np.maximum(e, 0),
                "That is ReLU alone.",
            ),
        ],
        (
            "Cut rows and columns into windows without loops: e.reshape(N, H // M, M, W // M, M, C).",
            "Axes 2 and 4 are now the rows and the columns inside of each window.",
            "np.maximum(windows.max(axis=(2, 4)), 0)",
        ),
        "Yes, for all images and maps at once.",
        inputs=own.POOLED,
    ),
    Exercise(
        "own_pool_back",
        "Write dL/de of max pooling of ReLU(e) for a batch: dL/dh (N, H', W', C), e (N, H, W, C), M.",
        own.max_pool_back,
        [
            Mistake(
                "all ties",
                lambda dh, e, M: own.spread(dh, M) * own.winners(e, M),
                "Where several pixels are the largest, all of them get dL/dh: the loss would be counted twice. The "
                "first in reading order takes it.",
            ),
            Mistake(
                "zeros take part",
                lambda dh, e, M: own.spread(dh, M) * (e == own.spread(own.max_pool(e, M), M)),
                "Two things: a pixel that is 0 equals h = 0, but there the gate is shut; and of equal maxima only the "
                "first gets something.",
            ),
            Mistake(
                "last tie",
                own.one_winner(last=True),
                "Of equal maxima the LAST one wins with you; the first shall, as `argmax` has it.",
            ),
            Mistake(
                "no gate",
                own.one_winner(gate=False),
                "The gate is missing: where h is 0, no pixel gets anything.",
            ),
            Mistake(
                "no gate, all ties",
                lambda dh, e, M: own.spread(dh, M) * own.winners(e, M, gate=False),
                "Two things: where h is 0 no pixel gets anything, and of equal maxima only the first.",
            ),
            Mistake(
                "all above zero",
                lambda dh, e, M: own.spread(dh, M) * (e > 0),
                "That is the way back through ReLU alone. Of a window only the winner gets something.",
            ),
            Mistake(
                "everybody",
                lambda dh, e, M: own.spread(dh, M),
                "Every pixel of a window gets its dL/dh; only the winner made that number.",
            ),
            Mistake(
                "shared",
                lambda dh, e, M: own.spread(dh, M) * (e > 0) / M**2,
                "Equal shares belong to average pooling.",
            ),
            Mistake(
                "the corner",
                lambda dh, e, M: own.spread(dh, M) * own.corner(e, M) * (e > 0),
                "The corner of each window gets it: that is decimation.",
            ),
            Mistake(
                "a mask",
                lambda dh, e, M: (own.max_pool_back(np.ones_like(dh), e, M) > 0) * 1.0,
                "That says WHO gets something: ones. How much it is, dL/dh says.",
            ),
            Mistake(
                "e itself",
                lambda dh, e, M: e * (own.max_pool_back(np.ones_like(dh), e, M) > 0),
                "The right pixels, with the wrong numbers: those of e. They get dL/dh.",
            ),
        ],
        (
            "Who gets dh[n, m, k, c]? One pixel of its window, or none: the first that is as large as h, if h > 0.",
            "Go through the places (i, j) of a window, for all windows at once: e[:, i::M, j::M]. Remember which "
            "windows are done; those with h <= 0 are done from the beginning.",
            "wins = (e[:, i::M, j::M] == h) & ~done; de[:, i::M, j::M] = dh * wins; done = done | wins",
        ),
        "Yes: ties, shut gates and all. These four functions are all that a convolutional network needs.",
        inputs=own.POOLED_BACK,
    ),
    *outside.EXERCISES,
)
