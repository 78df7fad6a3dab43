"""Images and layers as callers give them, checked."""

import numpy as np
import pytest
from convolved import built

from cnnlab.analysis.convolution import convolution_of, image_of
from cnnlab.layers import Conv2D, Dense


def test_an_unbuilt_layer_gets_weights_from_seed_0_and_stays_unbuilt():
    layer = Conv2D(2, 3)
    found = convolution_of(layer, (5, 5, 1))
    assert layer.input_shape is None and found.w.shape == (3, 3, 1, 2)
    np.testing.assert_array_equal(found.w, convolution_of(Conv2D(2, 3), (5, 5, 1)).w)


def test_refusals_in_words():
    with pytest.raises(TypeError, match="layer must be a Conv2D; got Dense"):
        convolution_of(Dense(2), (4, 4, 1))
    with pytest.raises(ValueError, match="layer must take images of 1 channels, as this one; it takes 2"):
        convolution_of(built((5, 5, 2), 2, 3), (5, 5, 1))
    broken = built((5, 5, 1), 2, 3)
    broken.parameters["w"][0, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="its weights hold 1 value that is not finite"):
        convolution_of(broken, (5, 5, 1))
    with pytest.raises(ValueError, match="a bias for every unit"):
        convolution_of(built((5, 5, 1), 2, 3, bias="unit"), (6, 6, 1))
    with pytest.raises(ValueError, match=r"photo must be one image \(H, W\) or \(H, W, C\)"):
        image_of(np.zeros(3), "photo")
    assert image_of([[1, 2], [3, 4]]).shape == (2, 2, 1)
