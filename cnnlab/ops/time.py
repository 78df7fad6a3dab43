"""What a time-delay network is made of (lecture topic 26), forward beside backward: convolution in time, and the sum or
the maximum over all frames, each with one weight and one bias per channel.
"""

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.ops.convolution import conv2d_output_shape, pads
from cnnlab.types import Array, ArrayLike, Padding, Shape

__all__ = [
    "conv1d",
    "conv1d_backward",
    "conv1d_output_shape",
    "max_over_time",
    "max_over_time_backward",
    "sum_over_time",
    "sum_over_time_backward",
]


def conv1d_output_shape(h_shape: Shape, w_shape: Shape, padding: Padding = "valid", stride: int = 1) -> Shape:
    """The shape of e of `conv1d`: (N, (T + pads - P) // s + 1, D).

    Parameters
    ----------
    h_shape : (N, T, C)
        Shape of the input.
    w_shape : (P, C, D)
        Shape of the kernels.
    padding, stride : as for `conv1d`

    Returns
    -------
    (N, T', D)

    Raises
    ------
    ValueError
        If the kernel is longer than the padded input, or the channels do not match.
    """
    samples, frames, channels = arguments.sides("h_shape", h_shape, "(N, T, C)")
    size, inputs, outputs = arguments.sides("w_shape", w_shape, "(P, C, D)")
    framed = (samples, frames + sum(pads(size, padding)), 1, channels)
    found = conv2d_output_shape(framed, (size, 1, inputs, outputs), "valid", (stride, 1))
    return found[0], found[1], found[3]


def conv1d(
    h: ArrayLike,
    w: ArrayLike,
    b: ArrayLike | None = None,
    *,
    padding: Padding = "valid",
    stride: int = 1,
    padding_value: float = 0.0,
) -> Array:
    """Excitation of a layer that convolves in time.

        e[n,t,d] = b[d] + sum_{p,c} w[p,c,d] hp[n, t s + P-1-p, c],   hp = h with its border.

    Parameters
    ----------
    h : (N, T, C) float32 or float64
        Frames of C channels.
    w : (P, C, D), dtype of h
        The kernels.
    b : (D,) or (T', D), dtype of h, or None
        One bias per output channel, or one per unit; None means no bias.
    padding : "valid", "same", "full", int or (int, int)
        How many frames are added at each end, see `pads`.
    stride : int
        Frames from one place of the kernel to the next.
    padding_value : float
        What the border holds.

    Returns
    -------
    e : (N, T', D), dtype of h

    Raises
    ------
    TypeError
        For anything but float32 or float64 arrays of one dtype.
    ValueError
        For shapes that do not fit each other; the message names the argument.

    Source
    ------
    Lecture topic 26; Waibel et al. 1989.
    """
    h = arguments.array("h", h, 3, "(N, T, C)")
    w = arguments.array("w", w, 3, "(P, C, D)")
    shape = conv1d_output_shape(h.shape, w.shape, padding, stride)
    if b is not None:
        b = arguments.array("b", b)
        if b.shape not in (shape[2:], shape[1:]):
            raise ValueError(
                f"b must have shape {shape[2:]} (one per map) or {shape[1:]} (one per unit); got {b.shape}"
            )
    arguments.same_dtype(h=h, w=w, b=b)
    ends, value = pads(w.shape[0], padding), arguments.real("padding_value", padding_value)
    return unchecked.conv1d(h, w, b, ends, arguments.whole("stride", stride), value)


def conv1d_backward(
    de: ArrayLike,
    h: ArrayLike,
    w: ArrayLike,
    *,
    padding: Padding = "valid",
    stride: int = 1,
    padding_value: float = 0.0,
    need_input: bool = True,
) -> tuple[Array | None, Array]:
    """dL/dh and dL/dw of `conv1d`.

    Parameters
    ----------
    de : (N, T', D) float32 or float64
        dL/de, the error signal.
    h : (N, T, C), dtype of de
        What the layer was given.
    w : (P, C, D), dtype of de
        The kernels.
    padding, stride, padding_value : as for `conv1d`
    need_input : bool
        Whether dL/dh is computed.

    Returns
    -------
    dh : (N, T, C), or None if not needed
    dw : (P, C, D)

    Raises
    ------
    TypeError, ValueError
        As `conv1d`.

    Source
    ------
    Lecture topics 12 to 17 and 26.
    """
    de = arguments.array("de", de, 3, "(N, T', D)")
    h = arguments.array("h", h, 3, "(N, T, C)")
    w = arguments.array("w", w, 3, "(P, C, D)")
    arguments.same_dtype(de=de, h=h, w=w)
    arguments.shape("de", de, conv1d_output_shape(h.shape, w.shape, padding, stride), "the shape of e")
    ends, step = pads(w.shape[0], padding), arguments.whole("stride", stride)
    value = arguments.real("padding_value", padding_value)
    dw = unchecked.conv1d_weight_gradient(de, h, w.shape, ends, step, value)
    return unchecked.conv1d_input_gradient(de, w, h.shape, ends, step) if need_input else None, dw


