"""Curves are the numbers that they are given."""

import numpy as np
import pytest

from cnnlab import draw


def test_curves_are_the_numbers(rng):
    x, y = np.arange(4), rng.random(4)
    picture = draw.curves(x, {"train": y, "test": 2 * y}, "epoch", "error", log=True, marks={"here": 2})
    assert np.array_equal(picture.axes[0].lines[1].get_ydata(), 2 * y) and picture.axes[0].get_yscale() == "log"
    with pytest.raises(ValueError, match="shape of x"):
        draw.curves(x, {"train": y[:2]}, "a", "b")
    assert picture.png() == picture.png()
