"""The fixed first step of many networks."""

import numpy as np
import pytest

from cnnlab.gradcheck import check_layer
from cnnlab.layers import Standardise, from_config, to_config


@pytest.mark.parametrize("mean", [0.3, [0.1, 0.2]])
def test_standardise_subtracts_and_divides_and_back(mean, rng):
    layer = from_config(to_config(Standardise(mean, 0.5)))
    layer.build((3, 2, 2), rng, np.float64)
    h = rng.normal(size=(2, 3, 2, 2))
    np.testing.assert_allclose(layer.forward(h), (h - np.array(mean)) / 0.5)
    assert check_layer(layer, h)["h"] < 1e-6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.nan, 1), "mean must be a finite"),
        ((0, 0), "deviation must be a positive"),
        ((0, [1, -1]), "deviation must be"),
    ],
)
def test_standardise_refuses_what_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        Standardise(*arguments)


def test_standardise_wants_one_number_for_each_channel():
    with pytest.raises(ValueError, match=r"mean must be one number or 3.*got 2"):
        Standardise([0.5, 0.5]).build((4, 4, 3), None, np.float32)
