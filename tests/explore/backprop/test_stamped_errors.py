"""dL/dh as it comes together: every stamp and every gathered pixel against the slow loops; words agree with both."""

import re

import numpy as np
import pytest
from convolved import backward, built, kernel_of, map_of, number
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab.explore import StampedErrors
from cnnlab.explore.backprop.stamped_errors import GATHERS, STAMPS
from cnnlab.layers import Conv2D


def errors_of(explorer, values):
    first = explorer.errors.starts["start"]
    return np.stack([values[f"de{d}"] for d in range(first.shape[2])], axis=2) if "de0" in values else first


KEPT = {}


def slow(explorer, layer, values, count=None, assign=False):
    """dL/dh of the first errors, by a loop over errors and weights; and how many stamps have reached each pixel.

    Once for the same numbers, which are asked for in many positions.
    """
    (w, _), de = kernel_of(layer, values), errors_of(explorer, values)
    stride = layer.stride if layer else (values.get("stride", 1),) * 2
    rows, columns = w.shape[:2]
    shape = explorer.shape
    if layer is None:
        shape = ((len(de) - 1) * stride[0] + rows, (de.shape[1] - 1) * stride[1] + columns, 1)
    key = w.tobytes(), w.shape, de.tobytes(), de.shape, stride, shape, count, assign
    if key in KEPT:
        return KEPT[key]
    dh, times = KEPT[key] = np.zeros(shape), np.zeros(shape[:2], int)
    for k in range(de.shape[0] * de.shape[1] if count is None else count):
        m, n = divmod(k, de.shape[1])
        for p, q in np.ndindex(rows, columns):
            place = m * stride[0] + rows - 1 - p, n * stride[1] + columns - 1 - q
            part = w[p, q] @ de[m, n]
            dh[place] = part if assign else dh[place] + part
            times[place] += 1
    return dh, times


def cells(panel, meaning):
    return {tuple(map(int, at)) for mark in panel.highlights if mark.meaning == meaning for at in mark.cells}


def stamped_check(explorer, layer=None):
    def check(scene, values):
        c, count, assign = values.get("c", 0), values["stamps"], values.get("assign", False)
        whole, _ = slow(explorer, layer, values)
        if values.get("look") == GATHERS:
            gathers(explorer, layer, scene, values, whole[:, :, c])
            return
        now, times = slow(explorer, layer, values, count, assign)
        right, _ = slow(explorer, layer, values, count)
        before, earlier = slow(explorer, layer, values, max(count - 1, 0), assign)
        assert_allclose(map_of(scene["dh"]), now[:, :, c], atol=1e-12)
        assert_allclose(map_of(scene["before"]), before[:, :, c], atol=1e-12)
        differ = {tuple(place) for place in np.argwhere(np.abs(now - right)[:, :, c] > 1e-9)}
        assert cells(scene["dh"], "not what += gives") == differ
        assert cells(scene["dh"], "not reached yet") == {tuple(place) for place in np.argwhere(times == 0)}
        reach = {tuple(place) for place in np.argwhere(times > earlier)}
        assert cells(scene["dh"], "this stamp") == reach
        over = {place for place in reach if times[place] > 1}
        assert cells(scene["placed"], "overwritten" if assign else "adds up") == over
        words = scene.description
        if not count:
            assert words.startswith("dL/dh is empty") and not now.any()
            return
        assert f"Error {count} of {times_of(explorer)}" in words and f"stamps {len(reach)} pixel" in words
        assert f"{len(over) or 'none'} of them had been reached before" in words
        assert ("this is dL/dh" in words) == (count == times_of(explorer) and not assign)
        found = re.search(r"By now (\d+) pixels? of (\d+)", words)
        assert (int(found[1]) if found else 0) == len(differ)
        assert ("Nothing is lost" in words) == (assign and not differ)

    return check


def times_of(explorer):
    return int(np.prod(explorer.errors.starts["start"].shape[:2]))


