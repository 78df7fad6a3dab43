"""The weight gradient read three ways, against the slow loops and central differences."""

import naive
import numpy as np
import pytest
from convolved import built

from cnnlab.analysis.convolution import (
    agreement,
    convolution_of,
    dilated,
    dw_by_convolution,
    dw_by_correlation,
    dw_by_difference,
    input_indices,
    slid_over,
    slid_products,
    summed_products,
)

KINDS = {
    "plain": ((5, 6, 2), (3, 2), {}),
    "even sides, one number as border": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1}),
    "unequal strides, a border of ones": (
        (7, 8, 1),
        (2, 3),
        {"stride": (2, 3), "padding": "same", "padding_value": 1.0},
    ),
    "partly connected": ((4, 4, 2), (3, 2), {"connections": np.array([[1, 0, 1], [1, 1, 0]], bool)}),
}


@pytest.fixture(params=list(KINDS))
def kind(request, rng):
    """A convolution, an image, dL/de, and dL/dw by the slow loops."""
    shape, args, options = KINDS[request.param]
    conv = convolution_of(built(shape, *args, **options), shape)
    h, de = rng.normal(size=shape), rng.normal(size=conv.e_shape(shape))
    dw = naive.conv2d_gradients(de[None], h[None], conv.w, conv.padding, conv.stride, conv.padding_value)[1]
    return conv, h, de, dw if conv.connections is None else dw * conv.connections


def test_all_readings_agree_and_the_forgotten_flip_does_not(kind):
    conv, h, de, dw = kind
    np.testing.assert_allclose(conv.dw(de, h), dw, atol=1e-12)
    np.testing.assert_allclose(dw_by_convolution(conv, de, h), dw, atol=1e-12)
    np.testing.assert_allclose(dw_by_correlation(conv, de, h), dw[::-1, ::-1], atol=1e-12)
    assert np.abs(dw_by_convolution(conv, de, h, flip=False) - dw).max() > 0.1


def test_each_weight_is_a_sum_of_products_and_a_central_difference(kind):
    conv, h, de, dw = kind
    for place in np.ndindex(*conv.w.shape):
        window, products = summed_products(conv, de, h, place)
        assert window.shape == products.shape == de.shape[:2]
        assert products.sum() == pytest.approx(dw[place], abs=1e-12)
        assert dw_by_difference(conv, de, h, place) == pytest.approx(dw[place], abs=1e-10)
        over, slid, products = slid_products(conv, de, h, place, flip=True)
        assert products.sum() == pytest.approx(dw[place], abs=1e-12)
        np.testing.assert_array_equal(over, slid_over(conv, de, h, True)[:, :, place[2]])
        np.testing.assert_array_equal(slid, dilated(conv, de)[::-1, ::-1, place[3]])


def test_the_pixels_that_a_weight_meets(kind):
    conv, _, de, _ = kind
    for p, q in np.ndindex(*conv.w.shape[:2]):
        rows, columns = input_indices(conv, de.shape, p, q)
        for m, n in np.ndindex(*de.shape[:2]):
            terms = {tuple(term) for term in conv.terms(m, n).tolist()}
            assert (p, q, rows[m], columns[n]) in terms


def test_gradients_agree_up_to_rounding(rng):
    dw = 1e3 * rng.normal(size=(3, 2, 1, 2))
    assert agreement(dw, dw) == (0.0, 12, True)
    other = dw * (1 + 1e-14)
    assert agreement(dw, other)[1:] == (12, True) and 0 < agreement(dw, other).largest < 1e-10
    other[2, 1, 0, 0] += 0.5
    assert agreement(dw, other) == (pytest.approx(0.5), 11, False)
