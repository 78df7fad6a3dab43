"""Normalisation, forward beside backward; the channels are the last axis."""

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike

__all__ = ["batch_norm", "batch_norm_backward", "local_response_norm", "local_response_norm_backward"]


def local_response_norm(
    h: ArrayLike, n: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
) -> tuple[Array, Array]:
    """Each activation divided by a power of the squares of its neighbouring channels.

        out[c] = h[c] / (k + alpha sum_{|c'-c| <= n/2} h[c']^2)^beta

    PyTorch divides alpha by n: its alpha is ours times n.

    Parameters
    ----------
    h : (..., C) float32 or float64
        Activations.
    n : int
        How many channels count, odd.
    k, alpha, beta : float
        The numbers of the formula.

    Returns
    -------
    out : shape and dtype of h
    scale : shape and dtype of h
        The bracket, which the backward pass needs.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and an n that is not odd.

    Source
    ------
    Lecture topic 28; Krizhevsky et al. 2012, section 3.3.
    """
    h, n, k = arguments.array("h", h), arguments.odd("n", n), arguments.real("k", k)
    if h.ndim == 0:
        raise ValueError("h must be (..., C); got a single number")
    return unchecked.local_response_norm(h, n, k, arguments.real("alpha", alpha), arguments.real("beta", beta))


def local_response_norm_backward(
    d_out: ArrayLike, h: ArrayLike, scale: ArrayLike, n: int = 5, alpha: float = 1e-4, beta: float = 0.75
) -> Array:
    """dL/dh of `local_response_norm`.

        dh[c] = d_out[c] scale[c]^-beta - 2 alpha beta h[c] sum_{|c'-c| <= n/2} d_out[c'] h[c'] scale[c']^(-beta-1)

    Parameters
    ----------
    d_out : (..., C) float32 or float64
        dL/dout.
    h, scale : shape and dtype of d_out
        What the way forward was given, and the bracket that it gave.
    n, alpha, beta : as for `local_response_norm`

    Returns
    -------
    dh : shape and dtype of d_out

    Raises
    ------
    TypeError, ValueError
        For other dtypes, shapes that differ, and an n that is not odd.

    Source
    ------
    Krizhevsky et al. 2012.
    """
    d_out, h, scale = arguments.alike(d_out=d_out, h=h, scale=scale)
    n, alpha, beta = arguments.odd("n", n), arguments.real("alpha", alpha), arguments.real("beta", beta)
    return unchecked.local_response_norm_backward(d_out, h, scale, n, alpha, beta)


def _per_channel(of: str, value: ArrayLike, **given: ArrayLike) -> tuple[Array, ...]:
    """An array and others of one number per channel of it, checked."""
    value = arguments.array(of, value)
    arrays = {name: arguments.array(name, other) for name, other in given.items()}
    arguments.same_dtype(**{of: value}, **arrays)
    for name, other in arrays.items():
        arguments.shape(name, other, value.shape[-1:], f"one per channel of {of}")
    return (value, *arrays.values())


def batch_norm(
    h: ArrayLike, gamma: ArrayLike, beta: ArrayLike, mean: ArrayLike, variance: ArrayLike, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Each channel to mean 0 and variance 1, then scaled and shifted.

        out = gamma (h - mean) / sqrt(variance + eps) + beta

    Parameters
    ----------
    h : (..., C) float32 or float64
        Activations or excitations.
    gamma, beta : (C,), dtype of h
        What is learned: deviation and mean of what comes out.
    mean, variance : (C,), dtype of h
        Those of the batch (`batch_statistics`), or running ones.
    eps : float
        Keeps the root away from zero.

    Returns
    -------
    out : shape and dtype of h
    normal : shape and dtype of h
        The normalised h, which the backward pass needs.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Ioffe and Szegedy 2015.
    """
    h, gamma, beta, mean, variance = _per_channel("h", h, gamma=gamma, beta=beta, mean=mean, variance=variance)
    return unchecked.batch_norm(h, gamma, beta, mean, variance, arguments.real("eps", eps))


def batch_norm_backward(
    d_out: ArrayLike, normal: ArrayLike, gamma: ArrayLike, variance: ArrayLike, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """dL/dh, dL/dgamma and dL/dbeta of `batch_norm` when mean and variance are those of the batch itself.

    Parameters
    ----------
    d_out : (..., C) float32 or float64
        dL/dout.
    normal : shape and dtype of d_out
        As `batch_norm` gave it.
    gamma, variance : (C,), dtype of d_out
        As `batch_norm` was given them.
    eps : float
        As for `batch_norm`.

    Returns
    -------
    dh : shape and dtype of d_out
    dgamma, dbeta : (C,)

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Ioffe and Szegedy 2015.
    """
    d_out, normal = arguments.alike(d_out=d_out, normal=normal)
    d_out, gamma, variance = _per_channel("d_out", d_out, gamma=gamma, variance=variance)
    return unchecked.batch_norm_backward(d_out, normal, gamma, variance, arguments.real("eps", eps))
