"""The explorers of notebooks 03, 04 and 06 show the engine's numbers, at every position of their controls."""

import itertools

import numpy as np
import pytest
from explorers import sweep

from cnnlab import datasets, regions
from cnnlab.explore.decisions import PRESETS, Decisions
from cnnlab.explore.descent import Descent
from cnnlab.explore.shift_test import shifted
from cnnlab.explore.too_much_data import MovingCat, TooMuchData, place
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


def test_the_calculator_prints_the_lectures_numbers():
    def check(scene, values):
        weights = values["height"] * values["width"] * values["channels"] * values["units"]
        assert scene["numbers"].rows[1][1:] == [
            f"{weights:,}",
            f"{values['size'] ** 2 * values['channels'] * values['kernels']:,}",
        ]

    explorer = TooMuchData()
    assert (
        "18,000,000 inputs" in explorer.current().description
        and "9,000,000,000 weights" in explorer.current().description
    )
    sweep(explorer, check)


def test_the_cat_moves_over_other_weights():
    explorer = MovingCat(datasets.photo("chelsea"))
    assert "100 %" in explorer.current().description

    def check(scene, values):
        row, column = explorer.middle[0] + values["down"], explorer.middle[1] + values["right"]
        expected = np.round(255 * np.clip(place(explorer.cat, explorer.field, row, column, 0.92), 0, 1)).astype(
            np.uint8
        )
        assert np.array_equal(scene["image"].pixels, expected)
        overlap = max(24 - abs(values["right"]), 0) * max(24 - abs(values["down"]), 0)
        assert f", {overlap} (" in scene.description

    sweep(explorer, check)


def test_a_photo_of_bytes_is_shown_as_the_same_photo_of_numbers(rng):
    photo = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pixels = [MovingCat(one).current()["image"].pixels for one in (photo, photo / 255)]
    assert np.array_equal(*pixels) and len(np.unique(pixels[0])) > 100


@pytest.mark.parametrize(("photo", "error", "words"), [
    (np.full((30, 30, 1), np.nan), ValueError, "photo must hold finite numbers"),
    (np.full((30, 30, 1), 200.0), ValueError, "photo must hold values 0..1; got values from 200 to 200"),
    (np.full((30, 30, 1), -1.0), ValueError, "photo must hold values 0..1; got values from -1 to -1"),
    (np.full((30, 30, 1), 200), TypeError, "photo must hold float32 or float64 numbers"),
])
def test_a_photo_that_cannot_be_shown_is_refused(photo, error, words):
    with pytest.raises(error, match=words):
        MovingCat(photo)


def test_place_and_shift_move_pixels_and_keep_the_rest(rng):
    photo = rng.random((3, 4, 1))
    canvas = place(photo, (6, 7), 2, -1, ground=0.5)
    assert np.array_equal(canvas[2:5, :3], photo[:, 1:]) and (canvas[:2] == 0.5).all() and (canvas[:, 3:] == 0.5).all()
    images = rng.random((2, 5, 5, 1))
    moved = shifted(images, 2, -1)
    assert np.array_equal(moved[:, :4, 2:], images[:, 1:, :3])
    assert np.array_equal(moved[0, :, :2], np.full((5, 2, 1), images[0, 0, 0, 0]))
    assert np.array_equal(shifted(shifted(images, 1), -1)[:, :, 1:4], images[:, :, 1:4])
    assert (shifted(images, 9)[0] == images[0, 0, 0]).all()


@pytest.mark.parametrize("bad", [np.zeros((4, 4)), np.zeros((4, 4, 2))])
def test_a_photo_of_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match="photo must be"):
        MovingCat(bad)
