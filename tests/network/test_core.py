"""Networks forward and backward, in training and in use."""

import numpy as np
import pytest
from spots import small

from cnnlab import layers as L
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


def test_a_step_that_cannot_be_trained_says_why():
    network = Network([L.Dense(2), L.UnitStep(), L.Dense(2)], (2,))
    with pytest.raises(L.NoGradient, match="Sigmoid"):
        network.loss_and_gradients(np.ones((1, 2)), np.array([0]), CrossEntropy())
