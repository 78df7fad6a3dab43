"""AlexNet: the paper's counts, and the smaller networks of the same ingredients."""

import numpy as np
import pytest

from cnnlab import SGD, CrossEntropy, evaluate, fit
from cnnlab.datasets import photo, pictures
from cnnlab.layers import BatchNorm, Dropout, LocalResponseNorm, MaxPool2D, ReLU
from cnnlab.models import alexnet_2012, alexnet_lite, alexnet_lite_bn, alexnet_tiny
from cnnlab.optimisers import one_cycle


@pytest.fixture(scope="module")
def shapes():
    return alexnet_2012(initialiser="zeros")


def test_alexnet_has_the_parameters_and_multiply_adds_of_2012(shapes):
    rows = [row for row in shapes.summary().rows if row[3]]
    assert [row[3] for row in rows] == [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]
    assert [round(row[5] / 1e6, 1) for row in rows[:5]] == [105.4, 223.9, 149.5, 112.1, 74.8]
    assert shapes.parameter_count == 60_965_224
    assert shapes.multiply_adds == 724_406_816


def test_alexnets_maps_have_the_sizes_of_the_paper(shapes):
    convolutions = [row[2] for row in shapes.summary().rows if row[0].startswith("conv")]
    pools = [row[2] for row in shapes.summary().rows if row[0].startswith("pool")]
    assert convolutions == [(55, 55, 96), (27, 27, 256), (13, 13, 384), (13, 13, 384), (13, 13, 256)]
    assert pools == [(27, 27, 96), (13, 13, 256), (6, 6, 256)]
    overlapping = [(layer.size, layer.stride) for layer in shapes if isinstance(layer, MaxPool2D)]
    assert overlapping == [((3, 3), (2, 2))] * 3


def test_alexnets_biases_and_normalisation_are_as_printed(shapes):
    biases = [layer.parameters["b"][0] for layer in shapes if "b" in layer.parameters]
    assert biases == [0, 1, 0, 1, 1, 1, 1, 0]
    norms = [layer.options for layer in shapes if isinstance(layer, LocalResponseNorm)]
    assert norms == [{"n": 5, "k": 2.0, "alpha": 1e-4, "beta": 0.75}] * 2
    assert [layer.p for layer in shapes if isinstance(layer, Dropout)] == [0.5, 0.5]


@pytest.mark.slow
def test_alexnet_runs_on_a_photograph():
    network = alexnet_2012(rng=0)
    assert np.std(network[0].parameters["w"]) == pytest.approx(0.01, rel=0.02)
    cat = photo("chelsea", side=227)[None] - np.float32(0.5)
    yhat = CrossEntropy().yhat(network.predict(cat))
    assert yhat.shape == (1, 1000) and yhat.sum() == pytest.approx(1, abs=1e-4)
    assert yhat.std() > 0


def test_alexnet_with_zeros_runs_on_a_photograph(shapes):
    """All weights are zero, so what comes out is the bias of the last layer: 1,000 classes, all alike."""
    yhat = CrossEntropy().yhat(shapes.predict(photo("chelsea", side=227)[None] - np.float32(0.5)))
    np.testing.assert_allclose(yhat, 1 / 1000, rtol=1e-5)


SMALL = {alexnet_lite: 748_842, alexnet_lite_bn: 1_535_402, alexnet_tiny: 17_994}


@pytest.mark.parametrize("make", SMALL)
def test_the_small_ones_take_32_pixels_and_know_their_size(make, rng):
    network = make(rng=0)
    assert network.input_shape == (32, 32, 3) and network.output_shape == (10,)
    assert network.parameter_count == SMALL[make]
    assert make(classes=3).output_shape == (3,)
    e = network.predict(rng.random((2, 32, 32, 3)).astype(np.float32))
    assert np.isfinite(e).all() and 0.05 < e.std() < 5


def test_lite_has_the_ingredients_of_2012_and_nothing_later():
    kinds = [type(layer) for layer in alexnet_lite()]
    assert {ReLU, MaxPool2D, LocalResponseNorm, Dropout} <= set(kinds) and BatchNorm not in kinds
    assert all(
        (layer.size, layer.stride) == ((3, 3), (2, 2)) for layer in alexnet_lite() if isinstance(layer, MaxPool2D)
    )
    assert BatchNorm in [type(layer) for layer in alexnet_lite_bn()]


def test_a_network_is_saved_with_its_mean_and_deviation(tmp_path, rng):
    network = alexnet_tiny(mean=[0.4, 0.5, 0.6], deviation=[0.2, 0.25, 0.3], rng=2)
    network.save(tmp_path / "tiny.npz")
    again = type(network).load(tmp_path / "tiny.npz")
    x = rng.random((3, 32, 32, 3)).astype(np.float32)
    np.testing.assert_array_equal(network.predict(x), again.predict(x))
    np.testing.assert_allclose(again[0].forward(x), (x - [0.4, 0.5, 0.6]) / [0.2, 0.25, 0.3], rtol=1e-5, atol=1e-6)


def test_tiny_learns_a_few_pictures_by_heart():
    data = pictures(60, 10)
    network, optimiser = alexnet_tiny(rng=0), SGD(one_cycle(0.01), momentum=0.9)
    fit(network, data.x_train, data.y_train, loss=CrossEntropy(), optimiser=optimiser, epochs=30, batch=10)
    assert evaluate(network, data.x_train, data.y_train).error <= 0.05
