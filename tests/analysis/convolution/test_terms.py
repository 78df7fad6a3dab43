"""One convolution, term by term: every index and every sum against the slow loops."""

import naive
import numpy as np
import pytest
from convolved import backward, built

from cnnlab.analysis.convolution import Convolution, convolution_of, image_of
from cnnlab.layers import Conv2D, Dense

KINDS = {
    "plain": ((5, 6, 2), (3, 3), {}),
    "stride 2, border of 1": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1, "padding_value": 0.5}),
    "unequal strides": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "a bias for every unit, full": ((5, 5, 1), (2, 3), {"bias": "unit", "padding": "full"}),
    "partly connected": ((5, 5, 2), (3, 2), {"connections": np.array([[1, 0, 1], [1, 1, 0]], bool)}),
    "a last row without a window": ((6, 7, 1), (1, 3), {"stride": 2, "bias": None}),
}


@pytest.fixture(params=list(KINDS))
def kind(request, rng):
    """A convolution, an image, and dL/de of its size."""
    shape, args, options = KINDS[request.param]
    conv = convolution_of(built(shape, *args, **options), shape)
    return conv, rng.normal(size=shape), rng.normal(size=conv.e_shape(shape))


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


def test_where_errors_go_and_what_a_pixel_collects(kind):
    conv, h, de = kind
    dh = backward(de, h.shape, conv.used, conv.padding, conv.stride)
    np.testing.assert_allclose(conv.dh(de, h.shape), dh, atol=1e-12)
    np.testing.assert_allclose(conv.dh_by_convolution(de, h.shape), dh, atol=1e-12)
    arrived = np.zeros(h.shape)
    for m, n, d in np.ndindex(*de.shape):
        for c in range(h.shape[2]):
            found = conv.footprint(de, (m, n, d), c, h.shape)
            np.testing.assert_array_equal(found.terms, conv.reached(m, n, h.shape))
            assert np.isfinite(found.share).sum() == len(found.terms)
            np.testing.assert_allclose(found.share, found.weights * de[m, n, d], atol=1e-12)
            arrived[:, :, c] += np.nan_to_num(found.share)
    np.testing.assert_allclose(arrived, dh, atol=1e-12)
    for i, j, c in np.ndindex(*h.shape):
        found = conv.collection(de, i, j, c)
        assert found.sums.sum() == pytest.approx(dh[i, j, c], abs=1e-12)
        assert conv.dh_by_difference(de, h.shape, i, j, c) == pytest.approx(dh[i, j, c], abs=1e-10)
        total = sum(conv.used[p, q, c] @ de[m, n] for p, q, m, n in conv.collected(i, j, de.shape))
        assert total == pytest.approx(dh[i, j, c], abs=1e-12)


def test_the_matrix_does_what_the_loops_do_and_misses_when_it_is_wrong(rng):
    conv = Convolution(rng.normal(size=(2, 3, 2, 2)), stride=(1, 2), padding="same")
    h = rng.normal(size=(4, 5, 2))
    de = rng.normal(size=conv.e_shape(h.shape))
    matrix = conv.matrix(h.shape)
    np.testing.assert_allclose((matrix @ h.ravel()).reshape(de.shape), conv.e(h), atol=1e-12)
    assert conv.matrix_misses(matrix, h, de) < 1e-12
    matrix[3, 4] += 0.25
    assert conv.matrix_misses(matrix, h, de) > 0.01


def test_a_changed_convolution_and_what_fits():
    conv = Convolution(np.ones((3, 3, 1, 1)))
    assert conv.but(stride=2).stride == (2, 2) and conv.stride == (1, 1)
    assert conv.fits((3, 3, 1)) and not conv.fits((2, 3, 1)) and conv.but(padding="same").fits((2, 3, 1))


def test_an_unbuilt_layer_gets_weights_from_seed_0_and_stays_unbuilt():
    layer = Conv2D(2, 3)
    found = convolution_of(layer, (5, 5, 1))
    assert layer.input_shape is None and found.w.shape == (3, 3, 1, 2)
    np.testing.assert_array_equal(found.w, convolution_of(Conv2D(2, 3), (5, 5, 1)).w)


def test_refusals_in_words():
    with pytest.raises(TypeError, match="layer must be a Conv2D; got Dense"):
        convolution_of(Dense(2), (4, 4, 1))
    with pytest.raises(ValueError, match="layer must take images of 1 channels, as this one; it takes 2"):
        convolution_of(built((5, 5, 2), 2, 3), (5, 5, 1))
    broken = built((5, 5, 1), 2, 3)
    broken.parameters["w"][0, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="its weights hold 1 value that is not finite"):
        convolution_of(broken, (5, 5, 1))
    with pytest.raises(ValueError, match="a bias for every unit"):
        convolution_of(built((5, 5, 1), 2, 3, bias="unit"), (6, 6, 1))
    with pytest.raises(ValueError, match=r"photo must be one image \(H, W\) or \(H, W, C\)"):
        image_of(np.zeros(3), "photo")
    assert image_of([[1, 2], [3, 4]]).shape == (2, 2, 1)
