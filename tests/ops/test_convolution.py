"""Convolution: the lecture's sum, its derivatives, scipy and PyTorch; and bad input of all operations."""

import itertools

import naive
import numpy as np
import pytest

from cnnlab import ops
from cnnlab.gradcheck import numeric_gradient, relative_error

EXACT = 1e-12
CASES = list(itertools.product(["valid", "same", "full", 1], [1, 2, (2, 3)], [(1, 1), (2, 2), (3, 3), (5, 5), (2, 3)]))


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def case(rng, padding, stride, size, dtype=np.float64):
    h = rng.standard_normal((2, 6, 7, 3)).astype(dtype)
    w = rng.standard_normal((*size, 3, 4)).astype(dtype)
    b = rng.standard_normal(4).astype(dtype)
    de = rng.standard_normal(ops.conv2d_output_shape(h.shape, w.shape, padding, stride)).astype(dtype)
    return h, w, b, de


@pytest.mark.parametrize(("padding", "stride", "size"), CASES)
def test_conv2d_is_the_lectures_sum_and_its_gradients_are_that_sums_derivatives(rng, padding, stride, size):
    h, w, b, de = case(rng, padding, stride, size)
    options = {"padding": padding, "stride": stride}
    expected = naive.conv2d(h, w, b, padding, pair(stride), 0.3)
    assert relative_error(ops.conv2d(h, w, b, padding_value=0.3, **options), expected) < EXACT
    dh, dw = naive.conv2d_gradients(de, h, w, padding, pair(stride), 0.3)
    assert relative_error(ops.conv2d_input_gradient(de, w, h.shape, **options), dh) < EXACT
    assert relative_error(ops.conv2d_weight_gradient(de, h, w.shape, padding_value=0.3, **options), dw) < EXACT


