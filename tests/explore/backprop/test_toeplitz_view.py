"""The matrix of a convolution: every number against the slow loops and against central differences."""

import re

import naive
import numpy as np
import pytest
from anything.odd import some_slow
from convolved import backward, built, close, kernel_of, number, options_of, slopes
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import ops
from cnnlab.explore import ToeplitzView
from cnnlab.gradcheck import numeric_gradient


def matrix_check(explorer, layer=None):
    kept = {}

    def slowly(w, padding, stride):
        """e, dL/de, dL/dh and the matrix by the slow loops, once for all places in it."""
        key = w.tobytes(), w.shape, padding, stride
        if key not in kept:
            h = explorer.h
            e = naive.conv2d(h[None], w, 0.0, padding, stride)[0]
            de = explorer.errors[: e.shape[0], : e.shape[1]]
            one = np.eye(h.size).reshape(h.size, *h.shape)
            columns = [naive.conv2d(one[k : k + 1], w, 0.0, padding, stride).ravel() for k in range(h.size)]
            kept[key] = e, de, backward(de, h.shape, w, padding, stride), np.stack(columns, axis=1)
        return kept[key]

    def check(scene, values):
        h, (row, column) = explorer.h, values["entry"]
        w, _ = kernel_of(layer, values)
        e, de, dh, matrix = slowly(w, *options_of(layer, values))
        assert_allclose(scene["W"].values, matrix, atol=1e-12)
        assert_allclose(scene["Wt"].values, matrix.T, atol=1e-12)
        assert_allclose(matrix @ h.ravel(), e.ravel(), atol=1e-12)
        c, d = column % h.shape[2], row % e.shape[2]
        for name, expected in (("h", h[:, :, c]), ("e", e[:, :, d]), ("de", de[:, :, d]), ("dh", dh[:, :, c])):
            assert_allclose(scene[name].values, expected, atol=1e-12, err_msg=name)
        assert values["entry_t"] == (column, row)
        assert values["at_e"] == np.unravel_index(row, e.shape)[:2]
        assert values["at_h"] == np.unravel_index(column, h.shape)[:2]
        marks = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in scene["h"].highlights}
        seen = {(i, j) for i, j in np.ndindex(*h.shape[:2]) if matrix[row].reshape(h.shape)[i, j, c] != 0}
        assert marks.get("seen by this e", set()) == seen and marks["this h"] == {values["at_h"]}
        marks = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in scene["e"].highlights}
        reached = {(m, n) for m, n in np.ndindex(*e.shape[:2]) if matrix[:, column].reshape(e.shape)[m, n, d] != 0}
        assert marks.get("reached by this h", set()) == reached and marks["this e"] == {values["at_e"]}
        if values["framed"]:
            check_blocks(scene, matrix, e.shape, h.shape, w)
            return
        assert f"{100 * (matrix == 0).mean():.0f} % of W is zero" in scene.description
        far = scene.description.rsplit("equal the loops ", 1)[1].rstrip(".")
        assert far == "exactly" or float(far.removeprefix("up to ")) < 1e-12

    return check


def check_blocks(scene, matrix, e_shape, h_shape, w):
    """Every frame holds one row of the kernel; what is said of the diagonals is so, number by number."""
    high, wide = int(np.prod(e_shape[1:])), int(np.prod(h_shape[1:]))
    framed = np.zeros(matrix.shape, bool)
    for frame, turned in zip(scene["W"].rectangles, scene["Wt"].rectangles, strict=True):
        top, left = int(frame.row), int(frame.column)
        block = matrix[top : top + high, left : left + wide]
        assert (frame.rows, frame.columns) == block.shape == (turned.columns, turned.rows) == (high, wide)
        assert (turned.row, turned.column) == (left, top)
        p = int(re.fullmatch(r"row (\d+) of w", frame.meaning)[1])
        assert set(np.unique(block)) <= {0.0, *np.unique(w[p])}
        framed[top : top + high, left : left + wide] = True
    assert not matrix[~framed].any()
    (m, n, d), (i, j, c) = (np.indices(shape).reshape(3, -1) for shape in (e_shape, h_shape))
    place = np.broadcast_arrays(m[:, None] - i, n[:, None] - j, d[:, None], c)
    by_place = {}
    for where, value in zip(zip(*(one.ravel() for one in place), strict=True), matrix.ravel(), strict=True):
        by_place.setdefault(where, set()).add(float(value))
    alike = all(len(values) == 1 for values in by_place.values())
    assert ("block Toeplitz matrix with Toeplitz blocks" in scene.description) == alike
    assert ("no Toeplitz matrix" in scene.description) == (not alike)
    assert f"{e_shape[0]} × {h_shape[0]} blocks of {high} × {wide}" in scene.description


