"""The exercises of notebook 03: spellings that pass, and wrong answers that are told what is wrong."""

import numpy as np
import pytest

from cnnlab import check, ops
from cnnlab.analysis.stepwise import disc_and_ring
from cnnlab.explore import Decisions


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


def test_a_fence_that_is_dragged_with_the_hand_is_accepted():
    x, y = disc_and_ring()
    explorer = Decisions(lines=3, x=x, y=y)
    assert "wrong side" in explorer.current().description
    assert "as they stood at the start" in str(check.fenced(explorer.layers()))
    for k, degrees in enumerate((90, 210, 330), 1):
        tip = np.round([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))], 1)  # the hand keeps to tenths
        explorer.set(**{f"p{k}": (0.0, 0.0)})
        explorer.set(**{f"n{k}": tuple(tip), f"v{k}": (float(k), 1.0)})
    explorer.set(v0=(0.0, -1.0))
    assert " 0 of 160 points lie on the wrong side" in explorer.current().description
    assert check.fenced(explorer.layers()).right is True


def test_no_two_lines_fence_the_disc_in(rng):
    x, y = disc_and_ring()
    for _ in range(3000):
        w, b, v, bias = rng.normal(size=(2, 2)), rng.normal(size=2), 2 * rng.normal(size=2), 2 * rng.normal()
        wrong = np.mean((np.maximum(x @ w + b, 0) @ v + bias > 0) != y)
        assert wrong > 0.05
