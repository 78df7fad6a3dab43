"""Nonlinearities as layers."""

import numpy as np
import pytest

from cnnlab.layers import (
    NoGradient,
    Signum,
    UnitStep,
)


@pytest.mark.parametrize(("layer", "smooth"), [(UnitStep(), "Sigmoid"), (Signum(), "Tanh")])
def test_steps_go_forward_only_and_say_why(layer, smooth):
    layer.build((3,), np.random.default_rng(0), np.float64)
    out = layer.forward(np.array([[-2.0, 0.0, 3.0]]))
    assert out.tolist() == ([[0, 0, 1]] if smooth == "Sigmoid" else [[-1, 0, 1]])
    with pytest.raises(NoGradient, match=f"derivative is zero everywhere.*{smooth}"):
        layer.backward(out)