def test_with_a_stride_it_is_no_toeplitz_matrix():
    explorer = ToeplitzView()
    said = {}
    for padding in explorer.positions("padding"):
        for stride in (1, 2):
            explorer.set(framed=True, padding=padding, stride=stride)
            check_blocks(
                explorer.current(),
                explorer.matrix(**explorer.values),
                explorer.setting.convolution(**explorer.values).e_shape((4, 4, 1)),
                (4, 4, 1),
                explorer.values["w"],
            )
            said[padding, stride] = "no Toeplitz" in explorer.current().description
    assert said == {(padding, stride): stride == 2 for padding, stride in said}


# ---- the learner's own function ----


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda W, de, h_shape: (W.T @ de.ravel()).reshape(h_shape), "all 16 numbers are right"),
        (lambda W, de, h_shape: (W.T @ de.ravel()).reshape(h_shape).T, "numbers of your dL/dh differ, the first at"),
        (lambda W, de, h_shape: W.T @ de.ravel(), "an array of shape (16,); dL/dh has the shape (4, 4)"),
        (lambda W, de, h_shape: ..., "gives back “...” still"),
    ],
)
def test_ones_own_function_makes_the_gradient(function, words):
    explorer = ToeplitzView(function=function)
    scene = explorer.current()
    assert words in scene.description and scene["dh"].title == "dL/dh by your function"
    found = function(explorer.matrix(**explorer.values), explorer.errors[:3, :3, 0], (4, 4))
    if np.shape(found) == (4, 4):
        assert_array_equal(scene["dh"].values, found)
        right = ToeplitzView().current()["dh"].values
        crossed = {tuple(map(int, at)) for mark in scene["dh"].highlights if mark.style == "cross" for at in mark.cells}
        assert crossed == {tuple(place) for place in np.argwhere(found != right)}
    else:
        assert np.isnan(scene["dh"].values).all()
    for values in ({"padding": "full"}, {"stride": 2}, {"entry": (3, 2)}, {"framed": True}):
        explorer.set(**values)
        assert len(explorer.current().description) > 30


def test_a_function_is_for_one_map(rng):
    with pytest.raises(ValueError, match="layer must have one map in and one out for a function"):
        ToeplitzView(built((4, 3, 2), 3, (3, 2)), rng.normal(size=(4, 3, 2)), function=lambda W, de, s: W)
    with pytest.raises(TypeError, match="function must be a function, called as matrix_gradient"):
        ToeplitzView(function=1)


@SWEEPS
def test_the_matrix_in_every_position_of_its_controls(everywhere):
    explorer = ToeplitzView()
    check = matrix_check(explorer)
    assert sweep(explorer, check, all_positions=everywhere) > 100
    for padding in explorer.positions("padding"):
        for stride in (1, 2):
            explorer.set(padding=padding, stride=stride)
            for entry in np.ndindex(*explorer.current()["W"].values.shape):
                if sum(entry) % (3 if everywhere else 11) == 0:
                    explorer.set(entry=entry)
                    check(explorer.current(), explorer.values)


def test_clicking_any_of_the_four_sets_the_others():
    explorer = ToeplitzView()
    explorer.set(entry_t=(7, 3))
    values = explorer.values
    assert values["entry"] == (3, 7) and values["at_h"] == (1, 3) and values["at_e"] == (1, 0)
    explorer.set(at_e=(2, 2))
    assert explorer.values["entry"] == (8, 7)
    explorer.set(at_h=(3, 0))
    assert explorer.values["entry"] == (8, 12) and explorer.values["entry_t"] == (12, 8)
    explorer.set(padding="full")
    assert explorer.values["at_e"] == (2, 2) and explorer.values["entry"] == (12, 12)


