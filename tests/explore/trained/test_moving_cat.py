"""The cat that moves shows the engine's numbers, and refuses in words."""

import numpy as np
import pytest
from explorers import SWEEPS, assert_allclose, sweep

from cnnlab import datasets
from cnnlab.analysis.shifts import learned, lessons, pieces, place
from cnnlab.explore import MovingCat
from cnnlab.explore.toolkit.numbers import moved_words


def answered(explorer):
    """A check of every scene: what is shown and said is what the unit, asked as a network, says of that image."""

    def check(scene, values):
        name = values.get("photo", explorer.name)
        unit, steps = explorer.unit(values.get("photo")), values["steps"]
        half = explorer.size // 2
        at = tuple(place - half for place in values["where"])
        image = place(unit.picture, explorer.field, *at)
        shown = scene["image"].pixels.astype(float) / 255
        ground = shown[-1, -1] if at != tuple(np.array(explorer.field) - explorer.size) else shown[0, 0]
        assert_allclose(shown, np.clip(image + ground, 0, 1), atol=0.006)
        e = unit.network(steps).forward(image[None])[0, 0]
        assert scene["map"].pixels[values["where"]] == pytest.approx(e, abs=1e-4)
        _, line, point, ring = scene["answer"].items
        assert line.y[list(line.x).index(point.x[0])] == point.y[0] == pytest.approx(e, abs=1e-4)
        centred = unit.answers(steps)[unit.middle]
        assert ring.y[0] == pytest.approx(centred, rel=1e-4, abs=1e-6), "a kernel finds it everywhere"
        down, right = (at[k] - unit.middle[k] for k in (0, 1))
        overlap = max(explorer.size - abs(right), 0) * max(explorer.size - abs(down), 0)
        words = scene.description
        assert f": {overlap} of its " in words and words.startswith(name[0].upper() + name[1:])
        assert moved_words(down, right, "in the middle") in words
        assert f", {'yes' if point.y[0] > 0 else 'no'} (in" in words
        assert scene["image"].title == f"{name}: drag it"
        learned_at, now = scene["weights"].rectangles
        assert (now.row, now.column) == at and learned_at.row < unit.middle[0]

    return check


@pytest.fixture(scope="module")
def explorer():
    """One for all tests that leave it as it was made: each photograph is learned once."""
    return MovingCat()


@SWEEPS
def test_the_picture_moves_over_other_weights_for_every_photograph(explorer, everywhere):
    """Small pictures, which are learned in half the time, and by night the large ones."""
    explorer.reset()
    assert "576 of its 576 pixels (100 %)" in explorer.current().description
    explorer = explorer if everywhere else MovingCat(field=(24, 36), size=12)
    assert sweep(explorer, answered(explorer), all_positions=everywhere) > 60


@pytest.mark.parametrize("photographs", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_what_the_words_say_of_all_places_is_counted_at_every_place(explorer, photographs):
    """As notebook 06 says: the unit of the cat says yes at no place further off than one pixel."""
    explorer.reset()
    for name in explorer.positions("photo")[:photographs]:
        explorer.set(photo=name)
        unit = explorer.unit()
        network, yes = unit.network(), []
        places = list(np.ndindex(unit.answers().shape))
        images = np.stack([place(unit.picture, explorer.field, *one) for one in places])
        for one, e in zip(places, network.forward(images)[:, 0], strict=True):
            yes += [np.subtract(one, unit.middle)] if e > 0 else []
        far = np.abs(yes).max(axis=0)
        assert explorer.current().description.endswith(
            f"Of all 1,225 places it says yes at {len(yes)}, at most {far[0]} down or up, {far[1]} to a side."
        )
        assert len(explorer.current()["map"].highlights[0].cells) == len(yes) > 0
        assert name != "the cat" or (len(yes), *far) == (7, 1, 1)
        assert len(yes) < 0.06 * len(places)


def test_after_one_step_the_weights_are_nearly_the_cat_and_later_less_so():
    """As notebook 06 says: a correlation of 0.97 after one step, and of 0.79 after 400."""
    unit = MovingCat(datasets.photo("chelsea")).unit()
    alike = [np.corrcoef(unit.kernel(steps)[0].ravel(), unit.picture.ravel())[0, 1] for steps in (1, 10, 100, 400)]
    assert [round(float(one), 2) for one in (alike[0], alike[-1])] == [0.97, 0.79]
    assert sorted(alike, reverse=True) == alike


def test_before_it_has_learned_it_says_nothing(explorer):
    explorer.reset()
    explorer.set(steps=0)
    scene = explorer.current()
    assert scene.description.endswith("it says yes at 0.") and len(scene["map"].highlights) == 1
    assert (scene["weights"].pixels == 128).all()


def test_a_picture_stays_whole_in_the_field_and_has_its_name():
    explorer = MovingCat(datasets.photo("rocket"), field=(26, 30), size=7, name="the rocket")
    assert explorer.title == "The rocket moves, and other weights see it"
    explorer.set(where=(0, 29))
    assert explorer.values["where"] == (3, 26)
    sweep(explorer, answered(explorer))
    assert (explorer.current()["weights"].title, "photo" in explorer.controls) == (
        "its weights: what has it learned?",
        False,
    )


def test_only_the_weights_that_saw_the_picture_have_learned():
    """The unit was trained on the middle alone: a unit with all the field's weights learns the same."""
    unit = MovingCat(datasets.photo("chelsea"), field=(12, 15), size=8).unit()
    edge = np.ones((12, 15), bool)
    edge[2:10, 3:11] = False
    assert (unit.weights()[edge] == 0).all() and (unit.weights()[~edge] != 0).all()
    x, y = lessons(unit.picture, pieces(8, 3, datasets.photo("chelsea")))
    w, _ = learned(np.pad(x, ((0, 0), (2, 2), (3, 4), (0, 0))), y, steps=(400,))
    assert_allclose(unit.weights(), w[0], atol=1e-4)


def test_a_photo_of_bytes_is_shown_as_the_same_photo_of_numbers(rng):
    photo = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    pixels = [MovingCat(one, size=8).current()["image"].pixels for one in (photo, photo / 255)]
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
        ({"name": " "}, TypeError, "name must be words, what the photo shows; got ' '"),
        ({"name": 3}, TypeError, "name must be words, what the photo shows; got 3"),
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
