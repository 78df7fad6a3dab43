"""Decisions shows the engine's numbers, and counts the regions, at every position of its controls."""

import numpy as np
import pytest
from anything.odd import some_slow
from explorers import SWEEPS, assert_array_equal, sweep

from cnnlab.analysis import regions
from cnnlab.analysis.stepwise import disc_and_ring
from cnnlab.explore.small_networks.decisions import PRESETS, Decisions
from cnnlab.explore.still.boxes import layout
from cnnlab.explore.toolkit.planes import SMALL, raster

POINTS, CLASSES = disc_and_ring(40)


def number(words):
    return float(words.replace("−", "-"))


def check_of(explorer):
    def check(scene, values):
        w, b, v, bias = (np.asarray(part) for part in vars(explorer.network(values)).values())
        e = np.array(values["probe"]) @ w + b
        h = np.maximum(e, 0)
        for k, row in enumerate(scene["numbers"].rows):
            wanted = [e[k], h[k], v[k], v[k] * h[k]] if explorer.second else [b[k], e[k], h[k]]
            assert [number(word) for word in row[-len(wanted) :]] == pytest.approx(wanted, abs=0.0051)
        code = "".join("1" if one > 0 else "0" for one in e)
        assert f"lies in region {code}: " in scene.description
        if explorer.second:
            said = number(scene.description.split("ŷ = v0")[1].split("= ")[1].split(":")[0])
            assert said == pytest.approx(bias + h @ v, abs=0.0051)
            assert [item.drag for item in scene["weights"].items if getattr(item, "drag", None)] == [
                f"v{k}" for k in range(values["lines"] + 1)
            ]
        elif values["count"]:
            assert scene["count"].rows[1][1] == str(regions.count(w, b))
            assert f"{regions.count(w, b)} regions of at most" in scene.description
        else:
            assert "regions" not in scene.description and "k(k" not in str(scene["count"].rows)
        if explorer.task is not None:
            yhat = np.maximum(explorer.task[0] @ w + b, 0) @ v + bias
            wrong = np.sum((yhat > 0) != explorer.task[1])
            assert f"{wrong} of {len(yhat)} points lie on the wrong side" in scene.description
        for item in scene["plane"].items:
            if type(item).__name__ == "Label" and set(item.text) <= {"0", "1"} and len(item.text) == values["lines"]:
                code = regions.codes(w, b, [(item.x, item.y)])[0]
                assert item.text == "".join("1" if bit else "0" for bit in code)
        mosaic = scene["units"].background.values
        seen = mosaic[~np.isnan(mosaic)]
        top = max(np.abs(np.maximum(raster(3.0, SMALL) @ w + b, 0) * (v if explorer.second else 1)).max(), 0)
        assert scene["units"].background.scale == pytest.approx((-(top or 1.0), top or 1.0))
        assert np.abs(seen).max() == pytest.approx(top) and len(seen) == values["lines"] * SMALL**2

    return check


@SWEEPS
@pytest.mark.parametrize("second", [False, True])
def test_decisions_show_the_numbers_of_both_layers(second, everywhere, monkeypatch):
    """With each handle at all its places, or at some: there are twenty of them."""
    explorer = Decisions(second=second)
    every = explorer.positions
    if not everywhere:
        monkeypatch.setattr(explorer, "positions", lambda name: every(name)[:: 6 if name[1:].isdigit() else 1])
    assert sweep(explorer, check_of(explorer), all_positions=everywhere) > 100


def test_points_are_counted_on_both_sides_of_zero():
    explorer = Decisions(x=POINTS, y=CLASSES)
    check = check_of(explorer)
    for v0 in (-2.0, -0.5, 0.0, 1.0):
        for tip in ((1.5, -2.0), (0.3, 0.4)):
            explorer.set(v0=(0.0, v0), n1=tip)
            check(explorer.current(), explorer.values)
    shown = [item for item in explorer.current()["plane"].items if getattr(item, "label", "").startswith("y = ")]
    assert [len(item.x) for item in shown] == [20, 20]


