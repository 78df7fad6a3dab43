"""A unit as a function of the image, images that excite it, and an image walked to another answer."""

import numpy as np
import pytest

from cnnlab import datasets, recipes
from cnnlab import layers as L
from cnnlab.analysis import asking, receptive
from cnnlab.network import Network


def made():
    stack = [L.Conv2D(3, 3), L.Tanh(), L.MaxPool2D(2), L.Flatten(), L.Dense(4)]
    return Network(stack, (6, 7, 2), rng=1, dtype=np.float64), np.random.default_rng(5).random((6, 7, 2))


@pytest.mark.parametrize(("layer", "unit"), [("conv1", (1, 2, 0)), ("pool1", (0, 1, 2)), (-1, 3), ("flatten1", 4)])
def test_the_gradient_of_a_unit_is_its_central_difference(layer, unit):
    network, x = made()
    one = asking.Unit(network, layer, unit)
    found = receptive.activations(network, x[None])[1 + network.layers.index(network[layer])][0]
    assert one(x) == pytest.approx(found[unit], rel=1e-12)
    expected = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        h = np.zeros_like(x)
        h[at] = 1e-6
        expected[at] = (one(x + h) - one(x - h)) / 2e-6
    np.testing.assert_allclose(one.gradient(x), expected, atol=1e-8)
    assert np.abs(one.direction(x)).max() == pytest.approx(1)
    np.testing.assert_allclose(one.direction(x) * np.abs(expected).max(), expected, atol=1e-8)


def test_asking_changes_nothing_in_the_network_and_the_network_nothing_in_the_answer():
    network, x = made()
    one = asking.Unit(network, "dense1", 0)
    before = one(x)
    network.parameters["0.w"][:] = 0
    other = one.beside(2)
    assert other(x) == asking.Unit(one.network, "dense1", 2)(x) != before and one.unit == (0,)
    assert one(x) == before != asking.Unit(network, "dense1", 0)(x)
    with pytest.raises(ValueError, match=r"unit must be a place in the output \(4,\) of dense1; got \(4,\)"):
        asking.Unit(network, "dense1", 4)


def test_a_climb_raises_the_unit_and_keeps_pixels_in_range():
    network, x = made()
    one = asking.Unit(network, "dense1", 2)
    values = [one(asking.ascended(x, one.direction, 0.02, steps)) for steps in range(6)]
    assert values[0] == one(x) and all(np.diff(values) > 0)
    far = asking.ascended(x, one.direction, 5.0, 3)
    assert far.min() >= 0 and far.max() <= 1 and one(far) > values[-1]


def test_the_best_places_are_those_of_all_activations():
    network, _ = made()
    x = np.random.default_rng(6).random((50, 6, 7, 2))
    best = asking.BestPlaces(network, x)
    _, *out = receptive.activations(network, x)
    for place, layer in enumerate(network):
        for d in range(layer.output_shape[-1])[:3]:
            assert best.of(place, d, 7) == receptive.strongest(network, place, d, out[place], 7)
    with pytest.raises(ValueError, match=r"d must be a map 0..2 of conv1; got 3"):
        best.of("conv1", 3)


def test_two_levels_make_the_trained_network_call_the_cat_a_dog_and_chance_does_not():
    """What notebook 14 says of its cat."""
    network, cat = recipes.bundled("alexnet_lite"), datasets.photo("chelsea", side=32)
    walk = asking.pushed(network, cat, 5, steps=4)
    assert list(walk.yhat.argmax(axis=1)) == [3, 3, 5, 5, 5] and walk.first(5) == 2 and walk.yhat[4, 5] > 0.95
    assert np.abs(walk.x[2] - cat).max() < 2.01 / 255
    chance = asking.pushed(network, cat, 5, steps=8, rng=np.random.default_rng(0))
    assert chance.first(5) is None and np.abs(chance.x[8] - cat).max() <= 8.01 / 255
    with pytest.raises(ValueError, match=r"label must be one of the outputs \(10,\) of the network; got 10"):
        asking.pushed(network, cat, 10)
