"""What one unit of a layer looks at: sides and step of its window, and which inputs those are (topics 8, 10, 20)."""

from typing import Any

import numpy as np

from cnnlab import arguments, layers, ops
from cnnlab.network import Network
from cnnlab.types import Array

__all__ = ["WHOLE", "after_convolutions", "looks_at", "window"]

_POINTWISE = (
    layers.ReLU,
    layers.LeakyReLU,
    layers.PReLU,
    layers.Sigmoid,
    layers.Tanh,
    layers.ScaledTanh,
    layers.UnitStep,
    layers.Signum,
    layers.Dropout,
    layers.BatchNorm,
    layers.Standardise,
)
WHOLE = (layers.Dense, layers.SumOverTime, layers.MaxOverTime)


def window(layer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sides and step of the window of a layer.

    Parameters
    ----------
    layer : Layer
        One that works in windows, or on each unit alone.

    Returns
    -------
    sides, step : (int, int)
        Rows and columns of each.

    Raises
    ------
    TypeError
        For a layer whose window is not known here.
    """
    if isinstance(layer, layers.Conv1D):
        return (layer.size, 1), (layer.stride, 1)
    if isinstance(layer, (layers.Conv2D, layers.MaxPool2D, layers.AveragePool2D)):
        return tuple(layer.size), tuple(layer.stride)
    if isinstance(layer, layers.Decimate2D):
        return (1, 1), tuple(layer.stride)
    if isinstance(layer, (layers.Flatten, layers.LocalResponseNorm, *_POINTWISE)):
        return (1, 1), (1, 1)
    raise TypeError(f"layer {layer.name} is a {type(layer).__name__}, whose window is not known here")


def after_convolutions(network: Network, count: int = 2) -> list[str]:
    """Where the work of each convolution is done: the last layer behind it that keeps the shape of its maps.

    Parameters
    ----------
    network : Network
        Any one.
    count : int
        How many convolutions, from below.

    Returns
    -------
    list of str
        Names of layers.
    """
    found = []
    for number, layer in enumerate(network):
        if isinstance(layer, layers.Conv2D):
            for above in network[number + 1 :]:
                if above.output_shape != layer.output_shape or isinstance(above, layers.Conv2D):
                    break
                layer = above
            found.append(layer.name)
    return found[:count]


def looks_at(layer: Any, axes: tuple[Array, ...]) -> tuple[Array, ...]:
    """Which inputs of a layer some of its units look at.

    Parameters
    ----------
    layer : Layer
        A layer that knows its shapes.
    axes : tuple of (k,) int
        The units: one ascending array of indices per axis of the output.

    Returns
    -------
    tuple of (k,) int
        One array of indices per axis of the input.

    Raises
    ------
    TypeError
        For a layer whose window is not known here.
    """
    shape = layer.input_shape
    if not all(len(axis) for axis in axes):
        return tuple(np.zeros(0, int) for _ in shape)
    if isinstance(layer, layers.Dense):
        return (np.arange(shape[0]),)
    if isinstance(layer, (layers.SumOverTime, layers.MaxOverTime)):
        return (np.arange(shape[0]), axes[0])
    if isinstance(layer, layers.Flatten):
        if len(axes[0]) == layer.output_shape[0]:
            return tuple(np.arange(side) for side in shape)
        return tuple(np.unique(axis) for axis in np.unravel_index(axes[0], shape))
    (k, stride), channels = window(layer), axes[-1]
    padding = getattr(layer, "padding", None)
    if isinstance(layer, (layers.Conv2D, layers.Conv1D)):
        table = getattr(layer, "connections", None)
        channels = np.arange(shape[-1]) if table is None else np.flatnonzero(table[:, channels].any(axis=1))
    if isinstance(layer, layers.LocalResponseNorm):
        half = arguments.whole("n", layer.options["n"]) // 2
        channels = _windows(channels, 2 * half + 1, 1, half, shape[-1])
    spatial = [
        _windows(axis, side, step, 0 if padding is None else ops.pads(side, padding)[0], length)
        for axis, side, step, length in zip(axes[:-1], k, stride, shape[:-1], strict=False)
    ]
    return (*spatial, channels)


def _windows(places: Array, side: int, stride: int, before: int, length: int) -> Array:
    """Which of 0..length-1 lie in the windows place * stride - before + (0 .. side - 1), for any of the places."""
    found = np.unique(places[:, None] * stride - before + np.arange(side))
    return found[(found >= 0) & (found < length)]
