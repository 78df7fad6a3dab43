"""The explorer of notebook 13 shows the engine's numbers, for every image and every shift."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import layers as L
from cnnlab import models
from cnnlab.explore.trained.answers import PROBABILITIES
from cnnlab.explore.trained.reading import Reading
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


@pytest.fixture
def reading(rng):
    x = rng.uniform(-1, 1, (7, 16, 16, 1)).astype(np.float32)
    return Reading(models.zip_code_1989(), x, np.arange(7) % 3)


def test_every_position_shows_what_the_network_computes(reading):
    network, x = reading.network, reading.x

    def check(scene, values):
        image, right, down = values["image"], values["right"], values["down"]
        moved = np.full((24, 24, 1), -1, np.float32)  # the image in a wide field of paper, then a window of it
        moved[4 + down : 20 + down, 4 + right : 20 + right] = x[image]
        moved = moved[None, 4:20, 4:20]
        said = network.forward(moved)[0]
        assert_array_equal(scene["image"].pixels, moved[0, :, :, 0])
        assert_array_equal(scene["outputs"].items[0].y, said)
        h1 = network.layers[1].forward(network.layers[0].forward(moved))
        sheet = scene["scaledtanh1"].pixels
        assert_array_equal(sheet[:8, :8], h1[0, :, :, 0])
        assert_array_equal(sheet[9:17, 9:17], h1[0, :, :, 7])  # second row, second column of 6
        h2 = network.layers[3].forward(network.layers[2].forward(h1))
        assert_array_equal(scene["scaledtanh2"].pixels[:4, 5:9], h2[0, :, :, 1])
        answer = said.argmax()
        verdict = "right" if answer == reading.y[image] else "wrong"
        assert f"The network says {answer} (" in scene.description and f"which is {verdict}" in scene.description
        assert scene["outputs"].title == f"outputs: {answer}, {verdict}"
        assert scene["outputs"].items[1].x == reading.y[image]

    assert sweep(reading, check, all_positions=True) > 25


def test_the_button_goes_from_one_misread_image_to_the_next_and_round(reading):
    answers = reading.network.classify(reading.x)
    wrong = np.flatnonzero(answers != reading.y)
    assert len(wrong) > 1
    reading.set(right=3)
    seen = []
    for _ in range(len(wrong) + 1):
        reading.press("misread")
        seen.append(reading.values["image"])
        assert reading.values["right"] == 0 and "wrong" in reading.current().description
    expected = list(wrong[wrong > 0]) + ([0] if 0 in wrong else [])
    assert seen == [*expected, expected[0]]


def test_one_image_will_do(reading):
    alone = Reading(reading.network, reading.x[:1], reading.y[:1])
    assert not alone.enabled("image") and sweep(alone) > 10 and alone.values["image"] == 0


def test_a_network_that_never_errs_leaves_the_button_without_work(rng):
    network = Network([L.Flatten(), L.Dense(2)], (3, 3, 1))
    x = rng.normal(size=(4, 3, 3, 1)).astype(np.float32)
    reading = Reading(network, x, network.classify(x))
    reading.press("misread")
    assert reading.values["image"] == 0 and [panel.name for panel in reading.current().panels] == ["image", "outputs"]


def test_any_image_network_can_be_read(rng):
    network = Network([L.Conv2D(5, 3), L.ReLU(), L.MaxPool2D(2), L.Conv2D(7, 2), L.Flatten(), L.Dense(3)], (8, 8, 3))
    x = rng.uniform(0, 1, (3, 8, 8, 3)).astype(np.float32)
    reading = Reading(network, x, np.array([0, 1, 2]), names=["cat", "owl", "dog"], maps=["pool1", "conv2"], ground=0.5)
    scene = reading.current()
    assert "an owl" in Reading(network, x, np.array([1, 1, 2]), ["cat", "owl", "dog"]).current().description
    assert [panel.name for panel in scene.panels] == ["image", "outputs", "pool1", "conv2"]
    assert [panel.name for panel in Reading(network, x, np.arange(3)).current().panels][2:] == ["relu1", "conv2"]
    assert scene["outputs"].x_ticks == [(0, "cat"), (1, "owl"), (2, "dog")]
    assert sweep(reading) > 15


def test_with_a_loss_the_bars_are_probabilities(rng):
    network = Network([L.Conv2D(2, 3), L.BatchNorm(), L.ReLU(), L.MaxPool2D(2), L.Flatten(), L.Dense(3)], (8, 8, 1))
    x = rng.uniform(-1, 1, (4, 8, 8, 1)).astype(np.float32)
    scene = Reading(network, x, np.zeros(4, int), loss=CrossEntropy()).current()
    assert_array_equal(scene["outputs"].items[0].y, CrossEntropy().yhat(network.forward(x[:1]))[0])
    assert "relu1" in [panel.name for panel in scene.panels]  # behind the normalisation, before the pooling


def test_the_scene_leaves_the_network_as_it_was(reading):
    before = reading.network.weights()
    reading.set(image=3, right=2)
    assert all(np.array_equal(array, reading.network.weights()[name]) for name, array in before.items())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(x=np.zeros((2, 8, 8, 1), np.float32)), r"x must have shape \(N, 16, 16, 1\)"),
        (dict(x=np.full((7, 16, 16, 1), np.nan, np.float32)), "x must be finite"),
        (dict(y=np.zeros(3, int)), "y must be 7 labels"),
        (dict(y=np.zeros(7)), "y must be 7 labels.*float64"),
        (dict(y=np.arange(7) + 5), "y must lie in 0..9, one of 10 classes; got labels from 5 to 11"),
        (dict(names=["cat", "owl"]), "names must be 10 words, one for each output; got 2"),
        (dict(network=Network([L.Flatten(), L.Dense(1)], (16, 16, 1))), "two outputs or more"),
    ],
)
def test_what_cannot_be_read_is_named(reading, change, words):
    with pytest.raises(ValueError, match=words):
        Reading(**(dict(network=reading.network, x=reading.x, y=reading.y) | change))


def test_of_probabilities_those_are_printed_that_are_seen_on_an_axis_from_zero(rng):
    network = Network([L.Flatten(), L.Dense(3)], (3, 3, 1), rng=0)
    x = rng.normal(size=(4, 3, 3, 1)).astype(np.float32) * 5
    reading = Reading(network, x, np.array([0, 1, 2, 0]), loss=CrossEntropy())

    def check(scene, values):
        every, *_, seen = scene["outputs"].items
        assert (
            scene["outputs"].y == PROBABILITIES
            and PROBABILITIES[0] == 0
            and 1 < PROBABILITIES[1] < 1.4
            and not every.values
            and seen.values
        )
        assert_array_equal(seen.y, every.y[every.y >= 0.005])
        assert_allclose(every.y.sum(), 1, atol=1e-5)

    assert sweep(reading, check, all_positions=True) > 10
    assert min(len(reading.scene(image=k, right=0, down=0)["outputs"].items[-1].y) for k in range(4)) < 3


def test_maps_are_called_as_one_likes(reading):
    scene = Reading(reading.network, reading.x, reading.y, maps={1: "H1", "scaledtanh2": "H2"}).current()
    assert scene["scaledtanh1"].title == "H1: 12 maps of 8 x 8" and scene["scaledtanh2"].title == "H2: 12 maps of 4 x 4"
