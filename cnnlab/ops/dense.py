"""The fully-connected layer, forward beside backward (lecture topic 15)."""

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike

__all__ = ["dense", "dense_backward"]


def dense(h: ArrayLike, w: ArrayLike, b: ArrayLike | None = None) -> Array:
    """Excitation of a fully-connected layer: e[n,d] = b[d] + sum_c w[c,d] h[n,c].

    Parameters
    ----------
    h : (N, C) float32 or float64
        Activations of the layer below.
    w : (C, D), dtype of h
        The weights.
    b : (D,), dtype of h, or None
        One bias per output; None means no bias.

    Returns
    -------
    e : (N, D), dtype of h

    Raises
    ------
    TypeError
        For anything but float32 or float64 arrays of one dtype.
    ValueError
        For shapes that do not fit each other; the message names the argument.

    Source
    ------
    Lecture topic 15.
    """
    h, w = _checked(h, w)
    b = None if b is None else arguments.array("b", b)
    arguments.same_dtype(h=h, w=w, b=b)
    if b is not None:
        arguments.shape("b", b, w.shape[1:], "one bias per output")
    return unchecked.dense(h, w, b)


def _checked(h: ArrayLike, w: ArrayLike) -> tuple[Array, Array]:
    """h and w as arrays that can be multiplied."""
    h = arguments.array("h", h, 2, "(N, C)")
    w = arguments.array("w", w, 2, "(C, D)")
    if h.shape[1] != w.shape[0]:
        raise ValueError(f"h and w must agree in C: h has {h.shape[1]} inputs per sample, w has {w.shape[0]} rows")
    return h, w


def dense_backward(
    de: ArrayLike, h: ArrayLike, w: ArrayLike, need_input: bool = True
) -> tuple[Array | None, Array, Array]:
    """dL/dh, dL/dw and dL/db of `dense`: the transpose does it, dh = de w^T and dw = h^T de.

    Parameters
    ----------
    de : (N, D) float32 or float64
        dL/de, the error signal.
    h : (N, C), dtype of de
        What the layer was given.
    w : (C, D), dtype of de
        The weights.
    need_input : bool
        Whether dL/dh is computed.

    Returns
    -------
    dh : (N, C), or None if not needed
    dw : (C, D)
    db : (D,)

    Raises
    ------
    TypeError, ValueError
        As `dense`.

    Source
    ------
    Lecture topic 15.
    """
    de = arguments.array("de", de, 2, "(N, D)")
    h, w = _checked(h, w)
    arguments.same_dtype(de=de, h=h, w=w)
    arguments.same_batch(de=de, h=h)
    arguments.shape("de", de, (len(h), w.shape[1]), "the shape of e")
    return unchecked.dense_backward(de, h, w, need_input)
