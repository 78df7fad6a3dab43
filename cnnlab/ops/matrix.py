"""The convolution as a matrix: what a fully-connected layer would have to be, to do the same (lecture topic 15)."""

import numpy as np

from cnnlab import arguments
from cnnlab.ops.convolution import conv2d, conv2d_output_shape
from cnnlab.types import Array, ArrayLike, Padding, Shape, Sides

__all__ = ["conv2d_matrix"]

LARGEST = 20_000_000  # numbers in the matrix


def conv2d_matrix(
    w: ArrayLike,
    h_shape: Shape,
    *,
    padding: Padding = "valid",
    stride: Sides = 1,
    connections: ArrayLike | None = None,
) -> Array:
    """The (block Toeplitz) matrix W with e = W h, and therefore dL/dh = W^T dL/de, for one image.

        conv2d(h, w)[0].ravel() = W @ h[0].ravel()

    Column u is the convolution of the image that is 1 in pixel u and 0 elsewhere.

    Parameters
    ----------
    w : (P, Q, C, D) float32 or float64
        The kernels.
    h_shape : (H, W, C)
        Shape of one image.
    padding, stride, connections : as for `conv2d`

    Returns
    -------
    (H' W' D, H W C), dtype of w
        Rows and columns are counted as `ravel` does, channels fastest.

    Raises
    ------
    ValueError
        If the matrix would have more than 20 million numbers: a photograph's has billions, nearly all zero.

    Source
    ------
    Lecture topic 15.
    """
    w, h_shape = arguments.array("w", w, 4, "(P, Q, C, D)"), arguments.sides("h_shape", h_shape, "(H, W, C)")
    units = int(np.prod(h_shape))
    outputs = int(np.prod(conv2d_output_shape((1, *h_shape), w.shape, padding, stride)))
    if units * outputs > LARGEST:
        raise ValueError(
            f"h_shape must be small: for {tuple(h_shape)} the matrix is {outputs:,} x {units:,}, "
            f"more than {LARGEST:,} numbers"
        )
    h = np.eye(units, dtype=w.dtype).reshape(units, *h_shape)
    e = conv2d(h, w, padding=padding, stride=stride, connections=connections)
    return np.ascontiguousarray(e.reshape(units, outputs).T)
