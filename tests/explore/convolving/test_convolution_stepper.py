"""The convolution, position by position: every number against the slow loops, in every channel, border and stride."""

import re

import naive
import numpy as np
import pytest
from convolved import built, kernel_of, map_of, number, options_of
from explorers import assert_allclose, assert_array_equal, sweep

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
        assert_allclose(shown, expected, rtol=1e-12, atol=1e-12)
        if hasattr(scene["h"], "values"):
            assert_array_equal(scene["h"].values, hp[:, :, c])
        else:
            assert_array_equal(scene["h"].pixels, h[:, :, c])
        assert_array_equal(scene["w"].values, w[:, :, c, d])
        rows, columns = w.shape[:2]
        window = hp[m * stride[0] : m * stride[0] + rows, n * stride[1] : n * stride[1] + columns, c]
        assert_array_equal(scene["window"].values, window)
        slid = w[::-1, ::-1, c, d] if values["flip"] else w[:, :, c, d]
        assert_array_equal(scene["slid"].values, slid)
        assert_array_equal(scene["products"].values, window * slid)
        if w.shape[2] == 1 and not np.any(b):
            assert scene["products"].values.sum() == pytest.approx(e[m, n, d], abs=1e-9)
        else:
            rows = scene["sum"].rows
            assert sum(number(words) for _, words in rows[:-1]) == pytest.approx(e[m, n, d], abs=0.02 * len(rows))
            assert number(rows[-1][1]) == pytest.approx(e[m, n, d], abs=0.006)
        said = re.search(r"^e\[(\d+), (\d+)(?:, (\d+))?\] = .*?(−?[\d.]+)[:;]", scene.description)
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


def test_the_formula_in_the_words_holds_for_every_padding_and_stride():
    """Literally: e[m, n] is the sum of w[m', n'] h[... − m', ... − n'], as it says, at every place."""
    explorer, h = ConvolutionStepper(), np.pad(PICTURES["numbers"], 9)
    for padding in explorer.positions("padding"):
        for stride in explorer.positions("stride"):
            explorer.set(padding=padding, stride=stride)
            scene = explorer.current()
            words = re.search(
                r"padding “(\w+)”: e\[m, n\] = Σ w\[m', n'\] h\[(.*?) − m', (.*?) − n'\]", scene.description
            )
            assert words[1] == padding
            e, w = scene["e"].values, explorer.values["w"]
            for m, n in np.ndindex(e.shape):
                row, column = (
                    eval(word.replace(" m", "*m").replace(" n", "*n"), {"m": m, "n": n}) for word in words.groups()[1:]
                )
                terms = [w[p, q] * h[row - p + 9, column - q + 9] for p, q in np.ndindex(w.shape)]
                assert e[m, n] == sum(terms)


def by_loops(h, w):
    P, Q = w.shape
    e = np.zeros((h.shape[0] - P + 1, h.shape[1] - Q + 1))
    for m, n in np.ndindex(e.shape):
        e[m, n] = (h[m : m + P, n : n + Q] * w[::-1, ::-1]).sum()
    return e


def test_a_learners_own_function_stands_in_the_place_of_e():
    explorer = ConvolutionStepper(function=by_loops)
    assert set(explorer.controls) == {"picture", "kernel", "where", "step", "w"}

    def check(scene, values):
        h, w = PICTURES[values["picture"]].astype(float), values["w"]
        assert_array_equal(
            scene["e"].values, naive.conv2d(h[None, :, :, None], w[:, :, None, None], 0.0, "valid", (1, 1))[0, :, :, 0]
        )
        assert scene["e"].title == "your e (click)"
        assert scene.description.endswith(f" All {scene['e'].values.size} numbers of your e are right.")

    assert sweep(explorer, check) > 20


def test_what_is_wrong_in_a_learners_function_is_ringed_and_counted_not_explained():
    explorer = ConvolutionStepper(function=lambda h, w: by_loops(h, w[::-1, ::-1]))
    scene, right = explorer.current(), ConvolutionStepper().current()["e"].values
    differ = np.argwhere(scene["e"].values != right)
    ring = next(mark for mark in scene["e"].highlights if mark.style == "ring")
    assert_array_equal(ring.cells, differ)
    m, n = differ[0]
    assert (
        f"{len(differ)} of {right.size} numbers of your e differ, the first one e[{m}, {n}]: yours is "
        in scene.description
    )
    assert "flip" not in scene.description.rsplit("differ", 1)[1]
    explorer.set(kernel="symmetric")
    assert "are right" in explorer.current().description and len(explorer.current()["e"].highlights) == 1


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda h, w: ..., "“...” still"),
        (lambda h, w: None, "gives back nothing"),
        (lambda h, w: h, r"gave an array of shape \(6, 7\); e has the shape \(4, 5\)"),
        (lambda h, w: h[99], "Your function stopped.*IndexError"),
        (
            lambda h, w: np.full((4, 5), np.inf),
            r"gave infinity at \[0, 0\]. 20 of 20 numbers of your e differ.*no number",
        ),
        (lambda h: h, "Your function stopped"),
    ],
)
def test_a_learners_function_in_trouble_gets_a_sentence_and_all_else_lives_on(function, words):
    explorer = ConvolutionStepper(function=function)
    scene = explorer.current()
    assert re.search(words, scene.description) and not np.isfinite(scene["e"].values).any()
    assert_array_equal(scene["products"].values, ConvolutionStepper().current()["products"].values)
    assert sweep(explorer) > 20


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
    assert_array_equal(e[2:, 2:], h)
    explorer.set(w=np.eye(3))
    assert explorer.values["kernel"] == "your own"
    explorer.set(kernel="your own")
    assert_array_equal(explorer.values["w"], np.eye(3))


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
        ({"function": 3}, TypeError, r"function must be a function, called as convolve\(h, w\); got int"),
        ({"function": by_loops, "layer": built((4, 4, 1), 1, 3)}, ValueError, "pass function or layer, not both"),
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
