"""Exercises of notebook 05 (lecture topic 5)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def cross_entropy_gradient(e, y):
    """dL/de of the mean cross-entropy with softmax: e (N, K), labels y (N,) -> (softmax(e) - onehot(y)) / N."""
    shifted = np.exp(e - e.max(axis=1, keepdims=True))
    yhat = shifted / shifted.sum(axis=1, keepdims=True)
    yhat[np.arange(len(y)), y] -= 1
    return yhat / len(y)


def _softmax(e, axis=1):
    z = np.exp(e - e.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


def _softmax_of_all(e):
    z = np.exp(e - e.max())
    return z / z.sum(axis=1, keepdims=True)


def _every_row(e, y):
    """1 taken from column y[i] in ALL rows, not in row i only."""
    yhat = _softmax(e)
    yhat[:, y] -= 1
    return yhat / len(y)


def _rows(e, y):
    """1 taken from the whole rows number y[i]."""
    yhat = _softmax(e)
    yhat[y] -= 1
    return yhat / len(y)


def _onehot(e, y):
    return np.eye(e.shape[1])[y]


_LOGITS = [
    (np.array([[1.0, 2.0, 0.5], [-1.0, 0.0, 3.0]]), np.array([1, 0])),
    (np.array([[0.0, 4.0], [2.0, -1.0], [1.0, 1.5]]), np.array([0, 0, 1])),
    (np.array([[800.0, 0.0, -800.0, 799.0]]), np.array([3])),
    (np.array([[800.0, 0.0], [0.0, 1.0]]), np.array([0, 0])),  # the largest of all is far above those of row 1
]

EXERCISES = (
    Exercise(
        "best_constant",
        "For the same x the training set has y = 1, 1, 2 and 8. Which answer makes the squared error smallest?",
        3.0,
        [
            Mistake("median", 1.5, "That is the median: it would make the ABSOLUTE error smallest."),
            Mistake("most frequent", 1.0, "That is the most frequent one. The squared error also hears the 8."),
            Mistake("middle of the range", 4.5, "That is half way between the smallest and the largest."),
            Mistake("each once", 11 / 3, "1 stands there twice, and counts twice."),
            Mistake("the loss", 8.5, "That is the smallest mean squared error; asked is the answer that reaches it."),
            Mistake("root mean square", 17.5**0.5, "You averaged the squares of y. It is the error that is squared."),
            Mistake("sum", 12.0, "That is the sum; divide it by how many there are."),
            Mistake("largest", 8.0, "The squared error punishes being far from the three others as well."),
            Mistake(
                "geometric mean", 2.0, "That is the geometric mean. Set the derivative of the sum of squares to zero."
            ),
        ],
        (
            "Write the loss as a function of the answer a, and differentiate it.",
            "The sum of 2 (a - y_i) must be zero.",
            "The mean of 1, 1, 2, 8.",
        ),
        "The mean, E[y given x]: that is what the squared error teaches.",
    ),
    Exercise(
        "ce_gradient",
        "Write dL/de of the mean cross-entropy with softmax, for logits e (N, K) and labels y (N,).",
        cross_entropy_gradient,
        [
            Mistake(
                "not averaged",
                lambda e, y: _softmax(e) - _onehot(e, y),
                "The loss is the MEAN over the samples: divide by N.",
            ),
            Mistake(
                "sign",
                lambda e, y: (_onehot(e, y) - _softmax(e)) / len(y),
                "That is the direction of descent; the gradient is yhat - y.",
            ),
            Mistake(
                "softmax over samples",
                lambda e, y: (_softmax(e, 0) - _onehot(e, y)) / len(y),
                "The probabilities of one SAMPLE add up to 1: softmax goes along axis 1.",
            ),
            Mistake("target forgotten", lambda e, y: _softmax(e) / len(y), "Subtract 1 at the right class."),
            Mistake(
                "only the right class",
                lambda e, y: (_softmax(e) - 1) * _onehot(e, y) / len(y),
                "The wrong classes have a gradient too: they must be pushed down.",
            ),
            Mistake(
                "overflow",
                lambda e, y: (np.exp(e) / np.exp(e).sum(axis=1, keepdims=True) - _onehot(e, y)) / len(y),
                "exp(800) is infinite. Subtract the largest logit of each row first; softmax does not change.",
            ),
            Mistake(
                "one maximum for all",
                lambda e, y: (_softmax_of_all(e) - _onehot(e, y)) / len(y),
                "You subtract the largest of ALL logits: exp then gives 0 for every class of a row far below it, and "
                "0 / 0 is not a number. Each row needs its own: e.max(axis=1, keepdims=True).",
            ),
            Mistake(
                "labels, or a sum without its axis",
                lambda e, y: _softmax(e) - y,
                "(N, K) met (N,). If that was yhat - y: y holds labels, the NUMBERS of classes; the target is one-hot, "
                "a row of K numbers with a 1 at the right class. If it was a maximum or a sum of rows: keepdims=True.",
            ),
            Mistake(
                "rows",
                _rows,
                "yhat[y] is the whole ROW number y. Row i only in column y[i]: yhat[np.arange(len(y)), y].",
            ),
            Mistake(
                "the loss",
                lambda e, y: -np.log(_softmax(e)[np.arange(len(y)), y]).mean(),
                "That is the loss. Its gradient has one number for each logit, (N, K).",
            ),
            Mistake(
                "no softmax",
                lambda e, y: (e - _onehot(e, y)) / len(y),
                "Those are logits minus targets. The network's answer is yhat = softmax(e).",
            ),
            Mistake(
                "probabilities", lambda e, y: _softmax(e), "Those are the probabilities yhat; they know no target."
            ),
            Mistake(
                "every row",
                _every_row,
                "yhat[:, y] takes 1 from these columns in EVERY row. Row i only in column y[i]: "
                "yhat[np.arange(len(y)), y].",
            ),
            Mistake(
                "label as target",
                lambda e, y: (_softmax(e) - y[:, None]) / len(y),
                "A label is the NUMBER of a class. The target is one-hot: 1 for the right class, 0 for all others.",
            ),
            Mistake(
                "divided by K",
                lambda e, y: (_softmax(e) - _onehot(e, y)) / e.size,
                "Divide by the number of samples only, not by the classes too.",
            ),
        ],
        (
            "Everything cancels to something short: yhat minus the one-hot target.",
            "z = np.exp(e - e.max(axis=1, keepdims=True)); yhat = z / z.sum(axis=1, keepdims=True)",
            "yhat[np.arange(len(y)), y] -= 1, then return yhat / len(y)",
        ),
        "yhat - y: what the network says minus what it should say.",
        inputs=_LOGITS,
    ),
    Exercise(
        "throw_away",
        "A trained network decides on 450 images. Softmax is replaced by max. How many of the 450 decisions change?",
        0,
        [
            Mistake("all", 450, "All outputs change, from probabilities to logits. The DECISION is which is largest."),
            Mistake("half", 225, "Nothing is decided by chance: the class that was largest is the largest still."),
            Mistake("one in ten", 45, "One in ten is what a guess among ten classes would hit. Nobody guesses here."),
            Mistake("nine in ten", 405, "So many would change if max picked a class at random. It picks the largest."),
            Mistake("one per class", 10, "The order of the outputs is untouched, for every image and every class."),
            Mistake("nearly all", 449, "You count outputs that change. The DECISION is which of them is the largest."),
            Mistake("close calls", 1, "However close the call: softmax keeps the order of the logits."),
        ],
        ("Is exp a growing function?", "Dividing all outputs by the same sum does not change their order.", "Not one."),
        "Softmax grows with its logits, so the largest stays the largest.",
    ),
    Exercise(
        "cheap_refusal",
        "Two classes, cat and dog. The app answers only where softmax gives the likelier class 0.9 or more. By how "
        "much must the larger logit then exceed the smaller one?",
        np.log(9),
        [
            Mistake("the threshold", 0.9, "0.9 is a probability. Which difference of LOGITS makes softmax say it?"),
            Mistake(
                "difference of probabilities",
                0.8,
                "0.9 - 0.1 is the difference of the probabilities. From a difference of logits comes their RATIO.",
            ),
            Mistake("the ratio", 9, "9 is the ratio of the probabilities, exp of the difference. Undo exp."),
            Mistake("base 10", np.log10(9), "That is the logarithm to base 10. Softmax has exp; `np.log` undoes it."),
            Mistake("base 2", np.log2(9), "That is the logarithm to base 2. Softmax has exp; `np.log` undoes it."),
            Mistake(
                "one class alone",
                np.log(10),
                "That is -log 0.1, the logarithm of one probability alone. Compare the two: what is their ratio?",
            ),
            Mistake("loss", -np.log(0.9), "That is the loss at 0.9. The question is about the two logits."),
            Mistake("log", np.log(0.9), "The logarithm of 0.9 is that of one probability alone. Compare the two."),
            Mistake("turned round", -np.log(9), "The size is right; the larger logit stands ABOVE the smaller one."),
            Mistake(
                "sigmoid", 1 / (1 + np.exp(-0.9)), "That is what a difference of 0.9 gives. Go the other way round."
            ),
            Mistake("exp", np.exp(0.9), "exp leads from logits to probabilities. Go the other way round."),
        ],
        (
            "Divide the two outputs of softmax by each other: the sum below them cancels.",
            "exp(larger) / exp(smaller) = exp(larger - smaller) = 0.9 / 0.1",
            "np.log(0.9 / 0.1)",
        ),
        "log 9 = 2.197. With two classes one subtraction does for refusing, without exp. With more classes the sum "
        "counts as well.",
        tolerance=2e-3,
        source="np.log(9)",
    ),
)
