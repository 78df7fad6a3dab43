"""Operations on any arrays: the slow oracle's numbers, as far as rounding allows, and inputs unchanged."""

import contextlib
import math

import naive
import numpy as np
from anything.unusual import givens, near, property_of
from hypothesis import assume
from hypothesis import strategies as st

from cnnlab import ops

SIDES = st.integers(1, 6)
PADDINGS = st.one_of(
    st.sampled_from(["valid", "same", "full"]), st.integers(0, 4), st.tuples(st.integers(0, 3), st.integers(0, 3))
)
STRIDES = st.tuples(st.integers(1, 3), st.integers(1, 3))
MOST = 4_000  # products of one sum that the oracle goes through


def table(rng, kind, channels, outputs):
    """Which maps feed which."""
    if kind == "all":
        return None
    if kind == "some":
        return rng.random((channels, outputs)) < 0.5
    groups = math.gcd(channels, outputs)
    return np.kron(np.eye(groups), np.ones((channels // groups, outputs // groups))) > 0


@st.composite
def convolutions(draw):
    """Shapes of a convolution that the oracle can do in a moment."""
    size, (s, t) = (draw(st.integers(1, 5)), draw(st.integers(1, 4))), draw(STRIDES)
    shape = draw(st.integers(1, 3)), draw(SIDES), draw(SIDES), draw(st.sampled_from([1, 2, 3, 5, 16, 18]))
    outputs = draw(st.sampled_from([1, 2, 4, 7, 16, 17, 33, 40]))
    options = {"padding": draw(PADDINGS), "stride": (s, t)}
    linked = draw(st.sampled_from(["all", "all", "groups", "some"]))
    return shape, (*size, shape[3], outputs), options, draw(st.sampled_from([0.0, 0.0, -1.0, 0.3])), linked


@property_of(40, 3000, givens(), convolutions(), st.sampled_from(["none", "map", "unit"]))
def test_conv2d(given, case, biases):
    h_shape, w_shape, options, value, linked = case
    with contextlib.suppress(ValueError):
        shape = ops.conv2d_output_shape(h_shape, w_shape, **options)
        assume(math.prod(shape) * math.prod(w_shape[:3]) <= MOST)
        h, w, de = given(*h_shape), given(*w_shape), given(*shape)
        b = {"none": lambda: None, "map": lambda: given(shape[3]), "unit": lambda: given(*shape[1:])}[biases]()
        links = table(given.rng, linked, *w_shape[2:])
        options |= {"connections": links}
        add, mask = (0 if b is None else b.astype(float)), (1 if links is None else links)
        wide, wide_w, errors = h.astype(float), w.astype(float) * mask, de.astype(float)
        how, terms = (options["padding"], options["stride"]), math.prod(w_shape[:3])
        with np.errstate(all="ignore"):
            e = ops.conv2d(h, w, b, padding_value=value, **options)
            dh = ops.conv2d_input_gradient(de, w, h_shape, **options)
            dw = ops.conv2d_weight_gradient(de, h, w_shape, padding_value=value, **options)
            sizes = naive.conv2d(abs(wide), abs(wide_w), abs(add), *how, abs(value))
            near(e, naive.conv2d(wide, wide_w, add, *how, value), sizes, terms, given.dtype)
            dh_size, dw_size = naive.conv2d_gradients(abs(errors), abs(wide), abs(wide_w), *how, abs(value))
            exact_h, exact_w = naive.conv2d_gradients(errors, wide, wide_w, *how, value)
            near(dh, exact_h, dh_size, terms * shape[3], given.dtype)
            near(dw, exact_w * mask, dw_size * mask, math.prod(shape[:3]), given.dtype)
        assert given.unchanged()


@property_of(40, 3000, givens(), st.tuples(*[st.integers(1, 40)] * 3), st.booleans())
def test_dense(given, sides, with_bias):
    n, channels, outputs = sides
    h, w, de = given(n, channels), given(channels, outputs), given(n, outputs)
    b = given(outputs) if with_bias else None
    wide, wide_w, errors = (array.astype(float) for array in (h, w, de))
    add = np.zeros(outputs) if b is None else b.astype(float)
    with np.errstate(all="ignore"):
        near(ops.dense(h, w, b), wide @ wide_w + add, abs(wide) @ abs(wide_w) + abs(add), channels, given.dtype)
        dh, dw, db = ops.dense_backward(de, h, w)
        near(dh, errors @ wide_w.T, abs(errors) @ abs(wide_w.T), outputs, given.dtype)
        near(dw, wide.T @ errors, abs(wide.T) @ abs(errors), n, given.dtype)
        near(db, errors.sum(0), abs(errors).sum(0), n, given.dtype)
    assert given.unchanged()


@property_of(
    40,
    3000,
    givens(),
    st.tuples(st.integers(1, 3), SIDES, SIDES, st.sampled_from([1, 3, 8, 16, 17, 33, 70])),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    STRIDES,
    st.booleans(),
)
def test_pooling(given, shape, size, stride, rectify):
    assume(size[0] <= shape[1] and size[1] <= shape[2] and math.prod(shape) <= 600)
    e = given(*shape)
    wide = e.astype(float)
    dh = given(*ops.pool_output_shape(shape, size, stride))
    errors, share = dh.astype(float), size[0] * size[1]
    h, where = ops.max_pool2d(e, size, stride, rectify)
    exact, back = naive.max_pool2d(wide, size, stride, rectify, errors)
    np.testing.assert_array_equal(h, exact)
    sizes = naive.max_pool2d(wide, size, stride, rectify, abs(errors))[1]
    near(ops.max_pool2d_backward(dh, where, shape, size, stride), back, sizes, share, given.dtype)
    exact, back = naive.average_pool2d(wide, size, stride, rectify, errors)
    sizes = naive.average_pool2d(abs(wide), size, stride, False, abs(errors))
    with np.errstate(all="ignore"):
        near(ops.average_pool2d(e, size, stride, rectify), exact, sizes[0], share, given.dtype)
        near(ops.average_pool2d_backward(dh, e, size, stride, rectify), back, sizes[1], share, given.dtype)
    exact, back = naive.decimate2d(wide, size, stride, rectify, errors)
    np.testing.assert_array_equal(ops.decimate2d(e, stride, rectify, size), exact)
    found = ops.decimate2d_backward(dh, e, stride, rectify, size)
    near(found, back, naive.decimate2d(abs(wide), size, stride, False, abs(errors))[1], share, given.dtype)
    assert given.unchanged()


@st.composite
def in_time(draw):
    frames, size, stride = draw(st.integers(1, 9)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    channels, outputs = draw(st.sampled_from([1, 3, 16, 20])), draw(st.sampled_from([1, 4, 17, 33]))
    return (draw(st.integers(1, 3)), frames, channels), (size, channels, outputs), draw(PADDINGS), stride


@property_of(40, 3000, givens(), in_time(), st.sampled_from([0.0, -1.0]))
def test_conv1d(given, case, value):
    h_shape, w_shape, padding, stride = case
    with contextlib.suppress(ValueError):
        shape = ops.conv1d_output_shape(h_shape, w_shape, padding, stride)
        assume(math.prod(shape) * math.prod(w_shape[:2]) <= MOST)
        h, w, b, de = given(*h_shape), given(*w_shape), given(shape[2]), given(*shape)
        options = {"padding": padding, "stride": stride, "padding_value": value}
        with np.errstate(all="ignore"):
            e = ops.conv1d(h, w, b, **options)
            dh, dw, db = ops.conv1d_backward(de, h, w, **options)
        ends = naive.pads(w_shape[0], padding)
        images = np.pad(h.astype(float), ((0, 0), ends, (0, 0)), constant_values=value)[:, :, None]
        kernels, errors = w.astype(float)[:, None], de.astype(float)[:, :, None]
        how = ((0, 0), (stride, 1))
        with np.errstate(all="ignore"):
            exact = naive.conv2d(images, kernels, b.astype(float), *how)[:, :, 0]
            size = naive.conv2d(abs(images), abs(kernels), abs(b.astype(float)), *how)[:, :, 0]
            near(e, exact, size, math.prod(w_shape[:2]), given.dtype)
            backs, sizes = (
                naive.conv2d_gradients(*arrays, *how)
                for arrays in ((errors, images, kernels), (abs(errors), abs(images), abs(kernels)))
            )
            inside = slice(ends[0], ends[0] + h_shape[1])
            near(dh, backs[0][:, inside, 0], sizes[0][:, inside, 0], math.prod(w_shape), given.dtype)
            near(dw, backs[1][:, 0], sizes[1][:, 0], shape[0] * shape[1], given.dtype)
            near(db, errors.sum((0, 1, 2)), abs(errors).sum((0, 1, 2)), shape[0] * shape[1], given.dtype)
        assert given.unchanged()


@property_of(25, 2000, givens(), st.tuples(st.integers(1, 2), SIDES, st.integers(1, 20)), st.sampled_from([1, 3, 5, 9]))
def test_local_response_norm(given, shape, n):
    given.kind = "normal" if given.kind in ("huge", "any size") else given.kind  # whose squares are too large
    h, beta, alpha = given(*shape), 0.75, 0.1
    out, _ = ops.local_response_norm(h, n, 2.0, alpha, beta)
    exact = naive.local_response_norm(h.astype(float), n, 2.0, alpha, beta)
    near(out, exact, abs(exact), 2 * n + 8, given.dtype)
    assert given.unchanged()


POINTWISE = {
    "relu": lambda e: max(e, 0.0),
    "leaky_relu": lambda e: e if e > 0 else 0.01 * e,
    "sigmoid": lambda e: 1 / (1 + math.exp(-e)) if e > -700 else 0.0,
    "tanh": math.tanh,
    "scaled_tanh": lambda e: 1.7159 * math.tanh(2 * e / 3),
    "unit_step": lambda e: float(e > 0),
    "signum": lambda e: float((e > 0) - (e < 0)),
}


@property_of(40, 3000, givens(), st.sampled_from(list(POINTWISE)), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_nonlinearities(given, name, shape):
    e = given(*shape)
    with np.errstate(all="ignore"):
        h = getattr(ops, name)(e)
    exact = np.reshape([POINTWISE[name](float(one)) for one in e.ravel()], e.shape)
    near(h, exact, abs(exact), 4, given.dtype)
    assert given.unchanged()
