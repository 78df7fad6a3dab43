"""The check of a gradient of max pooling: what it lets pass, what finds it, at every draw that the explorer has."""

import numpy as np
import pytest
from pooled import slowly

from cnnlab.analysis.pooling.checks import DRAWS, INPUTS, NEGATIVE, OVERLAPS, TIES, USUAL, ZEROS, Nudged, trial
from cnnlab.analysis.pooling.gradients import ALL_TIES, GRADIENTS, NO_GATE, OVERWRITTEN, RIGHT


def passed():
    """{(numbers, gradient): at how many draws it passes}."""
    found = {}
    for name in INPUTS:
        trials = [Nudged(trial(name, draw)) for draw in range(1, DRAWS + 1)]
        for called, gradient in GRADIENTS.items():
            found[name, called] = sum(one.check(gradient(*one.given)).passes for one in trials)
    return found


def test_the_usual_check_lets_all_pass_and_three_other_kinds_of_numbers_catch_one_each():
    caught = {(OVERLAPS, OVERWRITTEN): 1, (TIES, ALL_TIES): 0, (NEGATIVE, NO_GATE): 0}  # one draw has no double winner
    assert passed() == {
        (name, called): caught.get((name, called), DRAWS) for name in INPUTS for called in (RIGHT, *GRADIENTS)
    }


@pytest.mark.parametrize("name", INPUTS)
def test_nudges_are_the_slow_ones(name):
    one = Nudged(trial(name, 3))
    e, dh, size, stride = one.given
    for place in ((0, 0), (3, 4), (7, 7)):
        s = np.zeros(e.shape)
        s[place] = 1e-5
        up, down = (slowly(e + sign * s, None, "max", size, stride, True)[0] for sign in (1, -1))
        assert one.quotients[place] == pytest.approx(((up - down) * dh).sum() / 2e-5)
    h, de = slowly(e, dh, "max", size, stride, True)
    assert one.together == pytest.approx((h * dh).sum())
    assert one.check(de).together == pytest.approx((e * de).sum())


def test_kinks_are_ties_and_zeros_and_nothing_else():
    assert not any(Nudged(trial(name, 1)).kinks.any() for name in (USUAL, OVERLAPS, NEGATIVE))
    tied, zeros = Nudged(trial(TIES, 1)), Nudged(trial(ZEROS, 1))
    window, kinks = tied.given.e[:2, :2], tied.kinks[:2, :2]
    np.testing.assert_array_equal(kinks, (window == window.max()) & ((window == window.max()).sum() > 1))
    assert zeros.kinks.any() and not zeros.given.e[zeros.kinks].any()


def test_what_is_no_number_is_caught():
    one = Nudged(trial(USUAL, 1))
    de = GRADIENTS[RIGHT](*one.given)
    de[2, 3] = np.nan
    found = one.check(de)
    assert not found.passes and np.argwhere(found.differs).tolist() == [[2, 3]] and np.isfinite(found.largest)
