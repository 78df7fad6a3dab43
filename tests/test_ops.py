"""Every operation three ways: the slow oracle, central differences, and scipy or PyTorch where they have it."""

import itertools

import naive
import numpy as np
import pytest
from scipy import signal

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


@pytest.mark.parametrize("padding", ["valid", "same", "full", 2])
@pytest.mark.parametrize("stride", [1, 3])
def test_conv1d_is_a_convolution_in_time(rng, padding, stride):
    h, w, b = rng.standard_normal((2, 9, 3)), rng.standard_normal((4, 3, 5)), rng.standard_normal(5)
    hp = np.pad(h, ((0, 0), naive.pads(4, padding), (0, 0)))
    expected = naive.conv2d(hp[:, :, None], w[:, None], b, "valid", (stride, 1))[:, :, 0]
    e = ops.conv1d(h, w, b, padding=padding, stride=stride)
    assert relative_error(e, expected) < EXACT
    de = rng.standard_normal(e.shape)

    def loss():
        return float((de * ops.conv1d(h, w, b, padding=padding, stride=stride)).sum())

    dh, dw = ops.conv1d_backward(de, h, w, padding=padding, stride=stride)
    assert relative_error(dh, numeric_gradient(loss, h)) < 1e-6 and relative_error(dw, numeric_gradient(loss, w)) < 1e-6


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


def test_local_response_norm_is_the_papers_formula(rng):
    h = rng.standard_normal((2, 3, 3, 9))
    options = {"n": 5, "k": 2.0, "alpha": 0.1, "beta": 0.75}
    out, _ = ops.local_response_norm(h, **options)
    assert relative_error(out, naive.local_response_norm(h, **options)) < EXACT
    torch = pytest.importorskip("torch")
    theirs = torch.nn.functional.local_response_norm(torch.tensor(h.transpose(0, 3, 1, 2)), 5, 0.5, 0.75, 2.0)
    assert relative_error(out.transpose(0, 3, 1, 2), theirs.numpy()) < EXACT


def test_batch_norm_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    h, d_out = rng.standard_normal((4, 3, 3, 5)), rng.standard_normal((4, 3, 3, 5))
    gamma, beta = rng.standard_normal(5), rng.standard_normal(5)
    mean, variance = ops.batch_statistics(h)
    out, normal = ops.batch_norm(h, gamma, beta, mean, variance)
    dh, dgamma, dbeta = ops.batch_norm_backward(d_out, normal, gamma, variance)
    x = torch.tensor(h.transpose(0, 3, 1, 2), requires_grad=True)
    g, b = torch.tensor(gamma, requires_grad=True), torch.tensor(beta, requires_grad=True)
    y = torch.nn.functional.batch_norm(x, None, None, g, b, training=True)
    y.backward(torch.tensor(d_out.transpose(0, 3, 1, 2)))
    assert relative_error(out.transpose(0, 3, 1, 2), y.detach().numpy()) < EXACT
    assert relative_error(dh.transpose(0, 3, 1, 2), x.grad.numpy()) < 1e-10
    assert relative_error(dgamma, g.grad.numpy()) < EXACT and relative_error(dbeta, b.grad.numpy()) < EXACT


def test_dropout_keeps_the_mean_and_drops_the_share_it_should():
    h = np.ones((200, 500), np.float32)
    out, mask = ops.dropout(h, 0.3, np.random.default_rng(1))
    assert abs(out.mean() - 1) < 0.01 and abs((mask == 0).mean() - 0.3) < 0.01
    assert set(np.unique(mask)) == {np.float32(0), np.float32(1) / np.float32(0.7)}
    assert np.array_equal(ops.dropout_backward(h, mask), mask)


def test_sigmoid_does_not_overflow():
    assert np.array_equal(ops.sigmoid(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


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


@pytest.mark.parametrize(
    ("de", "h", "w", "error", "words"),
    [
        (np.zeros((2, 2)), np.zeros((2, 3)), np.zeros((300, 2)), ValueError, "h and w must agree in C.*3.*300 rows"),
        (
            np.zeros((2, 2), np.float32),
            np.zeros((2, 3)),
            np.zeros((3, 2)),
            TypeError,
            "de and h and w must have the same dtype",
        ),
        (np.zeros((2, 2)), np.zeros((2, 3), int), np.zeros((3, 2)), TypeError, "h must hold float32 or float64"),
        (np.zeros((2, 2)), np.zeros((2, 3)), np.zeros(3), ValueError, r"w must be \(C, D\)"),
    ],
)
def test_the_fully_connected_gradient_refuses_what_the_way_forward_refuses(de, h, w, error, words):
    with pytest.raises(error, match=words):
        ops.dense_backward(de, h, w)


def test_the_bias_of_a_fully_connected_layer_may_be_a_list_and_is_checked():
    h, w = np.ones((2, 3)), np.ones((3, 2))
    assert ops.dense(h, w, [1.0, -1.0]).tolist() == [[4, 2], [4, 2]]
    with pytest.raises(TypeError, match="b must hold float32 or float64"):
        ops.dense(h, w, [1, 2])
    with pytest.raises(ValueError, match=r"b must have shape \(2,\)"):
        ops.dense(h, w, [1.0])


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
