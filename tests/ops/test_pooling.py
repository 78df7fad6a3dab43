"""Pooling: the lecture's formulas with ties, gates, overlaps and gaps."""

import naive
import numpy as np
import pytest

from cnnlab import ops
from cnnlab.gradcheck import numeric_gradient, relative_error

EXACT = 1e-12


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


WINDOWS = [(2, 2), (3, 2), (3, 1), (1, 2), (2, 3), ((2, 3), (1, 2))]


@pytest.mark.parametrize(("size", "stride"), WINDOWS)
@pytest.mark.parametrize("rectify", [False, True])
def test_pooling_is_the_lectures_formula_with_its_ties_gates_overlaps_and_gaps(rng, size, stride, rectify):
    e = rng.integers(-2, 3, (2, 7, 8, 3)).astype(
        float
    )  # whole numbers: plenty of ties, and of windows at or below zero
    h, where = ops.max_pool2d(e, size, stride, rectify)
    dh = rng.standard_normal(h.shape)
    expected, de = naive.max_pool2d(e, pair(size), pair(stride), rectify, dh)
    assert np.array_equal(h, expected)
    assert relative_error(ops.max_pool2d_backward(dh, where, e.shape, size, stride), de) < EXACT
    expected, de = naive.average_pool2d(e, pair(size), pair(stride), rectify, dh)
    assert relative_error(ops.average_pool2d(e, size, stride, rectify), expected) < EXACT
    assert relative_error(ops.average_pool2d_backward(dh, e, size, stride, rectify), de) < EXACT


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("size", "stride"), [(3, 2), (2, 1), (2, 2), (2, 3)])
def test_max_pooling_of_any_number_of_channels_hands_each_error_back_once(rng, size, stride, dtype):
    """Vectors of any processor fit into them, some times and not a whole number of times."""
    for channels in range(1, 36):
        e = rng.standard_normal((1, 5, 6, channels)).astype(dtype)
        h, where = ops.max_pool2d(e, size, stride)
        dh = rng.integers(-4, 5, h.shape).astype(dtype)  # whole numbers, whose sums are exact
        expected, de = naive.max_pool2d(e, pair(size), pair(stride), False, dh)
        np.testing.assert_array_equal(h, expected)
        e[0, 1:3, 1:3, channels // 2] = np.nan  # in whichever vector it lies
        windows = np.lib.stride_tricks.sliding_window_view(e, (size, size), axis=(1, 2))[:, ::stride, ::stride]
        np.testing.assert_array_equal(ops.max_pool2d(e, size, stride)[0], windows.max(axis=(-2, -1)))
        np.testing.assert_array_equal(ops.max_pool2d_backward(dh, where, e.shape, size, stride), de)


def test_decimation_keeps_the_corner_of_each_window(rng):
    e = rng.standard_normal((2, 5, 6, 3))
    h = ops.decimate2d(e, 2, rectify=True)
    assert h.shape == (2, 3, 3, 3) and np.array_equal(h, np.maximum(e[:, ::2, ::2], 0))
    dh = rng.standard_normal(h.shape)
    de = ops.decimate2d_backward(dh, e, 2, rectify=True)
    assert np.array_equal(de[:, ::2, ::2], dh * (h > 0)) and np.count_nonzero(de) == np.count_nonzero(h)


@pytest.mark.parametrize(("size", "stride"), [*WINDOWS, (3, None), ((2, 4), None), ((7, 8), 3)])
@pytest.mark.parametrize("rectify", [False, True])
def test_decimation_of_windows_that_overlap_or_leave_gaps(rng, size, stride, rectify):
    e = rng.standard_normal((2, 7, 8, 3))
    steps = size if stride is None else stride
    h = ops.decimate2d(e, stride, rectify, size)
    dh = rng.standard_normal(h.shape)
    expected, de = naive.decimate2d(e, pair(size), pair(steps), rectify, dh)
    found = ops.decimate2d_backward(dh, e, stride, rectify, size)
    assert np.array_equal(h, expected) and np.array_equal(found, de)
    numeric = numeric_gradient(lambda: float((dh * ops.decimate2d(e, stride, rectify, size)).sum()), e)
    assert relative_error(found, numeric) < 1e-6
    torch = pytest.importorskip("torch")
    x = torch.tensor(e.transpose(0, 3, 1, 2), requires_grad=True)
    kernel = torch.zeros(3, 1, *pair(size), dtype=torch.float64)
    kernel[:, :, 0, 0] = 1
    y = torch.nn.functional.conv2d(x, kernel, stride=pair(steps), groups=3)
    y = torch.relu(y) if rectify else y
    y.backward(torch.tensor(dh.transpose(0, 3, 1, 2)))
    assert np.array_equal(h.transpose(0, 3, 1, 2), y.detach().numpy())
    assert relative_error(found.transpose(0, 3, 1, 2), x.grad.numpy()) < EXACT


def test_decimation_refuses_windows_and_errors_that_do_not_fit():
    with pytest.raises(ValueError, match="window is 6 high, the map 5"):
        ops.decimate2d(H, size=6)
    with pytest.raises(ValueError, match=r"dh must have shape \(2, 3, 3, 3\) \(the shape of h\)"):
        ops.decimate2d_backward(np.zeros((2, 2, 2, 3)), H)
    with pytest.raises(TypeError, match="dh must hold float32 or float64"):
        ops.decimate2d_backward(np.zeros((2, 2, 2, 3), int), H, size=2)


H, W = np.zeros((2, 5, 5, 3)), np.zeros((3, 3, 3, 4))


def test_a_pooling_window_whose_places_do_not_fit_into_where_is_refused():
    e = np.zeros((1, 255, 257, 1), np.float32)
    e[0, 254, 255] = 1  # with a window of 255 x 256 its place is 65279
    h, where = ops.max_pool2d(e, (255, 256), 1)
    assert h[0, 0, 0, 0] == 1 and where[0, 0, 0, 0] == 254 * 256 + 255
    with pytest.raises(ValueError, match="fewer than 65535 pixels; got 255 x 257"):
        ops.max_pool2d(e, (255, 257))


def test_the_gradient_of_max_pooling_refuses_another_where(rng):
    e = rng.standard_normal((2, 4, 4, 3))
    h, where = ops.max_pool2d(e)
    with pytest.raises(ValueError, match=r"where must have shape \(2, 2, 2, 3\) \(the shape of h\)"):
        ops.max_pool2d_backward(h, where[:1], e.shape)
    with pytest.raises(TypeError, match=r"where must be the uint16 array.*got dtype int64"):
        ops.max_pool2d_backward(h, where.astype(np.int64), e.shape)
