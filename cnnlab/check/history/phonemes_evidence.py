"""The exercise of notebook 12 on its output layer (lecture topic 26)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def output(h, w, b):
    """yhat[c] = sigma(b[c] + w[c] sum_t h[t,c]): the evidence of every class, added up over time."""
    return 1 / (1 + np.exp(-(b + w * h.sum(axis=0))))


def _sigmoid(e):
    return 1 / (1 + np.exp(-e))


def _softmax(h, w, b):
    powers = np.exp(b + w * h.sum(axis=0))
    return powers / powers.sum()


_RNG = np.random.default_rng(88)
_EVIDENCE = [
    (np.round(_RNG.random((t, c)), 2), np.round(_RNG.normal(size=c), 2), np.round(_RNG.normal(size=c), 2))
    for t, c in ((9, 3), (4, 2), (6, 5))
]

EVIDENCE = Exercise(
    "phoneme_output",
    "Write output(h, w, b): h (steps, C), w (C,), b (C,) -> yhat (C,), the evidence of each class added up over "
    "time, and a sigmoid of it.",
    output,
    [
        Mistake(
            "no sigmoid",
            lambda h, w, b: b + w * h.sum(axis=0),
            "That is e, and it is right. A sigmoid of e makes a number between 0 and 1 of it.",
        ),
        Mistake(
            "softmax",
            _softmax,
            "You divide by the sum over the classes, as a softmax does; then all of them add up to 1. In 1988 each "
            "class had a sigmoid of its own.",
        ),
        Mistake(
            "mean",
            lambda h, w, b: _sigmoid(b + w * h.mean(axis=0)),
            "You take the mean over time. The formula has a sum; what it lacks against a mean could be in w, but w "
            "is given.",
        ),
        Mistake(
            "maximum",
            lambda h, w, b: _sigmoid(b + w * h.max(axis=0)),
            "That is the strongest moment of each class. Here all moments are added up.",
        ),
        Mistake(
            "no bias",
            lambda h, w, b: _sigmoid(w * h.sum(axis=0)),
            "The sum is right; before the sigmoid each class also adds its bias b[c].",
        ),
        Mistake(
            "bias at every step",
            lambda h, w, b: _sigmoid(len(h) * b + w * h.sum(axis=0)),
            "You add b at every step. It stands outside of the sum: once for each class.",
        ),
        Mistake(
            "no weight",
            lambda h, w, b: _sigmoid(b + h.sum(axis=0)),
            "The evidence of each class is multiplied by its weight w[c].",
        ),
        Mistake(
            "sigmoid at every step",
            lambda h, w, b: _sigmoid(b + w * h).sum(axis=0),
            "You take a sigmoid at every step and add these up. Add up first: one sigmoid, at the end.",
        ),
        Mistake(
            "classes mixed",
            lambda h, w, b: _sigmoid(b + (w * h).sum()),
            "You add up the classes as well. Each class has its own sum, over time alone.",
        ),
        Mistake(
            "everything summed, then weighted",
            lambda h, w, b: _sigmoid(b + w * h.sum()),
            "Your sum runs over the classes as well as over time. Each class has its own sum.",
        ),
        Mistake(
            "last step only",
            lambda h, w, b: _sigmoid(b + w * h[-1]),
            "Only the last step is left: `=` where `+=` belongs, or the sum over t is missing.",
        ),
        Mistake(
            "sign of the exponent",
            lambda h, w, b: _sigmoid(-(b + w * h.sum(axis=0))),
            "Much evidence gives a small number here: look at the sign in the exponent of your sigmoid.",
        ),
    ],
    (
        "Which axis of h is time? Add up along it first: what is the shape of the sum?",
        "h.sum(axis=0) has one number for each class, and so have w and b.",
        "e = b + w * h.sum(axis=0), and yhat = 1 / (1 + np.exp(-e)).",
    ),
    "Yes. Three sigmoids answer three questions of their own, so the three numbers need not add up to 1.",
    inputs=_EVIDENCE,
)
