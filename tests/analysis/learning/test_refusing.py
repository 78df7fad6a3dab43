"""What is left when the least sure answers are refused, counted one by one."""

import numpy as np
import pytest

from cnnlab.analysis.learning.refusing import Answers, leads

OUTPUTS = np.array([[1.0, 0.9, -1.0], [1.0, -1.0, -1.0], [-1.0, 0.5, 0.0], [0.0, -1.0, 0.25], [0.5, 1.0, 0.0]])
Y = np.array([1, 0, 1, 0, 1])


def test_the_lead_is_that_of_the_best_over_the_second():
    assert leads(OUTPUTS) == pytest.approx([0.1, 2.0, 0.5, 0.25, 0.5])
    assert leads(np.array([[3.0, 3.0]])).tolist() == [0.0]


def test_the_rule_counts_what_it_refuses_and_what_is_wrong():
    answers = Answers(OUTPUTS, Y)
    assert answers.said.tolist() == [0, 0, 1, 2, 1] and answers.wrong.tolist() == [True, False, False, True, False]
    left = answers.beyond(0.2)
    assert left.accepted.tolist() == [False, True, True, True, True]
    assert (left.refused, left.spared, left.wrong) == (1, 1, 1)
    assert (left.share, left.error) == (1 / 5, 1 / 4)
    assert answers.beyond(0.5).accepted.tolist() == [False, True, False, False, False], "exactly the gap is not more"
    nothing = answers.beyond(2.0)
    assert nothing.share == 1 and np.isnan(nothing.error)


def test_the_least_sure_are_refused_first():
    answers = Answers(OUTPUTS[:4], Y[:4])
    assert answers.errors().tolist() == [2 / 4, 1 / 3, 0, 0]
    assert [answers.refused_for(error) for error in (0.5, 0.4, 0.3, 0.0)] == [0, 1 / 4, 2 / 4, 2 / 4]
    assert Answers(OUTPUTS[:1], Y[:1]).refused_for(0.5) == 1.0, "the only answer is wrong"


def test_curve_and_rule_agree_on_random_outputs(rng):
    answers = Answers(rng.standard_normal((60, 4)), rng.integers(0, 4, 60))
    errors = answers.errors()
    for k, gap in enumerate(np.sort(answers.gap)[:-1], start=1):
        left = answers.beyond(gap)
        assert left.refused == k and left.error == pytest.approx(errors[k])


@pytest.mark.parametrize(
    ("outputs", "y", "words"),
    [
        (OUTPUTS[:, :1], Y, r"outputs must be \(N, K\) of one sample and two classes at least"),
        (OUTPUTS[0], Y, r"outputs must be \(N, K\)"),
        (OUTPUTS, Y[:3], "y must be 5 classes"),
        (OUTPUTS, Y + 2, "y"),
        (OUTPUTS * np.nan, Y, "NaN"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(outputs, y, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Answers(outputs, y)
