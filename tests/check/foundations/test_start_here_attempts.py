"""What students try first in notebook 00, and the reply that each attempt gets."""

import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import start_here

TRIED = {
    "start_weights": [
        (64, "one unit"),
        (80, "one row"),
        (8 + 8 + 10, "order of magnitude"),
        (74, "added"),
        (160, "sides added"),
        (1920, "three colours"),
        (650, "with biases"),
        (6400, "connected to each other"),
        (641, "is close"),
        (64.0, "one unit"),
        (-640, "the sign is not"),
        ("640", "leave the quotes away"),
        ((8, 8, 10), "One number is asked for"),
        (320, "counted again, or left out"),
        (None, "is None"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, start_here.EXERCISES)
