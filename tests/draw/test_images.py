"""Contact sheets show every image, and mistakes are the wrong answers."""

import numpy as np
import pytest
from painted import texts

from cnnlab import draw


def titles(picture):
    return [text for text in texts(picture) if text]


def test_a_contact_sheet_shows_every_image_under_its_title(rng):
    x = rng.random((5, 4, 3, 1))
    picture = draw.images(x, titles=list("abcde"), columns=3)
    shown = [one.get_array() for ax in picture.axes for one in ax.images]
    assert len(shown) == 5 and all(np.array_equal(one, other[:, :, 0]) for one, other in zip(shown, x, strict=True))
    assert titles(picture) == list("abcde") and not titles(draw.images(x, columns=3))
    assert titles(draw.images(x, titles=np.arange(5), columns=3)) == list("01234")
    with pytest.raises(ValueError, match=r"x must be \(N, H, W, 1\)"):
        draw.images(x[0])
    with pytest.raises(ValueError, match="each of the 5 images; got 2"):
        draw.images(x, titles=["a", "b"])


def test_a_contact_sheet_is_as_high_as_its_images_and_their_titles(rng):
    """No empty bands above and below a wide photograph, or between rows that have no titles."""
    width, height = draw.images(rng.random((1, 20, 30, 3)), size=3.0).figure.get_size_inches()
    assert (width, height) == (3.0, 2.0)
    x = rng.random((12, 10, 10, 1))
    heights = [
        draw.images(x, titles, columns=4).figure.get_size_inches()[1]
        for titles in (None, ["a"] * 4 + [""] * 8, ["a"] * 12, ["a"] * 4 + ["b\nc"] * 8)
    ]
    np.testing.assert_allclose(heights, [3.0, 3.25, 3.75, 4.05])
    first, second, third = draw.images(x, ["a"] * 4 + [""] * 8, columns=4).axes[0].images[::4]
    (_, _, one, _), (_, _, two, start), (_, _, _, last) = (image.get_extent() for image in (first, second, third))
    assert start - one == pytest.approx(last - two), "rows without titles are as near as can be"


def test_tiles_lie_in_rows_each_below_its_title_and_keep_their_sides(rng):
    picture = draw.images(rng.random((5, 4, 3, 1)), titles=list("abcde"), columns=3, size=1.0)
    (ax,) = picture.axes
    boxes = [one.get_extent() for one in ax.images]  # left, right, bottom, top; y downwards
    for k, ((left, right, bottom, top), title) in enumerate(zip(boxes, ax.texts, strict=True)):
        assert k % 3 < left < right < k % 3 + 1
        assert (bottom - top) / (right - left) == pytest.approx(4 / 3), "as high and wide as the image"
        assert title.get_position() == pytest.approx(((left + right) / 2, top), abs=0.05)
    assert boxes[3][3] > boxes[0][2] and boxes[0][3] == boxes[2][3]
    low, high = sorted(ax.get_ylim())
    assert low == 0 and high >= boxes[4][2], "nothing sticks out"


def test_mistakes_are_the_wrong_answers_and_none_is_said_so(rng):
    x = rng.random((4, 3, 3, 3))
    picture = draw.mistakes(x, np.array([0, 1, 2, 1]), np.array([0, 2, 2, 0]), names=["cat", "dog", "owl"])
    assert titles(picture) == ["dog, read owl", "dog, read cat"]
    assert "2 of 4" in picture.caption
    assert "Not one" in texts(draw.mistakes(x, np.zeros(4, int), np.zeros(4, int)))[0]
    with pytest.raises(ValueError, match="same number of samples"):
        draw.mistakes(x, np.zeros(3, int), np.zeros(4, int))


def test_axes_that_are_switched_off_keep_no_ticks():
    """Twenty for each image, half a megabyte, as long as a notebook keeps the picture."""
    picture = draw.images(np.zeros((3, 8, 8, 1)), ["a", "b", "c"])
    picture.png()
    for ax in picture.axes:
        assert not ax.get_xticklines()
        assert not ax.get_yticklabels()
