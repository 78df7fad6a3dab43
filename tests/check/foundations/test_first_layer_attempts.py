"""What students try first in notebook 03, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.analysis.stepwise import disc_and_ring
from cnnlab.check.foundations import first_layer
from cnnlab.explore import Decisions


def layers(*normals, offset=0.0, length=1.0, v=(1.0, 1.0, 1.0), bias=-1.0):
    """What `by_hand.layers()` gives for lines whose normals have these degrees."""
    angles = np.deg2rad(normals)
    return (
        length * np.stack([np.cos(angles), np.sin(angles)]),
        np.full(len(normals), -length * offset),
        np.array(v),
        bias,
    )


STAR = (90, 210, 330)
STARTED = Decisions(lines=3, x=disc_and_ring()[0], y=disc_and_ring()[1])


def asks_once(x, w, b):
    return 1 if x @ w + b > 0 else 0


def prints(x, w, b):
    print((x @ w + b > 0).astype(int))


TRIED = {
    "regions_of_4": [
        (16, "codes"),
        (15, "order of magnitude is right"),
        (5, "on a line"),
        (7, "three lines"),
        (8, "through one point"),
        (6, "crossings only"),
        (10, "without the first"),
        (12, "Off by one"),
        (4, "lines"),
        (9, "order of magnitude is right"),
        (22, "order of magnitude is right"),
        (11.5, "A count is a whole number"),
    ],
    "region_code": [
        (lambda x, w, b: (x @ w > 0).astype(int), "bias forgotten"),
        (lambda x, w, b: (x @ w - b > 0).astype(int), "bias subtracted"),
        (lambda x, w, b: (x @ w > b).astype(int), "bias subtracted"),
        (lambda x, w, b: (x @ w + b < 0).astype(int), "other side"),
        (lambda x, w, b: (x @ w + b >= 0).astype(int), "zero counts as on"),
        (lambda x, w, b: np.sign(x @ w + b), "signs"),
        (lambda x, w, b: np.sum(x @ w + b > 0), "number"),
        (lambda x, w, b: x @ w + b > 0, "made of True and False"),
        (lambda x, w, b: (w @ x + b > 0).astype(int), "w @ x"),
        (lambda x, w, b: x @ w + b, "excitations"),
        (lambda x, w, b: np.maximum(x @ w + b, 0), "activations"),
        (lambda x, w, b: ((x * w).sum(axis=0) + b > 0).astype(int), "stands opposite"),
        (asks_once, "np.where"),
        (prints, "you print the result"),
        (lambda x, w, b: "".join(str(int(e > 0)) for e in x @ w + b), "made of numbers"),
    ],
    "fenced": [
        (STARTED.layers(), "nothing dragged"),
        (layers(*STAR, v=(-1, -1, -1), bias=1.0), "inside out"),
        (layers(*STAR, offset=1.0, bias=0.0), "triangle around the disc"),
        (layers(*STAR, bias=0.0), "no bias"),
        (layers(0, 180, v=(1, 1)), "two lines"),
        (layers(*STAR, offset=-1.0, v=(-1, -1, -1), bias=2.0), "normals inwards"),
        (layers(*STAR, bias=-1.6), "points of the ring lie where"),
        (layers(*STAR, bias=-0.5), "points of the disc lie where"),
        (layers(*STAR, offset=1.0, bias=-0.1), "points of the ring lie where"),
        (layers(*STAR, bias=-9.0), "above 0 at none of the points"),
        (layers(*STAR, bias=9.0), "above 0 at every point"),
        (layers(0, 90, 180, 270, v=(1, 1, 1, 1)), "You used 4 lines"),
        (layers(*STAR)[:2], "Pass what `by_hand.layers()` gives"),
        (layers(*STAR, v=(1, 1)), "These have the shapes"),
        (STARTED, "Pass what `by_hand.layers()` gives"),
        (STARTED.layers, "Pass what `by_hand.layers()` gives"),
        (layers(*STAR, bias=float("nan")), "finite"),
    ],
    "distance": [
        (10, "bias"),
        (-10, "its size is not right either"),
        (-2, "sign"),
        (10 / 7, "sum of weights"),
        (0.4, "squared length"),
        (2.5, "largest weight"),
        (10 / 3, "one weight"),
        (5, "length"),
        (50, "multiplied"),
        (0.5, "upside down"),
        (4, "a square"),
        ((1.2, 1.6), "nearest point"),
        ((-1.2, -1.6), "One number is asked for"),
        ([2], "without brackets"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, first_layer.EXERCISES)
