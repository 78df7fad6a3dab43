"""Gradients by central differences: slow, independent of every backward pass, and therefore the judge of them all.

dL/du ~ (L(u + step) - L(u - step)) / (2 step), for each number u by itself, in float64.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array, ArrayLike, Seed

__all__ = ["STEP", "check_layer", "check_network", "numeric_gradient", "relative_error"]

STEP = 1e-5


class HasGradients(Protocol):
    """What a layer or a network offers to be checked."""

    @property
    def parameters(self) -> dict[str, Array]: ...
    @property
    def gradients(self) -> dict[str, Array]: ...
    @property
    def state(self) -> dict[str, Array]: ...
    def forward(self, h: ArrayLike, training: bool = False, /) -> Array: ...
    def backward(self, de: ArrayLike, /) -> Array | None: ...


class Trains(HasGradients, Protocol):
    """What a network offers beside."""

    def loss_and_gradients(self, x: ArrayLike, y: ArrayLike, loss: Any, /) -> tuple[float, Array]: ...


def numeric_gradient(function: Callable[[], float], array: Array, step: float = STEP) -> Array:
    """dL/du for every u of an array.

    Parameters
    ----------
    function : function () -> L
        A number that depends on the array.
    array : float64
        Changed in place, number by number, and put back.
    step : float
        How far u is moved up and down.

    Returns
    -------
    float64, shape of array

    Raises
    ------
    TypeError
        For any other dtype: in float32 the differences drown in rounding.
    """
    if array.dtype != np.float64:
        raise TypeError(f"array must be float64 for central differences; got {array.dtype}")
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        before = array[index]
        array[index] = before + step
        above = function()
        array[index] = before - step
        below = function()
        array[index] = before
        gradient[index] = (above - below) / (2 * step)
    return gradient


def relative_error(found: ArrayLike, expected: ArrayLike) -> float:
    """Largest difference of two arrays, over the largest magnitude of the expected one (or 1e-8, if that is larger).

    Parameters
    ----------
    found, expected : arrays of one shape
        What came, and what is right.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        raise ValueError(f"found must have the shape of expected, {expected.shape}; got {found.shape}")
    if found.size == 0:
        return 0.0
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-8))


def check_layer(
    layer: HasGradients, h: ArrayLike, rng: Seed = 0, training: bool = False, step: float = STEP
) -> dict[str, float]:
    """How far a layer's gradients are from central differences.

    The loss is L = sum(r * output) with random r, so dL/doutput = r.

    Parameters
    ----------
    layer : Layer
        Built in float64.
    h : (N, *input_shape) float64
        A batch.
    rng : int or numpy Generator
        Of r.
    training : bool
        As during training.
    step : float
        Of the differences.

    Returns
    -------
    dict of str to float
        Relative errors: {"h": ..., "w": ..., ...}.

    Raises
    ------
    TypeError
        If the layer is not float64.
    """
    h = np.array(h, dtype=np.float64)
    r = arguments.generator("rng", rng).standard_normal(layer.forward(h, training).shape)
    kept = {key: value.copy() for key, value in layer.state.items()}

    def loss() -> float:
        for key, value in kept.items():
            layer.state[key][...] = value
        return float((r * layer.forward(h, training)).sum())

    loss()
    found = {"h": layer.backward(r)} | {key: value.copy() for key, value in layer.gradients.items()}
    arrays = {"h": h} | layer.parameters
    return {
        key: relative_error(np.asarray(gradient), numeric_gradient(loss, arrays[key], step))
        for key, gradient in found.items()
    }


def check_network(
    network: Trains, loss: Callable[[Array, Any], float], x: ArrayLike, y: ArrayLike, step: float = STEP
) -> dict[str, float]:
    """How far all gradients of a network are from central differences.

    Parameters
    ----------
    network : Network
        In float64, without dropout.
    loss : Loss
        Such as CrossEntropy().
    x : (N, *input_shape)
        A batch.
    y : (N,) labels, or float targets
        As the loss takes it.
    step : float
        Of the differences.

    Returns
    -------
    dict of str to float
        Relative errors: {"0.w": ..., ...}, but for layers that are `frozen`.

    Raises
    ------
    TypeError
        If the network is not float64.
    """

    def value() -> float:
        return float(loss(network.forward(x), y))

    network.loss_and_gradients(x, y, loss)
    found = {name: gradient.copy() for name, gradient in network.gradients.items()}
    return {
        name: relative_error(found[name], numeric_gradient(value, array, step))
        for name, array in getattr(network, "learned", network.parameters).items()
    }
