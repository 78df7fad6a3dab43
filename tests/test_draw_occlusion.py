"""The occlusion map shows the numbers it was given, and hides the place where they are smallest."""

import numpy as np
import pytest

from cnnlab import draw


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


def test_other_shapes_are_refused(rng):
    with pytest.raises(ValueError, match=r"image must be \(H, W, 1\)"):
        draw.occlusion(rng.random((12, 12)), rng.random((6, 6)), 4)
    with pytest.raises(ValueError, match=r"probability must be \(H', W'\), at most \(12, 12\); got shape \(13, 6\)"):
        draw.occlusion(rng.random((12, 12, 3)), rng.random((13, 6)), 4)
