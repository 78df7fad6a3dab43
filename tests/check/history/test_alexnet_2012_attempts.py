"""What students try first in notebook 14, and the reply that each attempt gets."""

import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import alexnet_2012

TRIED = {
    "alex_side": [
        (lambda N, k, stride, border: (N + 2 * border - k) // stride, "no place for the first"),
        (lambda N, k, stride, border: (N + border - k) // stride + 1, "one border"),
        (lambda N, k, stride, border: (N - k) // stride + 1, "border forgotten"),
        (lambda N, k, stride, border: -(-(N + 2 * border - k) // stride) + 1, "rounded up"),
        (lambda N, k, stride, border: N // stride + 2 * border - k + 1, "stride too early"),
        (lambda N, k, stride, border: (N + 2 * border - k) / stride + 1, "not whole"),
        (lambda N, k, stride, border: N + 2 * border - k + 1, "stride forgotten"),
        (lambda N, k, stride, border: N + 2 * border - k // stride + 1, "brackets"),
        (lambda N, k, stride, border: (N + 2 * border - k + 1) // stride, "plus one too early"),
        (lambda N, k, stride, border: (N + 2 * border) // stride, "kernel forgotten"),
        (lambda N, k, stride, border: (N + 2 * border - k) // stride + 2, "One too many"),
        (lambda N, k, stride, border: ((N + 2 * border - k) // stride + 1) ** 2, "is too large"),
        (lambda N, k, stride: (N - k) // stride + 1, "keep the first line"),
        (55, "must be a function"),
    ],
    "alex_groups": [
        (256 * 5 * 5 * 96 + 256, "no groups"),
        (256 * 5 * 5 * 96, "no groups, no biases"),
        (128 * 5 * 5 * 48 + 128, "both halved"),
        (256 * 5 * 5 * 48, "no biases"),
        (256 * 5 * 5 + 256, "one map each"),
        (256 * 5 * 5 * 3 + 256, "image channels"),
        (27 * 27 * 256 * 5 * 5 * 48, "multiply-adds"),
        (256 * 5 * 5 * 48 + 27 * 27 * 256, "bias for each unit"),
        (5 * 5 * 48 + 1, "one kernel"),
        (307_457, "is close"),
        (307_456 * 2, "small whole factor"),
        (307.456, "A count is a whole number"),
        (3_074_560, "decimal point"),
    ],
    "alex_work": [
        (13 * 13 * 3 * 3 * 128 * 384, "two groups"),
        (3 * 3 * 256 * 384, "parameters"),
        (3 * 3 * 256 * 384 + 384, "parameters with biases"),
        (13 * 13 * 384 * (3 * 3 * 256 + 1), "with biases"),
        (13 * 13 * 3 * 3 * 256, "one map"),
        (13 * 13 * 3 * 3 * 384, "one map in"),
        (11 * 11 * 3 * 3 * 256 * 384, "places inside"),
        (27 * 27 * 3 * 3 * 256 * 384, "maps of the layer before"),
        (13 * 13 * 384, "units"),
        (3 * 3 * 256, "one unit"),
        (149_500_000, "is close"),
        (2 * 13 * 13 * 3 * 3 * 256 * 384, "small whole factor"),
        (149.5, "A count is a whole number"),
    ],
    "alex_dense": [
        (13 * 13 * 256 * 4096 + 4096, "not pooled"),
        (13 * 13 * 256 * 4096, "not pooled, no biases"),
        (7 * 7 * 256 * 4096 + 4096, "seven"),
        (4 * 4 * 256 * 4096 + 4096, "four"),
        (6 * 6 * 256 * 4096, "no biases"),
        (6 * 6 * 4096 + 4096, "one map"),
        (256 * 4096 + 4096, "a weight for each map"),
        (6 * 6 * 256 + 4096, "shared"),
        (6 * 6 * 256, "length of the vector"),
        (6 * 6 * 256 * 4096 + 256, "is close"),
        (37_800_000, "is close"),
        (5 * 5 * 256 * 4096 + 4096, "order of magnitude is right"),
        (37.8, "A count is a whole number"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, alexnet_2012.EXERCISES)
