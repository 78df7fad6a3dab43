"""Kernels on photographs: every number at a pixel against the slow loops, whole maps too."""

import json

import naive
import numpy as np
import pytest
from convolved import built, number
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import datasets
from cnnlab.explore import PhotoFilter
from cnnlab.explore.live.answers import Answers
from cnnlab.explore.toolkit.scene import screen_sized
from cnnlab.layers import Dense


def photo_check(explorer, layer=None):
    def check(scene, values):
        h = explorer._image(values.get("photo"))
        squares = np.stack([values[name] for name in explorer.names], axis=2) / values.get("divisor", 1)
        each = values.get("output") == "a colour picture, each colour apart"
        w = squares[..., None] * np.eye(len(explorer.names)) if each else squares[..., None]
        padding, stride = ("same", (1, 1)) if layer is None else (layer.padding, layer.stride)
        b = 0.0
        if layer is not None and values["kernel"].startswith("filter"):
            b = layer.parameters["b"][int(values["kernel"].split("=")[1])]
        (top, _), (left, _) = naive.pads(w.shape[0], padding), naive.pads(w.shape[1], padding)
        m, n = values["where"]
        hp = naive.padded(h[None], w.shape, padding, 0.0)[0]
        window = hp[m * stride[0] :, n * stride[1] :][: w.shape[0], : w.shape[1]]
        e = np.einsum("pqc,pqcd->d", window, w[::-1, ::-1]) + b
        lines = [number(words) for _, words in scene["sum"].rows]
        assert_allclose(lines[-1] if not each else lines, e[0] if not each else e, atol=0.0051)
        said = scene.description.rsplit("e = ", 1)[1].rstrip(".").split(", ")
        assert_allclose([number(words) for words in said], e, atol=0.0051)
        box = scene["h"].rectangles[0]
        assert (box.row, box.column) == (m * stride[0] - top, n * stride[1] - left)
        painted = scene["e"].pixels
        if each:
            assert_array_equal(painted[m, n], np.round(255 * np.clip(e, 0, 1)))
        else:
            assert painted[m, n] == pytest.approx(e[0], abs=1e-9)
        assert_array_equal(
            scene["h"].pixels.squeeze()[m, n], np.round(255 * h[m, n]) if h.shape[2] == 3 else h[m, n, 0]
        ) if not layer else None

    return check


@SWEEPS
def test_kernels_on_small_photographs_in_every_position(everywhere):
    for image in (datasets.photo("coffee", 24), datasets.photo("camera", 20)):
        explorer = PhotoFilter(image)
        assert sweep(explorer, photo_check(explorer), all_positions=everywhere) > 40


def test_every_preset_on_every_photograph_somewhere():
    explorer = PhotoFilter()
    check = photo_check(explorer)
    for photo in explorer.positions("photo"):
        explorer.set(photo=photo)
        for kernel in explorer.positions("kernel"):
            explorer.set(kernel=kernel, where=(11, 150))
            check(explorer.current(), explorer.values)
    explorer.set(photo="chelsea", kernel="move by 2 down, 2 right")
    e, h = explorer.current()["e"].pixels, explorer.current()["h"].pixels
    assert_array_equal(e[2:, 2:], h[:-2, :-2])


def test_whole_maps_are_the_slow_loops():
    explorer = PhotoFilter(datasets.photo("coffee", 12))
    for kernel in ("emboss", "warm left, cold right"):
        explorer.set(kernel=kernel)
        values = explorer.values
        conv = explorer.convolution(**values)
        slow = naive.conv2d(explorer.image[None], conv.w, 0.0, "same", (1, 1))[0]
        assert_allclose(conv.e(explorer.image), slow, atol=1e-12)


def test_the_filters_of_a_layer_are_what_there_is_to_choose_from(rng):
    layer = built((20, 20, 3), 3, (4, 3), stride=2)
    explorer = PhotoFilter(datasets.photo("rocket", 20), layer)
    assert sweep(explorer, photo_check(explorer, layer)) > 20
    with pytest.raises(ValueError, match="1 or 3 channels"):
        PhotoFilter(np.zeros((5, 5, 2)))
    with pytest.raises(TypeError, match="layer must be a Conv2D"):
        PhotoFilter(layer=Dense(2))


@pytest.mark.parametrize("times", [4, pytest.param(10, marks=pytest.mark.slow)])  # 2 and 12 megapixels
def test_a_photograph_of_a_camera_is_sent_as_large_as_a_screen_shows_it(times):
    rng = np.random.default_rng(0)
    small = rng.random((300, 400, 3), dtype=np.float32)
    image, whole = np.kron(small, np.ones((times, times, 1), np.float32)), (300 * times, 400 * times)
    explorer = PhotoFilter(image)
    live = Answers(explorer)
    first = live.first()
    assert sum(map(len, first)) < 5e6, "all of it would be 12 or 73 MB"
    scene = explorer.current()
    assert scene["h"].pixels.shape == (600, 800, 3) and scene["h"].whole == whole
    assert scene["e"].pixels.shape == (600, 800, 3) and scene["e"].whole == scene["e"].capacity == whole
    assert_array_equal(scene["h"].pixels[::2, 1::2], np.round(255 * small.astype(float)).astype(np.uint8))
    keys = [array[3] for array in json.loads(first[0])["arrays"] if len(array) > 3]
    at = {"do": "set", "view": "v", "number": 1, "name": "where", "value": [whole[0] - 1, whole[1] - 1]}
    assert sum(map(len, live.answer(at).buffers)) < 5e6
    assert sum(map(len, live.answer(at | {"value": [5, 7], "has": keys}).buffers)) < 1e5, "what is there stays there"
    assert explorer.values["where"] == (5, 7) and explorer.current()["e"].rectangles[0].row == 3


def test_pictures_that_a_screen_shows_as_they_are_stay_as_they_are():
    pixels = np.random.default_rng(0).random((599, 700))
    assert screen_sized(pixels, 300) is pixels
    wide = screen_sized(np.ones((4, 9000)), 300)
    assert wide.shape == (1, 3000)
    nearly = screen_sized(np.arange(1201 * 1300.0).reshape(1201, 1300), 300)
    assert nearly.shape == (600, 650) and nearly[0, 0] == np.mean([0, 1, 1300, 1301])
