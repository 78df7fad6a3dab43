"""Where errors go and what pixels collect, against the slow loops."""

import numpy as np
import pytest
from convolutions import KINDS, of_kind
from convolved import backward

from cnnlab.analysis.convolution import (
    Convolution,
    collected,
    collection,
    dh_by_convolution,
    dh_by_difference,
    dilated,
    footprint,
    matrix,
    matrix_misses,
    reached,
    ways,
)


@pytest.fixture(params=list(KINDS))
def kind(request, rng):
    return of_kind(request.param, rng)


def test_where_errors_go_and_what_a_pixel_collects(kind):
    conv, h, de = kind
    dh = backward(de, h.shape, conv.used, conv.padding, conv.stride)
    np.testing.assert_allclose(conv.dh(de, h.shape), dh, atol=1e-12)
    np.testing.assert_allclose(dh_by_convolution(conv, de, h.shape), dh, atol=1e-12)
    arrived = np.zeros(h.shape)
    for m, n, d in np.ndindex(*de.shape):
        for c in range(h.shape[2]):
            found = footprint(conv, de, (m, n, d), c, h.shape)
            np.testing.assert_array_equal(found.terms, reached(conv, m, n, h.shape))
            assert np.isfinite(found.share).sum() == len(found.terms)
            np.testing.assert_allclose(found.share, found.weights * de[m, n, d], atol=1e-12)
            arrived[:, :, c] += np.nan_to_num(found.share)
    np.testing.assert_allclose(arrived, dh, atol=1e-12)
    places = np.ndindex(*de.shape[:2])
    found = [(m, n, i, j) for m, n in places for _, _, i, j in reached(conv, m, n, h.shape)]
    np.testing.assert_array_equal(ways(conv, de.shape, h.shape), np.reshape(found, (-1, 4)))
    for i, j, c in np.ndindex(*h.shape):
        found = collection(conv, de, i, j, c)
        assert found.sums.sum() == pytest.approx(dh[i, j, c], abs=1e-12)
        assert dh_by_difference(conv, de, h.shape, (i, j, c)) == pytest.approx(dh[i, j, c], abs=1e-10)
        total = sum(conv.used[p, q, c] @ de[m, n] for p, q, m, n in collected(conv, i, j, de.shape))
        assert total == pytest.approx(dh[i, j, c], abs=1e-12)


def test_the_matrix_does_what_the_loops_do_and_misses_when_it_is_wrong(rng):
    conv = Convolution(rng.normal(size=(2, 3, 2, 2)), stride=(1, 2), padding="same")
    h = rng.normal(size=(4, 5, 2))
    de = rng.normal(size=conv.e_shape(h.shape))
    w = matrix(conv, h.shape)
    np.testing.assert_allclose((w @ h.ravel()).reshape(de.shape), conv.e(h), atol=1e-12)
    assert matrix_misses(conv, w, h, de) < 1e-12
    w[3, 4] += 0.25
    assert matrix_misses(conv, w, h, de) > 0.01


def test_zeros_are_put_between_and_around(rng):
    conv = Convolution(np.zeros((3, 2, 1, 1)), stride=(2, 3))
    de = rng.normal(size=(2, 2, 1))
    z = dilated(conv, de, around=True)
    assert z.shape == (2 * 2 - 1 + 2 * 2, 1 * 3 + 1 + 2 * 1, 1) and np.count_nonzero(z) == 4
    np.testing.assert_array_equal(z[2:5:2, 1:5:3], de)
    np.testing.assert_array_equal(dilated(conv, de), z[2:-2, 1:-1])
