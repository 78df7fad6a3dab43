"""The way back through whole networks: every gradient is a central difference of the way forward."""

import naive
import numpy as np
import pytest

from cnnlab import layers as of
from cnnlab.analysis.whole import WayBack, close_up
from cnnlab.gradcheck import relative_error
from cnnlab.network import Network

TABLE = np.array([[1, 0], [1, 1]], bool)
NETWORKS = {  # no two numbers are equal in a window of max pooling: there the slope would have two sides
    "maximum": (
        (of.Conv2D(3, 3), of.MaxPool2D(2), of.ReLU(), of.Conv2D(4, 2), of.Tanh(), of.Flatten(), of.Dense(3)),
        1,
    ),
    "average": (
        (
            of.Conv2D(2, 3, padding="same"),
            of.AveragePool2D(2, rectify=True),
            of.Flatten(),
            of.Dense(5),
            of.LeakyReLU(),
            of.Dense(4),
        ),
        2,
    ),
    "decimation": (
        (
            of.Conv2D(2, (2, 3), stride=2, padding=1),
            of.Sigmoid(),
            of.Decimate2D(2),
            of.Flatten(),
            of.Dense(2),
            of.ScaledTanh(),
        ),
        3,
    ),
    "part of the maps": (
        (of.Conv2D(2, 3, bias="unit"), of.Conv2D(2, 3, connections=TABLE), of.PReLU(), of.Flatten(), of.Dense(2)),
        1,
    ),
    "no convolution": ((of.Flatten(), of.Dense(4), of.ReLU(), of.Dense(3)), 1),
}


def made(name, rng, function=None):
    stack, channels = NETWORKS[name]
    stack = [of.from_config(of.to_config(layer)) for layer in stack]
    network = Network(stack, (9, 8, channels), rng=0, dtype=np.float64)
    for array in network.parameters.values():
        array += 0.1 * rng.standard_normal(array.shape)
    way = WayBack(network, function)
    start = rng.standard_normal(network.output_shape[0])
    x = rng.uniform(-1, 1, network.input_shape)
    return network, way, x, start


def input_gradient(de, w, h_shape, stride):
    """As a learner may write it."""
    dh, (P, Q) = np.zeros(h_shape), w.shape[:2]
    for p, q in np.ndindex(P, Q):
        i, j = P - 1 - p, Q - 1 - q
        rows, columns = (slice(k, k + side * stride, stride) for k, side in ((i, de.shape[1]), (j, de.shape[2])))
        dh[:, rows, columns] += de @ w[p, q].T
    return dh


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_on_the_way_is_a_central_difference(name, rng):
    network, way, x, start = made(name, rng)
    back = way.back(x, start)
    np.testing.assert_allclose(back.forward.scores, network.predict(x[None])[0], atol=1e-12)
    for number in range(len(network) + 1):
        h, found = back.out[number], back.d[number]
        slope = np.empty(h.shape)
        for place in np.ndindex(*h.shape):
            both = np.repeat(h[None], 2, axis=0)
            both[(0, *place)] += 1e-6
            both[(1, *place)] -= 1e-6
            for layer in list(network)[number:]:
                both = layer.predict(both)
            slope[place] = start @ (both[0] - both[1]) / 2e-6
        assert found.shape == h.shape and relative_error(found, slope) < 1e-6, number
    assert way.nudged(x, (4, 3, 0), lambda s: s @ start) == pytest.approx(back.dx[4, 3, 0], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", NETWORKS)
def test_one_step_from_close_by_adds_up(name, rng):
    network, way, x, start = made(name, rng)
    back = way.back(x, start)
    for number, layer in enumerate(network):
        found = close_up(back, number)
        assert found.total == back.d[number].size and found.passed == np.count_nonzero(back.d[number])
        if found.kind == "convolution":
            de, dh = found.arrives, np.abs(back.d[number]).sum(axis=(0, 1))
            assert found.channel == dh.argmax()
            w = found.meets[:, :, None]  # one input channel
            h = np.zeros((1, *layer.input_shape[:2], 1))
            expected = naive.conv2d_gradients(de[None], h, w, layer.padding, layer.stride)[0][0]
            np.testing.assert_allclose(found.goes_on, expected, atol=1e-12)
        elif found.kind == "gate":
            np.testing.assert_allclose(found.goes_on, found.arrives * found.meets, atol=1e-12)
        elif found.kind == "fully connected":
            np.testing.assert_allclose(found.goes_on, found.meets @ found.arrives, atol=1e-12)
        else:
            assert found.goes_on.sum() == pytest.approx(found.arrives.sum()) or layer.rectify
        if found.kind == "pooling" and isinstance(layer, of.MaxPool2D):
            assert (found.goes_on != 0).sum() == (found.arrives != 0).sum()


def test_the_network_and_what_it_remembers_stay_as_they_were(rng):
    network, way, x, start = made("maximum", rng)
    network.forward(x[None])
    network.backward(start[None])
    kept = {name: array.copy() for name, array in network.gradients.items()}
    way.back(-x, 2 * start)
    network.backward(start[None])
    assert all((network.gradients[name] == array).all() for name, array in kept.items())
    before = way.back(x, start).dx
    network.parameters["0.w"][:] = 0
    np.testing.assert_array_equal(WayBack(network).back(x, start).dx, 0 * before)
    np.testing.assert_array_equal(way.back(x, start).dx, before)


@pytest.mark.parametrize("name", ["maximum", "average", "decimation", "part of the maps"])
def test_a_learners_function_carries_the_errors_through_every_convolution(name, rng):
    _, way, x, start = made(name, rng)
    right = way.back(x, start)
    _, mine, _, _ = made(name, np.random.default_rng(0), input_gradient)
    mine.network.set_weights(way.network.weights())
    found = mine.back(x, start)
    assert not found.trouble
    np.testing.assert_allclose(found.dx, right.dx, atol=1e-12)


def test_a_wrong_function_shows_and_one_that_fails_says_why(rng):
    network, way, x, start = made("maximum", rng)
    right = way.back(x, start).dx
    unflipped = WayBack(network, lambda de, w, shape, s: input_gradient(de, w[::-1, ::-1], shape, s)).back(x, start)
    assert not unflipped.trouble and relative_error(unflipped.dx, right) > 0.1
    failed = WayBack(network, lambda de, w, shape, s: de).back(x, start)
    assert failed.trouble.startswith("conv2: Your function gave an array of shape") and np.isnan(failed.dx).all()
    assert np.isfinite(failed.d[4]).all(), "what came before the function is there"


@pytest.mark.parametrize(
    ("network", "error", "words"),
    [
        (3, TypeError, "network must be a Network; got int"),
        (Network([of.Conv2D(2, 3), of.BatchNorm(), of.Flatten(), of.Dense(2)], (5, 5, 1)), ValueError, "BatchNorm"),
        (Network([of.Flatten(), of.UnitStep(), of.Dense(2)], (5, 5, 1)), ValueError, "steps of unitstep1"),
        (Network([of.Conv2D(2, 3)], (5, 5, 1)), ValueError, "must end in a vector of scores"),
        (Network([of.Dense(2)], (5,)), ValueError, "must take images"),
    ],
)
def test_what_has_no_way_back_gets_a_sentence(network, error, words):
    with pytest.raises(error, match=words):
        WayBack(network)


def test_two_strides_are_too_many_for_a_function():
    network = Network([of.Conv2D(2, 3, stride=(1, 2)), of.Flatten(), of.Dense(2)], (5, 5, 1))
    with pytest.raises(ValueError, match="function takes one stride; conv1 has two"):
        WayBack(network, input_gradient)
