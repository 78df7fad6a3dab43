"""An image moved and convolved, against slow loops over pixels."""

import numpy as np
import pytest

from cnnlab.analysis.convolution import Convolution, broken, commonest_value, move_and_convolve, reached


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("down, right", [(0, 0), (2, -2), (-1, 3), (5, 0)])
def test_what_is_moved_expected_and_compared(down, right, stride, padding, rng):
    conv = Convolution(rng.normal(size=(3, 2, 2, 2)), padding=padding).but(stride=stride)
    image, ground = rng.normal(size=(6, 7, 2)), np.array([0.25, -1.0])
    found = move_and_convolve(conv, image, down, right, ground)
    known = np.zeros((6, 7), bool)
    for i, j in np.ndindex(6, 7):
        known[i, j] = 0 <= i - down < 6 and 0 <= j - right < 7
        np.testing.assert_array_equal(found.there[i, j], image[i - down, j - right] if known[i, j] else ground)
    np.testing.assert_allclose(found.e, conv.e(image))
    np.testing.assert_allclose(found.e_there, conv.e(found.there))
    assert found.whole == (down % stride == 0 and right % stride == 0)
    for m, n in np.ndindex(*found.e.shape[:2]):
        before = m - found.steps[0], n - found.steps[1]
        came = all(0 <= at < side for at, side in zip(before, found.e.shape[:2], strict=True))
        assert np.isfinite(found.expected[m, n]).all() == came
        seen = reached(conv, m, n, image.shape)
        inner = len(seen) == 6 and all(known[i, j] for i, j in seen[:, 2:])
        assert found.inside[m, n] == (came and inner)
        off = found.e_there[m, n] - found.expected[m, n] if came and inner else np.full(2, np.nan)
        np.testing.assert_array_equal(found.difference[m, n], off)
    if found.whole:  # the lecture: a convolution moves with its image
        np.testing.assert_allclose(found.e_there[found.inside], found.expected[found.inside], atol=1e-12)


def test_the_commonest_value_is_that_of_whole_pixels():
    image = np.array([[[1.0, 5.0], [1.0, 6.0], [1.0, 7.0]], [[2.0, 8.0], [2.0, 8.0], [3.0, 8.0]]])
    np.testing.assert_array_equal(commonest_value(image), [2.0, 8.0])


@pytest.mark.parametrize(("stride", "padding"), [(1, "valid"), (2, "same"), ((2, 3), "full"), (3, 1)])
def test_every_shift_is_measured_as_one_alone_is(stride, padding, rng):
    h = rng.normal(size=(9, 11, 2))
    conv = Convolution(rng.normal(size=(3, 2, 2, 2)), rng.normal(size=2), padding=padding).but(stride=stride)
    rights = range(-4, 5)
    shares = broken(conv, h, 1, rights)
    for right, share in zip(rights, shares, strict=True):
        found = move_and_convolve(conv, h, 1, right, 0.5)
        expected = np.nanmean(np.abs(found.difference), axis=(0, 1)) / np.abs(conv.e(h)).mean(axis=(0, 1))
        np.testing.assert_allclose(share, expected, atol=1e-12)
    assert np.isnan(broken(conv, h, 9, [0])).all()
    if padding != "valid":
        assert np.isnan(broken(conv, h[:2], 0, [0])).all()  # smaller than the kernel: no window lies in it


def test_the_commonest_value_of_a_photograph_is_its_mean(rng):
    photo = rng.random((6, 6, 3))
    np.testing.assert_allclose(commonest_value(photo), photo.mean(axis=(0, 1)))
    photo[:2] = 0.25
    np.testing.assert_array_equal(commonest_value(photo), [0.25] * 3)
