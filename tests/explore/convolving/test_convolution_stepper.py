"""The convolution, position by position: every number against the slow loops, in every channel, border and stride."""

import re

import naive
import numpy as np
import pytest
from convolved import built, kernel_of, map_of, number, options_of
from explorers import sweep

from cnnlab import datasets, ops
from cnnlab.explore import ConvolutionStepper
from cnnlab.explore.toolkit.examples import PICTURES
from cnnlab.layers import Dense


def stepper_check(layer, image):
    def check(scene, values):
        h = image if image is not None else PICTURES[values["picture"]][:, :, None].astype(float)
        w, b = kernel_of(layer, values)
        padding, stride = options_of(layer, values)
        used = w if values["flip"] else w[::-1, ::-1]
        value = 0.0 if layer is None else layer.padding_value
        e = naive.conv2d(h[None], used, b, padding, stride, value)[0]
        hp = naive.padded(h[None], w.shape, padding, value)[0]
        c, d, (m, n) = values.get("c", 0), values.get("d", 0), values["where"]
        shown = map_of(scene["e"])
        expected = e[:, :, d].copy()
        if values["fill"]:
            expected[m, n + 1 :], expected[m + 1 :] = np.nan, np.nan
        np.testing.assert_allclose(shown, expected, rtol=1e-12, atol=1e-12)
        if hasattr(scene["h"], "values"):
            np.testing.assert_array_equal(scene["h"].values, hp[:, :, c])
        else:
            np.testing.assert_array_equal(scene["h"].pixels, h[:, :, c])
        np.testing.assert_array_equal(scene["w"].values, w[:, :, c, d])
        rows, columns = w.shape[:2]
        window = hp[m * stride[0] : m * stride[0] + rows, n * stride[1] : n * stride[1] + columns, c]
        np.testing.assert_array_equal(scene["window"].values, window)
        slid = w[::-1, ::-1, c, d] if values["flip"] else w[:, :, c, d]
        np.testing.assert_array_equal(scene["slid"].values, slid)
        np.testing.assert_array_equal(scene["products"].values, window * slid)
        if w.shape[2] == 1 and not np.any(b):
            assert scene["products"].values.sum() == pytest.approx(e[m, n, d], abs=1e-9)
        else:
            rows = scene["sum"].rows
            assert sum(number(words) for _, words in rows[:-1]) == pytest.approx(e[m, n, d], abs=0.02 * len(rows))
            assert number(rows[-1][1]) == pytest.approx(e[m, n, d], abs=0.006)
        said = re.search(r"e\[(\d+), (\d+)(?:, (\d+))?\] = .*?(−?[\d.]+)[:;]", scene.description)
        assert (int(said[1]), int(said[2])) == (m, n) and number(said[4]) == pytest.approx(e[m, n, d], abs=0.006)
        assert f"e is {e.shape[0]} × {e.shape[1]}" in scene.description

    return check


def test_the_stepper_in_every_position_of_its_controls():
    assert sweep(ConvolutionStepper(), stepper_check(None, None)) > 100


def test_every_pixel_in_every_border_and_stride_flipped_or_not():
    explorer = ConvolutionStepper()
    check = stepper_check(None, None)
    for padding in explorer.positions("padding"):
        for stride in explorer.positions("stride"):
            for flip in (True, False):
                explorer.set(padding=padding, stride=stride, flip=flip, where=(0, 0))
                for _ in range(explorer.current()["e"].values.size):
                    check(explorer.current(), explorer.values)
                    explorer.press("step")
                assert explorer.values["where"] == (0, 0), "after the last pixel comes the first"


