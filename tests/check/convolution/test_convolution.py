"""The solutions of the exercises on convolution are what the engine computes."""

import numpy as np
import pytest

from cnnlab import ops
from cnnlab.check.convolution import convolution_answers as answers


@pytest.mark.parametrize("h, w", answers.MAP_INPUTS)
def test_one_map(h, w):
    expected = ops.conv2d(h[None, ..., None], w[..., None, None])[0, ..., 0]
    np.testing.assert_allclose(answers.convolve(h, w), expected, atol=1e-12)


@pytest.mark.parametrize("h, w, b, stride", answers.LAYER_INPUTS)
def test_a_layer(h, w, b, stride):
    np.testing.assert_allclose(answers.convolve_layer(h, w, b, stride), ops.conv2d(h, w, b, stride=stride), atol=1e-12)
