"""dL/dh, stamp by stamp: against slow loops that add, and that overwrite."""

import numpy as np
import pytest
from convolutions import KINDS, of_kind
from convolved import backward

from cnnlab import ops
from cnnlab.analysis.convolution import Convolution, covered, first_errors, input_shape, stamp, stamped


@pytest.fixture(params=list(KINDS))
def kind(request, rng):
    return of_kind(request.param, rng)


def slowly(conv, de, h_shape, count, assign):
    """dL/dh by a loop over the errors, and how often each pixel was reached, number by number."""
    dh, times = np.zeros(h_shape), np.zeros(h_shape[:2], int)
    for k in range(count):
        m, n = divmod(k, de.shape[1])
        for p, q, i, j in conv.terms(m, n):
            if 0 <= i < h_shape[0] and 0 <= j < h_shape[1]:
                part = conv.used[p, q] @ de[m, n]
                dh[i, j] = part if assign else dh[i, j] + part
                times[i, j] += 1
    return dh, times


@pytest.mark.parametrize("assign", [False, True])
def test_every_stamp_changes_what_the_slow_loop_changes(kind, assign):
    conv, h, de = kind
    before = np.zeros(h.shape)
    for count in range(de.shape[0] * de.shape[1] + 1):
        after, times = slowly(conv, de, h.shape, count, assign)
        for c in range(h.shape[2]):
            found = stamped(conv, de, h.shape, count, c, assign)
            np.testing.assert_allclose(found.after, after[:, :, c], atol=1e-12)
            np.testing.assert_allclose(found.before, before[:, :, c], atol=1e-12)
            np.testing.assert_allclose(found.right, slowly(conv, de, h.shape, count, False)[0][:, :, c], atol=1e-12)
            np.testing.assert_array_equal(found.times, times)
            reach = np.isfinite(found.placed)
            lay = np.zeros_like(found.before) if assign else found.before
            np.testing.assert_allclose(found.after[reach], (lay + found.placed)[reach], atol=1e-12)
            np.testing.assert_allclose(found.after[~reach], found.before[~reach], atol=1e-12)
            assert (found.overlap == (reach & (times > 1))).all()
        before = after


def test_all_stamps_together_are_the_gradient(kind):
    conv, h, de = kind
    expected = backward(de, h.shape, conv.used, conv.padding, conv.stride)
    for c in range(h.shape[2]):
        found = stamped(conv, de, h.shape, de.shape[0] * de.shape[1], c)
        np.testing.assert_allclose(found.after, expected[:, :, c], atol=1e-12)


def test_a_stamp_is_the_gradient_of_its_error_alone(rng):
    conv = Convolution(rng.normal(size=(2, 3, 2, 4)))
    de, shape = rng.normal(size=(3, 2, 4)), (4, 4, 2)
    alone = np.zeros_like(de)
    alone[1, 1] = de[1, 1]
    expected = backward(alone, shape, conv.w, "valid", (1, 1))[1:3, 1:4]
    np.testing.assert_allclose(stamp(conv, de, 1, 1), expected, atol=1e-12)


def test_errors_come_row_by_row(rng):
    de = rng.normal(size=(2, 3, 2))
    first = first_errors(de, 4)
    assert (first[0] == de[0]).all() and (first[1, 0] == de[1, 0]).all() and not first[1, 1:].any()
    assert not first_errors(de, 0).any() and (first_errors(de, 6) == de).all()


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_image_is_as_small_as_its_errors_let_it_be(stride):
    conv = Convolution(np.ones((3, 2, 1, 1))).but(stride=stride)
    shape = input_shape(conv, (3, 4, 1))
    assert conv.e_shape(shape) == (3, 4, 1)
    assert ops.conv2d_output_shape((1, shape[0] - 1, shape[1], 1), (3, 2, 1, 1), "valid", stride)[1] == 2
    assert covered(conv, (3, 4, 1), shape, 12).max() == {1: 6, 2: 2, 3: 1}[stride]
