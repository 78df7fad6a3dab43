"""The explorers of notebooks 03 and 04 show the engine's numbers, at every position of their controls."""

import itertools

import numpy as np
import pytest
from explorers import sweep

from cnnlab import regions
from cnnlab.explore.decisions import PRESETS, Decisions
from cnnlab.explore.descent import Descent
from cnnlab.landscape import Quadratic


def test_descent_shows_the_rule_of_the_lecture_step_by_step():
    explorer = Descent()

    def check(scene, values):
        path = next(item for item in scene["surface"].items if getattr(item, "label", "") == "path")
        u = np.stack([path.x, path.y], axis=1)
        landscape = explorer.landscapes[values["surface"]]
        assert np.allclose(u[0], values["start"])
        if values["momentum"] == values["noise"] == 0:
            for before, after in itertools.pairwise(u):
                assert np.allclose(after, before - values["eta"] * landscape.gradient(before))
        shown = scene["loss"].items[0].y
        assert np.allclose(shown, np.clip(landscape.loss(u), 1e-9, 1e12))

    assert sweep(explorer, check) > 50


@pytest.mark.parametrize(("eta", "word"), [(0.01, "crawl"), (0.2, "smooth"), (0.45, "zigzag"), (0.55, "diverg")])
def test_descent_names_what_the_learning_rate_does(eta, word):
    explorer = Descent()
    explorer.set(surface="ravine", eta=eta, steps=60)
    assert word in explorer.current().description
    assert explorer.current()["rule"].rows[2][1] == "0.5"


@pytest.mark.parametrize(("eta", "word"), [(0.01, "gathers speed"), (0.45, "gathers speed"), (2.1, "diverg")])
def test_with_momentum_neither_crawl_nor_zigzag_is_foretold(eta, word):
    explorer = Descent()
    explorer.set(surface="tilted ravine", momentum=0.8, eta=eta, steps=60)
    description = explorer.current().description
    assert word in description and "crawl" not in description and "zigzag" not in description
    explorer.set(momentum=0.0, eta=0.01)
    assert "crawl" in explorer.current().description


def test_a_diverged_descent_is_shown_and_explained():
    explorer = Descent({"steep": Quadratic((100.0, 100.0))}, etas=[0.001, 5.0], eta=5.0)
    explorer.set(steps=60)
    scene = explorer.current()
    assert "diverged" in scene.description and "left all bounds" in scene.description
    assert all(np.isfinite(item.x).all() for item in scene["surface"].items[1:] if hasattr(item, "x"))


def test_walk_takes_one_step_a_press_and_stops_at_the_end():
    explorer = Descent()
    explorer.set(steps=58)
    explorer.press("walk", times=2)
    assert explorer.values["steps"] == 60 and not explorer.enabled("walk")


def test_decisions_print_the_units_and_count_the_regions():
    def check(scene, values):
        w, b = Decisions.weights(values)
        e = np.array(values["probe"]) @ w + b
        for k, row in enumerate(scene["units"].rows):
            assert float(row[2]) == pytest.approx(e[k], abs=0.0051)
            assert float(row[3]) == pytest.approx(max(e[k], 0), abs=0.0051)
            assert row[4] == ("on" if e[k] > 0 else "off")
        assert scene["count"].rows[1][1] == str(regions.count(w, b))
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


def test_a_dragged_line_takes_its_normal_along():
    explorer = Decisions()
    before = Decisions.weights(explorer.values)[0]
    x, y = explorer.values["p1"]
    explorer.set(p1=(x - 0.4, y + 0.3))
    assert np.allclose(Decisions.weights(explorer.values)[0], before) and explorer.values["preset"] == "my own"


def test_a_unit_without_a_direction_is_no_line():
    explorer = Decisions(lines=2)
    explorer.set(n1=explorer.values["p1"])
    assert "2 regions" in explorer.current().description and "draws none" in explorer.current().description
