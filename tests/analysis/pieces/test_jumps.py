"""Jumps of functions: found where they are, not where a function is only steep; a line stands upright there."""

import numpy as np
import pytest

from cnnlab.analysis.pieces.jumps import jumps, upright


@pytest.mark.parametrize(
    ("function", "places"),
    [
        (lambda x: np.where(x < 0.3, -1.0, 2.0), [0.3]),
        (lambda x: np.floor(x) + 0.1 * x, [-1, 0, 1, 2]),
        (lambda x: np.where(np.abs(x) < 1, 1.0, 0.0), [-1, 1]),
        (lambda x: np.tanh(60 * x), []),
        (np.sin, []),
        (np.zeros_like, []),
    ],
)
def test_a_jump_is_found_between_two_neighbouring_numbers(function, places):
    found = jumps(function, 2.0)
    assert len(found) == len(places)
    for (low, high), place in zip(found, places, strict=True):
        assert low < high and abs(low - place) < 1e-12 and abs(high - place) < 1e-12


def test_a_line_stands_upright_at_a_jump_and_is_the_function_everywhere():
    def function(x):
        return np.where(x > 0.33, 1.0, 0.0)

    x, t = upright(function, 2.0)
    np.testing.assert_array_equal(t, function(x))
    (at,) = np.flatnonzero(np.diff(t))
    assert x[at + 1] - x[at] < 1e-12, "in every picture these two lie in one pixel"
    assert (np.diff(x) >= 0).all() and (x[0], x[-1]) == (-2.0, 2.0)


def test_a_steep_function_that_does_not_jump_is_soon_let_go_and_one_that_does_is_not():
    def asked(function):
        calls = []
        found = jumps(lambda x: calls.append(len(x)) or function(x), 2.0)
        return len(found), len(calls)

    assert asked(lambda x: 50 * np.sin(x)) == (0, 14), "once at even distances, then thirteen halvings"
    assert asked(lambda x: np.where(x > 0.3, 1.0, 0.0) + 50 * np.sin(x))[0] == 1
