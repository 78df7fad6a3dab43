"""What wrong answers are made of."""

import numpy as np
import pytest

from cnnlab.check.toolkit import maps
from cnnlab.check.toolkit.wrong_answers import altered, wrong_side, zero


def line(x, slope, offset):
    return slope * x + offset


def test_an_altered_function_gets_the_changed_arguments_and_the_others_as_they_are():
    assert altered(line)(2.0, 3.0, 1.0) == 7.0
    assert altered(line, offset=zero)(2.0, 3.0, 1.0) == 6.0
    assert altered(line, x=lambda x: -x, offset=zero)(2.0, 3.0, 1.0) == -6.0
    with pytest.raises(ValueError, match="line has no parameter bias; it has x, slope, offset"):
        altered(line, bias=zero)


def test_a_side_with_nothing_wrong_counts_the_places_of_the_window():
    for H, P, pad, stride in [(6, 3, 0, 1), (7, 3, 1, 2), (8, 5, 2, 3), (227, 11, 0, 4)]:
        places = range(0, H + 2 * pad - P + 1, stride)
        assert wrong_side()(H, P, pad, stride) == len(places) == wrong_side(first=0)(H, P, pad, stride) + 1


def test_the_judge_finds_the_slope_of_every_number():
    x, de = np.zeros((2, 2)), np.array([[1.0, -2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(maps.differences(de, lambda: 3 * x + 1, x), 3 * de)
