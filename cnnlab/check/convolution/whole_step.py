"""The exercise of notebook 10 on the whole cycle through two convolutions (lecture topic 18)."""

import numpy as np

from cnnlab import ops
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.maps import whole_numbers


def step(w1, w2, x, y, eta):
    """One step of two convolutions with a ReLU between them, for L = 1/2 sum (e2 - y)^2."""
    e1 = ops.conv2d(x, w1)
    h1 = np.maximum(e1, 0)
    e2 = ops.conv2d(h1, w2)
    de2 = e2 - y
    dw2 = ops.conv2d_weight_gradient(de2, h1, w2.shape)
    dh1 = ops.conv2d_input_gradient(de2, w2, h1.shape)
    de1 = dh1 * (h1 > 0)
    dw1 = ops.conv2d_weight_gradient(de1, x, w1.shape)
    return w1 - eta * dw1, w2 - eta * dw2


def _wrong(
    gate=lambda dh, e, h: dh * (h > 0),
    met=lambda e, h: h,
    through=lambda w, dw, eta: w,
    descend=lambda w, dw, eta, n: w - eta * dw,
    give=lambda before, after, gradients: after,
):
    """A wrong answer: another gate, another h for dL/dw2, another w2 on the way back, another descent or result."""

    def answer(w1, w2, x, y, eta):
        e1 = ops.conv2d(x, w1)
        h1 = np.maximum(e1, 0)
        de2 = ops.conv2d(h1, w2) - y
        dw2 = ops.conv2d_weight_gradient(de2, met(e1, h1), w2.shape)
        dh1 = ops.conv2d_input_gradient(de2, through(w2, dw2, eta), h1.shape)
        dw1 = ops.conv2d_weight_gradient(gate(dh1, e1, h1), x, w1.shape)
        after = descend(w1, dw1, eta, len(x)), descend(w2, dw2, eta, len(x))
        return give((w1, w2), after, (dw1, dw2))

    return answer


def _given(seed, n, side, channels):
    """Kernels 3 x 3 and 2 x 2, pictures and what should become of them, eta."""
    c, k, d = channels
    w1, w2 = whole_numbers(seed, 3, 3, c, k), whole_numbers(seed + 1, 2, 2, k, d)
    return w1, w2, whole_numbers(seed + 2, n, side, side, c), whole_numbers(seed + 3, n, side - 3, side - 3, d), 0.01


EXERCISES = (
    Exercise(
        "whole_step",
        "Complete one step of two convolutions with a ReLU between them, L = 1/2 sum (e2 - y)^2: return the new w1 and "
        "w2.",
        step,
        [
            Mistake(
                "no gate",
                _wrong(gate=lambda dh, e, h: dh),
                "The gate is missing: where e1 was not above zero, h1 is 0 whatever e1 does, and nothing goes back.",
            ),
            Mistake(
                "gate of the wrong number",
                _wrong(gate=lambda dh, e, h: dh * (dh > 0)),
                "You let positive gradients pass. The gate asks h1 (or e1), not dL/dh1, whether it is open.",
            ),
            Mistake(
                "times h1",
                _wrong(gate=lambda dh, e, h: dh * h),
                "You multiplied by h1. The slope of ReLU is 1 where it is on, however large h1 is.",
            ),
            Mistake(
                "w2 changed too early",
                _wrong(through=lambda w, dw, eta: w - eta * dw),
                "You went back through the NEW w2. The output was made with the old one: first all gradients, then "
                "descent.",
            ),
            Mistake(
                "e1 for h1",
                _wrong(met=lambda e, h: e),
                "For dL/dw2 you took e1. What w2 met when it slid over the map was h1 = ReLU(e1).",
            ),
            Mistake(
                "uphill",
                _wrong(descend=lambda w, dw, eta, n: w + eta * dw),
                "The loss grows: gradient DESCENT goes against the gradient, w - eta dL/dw.",
            ),
            Mistake(
                "eta forgotten",
                _wrong(descend=lambda w, dw, eta, n: w - dw),
                "The whole gradient was subtracted: the learning rate eta is missing.",
            ),
            Mistake(
                "mean over the pictures",
                _wrong(descend=lambda w, dw, eta, n: w - eta * dw / n),
                "You divided by the number of pictures. This L is a sum over all of them, and dL/dw sums, too.",
            ),
            Mistake(
                "second kernel only",
                _wrong(give=lambda before, after, gradients: (before[0], after[1])),
                "w1 is as it was: the first kernel learns in the same step.",
            ),
            Mistake(
                "first kernel only",
                _wrong(give=lambda before, after, gradients: (after[0], before[1])),
                "w2 is as it was: the second kernel learns in the same step.",
            ),
            Mistake(
                "gradients returned",
                _wrong(give=lambda before, after, gradients: gradients),
                "Those are the gradients. Asked are the kernels after the step.",
            ),
            Mistake(
                "kernels exchanged",
                _wrong(give=lambda before, after, gradients: after[::-1]),
                "Both are right, but exchanged: return w1 first.",
            ),
        ],
        (
            "Go from the right to the left: dL/dw2 and dL/dh1 come from dL/de2, then dL/de1, then dL/dw1.",
            "ops.conv2d_weight_gradient(de, h, w.shape) gives dL/dw, ops.conv2d_input_gradient(de, w, h.shape) gives "
            "dL/dh; the gate is * (h1 > 0).",
            "dw2 = weight gradient of (de2, h1); dh1 = input gradient of (de2, w2); de1 = dh1 * (h1 > 0); dw1 = weight "
            "gradient of (de1, x); return w1 - eta * dw1, w2 - eta * dw2",
        ),
        "Two convolutions forward, a correlation and a gate back, two weight gradients, two steps down: a whole step.",
        inputs=[_given(41, 1, 5, (1, 1, 1)), _given(51, 3, 6, (2, 3, 2)), _given(61, 2, 5, (1, 2, 3))],
    ),
)
