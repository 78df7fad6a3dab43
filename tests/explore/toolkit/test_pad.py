"""A drawing pad takes images of its shape and range, pictures that its view has read of a file, and nothing else."""

import numpy as np
import pytest

from cnnlab.explore.live.answers import Answers
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.pad import Pad
from cnnlab.explore.toolkit.scene import Image, Scene


class Drawn(Explorer):
    """A pad and nothing else."""

    def __init__(self, **pad):
        super().__init__([Pad("x", "draw", (4, 5, 1), **pad)])

    def scene(self, x):
        return Scene(
            [Image(name="x", pixels=x, colours="ink", scale=(-1, 1), draw="x")], f"Ink: {(x > 0).sum()} pixels."
        )


@pytest.mark.parametrize("shape", [(16, 16, 1), (8, 8, 1), (28, 28, 1), (32, 32, 3), (1, 64, 1)])
def test_a_pad_of_any_size_begins_with_paper_and_keeps_its_own_copy(shape):
    pad = Pad("x", shape=shape)
    assert pad.value.shape == shape and pad.value.dtype == np.float32 and (pad.value == -1).all()
    mine = np.zeros(shape)
    taken = pad.check(mine)
    mine[:] = 1
    assert (taken == 0).all() and not taken.flags.writeable
    for value in pad.positions():
        np.testing.assert_array_equal(pad.check(value), value)


def test_grey_images_need_no_channel():
    pad = Pad("x", shape=(2, 3, 1))
    np.testing.assert_array_equal(pad.check([[0, 1, -1], [0.5, 0, 0]])[..., 0], [[0, 1, -1], [0.5, 0, 0]])


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((5, 4, 1)),
        np.zeros((4, 5, 3)),
        np.zeros(20),
        np.full((4, 5, 1), np.nan),
        np.full((4, 5, 1), np.inf),
        np.full((4, 5, 1), 1.1),
        np.full((4, 5, 1), "a"),
        np.zeros((4, 5, 1), complex),
        np.ones((4, 5, 1), bool),
        [[1]] * 4,
        [[[0]] * 5] * 3 + [[[0]] * 4],
        "abcd",
        None,
        7,
        np.array(1),
        {"height": 4},
    ],
)
def test_what_is_no_image_of_it_is_refused(value):
    explorer = Drawn()
    with pytest.raises(ValueError, match=r"x must be an array of shape \(4, 5, 1\) with values from -1 to 1; got"):
        explorer.set(x=value)
    assert (explorer.values["x"] == -1).all()


@pytest.mark.parametrize(
    "pad", [dict(shape=(4, 5)), dict(shape=(4, 5, 2)), dict(shape=(0, 5, 1)), dict(shape=(4, 65, 1)), dict(paper=1)]
)
def test_there_are_no_such_pads(pad):
    with pytest.raises(ValueError, match=r"shape must be|paper and ink must be"):
        Pad("x", **pad)


def ask(explorer, value, number=1):
    question = {"do": "set", "view": "v", "number": number, "name": "x", "value": value}
    return Answers(explorer).answer(question).content["refused"]


def test_a_view_draws_and_python_has_the_same_numbers():
    explorer = Drawn()
    rows = [[[round(-1 + 0.1 * (r + c), 4)] for c in range(5)] for r in range(4)]
    assert ask(explorer, rows) is None
    np.testing.assert_array_equal(explorer.values["x"], np.float32(rows))
    np.testing.assert_array_equal(explorer.current()["x"].pixels, np.float32(rows)[..., 0])
    assert explorer.picture().png().startswith(b"\x89PNG")
    explorer.reset()
    assert (explorer.values["x"] == -1).all()


def test_a_picture_is_fitted_as_the_data_are():
    seen = []
    explorer = Drawn(fit=lambda picture: seen.append(picture) or np.full((4, 5, 1), picture[0, 0, 0]))
    assert ask(explorer, {"height": 2, "width": 3, "levels": [51] * 18}) is None
    assert seen[0].shape == (2, 3, 3) and seen[0].dtype == np.float32
    np.testing.assert_allclose(explorer.values["x"], 0.2, atol=1e-6)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"height": 2, "width": 3, "levels": [0] * 17},
        {"height": 2, "width": 3, "levels": [0] * 17 + [256]},
        {"height": 2, "width": 3, "levels": [0] * 17 + [-1]},
        {"height": 2, "width": 3, "levels": [0] * 17 + ["0"]},
        {"height": 2, "width": 3, "levels": [0] * 17 + [0.5]},
        {"height": 2, "width": 3, "levels": [0] * 17 + [[0]]},
        {"height": 2, "width": 3, "levels": "0" * 18},
        {"height": True, "width": 6, "levels": [0] * 18},
        {"height": -2, "width": -3, "levels": [0] * 18},
        {"height": 193, "width": 1, "levels": [0] * 579},
        {"height": 1e400, "width": 1, "levels": []},
    ],
)
def test_what_is_no_picture_is_refused_in_words(message):
    explorer = Drawn(fit=lambda picture: np.zeros((4, 5, 1)))
    words = ask(explorer, message)
    assert "a picture is height x width x 3" in words or "the levels of a picture are whole numbers" in words
    assert (explorer.values["x"] == -1).all()


def test_a_pad_without_a_fit_takes_no_pictures_and_a_fit_may_refuse():
    picture = {"height": 1, "width": 1, "levels": [0, 0, 0]}
    assert "takes no pictures" in ask(Drawn(), picture)
    wrong = Drawn(fit=lambda picture: np.zeros((9, 9, 1)))
    assert "must be an array of shape (4, 5, 1)" in ask(wrong, picture)
    assert not Drawn().controls["x"].spec()["takes"] and wrong.controls["x"].spec()["takes"]
