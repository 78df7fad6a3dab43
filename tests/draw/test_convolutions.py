"""One step of a convolution, taken apart, is the lecture's sum."""

import numpy as np
import pytest

from cnnlab import draw


def test_one_step_of_a_convolution_is_taken_apart(rng):
    h, w = rng.integers(-4, 5, (5, 6)), rng.integers(-4, 5, (2, 3))
    picture = draw.convolution_step(h, w, 3, 1)
    shown = {ax.get_title() or ax.get_title(loc="left"): ax.images[0].get_array() for ax in picture.axes}
    assert np.array_equal(shown["h"], h) and np.array_equal(shown["w flipped"], w[::-1, ::-1])
    by_hand = sum(w[p, q] * h[3 + 1 - p, 1 + 2 - q] for p, q in np.ndindex(2, 3))  # the lecture's sum
    assert shown["products"].sum() == by_hand == shown["their sum: e[3, 1]"][3, 1]
    framed = {(int(p.get_y() + 0.5), int(p.get_x() + 0.5)) for p in picture.axes[0].patches}
    assert framed == {(i, j) for i in (3, 4) for j in (1, 2, 3)}
    with pytest.raises(ValueError, match="position of e, which is 4 x 4; got 4, 0"):
        draw.convolution_step(h, w, 4, 0)
    with pytest.raises(ValueError, match="w must be a matrix of numbers"):
        draw.convolution_step(h, w[0], 0, 0)
