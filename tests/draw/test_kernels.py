"""Kernels and feature maps are shown as the numbers that they are."""

import numpy as np
import pytest

from cnnlab import draw


def test_kernels_are_shown_with_zero_in_the_middle_of_the_colours(rng):
    w = rng.standard_normal((3, 2, 1, 4))
    picture = draw.kernels(w)
    shown = picture.axes[0].images
    assert all(np.array_equal(one.get_array(), w[:, :, 0, d]) for d, one in enumerate(shown)) and len(shown) == 4
    assert shown[0].get_clim() == (-np.abs(w).max(), np.abs(w).max())
    colour = draw.kernels(rng.standard_normal((3, 3, 3, 2)))
    assert [one.get_array().shape for ax in colour.axes for one in ax.images] == [(3, 3, 3)] * 2
    with pytest.raises(ValueError, match="C = 3"):
        draw.kernels(w, colour=True)
    with pytest.raises(ValueError, match=r"w must be \(P, Q, C, D\)"):
        draw.kernels(w[0])


def test_feature_maps_are_the_maps(rng):
    h = rng.random((4, 5, 3))
    picture = draw.feature_maps(h)
    shown = picture.axes[0].images
    assert [text.get_text() for text in picture.axes[0].texts] == ["map 0", "map 1", "map 2"]
    assert (
        all(np.array_equal(one.get_array(), h[:, :, c]) for c, one in enumerate(shown)) and shown[0].get_clim()[0] == 0
    )
    with pytest.raises(ValueError, match="maps of one sample"):
        draw.feature_maps(h[None])
