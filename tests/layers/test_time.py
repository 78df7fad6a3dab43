"""What brings all frames together."""

import numpy as np
import pytest

from cnnlab.gradcheck import check_layer
from cnnlab.layers import MaxOverTime, from_config, to_config


def test_max_over_time_has_the_derivative_of_the_largest(rng):
    layer = MaxOverTime()
    layer.build((7, 4), rng, np.float64)
    layer.parameters["w"][:] = rng.normal(size=4)
    errors = check_layer(layer, rng.normal(size=(3, 7, 4)))
    assert max(errors.values()) < 1e-6 and set(errors) == {"h", "w", "b"}


def test_max_over_time_gives_the_gradient_to_the_first_of_equals():
    layer = MaxOverTime()
    layer.build((4, 1), None, np.float64)
    h = np.array([[1.0], [3.0], [3.0], [2.0]])[None]
    assert layer.forward(h)[0, 0] == 3
    np.testing.assert_array_equal(layer.backward(np.ones((1, 1)))[0, :, 0], [0, 1, 0, 0])
    assert layer.backward(np.ones((1, 1)), need_input=False) is None


def test_max_over_time_is_rebuilt_from_its_description():
    assert isinstance(from_config(to_config(MaxOverTime())), MaxOverTime)
    with pytest.raises(ValueError, match=r"\(T, C\)"):
        MaxOverTime().build((4, 4, 2), None, np.float32)
