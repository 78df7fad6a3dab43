"""The historical networks: the published counts, layer by layer."""

import numpy as np
import pytest

from cnnlab import models
from cnnlab.losses import MSE
from cnnlab.models.zip_code import connections
from cnnlab.optimisers import SGD
from cnnlab.training import fit


def test_the_zip_code_network_has_the_papers_counts():
    network = models.zip_code_1989()
    assert network.parameter_count == 9760 and network.unit_count == 1256 and network.connection_count == 64660
    layers = {
        name: (shape, int(np.prod(shape)), connections, parameters)
        for name, _, shape, parameters, connections, _ in network.summary().rows
        if connections
    }
    assert layers == {
        "conv1": ((8, 8, 12), 768, 19968, 1068),
        "conv2": ((4, 4, 12), 192, 38592, 2592),
        "dense1": ((30,), 30, 5790, 5790),
        "dense2": ((10,), 10, 310, 310),
    }


def test_the_fully_connected_network_of_the_comparison_has_the_papers_count():
    network = models.zip_code_dense()
    assert network.parameter_count == network.connection_count == 10690
    assert network.output_shape == (10,) and [layer.units for layer in network if hasattr(layer, "units")] == [40, 10]


def test_each_map_of_h2_looks_at_eight_maps_of_h1():
    table = connections()
    assert table.shape == (12, 12) and (table.sum(axis=0) == 8).all() and (table.sum(axis=1) == 8).all()
    assert [sorted(np.flatnonzero(table[:, d])) for d in (0, 4, 8)] == [
        list(range(8)),
        list(range(4, 12)),
        [0, 1, 2, 3, 8, 9, 10, 11],
    ]


def test_weights_that_are_not_connected_stay_zero_in_training(rng):
    network, outside = models.zip_code_1989(), ~connections()
    x = rng.uniform(-1, 1, (8, 16, 16, 1)).astype(np.float32)
    fit(network, x, np.arange(8), loss=MSE(-1, 1), optimiser=SGD(0.1, momentum=0.5), epochs=2, batch=2)
    w = network["conv2"].parameters["w"]
    assert (w[:, :, outside] == 0).all() and (w[:, :, ~outside] != 0).all()


def test_first_weights_are_uniform_in_the_papers_bounds():
    network = models.zip_code_1989(1)
    for name, inputs in (("conv1", 25), ("conv2", 200), ("dense1", 192), ("dense2", 30)):
        w = network[name].parameters["w"]
        w = w[w != 0]
        assert np.abs(w).max() <= 2.4 / inputs and np.abs(w).max() > 0.95 * 2.4 / inputs
        assert w.std() == pytest.approx(2.4 / inputs / np.sqrt(3), rel=0.15)
        assert (network[name].parameters["b"] == 0).all()


def test_paper_surrounds_the_image():
    """Around the image lies paper, -1: an image of paper gives the same everywhere in H1, right up to the border."""
    network = models.zip_code_1989()
    h1 = network["conv1"].forward(np.full((1, 16, 16, 1), -1, np.float32))
    np.testing.assert_allclose(h1, np.broadcast_to(h1[:, :1, :1], h1.shape), atol=1e-6)


def test_h1_and_h2_compute_the_papers_sums(rng):
    """Two units by hand: (3, 0) of a map of H1, (0, 2) of a map of H2, with borders and maps that are not connected."""
    network = models.zip_code_1989(2, dtype=np.float64)
    for name in ("conv1", "conv2"):
        network[name].parameters["b"][...] = rng.normal(size=network[name].parameters["b"].shape)
    x = rng.uniform(-1, 1, (16, 16))
    bordered = np.pad(x, 2, constant_values=-1)
    w, b = (network["conv1"].parameters[name] for name in "wb")
    h1 = network.layers[1].forward(network.layers[0].forward(x[None, :, :, None]))
    by_hand = (bordered[6:11, 0:5] * w[::-1, ::-1, 0, 7]).sum() + b[3, 0, 7]
    assert h1[0, 3, 0, 7] == pytest.approx(1.7159 * np.tanh(2 / 3 * by_hand), rel=1e-12)
    w, b = (network["conv2"].parameters[name] for name in "wb")
    h2 = network.layers[3].forward(network.layers[2].forward(h1))
    bordered = np.pad(h1[0], ((2, 2), (2, 2), (0, 0)), constant_values=-1)
    maps = [4, 5, 6, 7, 8, 9, 10, 11]  # those that feed map 5
    by_hand = sum((bordered[0:5, 4:9, c] * w[::-1, ::-1, c, 5]).sum() for c in maps) + b[0, 2, 5]
    assert h2[0, 0, 2, 5] == pytest.approx(1.7159 * np.tanh(2 / 3 * by_hand), rel=1e-12)


def test_outputs_stay_within_the_scaled_tanh(rng):
    e = models.zip_code_1989().forward(rng.uniform(-1, 1, (3, 16, 16, 1)).astype(np.float32))
    assert e.shape == (3, 10) and np.abs(e).max() < 1.7159


def test_the_zip_code_network_learns_digits():
    """A short run: far from the figures of the notebook, far better than chance."""
    from cnnlab import datasets

    data = datasets.digits(16)
    network = models.zip_code_1989()
    history = fit(
        network,
        data.x_train[:600],
        data.y_train[:600],
        loss=MSE(-1, 1),
        epochs=4,
        batch=8,
        optimiser=SGD(0.1, momentum=0.8),
        validation=(data.x_test, data.y_test),
    )
    assert history["validation_accuracy"][-1] > 0.8