LAYERS = {
    "two maps to three": ((5, 6, 2), (3, 3), {}),
    "stride 2, border of 1": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1, "padding_value": 0.5}),
    "unequal strides": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "a bias for every unit": ((5, 5, 1), (2, 3), {"bias": "unit", "padding": "full"}),
    "no bias, partly connected": ((5, 5, 2), (3, 2), {"bias": None, "connections": [[1, 0, 1], [1, 1, 0]]}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_stepper_takes_any_layer_in_every_channel_and_position(name, rng):
    shape, args, options = LAYERS[name]
    if "connections" in options:
        options = options | {"connections": np.array(options["connections"], bool)}
    layer, image = built(shape, *args, **options), rng.normal(size=shape)
    explorer, check = ConvolutionStepper(layer, image), stepper_check(layer, image)
    assert sweep(explorer, check) >= 5
    for c in range(shape[2]):
        for d in range(layer.filters):
            explorer.set(**({"c": c} if shape[2] > 1 else {}), **({"d": d} if layer.filters > 1 else {}))
            for where in np.ndindex(*explorer.current()["e"].values.shape):
                explorer.set(where=where)
                check(explorer.current(), explorer.values)


def test_the_stepper_says_how_far_the_next_window_is():
    words = {
        (2, 2): "2 columns further.",
        (2, 1): "1 column further, the one below 2 rows further down.",
        (1, 3): "3 columns further, the one below 1 row further down.",
    }
    for stride, expected in words.items():
        scene = ConvolutionStepper(built((9, 9, 1), 1, 3, stride=stride, bias=None), np.eye(9)).current()
        assert scene.description.endswith(f"The next window starts {expected}")


def test_a_border_that_leaves_the_image_too_small_is_no_choice():
    explorer = ConvolutionStepper(built((4, 4, 1), 1, 5, padding="same"), np.eye(4))
    assert explorer.positions("padding") == ["same", "full"]


def test_the_stepper_on_a_photograph_with_a_layer_of_a_network(rng):
    photo = datasets.photo("chelsea", 40)
    layer = built((40, 40, 3), 4, 5, stride=2, padding="same")
    explorer = ConvolutionStepper(layer, photo)
    check = stepper_check(layer, photo.astype(float))
    for where in ((0, 0), (19, 19), (7, 12)):
        explorer.set(where=where, c=2, d=3)
        check(explorer.current(), explorer.values)
    box = explorer.current()["h"].rectangles[0]
    assert (box.row, box.column, box.rows, box.columns) == (7 * 2 - 2, 12 * 2 - 2, 5, 5)


def test_the_preset_that_moves_moves_and_drawing_makes_it_ones_own():
    explorer = ConvolutionStepper()
    explorer.set(kernel="move it", padding="full")
    h, e = PICTURES["numbers"], explorer.current()["e"].values
    np.testing.assert_array_equal(e[2:, 2:], h)
    explorer.set(w=np.eye(3))
    assert explorer.values["kernel"] == "your own"
    explorer.set(kernel="your own")
    np.testing.assert_array_equal(explorer.values["w"], np.eye(3))


def test_a_planted_bug_in_the_engine_is_seen(monkeypatch):
    right = ops.conv2d
    monkeypatch.setattr(ops, "conv2d", lambda h, w, *a, **k: right(h, np.ascontiguousarray(w[::-1]), *a, **k))
    with pytest.raises(AssertionError):
        sweep(ConvolutionStepper(), stepper_check(None, None))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"image": np.zeros((4, 4, 3))}, ValueError, "image has 3 channels: pass a Conv2D"),
        ({"image": np.zeros(4)}, ValueError, r"image must be one image \(H, W\) or \(H, W, C\); got an array of shape"),
        ({"image": np.full((4, 4), np.nan)}, ValueError, "image must hold finite numbers"),
        ({"layer": Dense(3)}, TypeError, "layer must be a Conv2D; got Dense"),
        ({"layer": built((5, 5, 2), 2, 3)}, ValueError, "layer must take images of 1 channels"),
        (
            {"layer": built((5, 5, 1), 2, 3, bias="unit"), "image": np.zeros((6, 6))},
            ValueError,
            "a bias for every unit",
        ),
        ({"layer": built((5, 5, 1), 2, 5), "image": np.zeros((4, 4))}, ValueError, "w must fit into the image"),
    ],
)
def test_the_stepper_refuses_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        ConvolutionStepper(**arguments)
