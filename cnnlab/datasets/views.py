"""Other views of the same images, for training on more than there is, and for asking a network twice."""

import numpy as np


def mirrored(x):
    """The images (N, H, W, C), left and right exchanged."""
    return x[:, :, ::-1]


def moved_and_mirrored(x, rng, most=3):
    """Every image moved by up to `most` pixels along each axis, and half of them mirrored: the augmentation of AlexNet.

    x : (N, H, W, C); rng : Generator -> the same shape and dtype. What comes in from outside is the image's own border,
    reflected. For `fit(augment=...)`. Raises ValueError if the images are not larger than `most`.
    """
    n, height, width, _ = x.shape
    if not 0 <= most < min(height, width):
        raise ValueError(f"most must be from 0 to {min(height, width) - 1}, less than the images' side; got {most}")
    down, across = rng.integers(-most, most + 1, (2, n, 1))
    turned = rng.random((n, 1)) < 0.5
    rows = _reflected(np.arange(height) + down, height)
    columns = _reflected(np.arange(width) + across, width)
    columns = np.where(turned, columns[:, ::-1], columns)
    return x[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]


def _reflected(places, side):
    """Places outside of 0 .. side - 1, reflected at the ends."""
    places = np.abs(places)
    return side - 1 - np.abs(side - 1 - places)
