"""The gradient written by hand is the engine's, and each wrong one is wrong where its name says."""

import numpy as np
from pooled import slowly

from cnnlab.analysis.pooling.gradients import ALL_TIES, GRADIENTS, NO_GATE, OVERWRITTEN, RIGHT, max_pool_gradient


def test_the_right_one_is_the_lectures(rng):
    for size, stride in ((2, 2), (3, 2), (2, 3), (3, 1)):
        e = rng.integers(-3, 4, (7, 7)).astype(float)
        h, _ = slowly(e, None, "max", size, stride, True)
        dh = rng.normal(size=h.shape)
        np.testing.assert_allclose(max_pool_gradient(e, dh, size, stride), slowly(e, dh, "max", size, stride, True)[1])


def test_each_wrong_one_differs_by_what_its_name_says():
    peak = np.zeros((3, 3))
    peak[1, 1] = 5.0
    ones = np.ones((2, 2))
    assert GRADIENTS[RIGHT](peak, ones, 2, 1)[1, 1] == 4 and GRADIENTS[OVERWRITTEN](peak, ones, 2, 1)[1, 1] == 1
    one = np.ones((1, 1))
    tied, dead = np.full((2, 2), 3.0), np.full((2, 2), -3.0)
    assert [GRADIENTS[name](tied, one, 2, 2).sum() for name in (RIGHT, ALL_TIES)] == [1, 4]
    assert [GRADIENTS[name](dead, one, 2, 2).sum() for name in (RIGHT, NO_GATE)] == [0, 1]
    assert GRADIENTS[ALL_TIES](np.zeros((2, 2)), one, 2, 2).sum() == 0, "the gate stops zeros: they show no tie"
