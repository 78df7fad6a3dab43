"""ThreePoolings: every number against pooling written down slowly, in every position."""

from itertools import product

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep
from pooled import slowly

from cnnlab.explore import ThreePoolings
from cnnlab.explore.pooling.three_poolings import FEATURES
from cnnlab.explore.toolkit.numbers import format_number

MODES = ("max", "average", "decimation")


def share(before, after):
    whole = (before + after).sum()
    return np.abs(after - before).sum() / whole if whole else 0.0


def test_three_poolings_of_the_feature_and_of_the_moved_feature():
    def check(scene, values):
        feature = explorer.features[values["feature"]]
        size, (rows, columns) = values["size"], feature.shape
        e = np.zeros((2, 12, 12))
        for one, (down, right) in zip(e, ((0, 0), (values["down"], values["right"])), strict=True):
            top, left = values["row"] + down, values["column"] + right
            one[top : top + rows, left : left + columns] = feature  # raises if it is cut off
        assert_array_equal(scene["e"].values, e[0])
        moved = {tuple(at) for mark in scene["e"].highlights for at in mark.cells}
        assert moved == ({tuple(at) for at in np.argwhere(e[1])} if values["down"] or values["right"] else set())
        here, everywhere = (bars.y for bars in scene["change"].items)
        for k, mode in enumerate(MODES):
            before, after = (slowly(one, None, mode, size, size, True)[0][: 12 // size, : 12 // size] for one in e)
            assert_allclose(scene[mode].values, before)
            assert_allclose(scene[f"{mode} moved"].values, after)
            changed = {tuple(at) for mark in scene[f"{mode} moved"].highlights for at in mark.cells}
            assert changed == {tuple(at) for at in np.argwhere(before != after)}
            assert here[k] == pytest.approx(share(before, after)) and 0 <= everywhere[k] <= 1
            assert f"{mode} {format_number(here[k])}" in scene.description or not (values["down"] or values["right"])

    explorer = ThreePoolings()
    assert sweep(explorer, check, all_positions=True) > 50


def test_over_all_beginnings_max_never_changes_more_than_average_nor_average_more_than_decimation():
    """What the notebook says of every feature, move and M of the explorer; for one pixel max and average are equal."""
    explorer, reach = ThreePoolings(), range(-2, 3)
    for feature, size, *move in product(FEATURES, (2, 3, 4), reach, reach):
        found = [explorer.over_all(feature, mode, size, tuple(move)) for mode in MODES]
        assert found[0] <= found[1] + 1e-12 and found[1] <= found[2] + 1e-12
        assert feature != "one pixel" or found[0] == pytest.approx(found[1])
    for feature in set(FEATURES) - {"one pixel"}:
        assert explorer.over_all(feature, "max", 2, (0, 1)) < explorer.over_all(feature, "average", 2, (0, 1))


def test_begun_at_one_place_only_each_of_the_three_can_be_the_steadiest():
    explorer, steadiest = ThreePoolings(), set()
    for feature, row, column in product(FEATURES, (2, 3), (2, 3)):
        explorer.set(feature=feature, row=row, column=column)
        steadiest.add(MODES[int(np.argmin(explorer.current()["change"].items[0].y))])
    assert {"max", "decimation"} <= steadiest


def test_a_feature_of_ones_own_and_a_wrong_one():
    explorer = ThreePoolings([[1, 2], [3, 4]])
    assert explorer.values["feature"] == "your own" and explorer.current()["e"].values.sum() == 10
    for wrong, words in (
        (np.zeros((5, 5)), r"be one map of up to 4 x 4 numbers; got an array of shape \(5, 5\)"),
        ([[-1.0]], "hold numbers from 0 to 9; got some from -1 to -1"),
        ([[np.nan]], "hold finite numbers; got 1 NaN"),
        (np.zeros(3), r"be one image .*; got an array of shape \(3,\)"),
        ([[1], [2, 3]], "be an array, or rows of the same length"),
        (np.zeros((0, 2)), "not be empty"),
    ):
        with pytest.raises(ValueError, match=f"feature must {words}"):
            ThreePoolings(wrong)
    for wrong in ("a bar", [[1j]], [[None]]):
        with pytest.raises(TypeError, match="feature must hold float32 or float64 numbers; got dtype"):
            ThreePoolings(wrong)