@pytest.mark.parametrize("name", some_slow(["two maps to three", "unequal strides"], ["unequal strides"]))
def test_the_matrix_of_any_small_layer(name, rng):
    shape, args, options = {
        "two maps to three": ((4, 3, 2), (3, 2), {}),
        "unequal strides": ((5, 6, 1), (2, 3), {"stride": (2, 3), "padding": 1}),
    }[name]
    layer = built(shape, *args, **options)
    explorer = ToeplitzView(layer, rng.normal(size=shape))
    assert sweep(explorer, matrix_check(explorer, layer)) > 20


def test_a_matrix_too_large_to_be_seen_is_refused():
    with pytest.raises(ValueError, match="image must be small: W would be 361 x 400 numbers; 80 can be seen"):
        ToeplitzView(image=np.zeros((20, 20)))
    with pytest.raises(ValueError, match="image has 2 channels"):
        ToeplitzView(image=np.zeros((3, 3, 2)))


def test_a_click_on_a_pixel_keeps_the_channels_that_are_looked_at(rng):
    explorer = ToeplitzView(built((4, 3, 2), 3, (3, 2)), rng.normal(size=(4, 3, 2)))
    explorer.set(entry=(5, 9))  # e[0, 1, 2] and h[1, 1, 1]
    explorer.set(at_h=(2, 0))
    assert explorer.values["entry"] == (5, np.ravel_multi_index((2, 0, 1), (4, 3, 2)))
    explorer.set(at_e=(1, 0))
    assert explorer.values["entry"] == (np.ravel_multi_index((1, 0, 2), (2, 2, 3)), 13)


def test_a_border_that_leaves_the_image_too_small_is_no_choice():
    explorer = ToeplitzView(built((4, 4, 1), 1, 5, padding="same"), np.eye(4))
    assert explorer.positions("padding") == ["same", "full"]
    assert sweep(explorer) > 10


@pytest.mark.parametrize("name", ["the editable kernel", "channels and a stride"])
def test_every_number_of_the_matrix_is_a_central_difference(name):
    shape = (4, 4, 1) if name == "the editable kernel" else (4, 5, 2)
    layer = None if name == "the editable kernel" else built(shape, 2, (2, 3), stride=2, padding="same")
    h = np.random.default_rng(5).integers(-3, 4, shape).astype(float)
    explorer = ToeplitzView(layer, h)
    for padding in explorer.positions("padding") if "padding" in explorer.controls else [None]:
        for stride in explorer.positions("stride") if "stride" in explorer.controls else [None]:
            explorer.set(**({} if padding is None else {"padding": padding, "stride": stride}))
            w, _ = kernel_of(layer, explorer.values)
            options = options_of(layer, explorer.values)
            slope = slopes(shape, w, *options)
            e_shape = slope.shape[:3]
            matrix, de = slope.reshape(-1, h.size), explorer.errors[: e_shape[0], : e_shape[1]]
            e = naive.conv2d(h[None], w, 0.0, *options)[0]
            image = h.copy()[None]
            dh = numeric_gradient(
                lambda image=image, w=w, options=options, de=de: float(
                    (de * naive.conv2d(image, w, 0.0, *options)[0]).sum()
                ),
                image,
            )[0]
            for k in range(max(matrix.shape)):
                row, column = k % len(matrix), k % h.size
                explorer.set(entry=(row, column))
                scene, c, d = explorer.current(), column % shape[2], row % e_shape[2]
                assert close(scene["W"].values, matrix) and close(scene["Wt"].values, matrix.T)
                assert close(scene["e"].values, e[:, :, d]) and close(scene["dh"].values, dh[:, :, c])
                assert_array_equal(scene["de"].values, de[:, :, d])
                assert_array_equal(scene["h"].values, h[:, :, c])
                crossing = number(re.search(r"cross at (−?[\d.]+\d|−?\d)", scene.description)[1])
                assert crossing == pytest.approx(matrix[row, column], abs=0.0051)
                texts = [[number(text or "0") for text in line] for line in scene["W"].texts]
                assert_allclose(texts, matrix, atol=0.0051)


def test_a_planted_shift_of_one_pixel_is_seen(monkeypatch):
    right = ops.conv2d_input_gradient
    monkeypatch.setattr(ops, "conv2d_input_gradient", lambda *a, **k: np.roll(right(*a, **k), 1, axis=2))
    with pytest.raises(AssertionError):
        test_every_number_of_the_matrix_is_a_central_difference("the editable kernel")
