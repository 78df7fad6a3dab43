"""The footprint of an error: every number against the slow loops and against central differences, in every pixel,
channel, border and stride.
"""

import re
from functools import lru_cache
from itertools import product

import naive
import numpy as np
import pytest
from anything.odd import some_slow
from convolved import backward, built, close, kernel_of, map_of, number, options_of, slopes
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import datasets, models, ops
from cnnlab.explore import ErrorFootprint
from cnnlab.explore.backprop.error_footprint import COLLECTS, GOES
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Conv2D, Dense


def errors_of(explorer, values, shape):
    """dL/de as the controls say."""
    if "de0" in values:
        return np.stack([values[f"de{d}"] for d in range(shape[2])], axis=2)[: shape[0], : shape[1]]
    return explorer.errors.starts["start"][: shape[0], : shape[1]]


@lru_cache(None)
def reached_by(place, h_shape, w_shape, padding, stride):
    """e (M, N, D) by the slow loop where h is 1 at one place and so is every weight."""
    one = np.zeros((1, *h_shape))
    one[(0, *place)] = 1
    return naive.conv2d(one, np.ones(w_shape), 0.0, padding, stride)[0]


def slowly(explorer, layer, values):
    """w, dL/de and dL/dh, the last by the slow loops."""
    w, _ = kernel_of(layer, values)
    padding, stride = options_of(layer, values)
    e_shape = reached_by((0, 0, 0), tuple(explorer.shape), w.shape, padding, stride).shape
    de = errors_of(explorer, values, e_shape)
    return w, de, backward(de, explorer.shape, w, padding, stride)


def footprint_check(explorer, layer=None):
    def check(scene, values):
        w, de, dh = slowly(explorer, layer, values)
        padding, stride = options_of(layer, values)
        c, d = values.get("c", 0), values.get("d", 0)
        assert_array_equal(map_of(scene["de"]), de[:, :, d])
        assert_allclose(map_of(scene["dh"]), dh[:, :, c], atol=1e-12)
        assert_array_equal(scene["w"].values, w[:, :, c, d])
        assert_array_equal(scene["flipped"].values, w[::-1, ::-1, c, d])
        if values["look"] == GOES:
            (m, n), alone = values["at_e"], np.zeros_like(de)
            alone[m, n, d] = 1
            weights = backward(alone, explorer.shape, w, padding, stride)[:, :, c]
            reached = set(map(tuple, np.argwhere(np.isfinite(map_of(scene["weights"])))))
            assert {tuple(place) for place in np.argwhere(weights)} <= reached
            ones = backward(alone, explorer.shape, np.ones_like(w), padding, stride)[:, :, c]
            assert reached == {tuple(place) for place in np.argwhere(ones)}
            assert_allclose(np.nan_to_num(map_of(scene["weights"])), weights, atol=1e-12)
            assert_allclose(np.nan_to_num(map_of(scene["share"])), weights * de[m, n, d], atol=1e-12)
            marked = {tuple(map(int, at)) for mark in scene["dh"].highlights for at in mark.cells}
            assert marked == reached
            for words, value in scene["terms"].rows[:9]:
                found = re.match(r"w\[(\d+), (\d+)\] × (\S+) → dL/dh\[(\d+), (\d+)\]", words)
                if not found:
                    assert words == "nothing" and not reached
                    continue
                p, q, i, j = (int(found[k]) for k in (1, 2, 4, 5))
                assert weights[i, j] == w[p, q, c, d] and number(found[3]) == pytest.approx(de[m, n, d], abs=0.00051)
                assert number(value) == pytest.approx(weights[i, j] * de[m, n, d], abs=0.00051)
            words = scene.description.replace("−", "-").replace(" - ", " − ")
            lag = [int(k) for k in re.search(r"gets w\[(−?\d+) − m', (−?\d+) − n'\]", words).groups()]
            for i, j in reached:
                assert weights[i, j] == w[lag[0] - i, lag[1] - j, c, d]
        else:
            i, j = values["at_h"]
            taken = reached_by((i, j, c), tuple(explorer.shape), w.shape, padding, stride)[:, :, d]
            marked = {tuple(map(int, at)) for mark in scene["de"].highlights for at in mark.cells}
            assert marked == {tuple(place) for place in np.argwhere(taken)}
            lines = {words: number(value) for words, value in scene["sum"].rows}
            at = next(value for words, value in lines.items() if words.startswith("dL/dh["))
            for name in ("w[−m, −n, d, c] * dL/de, there", "central difference of L"):
                assert lines[name] == at
            assert at == pytest.approx(dh[i, j, c], abs=0.00051)
            assert lines["* and backward differ by at most"] < 1e-12
            sums = [value for words, value in lines.items() if words.startswith(("sum", "of all"))]
            assert sum(sums) == pytest.approx(at, abs=0.0011 * len(sums))
            by_d = backward(np.where(np.arange(de.shape[2]) == d, de, 0), explorer.shape, w, padding, stride)[i, j, c]
            assert scene["products"].values.sum() == pytest.approx(by_d, abs=1e-9)
            count = int((taken != 0).sum())
            assert f"took part in {count or 'no'} output{'' if count < 2 else 's'}" in scene.description

    return check


