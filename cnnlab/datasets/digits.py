"""1,797 handwritten digits, embedded: `digits()`."""

import numpy as np

from cnnlab.datasets.base import Dataset, embedded
from cnnlab.files import Npz
from cnnlab.types import Array

NAMES = tuple("0123456789")
_INK = 16  # each pixel of the original counts the black dots of a 4 x 4 block


def digits(size: int = 8) -> Dataset:
    """1,797 handwritten digits by 13 writers, which come with cnnlab.

    The split is by digit, not by writer: on hands that a network has never seen it would do a little worse.

    Parameters
    ----------
    size : {8, 16}
        Side of the images: 8, the size they were published in, or 16, interpolated to the size of the zip codes of
        1989.

    Returns
    -------
    data : Dataset
        Images (size, size, 1) float32, -1 for paper to 1 for ink: 1,347 to train on and 450 to test on, always the
        same ones.

    Raises
    ------
    ValueError
        For another size.

    Source
    ------
    E. Alpaydin and C. Kaynak 1998, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository.
    """
    if size not in (8, 16):
        raise ValueError(f"size must be 8 or 16; got {size!r}")
    with Npz.open(embedded("digits.npz")) as file:
        x_train, y_train, x_test, y_test = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    scale = double if size == 16 else np.asarray
    x_train, x_test = (scale(x * np.float32(2 / _INK) - 1)[..., None] for x in (x_train, x_test))
    return Dataset(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), NAMES)


def double(x: Array) -> Array:
    """Images (N, H, W), interpolated to (N, 2H, 2W) by cubic convolution; values stay between -1 and 1.

    Every old pixel becomes 2 x 2 new ones, whose centres lie a quarter of a pixel from its own. Along each axis a new
    value is the sum of the four nearest old ones with the weights of R. Keys (1981, a = -1/2); beyond the border the
    outermost pixel repeats.
    """
    for axis in (1, 2):
        x = np.moveaxis(x, axis, -1)
        padded = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(2, 2)], mode="edge")
        near = [padded[..., i : i + x.shape[-1]] for i in range(5)]  # near[2] is x itself
        far_left, left, right, far_right = np.array([-9, 111, 29, -3], np.float32) / 128
        after = far_left * near[1] + left * near[2] + right * near[3] + far_right * near[4]
        before = far_right * near[0] + right * near[1] + left * near[2] + far_left * near[3]
        x = np.moveaxis(np.stack([before, after], axis=-1).reshape(*x.shape[:-1], -1), -1, axis)
    return np.clip(x, -1, 1).astype(np.float32)
