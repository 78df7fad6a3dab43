"""Exercises of notebook 10 (lecture topics 16 to 18): the weight gradient."""

import inspect

import numpy as np

from cnnlab.check.convolution import shared_weight, whole_step
from cnnlab.check.convolution.weight_gradient_answers import (
    ALL_INPUTS,
    FLIP_INPUTS,
    ONE_INPUTS,
    central_differences,
    flip_for_convolution,
    one_weight,
    right_place,
    row_of_h,
    weight_gradient,
    wrong_all,
    wrong_one,
)
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.maps import convolve
from cnnlab.check.toolkit.wrong_answers import channels_exchanged

EXERCISES = (
    *shared_weight.EXERCISES,
    Exercise(
        "weight_number",
        "A 2 x 2 kernel slid over h = [[1, 2, 0], [3, 1, -2], [0, 4, 5]] and e got dL/de = [[1, -1], [2, 3]]. "
        "What is dL/dw[0, 1]?",
        14.0,
        [
            Mistake(
                "unflipped",
                -2.0,
                "That is dL/dw[1, 0]. The kernel is flipped: w[0, ...] meets the LOWER rows of its window, "
                "w[..., 1] the left columns.",
            ),
            Mistake("not shifted", 8.0, "You used h from its first row on: those are the pixels of w[1, 1]."),
            Mistake("shifted twice", 26.0, "Those are the pixels of w[0, 0]: one column too far to the right."),
            Mistake("mean", 3.5, "The mean of the products; the gradient is their sum, one for each output."),
            Mistake("dL/de turned", 15.0, "You turned dL/de round. It stays as it is: e[m, n] keeps its own error."),
            Mistake("first row only", 2.0, "Only the first row of outputs; the weight was used in the second, too."),
            Mistake("first column only", 3.0, "Only the first column of outputs; the sum runs over m AND n."),
        ],
        (
            "Which pixel does w[0, 1] meet in e[0, 0]? The window of e[0, 0] is the 2 x 2 corner of h, and the "
            "kernel lies on it turned round.",
            "In e[m, n] it meets h[m + 1, n]. Take that 2 x 2 part of h.",
            "The part is [[3, 1], [0, 4]]; multiply it by [[1, -1], [2, 3]], number by number, and add up.",
        ),
        "Four outputs used this weight, so four products are added: 3 - 1 + 0 + 12.",
    ),
    Exercise(
        "weight_row",
        "One blank. In output row m, which row of h does row p of the kernel meet (P rows, no padding, stride "
        "1)? Return it.",
        row_of_h,
        [
            Mistake(
                "unflipped",
                lambda m, p, P: m + p,
                "That is correlation: with true convolution the kernel is turned, row 0 of w lies at the "
                "BOTTOM of its window.",
            ),
            Mistake(
                "the lecture's own counting",
                lambda m, p, P: m - p,
                "m - m' is the lecture's index, where row 0 of e hangs over the edge. Here e starts at the "
                "first whole window, P - 1 rows further.",
            ),
            Mistake(
                "off by one",
                lambda m, p, P: m + P - p,
                "One too far: for p = 0 the last row of the window is m + P - 1.",
            ),
            Mistake(
                "m forgotten", lambda m, p, P: P - 1 - p, "Right for the first output row; the window moves with m."
            ),
            Mistake("wrong way", lambda m, p, P: P - 1 - p - m, "The window moves DOWN as m grows."),
            Mistake(
                "centred",
                lambda m, p, P: m + P // 2 - p,
                "That counts from the middle of the window; no padding here, so count from its top.",
            ),
        ],
        (
            "The window of output row m has the rows m, m + 1, ..., m + P - 1 of h.",
            "The kernel is flipped: its first row, p = 0, lies on the last of them.",
            "For p = 0 it is m + P - 1; each further p is one row higher.",
        ),
        "Every weight sees its own shifted copy of h: shifted by P - 1 - p.",
        inputs=[(0, 0, 3), (2, 1, 3), (4, 4, 5), (3, 0, 2), (1, 2, 4)],
    ),
    Exercise(
        "weight_one",
        "Three blanks. Write dL/dw[p, q] of one map h and one map dL/de (kernel P x Q, no padding, stride 1).",
        one_weight,
        [
            Mistake(
                "unflipped",
                wrong_one(lambda p, q, P, Q: (p, q)),
                "Your window starts at (p, q), as for a correlation. True convolution turns the kernel: w[p, "
                "q] starts at the mirrored place.",
            ),
            Mistake(
                "not shifted",
                wrong_one(lambda p, q, P, Q: (0, 0)),
                "Every weight gets the same window of h. Each weight has its own shift.",
            ),
            Mistake(
                "off by one",
                wrong_one(lambda p, q, P, Q: (P - p, Q - q)),
                "One row and one column too far: the last place is P - 1, as rows count from 0.",
            ),
            Mistake(
                "columns unflipped",
                wrong_one(lambda p, q, P, Q: (P - 1 - p, q)),
                "The rows are right; the columns are flipped as well.",
            ),
            Mistake(
                "rows unflipped",
                wrong_one(lambda p, q, P, Q: (p, Q - 1 - q)),
                "The columns are right; the rows are flipped as well.",
            ),
            Mistake(
                "mean",
                wrong_one(right_place, lambda products: products.mean()),
                "The mean of the products. One weight works in every output: the changes of L add up, they are "
                "not averaged.",
            ),
            Mistake(
                "pixels without errors",
                wrong_one(right_place, turn=np.ones_like),
                "You added up the pixels of the window. Each is weighted by the error of its output.",
            ),
            Mistake(
                "not added up",
                wrong_one(right_place, lambda products: products),
                "The products are right, one for each output. One weight has ONE gradient: their sum.",
            ),
            Mistake(
                "sum over n missing",
                wrong_one(right_place, lambda products: products[:, 0].sum()),
                "Only column 0 was added; sum over m AND n.",
            ),
            Mistake(
                "dL/de turned",
                wrong_one(right_place, turn=lambda de: de[::-1, ::-1]),
                "You turned dL/de round as well. Each e[m, n] keeps its own error.",
            ),
        ],
        (
            "The window is as large as dL/de. Where does it start?",
            "Row 0 of e, row p of the kernel: that is `weight_row` with m = 0; columns likewise.",
            "window = h[P - 1 - p:P - 1 - p + rows, Q - 1 - q:Q - 1 - q + columns]",
        ),
        "One weight, one shifted window, one sum of products.",
        inputs=ONE_INPUTS,
    ),
    Exercise(
        "weight_gradient",
        "Write dL/dw for a batch: h (N, H, W, C) and dL/de (N, H', W', D) -> (P, Q, C, D). It is compared with "
        "central differences.",
        central_differences,
        [
            Mistake(
                "unflipped",
                wrong_all(lambda p, q, P, Q: (p, q)),
                "The kernel comes out turned round: your windows start at (p, q), as for a correlation. "
                "Frameworks do that; here the convolution is a true one.",
            ),
            Mistake(
                "channels transposed",
                lambda h, de, P, Q: channels_exchanged(central_differences(h, de, P, Q)),
                "c and d are exchanged: w[p, q, c, d] goes from input channel c to output channel d.",
            ),
            Mistake(
                "off by one",
                wrong_all(lambda p, q, P, Q: (P - p, Q - q)),
                "Every window is one pixel too far: the shift is P - 1 - p, not P - p.",
            ),
            Mistake(
                "last image only",
                wrong_all(samples=slice(-1, None)),
                "Only the last image counts: = where += belongs, or the sum over the batch is missing.",
            ),
            Mistake(
                "mean over the batch",
                wrong_all(scale=lambda de: 1 / len(de)),
                "You divide by the number of images. If a mean is wanted, the loss takes it, and dL/de has it already.",
            ),
            Mistake(
                "mean over positions",
                wrong_all(scale=lambda de: 1 / (de.shape[1] * de.shape[2])),
                "You divide by the number of positions. The weight is used in all of them: sum.",
            ),
            Mistake(
                "sum over n missing",
                wrong_all(sums="nmc,nmd->cd", samples=(slice(None), slice(None), 0)),
                "Only the first column of outputs is added up; the sum runs over m AND n.",
            ),
            Mistake(
                "flip forgotten",
                wrong_all(turn=lambda de: de[:, ::-1, ::-1]),
                "That is the convolution of dL/de with h as it is: h (or dL/de) needs one flip more.",
            ),
        ],
        (
            "Start from dw of zeros, (P, Q, C, D); two loops, over p and q; in each the window of h as in "
            "`weight_one`.",
            "The sum over images, rows and columns at once: np.tensordot(window, de, axes=([0, 1, 2], [0, 1, "
            "2])) has shape (C, D).",
            "dw[p, q] = np.tensordot(h[:, P - 1 - p:P - 1 - p + rows, Q - 1 - q:Q - 1 - q + columns], de, "
            "axes=([0, 1, 2], [0, 1, 2]))",
        ),
        "Forward was enough to judge it: every number agrees with a nudge of its weight.",
        inputs=ALL_INPUTS,
        source=inspect.getsource(weight_gradient),
    ),
    Exercise(
        "weight_flip",
        'Write dL/dw of one map with one call of convolve(a, b), a TRUE convolution of "valid" size.',
        flip_for_convolution,
        [
            Mistake(
                "flip forgotten",
                lambda h, de, convolve: convolve(h, de),
                "That is the lecture's line taken literally. A convolution flips dL/de; but every error must "
                "meet the pixel that made it.",
            ),
            Mistake(
                "dL/de flipped",
                lambda h, de, convolve: convolve(h, de[::-1, ::-1]),
                "The two flips of dL/de cancel: that is the correlation of h with dL/de. All numbers are "
                "there, but turned round.",
            ),
            Mistake(
                "both flipped",
                lambda h, de, convolve: convolve(h[::-1, ::-1], de[::-1, ::-1]),
                "Flip one of the two; not both.",
            ),
            Mistake(
                "rows only",
                lambda h, de, convolve: convolve(h[::-1], de),
                "Upside down only; left and right must be exchanged as well.",
            ),
            Mistake(
                "columns only",
                lambda h, de, convolve: convolve(h[:, ::-1], de),
                "Left and right only; top and bottom must be exchanged as well.",
            ),
        ],
        (
            "A convolution flips its second argument while it slides. What must be flipped so that each error "
            "meets its own pixel again?",
            "The correlation, convolve(h, de[::-1, ::-1]), has the right numbers in the wrong places: turned round.",
            "Turn h instead, with [::-1, ::-1]: then the numbers come out in the order of w.",
        ),
        "The convolution of dL/de with the flipped h: that is the flip that the one line hides.",
        inputs=[(*pair, convolve) for pair in FLIP_INPUTS],
    ),
    *whole_step.EXERCISES,
)