@SWEEPS
def test_the_footprint_in_every_position_of_its_controls(everywhere):
    explorer = ErrorFootprint()
    assert sweep(explorer, footprint_check(explorer), all_positions=everywhere) > 100


def test_every_pixel_of_both_maps_in_every_border_and_stride():
    explorer = ErrorFootprint(image=np.zeros((5, 4)))
    check = footprint_check(explorer)
    for padding in explorer.positions("padding"):
        for stride in explorer.positions("stride"):
            explorer.set(padding=padding, stride=stride)
            for at in np.ndindex(*explorer.current()["de"].values.shape):
                explorer.set(at_e=at)
                assert explorer.values["look"] == GOES
                check(explorer.current(), explorer.values)
            for at in np.ndindex(5, 4):
                explorer.set(at_h=at)
                assert explorer.values["look"] == COLLECTS
                check(explorer.current(), explorer.values)


LAYERS = {
    "two maps to three": ((5, 4, 2), (3, 3), {}),
    "stride 2, border of 1": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1}),
    "unequal strides": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "partly connected, four maps": ((4, 4, 2), (4, 2), {"connections": [[1, 0, 1, 0], [1, 1, 0, 1]]}),
}


@SWEEPS
@pytest.mark.parametrize("name", some_slow(LAYERS, ["unequal strides", "partly connected, four maps"]))
def test_any_layer_in_every_channel_and_pixel(name, everywhere):
    """In every pixel; of the pairs of channels each in turn, or when there is time all of them."""
    shape, args, options = LAYERS[name]
    if "connections" in options:
        options = options | {"connections": np.array(options["connections"], bool)}
    layer = built(shape, *args, **options)
    explorer = ErrorFootprint(layer, np.zeros(shape))
    check = footprint_check(explorer, layer)
    assert sweep(explorer, check) > 20
    pairs, met = list(np.ndindex(shape[2], layer.filters)), set()
    turns = 1 if everywhere else len(pairs)
    for turn, (c, d) in enumerate(pairs):
        explorer.set(**({"c": c} if shape[2] > 1 else {}), **({"d": d} if layer.filters > 1 else {}))
        for name, side in (("at_e", explorer.current()["de"].values.shape), ("at_h", shape[:2])):
            for at in list(np.ndindex(*side))[turn % turns :: turns]:
                explorer.set(**{name: at})
                check(explorer.current(), explorer.values)
                met.add((name, at))
    assert len(met) == int(np.prod(explorer.current()["de"].values.shape)) + shape[0] * shape[1]


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_what_is_shown_is_the_central_difference_of_the_loss(padding, stride, rng):
    shape = (5, 6, 2)
    layer = built(shape, 3, (3, 2))
    explorer = ErrorFootprint(layer, np.zeros(shape))
    explorer.set(padding=padding, stride=stride)
    w, de, _ = slowly(explorer, layer, explorer.values)
    h = rng.normal(size=(1, *shape))

    def loss():
        return float((de * naive.conv2d(h, w, 0.0, padding, (stride, stride))[0]).sum())

    expected = numeric_gradient(loss, h)[0]
    for c in (0, 1):
        explorer.set(c=c)
        assert relative_error(explorer.current()["dh"].values, expected[:, :, c]) < 1e-6


def test_errors_of_ones_own_and_photographs(rng):
    layer = built((30, 30, 3), 5, 5, stride=2)
    de = rng.normal(size=(13, 13, 5))
    explorer = ErrorFootprint(layer, datasets.photo("coffee", 30), de)
    check = footprint_check(explorer, layer)
    for at in ((0, 0), (12, 12), (5, 7)):
        explorer.set(at_e=at, d=4, c=1)
        check(explorer.current(), explorer.values)
        explorer.set(at_h=(2 * at[0] + 1, at[1]))
        check(explorer.current(), explorer.values)
    assert ErrorFootprint(layer).shape == (30, 30, 3)


def test_errors_that_a_hand_cannot_reach_are_shown_as_they_came(rng):
    de = 100 * rng.normal(size=(4, 4))
    explorer = ErrorFootprint(de=de)
    assert "de0" not in explorer.controls and "de0" in ErrorFootprint(de=de / np.abs(de).max()).controls
    assert_array_equal(explorer.current()["de"].values, de)
    assert sweep(explorer, footprint_check(explorer)) > 50


