"""The exercises of notebook 03: spellings that pass, and wrong answers that are told what is wrong."""

import numpy as np
import pytest

from cnnlab import check, ops


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, w, b: np.heaviside(x @ w + b, 0),
        lambda x, w, b: ops.unit_step(x @ w + b),
        lambda x, w, b: [int(e > 0) for e in x @ w + b],
    ],
)
def test_other_spellings_of_the_right_answer_pass(answer):
    verdict = check.region_code(answer)
    assert verdict.right is True, str(verdict)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("region_code", lambda x, w, b: x @ w + b > 0, "made of True and False"),
        ("region_code", lambda x, w, b: (x @ w + b > 0) / 2, "they are not whole"),
        ("regions_of_4", 8, "through ONE point"),
        ("distance", 5, "length of w"),
    ],
)
def test_these_wrong_answers_are_told_what_is_wrong(name, answer, words):
    verdict = getattr(check, name)(answer)
    assert verdict.right is False and words in str(verdict)
