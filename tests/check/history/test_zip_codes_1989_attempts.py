"""What students try first in notebook 13, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import zip_codes_1989


def two(outputs, axis=1, one=-1, other=-2):
    ordered = np.sort(outputs, axis=axis)
    return ordered[:, one] - ordered[:, other]


def asks_once(outputs, gap):
    return True if two(outputs) > gap else False


def prints(outputs, gap):
    print(two(outputs) > gap)


def sorts_in_place(outputs, gap):
    outputs.sort(axis=1)
    return outputs[:, -1] - outputs[:, -2] > gap


def answered_and_wrong(outputs, y, gap):
    return two(outputs) > gap, outputs.argmax(axis=1) != y


def error_in_a_loop(outputs, y, gap):
    """Counts them one by one, and forgets to divide by the answers."""
    wrong = 0
    for row, label in zip(outputs, y, strict=True):
        first, second = np.sort(row)[[-1, -2]]
        wrong += (first - second > gap) and row.argmax() != label
    return wrong / len(outputs)


def left(count):
    return lambda outputs, y, gap: count(*answered_and_wrong(outputs, y, gap))


TRIED = {
    "zip_parameters": [
        (12 * 12 * 25 + 12 * 16, "all maps"),
        (12 * 8 * 25 + 12, "bias per map"),
        (12 * 16 * 201, "connections"),
        (12 * 16 * 200, "connections without biases"),
        (2400, "no biases"),
        (216, "one map"),
        (492, "one kernel a map"),
        (672, "side for area"),
        (1068, "H1"),
        (2591, "is close"),
        (5184, "small whole factor"),
        (200, "order of magnitude"),
        (25.92, "A count is a whole number"),
    ],
    "zip_sure": [
        (lambda outputs, gap: outputs.max(axis=1) > gap, "largest alone"),
        (lambda outputs, gap: outputs.max(axis=1) - outputs.min(axis=1) > gap, "spread"),
        (lambda outputs, gap: two(outputs) < gap, "smaller"),
        (lambda outputs, gap: two(outputs) <= gap, "inverted"),
        (lambda outputs, gap: two(outputs) >= gap, "at least"),
        (lambda outputs, gap: two(outputs, one=-2, other=-1) > gap, "wrong way round"),
        (lambda outputs, gap: two(outputs, one=0, other=1) > gap, "wrong way round"),
        (lambda outputs, gap: two(outputs, one=1, other=0) > gap, "two smallest"),
        (lambda outputs, gap: two(np.abs(outputs)) > gap, "magnitudes"),
        (lambda outputs, gap: np.abs(outputs[:, 0] - outputs[:, 1]) > gap, "two first classes"),
        (lambda outputs, gap: two(outputs), "distance"),
        (lambda outputs, gap: np.sort(outputs, None)[-1] - np.sort(outputs, None)[-2] > gap, "one answer for all"),
        (lambda outputs, gap: two(outputs, axis=0) > gap, "differ"),
        (lambda outputs, gap: outputs > gap, "shape must be (4,)"),
        (lambda outputs, gap: np.ones(len(outputs), bool), "too many of them"),
        (lambda outputs, gap: two(outputs) > 2 * gap, "some are missing"),
        (asks_once, "np.where"),
        (prints, "you print the result"),
        (sorts_in_place, "changes its input"),
    ],
    "zip_error_left": [
        (error_in_a_loop, "of all images"),
        (left(lambda answered, wrong: (answered & wrong).sum() / len(wrong)), "of all images"),
        (left(lambda answered, wrong: 1 - (answered & ~wrong).mean()), "silence is an error"),
        (lambda outputs, y, gap: np.mean(outputs.argmax(axis=1) != y), "nothing refused"),
        (left(lambda answered, wrong: wrong[~answered].mean()), "the refused ones"),
        (left(lambda answered, wrong: (~wrong)[answered].mean()), "right ones"),
        (left(lambda answered, wrong: int((answered & wrong).sum())), "a count"),
        (left(lambda answered, wrong: 100 * wrong[answered].mean()), "percent"),
        (left(lambda answered, wrong: 1 - answered.mean()), "refused"),
        (left(lambda answered, wrong: answered.mean()), "answered"),
        (left(lambda answered, wrong: answered[wrong].mean()), "answered of the wrong"),
        (left(lambda answered, wrong: wrong[answered]), "each image"),
        (lambda outputs, y, gap: np.mean((outputs.argmax(axis=1) != y)[two(outputs) >= gap]), "at least"),
        (lambda outputs, y, gap: np.mean(outputs.argmax(axis=0) != y), "broadcast"),
        (lambda outputs, y, gap: print(error_in_a_loop(outputs, y, gap)), "you print the result"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, zip_codes_1989.EXERCISES)
