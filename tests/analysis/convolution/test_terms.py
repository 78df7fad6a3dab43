"""One convolution, term by term: every index and every sum against the slow loops."""

import naive
import numpy as np
import pytest
from convolutions import KINDS, of_kind

from cnnlab.analysis.convolution import Convolution


@pytest.fixture(params=list(KINDS))
def kind(request, rng):
    return of_kind(request.param, rng)


def padded(conv, h):
    return naive.padded(h[None], conv.w.shape, conv.padding, conv.padding_value)[0]


def test_forward_and_each_number_is_the_sum_of_its_products(kind):
    conv, h, _ = kind
    b = 0.0 if conv.b is None else conv.b
    expected = naive.conv2d(h[None], conv.used, b, conv.padding, conv.stride, conv.padding_value)[0]
    np.testing.assert_allclose(conv.e(h), expected, atol=1e-12)
    np.testing.assert_array_equal(conv.padded(h), padded(conv, h))
    (P, Q), (s, t), hp = conv.w.shape[:2], conv.stride, padded(conv, h)
    for m, n, d in np.ndindex(*expected.shape):
        one = conv.one_sum(h, m, n, d)
        np.testing.assert_array_equal(one.window, hp[m * s : m * s + P, n * t : n * t + Q])
        np.testing.assert_array_equal(one.products, one.window * one.slid)
        assert one.sums.sum() + one.bias == pytest.approx(expected[m, n, d], abs=1e-12)
        np.testing.assert_allclose(one.sums, one.products.sum(axis=(0, 1)), atol=1e-12)


def test_terms_name_the_weight_and_the_pixel_that_meet(kind):
    conv, h, _ = kind
    (top, _), (left, _) = conv.border
    hp, e = padded(conv, h), conv.but(b=None).e(h)
    for m, n in np.ndindex(*e.shape[:2]):
        total = sum(hp[i + top, j + left] @ conv.used[p, q] for p, q, i, j in conv.terms(m, n))
        np.testing.assert_allclose(total, e[m, n], atol=1e-12)
        assert all(p + i == conv.lag(m, 0) and q + j == conv.lag(n, 1) for p, q, i, j in conv.terms(m, n))


def test_a_changed_convolution_and_what_fits():
    conv = Convolution(np.ones((3, 3, 1, 1)))
    assert conv.but(stride=2).stride == (2, 2) and conv.stride == (1, 1)
    assert conv.fits((3, 3, 1)) and not conv.fits((2, 3, 1)) and conv.but(padding="same").fits((2, 3, 1))
