"""Convolution in the explorers: every number against the slow loops, in every position, channel, border and stride."""

import re

import naive
import numpy as np
import pytest
from convolved import kernel_of, number, options_of
from explorers import sweep

from cnnlab import datasets
from cnnlab.explore import ConvolutionStepper, PhotoFilter, ShiftedConvolution
from cnnlab.explore.convolving.convolution_stepper import PICTURES
from cnnlab.layers import Conv2D, Dense


def built(shape, *args, **options):
    layer = Conv2D(*args, **options)
    layer.build(shape, np.random.default_rng(1), np.float64)
    if "b" in layer.parameters:
        layer.parameters["b"][...] = np.random.default_rng(2).normal(size=layer.parameters["b"].shape)
    return layer


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
        shown = scene["e"].values if hasattr(scene["e"], "values") else scene["e"].pixels
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
    from cnnlab.explore.toolkit import windows

    right = windows.ops.conv2d
    monkeypatch.setattr(windows.ops, "conv2d", lambda h, w, *a, **k: right(h, np.ascontiguousarray(w[::-1]), *a, **k))
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


# ---- photographs -------------------------------------------------------------------------------------------------


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
        np.testing.assert_allclose(lines[-1] if not each else lines, e[0] if not each else e, atol=0.0051)
        said = scene.description.rsplit("e = ", 1)[1].rstrip(".").split(", ")
        np.testing.assert_allclose([number(words) for words in said], e, atol=0.0051)
        box = scene["h"].rectangles[0]
        assert (box.row, box.column) == (m * stride[0] - top, n * stride[1] - left)
        painted = scene["e"].pixels
        if each:
            np.testing.assert_array_equal(painted[m, n], np.round(255 * np.clip(e, 0, 1)))
        else:
            assert painted[m, n] == pytest.approx(e[0], abs=1e-9)
        np.testing.assert_array_equal(
            scene["h"].pixels.squeeze()[m, n], np.round(255 * h[m, n]) if h.shape[2] == 3 else h[m, n, 0]
        ) if not layer else None

    return check


def test_kernels_on_small_photographs_in_every_position():
    for image in (datasets.photo("coffee", 24), datasets.photo("camera", 20)):
        explorer = PhotoFilter(image)
        assert sweep(explorer, photo_check(explorer)) > 40


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
    np.testing.assert_array_equal(e[2:, 2:], h[:-2, :-2])


def test_whole_maps_are_the_slow_loops():
    explorer = PhotoFilter(datasets.photo("coffee", 12))
    for kernel in ("emboss", "warm left, cold right"):
        explorer.set(kernel=kernel)
        values = explorer.values
        conv = explorer.convolution(**values)
        slow = naive.conv2d(explorer.image[None], conv.w, 0.0, "same", (1, 1))[0]
        np.testing.assert_allclose(conv.e(explorer.image), slow, atol=1e-12)


def test_the_filters_of_a_layer_are_what_there_is_to_choose_from(rng):
    layer = built((20, 20, 3), 3, (4, 3), stride=2)
    explorer = PhotoFilter(datasets.photo("rocket", 20), layer)
    assert sweep(explorer, photo_check(explorer, layer)) > 20
    with pytest.raises(ValueError, match="1 or 3 channels"):
        PhotoFilter(np.zeros((5, 5, 2)))
    with pytest.raises(TypeError, match="layer must be a Conv2D"):
        PhotoFilter(layer=Dense(2))


# ---- shifts ------------------------------------------------------------------------------------------------------


def shift_check(explorer, layer=None):
    def check(scene, values):
        image, (down, right) = explorer.image, (values["down"], values["right"])
        rows, columns = image.shape[:2]
        there = np.empty_like(image)
        for i, j in np.ndindex(rows, columns):
            inside = 0 <= i - down < rows and 0 <= j - right < columns
            there[i, j] = image[i - down, j - right] if inside else explorer.ground
        np.testing.assert_array_equal(scene["h moved"].pixels, there[:, :, explorer.c])
        w, b = (explorer.start.w, 0.0) if layer is None else kernel_of(layer, values)
        padding, stride = options_of(layer, values)
        value = 0.0 if layer is None else layer.padding_value
        e, e_there = (naive.conv2d(h[None], w, b, padding, stride, value)[0, :, :, explorer.d] for h in (image, there))
        np.testing.assert_allclose(scene["e"].pixels, e, atol=1e-12)
        np.testing.assert_allclose(scene["e there"].pixels, e_there, atol=1e-12)
        off, (s, t) = scene["off"].pixels, stride
        (top, _), (left, _) = naive.pads(w.shape[0], padding), naive.pads(w.shape[1], padding)
        by = round(down / s), round(right / t)
        for m, n in np.ndindex(*e.shape):
            box = [m * s - top, n * t - left]
            low, high = (max(0, down), max(0, right)), (min(rows, rows + down), min(columns, columns + right))
            inside = all(low[k] <= box[k] and box[k] + w.shape[k] <= high[k] for k in (0, 1))
            before = m - by[0], n - by[1]
            inside = inside and all(0 <= before[k] < e.shape[k] for k in (0, 1))
            assert inside == np.isfinite(off[m, n]), (m, n)
            if inside:
                assert off[m, n] == pytest.approx(e_there[m, n] - e[before], abs=1e-12)
        if down % s == 0 and right % t == 0:
            assert not scene["off"].highlights and "differ" not in scene.description, "a convolution must follow"

    return check


def test_a_convolution_follows_the_image_in_every_shift_stride_and_border():
    explorer = ShiftedConvolution(image=datasets.digits(8).x_train[1])
    check = shift_check(explorer)
    assert sweep(explorer, check) > 80
    for down in (-4, -1, 0, 2):
        for right in (-2, 0, 3, 4):
            for stride in (1, 2, 3, 4):
                for padding in explorer.positions("padding"):
                    explorer.set(down=down, right=right, stride=stride, padding=padding)
                    check(explorer.current(), explorer.values)


def test_with_stride_two_an_odd_shift_is_not_followed():
    explorer = ShiftedConvolution()
    explorer.set(stride=2, right=1)
    scene = explorer.current()
    assert len(scene["off"].highlights[0].cells) > 20 and "no whole number of strides" in scene.description
    explorer.set(right=2)
    assert "without the smallest change" in explorer.current().description


def test_shifts_with_any_layer_and_refusals(rng):
    layer = built((9, 10, 2), 3, (2, 3), padding=1, padding_value=0.25)
    explorer = ShiftedConvolution(layer, rng.normal(size=(9, 10, 2)), c=1, d=2)
    assert sweep(explorer, shift_check(explorer, layer)) > 50
    uneven = built((9, 10, 1), 1, 3, stride=(2, 1))
    explorer = ShiftedConvolution(uneven, rng.normal(size=(9, 10)))
    assert sweep(explorer, shift_check(explorer, uneven)) > 50 and "stride (2, 1)" in explorer.current().description
    with pytest.raises(ValueError, match="d must be one of the 3 channels"):
        ShiftedConvolution(layer, np.zeros((9, 10, 2)), d=3)
    with pytest.raises(ValueError, match="must share its bias"):
        ShiftedConvolution(built((8, 8, 1), 1, 3, bias="unit"), np.zeros((8, 8)))
