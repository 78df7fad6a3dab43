"""Photographs: what they are and whose."""

import numpy as np
import pytest

from cnnlab import datasets


def test_photographs_are_float_images_with_their_origin():
    assert {"chelsea", "coffee", "astronaut", "rocket", "brick", "grass", "gravel"} <= set(datasets.photos())
    for name, about in datasets.photos().items():
        image = datasets.photo(name)
        assert image.dtype == np.float32 and image.ndim == 3 and image.shape[2] in (1, 3)
        assert min(image.shape[:2]) == 256
        assert image.min() >= 0 and image.max() <= 1 and image.std() > 0.05
        assert about.licence in ("CC0", "public domain") and about.origin in repr(about)


def test_a_photograph_can_be_cut_to_a_square():
    cat = datasets.photo("chelsea", side=227)
    assert cat.shape == (227, 227, 3)
    assert datasets.photo("brick", side=32).shape == (32, 32, 1)
    # The square is the middle of the photograph, not the photograph squeezed.
    np.testing.assert_allclose(datasets.photo("coffee", side=256), datasets.photo("coffee")[:, 64:320], atol=0.01)


@pytest.mark.parametrize(
    ("name", "side", "words"),
    [
        ("cat", None, "name must be one of astronaut, brick"),
        ("chelsea", 0, "side must be"),
        ("chelsea", 2.5, "side must be"),
    ],
)
def test_photo_names_what_is_wrong(name, side, words):
    with pytest.raises(ValueError, match=words):
        datasets.photo(name, side=side)