def test_the_normal_stands_on_its_line_and_ends_at_its_handle():
    explorer = Decisions(lines=4)
    scene, (w, b) = explorer.current(), Decisions.weights(explorer.values)
    vectors = [item for item in scene["plane"].items if type(item).__name__ == "Vector"]
    assert len(vectors) == 4
    for k, item in enumerate(vectors):
        assert np.array([item.x, item.y]) @ w[:, k] + b[k] == pytest.approx(0)
        assert (item.dx, item.dy) == pytest.approx(tuple(w[:, k]))
        assert (item.x + item.dx, item.y + item.dy) == pytest.approx(explorer.values[f"n{k + 1}"])
    assert all(item.shade and not item.arrow for item in scene["plane"].items if type(item).__name__ == "Border")


def test_every_facet_of_the_surface_has_one_brightness_and_bends_where_a_line_with_a_weight_runs():
    explorer = Decisions(lines=3, second=True)
    explorer.set(v2=(2.0, 0.0))
    (w, b), light = Decisions.weights(explorer.values), explorer.current()["plane"].background.light
    on = regions.codes(w, b, raster(3.0, len(light)).reshape(-1, 2))[:, [0, 2]]
    for code in np.unique(on, axis=0):
        assert np.ptp(light.ravel()[(on == code).all(axis=1)]) < 1e-9, "line 2 has no weight: it is not seen"
    explorer.set(v2=(2.0, 1.0))
    light = explorer.current()["plane"].background.light
    on = regions.codes(w, b, raster(3.0, len(light)).reshape(-1, 2))[:, [0, 2]]
    assert max(np.ptp(light.ravel()[(on == code).all(axis=1)]) for code in np.unique(on, axis=0)) > 0.05


def test_a_dragged_weight_changes_the_second_layer_alone():
    explorer = Decisions(lines=3, second=True)
    w, b, v, bias = explorer.layers()
    explorer.set(v0=(0.0, -1.3), v3=(3.0, 1.7))
    after = explorer.layers()
    assert_array_equal(after[0], w)
    assert_array_equal(after[1], b)
    assert (after[2].tolist(), after[3]) == ([v[0], v[1], 1.7], -1.3) and bias == -0.5


@pytest.mark.parametrize(
    ("x", "y"), [(np.zeros((3, 3)), [0, 1, 0]), (np.zeros((3, 2)), [0, 1]), (np.zeros((2, 2)), [0, 2]), (POINTS, None)]
)
def test_points_that_do_not_fit_are_refused(x, y):
    with pytest.raises(ValueError, match="x must be"):
        Decisions(x=x, y=y)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_arrangement_makes_what_its_name_says(preset):
    explorer = Decisions()
    explorer.set(preset=preset, lines=6, count=True)
    words = explorer.current().description
    expected = {"all parallel": "parallel", "all through one point": "6 lines pass through one point"}.get(preset)
    assert (expected in words) if expected else ("22 regions" in words)


@pytest.mark.parametrize("k", range(1, 7))
def test_every_region_of_general_position_is_seen_with_its_code_beside_the_handles(k):
    explorer = Decisions(lines=k)
    explorer.set(count=True)
    scene = explorer.current()
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
    explorer.set(n1=explorer.values["p1"], count=True)
    assert "2 regions" in explorer.current().description and "draws none" in explorer.current().description


@pytest.mark.parametrize("width", [1180, 1000, 880])
def test_no_position_of_the_controls_changes_the_height(width):
    high = set()
    for explorer in (Decisions(), Decisions(second=True)):
        for lines in range(1, 7):
            explorer.set(lines=lines)
            for codes in (False, True):
                for probe in ((0.1, -0.7), (0.0, 2.0)):
                    explorer.set(codes=codes, probe=probe)
                    high.add(layout(explorer.current(), width)[1])
    assert len(high) == 1


@pytest.mark.parametrize("width", some_slow([340, 455, 600, 925], [340, 925]))
@pytest.mark.parametrize("second", [False, True])
def test_no_number_is_cut_off_at_any_width_of_a_page(second, width):
    explorer = Decisions(second=second)
    for preset in PRESETS:
        for lines in range(1, 7):
            explorer.set(preset=preset, lines=lines)
            texts = [text.words for at in layout(explorer.current(), width)[0] for text in at.texts]
            assert not [words for words in texts if "…" in words], (preset, lines)
