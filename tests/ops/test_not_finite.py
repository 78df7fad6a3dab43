"""NaN and infinity go through: whatever they are combined with shows it, wherever they lie."""

import itertools

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab import ops
from cnnlab.losses import MSE
from cnnlab.network import Network

DTYPES = [np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 5, 16, 70])
@pytest.mark.parametrize("rectify", [False, True])
def test_max_pooling_shows_nan_in_every_place_of_a_window(rng, dtype, channels, rectify):
    start = rng.normal(size=(1, 3, 3, channels)).astype(dtype)
    for m, k in itertools.product(range(3), range(3)):
        e, hit = start.copy(), np.arange(channels) % 3 == (m + k) % 3
        e[0, m, k, hit] = np.nan
        h, where = ops.max_pool2d(e, 3, 1, rectify)
        expected = np.maximum(start.max((1, 2)), 0 if rectify else -np.inf)
        expected[0, hit] = np.nan
        np.testing.assert_array_equal(h[:, 0, 0], expected)
        assert (where[0, 0, 0, hit] == 3 * m + k).all()
        e[0, 2, 2] = np.nan  # of several the first stays
        h, where = ops.max_pool2d(e, 3, 1, rectify)
        assert np.isnan(h).all() and (where[0, 0, 0, hit] == 3 * m + k).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("sides", "padding"), [((5, 6), 2), ((1, 1), 2), ((9, 9), "same")])
def test_weights_that_are_not_finite_meet_the_zeros_of_a_border(rng, dtype, bad, sides, padding):
    h, w = rng.normal(size=(2, *sides, 16)).astype(dtype), rng.normal(size=(5, 5, 16, 3)).astype(dtype)
    for p, q in itertools.product(range(5), range(5)):
        hurt = w.copy()
        hurt[p, q, 7, 1] = bad
        with np.errstate(all="ignore"):
            e = ops.conv2d(h, hurt, padding=padding)
            framed = np.pad(h, ((0, 0), (2, 2), (2, 2), (0, 0)))
            expected = ops.conv2d(framed, hurt)
        np.testing.assert_array_equal(np.isnan(e), np.isnan(expected))
        np.testing.assert_array_equal(np.isinf(e), np.isinf(expected))
        assert not np.isfinite(e[..., 1]).any() and np.isfinite(e[..., [0, 2]]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_errors_that_are_not_finite_meet_the_zeros_of_a_border(rng, bad):
    h, de = rng.normal(size=(2, 6, 6, 16)).astype(np.float32), rng.normal(size=(2, 6, 6, 3)).astype(np.float32)
    for m, k in itertools.product((0, 3, 5), (0, 3, 5)):
        hurt = de.copy()
        hurt[1, m, k, 1] = bad
        with np.errstate(all="ignore"):
            dw = ops.conv2d_weight_gradient(hurt, h, (5, 5, 16, 3), padding=2)
        assert not np.isfinite(dw[..., 1]).any() and np.isfinite(dw[..., [0, 2]]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_errors_whose_windows_see_nothing_but_a_border_are_not_lost(rng, bad):
    h, de = rng.normal(size=(1, 3, 3, 2)), rng.normal(size=(1, 8, 8, 3))
    de[0, 0, 7, 1] = bad
    with np.errstate(all="ignore"):
        dw = ops.conv2d_weight_gradient(de, h, (2, 2, 2, 3), padding=3)
    assert np.isnan(dw[..., 1]).all() and np.isfinite(dw[..., [0, 2]]).all()


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "scaled_tanh", "unit_step", "signum"])
def test_nonlinearities_do_not_hide_nan(name):
    e = np.array([-1.0, np.nan, 0.0, 2.0], np.float32)
    h = getattr(ops, name)(e)
    assert h.dtype == np.float32 and np.isnan(h[1]) and np.isfinite(h[[0, 2, 3]]).all()


MIDDLES = {
    "max pooling": [L.MaxPool2D(2)],
    "overlapping max pooling": [L.MaxPool2D(3, 1)],
    "rectified max pooling": [L.MaxPool2D(2, rectify=True)],
    "average pooling": [L.AveragePool2D(2)],
    "convolution and pooling": [L.Conv2D(8, 3, padding="same"), L.ReLU(), L.MaxPool2D(2)],
    "batch norm and pooling": [L.BatchNorm(), L.ReLU(), L.MaxPool2D(2)],
    "responses": [L.LocalResponseNorm()],
    "relu": [L.ReLU()],
    "leaky relu": [L.LeakyReLU()],
    "tanh": [L.Tanh()],
    "scaled tanh": [L.ScaledTanh()],
    "sigmoid": [L.Sigmoid()],
}


@pytest.mark.parametrize("name", MIDDLES)
def test_nan_goes_through_compiled_networks_and_layers(rng, name):
    x = rng.normal(size=(2, 4, 4, 4)).astype(np.float32)
    for m, k in itertools.product(range(4), range(4)):
        net = Network([*map(copied, MIDDLES[name]), L.Flatten(), L.Dense(1)], (4, 4, 4))
        hurt = x.copy()
        hurt[1, m, k, 2] = np.nan
        value, _ = net.loss_and_gradients(hurt, np.zeros(2), MSE(), checked=True)
        assert np.isnan(value)
        net.set_weights(Network([*map(copied, MIDDLES[name]), L.Flatten(), L.Dense(1)], (4, 4, 4)).weights())
        in_use, e = net._ways_forward(), np.zeros((2, 1), np.float32)
        if in_use is not None:
            in_use.predict(hurt, e)
            assert np.isnan(e[1]) and np.isfinite(e[0])
        assert np.isnan(net._predict(hurt)[1]) and np.isfinite(net._predict(hurt)[0])


def copied(layer):
    return type(layer)(**layer.config())