def gathers(explorer, layer, scene, values, whole):
    count, shown = values["pixels"], map_of(scene["dh"])
    assert np.isfinite(shown).sum() == count
    assert_allclose(shown.ravel()[:count], whole.ravel()[:count], atol=1e-12)
    if not count:
        assert scene.description.startswith("dL/dh is empty")
        return
    i, j = divmod(count - 1, whole.shape[1])
    assert {mark.meaning for mark in getattr(scene["spread"], "highlights", [])} <= {"zeros put in", "window"}
    assert number(scene["sum"].rows[-1][1]) == pytest.approx(whole[i, j], abs=6e-4)
    sums = [number(row[1]) for row in scene["sum"].rows[:-1]]
    assert sum(sums) == pytest.approx(whole[i, j], abs=6e-4 * len(sums))
    if len(sums) == 1:
        assert scene["products"].values.sum() == pytest.approx(whole[i, j])
    taken = slow_seen(explorer, layer, values)[i, j]
    words = {0: "gathers no error", 1: "gathers one error"}.get(taken, f"gathers {taken} errors")
    assert words in scene.description
    assert ("the same numbers that the stamps add up to" in scene.description) == (count == whole.size)


def slow_seen(explorer, layer, values):
    return slow(explorer, layer, values)[1]


def test_every_position_shows_what_the_slow_loop_makes():
    explorer = StampedErrors()
    check = stamped_check(explorer)
    assert sweep(explorer, check, all_positions=True) > 200
    for stride in (1, 2, 3):
        for assign in (False, True):
            for count in range(10):
                explorer.set(look=STAMPS, stride=stride, assign=assign, stamps=count)
                check(explorer.current(), explorer.values)


def test_both_looks_are_equally_high():
    explorer = StampedErrors()
    heights = {}
    for look in (STAMPS, GATHERS):
        explorer.set(look=look)
        heights[look] = sum(max(panel.height for panel in row) for row in explorer.current().rows)
    assert heights[STAMPS] == heights[GATHERS]


def test_with_overlaps_equals_loses_and_without_it_does_not():
    explorer = StampedErrors()
    lost = {}
    for stride in (1, 2, 3):
        explorer.set(stride=stride, assign=True, stamps=9)
        lost[stride] = len(cells(explorer.current()["dh"], "not what += gives"))
    assert lost[1] > lost[2] > lost[3] == 0
    explorer.set(stride=1)
    right = {(0, 0), (0, 4), (4, 0), (4, 4)}  # seen once: with = they are what += gives, whatever the numbers are
    assert not cells(explorer.current()["dh"], "not what += gives") & right


def test_a_click_goes_to_that_error_or_that_pixel():
    explorer = StampedErrors()
    explorer.set(at_e=(1, 2))
    assert explorer.values["stamps"] == 6 and explorer.values["look"] == STAMPS
    explorer.set(at_h=(3, 1))
    assert explorer.values["pixels"] == 17 and explorer.values["look"] == GATHERS
    assert cells(explorer.current()["dh"], "this pixel") == {(3, 1)}
    explorer.set(stride=3, pixels=81)
    explorer.set(stride=1)
    assert explorer.values["pixels"] == 25, "there are no more"
    explorer.set(stride=1, pixels=40)
    assert explorer.values["pixels"] == 25


def test_a_layer_stamps_all_its_maps_at_once(rng):
    layer = built((6, 5, 2), 3, (3, 2))
    explorer = StampedErrors(layer, np.zeros((6, 5, 2)))
    assert sweep(explorer, stamped_check(explorer, layer)) > 50
    de = rng.normal(size=(4, 4, 3))
    explorer = StampedErrors(layer, de=de)
    explorer.set(stamps=16, c=1)
    expected = backward(de, (6, 5, 2), layer.parameters["w"], "valid", (1, 1))
    assert_allclose(map_of(explorer.current()["dh"]), expected[:, :, 1], atol=1e-12)


def test_a_layer_with_a_border_and_real_errors(rng):
    layer = built((20, 20, 1), 2, 5, stride=2, padding="same")
    de = rng.normal(size=(10, 10, 2))
    explorer = StampedErrors(layer, de=de)
    explorer.set(stamps=100)
    expected = backward(de, (20, 20, 1), layer.parameters["w"], "same", (2, 2))[:, :, 0]
    assert_allclose(map_of(explorer.current()["dh"]), expected, atol=1e-12)
    assert sweep(explorer) > 50


