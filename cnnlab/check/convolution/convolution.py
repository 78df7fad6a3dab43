"""Exercises of notebook 07 (lecture topics 8 and 9): the convolution itself."""

import inspect

import numpy as np

from cnnlab.analysis.convolution import edge_kernel
from cnnlab.check.convolution.convolution_answers import (
    BRIGHT_ABOVE,
    EDGE_MISTAKES,
    LAYER_INPUTS,
    MAP_INPUTS,
    at_the_last,
    convolve,
    convolve_layer,
    finds_the_edge,
    first_map_only,
    one_weight,
    wrapped_map,
    wrong_map,
)
from cnnlab.check.toolkit import maps
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import (
    altered,
    as_it_is,
    channels_exchanged,
    left_and_right,
    turned,
    upside_down,
    wrong_side,
    zero,
)


def _output_side(H, P, pad, stride):
    return (H + 2 * pad - P) // stride + 1


EXERCISES = (
    Exercise(
        "conv_number",
        "h = [[1, 2, 0], [3, 4, -2], [0, 4, 5]] and w = [[1, 4], [-1, 3]], padding 'valid'. What is e[0, 0]?",
        17.0,
        [
            Mistake("unflipped", 18.0, "That is the correlation: w lay on h as it is. Turn it round first."),
            Mistake("upside down only", 24.0, "You turned the kernel upside down; exchange left and right as well."),
            Mistake("left and right only", 11.0, "You exchanged left and right; turn it upside down as well."),
            Mistake("transposed", 23.0, "You exchanged the rows and columns of w. It is turned round, by half a turn."),
            Mistake(
                "formula taken literally",
                1.0,
                "That is e[0, 0] with padding 'full': the formula taken literally, where every pixel before row 0 and "
                "column 0 counts as 0. With 'valid', e[0, 0] belongs to the first window that lies inside h.",
            ),
            Mistake(
                "formula taken literally, next row",
                2.0,
                "That is e[1, 0] with padding 'full': half of its window lies on zeros. With 'valid', e[0, 0] belongs "
                "to the first window that lies inside h.",
            ),
            Mistake(
                "formula taken literally, next column",
                6.0,
                "That is e[0, 1] with padding 'full': half of its window lies on zeros. With 'valid', e[0, 0] belongs "
                "to the first window that lies inside h.",
            ),
            Mistake(
                "formula with negative indices",
                16.0,
                "The formula, with h[-1] read as Python reads it: the LAST row. With 'valid', e[0, 0] belongs to the "
                "first window that lies inside h.",
            ),
            Mistake("next window", 20.0, "That is e[0, 1], one column further to the right."),
            Mistake("window below", 9.0, "That is e[1, 0], one row further down."),
            Mistake("last window", 35.0, "That is e[1, 1], the last window."),
            Mistake("mean", 4.25, "The mean of the products. A convolution adds them up; it does not divide."),
            Mistake("first product only", 3.0, "Only one of the four products. All four are added."),
            Mistake("largest product only", 12.0, "Only the largest of the four products. All four are added."),
            Mistake("last product only", 4.0, "Only the last of the four products. All four are added."),
        ],
        (
            "The window of e[0, 0] is the upper left 2 x 2 corner of h.",
            "On it lies w turned round: [[3, -1], [4, 1]].",
            "3 * 1 + (-1) * 2 + 4 * 3 + 1 * 4",
        ),
        "Turned round, the kernel is [[3, -1], [4, 1]]: 3 - 2 + 12 + 4.",
    ),
    Exercise(
        "conv_index",
        "A kernel of 5 x 5, padding 'valid', stride 1. In the sum e[3, n]: which row of h does row m' = 3 of the "
        "kernel meet?",
        4,
        [
            Mistake(
                "formula taken literally",
                0,
                "m - m' is the row with padding 'full'. With 'valid', all windows begin P - 1 rows later.",
            ),
            Mistake("unflipped", 6, "m + m': so it would be if the kernel lay on h as it is. It is turned round."),
            Mistake("same", 2, "That is the row with padding 'same', whose offset is half as large."),
            Mistake("P in place of P - 1", 5, "One too far: the first window covers the rows 0 to P - 1."),
            Mistake("row 0 of the kernel", 7, "That is the row that m' = 0 meets. As m' grows, the row gets smaller."),
            Mistake("both added", 10, "The offset is right. But as m' grows, the row of h gets smaller."),
            Mistake(
                "first row of the window", 3, "There the window begins; that row is met by the LAST row of the kernel."
            ),
        ],
        (
            "The window of e[3, n] covers the rows 3 to 7 of h.",
            "The kernel is turned round: its row 0 meets row 7, its row 4 meets row 3.",
            "m + P - 1 - m' = 3 + 4 - 3",
        ),
        "The offset of 'valid' is P - 1 = 4, so the row is m + 4 - m'.",
    ),
    Exercise(
        "conv_size",
        "Write output_side(H, P, pad, stride): how many rows has e, if h has H rows, the kernel P, and `pad` rows of "
        "zeros are put above and as many below?",
        _output_side,
        [
            Mistake("one too few", wrong_side(first=0), "One too few: the window at the very beginning counts, too."),
            Mistake("one border", wrong_side(borders=1), "The border is on both sides: above AND below."),
            Mistake(
                "no border",
                wrong_side(borders=0),
                "You forgot the border: H grows by 2 pad before the kernel slides.",
            ),
            Mistake(
                "no stride",
                wrong_side(stride=lambda s: 1),
                "You forgot the stride: only every stride-th position is used.",
            ),
            Mistake(
                "rounded up",
                wrong_side(divide=lambda way, s: -(-way // s)),
                "Rounded up: a window that hangs over the end is not used.",
            ),
            Mistake(
                "not whole",
                wrong_side(divide=lambda way, s: way / s),
                "That need not be a whole number: a window that does not fit is left out, so round down, with `//`.",
            ),
            Mistake(
                "plus one too early",
                lambda H, P, pad, stride: (H + 2 * pad - P + 1) // stride,
                "The first place is not a step: add it after the division, not before.",
            ),
            Mistake(
                "neither border nor stride",
                lambda H, P, pad, stride: H - P + 1,
                "That is right without a border and with stride 1. Now let H grow by the border, and count steps.",
            ),
            Mistake(
                "stride of the image",
                lambda H, P, pad, stride: (H + 2 * pad) // stride,
                "The kernel is missing: its last place is P - 1 rows before the end.",
            ),
            Mistake(
                "divided first",
                lambda H, P, pad, stride: (H + 2 * pad) // stride - P + 1,
                "The stride divides the way that the window goes, not the image.",
            ),
        ],
        (
            "With its border the image has H + 2 pad rows. How far can the kernel slide until it touches the end?",
            "It slides H + 2 pad - P rows; every stride-th of these positions counts, and the first one.",
            "(H + 2 * pad - P) // stride + 1",
        ),
        "The way of the window, in steps of the stride, and one for the place where it starts.",
        inputs=[(6, 3, 0, 1), (7, 3, 1, 2), (8, 5, 2, 3), (5, 5, 0, 1), (28, 2, 0, 2), (9, 4, 1, 2), (227, 11, 0, 4)],
    ),
    Exercise(
        "conv_map",
        "Write convolve(h, w): one map, h (H, W) and w (P, Q), padding 'valid', the TRUE convolution.",
        maps.convolve,
        [
            Mistake(
                "unflipped",
                wrong_map(turn=as_it_is),
                "That is the correlation: the kernel lies on h as it is. In a convolution it is turned round.",
            ),
            Mistake(
                "upside down only",
                wrong_map(turn=upside_down),
                "Your kernel is turned upside down only; left and right must be exchanged as well.",
            ),
            Mistake(
                "left and right only",
                wrong_map(turn=left_and_right),
                "Your kernel has left and right exchanged; it must be turned upside down as well.",
            ),
            Mistake(
                "full",
                wrong_map(border="full"),
                "Your result is larger than h: a border of zeros was put around. Here the window stays inside.",
            ),
            Mistake(
                "formula with negative indices",
                wrapped_map,
                "h[m - p] is before row 0 for small m, and Python takes the LAST rows instead. Without a border "
                "e[0, 0] belongs to the first window that lies inside h, which is P - 1 rows further.",
            ),
            Mistake(
                "last product only",
                wrong_map(add=lambda products: products[-1, -1]),
                "Only one product is left in each place: `=` where `+=` belongs, or the sum is missing.",
            ),
            Mistake(
                "one place short",
                lambda h, w: maps.convolve(h, w)[:-1, :-1],
                "The last window is missing, below and on the right: H - P + 1 rows, W - Q + 1 columns.",
            ),
            Mistake("mean", wrong_map(add=np.mean), "You took the mean of the products; a convolution adds them up."),
            Mistake(
                "largest", wrong_map(add=np.max), "You kept the largest product: that would be some kind of pooling."
            ),
            Mistake(
                "turned result",
                wrong_map(turned_result=True),
                "The numbers are right, but turned round: it is the kernel that is turned, not the result.",
            ),
        ],
        (
            "How large is e? Each row of e is one place of the window from top to bottom.",
            "For each (m, n): take the window h[m:m + P, n:n + Q], multiply it by the turned kernel, add up.",
            "e[m, n] = (w[::-1, ::-1] * h[m:m + P, n:n + Q]).sum()",
        ),
        "A window, the turned kernel, the sum of their products, at every place.",
        inputs=MAP_INPUTS,
        source=inspect.getsource(convolve),
    ),
    Exercise(
        "conv_layer",
        "Write layer(h, w, b, stride): a batch h (N, H, W, C), w (P, Q, C, D), b (D,), padding 'valid'.",
        convolve_layer,
        [
            Mistake(
                "unflipped",
                altered(convolve_layer, w=turned),
                "Your kernels lie on h as they are. Weight (0, 0) meets the LAST row and column of its window.",
            ),
            Mistake(
                "channels exchanged",
                altered(convolve_layer, w=channels_exchanged),
                "You exchanged c and d: w[p, q, c, d] leads from input map c to output map d.",
            ),
            Mistake("first map only", first_map_only, "Only the first input map; the sum runs over c."),
            Mistake(
                "bias in the loop",
                lambda h, w, b, stride: convolve_layer(h, w, w[..., 0, 0].size * b, stride),
                "The bias is added once for each weight position. Add it once, before the loop or after it.",
            ),
            Mistake(
                "last weight only",
                lambda h, w, b, stride: convolve_layer(h, w * at_the_last(w), b, stride),
                "Only the last weight position is left: `=` where `+=` belongs.",
            ),
            Mistake("no bias", altered(convolve_layer, b=zero), "The bias is missing, one for each output map."),
            Mistake(
                "one bias for all",
                altered(convolve_layer, b=lambda b: b[0]),
                "The same bias in all output maps; each map d has its own b[d].",
            ),
            Mistake(
                "no stride",
                altered(convolve_layer, stride=lambda s: 1),
                "You computed every position. With stride s only every s-th is wanted.",
            ),
            Mistake(
                "columns and rows exchanged",
                altered(convolve_layer, h=lambda h: h.transpose(0, 2, 1, 3)),
                "Rows and columns are exchanged: h is [n, row, column, c].",
            ),
        ],
        (
            "Begin with e = b at every place. Then each weight position (p, q) adds its part to ALL outputs at once.",
            "Weight (p, q) meets h[:, m * stride + P - 1 - p, n * stride + Q - 1 - q] for the output at (m, n).",
            "e += h[:, P-1-p : P-1-p + stride*rows : stride, Q-1-q : Q-1-q + stride*columns : stride] @ w[p, q]",
        ),
        "That is a whole convolutional layer. The engine does the same sum, only in another order.",
        inputs=LAYER_INPUTS,
        source=inspect.getsource(convolve_layer),
    ),
    Exercise(
        "conv_edge",
        "Which 3 x 3 kernel w finds edges that are bright above and dark below, so that e > 0 there, and e = 0 on even "
        "ground?",
        edge_kernel(BRIGHT_ABOVE),
        EDGE_MISTAKES,
        (
            "Even ground must give 0: the weights add up to 0. Each row of the kernel may hold equal weights.",
            "As it lies on h, the kernel has positive weights above and negative ones below.",
            "w is that, turned round: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]",
        ),
        "As it lies on h, it adds up what is above and subtracts what is below. Wider weights average the noise away.",
        accept=finds_the_edge,
    ),
    Exercise(
        "conv_move",
        "Which 3 x 3 kernel moves an image by one pixel to the RIGHT (padding 'same'), and changes nothing else?",
        one_weight(1, 2),
        [
            Mistake(
                "left", one_weight(1, 0), "This one moves it to the LEFT: the kernel is turned round as it slides."
            ),
            Mistake("down", one_weight(2, 1), "This one moves the image down."),
            Mistake("up", one_weight(0, 1), "This one moves the image up."),
            Mistake("stays", one_weight(1, 1), "With its 1 in the middle the kernel leaves the image as it is."),
            Mistake("up and right", one_weight(0, 2), "This one moves it to the right AND up."),
            Mistake("row", np.array([0.0, 0.0, 1.0]), "That is one row; a 3 x 3 kernel has three of them."),
            Mistake("negative", one_weight(1, 2, -1.0), "The place is right; but this one turns bright to dark."),
            Mistake("diagonal", one_weight(2, 2), "This one moves it to the right AND down."),
            Mistake("all", np.ones((3, 3)), "That adds up all neighbours: a blur, nine times too bright."),
            Mistake("two", one_weight(1, 1) + one_weight(1, 2), "That shows the image twice, one on top of the other."),
        ],
        (
            "One number of the kernel is 1, all others are 0. The 1 in the middle leaves the image where it is.",
            "One bright pixel of h leaves the kernel in e, as it is. Where must the 1 be for a step to the right?",
            "In the middle row, on the right: w[1, 2] = 1.",
        ),
        "One bright pixel leaves the kernel itself; so the 1 stands where the pixel shall go, seen from the middle.",
    ),
)
