"""Back-propagation in the explorers: every number against the slow loops and against central differences, for every
pixel, channel, border and stride.
"""

import re

import naive
import numpy as np
import pytest
from convolved import backward, kernel_of, number, options_of
from explorers import sweep

from cnnlab import datasets, models
from cnnlab.explore import ErrorFootprint, ToeplitzView
from cnnlab.explore.backprop.error_footprint import COLLECTS, GOES
from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Conv2D, Dense


def built(shape, *args, **options):
    layer = Conv2D(*args, **options)
    layer.build(shape, np.random.default_rng(1), np.float64)
    return layer


def errors_of(explorer, values, shape):
    """dL/de as the controls say."""
    if "de0" in values:
        return np.stack([values[f"de{d}"] for d in range(shape[2])], axis=2)[: shape[0], : shape[1]]
    return explorer.errors[: shape[0], : shape[1]]


def slowly(explorer, layer, values):
    """w, dL/de and dL/dh, the last by the slow loops."""
    w, _ = kernel_of(layer, values)
    padding, stride = options_of(layer, values)
    e_shape = naive.conv2d(np.zeros((1, *explorer.shape)), w, 0.0, padding, stride).shape[1:]
    de = errors_of(explorer, values, e_shape)
    return w, de, backward(de, explorer.shape, w, padding, stride)


def map_of(panel):
    return panel.values if hasattr(panel, "values") else panel.pixels


def footprint_check(explorer, layer=None):
    def check(scene, values):
        w, de, dh = slowly(explorer, layer, values)
        padding, stride = options_of(layer, values)
        c, d = values.get("c", 0), values.get("d", 0)
        np.testing.assert_array_equal(map_of(scene["de"]), de[:, :, d])
        np.testing.assert_allclose(map_of(scene["dh"]), dh[:, :, c], atol=1e-12)
        np.testing.assert_array_equal(scene["w"].values, w[:, :, c, d])
        np.testing.assert_array_equal(scene["flipped"].values, w[::-1, ::-1, c, d])
        if values["look"] == GOES:
            (m, n), alone = values["at_e"], np.zeros_like(de)
            alone[m, n, d] = 1
            weights = backward(alone, explorer.shape, w, padding, stride)[:, :, c]
            reached = set(map(tuple, np.argwhere(np.isfinite(map_of(scene["weights"])))))
            assert {tuple(place) for place in np.argwhere(weights)} <= reached
            ones = backward(alone, explorer.shape, np.ones_like(w), padding, stride)[:, :, c]
            assert reached == {tuple(place) for place in np.argwhere(ones)}
            np.testing.assert_allclose(np.nan_to_num(map_of(scene["weights"])), weights, atol=1e-12)
            np.testing.assert_allclose(np.nan_to_num(map_of(scene["share"])), weights * de[m, n, d], atol=1e-12)
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
            lag = [
                int(k)
                for k in re.search(
                    r"gets w\[(−?\d+) − m', (−?\d+) − n'\]", scene.description.replace("−", "-").replace(" - ", " − ")
                ).groups()
            ]
            for i, j in reached:
                assert weights[i, j] == w[lag[0] - i, lag[1] - j, c, d]
        else:
            i, j = values["at_h"]
            one = np.zeros(explorer.shape)
            one[i, j, c] = 1
            taken = naive.conv2d(one[None], np.ones_like(w), 0.0, padding, stride)[0, :, :, d]
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


def test_the_footprint_in_every_position_of_its_controls():
    explorer = ErrorFootprint()
    assert sweep(explorer, footprint_check(explorer)) > 100


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


@pytest.mark.parametrize("name", LAYERS)
def test_any_layer_in_every_channel_and_pixel(name):
    shape, args, options = LAYERS[name]
    if "connections" in options:
        options = options | {"connections": np.array(options["connections"], bool)}
    layer = built(shape, *args, **options)
    explorer = ErrorFootprint(layer, np.zeros(shape))
    check = footprint_check(explorer, layer)
    assert sweep(explorer, check) > 20
    for c in range(shape[2]):
        for d in range(layer.filters):
            explorer.set(**({"c": c} if shape[2] > 1 else {}), **({"d": d} if layer.filters > 1 else {}))
            for at in np.ndindex(*explorer.current()["de"].values.shape):
                explorer.set(at_e=at)
                check(explorer.current(), explorer.values)
            for at in np.ndindex(*shape[:2]):
                explorer.set(at_h=at)
                check(explorer.current(), explorer.values)


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
    np.testing.assert_array_equal(explorer.current()["de"].values, de)
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


