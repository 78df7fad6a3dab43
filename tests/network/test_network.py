"""Networks: forward and backward through all layers, counts, summaries, and input that cannot be right."""

import re

import numpy as np
import pytest
from spots import small

from cnnlab import layers as L
from cnnlab import models
from cnnlab.analysis import receptive
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network


def test_all_gradients_are_the_derivatives_of_the_loss(rng):
    network = Network(
        [L.Conv2D(3, 3, stride=2, padding="same"), L.ScaledTanh(), L.Flatten(), L.Dense(4), L.Sigmoid(), L.Dense(3)],
        (5, 6, 2),
        rng=1,
        dtype=np.float64,
    )
    x, y, loss = rng.normal(size=(4, 5, 6, 2)), np.array([0, 2, 1, 1]), CrossEntropy()
    value, e = network.loss_and_gradients(x, y, loss)
    assert value == pytest.approx(loss(network.forward(x), y), rel=1e-14)
    np.testing.assert_allclose(e, network.forward(x), rtol=1e-13, atol=1e-14)
    gradients = {name: array.copy() for name, array in network.gradients.items()}
    for name, u in network.parameters.items():
        for index in list(np.ndindex(u.shape))[::7]:
            kept = u[index]
            values = []
            for step in (1e-6, -1e-6):
                u[index] = kept + step
                values.append(loss(network.forward(x), y))
            u[index] = kept
            assert gradients[name][index] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-6, abs=1e-9), name


def test_backward_gives_the_gradient_of_the_input_only_when_asked(rng):
    network, x, loss = small(), rng.normal(size=(3, 6, 6, 2)), MSE()
    y = rng.normal(size=(3, 3))
    e = network.forward(x)
    assert network.backward(loss.gradient(e, y)) is None
    without = {name: array.copy() for name, array in network.gradients.items()}
    e = network.forward(x)
    dx = network.backward(loss.gradient(e, y), need_input=True)
    for name, array in network.gradients.items():
        np.testing.assert_array_equal(array, without[name])
    step = np.zeros_like(x)
    step[1, 2, 3, 1] = 1e-6
    slope = (loss(network.forward(x + step), y) - loss(network.forward(x - step), y)) / 2e-6
    assert dx[1, 2, 3, 1] == pytest.approx(slope, rel=1e-6)


def test_training_leaves_out_the_input_gradient_of_the_first_layer(rng, monkeypatch):
    network, asked = small(), {}
    for layer in network:

        def backward(d, need_input, layer=layer, true=layer._backward):
            asked[layer.name] = need_input
            return true(d, need_input)

        monkeypatch.setattr(layer, "_backward", backward)
    network.loss_and_gradients(rng.normal(size=(2, 6, 6, 2)), np.array([0, 1]), CrossEntropy())
    # pool1, before the first layer that learns, is not visited; that layer is not asked; everything above is.
    assert asked.pop("conv1") is False and "pool1" not in asked
    assert len(asked) == 8 and all(asked.values())


def test_predict_leaves_what_backward_needs(rng):
    """Every kind of layer that keeps something: a picture drawn between forward and backward changes no gradient."""
    kinds = [
        L.Standardise(),
        L.Conv2D(4, 3, padding="same"),
        L.BatchNorm(),
        L.PReLU(),
        L.MaxPool2D(2),
        L.LocalResponseNorm(),
        L.Conv2D(3, 3, padding="same"),
        L.Tanh(),
        L.AveragePool2D(2),
        L.Flatten(),
        L.Dropout(0.3),
        L.Dense(3),
    ]
    network, loss = Network(kinds, (9, 9, 2), rng=1, dtype=np.float64), CrossEntropy()
    x, y = rng.normal(size=(6, 9, 9, 2)), np.arange(6) % 3
    de = loss.gradient(network.forward(x, training=True), y)
    found = []
    for _ in range(2):
        network.backward(de)
        found.append({name: array.copy() for name, array in network.gradients.items()})
        network.predict(x[:4] + 1)
        receptive.activations(network, x[:1])
    assert all(np.array_equal(array, found[1][name]) for name, array in found[0].items())


def test_predict_in_batches_is_forward_at_once(rng):
    network, x = small(np.float32), rng.normal(size=(7, 6, 6, 2)).astype(np.float32)
    np.testing.assert_allclose(network.predict(x, batch=3), network.forward(x), rtol=1e-5)
    np.testing.assert_array_equal(network.classify(x), network.forward(x).argmax(1))
    one = Network([L.Dense(1)], (2,), rng=0)
    z = rng.normal(size=(9, 2)).astype(np.float32)
    np.testing.assert_array_equal(one.classify(z), one.predict(z)[:, 0] > 0)


def test_the_dtype_of_the_network_decides(rng):
    for dtype in (np.float32, np.float64):
        network = small(dtype)
        assert all(array.dtype == dtype for array in network.parameters.values())
        assert network.forward(rng.normal(size=(1, 6, 6, 2))).dtype == dtype


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


def test_the_summary_is_a_table_whose_columns_add_up():
    network = models.zip_code_1989()
    summary = network.summary()
    lines = repr(summary).splitlines()
    assert [cell.strip() for cell in re.split(r"\s{2,}", lines[0])] == [
        "layer",
        "settings",
        "output",
        "parameters",
        "connections",
        "multiply-adds",
    ]
    assert all(words in lines[3] for words in ("conv1", "12 of 5 x 5, stride 2", "8 x 8 x 12", "1,068"))
    assert lines[-1].split()[-3:] == ["9,760", "64,660", "63,660"] and "1,256 units" in lines[-1]
    for column, total in zip((3, 4, 5), (9760, 64660, 63660), strict=True):
        assert sum(row[column] for row in summary.rows) == total
    assert max(map(len, lines)) <= 110, "wider than a notebook on a laptop"


# Weights


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


# Bad input

X = np.zeros((2, 6, 6, 2), np.float32)


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (X[0], ValueError, r"x must have shape \(N, 6, 6, 2\).*got \(6, 6, 2\) \(one sample alone\? give x\[None\]\)"),
        (X[..., :1], ValueError, r"\(N, 6, 6, 2\).*got \(2, 6, 6, 1\)"),
        (X[:0], ValueError, r"x must not be empty; got an array of shape \(0, 6, 6, 2\)"),
        (X.astype(np.uint8), TypeError, r"x must hold float32 or float64 numbers; got dtype uint8.*astype"),
        (X.astype(complex), TypeError, "x must hold float32.*complex128"),
        (X > 0, TypeError, "x must hold float32.*bool"),
        (np.where(np.arange(2)[:, None, None, None] == 1, np.nan, X), ValueError, "x must be finite; 1 of 2.*sample 1"),
        (X + np.inf, ValueError, "x must be finite; 2 of 2 samples.*sample 0"),
        (X + np.array(1e300), ValueError, "x must be finite; 2 of 2 samples.*too large for float32.*sample 0"),
    ],
)
def test_inputs_that_cannot_be_right_are_named(x, error, words):
    network = small(np.float32)
    for use in (
        network.forward,
        network.predict,
        network.classify,
        lambda x: network.loss_and_gradients(x, np.zeros(len(x), int), CrossEntropy()),
    ):
        with pytest.raises(error, match=words):
            use(x)


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


def test_a_step_that_cannot_be_trained_says_why():
    network = Network([L.Dense(2), L.UnitStep(), L.Dense(2)], (2,))
    with pytest.raises(L.NoGradient, match="Sigmoid"):
        network.loss_and_gradients(np.ones((1, 2)), np.array([0]), CrossEntropy())
