"""What students try first in notebook 00, and the reply that each attempt gets."""

import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import start_here

TRIED = {
    "start_weights": [
        (6_000_000, "colours forgotten"),
        (2000 * 3000, "colours forgotten"),
        ((2000 + 3000) * 3, "sides added"),
        (5000, "sides added, one colour"),
        (2000 + 3000 + 3, "all added"),
        (2000 * 3000 + 3, "colours added"),
        (18_000_001, "with its bias"),
        (2000 * 3000 * 3**2, "colours squared"),
        (1.8e6, "a zero too few"),
        (180_000_000, "a zero too many"),
        (9, "weights of a kernel"),
        (2000 * 3000 * 3 * 500, "a whole layer"),
        (18, "is not it"),
        (17_999_999, "is close"),
        ("18 million", "leave the quotes away"),
        ((2000, 3000, 3), "One number is asked for"),
        (None, "is None"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, start_here.EXERCISES)
