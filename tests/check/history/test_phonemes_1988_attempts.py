"""What students try first in notebook 12, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import phonemes_1988


def heard(at=lambda t, p, P: t + P - 1 - p, steps=lambda T, P: T - P + 1, weights=lambda w: w, add=True):
    """convolve(h, w, b) by two loops, with one thing changed."""

    def convolve(h, w, b):
        P = len(w)
        e = np.zeros((steps(len(h), P), len(b))) + b
        for t in range(len(e)):
            for p in range(P):
                part = h[at(t, p, P)] @ weights(w[p])
                e[t] = e[t] + part if add else part + b
        return e

    return convolve


def whole_window(h, w, b):
    return np.array([(h[t : t + len(w)] * w).sum() + b for t in range(len(h) - len(w) + 1)])


def sigmoid(e):
    return 1 / (1 + np.exp(-e))


TRIED = {
    "phoneme_parameters": [
        (1107, "connections"),
        (1080, "connections without biases"),
        (120, "no biases"),
        (147, "bias per step"),
        (18, "one unit below"),
        (41, "one unit"),
        (40, "one unit, no bias"),
        (43, "weights of one unit"),
        (42, "added"),
        (315, "whole time"),
        (124, "Off by one"),
        (123.5, "A count is a whole number"),
        (15, "order of magnitude is right"),
    ],
    "phoneme_sees": [
        (50, "five frames"),
        (150, "product"),
        (80, "sum"),
        (30, "layer 1"),
        (0.07, "seconds"),
        (7, "frames"),
        (40, "steps of movement"),
        (15, "frames, not overlapping"),
        (8, "frames, one twice"),
        (60, "order of magnitude is right"),
        (700, "decimal point"),
        (71, "Off by one"),
        ("70 ms", "leave the quotes away"),
    ],
    "phoneme_convolution": [
        (heard(lambda t, p, P: t + p), "unflipped"),
        (heard(lambda t, p, P: t - p), "formula from step 0"),
        (heard(steps=lambda T, P: T - P), "one step short"),
        (heard(steps=lambda T, P: T), "beyond the end"),
        (heard(add=False), "last frame only"),
        (heard(weights=np.transpose), "units and bands exchanged"),
        (lambda h, w, b: heard()(h, w, 0 * b), "no bias"),
        (lambda h, w, b: heard()(h, w, len(w) * b), "bias in the sum"),
        (lambda h, w, b: heard()(h[:, :1], w[:, :1], b), "first band"),
        (lambda h, w, b: heard()(h, w[:, ::-1], b), "bands flipped"),
        (lambda h, w, b: heard()(h, w, 0 * b) / w[..., 0].size + b, "mean"),
        (whole_window, "stands opposite"),
        (lambda h, w, b: h @ w + b, "too many axes"),
        (lambda h, w, b: heard()(h, w, b)[0], "Only the first part"),
        (lambda h, w, b: heard()(h, w, b).T, "changed places"),
    ],
    "phoneme_output": [
        (lambda h, w, b: b + w * np.sum(h, 0), "no sigmoid"),
        (lambda h, w, b: np.exp(b + w * h.sum(0)) / np.exp(b + w * h.sum(0)).sum(), "softmax"),
        (lambda h, w, b: sigmoid(b + w * h.mean(0)), "mean"),
        (lambda h, w, b: sigmoid(b + w * h.max(0)), "maximum"),
        (lambda h, w, b: sigmoid(w * h.sum(0)), "no bias"),
        (lambda h, w, b: sigmoid((w * h + b).sum(0)), "bias at every step"),
        (lambda h, w, b: sigmoid(h.sum(0) + b), "no weight"),
        (lambda h, w, b: sum(sigmoid(w * row + b) for row in h), "sigmoid at every step"),
        (lambda h, w, b: sigmoid(b + (h @ w).sum()), "classes mixed"),
        (lambda h, w, b: sigmoid(b + w * h.sum()), "everything summed, then weighted"),
        (lambda h, w, b: sigmoid(b + w * h[-1]), "last step only"),
        (lambda h, w, b: sigmoid(-b - w * h.sum(0)), "sign of the exponent"),
        (lambda h, w, b: sigmoid(b + w * h), "too many axes"),
        (lambda h, w, b: sigmoid(b + w * h.sum(1)), "stands opposite"),
    ],
    "phoneme_gradient": [
        (lambda de, w, steps: np.ones((steps, 1)) * w * de / steps, "average"),
        (lambda de, w, steps: np.tile(de, (steps, 1)), "no weight"),
        (lambda de, w, steps: np.tile(w, (steps, 1)), "weight alone"),
        (lambda de, w, steps: w * de, "not repeated"),
        (lambda de, w, steps: np.repeat((w * de)[:, None], steps, axis=1), "transposed"),
        (lambda de, w, steps: np.full((steps, len(w)), w @ de), "classes mixed"),
        (lambda de, w, steps: steps * np.tile(w * de, (steps, 1)), "times steps"),
        (lambda de, w, steps: steps * w * de, "sum went over axis 0"),
        (lambda de, w, steps: np.outer(w, de), "shape must be"),
        (lambda de, w, steps: w @ de, "too few axes"),
        (lambda de, w, steps: -np.tile(w * de, (steps, 1)), "every sign is turned round"),
        (lambda de, w, steps: np.tile(w + de, (steps, 1)), "added up"),
        (lambda de, w, steps: np.ones((steps, 2)) * w * de, "stands opposite"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, phonemes_1988.EXERCISES)
