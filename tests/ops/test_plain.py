"""What NumPy computes where numba is missing: the loops' numbers, for every shape, stride, border and layout."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlab.loops.kernels import convolution, pooling
from cnnlab.ops.plain import convolution as plain_convolution
from cnnlab.ops.plain import pooling as plain_pooling

FEW = settings(max_examples=40, deadline=None, database=None)
small = st.integers(1, 4)
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
borders = st.tuples(st.tuples(st.integers(0, 2), st.integers(0, 2)), st.tuples(st.integers(0, 2), st.integers(0, 2)))


def numbers(rng, *shape):
    """Whole numbers, so that both must give the very same; stored in an order that is not that of the axes."""
    return np.ascontiguousarray(rng.integers(-4, 5, shape[::-1]).astype(np.float32)).T


def both(one, other, *arguments, out, **options):
    """What two functions write into arrays like `out`."""
    found = []
    for function in (one, other):
        written = [array.copy() for array in out]
        function(*arguments, *written, **options)
        found.append(written)
    return found


@FEW
@given(st.integers(0, 99), small, pairs, pairs, borders, small, small)
def test_convolutions_and_their_gradients_are_those_of_the_loops(seed, count, size, stride, border, channels, maps):
    rng = np.random.default_rng(seed)
    places = [int(rng.integers(1, 5)) for _ in range(2)]
    sides = [max((places[k] - 1) * stride[k] + size[k] - sum(border[k]), 1) + int(rng.integers(0, 2)) for k in range(2)]
    places = [(sides[k] + sum(border[k]) - size[k]) // stride[k] + 1 for k in range(2)]
    if min(places) < 1:
        return
    h = np.require(numbers(rng, count, *sides, channels), requirements=("C", "W"))
    w, b = numbers(rng, *size, channels, maps), numbers(rng, maps)
    e = np.zeros((count, *places, maps), np.float32)
    framed = {"border": border, "value": 2.0}
    (ours,), (theirs,) = both(plain_convolution.forward, convolution.forward, h, w, b, stride, out=[e], **framed)
    np.testing.assert_array_equal(ours, theirs)
    (ours,), (theirs,) = both(
        lambda *given, **options: plain_convolution.forward(*given[:4], given[4], floor=0, **options),
        lambda *given, **options: convolution.forward(*given[:4], given[4], floor=0, **options),
        *(h, w, None, stride),
        out=[e + 1],
        **framed,
    )
    np.testing.assert_array_equal(ours, theirs)
    de = np.require(numbers(rng, *e.shape), requirements=("C", "W"))
    (ours,), (theirs,) = both(
        plain_convolution.weight_gradient, convolution.weight_gradient, h, de, stride, out=[np.zeros_like(w)], **framed
    )
    np.testing.assert_array_equal(ours, theirs)
    corner = border[0][0], border[1][0]
    (ours,), (theirs,) = both(
        plain_convolution.input_gradient, convolution.input_gradient, de, w, stride, corner, out=[np.zeros_like(h)]
    )
    np.testing.assert_array_equal(ours, theirs)


def test_many_images_are_worked_on_in_parts(monkeypatch, rng):
    h, w = numbers(rng, 5, 6, 6, 2).copy(), numbers(rng, 3, 3, 2, 4)
    whole, parts = np.zeros((2, 5, 4, 4, 4), np.float32)
    plain_convolution.forward(h, w, None, (1, 1), whole)
    monkeypatch.setattr(plain_convolution, "AT_ONCE", 2 * 4 * 4 * 18)
    assert [part.start for part in plain_convolution._parts(whole, 18)] == [0, 2, 4]
    plain_convolution.forward(h, w, None, (1, 1), parts)
    np.testing.assert_array_equal(parts, whole)


def test_an_axis_with_one_place_may_have_any_stride(rng):
    maps = numbers(rng, 1, 6, 7, 1)
    odd = np.lib.stride_tricks.as_strided(maps.copy(order="C"), maps.shape, (0, 28, 4, 999))
    w, found = numbers(rng, 3, 3, 1, 1), np.zeros((2, 1, 4, 5, 1), np.float32)
    for h, e in zip((maps.copy(order="C"), odd), found, strict=True):
        plain_convolution.forward(h, w, None, (1, 1), e)
    np.testing.assert_array_equal(*found)


@FEW
@given(st.integers(0, 99), small, pairs, pairs, small, st.booleans(), st.booleans())
def test_pooling_is_that_of_the_loops(seed, count, size, stride, channels, rectify, broken):
    rng = np.random.default_rng(seed)
    places = rng.integers(1, 5, 2)
    sides = (places - 1) * stride + size + rng.integers(0, 2, 2)
    places = (sides - size) // stride + 1
    e = np.require(numbers(rng, count, *sides, channels), requirements=("C", "W"))
    if broken:
        e[rng.random(e.shape) < 0.1] = np.nan
    h = np.zeros((count, *places, channels), np.float32)
    where = h.astype(np.uint16)
    ours, theirs = both(plain_pooling.max_forward, pooling.max_forward, e, size, stride, rectify, out=[h, where])
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)
    dh, where = numbers(rng, *h.shape).copy(order="C"), theirs[1]
    backward = plain_pooling.max_backward, pooling.max_backward
    (ours,), (theirs,) = both(*backward, dh, where, size, stride, out=[np.ones_like(e)])
    np.testing.assert_array_equal(ours, theirs)
    (ours,), (theirs,) = both(plain_pooling.average_forward, pooling.average_forward, e, size, stride, out=[h])
    np.testing.assert_array_equal(ours, theirs)
    backward = plain_pooling.average_backward, pooling.average_backward
    (ours,), (theirs,) = both(*backward, dh, size, stride, out=[np.zeros_like(e)])
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("floor", [-np.inf, 0.0])
def test_the_product_of_matrices_is_that_of_the_loops(rng, floor):
    a, b, start = numbers(rng, 5, 9), numbers(rng, 9, 4), numbers(rng, 4)
    for left, begin in ((a, start), (a[::2], None), (np.ascontiguousarray(a), start)):
        out = [np.zeros((len(left), 4), np.float32)]
        given = {"start": begin, "floor": floor}
        (ours,), (theirs,) = both(plain_convolution.product, convolution.product, left, b, out=out, **given)
        np.testing.assert_array_equal(ours, theirs)


def test_what_is_not_finite_goes_the_same_way_and_silently(rng):
    h, w = numbers(rng, 1, 5, 5, 1).copy(order="C"), numbers(rng, 2, 2, 1, 1)
    h[0, 2, 2], h[0, 4, 4] = np.nan, np.inf
    (ours,), (theirs,) = both(
        plain_convolution.forward, convolution.forward, h, w, None, (1, 1), out=[np.zeros((1, 4, 4, 1), np.float32)]
    )
    np.testing.assert_array_equal(ours, theirs)
