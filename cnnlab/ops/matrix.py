"""The convolution as a matrix: what a fully-connected layer would have to be, to do the same (lecture topic 15)."""

import numpy as np

from cnnlab.ops.convolution import conv2d, conv2d_output_shape

LARGEST = 20_000_000  # numbers in the matrix


def conv2d_matrix(w, h_shape, *, padding="valid", stride=1, connections=None):
    """The (Toeplitz) matrix W with e = W h, and therefore dL/dh = W^T dL/de, for one image:

        conv2d(h, w)[0].ravel() = W @ h[0].ravel()

    w (P, Q, C, D), h_shape (H, W, C) of one image -> W (H' W' D, H W C) in w's dtype, rows and columns counted as
    `ravel` does (channels fastest). Column u is the convolution of the image that is 1 in pixel u and 0 elsewhere.
    Raises ValueError if W would have more than 20 million numbers: a photograph's has billions, nearly all zero.
    """
    w = np.asarray(w)
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
