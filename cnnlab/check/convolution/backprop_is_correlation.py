"""Exercises of notebook 09 (lecture topics 12 to 15): the gradient with respect to the input of a convolution."""

import inspect

import numpy as np

from cnnlab.check.convolution.backprop_is_correlation_answers import (
    ALL_INPUTS,
    MAP_INPUTS,
    MATRIX_INPUTS,
    SPREAD_INPUTS,
    central_differences,
    input_gradient,
    map_differences,
    map_gradient,
    matrix_gradient,
    only_whole_windows,
    put_zeros,
    repeated,
    repeated_gradient,
    row_of_w,
    wrong_gradient,
    wrong_map,
    wrong_zeros,
)
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import (
    altered,
    as_it_is,
    channels_exchanged,
    left_and_right,
    turned,
    upside_down,
)

EXERCISES = (
    Exercise(
        "back_number",
        "A 2 x 2 kernel w = [[1, 2], [4, -3]] slid over a 3 x 3 image h, and e got dL/de = [[1, -1], [2, 3]]. "
        "What is dL/dh[0, 1]?",
        7.0,
        [
            Mistake("unflipped", 1.0, "You laid w on h without turning it round: upside down AND left to right."),
            Mistake("upside down only", -7.0, "You turned w upside down; left and right must be exchanged as well."),
            Mistake("left and right only", -1.0, "You exchanged left and right; w must be turned upside down as well."),
            Mistake(
                "formula taken literally",
                11.0,
                "The formula, counted from (0, 0) with the errors that exist. But here e[0, 0] is the first window "
                "that fits, which shifts all indices by P - 1.",
            ),
            Mistake("row and column", -4.0, "That is dL/dh[1, 0]: first the row, then the column."),
            Mistake("centre", -2.0, "That is dL/dh[1, 1], the only pixel that all four outputs see."),
            Mistake("first error only", 4.0, "Only e[0, 0] counts in your answer; e[0, 1] has seen this pixel, too."),
            Mistake("second error only", 3.0, "Only e[0, 1] counts in your answer; e[0, 0] has seen this pixel, too."),
            Mistake("mean", 3.5, "The mean of what arrives. Paths add up; nobody divides."),
        ],
        (
            "h[0, 1] is in the top row, in the middle. Which of the four windows of 2 x 2 pixels contain it?",
            "The windows of e[0, 0] and e[0, 1]. In the first it is top right, in the second top left; the kernel lies "
            "there turned round.",
            "Turned round, w is [[-3, 4], [2, 1]]: its top right is 4, its top left is -3. So 4 x 1 + ...",
        ),
        "Two outputs have seen h[0, 1], so two products are added: 4 x 1 + (-3) x (-1).",
    ),
    Exercise(
        "back_row",
        "One blank. Which row p of the kernel leads from row m of dL/de back to row i of dL/dh (P rows, no padding, "
        "stride 1)?",
        row_of_w,
        [
            Mistake(
                "formula taken literally",
                lambda m, i, P: m - i,
                "In the formula e[0] may see pixels above the image. Here e[0] starts with the first window that fits, "
                "which shifts everything by P - 1.",
            ),
            Mistake(
                "unflipped",
                lambda m, i, P: i - m,
                "That is how a correlation lies on h. Ours is turned: its row 0 meets the LAST row of the window.",
            ),
            Mistake("off by one", lambda m, i, P: m + P - i, "One row too far: the last row of the kernel is P - 1."),
            Mistake(
                "wrong side",
                lambda m, i, P: i + P - 1 - m,
                "You exchanged m and i. The window of e[m] starts at row m of h and goes down from there.",
            ),
            Mistake("P forgotten", lambda m, i, P: m + 1 - i, "This is right for P = 2 only."),
            Mistake(
                "shifted the other way",
                lambda m, i, P: m - (P - 1) - i,
                "The shift by P - 1 goes the other way: this row is below zero even for m = i = 0.",
            ),
        ],
        (
            "Row m of e has seen the rows m ... m + P - 1 of h, with the kernel turned round.",
            "Its first row, i = m, met the last row of the kernel, p = P - 1; as i grows by one, p falls by one.",
            "p = P - 1 - (i - m)",
        ),
        "The same pairs as in the forward pass: what e[m] took from h[i] through row p goes back through row p.",
        inputs=[(4, 5, 3), (0, 0, 2), (7, 9, 3), (2, 2, 5), (1, 4, 4)],
    ),
    Exercise(
        "back_map",
        "Write dL/dh of one map from dL/de (H', W') and the kernel w (P, Q), no padding, stride 1.",
        map_differences,
        [
            Mistake(
                "unflipped",
                wrong_map(turn=as_it_is),
                "Your stamp is w as it is. The kernel lay on h turned round, so the footprint is turned round: "
                "w[::-1, ::-1].",
            ),
            Mistake(
                "upside down only",
                wrong_map(turn=upside_down),
                "Your stamp is turned upside down only; left and right must be exchanged as well.",
            ),
            Mistake(
                "left and right only",
                wrong_map(turn=left_and_right),
                "Your stamp has left and right exchanged; it must be turned upside down as well.",
            ),
            Mistake("= for +=", wrong_map(assign=True), "Footprints overlap; there the errors add up: += and not =."),
            Mistake(
                "no kernel",
                wrong_map(turn=np.ones_like),
                "Every error is spread evenly. It must be weighted by the kernel, turned round.",
            ),
            Mistake(
                "valid for full",
                lambda de, w: map_differences(de, w)[w.shape[0] - 1 :, w.shape[1] - 1 :],
                "Your dL/dh is only as large as dL/de. It must be as large as h, P - 1 rows and Q - 1 columns more.",
            ),
            Mistake("off by one", wrong_map(shift=1), "Every footprint is one pixel too low and too far right."),
            Mistake(
                "no error",
                wrong_map(errors=np.ones_like),
                "Every stamp is equally strong. It is w turned round TIMES its error.",
            ),
            Mistake(
                "signs lost", wrong_map(errors=np.abs), "All errors push the same way in your answer; signs count."
            ),
        ],
        (
            'How large was h? The forward pass was "valid": e has P - 1 rows and Q - 1 columns less than h.',
            "Each error e[m, n] stamps its footprint on the rows m ... m + P - 1 and the columns n ... n + Q - 1.",
            "dh[m:m + P, n:n + Q] += de[m, n] * w[::-1, ::-1]",
        ),
        "Every error stamps the turned kernel, as strong as it is; where stamps overlap they add up.",
        inputs=MAP_INPUTS,
        source=inspect.getsource(map_gradient),
    ),
    Exercise(
        "back_gradient",
        "The whole function. Write dL/dh of shape h_shape (N, H, W, C) from de (N, H', W', D), w (P, Q, C, D) and the "
        "stride (no padding). It is compared with central differences.",
        central_differences,
        [
            Mistake(
                "unflipped",
                wrong_gradient(turn=as_it_is),
                "Your kernel is not turned round. Frameworks store it that way; here the forward pass is a true "
                "convolution.",
            ),
            Mistake(
                "channels transposed",
                wrong_gradient(turn=lambda w: channels_exchanged(turned(w))),
                "c and d are exchanged: back through w[p, q, c, d] the error goes from d to c, so the sum runs over d.",
            ),
            Mistake(
                "off by one",
                wrong_gradient(shift=1),
                "Every footprint is one pixel too low and too far to the right: it starts at row m s, column n s.",
            ),
            Mistake(
                "sum over d missing",
                wrong_gradient(errors=lambda de: de * (np.arange(de.shape[3]) == 0)),
                "Only output channel 0 sends its errors back. Every map has used h, so the sum runs over all d.",
            ),
            Mistake(
                "last d only",
                wrong_gradient(errors=lambda de: de * (np.arange(de.shape[3]) == de.shape[3] - 1)),
                "Only the last output channel is left: in a loop over d, = where += belongs.",
            ),
            Mistake(
                "mean over d",
                wrong_gradient(errors=lambda de: de / de.shape[3]),
                "You take the mean over the output channels. Their errors add up.",
            ),
            Mistake(
                "= for +=", wrong_gradient(assign=True), "Footprints overlap; there the errors add up: += and not =."
            ),
            Mistake(
                "valid for full",
                only_whole_windows,
                "Right in the middle, but zero near the edges. Those pixels were seen by fewer windows, not by none: "
                'the convolution that goes back is "full".',
            ),
            Mistake(
                "stride forgotten",
                wrong_gradient(step=lambda s: 1),
                "Right for stride 1 only: the window of e[m, n] starts at row m s and column n s of h.",
            ),
            Mistake(
                "repeated for zeros",
                repeated_gradient,
                "You repeat each error to fill the gaps of the stride. In between nothing was computed: zeros belong "
                "there.",
            ),
        ],
        (
            "Start from dh of zeros with h's shape. For every (m, n), or for every weight (p, q), add what arrives.",
            "Weight (p, q) joins e[m, n] and h[m s + P - 1 - p, n s + Q - 1 - q]; the sum over d is de @ w[p, q].T.",
            "i, j = P - 1 - p, Q - 1 - q;  dh[:, i:i + H's:s, j:j + W's:s] += de @ w[p, q].T",
        ),
        "Forward was enough to judge it: every number agrees with a nudge of its pixel.",
        inputs=ALL_INPUTS,
        source=inspect.getsource(input_gradient),
    ),
    Exercise(
        "back_zeros",
        "Write what stride does to dL/de (H', W') on the way back: put stride - 1 zeros between neighbours.",
        put_zeros,
        [
            Mistake(
                "one zero too many",
                wrong_zeros(lambda s: s + 1, lambda s: s + 1),
                "stride zeros in between; from one window to the next there are stride steps, so stride - 1 zeros.",
            ),
            Mistake(
                "zeros after the last",
                wrong_zeros(lambda s: s, lambda s: s, tail=1),
                "There are zeros after the last row and column, too. Between neighbours only: (H' - 1) s + 1 rows.",
            ),
            Mistake(
                "zeros before the first",
                wrong_zeros(lambda s: s, lambda s: s, start=1, tail=1),
                "There are zeros before the first row and column. The first window starts at 0.",
            ),
            Mistake(
                "repeated",
                repeated,
                "You repeat the errors. Windows in between were never computed, so no error comes from there: zeros.",
            ),
            Mistake("rows only", wrong_zeros(lambda s: s, lambda s: 1), "Between the columns there are gaps as well."),
            Mistake("columns only", wrong_zeros(lambda s: 1, lambda s: s), "Between the rows there are gaps as well."),
            Mistake(
                "shared out",
                lambda de, stride: put_zeros(de, stride) / stride**2,
                "You divide by stride x stride. Nothing is shared out here: each error keeps its size.",
            ),
        ],
        (
            "How many rows? H' errors, and stride - 1 zeros in each of the H' - 1 gaps between them.",
            "Start from zeros of ((H' - 1) stride + 1, (W' - 1) stride + 1), and write the errors into every "
            "stride-th row and column.",
            "z[::stride, ::stride] = de",
        ),
        "A stride skips outputs. On the way back a skipped output is an error of zero.",
        inputs=SPREAD_INPUTS,
    ),
    Exercise(
        "back_matrix",
        "W is the matrix of a convolution, e.ravel() = W @ h.ravel(). Write dL/dh, of shape h_shape, from W and de.",
        matrix_gradient,
        [
            Mistake(
                "not transposed",
                altered(matrix_gradient, W=np.transpose),
                "That sends the errors forward. Row i of dL/dh needs what h[i] gave to every e: COLUMN i of W.",
            ),
            Mistake(
                "inverse",
                altered(matrix_gradient, W=lambda W: np.linalg.pinv(W).T),
                "The inverse would undo the convolution. A gradient asks how much, not from where: the transpose.",
            ),
            Mistake(
                "written by columns",
                lambda W, de, h_shape: (W.T @ de.ravel()).reshape(h_shape[::-1]).T,
                "All numbers are there, but in the wrong order: ravel reads row by row, so write row by row.",
            ),
            Mistake(
                "read by columns",
                altered(matrix_gradient, de=lambda de: de.ravel(order="F")),
                "You read dL/de column by column; the rows of W are counted row by row.",
            ),
            Mistake(
                "left flat",
                lambda W, de, h_shape: W.T @ de.ravel(),
                "The numbers are right, in one long row: give them the shape of h.",
            ),
            Mistake(
                "upside down",
                altered(matrix_gradient, W=upside_down),
                "You turned the rows of W round before transposing; the transpose needs no flip.",
            ),
        ],
        (
            "In the fully-connected layer: grad_h = W^T grad_e. Here W is only larger, and mostly zeros.",
            "de.ravel() makes one column of numbers, in the order of W's rows.",
            "(W.T @ de.ravel()).reshape(h_shape)",
        ),
        "The transpose of the convolution's matrix is the correlation, pixel by pixel.",
        inputs=MATRIX_INPUTS,
    ),
)