# ---- the learner's own function ----


def own(flip=True, add=True):
    def map_gradient(de, w):
        P, Q = w.shape
        dh = np.zeros((len(de) + P - 1, de.shape[1] + Q - 1))
        for m, n in np.ndindex(de.shape):
            stamp = de[m, n] * (w[::-1, ::-1] if flip else w)
            dh[m : m + P, n : n + Q] = dh[m : m + P, n : n + Q] + stamp if add else stamp
        return dh

    return map_gradient


def test_a_right_function_is_told_so_at_every_step():
    explorer = StampedErrors(function=own())

    def check(scene, values):
        expected, _ = slow(explorer, None, values, values["stamps"])
        assert_allclose(scene["dh"].values, expected[:, :, 0], atol=1e-12)
        assert not cells(scene["dh"], "differs") and "every pixel of its dL/dh is right" in scene.description

    assert sweep(explorer, check, all_positions=True) > 20


@pytest.mark.parametrize("wrong", [{"flip": False}, {"add": False}])
def test_what_a_wrong_function_gives_is_shown_and_ringed(wrong):
    mine = own(**wrong)
    explorer = StampedErrors(function=mine)
    for count in range(10):
        explorer.set(stamps=count)
        scene = explorer.current()
        right, _ = slow(explorer, None, explorer.values, count)
        de = errors_of(explorer, explorer.values)[:, :, 0].copy()
        de.ravel()[count:] = 0
        given = mine(de, explorer.values["w"])
        assert_array_equal(scene["dh"].values, given)
        differ = {tuple(place) for place in np.argwhere(given != right[:, :, 0])}
        assert cells(scene["dh"], "differs") == differ
        if differ:
            i, j = min(differ)
            assert f"{len(differ)} of 25 pixels of its dL/dh differ, the first at [{i}, {j}]" in scene.description
    assert differ


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda de, w: ..., "gives back “...” still"),
        (lambda de, w: de, "Your function gave an array of shape (3, 3); dL/dh has the shape (5, 5)."),
        (lambda de, w: 1 / 0, "ZeroDivisionError"),
        (lambda de, w: np.full((5, 5), np.nan), "NaN, which is no number at [0, 0]"),
    ],
)
def test_a_function_that_fails_leaves_an_empty_panel_and_a_sentence(function, words):
    explorer = StampedErrors(function=function)
    explorer.set(stamps=4)
    scene = explorer.current()
    assert np.isnan(scene["dh"].values).all() and words in scene.description
    assert scene["de"].values.shape == (3, 3) and np.isfinite(scene["before"].values).all()
    assert sweep(explorer) > 10


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"layer": Conv2D(2, 3)}, ValueError, "image must be given for a layer that was never built"),
        ({"image": np.zeros((4, 4))}, ValueError, "image must be left out where no layer is given"),
        ({"de": np.zeros((2, 2, 2))}, ValueError, "de must be one map where no layer is given; got 2 channels"),
        ({"function": 3}, TypeError, "function must be a function, called as map_gradient"),
        ({"layer": built((5, 5, 1), 1, 3), "function": own()}, ValueError, "layer must be left out for a function"),
        ({"layer": built((5, 5, 1), 1, 3), "de": np.zeros((2, 2))}, ValueError, "de must have the shape of e"),
        ({"de": "text"}, TypeError, "de must hold"),
        ({"de": [[1, 2], [3]]}, ValueError, "de must be an array, or rows of the same length"),
        ({"de": np.full((3, 3), np.nan)}, ValueError, "de must hold finite numbers; got 9 NaN"),
        ({"layer": 3}, TypeError, "layer must be a Conv2D; got int"),
        ({"layer": built((5, 5, 1), 1, 3), "image": np.zeros((2, 2))}, ValueError, "w must fit into the image"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        StampedErrors(**arguments)