def _over_time(h: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    """h, w and b of one of the two layers below, checked."""
    h = arguments.array("h", h, 3, "(N, T, C)")
    w, b = arguments.array("w", w, 1, "(C,)"), arguments.array("b", b, 1, "(C,)")
    arguments.same_dtype(h=h, w=w, b=b)
    for name, value in (("w", w), ("b", b)):
        arguments.shape(name, value, h.shape[2:], "one per channel of h")
    return h, w, b


def _back_over_time(de: ArrayLike, w: ArrayLike, **kept: ArrayLike) -> tuple[Array, ...]:
    """de, w and what the way forward kept, all of one row per sample, checked."""
    de, w = arguments.array("de", de, 2, "(N, C)"), arguments.array("w", w, 1, "(C,)")
    arguments.same_dtype(de=de, w=w)
    arguments.shape("w", w, de.shape[1:], "one per channel of de")
    arrays = {name: arguments.even(name, value) for name, value in kept.items()}
    arguments.same_dtype(de=de, **{name: value for name, value in arrays.items() if name != "where"})
    for name, value in arrays.items():
        arguments.shape(name, value, de.shape, "the shape of de")
    return (de, w, *arrays.values())


def sum_over_time(h: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """The output layer of the TDNN of 1988: e[n,c] = b[c] + w[c] sum_t h[n,t,c].

    Parameters
    ----------
    h : (N, T, C) float32 or float64
        Evidence for each channel in each frame.
    w, b : (C,), dtype of h
        One weight and one bias per channel.

    Returns
    -------
    e : (N, C)
    total : (N, C)
        The sum over all frames, which the backward pass needs.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Lecture topic 26; Waibel et al. 1989.
    """
    return unchecked.sum_over_time(*_over_time(h, w, b))


def sum_over_time_backward(
    de: ArrayLike, total: ArrayLike, w: ArrayLike, frames: int, need_input: bool = True
) -> tuple[Array | None, Array, Array]:
    """dL/dh, dL/dw and dL/db of `sum_over_time`: every frame gets w dL/de.

    Parameters
    ----------
    de : (N, C) float32 or float64
        dL/de, the error signal.
    total : (N, C)
        As `sum_over_time` gave it.
    w : (C,), dtype of de
        The weights.
    frames : int
        How many there were, T.
    need_input : bool
        Whether dL/dh is computed.

    Returns
    -------
    dh : (N, T, C), or None if not needed
    dw, db : (C,)

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Lecture topic 26.
    """
    de, w, total = _back_over_time(de, w, total=total)
    return unchecked.sum_over_time_backward(de, total, w, arguments.whole("frames", frames), need_input)


def max_over_time(h: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    """Max pooling over all frames: e[n,c] = b[c] + w[c] max_t h[n,t,c].

    Parameters
    ----------
    h : (N, T, C) float32 or float64
        Evidence for each channel in each frame.
    w, b : (C,), dtype of h
        One weight and one bias per channel.

    Returns
    -------
    e : (N, C)
    largest : (N, C)
        The maximum over all frames.
    where : (N, C) int64
        The first frame that has it.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Lecture topics 22 and 26; credited to Yamaguchi et al. 1990.
    """
    return unchecked.max_over_time(*_over_time(h, w, b))


def max_over_time_backward(
    de: ArrayLike, largest: ArrayLike, where: ArrayLike, w: ArrayLike, frames: int, need_input: bool = True
) -> tuple[Array | None, Array, Array]:
    """dL/dh, dL/dw and dL/db of `max_over_time`: the chosen frame gets w dL/de, all others nothing.

    Parameters
    ----------
    de : (N, C) float32 or float64
        dL/de, the error signal.
    largest, where : (N, C)
        As `max_over_time` gave them.
    w : (C,), dtype of de
        The weights.
    frames : int
        How many there were, T.
    need_input : bool
        Whether dL/dh is computed.

    Returns
    -------
    dh : (N, T, C), or None if not needed
    dw, db : (C,)

    Raises
    ------
    TypeError, ValueError
        For other dtypes, shapes that do not fit each other, and frames that are not there.

    Source
    ------
    Lecture topics 24 and 26.
    """
    de, w, largest, where = _back_over_time(de, w, largest=largest, where=where)
    frames = arguments.whole("frames", frames)
    if where.dtype.kind not in "iu" or where.min() < 0 or where.max() >= frames:
        raise ValueError(f"where must hold frames 0..{frames - 1}, as max_over_time gave them; got {where.dtype} array")
    return unchecked.max_over_time_backward(de, largest, where, w, frames, need_input)
