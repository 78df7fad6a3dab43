"""What stands in another order elsewhere: kernels, and the numbers behind a flatten."""

from typing import Any

import numpy as np

from cnnlab.types import Array, Shape

__all__ = ["convolution_kernels", "correlation_kernels", "flattened"]


def correlation_kernels(layer: Any) -> Array:
    """The kernels of a convolution as others have them: flipped, (D, C / groups, P, Q), or (D, C / groups, P).

    What is not connected is 0; of groups, each block of maps out has its own block of maps in.
    """
    w, groups = layer.parameters["w"], getattr(layer, "groups", 1)
    if getattr(layer, "connections", None) is not None:
        w = w * layer.connections
    sides = w.ndim - 2
    v = np.moveaxis(np.flip(w, tuple(range(sides))), (-1, -2), (0, 1))
    if groups == 1:
        return v
    outputs, inputs = v.shape[0] // groups, v.shape[1] // groups
    return np.concatenate([v[g * outputs : (g + 1) * outputs, g * inputs : (g + 1) * inputs] for g in range(groups)])


def convolution_kernels(v: Array, groups: int = 1) -> Array:
    """The way back: w (P, Q, C, D), or (P, C, D), with zeros between groups."""
    sides = v.ndim - 2
    w = np.moveaxis(np.flip(v, tuple(range(2, v.ndim))), (0, 1), (-1, -2))
    if groups == 1:
        return w
    inputs, outputs = w.shape[-2], w.shape[-1] // groups
    whole = np.zeros((*w.shape[:sides], inputs * groups, w.shape[-1]), w.dtype)
    for g in range(groups):
        maps = slice(g * outputs, (g + 1) * outputs)
        whole[..., g * inputs : (g + 1) * inputs, maps] = w[..., maps]
    return whole


def flattened(shape: Shape) -> Array | None:
    """The order behind a flatten of (C, H, W): its number j is number order[j] behind one of shape, (H, W, C).

    None where both are the same.
    """
    numbers = int(np.prod(shape))
    if not 1 < shape[-1] < numbers:
        return None
    return np.moveaxis(np.arange(numbers).reshape(shape), -1, 0).ravel()
