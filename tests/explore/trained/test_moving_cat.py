"""The cat that moves shows the engine's numbers, and refuses in words."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab import datasets
from cnnlab.analysis.shifts import learned, lessons, place
from cnnlab.explore import MovingCat


def test_the_cat_moves_over_other_weights():
    explorer = MovingCat(datasets.photo("chelsea"))
    assert "576 (100 %)" in explorer.current().description and "yes" in explorer.current().description

    def check(scene, values):
        place_now = explorer.unit.middle[0] + values["down"], explorer.unit.middle[1] + values["right"]
        image = place(explorer.cat, explorer.field, *place_now, explorer.ground)
        np.testing.assert_array_equal(scene["image"].pixels, np.round(255 * image).astype(np.uint8))
        overlap = max(24 - abs(values["right"]), 0) * max(24 - abs(values["down"]), 0)
        assert f", {overlap} (" in scene.description
        e = explorer.unit.network.forward((image - explorer.ground)[None])[0, 0]
        line, point, ring = scene["answer"].items
        assert line.y[list(line.x).index(values["right"])] == point.y[0] == pytest.approx(e, abs=1e-5)
        assert ("no (in" in scene.description) == (e <= 0)
        assert ring.y[0] == pytest.approx(explorer.unit.answers[explorer.unit.middle], rel=1e-5), (
            "a kernel finds it everywhere"
        )
        box, now = scene["weights"].rectangles
        assert (now.row, now.column) == place_now and box.row < explorer.unit.middle[0]

    sweep(explorer, check)


def test_only_the_weights_that_saw_the_cat_have_learned():
    """The unit was trained on the middle alone: a unit with all the field's weights learns the same."""
    explorer = MovingCat(datasets.photo("chelsea"), field=(12, 15), size=8)
    shown = explorer.current()["weights"].pixels
    edge = np.ones((12, 15), bool)
    edge[2:10, 3:11] = False
    assert (shown[edge] == 0).all() and (shown[~edge] != 0).all()
    x, y = lessons(explorer.cat - explorer.ground)
    w, _ = learned(np.pad(x, ((0, 0), (2, 2), (3, 4), (0, 0))), y)
    np.testing.assert_allclose(shown, w.sum(axis=2), atol=1e-5)


def test_a_photo_of_bytes_is_shown_as_the_same_photo_of_numbers(rng):
    photo = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pixels = [MovingCat(one).current()["image"].pixels for one in (photo, photo / 255)]
    assert np.array_equal(*pixels) and len(np.unique(pixels[0])) > 100


@pytest.mark.parametrize(
    ("photo", "error", "words"),
    [
        (np.full((30, 30, 1), np.nan), ValueError, "photo must hold finite numbers"),
        (np.full((30, 30, 1), 200.0), ValueError, "photo must hold values 0..1; got values from 200 to 200"),
        (np.full((30, 30, 1), -1.0), ValueError, "photo must hold values 0..1; got values from -1 to -1"),
        (np.full((30, 30, 1), 200), TypeError, "photo must hold float32 or float64 numbers"),
    ],
)
def test_a_photo_that_cannot_be_shown_is_refused(photo, error, words):
    with pytest.raises(error, match=words):
        MovingCat(photo)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"field": (24, 24)}, ValueError, r"field must be larger than the picture, 24 x 24, both ways.*got \(24, 24\)"),
        ({"field": 20}, ValueError, "field must be larger than the picture, 24 x 24, both ways.*got 20"),
        ({"field": "ab"}, TypeError, "field must be a whole number of at least 1; got 'ab'"),
        ({"field": (48.5, 72)}, TypeError, "field must be a whole number of at least 1; got 48.5"),
        ({"field": (48, 72, 3)}, ValueError, r"field must be one whole number or a pair of them; got \(48, 72, 3\)"),
        ({"size": 0}, ValueError, "size must be a whole number of at least 1; got 0"),
        ({"size": 2.5}, TypeError, "size must be a whole number of at least 1; got 2.5"),
    ],
)
def test_a_field_or_size_that_cannot_be_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        MovingCat(np.full((30, 30, 1), 0.5), **change)


def test_a_field_may_be_a_square_and_a_picture_one_pixel():
    assert MovingCat(np.full((30, 30, 1), 0.5), field=26).field == (26, 26)
    assert MovingCat(np.full((30, 30, 1), 0.5), size=1).current()["weights"].pixels.shape == (48, 72)


@pytest.mark.parametrize("bad", [np.zeros((4, 4)), np.zeros((4, 4, 2))])
def test_a_photo_of_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match="photo must be"):
        MovingCat(bad)
