"""Convolution, forward beside backward: true convolution as in the lecture (topics 8 to 17), channel-last.

Libraries differ: PyTorch's conv2d computes the correlation (no flip) on channel-first arrays with the kernel as
(D, C, P, Q), so its weight is w[::-1, ::-1].transpose(3, 2, 0, 1); scipy.signal.convolve flips as we do, but has no
channels.
"""

from collections.abc import Sequence

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike, Padding, Shape, Sides

__all__ = [
    "connection_table",
    "conv2d",
    "conv2d_bias_gradient",
    "conv2d_input_gradient",
    "conv2d_output_shape",
    "conv2d_weight_gradient",
    "pad",
    "pads",
]


def pads(size: int, padding: Padding) -> tuple[int, int]:
    """How many values padding adds before and after an axis.

    Parameters
    ----------
    size : int
        Size of the kernel along the axis.
    padding : "valid", "same", "full", int or (int, int)
        "valid": none.  "full": size - 1 on each side.  "same": size // 2 before and (size - 1) // 2 after, as the
        "same" of scipy.signal.  A whole number p: p on each side.  A pair (before, after): as it says.

    Returns
    -------
    (int, int)
        Before and after.

    Raises
    ------
    TypeError, ValueError
        If padding is none of these.
    """
    size = arguments.whole("size", size)
    if isinstance(padding, str):
        arguments.one_of("padding", padding, ("valid", "same", "full"))
        return {"valid": (0, 0), "full": (size - 1, size - 1), "same": (size // 2, (size - 1) // 2)}[padding]
    return arguments.pair("padding", padding, at_least=0)


def conv2d_output_shape(h_shape: Shape, w_shape: Shape, padding: Padding = "valid", stride: Sides = 1) -> Shape:
    """The shape of e of `conv2d`: (N, (H + pads - P) // s + 1, (W + pads - Q) // t + 1, D).

    Parameters
    ----------
    h_shape : (N, H, W, C)
        Shape of the input.
    w_shape : (P, Q, C, D)
        Shape of the kernels.
    padding, stride : as for `conv2d`

    Returns
    -------
    (N, H', W', D)

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or the channels do not match.
    """
    n, height, width, channels = arguments.sides("h_shape", h_shape, "(N, H, W, C)")
    rows, columns, inputs, outputs = arguments.sides("w_shape", w_shape, "(P, Q, C, D)")
    if channels != inputs:
        raise ValueError(
            f"w must have as many input channels as h: h has {channels} (its last axis), w has {inputs} (its third "
            f"axis)"
        )
    sides = []
    for side, size, step, name in zip(
        (height, width), (rows, columns), arguments.pair("stride", stride), ("high", "wide"), strict=True
    ):
        padded = side + sum(pads(size, padding))
        if size > padded:
            raise ValueError(
                f"w must fit into the image: the kernel is {size} pixels {name}, the image with its padding {padded}"
            )
        sides.append((padded - size) // step + 1)
    return (n, *sides, outputs)


def pad(h: Array, kernel_shape: Shape, padding: Padding, padding_value: float = 0.0) -> Array:
    """An image with its border.

    Parameters
    ----------
    h : (N, H, W, C) float32 or float64
        Images.
    kernel_shape : (P, Q, ...)
        Shape of the kernel that the border is for.
    padding : as for `conv2d`
    padding_value : float
        What the border holds.

    Returns
    -------
    (N, H + pads, W + pads, C), dtype of h
        C-contiguous.
    """
    if not isinstance(kernel_shape, tuple | list) or len(kernel_shape) < 2:
        raise ValueError(f"kernel_shape must be (P, Q, ...); got {kernel_shape!r}")
    kernel = [arguments.whole("kernel_shape", side) for side in kernel_shape[:2]]
    border, value = _border(kernel, padding), arguments.real("padding_value", padding_value)
    return unchecked.pad(arguments.array("h", h, 4, "(N, H, W, C)"), border, value)


def _border(kernel_shape: Sequence[int], padding: Padding) -> unchecked.Border:
    return pads(kernel_shape[0], padding), pads(kernel_shape[1], padding)


def connection_table(connections: ArrayLike, w_shape: Shape) -> Array:
    """A table of connections, checked.

    Parameters
    ----------
    connections : (C, D) bool
        Which input channel feeds which output channel.
    w_shape : (P, Q, C, D)
        Shape of the kernels that it belongs to.

    Returns
    -------
    (C, D) bool

    Raises
    ------
    ValueError
        If it holds anything but True and False, or has another shape.
    """
    wanted = arguments.sides("w_shape", w_shape, "(P, Q, C, D)")[2:]
    result = arguments.even("connections", connections)
    if result.dtype != bool or result.shape != wanted:
        raise ValueError(
            f"connections must be a table of True and False of shape (C, D) = {wanted}; "
            f"got {result.dtype}, shape {result.shape}"
        )
    return result


def _table(connections: ArrayLike | None, w_shape: Shape) -> Array | None:
    return None if connections is None else connection_table(connections, w_shape)


def conv2d(
    h: ArrayLike,
    w: ArrayLike,
    b: ArrayLike | None = None,
    *,
    padding: Padding = "valid",
    stride: Sides = 1,
    padding_value: float = 0.0,
    connections: ArrayLike | None = None,
) -> Array:
    """Excitation of a convolutional layer: a true convolution (the kernel is flipped).

        e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c],   hp = h with its border.

    Parameters
    ----------
    h : (N, H, W, C) float32 or float64
        Activations of the layer below.
    w : (P, Q, C, D), dtype of h
        One kernel for each pair of an input and an output channel.
    b : (D,) or (H', W', D), dtype of h, or None
        One bias per output channel, or one per unit; None means no bias.
    padding : "valid", "same", "full", int or (int, int)
        How many pixels are added on each side, see `pads`.
    stride : int or (int, int)
        Pixels from one place of the kernel to the next: s in rows and t in columns.
    padding_value : float
        What the border holds.
    connections : (C, D) bool, or None
        Which input channel feeds which output channel; None means all feed all.

    Returns
    -------
    e : (N, H', W', D), dtype of h
        See `conv2d_output_shape`.

    Raises
    ------
    TypeError
        For anything but float32 or float64 arrays of one dtype.
    ValueError
        For shapes that do not fit each other; the message names the argument.

    Source
    ------
    Lecture topic 8.
    """
    h = arguments.array("h", h, 4, "(N, H, W, C)")
    w = arguments.array("w", w, 4, "(P, Q, C, D)")
    shape = conv2d_output_shape(h.shape, w.shape, padding, stride)
    if b is not None:
        b = arguments.array("b", b)
        if b.shape not in (shape[3:], shape[1:]):
            raise ValueError(
                f"b must have shape {shape[3:]} (one per map) or {shape[1:]} (one per unit); got {b.shape}"
            )
    arguments.same_dtype(h=h, w=w, b=b)
    border, steps = _border(w.shape, padding), arguments.pair("stride", stride)
    padding_value = arguments.real("padding_value", padding_value)
    return unchecked.conv2d(h, w, b, border, steps, padding_value, _table(connections, w.shape))


def conv2d_input_gradient(
    de: ArrayLike,
    w: ArrayLike,
    h_shape: Shape,
    *,
    padding: Padding = "valid",
    stride: Sides = 1,
    connections: ArrayLike | None = None,
) -> Array:
    """dL/dh of `conv2d`: the correlation of dL/de with w.

        dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d],   p = m s + P-1 - (i + pad), q likewise.

    Parameters
    ----------
    de : (N, H', W', D) float32 or float64
        dL/de, the error signal.
    w : (P, Q, C, D), dtype of de
        The kernels.
    h_shape : (N, H, W, C)
        Shape of the input, which a stride does not tell.
    padding, stride, connections : as for `conv2d`

    Returns
    -------
    dh : (N, H, W, C), dtype of de

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Source
    ------
    Lecture topics 12 and 13.
    """
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    w = arguments.array("w", w, 4, "(P, Q, C, D)")
    arguments.same_dtype(de=de, w=w)
    arguments.shape("de", de, conv2d_output_shape(h_shape, w.shape, padding, stride), "the shape of e")
    border, steps = _border(w.shape, padding), arguments.pair("stride", stride)
    return unchecked.conv2d_input_gradient(de, w, h_shape, border, steps, _table(connections, w.shape))


def conv2d_weight_gradient(
    de: ArrayLike,
    h: ArrayLike,
    w_shape: Shape,
    *,
    padding: Padding = "valid",
    stride: Sides = 1,
    padding_value: float = 0.0,
    connections: ArrayLike | None = None,
) -> Array:
    """dL/dw of `conv2d`: the sum of the images that each weight has seen, weighed by the error.

        dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c].

    Parameters
    ----------
    de : (N, H', W', D) float32 or float64
        dL/de, the error signal.
    h : (N, H, W, C), dtype of de
        What the layer was given.
    w_shape : (P, Q, C, D)
        Shape of the kernels.
    padding, stride, padding_value, connections : as for `conv2d`

    Returns
    -------
    dw : (P, Q, C, D), dtype of de
        Zero outside of `connections`.

    Raises
    ------
    TypeError, ValueError
        As `conv2d`.

    Source
    ------
    Lecture topics 16 and 17.
    """
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    h = arguments.array("h", h, 4, "(N, H, W, C)")
    arguments.same_dtype(de=de, h=h)
    arguments.shape("de", de, conv2d_output_shape(h.shape, w_shape, padding, stride), "the shape of e")
    border, steps = _border(w_shape, padding), arguments.pair("stride", stride)
    padding_value = arguments.real("padding_value", padding_value)
    return unchecked.conv2d_weight_gradient(de, h, w_shape, border, steps, padding_value, _table(connections, w_shape))


def conv2d_bias_gradient(de: ArrayLike, b_shape: Shape) -> Array:
    """dL/db of `conv2d`: dL/de summed over everything that shares the bias.

    Parameters
    ----------
    de : (N, H', W', D) float32 or float64
        dL/de, the error signal.
    b_shape : (D,) or (H', W', D)
        Shape of the bias.

    Returns
    -------
    db : shape b_shape, dtype of de

    Raises
    ------
    TypeError, ValueError
        If de is no such array, or b_shape neither of the two.

    Source
    ------
    Lecture topic 16.
    """
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    if not isinstance(b_shape, tuple | list) or tuple(b_shape) not in (de.shape[3:], de.shape[1:]):
        raise ValueError(f"b_shape must be {de.shape[3:]} or {de.shape[1:]}; got {b_shape!r}")
    return unchecked.conv2d_bias_gradient(de, tuple(b_shape))
