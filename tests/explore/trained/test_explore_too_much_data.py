"""The calculator and the cat that moves show the engine's numbers, and take any size from Python."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab import datasets
from cnnlab.analysis.shifts import place, shifted
from cnnlab.explore.trained.too_much_data import MovingCat, TooMuchData, duration, learned, lessons, size_words


def multiplied(scene, values):
    """The numbers of weights are the products of what was chosen."""
    weights = values["height"] * values["width"] * values["channels"] * values["units"]
    shared = values["size"] ** 2 * values["channels"] * values["kernels"]
    assert scene["numbers"].rows[1][1:] == [f"{weights:,}", f"{shared:,}"]
    assert scene["growth"].items[-1].y[0] == weights


def test_the_calculator_prints_the_lectures_numbers():
    explorer = TooMuchData()
    assert (
        "18,000,000 inputs" in explorer.current().description
        and "9,000,000,000 weights" in explorer.current().description
    )
    sweep(explorer, multiplied)


@pytest.mark.parametrize("name", ["height", "width", "channels", "units", "size", "kernels"])
def test_the_calculator_takes_any_whole_number_from_python(name):
    """Those for which the sliders have no place too: in the constructor, and later."""
    explorer = TooMuchData(**{name: 77})
    assert explorer.values[name] == 77
    multiplied(explorer.current(), explorer.values)
    explorer.set(**{name: 1_000_000})
    scene = explorer.current()
    multiplied(scene, explorer.values)
    side, weights = scene["growth"].items[-1].x[0], scene["growth"].items[-1].y[0]
    assert scene["growth"].x[1] >= side and scene["growth"].y[1] > weights, "the image is on the picture"
    for wrong, error in ((0, ValueError), (1_000_001, ValueError), (2.5, TypeError), ("a", TypeError)):
        with pytest.raises(error, match=f"{name} must be a whole number of at .*; got {wrong!r}"):
            explorer.set(**{name: wrong})
        with pytest.raises(error, match=f"{name} must be a whole number of at .*; got {wrong!r}"):
            TooMuchData(**{name: wrong})
    assert explorer.values[name] == 1_000_000


def test_times_and_sizes_are_said_in_words():
    assert [duration(s) for s in (2400, 7200, 9e9)] == ["40 minutes", "2 hours", "285 years"]
    assert [size_words(count) for count in (12, 9600, 36e9)] == ["12 B", "9.6 kB", "36 GB"]


def test_the_cat_moves_over_other_weights():
    explorer = MovingCat(datasets.photo("chelsea"))
    assert "576 (100 %)" in explorer.current().description and "yes" in explorer.current().description

    def check(scene, values):
        place_now = explorer.middle[0] + values["down"], explorer.middle[1] + values["right"]
        image = place(explorer.cat, explorer.field, *place_now, explorer.ground)
        np.testing.assert_array_equal(scene["image"].pixels, np.round(255 * image).astype(np.uint8))
        overlap = max(24 - abs(values["right"]), 0) * max(24 - abs(values["down"]), 0)
        assert f", {overlap} (" in scene.description
        e = explorer.network.forward((image - explorer.ground)[None])[0, 0]
        line, point, ring = scene["answer"].items
        assert line.y[list(line.x).index(values["right"])] == point.y[0] == pytest.approx(e, abs=1e-5)
        assert ("no (in" in scene.description) == (e <= 0)
        assert ring.y[0] == pytest.approx(explorer.answers[explorer.middle], rel=1e-5), "a kernel finds it everywhere"
        box, now = scene["weights"].rectangles
        assert (now.row, now.column) == place_now and box.row < explorer.middle[0]

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
