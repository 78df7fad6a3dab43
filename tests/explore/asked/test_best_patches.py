"""BestPatches: the nine it shows are those that sorting all activations finds, cut to what their units look at."""

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab import layers as L
from cnnlab.analysis import receptive
from cnnlab.explore import BestPatches
from cnnlab.network import Network


def made(count=30, channels=3):
    stack = [L.Conv2D(4, 3, padding="same"), L.ReLU(), L.MaxPool2D(2), L.Conv2D(5, 3), L.Flatten(), L.Dense(3)]
    network = Network(stack, (8, 9, channels), rng=1, dtype=np.float64)
    return network, np.random.default_rng(4).random((count, 8, 9, channels))


@pytest.mark.parametrize("channels", [1, 3])
def test_every_position_shows_the_strongest_of_all(channels):
    network, x = made(channels=channels)
    explorer = BestPatches(network, x)
    _, *out = receptive.activations(network, x)

    def check(scene, values):
        place = explorer.options[values["layer"]]
        h = out[place][..., values["d"]].reshape(len(x), -1)
        strongest = np.sort(h.max(axis=1))[::-1][:9]
        assert_allclose(scene["values"].items[0].y, strongest, rtol=1e-6)
        rank = int(scene["values"].items[1].x[0]) - 1
        image = np.argsort(-h.max(axis=1), kind="stable")[rank]
        assert scene["x"].title == f"number {rank + 1}: image {image}"
        assert f"image {image} excites map {values['d']} of {network[place].name}" in scene.description
        box = scene["x"].rectangles
        outside = scene["gradient"].pixels.copy()
        for one in box:
            outside[one.row : one.row + one.rows, one.column : one.column + one.columns] = 0
        assert not outside.any(), "a gradient outside of what the unit looks at"

    assert sweep(explorer, check) > 15


def test_a_click_on_a_patch_shows_its_image():
    network, x = made()
    explorer = BestPatches(network, x, layer="conv1")  # patches of 3 x 3, a gap of one
    for row, column, rank in ((0, 0, 0), (1, 5, 1), (4, 2, 3), (10, 10, 8), (5, 6, 4)):
        explorer.set(patch=(row, column))
        assert explorer.current()["x"].title.startswith(f"number {rank + 1}: ")
        assert explorer.values["number"] == rank + 1
    explorer.set(patch=(11, 11))
    assert explorer.values["number"] == 9, "what is beside all patches is taken for the nearest"
    explorer.set(number=7)
    assert explorer.current()["x"].title.startswith("number 7: ")
    explorer.set(patch=(5, 6))
    assert explorer.values["number"] == 5, "the same patch can be clicked again"
    explorer.set(d=2)
    assert explorer.current()["x"].title.startswith("number 1: "), "another map begins with its best"


def test_fewer_images_than_nine_are_shown_as_they_are_and_bad_ones_refused():
    network, x = made(count=4)
    explorer = BestPatches(network, x)
    explorer.set(number=4, d=1)
    explorer.set(number=4)
    assert explorer.current()["x"].title.startswith("number 4: ")
    with pytest.raises(ValueError, match="names must be 4 words"):
        BestPatches(network, x, names=["a"])
    with pytest.raises(ValueError, match="images must not be empty"):
        BestPatches(network, x[:0])
    with pytest.raises(KeyError, match="no layer is called 'conv7'"):
        BestPatches(network, x, layer="conv7")
    network.parameters["0.w"][0, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="network"):
        BestPatches(network, x)
