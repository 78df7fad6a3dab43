"""Flattened: every place, index and formula against NumPy's reshape."""

import numpy as np
import pytest
from explorers import assert_array_equal, sweep

from cnnlab.explore import Flattened


def check_colours(scene, shape, flat):
    """Each number has the colour of its channel, in its map and in the vector."""
    colours = {}
    for panel in [scene["vector"], *(scene[f"map{c}"] for c in range(shape[2]))]:
        for mark in (one for one in panel.highlights if one.style in ("tint", "dot")):
            for cell in mark.cells.astype(int):
                colours.setdefault((panel.name, *cell), []).append(mark.colour)
    assert all(len(found) == 1 for found in colours.values()) and len(colours) == 2 * flat.size
    for link in scene.links:
        for row, column, zero, at in link.pairs.astype(int):
            assert colours["vector", zero, at] == colours[link.panel, row, column] == [int(link.panel[3:])]


def check_against(h=None):
    def check(scene, values):
        shape = (values["H"], values["W"], values["C"]) if h is None else h.shape
        block = h
        if h is None:
            block = np.array([100 * m + 10 * n + c for m, n, c in np.ndindex(shape)]).reshape(shape)
        last = "last" in values["order"]
        flat = (block if last else block.transpose(2, 0, 1)).reshape(-1)
        assert_array_equal(scene["vector"].values, flat[None])
        for c in range(shape[2]):
            assert_array_equal(scene[f"map{c}"].values, block[:, :, c])
        (m, n), c, i = values["map0"], values["c"], values["i"]
        assert (
            flat[i] == block[m, n, c]
            and np.ravel_multi_index((m, n, c) if last else (c, m, n), shape if last else (shape[2], *shape[:2])) == i
        )
        assert values["vector"] == (0, i)
        boxes = {
            panel.name: [tuple(at) for mark in panel.highlights if mark.style == "box" for at in mark.cells]
            for panel in scene.panels
            if hasattr(panel, "values")
        }
        assert boxes.pop("vector") == [(0, i)] and boxes.pop(f"map{c}") == [(m, n)] and not any(boxes.values())
        told = {}
        for name, sum_ in [(words.split(), numbers) for words, numbers in scene["formula"].rows if numbers]:
            left, right = sum_.replace("·", "*").replace("mod", "%").replace("div", "//").split("=")
            assert eval(left, {}) == int(right), "the printed sums are true"
            told[name[0]] = int(right)
        assert told == {"i": i, "m": m, "n": n, "c": c}
        check_colours(scene, shape, flat)
        for link in scene.links:
            for row, column, zero, at in link.pairs.astype(int):
                assert zero == 0 and scene[link.panel].values[row, column] == flat[at]
        assert sum(len(link.pairs) for link in scene.links) == flat.size

    return check


def test_every_position_of_the_default_block():
    assert sweep(Flattened(), check_against(), all_positions=True) > 80


@pytest.mark.parametrize("shape", [(2, 2, 4), (4, 3, 1), (1, 1, 1), (1, 4, 2)])
def test_a_block_of_ones_own(shape, rng):
    h = rng.normal(size=shape)
    assert sweep(Flattened(h), check_against(h)) > 5


def test_a_click_in_either_picture_moves_both_and_another_order_keeps_the_unit():
    explorer = Flattened()
    explorer.set(map1=(0, 2))
    assert (explorer.values["i"], explorer.values["c"]) == (7, 1)
    explorer.set(vector=(0, 6))
    assert (explorer.values["map0"], explorer.values["c"]) == ((0, 2), 0)
    explorer.set(vector=(0, 13))
    channel_last, channel_first = explorer.positions("order")
    explorer.set(order=channel_first)
    assert (explorer.values["map0"], explorer.values["c"], explorer.values["i"]) == ((1, 1), 1, 10)
    explorer.set(order=channel_last)
    assert explorer.values["i"] == 13


def test_next_walks_through_the_whole_vector_and_begins_again():
    explorer = Flattened()
    explorer.set(i=0)
    met = []
    for _ in range(18):
        met.append((*explorer.values["map0"], explorer.values["c"]))
        explorer.press("next")
    assert met == list(np.ndindex(2, 3, 3)) and explorer.values["i"] == 0


def test_what_is_no_block_is_refused():
    with pytest.raises(TypeError, match=r"h must be finite numbers \(H, W, C\); got float64 of shape \(3, 3\)"):
        Flattened(np.zeros((3, 3)))
    with pytest.raises(TypeError, match="h must be finite"):
        Flattened(np.full((2, 2, 2), np.nan))
    with pytest.raises(ValueError, match=r"at most 4 x 4 x 4 numbers; got shape \(5, 2, 1\)"):
        Flattened(np.zeros((5, 2, 1)))
