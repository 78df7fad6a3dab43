"""Sea and sky: only the place of the blue tells them apart."""

import numpy as np
import pytest

from cnnlab import datasets


def test_sea_is_blue_below_and_sky_is_blue_above():
    x, y = datasets.sea_and_sky(400, size=12, rng=3)
    assert x.shape == (400, 12, 12, 3) and x.dtype == np.float32 and y.shape == (400,) and 0 <= x.min() and x.max() <= 1
    blueness = x[..., 2] - x[..., 0]
    above, below = blueness[:, :3].mean((1, 2)), blueness[:, -3:].mean((1, 2))
    assert (above > below)[y == 1].mean() > 0.97 and (above < below)[y == 0].mean() > 0.97
    assert 0.4 < y.mean() < 0.6


def test_only_the_place_of_the_blue_tells_sea_from_sky():
    """A linear rule on the mean and the spread of every colour, all over the picture, does no better than chance."""
    x, y = datasets.sea_and_sky(2000, size=8, rng=0)
    features = np.concatenate([x.mean((1, 2)), x.std((1, 2)), np.ones((2000, 1))], axis=1)
    fit, *_ = np.linalg.lstsq(features[:1000], 2 * y[:1000] - 1, rcond=None)
    assert abs(((features[1000:] @ fit > 0) == y[1000:]).mean() - 0.5) < 0.06


def test_sea_and_sky_come_from_their_seed():
    one, two, other = (datasets.sea_and_sky(5, rng=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (dict(n=0), ValueError),
        (dict(n=2.0), TypeError),
        (dict(n=2, size=0), ValueError),
    ],
)
def test_sea_and_sky_refuse_sizes_that_are_none(arguments, error):
    with pytest.raises(error, match="must be"):
        datasets.sea_and_sky(**arguments)
