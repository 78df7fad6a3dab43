"""Every number that the explorers of the way back show, against central differences of the slow forward pass: for every
pixel, channel, border and stride that can be chosen.
"""

import re

import naive
import numpy as np
import pytest
from convolved import kernel_of, number, options_of

from cnnlab import ops
from cnnlab.explore import ErrorFootprint, ToeplitzView
from cnnlab.explore.backprop.error_footprint import COLLECTS, GOES
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Conv2D

LIMIT = 1e-6


def built(shape, *args, **options):
    layer = Conv2D(*args, **options)
    layer.build(shape, np.random.default_rng(3), np.float64)
    return layer


def slopes(h_shape, w, padding, stride):
    """de[m, n, d]/dh[i, j, c] for all six indices, by nudging each pixel of an image and going forward."""
    h = np.random.default_rng(4).standard_normal((1, *h_shape))

    def forward():
        return naive.conv2d(h, w, 0.0, padding, stride)[0]

    found = np.empty((*forward().shape, *h_shape))
    for place in np.ndindex(*h_shape):
        before = h[(0, *place)]
        h[(0, *place)] = before + 1e-3
        above = forward()
        h[(0, *place)] = before - 1e-3
        found[(..., *place)] = (above - forward()) / 2e-3
        h[(0, *place)] = before
    return found


def close(found, expected):
    """Relative to the largest number on the screen; where all of them are zero, nothing else will do."""
    if not np.any(np.abs(expected) > 1e-9):
        return not np.any(np.abs(found) > 1e-9)
    return relative_error(found, expected) < LIMIT


def compare_footprint(explorer, slope, de, w, padding, stride):
    scene, values = explorer.current(), explorer.values
    c, d = values.get("c", 0), values.get("d", 0)
    dh = np.einsum("mnd,mndijc->ijc", de, slope)
    assert close(scene["dh"].values, dh[:, :, c])
    if values["look"] == GOES:
        m, n = values["at_e"]
        through = slope[m, n, d, :, :, c]
        assert close(np.nan_to_num(scene["weights"].values), through)
        assert close(np.nan_to_num(scene["share"].values), de[m, n, d] * through)
        for words, value in scene["terms"].rows:
            if found := re.search(r"→ dL/dh\[(\d+), (\d+)\]", words):
                i, j = int(found[1]), int(found[2])
                assert number(value) == pytest.approx(de[m, n, d] * through[i, j], abs=0.00051)
        return
    i, j = values["at_h"]
    (P, Q), (s, t), (top, left) = scene["products"].values.shape, stride, (ops.pads(k, padding)[0] for k in w.shape[:2])
    z = np.zeros(((len(de) - 1) * s + 2 * P - 1, (de.shape[1] - 1) * t + 2 * Q - 1))
    z[P - 1 : len(z) - P + 1 : s, Q - 1 : z.shape[1] - Q + 1 : t] = de[:, :, d]
    np.testing.assert_array_equal(scene["spread"].values, z)
    errors = {(P - 1 + m * s, Q - 1 + n * t) for m, n in np.ndindex(*de.shape[:2])}
    window = {(i + top + p, j + left + q) for p, q in np.ndindex(P, Q)}
    marks = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in scene["spread"].highlights}
    assert marks["summed"] == window & set(np.ndindex(*z.shape))
    assert marks["zeros put in"] == set(np.ndindex(*z.shape)) - errors
    products = np.zeros((P, Q))
    for m, n in np.ndindex(*de.shape[:2]):
        p, q = m * s + P - 1 - top - i, n * t + Q - 1 - left - j  # the weight that led from h[i, j] to e[m, n]
        if 0 <= p < P and 0 <= q < Q:
            products[p, q] = de[m, n, d] * slope[m, n, d, i, j, c]
    assert close(scene["products"].values, products)
    lines = {words: number(value) for words, value in scene["sum"].rows}
    for words, value in lines.items():
        if words.startswith(("dL/dh[", "w[−m", "central")):
            assert value == pytest.approx(dh[i, j, c], abs=0.00051), words
        elif found := re.search(r"d = (\d)$", words):
            k = int(found[1])
            assert value == pytest.approx((de[:, :, k] * slope[:, :, k, i, j, c]).sum(), abs=0.00051)
    printed = format_number(float(np.round(dh[i, j, c], 9)), 0 if np.array_equal(w, np.round(w)) else 3)
    assert f"= {printed}: h[{i}, {j}]" in scene.description


def all_places(explorer, de):
    for at in np.ndindex(*de.shape[:2]):
        explorer.set(at_e=at)
        assert explorer.values["look"] == GOES
        yield
    for at in np.ndindex(*explorer.shape[:2]):
        explorer.set(at_h=at)
        assert explorer.values["look"] == COLLECTS
        yield


LAYERS = {
    "the editable kernel": (None, (5, 4, 1)),
    "two maps to two": (((2, (3, 2)), {}), (4, 5, 2)),
    "unequal strides, border of 1": (((3, (2, 3)), {"stride": (2, 3), "padding": 1}), (6, 7, 2)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_number_of_the_footprint_is_a_central_difference(name):
    made, shape = LAYERS[name]
    layer = None if made is None else built(shape, *made[0], **made[1])
    explorer = ErrorFootprint(layer, np.zeros(shape))
    seen = 0
    strides = explorer.positions("stride") if "stride" in explorer.controls else [None]
    for padding in explorer.positions("padding"):
        for stride in strides:
            explorer.set(padding=padding, **({} if stride is None else {"stride": stride}))
            w, _ = kernel_of(layer, explorer.values)
            border, steps = options_of(layer, explorer.values)
            slope = slopes(explorer.shape, w, border, steps)
            _, de, dh = explorer.gradients(**explorer.values)
            assert close(dh, np.einsum("mnd,mndijc->ijc", de, slope))
            for c, d in np.ndindex(shape[2], de.shape[2]):
                explorer.set(**({"c": c} if shape[2] > 1 else {}), **({"d": d} if de.shape[2] > 1 else {}))
                for _ in all_places(explorer, de):
                    compare_footprint(explorer, slope, de, w, border, steps)
                    seen += 1
    assert seen > 250


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
                np.testing.assert_array_equal(scene["de"].values, de[:, :, d])
                np.testing.assert_array_equal(scene["h"].values, h[:, :, c])
                crossing = number(re.search(r"cross at (−?[\d.]+\d|−?\d)", scene.description)[1])
                assert crossing == pytest.approx(matrix[row, column], abs=0.0051)
                texts = [[number(text or "0") for text in line] for line in scene["W"].texts]
                np.testing.assert_allclose(texts, matrix, atol=0.0051)


def test_a_planted_shift_of_one_pixel_is_seen(monkeypatch):
    from cnnlab.explore.toolkit import windows

    right = windows.ops.conv2d_input_gradient
    monkeypatch.setattr(windows.ops, "conv2d_input_gradient", lambda *a, **k: np.roll(right(*a, **k), 1, axis=2))
    with pytest.raises(AssertionError):
        test_every_number_of_the_footprint_is_a_central_difference("two maps to two")
    with pytest.raises(AssertionError):
        test_every_number_of_the_matrix_is_a_central_difference("the editable kernel")
