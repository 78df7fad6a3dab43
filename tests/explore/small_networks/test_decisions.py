"""Decisions shows the engine's numbers, and counts the regions, at every position of its controls."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis import regions
from cnnlab.explore.small_networks.decisions import PRESETS, Decisions


def test_decisions_print_the_units_and_count_the_regions():
    def check(scene, values):
        w, b = Decisions.weights(values)
        e = np.array(values["probe"]) @ w + b
        for k, row in enumerate(scene["units"].rows):
            assert float(row[2]) == pytest.approx(e[k], abs=0.0051)
            assert float(row[3]) == pytest.approx(max(e[k], 0), abs=0.0051)
            assert row[4] == ("on" if e[k] > 0 else "off")
        assert scene["count"].rows[1][1] == str(regions.count(w, b))
        if values["surface"]:
            second, yhat = scene["count"].rows[4]
            signs = [1 if sign in "=+" else -1 for sign in second.split()[1::2][: len(e)]]
            assert signs == [1, -1, 1, -1, 1, -1][: len(e)]
            assert float(yhat) == pytest.approx(np.maximum(e, 0) @ signs, abs=0.0051)
            assert scene["count"].rows[5][1] == f"±{scene['plane'].background.scale[1]:.1f}"
        for item in scene["plane"].items:
            if (
                hasattr(item, "text")
                and hasattr(item, "size")
                and set(item.text) <= {"0", "1"}
                and len(item.text) == values["lines"]
            ):
                code = regions.codes(w, b, [(np.mean(item.x), np.mean(item.y))])[0]
                assert item.text == "".join("1" if bit else "0" for bit in code)

    sweep(Decisions(), check)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_arrangement_makes_what_its_name_says(preset):
    explorer = Decisions()
    explorer.set(preset=preset, lines=6)
    words = explorer.current().description
    expected = {"all parallel": "parallel", "all through one point": "6 lines pass through one point"}.get(preset)
    assert (expected in words) if expected else ("22 regions" in words)


@pytest.mark.parametrize("k", range(1, 7))
def test_every_region_of_general_position_is_seen_with_its_code_beside_the_handles(k):
    scene = Decisions(lines=k).current()
    labels = [item for item in scene["plane"].items if type(item).__name__ == "Label"]
    assert len(labels) == len({item.text for item in labels}) == regions.general_count(k)
    assert [row[1] for row in scene["count"].rows[:3]] == [str(regions.general_count(k))] * 3
    handles = [item for item in scene["plane"].items if getattr(item, "drag", None)]
    apart = [np.hypot(one.x - item.x[0], one.y - item.y[0]) for one in labels for item in handles]
    assert min(apart) > 0.35  # a handle is 0.2 wide, half a code up to 0.3; before, a code lay on "w2"


def test_a_dragged_line_takes_its_normal_along():
    explorer = Decisions()
    before = Decisions.weights(explorer.values)[0]
    x, y = explorer.values["p1"]
    explorer.set(p1=(x - 0.4, y + 0.3))
    assert np.allclose(Decisions.weights(explorer.values)[0], before) and explorer.values["preset"] == "my own"


def test_a_line_with_a_long_normal_stops_at_the_edge_and_comes_back_as_it_was():
    explorer = Decisions()
    explorer.set(p1=(0, 0))
    explorer.set(n1=(3.2, -1.1))
    ways = []
    for passed in ([], [(2.9, -2.9)], [(2.9, 0), (-2.9, -2.9)]):
        for foot in (*passed, (0.2, 0.3)):
            explorer.set(p1=foot)
            assert np.allclose(Decisions.weights(explorer.values)[0][:, 0], (3.2, -1.1), rtol=0, atol=1e-9)
        ways.append((explorer.values["p1"], explorer.values["n1"]))
    assert ways[0] == ways[1] == ways[2] == ((0.2, 0.3), (3.4, -0.8))
    explorer.set(p1=(2.9, 0))
    assert explorer.values["p1"][0] < 1, "its tip would leave the map"


def test_a_unit_without_a_direction_is_no_line():
    explorer = Decisions(lines=2)
    explorer.set(n1=explorer.values["p1"])
    assert "2 regions" in explorer.current().description and "draws none" in explorer.current().description