def test_a_bias_for_every_unit_changes_nothing_and_every_border_can_be_chosen():
    layer = models.zip_code_1989()[0]
    explorer = ErrorFootprint(layer)
    check = footprint_check(explorer, layer)
    for padding in explorer.positions("padding"):
        for stride in explorer.positions("stride"):
            explorer.set(padding=padding, stride=stride, at_e=(0, 0), d=3)
            check(explorer.current(), explorer.values)
            explorer.set(at_h=(7, 7))
            check(explorer.current(), explorer.values)


def test_a_border_that_leaves_the_image_too_small_is_no_choice():
    explorer = ErrorFootprint(built((4, 4, 1), 1, 5, padding="same"), np.eye(4))
    assert explorer.positions("padding") == ["same", "full"]
    assert sweep(explorer) > 10


def test_one_pixel_is_one_pixel():
    words = ErrorFootprint(built((5, 5, 1), 1, 1), np.eye(5)).current().description
    assert "from 1 pixel of h, so its error goes back to this one, multiplied by the weight that led there:" in words


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"layer": Conv2D(2, 3)}, ValueError, "image must be given for a layer that was never built"),
        ({"layer": Dense(2), "image": np.zeros((4, 4))}, TypeError, "layer must be a Conv2D; got Dense"),
        ({"image": np.zeros((4, 4, 2))}, ValueError, "image has 2 channels"),
        ({"de": np.zeros((3, 3))}, ValueError, r"de must have the shape of e, \(4, 4, 1\); got \(3, 3, 1\)"),
    ],
)
def test_the_footprint_refuses_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        ErrorFootprint(**arguments)


def test_a_planted_bug_in_the_backward_pass_is_seen(monkeypatch):
    right = ops.conv2d_input_gradient

    def unflipped(de, w, *args, **options):
        return right(de, np.ascontiguousarray(w[::-1, ::-1]), *args, **options)

    monkeypatch.setattr(ops, "conv2d_input_gradient", unflipped)
    explorer = ErrorFootprint()
    with pytest.raises(AssertionError):
        sweep(explorer, footprint_check(explorer))


# ---- every number is a central difference of the slow forward pass ----


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
    assert_array_equal(scene["spread"].values, z)
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


NUDGED = {
    "the editable kernel": (None, (5, 4, 1)),
    "two maps to two": (((2, (3, 2)), {}), (4, 5, 2)),
    "unequal strides, border of 1": (((3, (2, 3)), {"stride": (2, 3), "padding": 1}), (6, 7, 2)),
}


@pytest.mark.parametrize("all_pairs", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", some_slow(NUDGED, ["the editable kernel", "unequal strides, border of 1"]))
def test_every_number_of_the_footprint_is_a_central_difference(name, all_pairs):
    """In every pixel; of the pairs of channels each in turn, a third at a time, or when there is time all of them."""
    made, shape = NUDGED[name]
    layer = None if made is None else built(shape, *made[0], **made[1])
    explorer = ErrorFootprint(layer, np.zeros(shape))
    seen, met = 0, set()
    strides = explorer.positions("stride") if "stride" in explorer.controls else [None]
    for turn, (padding, stride) in enumerate(product(explorer.positions("padding"), strides)):
        explorer.set(padding=padding, **({} if stride is None else {"stride": stride}))
        w, _ = kernel_of(layer, explorer.values)
        border, steps = options_of(layer, explorer.values)
        slope = slopes(explorer.shape, w, border, steps)
        _, de, dh = explorer.gradients(**explorer.values)
        assert close(dh, np.einsum("mnd,mndijc->ijc", de, slope))
        pairs = list(np.ndindex(shape[2], de.shape[2]))
        for c, d in pairs if all_pairs else pairs[turn % min(3, len(pairs)) :: 3]:
            explorer.set(**({"c": c} if shape[2] > 1 else {}), **({"d": d} if de.shape[2] > 1 else {}))
            for _ in all_places(explorer, de):
                compare_footprint(explorer, slope, de, w, border, steps)
                seen += 1
            met.add((c, d))
    assert seen > 250 and met == {*pairs}


def test_a_planted_shift_of_one_pixel_is_seen(monkeypatch):
    right = ops.conv2d_input_gradient
    monkeypatch.setattr(ops, "conv2d_input_gradient", lambda *a, **k: np.roll(right(*a, **k), 1, axis=2))
    with pytest.raises(AssertionError):
        test_every_number_of_the_footprint_is_a_central_difference("two maps to two", all_pairs=False)
