"""NaN and infinity in weights and errors meet the zeros of a border, in compiled steps and in networks in use, too."""

import itertools

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.losses import MSE
from cnnlab.network import Network
from cnnlab.network.executor import Executor
from cnnlab.optimisers import SGD

pytestmark = pytest.mark.skipif(DISABLED, reason="without machine code there is nothing to compare with the layers")

BAD = [np.nan, np.inf, -np.inf]
DTYPES = [np.float32, np.float64]
CASES = {  # sides, channels, outputs, kernel, options; what stands behind
    "small": ((5, 6, 3), 4, 5, {"padding": 2}, []),
    "many maps": ((9, 9, 20), 40, 3, {"padding": "same"}, [L.ReLU(), L.MaxPool2D(2)]),
    "narrow": ((4, 4, 1), 3, (3, 2), {"padding": "full"}, [L.ReLU()]),
    "a border alone": ((1, 1, 2), 4, 5, {"padding": 2}, []),
    "blind windows": ((3, 3, 2), 4, 2, {"padding": 3}, []),
    "stride": ((7, 8, 2), 6, 3, {"padding": 1, "stride": 2}, [L.ReLU()]),
    "groups": ((5, 5, 4), 8, 3, {"padding": "same", "groups": 2}, []),
    "units": ((5, 5, 2), 3, 3, {"padding": "same", "bias": "unit"}, [L.ReLU()]),
}


class Given:
    """A loss whose gradient is given."""

    def __init__(self, de):
        self.de = de

    def __call__(self, e, y):
        return 0.0

    def gradient(self, e, y):
        return self.de


def network_of(name, dtype, *behind):
    shape, filters, size, options, rest = CASES[name]
    layers = [L.Conv2D(filters, size, **options), *behind, *(type(layer)(**layer.config()) for layer in rest)]
    return Network(layers, shape, 0, dtype)


def same_kinds(found, expected):
    for kind in (np.isnan, np.isposinf, np.isneginf):
        np.testing.assert_array_equal(kind(found), kind(expected))
    fine = np.isfinite(expected)
    np.testing.assert_allclose(found[fine], expected[fine], rtol=1e-4, atol=1e-4)


def places(w):
    """One weight of every tap, between inputs and outputs that are connected."""
    for p, q in itertools.product(*map(range, w.shape[:2])):
        yield p, q, (p + q) % max(1, w.shape[2] // 2), (p * q) % max(1, w.shape[3] // 2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", CASES)
def test_weights_that_are_not_finite_meet_the_zeros_of_a_border(rng, name, bad, dtype):
    network = network_of(name, dtype)
    steps, w = Executor(network, network._flat, 3), network[0].parameters["w"]
    x = rng.standard_normal((3, *network.input_shape)).astype(dtype)
    for place in places(w):
        kept, w[place] = w[place], bad
        with np.errstate(all="ignore"):
            expected = network._predict(x)
        assert not np.isfinite(expected).all() or isinstance(network[-1], L.ReLU)
        _, e = steps.loss_and_gradients(x, None, Given(np.zeros_like(expected)))
        same_kinds(e, expected)
        for count in (1, 3):  # one image has its kernels packed on the way
            same_kinds(network.predict(x[:count]), expected[:count])
        w[place] = kept
    with np.errstate(all="raise"):
        same_kinds(network.predict(x), network._predict(x))


@pytest.mark.parametrize("bad", BAD)
def test_many_images_share_kernels_that_are_not_finite(rng, bad):
    network = Network([L.Conv2D(4, 3, padding=1)], (40, 40, 3))
    x, w = rng.standard_normal((150, 40, 40, 3)).astype(np.float32), network[0].parameters["w"]
    w[0, 2, 1, 3] = bad
    with np.errstate(all="ignore"):
        same_kinds(network.predict(x), network._predict(x))


@pytest.mark.parametrize("bad", BAD)
def test_a_border_of_time_and_a_folded_batch_normalisation_are_no_exception(rng, bad):
    for layers, shape in (
        ([L.Conv1D(3, 4, padding="same")], (9, 2)),
        ([L.Conv2D(5, 3, padding="same"), L.BatchNorm(), L.ReLU()], (6, 6, 2)),
    ):
        network = Network(layers, shape)
        x = rng.standard_normal((2, *shape)).astype(np.float32)
        for p in range(network[0].parameters["w"].shape[0]):
            network[0].parameters["w"][p, 0] = bad
            with np.errstate(all="ignore"):
                expected, found = network._predict(x), network.predict(x)
            np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
            network[0].parameters["w"][p, 0] = 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("name", CASES)
def test_errors_that_are_not_finite_meet_the_zeros_of_a_border(rng, name, bad, dtype):
    network = network_of(name, dtype)
    steps = Executor(network, network._flat, 3)
    x = rng.standard_normal((3, *network.input_shape)).astype(dtype)
    e = network.forward(x, training=True)
    for m, k in itertools.product({0, e.shape[1] // 2, e.shape[1] - 1}, {0, e.shape[2] - 1}):
        de = rng.standard_normal(e.shape).astype(dtype)
        de[1, m, k] = bad
        steps.loss_and_gradients(x, None, Given(de))
        found = {key: array.copy() for key, array in network.gradients.items()}
        with np.errstate(all="ignore"):
            network.forward(x, training=True)
            network.backward(de)
        for key, array in network.gradients.items():
            same_kinds(found[key], array)


def test_steps_without_python_in_between_meet_the_zeros_of_a_border(rng):
    network = Network([L.Conv2D(2, 3, padding=1), L.ReLU(), L.Flatten(), L.Dense(1)], (4, 4, 1))
    x, y = rng.uniform(1, 2, (2, 4, 4, 1)).astype(np.float32), np.zeros((2, 1), np.float32)
    rows, etas = np.arange(2), np.full(1, 0.1)
    for place in itertools.product(range(3), range(3), [0], [1]):
        network[0].parameters["w"][...] = 0.1
        network[0].parameters["w"][place] = -np.inf  # times pixels above zero, and rectified, nothing is left of it
        losses, _ = network.descent(x, y, MSE(), SGD(0.1), 2)(rows, etas)
        assert np.isnan(losses[0]) != (place[:2] == (1, 1)), place  # the middle weight never sees the border


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_of_minus_infinity_is_0_wherever_it_stands(rng, dtype):
    for before in ([], [L.Tanh()], [L.LocalResponseNorm(alpha=0)], [L.Dense(3)]):
        network = Network([*before, L.ReLU(), L.LeakyReLU(), L.ReLU()], (3,), 0, dtype)
        x = np.array([[-np.inf, np.nan, 1.0]], dtype)
        with np.errstate(all="ignore"):
            expected = network._predict(x)
        steps = Executor(network, network._flat, 1)
        _, e = steps.loss_and_gradients(x, None, Given(np.ones_like(x)))
        same_kinds(e, expected)
        in_use = np.zeros_like(e)
        network._ways_forward().predict(x, in_use)
        same_kinds(in_use, expected)
