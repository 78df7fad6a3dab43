"""Nonlinearities, each forward beside backward (lecture topics 2, 3 and 10).  Any shape; the dtype of what
comes in stays.
"""

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike

__all__ = [
    "leaky_relu",
    "leaky_relu_backward",
    "prelu",
    "prelu_backward",
    "relu",
    "relu_backward",
    "scaled_tanh",
    "scaled_tanh_backward",
    "sigmoid",
    "sigmoid_backward",
    "signum",
    "tanh",
    "tanh_backward",
    "unit_step",
]


def relu(e: ArrayLike) -> Array:
    """ReLU: h = max(e, 0).

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topics 2 and 10.
    """
    return unchecked.relu(arguments.array("e", e))


def relu_backward(dh: ArrayLike, h: ArrayLike) -> Array:
    """dL/de of `relu`: dL/dh where h > 0, else 0; at e = 0 the unit counts as off.

    Parameters
    ----------
    dh : (...) float32 or float64
        dL/dh.
    h : shape and dtype of dh
        What the way forward gave.

    Returns
    -------
    de : shape and dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Lecture topic 10.
    """
    return unchecked.relu_backward(*arguments.alike(dh=dh, h=h))


def leaky_relu(e: ArrayLike, slope: float = 0.01) -> Array:
    """Leaky ReLU: h = e where e > 0, slope e elsewhere.

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.
    slope : float
        What is left of a negative excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topic 2.
    """
    return unchecked.leaky_relu(arguments.array("e", e), arguments.real("slope", slope))


def leaky_relu_backward(dh: ArrayLike, e: ArrayLike, slope: float = 0.01) -> Array:
    """dL/de of `leaky_relu`: dL/dh where e > 0, slope dL/dh elsewhere.

    Parameters
    ----------
    dh : (...) float32 or float64
        dL/dh.
    e : shape and dtype of dh
        What the way forward was given.
    slope : float
        What is left of a negative excitation.

    Returns
    -------
    de : shape and dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Lecture topic 2.
    """
    dh, e = arguments.alike(dh=dh, e=e)
    return unchecked.leaky_relu_backward(dh, e, arguments.real("slope", slope))


def prelu(e: ArrayLike, slope: ArrayLike) -> Array:
    """As `leaky_relu`, with a slope for each channel, which is learned.

    Parameters
    ----------
    e : (..., C) float32 or float64
        Excitation.
    slope : (C,) or one number, dtype of e
        What is left of a negative excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and slopes that do not fit.

    Source
    ------
    Lecture topic 2; He et al. 2015.
    """
    return unchecked.prelu(*_with_slope("e", e, slope))


def _with_slope(name: str, value: ArrayLike, slope: ArrayLike) -> tuple[Array, Array]:
    """An array and the slope of its channels, checked."""
    value, slope = arguments.array(name, value), arguments.array("slope", slope)
    arguments.same_dtype(**{name: value, "slope": slope})
    if slope.ndim:
        arguments.shape("slope", slope, value.shape[-1:], f"one per channel of {name}")
    return value, slope


def prelu_backward(dh: ArrayLike, e: ArrayLike, slope: ArrayLike) -> tuple[Array, Array]:
    """dL/de and dL/dslope of `prelu`.

    Parameters
    ----------
    dh : (..., C) float32 or float64
        dL/dh.
    e : shape and dtype of dh
        What the way forward was given.
    slope : (C,) or one number, dtype of dh
        What is left of a negative excitation.

    Returns
    -------
    de : shape and dtype of dh
        dL/dh where e > 0, slope dL/dh elsewhere.
    dslope : (C,)
        The sum of dL/dh e over all e <= 0 of a channel.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit.

    Source
    ------
    He et al. 2015.
    """
    dh, e = arguments.alike(dh=dh, e=e)
    return unchecked.prelu_backward(dh, *_with_slope("e", e, slope))


def sigmoid(e: ArrayLike) -> Array:
    """The logistic function: h = 1 / (1 + exp(-e)), in a form that does not overflow.

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topics 2 and 5.
    """
    return unchecked.sigmoid(arguments.array("e", e))


def sigmoid_backward(dh: ArrayLike, h: ArrayLike) -> Array:
    """dL/de of `sigmoid`: h (1 - h) dL/dh.

    Parameters
    ----------
    dh : (...) float32 or float64
        dL/dh.
    h : shape and dtype of dh
        What the way forward gave.

    Returns
    -------
    de : shape and dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Lecture topic 5.
    """
    return unchecked.sigmoid_backward(*arguments.alike(dh=dh, h=h))


def tanh(e: ArrayLike) -> Array:
    """h = tanh(e).

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topic 2.
    """
    return unchecked.tanh(arguments.array("e", e))


def tanh_backward(dh: ArrayLike, h: ArrayLike) -> Array:
    """dL/de of `tanh`: (1 - h^2) dL/dh.

    Parameters
    ----------
    dh : (...) float32 or float64
        dL/dh.
    h : shape and dtype of dh
        What the way forward gave.

    Returns
    -------
    de : shape and dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Lecture topic 2.
    """
    return unchecked.tanh_backward(*arguments.alike(dh=dh, h=h))


def scaled_tanh(e: ArrayLike) -> Array:
    """LeCun's choice of 1989: h = 1.7159 tanh(2 e / 3), which maps +-1 to +-1.

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    return unchecked.scaled_tanh(arguments.array("e", e))


def scaled_tanh_backward(dh: ArrayLike, h: ArrayLike) -> Array:
    """dL/de of `scaled_tanh`: 2/3 (1.7159 - h^2 / 1.7159) dL/dh.

    Parameters
    ----------
    dh : (...) float32 or float64
        dL/dh.
    h : shape and dtype of dh
        What the way forward gave.

    Returns
    -------
    de : shape and dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    return unchecked.scaled_tanh_backward(*arguments.alike(dh=dh, h=h))


def unit_step(e: ArrayLike) -> Array:
    """h = 1 where e > 0, else 0.

    It has no useful derivative: zero everywhere but at 0, where there is none.

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topics 2 and 3.
    """
    return unchecked.unit_step(arguments.array("e", e))


def signum(e: ArrayLike) -> Array:
    """h = 1 where e > 0, -1 where e < 0, 0 at 0.

    No useful derivative, as `unit_step`.

    Parameters
    ----------
    e : (...) float32 or float64
        Excitation.

    Returns
    -------
    h : shape and dtype of e

    Raises
    ------
    TypeError
        For other dtypes.

    Source
    ------
    Lecture topics 2 and 3.
    """
    return unchecked.signum(arguments.array("e", e))
