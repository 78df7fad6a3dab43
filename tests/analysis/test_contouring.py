"""Contour lines without contourpy: the same pieces of lines as with it."""

from itertools import pairwise

import numpy as np
import pytest
from contourpy import contour_generator

from cnnlab.analysis import contouring


def pieces(lines):
    """Every straight piece of these lines, whichever way it runs."""
    rounded = [np.round(line, 9) for line in lines]
    return {frozenset((tuple(a), tuple(b))) for line in rounded for a, b in pairwise(line)}


@pytest.mark.parametrize("shape", [(2, 2), (7, 9), (30, 21)])
@pytest.mark.parametrize("level", [0.0, 0.4])
def test_the_lines_are_those_of_contourpy(rng, shape, level):
    x, y, height = np.sort(rng.normal(size=shape[1])), np.linspace(-1, 2, shape[0]), rng.normal(size=shape)
    ours, theirs = contouring.lines(x, y, height, level), contour_generator(x, y, height).lines(level)
    assert pieces(ours) == pieces(theirs) and len(ours) == len(theirs)


def test_a_closed_line_ends_where_it_begins_and_an_open_one_at_the_rim():
    x = np.linspace(-1, 1, 21)
    (ring,) = contouring.lines(x, x, x[:, None] ** 2 + x**2, 0.5)
    assert np.array_equal(ring[0], ring[-1]) and np.abs(np.hypot(*ring.T) - np.sqrt(0.5)).max() < 0.01
    (straight,) = contouring.lines(x, x, np.tile(x, (21, 1)), 0.33)
    assert np.allclose(straight[:, 0], 0.33) and {straight[0, 1], straight[-1, 1]} == {-1.0, 1.0}


def test_where_nothing_passes_the_level_there_is_no_line():
    assert contouring.lines(np.arange(3.0), np.arange(3.0), np.ones((3, 3)), 2.0) == []
