"""The exercises of notebook 04: spellings that pass, and a wrong one that is told what is wrong."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from cnnlab import check


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("eta_limit", Fraction(1, 5)),
        ("eta_limit", Decimal("0.2")),
        ("momentum_step", lambda *step: np.array(check.momentum_step.right(*step))),
        ("momentum_step", lambda *step: list(check.momentum_step.right(*step))),
    ],
)
def test_other_spellings_of_the_right_answer_pass(name, answer):
    verdict = getattr(check, name)(answer)
    assert verdict.right is True, str(verdict)


def test_three_values_are_not_two():
    verdict = check.momentum_step(lambda u, v, g, eta, m: np.array([u, v, g]))
    assert verdict.right is False and "must be 2 values; it has 3" in str(verdict)
