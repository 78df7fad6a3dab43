"""What exercises on convolutions share: arrays of small whole numbers, single maps, and the judges of gradients."""

from collections.abc import Callable

import numpy as np

from cnnlab import ops
from cnnlab.gradcheck import numeric_gradient
from cnnlab.types import Array


def whole_numbers(seed: int, *shape: int) -> Array:
    """Whole numbers from -4 to 4 as float64: sums of their products are exact."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(float)


def batch_of_one(h: Array) -> Array:
    """One map (H, W) as a batch (1, H, W, 1)."""
    return h[None, :, :, None]


def layer_of_one(w: Array) -> Array:
    """One kernel (P, Q) as the weights (P, Q, 1, 1) of a layer."""
    return w[:, :, None, None]


def only_map(h: Array) -> Array:
    """The one map (H, W) of a batch (1, H, W, 1)."""
    return h[0, :, :, 0]


def convolve(h: Array, w: Array) -> Array:
    """TRUE convolution, "valid", of an image (H, W) with a kernel (P, Q) -> (H - P + 1, W - Q + 1), by the engine."""
    return only_map(ops.conv2d(np.array(batch_of_one(h), float), np.array(layer_of_one(w), float)))


def differences(de: Array, forward: Callable[[], Array], x: Array) -> Array:
    """The judge of a gradient: nudge every number of x, go forward, see how L changes, where dL/de = de whatever e is.

    forward : () -> e, computed from x, which is changed in place.  As L is linear in x, a step of 1 is exact.
    """
    return numeric_gradient(lambda: float((de * forward()).sum()), x, step=1.0)
