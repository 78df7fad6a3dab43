"""First attempts at the exercises of notebook 14 on dropout and augmentation, and the reply to each."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import alexnet_training

TRIED = {
    "alex_dropout": [
        (lambda h, u, p: h * (u > p), "not scaled"),
        (lambda h, u, p: np.where(u < p, 0, h), "not scaled"),
        (lambda h, u, p: h * (u < p) / (1 - p), "kept and dropped exchanged"),
        (lambda h, u, p: h * (u < p), "kept and dropped exchanged, not scaled"),
        (lambda h, u, p: h * (u >= p) * (1 - p), "scaled down"),
        (lambda h, u, p: h * (u >= p) / p, "divided by p"),
        (lambda h, u, p: (u >= p) / (1 - p), "the mask alone"),
        (lambda h, u, p: h * (h >= p) / (1 - p), "h compared"),
        (lambda h, u, p: h * (u >= p) * 2, "On input 2"),
        (lambda h, u, p: h[u >= p] / (1 - p), "On input 1"),
        (lambda h, u, p: h * (u >= 1 - p) / (1 - p), "threshold turned round"),
        (lambda h, u: h * (u >= 0.5) * 2, "keep the first line"),
    ],
    "alex_view": [
        (lambda x, m, n, side, mirror: x[m : m + side, n : n + side], "never mirrored"),
        (lambda x, m, n, side, mirror: x[m : m + side, n : n + side][:, ::-1], "always mirrored"),
        (lambda x, m, n, side, mirror: (x[:, ::-1] if mirror else x)[m : m + side, n : n + side], "mirrored first"),
        (
            lambda x, m, n, side, mirror: (
                x[m : m + side, n : n + side][::-1] if mirror else x[m : m + side, n : n + side]
            ),
            "upside down",
        ),
        (
            lambda x, m, n, side, mirror: (
                x[m : m + side, n : n + side][..., ::-1] if mirror else x[m : m + side, n : n + side]
            ),
            "colours exchanged",
        ),
        (
            lambda x, m, n, side, mirror: (
                x[m : m + side, n : n + side][::-1, ::-1] if mirror else x[m : m + side, n : n + side]
            ),
            "turned round",
        ),
        (
            lambda x, m, n, side, mirror: (
                x[n : n + side, m : m + side][:, ::-1] if mirror else x[n : n + side, m : m + side]
            ),
            "rows and columns exchanged",
        ),
        (
            lambda x, m, n, side, mirror: x[m:side, n:side][:, ::-1] if mirror else x[m:side, n:side],
            "end for side",
        ),
        (
            lambda x, m, n, side, mirror: (
                x[m : m + side, n : n + side] if mirror else x[m : m + side, n : n + side][:, ::-1]
            ),
            "the other way round",
        ),
        (lambda x, m, n, side, mirror: x[m : m + side + 1, n : n + side + 1], "On input 1"),
        (lambda x, m, n, side, mirror: x[m, n], "On input 1"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, alexnet_training.EXERCISES)
