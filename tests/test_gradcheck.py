"""The judge of all gradients is judged itself."""

import numpy as np
import pytest

from cnnlab.gradcheck import check_layer, numeric_gradient, relative_error
from cnnlab.layers import (
    Tanh,
)


def test_central_differences_find_a_planted_mistake(rng):
    class Wrong(Tanh):
        def backward(self, d_output, need_input=True):
            return super().backward(d_output) * 1.001

    layer = Wrong()
    layer.build((4,), rng, np.float64)
    assert check_layer(layer, rng.standard_normal((2, 4)))["h"] > 1e-4
    with pytest.raises(TypeError, match="float64"):
        numeric_gradient(lambda: 0.0, np.zeros(2, np.float32))
    with pytest.raises(ValueError, match="found must have the shape"):
        relative_error(np.zeros(2), np.zeros(3))
