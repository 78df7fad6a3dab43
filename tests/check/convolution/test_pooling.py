"""The exercises of notebook 11: what they take for right is what the engine computes."""

import numpy as np
import pytest

from cnnlab import check, ops


@pytest.mark.parametrize(("e", "dh", "M", "stride"), check.pool_gradient.inputs)
def test_the_gradient_of_max_pooling_is_the_engines(e, dh, M, stride):
    batch = e[None, :, :, None]
    _, where = ops.max_pool2d(batch, M, stride, rectify=True)
    expected = ops.max_pool2d_backward(dh[None, :, :, None], where, batch.shape, M, stride)[0, :, :, 0]
    np.testing.assert_array_equal(check.pool_gradient.right(e, dh, M, stride), expected)


@pytest.mark.parametrize(("e", "M"), check.average_pool.inputs)
def test_average_pooling_is_the_engines(e, M):
    expected = ops.average_pool2d(e[None, :, :, None], M, rectify=True)[0, :, :, 0]
    np.testing.assert_allclose(check.average_pool.right(e, M), expected, atol=1e-12)


def test_the_numbers_of_one_window_and_the_size_of_the_result():
    e = np.array([[-1.0, 4.0], [4.0, 2.0]])[None, :, :, None]
    found = ops.max_pool2d(e, rectify=True)[0], ops.average_pool2d(e, rectify=True), ops.decimate2d(e, 2, rectify=True)
    assert check.pool_numbers.right == tuple(h.item() for h in found)
    assert check.pool_size.right == ops.pool_output_shape((1, 14, 14, 1), 3, 2)[1]


@pytest.mark.parametrize(("e", "dh", "M", "stride"), check.average_gradient.inputs)
def test_the_gradient_of_average_pooling_is_the_engines(e, dh, M, stride):
    expected = ops.average_pool2d_backward(dh[None, :, :, None], e[None, :, :, None], M, stride, rectify=True)
    np.testing.assert_allclose(check.average_gradient.right(e, dh, M, stride), expected[0, :, :, 0], atol=1e-12)


@pytest.mark.parametrize(("e", "dh", "M"), check.decimation_gradient.inputs)
def test_the_gradient_of_decimation_is_the_engines(e, dh, M):
    expected = ops.decimate2d_backward(dh[None, :, :, None], e[None, :, :, None], M, rectify=True, size=M)
    np.testing.assert_array_equal(check.decimation_gradient.right(e, dh, M), expected[0, :, :, 0])
