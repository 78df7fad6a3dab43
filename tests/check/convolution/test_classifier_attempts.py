"""What students try first in notebook 08, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab import check
from cnnlab.check.convolution import classifier


def jumps_ignored(sizes, strides):
    r = 1
    for k, _ in zip(sizes, strides, strict=True):
        r += k - 1
    return r


def ends_at_once(sizes, strides):
    r, jump = 1, 1
    for k, s in zip(sizes, strides, strict=True):
        r += (k - 1) * jump
        jump *= s
        return r


def jump_too_early(sizes, strides):
    r, jump = 1, 1
    for k, s in zip(sizes, strides, strict=True):
        jump *= s
        r += (k - 1) * jump
    return r


def from_zero(sizes, strides):
    r, jump = 0, 1
    for k, s in zip(sizes, strides, strict=True):
        r += (k - 1) * jump
        jump *= s
    return r


TRIED = {
    "class_shapes": [
        ((28, 14, 14, 7, 784), "border kept"),
        ((23, 11, 8, 4, 256), "one off"),
        ((32, 16, 18, 9, 1296), "full border"),
        ((24, 12, 10, 5, 25), "channels lost"),
        ((24, 12, 10, 5, 3200), "channels multiplied"),
        ((24, 12, 10, 5, 200), "first channels"),
        ((24, 12, 10, 5, 16), "maps counted"),
        ((24, 12, 10, 5, 80), "one side"),
        ((24, 23, 21, 20, 6400), "pooling by one"),
        ((24, 12, 10, 5), "must be 5 values"),
        ((24, 12, 9, 5, 400), "Value 3 of 5: 9 is not it. Off by one"),
        ((400, 5, 10, 12, 24), "in another order"),
        (((24, 24), (12, 12), (10, 10), (5, 5), 400), "Value 1 of 5"),
        (400, "together in a tuple"),
    ],
    "class_parameters": [
        (1152, "no bias"),
        (160, "one input map"),
        (1280, "a bias for every kernel slice"),
        (2752, "a bias for every unit"),
        (115200, "multiplications"),
        (1844800, "fully connected"),
        (73, "one kernel"),
        (72, "one kernel, no bias"),
        (1160, "a bias for every input map"),
        (144, "order of magnitude is right"),
        (1169, "is close"),
        (2336, "counted again"),
        (11.68, "A count is a whole number"),
    ],
    "class_field": [
        (11, "no jumps"),
        (15, "sum of the windows"),
        (180, "product"),
        (16, "jump stays 2"),
        (17, "pooling sees one"),
        (23, "jump too early"),
        (30, "k for k − 1"),
        (12, "last layer forgotten"),
        (3, "the number is not"),
        (21, "Off by one"),
        (400, "a square"),
        (28, "order of magnitude is right"),
    ],
    "class_side": [
        (jumps_ignored, "no jumps"),
        (jump_too_early, "jump too early"),
        (ends_at_once, "first layer only"),
        (from_zero, "One too few"),
        (lambda sizes, strides: int(np.prod(sizes)), "product"),
        (lambda sizes, strides: int(np.prod(strides)), "jump for side"),
        (lambda sizes, strides: sum(sizes), "6 is not it"),
        (lambda sizes, strides: check.class_side.right(sizes[::-1], strides[::-1]), "backwards"),
        (lambda sizes, strides: (sizes - 1) * strides, "A list does not calculate"),
        (lambda sizes, strides: [k for k in range(sizes)], "zip"),
        (lambda sizes, strides: np.cumsum(sizes), "must be one number"),
        (
            lambda sizes, strides: sum((k - 1) * s for k, s in zip(sizes, strides, strict=True)) + 1,
            "Every value that differs is too small",
        ),
    ],
    "class_why": [
        (lambda h, w, k, j: h * w[:, j] - h * w[:, k], "classes exchanged"),
        (lambda h, w, k, j: h * w[:, k], "one class only"),
        (lambda h, w, k, j: w[:, k] - w[:, j], "weights only"),
        (lambda h, w, k, j: h * w[k] - h * w[j], "rows for columns"),
        (lambda h, w, k, j: h @ w[:, k] - h @ w[:, j], "added up"),
        (lambda h, w, k, j: h @ (w[:, k] - w[:, j]), "added up"),
        (lambda h, w, k, j: h * w[:, k] + h * w[:, j], "added instead of subtracted"),
        (lambda h, w, k, j: abs(h * (w[:, k] - w[:, j])), "signs lost"),
        (lambda h, w, k, j: h * (w[:, k] - w[:, j]) / (h @ (w[:, k] - w[:, j])), "values differ"),
        (lambda h, w, k, j: h * w[k, j], "values differ"),
        (lambda h, w, k, j: w @ h, "values differ"),
    ],
    "class_index": [
        (lambda m, n, c, H, W, C: c * H * W + m * W + n, "channel first"),
        (lambda m, n, c, H, W, C: (n * H + m) * C + c, "columns first"),
        (lambda m, n, c, H, W, C: (m * H + n) * C + c, "H for W"),
        (lambda m, n, c, H, W, C: m * W + n + c, "channels left out"),
        (lambda m, n, c, H, W, C: m * W + n * C + c, "rows without channels"),
        (lambda m, n, c, H, W, C: (m * W + n) * C + c + 1, "from one"),
        (lambda m, n, c, H, W, C: (c * W + n) * H + m, "Fortran"),
        (lambda m, n, c, H, W, C: (n * W + m) * C + c, "m and n exchanged"),
        (lambda m, n, c, H, W, C: (m * W + n) * C, "channel forgotten"),
        (lambda m, n, c, H, W, C: m * n * c, "is too small"),
        (lambda m, n, c, H, W, C: m + n + c, "too small"),
        (lambda m, n, c, H, W, C: m * H + n * W + c * C, "32 is not it"),
        (lambda m, n, c, H, W, C: (m, n, c), "must be one number"),
    ],
    "class_place": [
        (lambda i, H, W, C: (i // W % H, i % W, i // (H * W)), "channel first"),
        (lambda i, H, W, C: (i // C % W, i // (W * C), i % C), "rows and columns"),
        (lambda i, H, W, C: (i // (H * C), i // C % H, i % C), "H for W"),
        (lambda i, H, W, C: (i // (W * C), i // C, i % C), "no wrapping"),
        (lambda i, H, W, C: (i // W, i % W, i % C), "no channels"),
        (lambda i, H, W, C: (i / (W * C), i / C % W, i % C), "not whole"),
        (lambda i, H, W, C: (i % C, i // (W * C), i // C % W), "in another order"),
        (lambda i, H, W, C: divmod(i, W * C), "must be 3 values; it has 2"),
        (lambda i, H, W, C: i % C, "together in a tuple"),
        (lambda i, H, W, C: (i // (W * C), i // C % W, i // C % C), "Value 3 of 3"),
        (lambda i, H, W, C: (i // (W * C) + 1, i // C % W + 1, i % C + 1), "One too many"),
        (lambda i, H, W, C: (i // (W * C), i % W, i % C), "Value 2 of 3"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, classifier.EXERCISES)
