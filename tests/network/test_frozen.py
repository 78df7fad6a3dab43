"""Layers that are frozen: training leaves them as they are, and saves what it can of their work."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.gradcheck import check_network
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam
from cnnlab.training import fit


def network(frozen=(), dtype=np.float32):
    """Two convolutions with batch norm, wide enough to be trained step by step."""
    layers = [
        *(L.Standardise(), L.Conv2D(6, 3, padding="same", bias=None), L.BatchNorm(), L.ReLU(), L.MaxPool2D(2)),
        *(L.Conv2D(20, 3, bias=None), L.BatchNorm(), L.ReLU(), L.Flatten(), L.Dense(4)),
    ]
    made = Network(layers, (12, 12, 3), 0, dtype)
    for which in frozen:
        made[which].frozen = True
    return made


def batch(rng, dtype=np.float32):
    return rng.standard_normal((16, 12, 12, 3)).astype(dtype), np.arange(16) % 4


@pytest.mark.parametrize("frozen", [(1,), (1, 2), (5,), (1, 2, 5, 6), (1, 2, 5, 6, 9)])
@pytest.mark.parametrize("optimiser", [SGD(0.05, momentum=0.9, decay=0.1), Adam(0.01, decay=0.1)], ids=repr)
def test_fit_leaves_frozen_layers_as_they_are(rng, frozen, optimiser):
    x, y = batch(rng)
    net = network(frozen)
    before = net.weights()
    fit(net, x, y, loss=CrossEntropy(), optimiser=optimiser, epochs=2, batch=8, progress=False)
    for name, array in net.parameters.items():
        kept = np.array_equal(array, before[f"parameters/{name}"])
        assert kept == (int(name.partition(".")[0]) in frozen), name
    assert set(net.learned) == {name for name in net.parameters if int(name.partition(".")[0]) not in frozen}
    assert all((net.state[name] != before[f"state/{name}"]).any() for name in net.state), (
        "statistics follow all batches"
    )


@pytest.mark.parametrize("frozen", [(1,), (1, 2), (5,), (1, 2, 5), (1, 2, 5, 6)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_still_learns_gets_the_same_gradients_as_ever(rng, frozen, dtype):
    x, y = batch(rng, dtype)
    whole, some, layered = network(dtype=dtype), network(frozen, dtype), network(frozen, dtype)
    value, e = whole.loss_and_gradients(x, y, CrossEntropy())
    again, same = some.loss_and_gradients(x, y, CrossEntropy())
    assert again == value and np.array_equal(same, e)
    layered.backward(CrossEntropy().gradient(layered.forward(x, training=True), y))
    tolerance = 1e-11 if dtype == np.float64 else 3e-4
    for name in some.learned:
        np.testing.assert_array_equal(some.gradients[name], whole.gradients[name])
        np.testing.assert_allclose(
            layered.gradients[name], whole.gradients[name], rtol=0, atol=tolerance * np.abs(whole.gradients[name]).max()
        )


def test_below_the_lowest_layer_that_learns_no_gradient_is_computed(rng):
    x, y = batch(rng)
    net = network((1, 2))
    net.loss_and_gradients(x, y, CrossEntropy())
    assert not net.gradients["1.w"].any() and net.gradients["5.w"].any()
    net[1].frozen = net[2].frozen = False  # at any time
    net.loss_and_gradients(x, y, CrossEntropy())
    assert net.gradients["1.w"].any()
    net[1].frozen = True  # but something below it learns: its own gradient costs little
    net[2].frozen = False
    net.loss_and_gradients(x, y, CrossEntropy())
    assert net.gradients["2.gamma"].any()


def test_a_small_network_is_frozen_too(rng):
    x, y = rng.standard_normal((30, 5)).astype(np.float32), np.arange(30) % 2
    net = Network([L.Dense(8), L.Tanh(), L.Dense(2)], 5)
    net[0].frozen = True
    before = net.weights()
    fit(net, x, y, loss=MSE(), optimiser=SGD(0.05), epochs=2, batch=1, progress=False)
    assert np.array_equal(net.parameters["0.w"], before["parameters/0.w"])
    assert not np.array_equal(net.parameters["2.w"], before["parameters/2.w"])


def test_a_network_keeps_what_is_frozen_in_its_file(tmp_path):
    net = network((1, 6))
    net.save(tmp_path / "some.npz")
    again = Network.load(tmp_path / "some.npz")
    assert [layer.frozen for layer in again] == [layer.frozen for layer in net]
    assert again.config() == net.config() and "frozen" not in again.config()["layers"][2]


def test_gradients_of_frozen_layers_are_not_checked(rng):
    net = Network([L.Dense(3), L.Tanh(), L.Dense(2)], 4, dtype=np.float64)
    net[0].frozen = True
    errors = check_network(net, MSE(), rng.standard_normal((3, 4)), rng.standard_normal((3, 2)))
    assert set(errors) == {"2.w", "2.b"} and max(errors.values()) < 1e-6