@pytest.mark.parametrize("kind", [ErrorFootprint, ToeplitzView])
def test_a_border_that_leaves_the_image_too_small_is_no_choice(kind):
    explorer = kind(built((4, 4, 1), 1, 5, padding="same"), np.eye(4))
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
    from cnnlab.explore.toolkit import windows

    right = windows.ops.conv2d_input_gradient

    def unflipped(de, w, *args, **options):
        return right(de, np.ascontiguousarray(w[::-1, ::-1]), *args, **options)

    monkeypatch.setattr(windows.ops, "conv2d_input_gradient", unflipped)
    explorer = ErrorFootprint()
    with pytest.raises(AssertionError):
        sweep(explorer, footprint_check(explorer))


# ---- the matrix --------------------------------------------------------------------------------------------------


def matrix_check(explorer, layer=None):
    def check(scene, values):
        h, (row, column) = explorer.h, values["entry"]
        w, _ = kernel_of(layer, values)
        padding, stride = options_of(layer, values)
        e = naive.conv2d(h[None], w, 0.0, padding, stride)[0]
        de = explorer.errors[: e.shape[0], : e.shape[1]]
        dh = backward(de, h.shape, w, padding, stride)
        one = np.eye(h.size).reshape(h.size, *h.shape)
        columns = [naive.conv2d(one[k : k + 1], w, 0.0, padding, stride).ravel() for k in range(h.size)]
        matrix = np.stack(columns, axis=1)
        np.testing.assert_allclose(scene["W"].values, matrix, atol=1e-12)
        np.testing.assert_allclose(scene["Wt"].values, matrix.T, atol=1e-12)
        np.testing.assert_allclose(matrix @ h.ravel(), e.ravel(), atol=1e-12)
        c, d = column % h.shape[2], row % e.shape[2]
        for name, expected in (("h", h[:, :, c]), ("e", e[:, :, d]), ("de", de[:, :, d]), ("dh", dh[:, :, c])):
            np.testing.assert_allclose(scene[name].values, expected, atol=1e-12, err_msg=name)
        assert values["entry_t"] == (column, row)
        assert values["at_e"] == np.unravel_index(row, e.shape)[:2]
        assert values["at_h"] == np.unravel_index(column, h.shape)[:2]
        marks = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in scene["h"].highlights}
        seen = {(i, j) for i, j in np.ndindex(*h.shape[:2]) if matrix[row].reshape(h.shape)[i, j, c] != 0}
        assert marks.get("seen by this e", set()) == seen and marks["this h"] == {values["at_h"]}
        marks = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in scene["e"].highlights}
        reached = {(m, n) for m, n in np.ndindex(*e.shape[:2]) if matrix[:, column].reshape(e.shape)[m, n, d] != 0}
        assert marks.get("reached by this h", set()) == reached and marks["this e"] == {values["at_e"]}
        assert f"{100 * (matrix == 0).mean():.0f} % of W is zero" in scene.description
        far = scene.description.rsplit("equal the loops ", 1)[1].rstrip(".")
        assert far == "exactly" or float(far.removeprefix("up to ")) < 1e-12

    return check


def test_the_matrix_in_every_position_of_its_controls():
    explorer = ToeplitzView()
    assert sweep(explorer, matrix_check(explorer)) > 100
    for padding in explorer.positions("padding"):
        for stride in (1, 2):
            explorer.set(padding=padding, stride=stride)
            for entry in np.ndindex(*explorer.current()["W"].values.shape):
                if sum(entry) % 3 == 0:
                    explorer.set(entry=entry)
                    matrix_check(explorer)(explorer.current(), explorer.values)


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


@pytest.mark.parametrize("name", ["two maps to three", "unequal strides"])
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
