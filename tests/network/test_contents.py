"""What a network is made of: layers, names, counts, weights."""

import numpy as np
import pytest
from spots import small

from cnnlab import layers as L
from cnnlab.network import Network


def test_the_same_seed_gives_the_same_weights():
    one, two, other = small(rng=4), small(rng=4), small(rng=5)
    assert all(np.array_equal(u, two.parameters[name]) for name, u in one.parameters.items())
    assert not np.array_equal(one.parameters["1.w"], other.parameters["1.w"])


def test_layers_have_names_and_numbers():
    network = small()
    assert [layer.name for layer in network][:5] == ["pool1", "conv1", "norm1", "prelu1", "pool2"]
    assert network["dense2"] is network[9] is list(network)[-1] and len(network) == 10
    assert list(network.parameters)[:3] == ["1.w", "1.b", "2.gamma"]
    assert list(network.gradients) == list(network.parameters)
    with pytest.raises(KeyError, match="no layer is called 'conv9'; there are pool1, conv1"):
        network["conv9"]


def test_counts_are_sums_over_layers():
    network = Network([L.Conv2D(4, 3), L.ReLU(), L.MaxPool2D(2), L.Flatten(), L.Dense(5)], (6, 6, 2))
    conv, dense = 3 * 3 * 2 * 4, 2 * 2 * 4 * 5
    assert network.parameter_count == conv + 4 + dense + 5
    assert network.connection_count == conv * 16 + 4 * 16 + dense + 5
    assert network.multiply_adds == conv * 16 + dense
    assert network.unit_count == 6 * 6 * 2 + 4 * 4 * 4 + 5


def test_weights_are_copies_and_can_be_put_back(rng):
    network, x = small(), rng.normal(size=(4, 6, 6, 2))
    before, said = network.weights(), network.forward(x)
    for array in network.parameters.values():
        array += 1
    assert not np.array_equal(network.forward(x), said)
    network.set_weights(before)
    np.testing.assert_array_equal(network.forward(x), said)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.pop("parameters/1.w"), r"parameters/1\.w is missing"),
        (lambda w: w.update({"parameters/99.w": np.ones(1)}), r"parameters/99\.w is unknown"),
        (lambda w: w.update({"parameters/1.b": np.ones(9)}), r"parameters/1\.b must have shape \(4,\); got \(9,\)"),
    ],
)
def test_weights_that_do_not_fit_change_nothing(change, words):
    network = small()
    before, weights = network.weights(), network.weights()
    for array in weights.values():
        array += 1
    change(weights)
    with pytest.raises(ValueError, match=words):
        network.set_weights(weights)
    assert all(np.array_equal(array, network.weights()[name]) for name, array in before.items())


def built():
    layer = L.Dense(3)
    Network([layer], (2,))
    return layer


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Network([], (2,)), ValueError, "layers must hold at least one layer"),
        (lambda: Network([L.ReLU], (2,)), TypeError, r"number 0 is .*; did you mean ReLU\(\)\?"),
        (lambda: Network([L.ReLU(), "relu"], (2,)), TypeError, "number 1 is 'relu'"),
        (lambda: Network([built()], (2,)), ValueError, "layers must be new; number 0, Dense 3 units, is in a network"),
        (
            lambda: Network([L.Conv2D(2, 3), L.Conv2D(2, 5)], (6, 6, 1)),
            ValueError,
            "layer 1, Conv2D 2 of 5 x 5, cannot",
        ),
        (lambda: Network([L.Dense(3)], (6, 6, 1)), ValueError, "layer 0, Dense 3 units, cannot take.*Flatten"),
        (lambda: Network([L.Dense(3)], (0,)), ValueError, "input_shape must be a whole number of at least 1"),
        (lambda: Network([L.Dense(3)], (2.5,)), TypeError, "input_shape must be"),
        (
            lambda: Network([L.Dense(3)], (2,), dtype=np.float16),
            TypeError,
            "dtype must be float32 or float64; got float16",
        ),
    ],
)
def test_networks_that_cannot_be_are_explained(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_the_same_layer_twice_is_refused():
    layer = L.Dense(2)
    with pytest.raises(ValueError, match="number 1, Dense 2 units, is in a network already"):
        Network([layer, layer], (2,))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda w: w.astype(complex), "must hold float32 numbers; got complex128"),
        (lambda w: np.zeros(w.shape, "M8[s]"), "must hold float32 numbers; got datetime64"),
        (lambda w: w.astype(str), "must hold float32 numbers; got <U"),
        (lambda w: np.full(w.shape, 1e300), "not finite in float32"),
    ],
)
def test_weights_of_another_kind_or_size_are_refused_and_nothing_is_changed(wrong, words):
    network = Network([L.Dense(2), L.BatchNorm()], (3,))
    before = network.weights()
    for name in before:
        with pytest.raises(ValueError, match=f"weights: {name} .*{words}"):
            network.set_weights({n: wrong(a) if n == name else a + 1 for n, a in before.items()})
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([L.Flatten()], (2**30, 2**30, 1), "input_shape must be that of one sample, at most 2,147,483,648 numbers"),
        ([L.Flatten()], (), "input_shape must be that of one sample"),
        ([L.MaxPool2D(2), L.Conv2D(2, 3, padding=10**6)], (9, 9, 1), r"layer 1, .*, must give at most 2,147,483,648"),
    ],
)
def test_layers_that_no_memory_could_hold_are_refused_by_name(layers, shape, words):
    with pytest.raises(ValueError, match=words):
        Network(layers, shape)