@pytest.mark.parametrize(("padding", "stride", "size"), CASES[::7])
def test_conv2d_gradients_agree_with_central_differences(rng, padding, stride, size):
    h, w, b, de = case(rng, padding, stride, size)
    options = {"padding": padding, "stride": stride}

    def loss():
        return float((de * ops.conv2d(h, w, b, padding_value=-1.0, **options)).sum())

    assert relative_error(ops.conv2d_input_gradient(de, w, h.shape, **options), numeric_gradient(loss, h)) < 1e-6
    dw = ops.conv2d_weight_gradient(de, h, w.shape, padding_value=-1.0, **options)
    assert relative_error(dw, numeric_gradient(loss, w)) < 1e-6
    assert relative_error(ops.conv2d_bias_gradient(de, b.shape), numeric_gradient(loss, b)) < 1e-6


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("size", [(3, 3), (2, 4), (5, 2)])
def test_scipy_convolves_as_we_do_and_correlates_with_the_flipped_kernel(rng, mode, size):
    from scipy import signal  # takes long to import, and every process collects this file

    h, w = rng.standard_normal((1, 8, 9, 2)), rng.standard_normal((*size, 2, 1))
    e = ops.conv2d(h, w, padding=mode)[0, :, :, 0]
    convolved = sum(signal.convolve2d(h[0, :, :, c], w[:, :, c, 0], mode=mode) for c in range(2))
    assert relative_error(e, convolved) < EXACT
    if mode != "same" or (size[0] % 2 and size[1] % 2):
        correlated = sum(signal.correlate2d(h[0, :, :, c], w[::-1, ::-1, c, 0], mode=mode) for c in range(2))
        assert relative_error(e, correlated) < EXACT


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("groups", [1, 2])
def test_pytorch_correlates_so_its_kernel_is_ours_flipped(rng, stride, groups):
    torch = pytest.importorskip("torch")
    h, w = rng.standard_normal((2, 8, 8, 4)), rng.standard_normal((3, 3, 4, 6))
    table = np.kron(np.eye(groups), np.ones((4 // groups, 6 // groups))) > 0
    x = torch.tensor(h.transpose(0, 3, 1, 2), requires_grad=True)
    theirs = np.concatenate(
        [
            w[::-1, ::-1, g * 4 // groups : (g + 1) * 4 // groups, g * 6 // groups : (g + 1) * 6 // groups]
            for g in range(groups)
        ],
        axis=3,
    )
    kernel = torch.tensor(np.ascontiguousarray(theirs.transpose(3, 2, 0, 1)), requires_grad=True)
    y = torch.nn.functional.conv2d(x, kernel, padding=1, stride=stride, groups=groups)
    e = ops.conv2d(h, w, padding=1, stride=stride, connections=table)
    assert relative_error(e.transpose(0, 3, 1, 2), y.detach().numpy()) < EXACT
    de = rng.standard_normal(e.shape)
    y.backward(torch.tensor(de.transpose(0, 3, 1, 2)))
    dh = ops.conv2d_input_gradient(de, w, h.shape, padding=1, stride=stride, connections=table)
    assert relative_error(dh.transpose(0, 3, 1, 2), x.grad.numpy()) < EXACT


def test_connections_hold_kernels_at_zero_and_their_gradients_too(rng):
    h, w, _, _ = case(rng, "valid", 1, (3, 3))
    table = rng.random((3, 4)) > 0.5
    e = ops.conv2d(h, w, connections=table)
    assert relative_error(e, naive.conv2d(h, w * table, 0.0, "valid", (1, 1))) < EXACT
    de = rng.standard_normal(e.shape)
    dh, dw = naive.conv2d_gradients(de, h, w * table, "valid", (1, 1))
    assert relative_error(ops.conv2d_input_gradient(de, w, h.shape, connections=table), dh) < EXACT
    assert np.array_equal(ops.conv2d_weight_gradient(de, h, w.shape, connections=table) != 0, (dw * table) != 0)


def grouped(channels, outputs, groups):
    return np.kron(np.eye(groups), np.ones((channels // groups, outputs // groups))) > 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("padding", "stride"), [("valid", 1), ("same", (2, 1)), (2, 3)])
@pytest.mark.parametrize("table", [grouped(14, 86, 2), grouped(45, 63, 3), np.roll(grouped(40, 72, 4), 13, axis=0)])
def test_tables_of_connections_in_blocks_of_any_size(rng, table, padding, stride, dtype):
    h = rng.standard_normal((2, 5, 6, len(table))).astype(dtype)
    w = rng.standard_normal((3, 2, *table.shape)).astype(dtype)
    b = rng.standard_normal(table.shape[1]).astype(dtype)
    options = {"padding": padding, "stride": stride, "connections": table}
    exact = EXACT if dtype == np.float64 else 1e-5
    expected = naive.conv2d(h, w * table, b, padding, pair(stride), -1.0)
    e = ops.conv2d(h, w, b, padding_value=-1.0, **options)
    assert e.dtype == dtype and relative_error(e, expected) < exact
    de = rng.standard_normal(e.shape).astype(dtype)
    dh, dw = naive.conv2d_gradients(de, h, w * table, padding, pair(stride), -1.0)
    assert relative_error(ops.conv2d_input_gradient(de, w, h.shape, **options), dh) < exact
    found = ops.conv2d_weight_gradient(de, h, w.shape, padding_value=-1.0, **options)
    assert relative_error(found, dw * table) < exact and (found[:, :, ~table] == 0).all()


def test_groups_do_not_even_look_at_each_other(rng):
    """What is not connected is not computed: NaN on the other side is not seen."""
    table = grouped(64, 64, 2)
    h, w, de = rng.standard_normal((1, 6, 6, 64)), rng.standard_normal((3, 3, 64, 64)), np.ones((1, 6, 6, 64))
    w[:, :, :32, 32:] = h[..., 32:] = de[..., 32:] = np.nan
    options = {"padding": "same", "connections": table}
    assert np.isfinite(ops.conv2d(h, w, **options)[..., :32]).all()
    assert np.isfinite(ops.conv2d_input_gradient(de, w, h.shape, **options)[..., :32]).all()
    dw = ops.conv2d_weight_gradient(de, h, w.shape, **options)
    assert np.isfinite(dw[:, :, :32]).all() and (dw[:, :, ~table] == 0).all()


def test_a_bias_per_unit_is_added_where_it_belongs(rng):
    h, w, _, de = case(rng, "valid", 1, (3, 3))
    b = rng.standard_normal(de.shape[1:])
    assert np.allclose(ops.conv2d(h, w, b), ops.conv2d(h, w) + b)
    assert np.allclose(ops.conv2d_bias_gradient(de, b.shape), de.sum(axis=0))
    h, w, b = rng.standard_normal((2, 9, 3)), rng.standard_normal((4, 3, 5)), rng.standard_normal((6, 5))
    assert np.allclose(ops.conv1d(h, w, b), ops.conv1d(h, w) + b)


def test_the_dtype_of_the_input_decides_and_views_are_welcome(rng):
    h, w, b, de = case(rng, "same", 2, (3, 3), np.float32)
    assert ops.conv2d(h, w, b, padding="same", stride=2).dtype == np.float32
    assert ops.conv2d_weight_gradient(de, h, w.shape, padding="same", stride=2).dtype == np.float32
    view = np.asfortranarray(rng.standard_normal((2, 12, 7, 3)))[:, ::2]
    w = rng.standard_normal((3, 3, 3, 4))[:, ::-1]
    assert np.allclose(ops.conv2d(view, w), naive.conv2d(view, w, 0.0, "valid", (1, 1)))


H, W = np.zeros((2, 5, 5, 3)), np.zeros((3, 3, 3, 4))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((H[0], W), ValueError, r"h must be \(N, H, W, C\).*got an array of shape \(5, 5, 3\)"),
        ((H, W[0]), ValueError, r"w must be \(P, Q, C, D\)"),
        ((H[..., :2], W), ValueError, "h has 2 .* w has 3"),
        ((H, np.zeros((6, 3, 3, 4))), ValueError, "kernel is 6 pixels high, the image with its padding 5"),
        ((H.astype(int), W), TypeError, "h must hold float32 or float64 numbers; got dtype int64"),
        ((H.astype(complex), W), TypeError, "complex"),
        ((H.astype(np.float32), W), TypeError, "same dtype; got h float32, w float64"),
        ((H[:0], W), ValueError, r"h must not be empty; got an array of shape \(0, 5, 5, 3\)"),
        ((H, W, np.zeros(3)), ValueError, r"b must have shape \(4,\)"),
    ],
)
def test_conv2d_refuses_bad_input_by_name(arguments, error, words):
    with pytest.raises(error, match=words):
        ops.conv2d(*arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"padding": "some"}, "padding must be one of"),
        ({"stride": 0}, "stride must be"),
        ({"padding": -1}, "padding must be"),
        ({"stride": (1, 2, 3)}, "stride must be"),
        ({"connections": np.ones((3, 4))}, "connections must be a table"),
        ({"connections": np.ones((2, 4), bool)}, "connections must be a table"),
    ],
)
def test_conv2d_refuses_bad_options_by_name(options, words):
    with pytest.raises(ValueError, match=words):
        ops.conv2d(H, W, **options)


def test_gradients_refuse_errors_of_another_shape():
    with pytest.raises(ValueError, match=r"de must have shape \(2, 3, 3, 4\) \(the shape of e\)"):
        ops.conv2d_input_gradient(np.zeros((2, 5, 5, 4)), W, H.shape)
    with pytest.raises(ValueError, match="de must have shape"):
        ops.conv2d_weight_gradient(np.zeros((1, 3, 3, 4)), H, W.shape)
    with pytest.raises(ValueError, match="same number of samples; got 2 in de, 3 in h"):
        ops.dense_backward(np.zeros((2, 4)), np.zeros((3, 5)), np.zeros((5, 4)))
    with pytest.raises(ValueError, match="window is 6 high, the map 5"):
        ops.max_pool2d(H, 6)
    with pytest.raises(ValueError, match="n must be odd"):
        ops.local_response_norm(H, n=4)
    with pytest.raises(ValueError, match="p must be in"):
        ops.dropout(H, 1.0, np.random.default_rng(0))
