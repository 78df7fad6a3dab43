"""Gradients by central differences: slow, independent of every backward pass, and therefore the judge of them all.

dL/du ~ (L(u + step) - L(u - step)) / (2 step), for each number u by itself, in float64.
"""

import numpy as np

STEP = 1e-5


def numeric_gradient(function, array, step=STEP):
    """dL/du for every u of a float64 array, where function() -> L depends on the array (which is changed in place and
    put back).

    Raises TypeError for any other dtype: in float32 the differences drown in rounding.
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


def relative_error(found, expected):
    """Largest difference of two arrays, over the largest magnitude of the expected one (or 1e-8, if that is larger)."""
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape:
        raise ValueError(f"found must have the shape of expected, {expected.shape}; got {found.shape}")
    if found.size == 0:
        return 0.0
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-8))


def check_layer(layer, h, rng=0, training=False, step=STEP):
    """Relative errors of a built layer's gradients: {"h": ..., "w": ..., ...} against central differences.

    The loss is L = sum(r * output) with random r, so dL/doutput = r.  layer : built in float64.  h : (N,
    *input_shape), float64.
    """
    h = np.array(h, dtype=np.float64)
    r = np.random.default_rng(rng).standard_normal(layer.forward(h, training).shape)
    kept = {key: value.copy() for key, value in layer.state.items()}

    def loss():
        for key, value in kept.items():
            layer.state[key][...] = value
        return float((r * layer.forward(h, training)).sum())

    loss()
    dh = layer.backward(r)
    found = {"h": dh} | {key: value.copy() for key, value in layer.gradients.items()}
    arrays = {"h": h} | layer.parameters
    return {key: relative_error(found[key], numeric_gradient(loss, arrays[key], step)) for key in found}


def check_network(network, loss, x, y, step=STEP):
    """Relative errors of all gradients of a float64 network without dropout: {"0.w": ..., ...}."""

    def value():
        return float(loss(network.forward(x), y))

    network.loss_and_gradients(x, y, loss)
    found = {name: gradient.copy() for name, gradient in network.gradients.items()}
    return {
        name: relative_error(found[name], numeric_gradient(value, array, step))
        for name, array in network.parameters.items()
    }
