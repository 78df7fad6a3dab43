"""The occlusion map shows the numbers it was given, and hides the place where they are smallest."""

import numpy as np
import pytest

from cnnlab import draw
from cnnlab.picture import DPI


def test_the_map_is_the_given_one_and_the_square_lies_where_it_is_smallest(rng):
    image, probability = rng.random((12, 12, 3)), rng.uniform(0.4, 0.9, size=(6, 6))
    probability[2, 5] = 0.1
    picture = draw.occlusion(image, probability, 4, whole=0.95, name="cat")
    first, second, third = picture.axes[:3]
    np.testing.assert_allclose(third.images[0].get_array(), 100 * probability)
    np.testing.assert_array_equal(first.images[0].get_array(), image)
    covered = image.copy()
    covered[2:6, 8:12] = 0.5
    np.testing.assert_array_equal(second.images[0].get_array(), covered)
    assert first.get_title() == "nothing hidden: cat 95 %" and second.get_title().endswith(" 10 %")
    assert "4 x 4" in picture.caption and "from 10 to" in picture.caption


@pytest.mark.parametrize("shape", [(32, 32), (32, 48), (48, 32)])
def test_every_word_lies_inside_of_the_picture(rng, shape):
    picture = draw.occlusion(rng.random((*shape, 3)), rng.random((16, 16)), 10, whole=0.94, name="cat")
    figure, page = picture.figure, picture.figure.bbox
    figure.set_dpi(DPI)  # as it is saved
    figure.canvas.draw()
    texts = [text for ax in picture.axes for text in (ax.title, ax.xaxis.label, ax.yaxis.label) if text.get_text()]
    boxes = [text.get_window_extent(figure.canvas.get_renderer()) for text in texts]
    assert len(boxes) == 6
    assert all(page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1 for box in boxes)


def test_other_shapes_are_refused(rng):
    with pytest.raises(ValueError, match=r"image must be \(H, W, 1\)"):
        draw.occlusion(rng.random((12, 12)), rng.random((6, 6)), 4)
    with pytest.raises(ValueError, match=r"probability must be \(H', W'\), at most \(12, 12\); got shape \(13, 6\)"):
        draw.occlusion(rng.random((12, 12, 3)), rng.random((13, 6)), 4)
