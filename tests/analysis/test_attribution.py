"""The gradient of a unit against central differences; covered images against covering them by hand."""

import numpy as np
import pytest

from cnnlab import layers, models
from cnnlab.analysis.attribution import UnitGradients, felt, occlusion
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network

KINDS = [
    layers.Standardise(),
    layers.Conv2D(4, 3, padding="same"),
    layers.Tanh(),
    layers.MaxPool2D(3, 2),
    layers.LocalResponseNorm(k=1.0, alpha=0.1),
    layers.Conv2D(6, 3, stride=2),
    layers.BatchNorm(),
    layers.LeakyReLU(),
    layers.AveragePool2D(2, 1),
    layers.Sigmoid(),
    layers.Decimate2D(2),
    layers.Flatten(),
    layers.Dropout(0.5),
    layers.Dense(5),
    layers.ReLU(),
    layers.Dense(3),
]


def made():
    again = [layers.from_config(layers.to_config(one)) for one in KINDS]
    net = Network(again, (16, 14, 3), rng=1, dtype=np.float64)
    norm = net["norm2"]
    norm.state["mean"][:], norm.state["variance"][:] = 0.1, np.linspace(0.5, 2, 6)
    return net, np.random.default_rng(2).uniform(size=(2, 16, 14, 3))


def output(net, place, x):
    for layer in net.layers[: place + 1]:
        x = layer.forward(x)
    return x


@pytest.mark.parametrize("place", range(len(KINDS)), ids=[type(kind).__name__ for kind in KINDS])
def test_the_gradient_of_a_unit_is_its_central_difference(place):
    net, x = made()
    found, rng = UnitGradients(net, x), np.random.default_rng(place)
    out = output(net, place, x)[1]
    unit = np.unravel_index(np.argmax(out), out.shape)
    gradients = found.of(1, place, unit)
    assert [one.shape for one in gradients] == [net.input_shape] + [one.output_shape for one in net[: place + 1]]
    assert gradients[-1][unit] == 1 and np.count_nonzero(gradients[-1]) == 1
    assert np.abs(gradients[0]).max() > 0
    for _ in range(4):
        u, eps = rng.normal(size=net.input_shape), 1e-6
        up, down = (output(net, place, (x[1] + s * eps * u)[None])[0][unit] for s in (1, -1))
        numerical, exact = (up - down) / (2 * eps), float((gradients[0] * u).sum())
        assert abs(numerical - exact) < 1e-6 * max(1e-2, abs(exact))


@pytest.mark.parametrize("layer, units", [("conv2", [(2, 1, 3), (0, 0, 0), (2, 1, 4)]), ("dense2", [0, (2,)])])
def test_several_units_at_once_are_the_same_as_one_after_another(layer, units):
    net, x = made()
    found = UnitGradients(net, x)
    for image in (1, 0):
        together = found.of_all(image, layer, units)
        for k, unit in enumerate(units):
            for alone, every in zip(found.of(image, layer, unit), together, strict=True):
                assert np.allclose(alone, every[k], rtol=1e-12, atol=1e-15)
    with pytest.raises(ValueError, match=r"got \(9, 9, 9\)"):
        found.of_all(0, "conv2", [(0, 0, 0), (9, 9, 9)])


def test_the_way_through_a_layer_is_the_map_that_gets_most():
    net, x = made()
    found, units = UnitGradients(net, x), [(2, 1, 3), (0, 0, 0)]
    gradients = found.of_all(1, "conv2", units)
    for k, (dx, ways) in enumerate(found.through(1, "conv2", units, [1, 3])):
        np.testing.assert_array_equal(dx, gradients[0][k])
        assert list(ways) == [1, 3]
        for layer, (c, gradient) in ways.items():
            totals = [np.abs(gradients[layer][k, :, :, d]).sum() for d in range(gradients[layer].shape[3])]
            assert totals[c] == max(totals) > 0
            np.testing.assert_array_equal(gradient, gradients[layer][k, :, :, c])


def test_a_unit_feels_the_pixels_whose_gradient_is_not_zero():
    gradient = np.zeros((4, 5, 3))
    gradient[1, 2], gradient[3, 4, 1] = (0.5, 0.0, -0.25), -2.0
    assert felt(gradient) == (2, (3, 4), 2.0)
    assert felt(np.zeros((4, 5, 3)))[0] == 0


def test_the_network_that_is_looked_at_stays_as_it_was_and_may_be_used_in_between():
    net, x = made()
    before, kept = net.weights(), {name: array.copy() for name, array in net.gradients.items()}
    found = UnitGradients(net, x)
    first = found.of(0, "conv2", (2, 1, 3))
    net.predict(x[1:])
    net.parameters["1.w"][:] = 0
    found.of(1, "dense2", 2)
    again = found.of(0, "conv2", (2, 1, 3))
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert all(np.array_equal(array, net.gradients[name]) for name, array in kept.items())
    assert all(np.array_equal(found.network.weights()[name], before[name]) for name in before)


def test_what_is_not_there_is_refused_in_words():
    net, x = made()
    found = UnitGradients(net, x)
    with pytest.raises(ValueError, match=r"in the output \(16, 14, 4\) of conv1; got \(16, 0, 0\)"):
        found.of(0, "conv1", (16, 0, 0))
    with pytest.raises(ValueError, match=r"image must be one of 0..1; got 2"):
        found.of(2, "conv1", (0, 0, 0))
    with pytest.raises(KeyError, match="no layer is called 'conv9'"):
        found.of(0, "conv9", (0, 0, 0))
    with pytest.raises(TypeError, match="network must be a Network; got str"):
        UnitGradients("net", x)
    with pytest.raises(ValueError, match="images must have shape"):
        UnitGradients(net, x[:, :5])


@pytest.mark.parametrize("stride", [1, 5])
def test_every_place_of_the_occlusion_map_is_the_answer_to_that_image_covered_there(stride):
    net, x = models.alexnet_tiny(rng=3), np.random.default_rng(4).uniform(size=(32, 32, 3)).astype(np.float32)
    found = occlusion(net, x, 7, size=6, stride=stride, fill=0.25)
    assert found.shape == (len(range(0, 32, stride)),) * 2
    for m, n in ((0, 0), (15, 20), (30, 5)):
        covered = x.copy()
        for i in range(32):
            for j in range(32):
                if m - 3 <= i < m + 3 and n - 3 <= j < n + 3:
                    covered[i, j] = 0.25
        said = CrossEntropy().yhat(net.predict(covered[None]))[0, 7]
        assert found[m // stride, n // stride] == pytest.approx(said, rel=1e-5)
    assert found.std() > 0


def test_a_class_that_is_not_there_cannot_be_covered():
    net = models.alexnet_tiny()
    with pytest.raises(ValueError, match=r"label must be one of the outputs \(10,\) of the network; got 10"):
        occlusion(net, np.zeros((32, 32, 3)), 10)
    with pytest.raises(ValueError, match="image must have shape"):
        occlusion(net, np.zeros((16, 32, 3)), 0)
