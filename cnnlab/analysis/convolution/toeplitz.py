"""The shape of a convolution's matrix: blocks that repeat, and diagonals in each block (lecture topic 15)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.types import Array

__all__ = ["Blocks", "blocks", "is_block_toeplitz", "row_starts"]


class Blocks(NamedTuple):
    """Where the matrix W of a convolution has its blocks: one for a row of e and a row of h.

    Attributes
    ----------
    size : (rows, columns)
        Of one block, in numbers: W' D x W C.
    counts : (rows, columns)
        How many blocks there are: H' x H.
    filled : (K, 3) whole numbers
        Rows (m, i, p): the block in block row m and block column i holds row p of the kernel; all others are zero.
    """

    size: tuple[int, int]
    counts: tuple[int, int]
    filled: Array


def blocks(conv: Convolution, h_shape: Sequence[int]) -> Blocks:
    """The blocks of the matrix of a convolution.

    Parameters
    ----------
    conv : Convolution
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    Blocks

    Source
    ------
    Lecture topic 15.
    """
    rows, columns, maps = conv.e_shape(h_shape)
    found = [
        (m, i, conv.lag(m, 0) - i)
        for m in range(rows)
        for i in range(h_shape[0])
        if 0 <= conv.lag(m, 0) - i < conv.w.shape[0]
    ]
    size = columns * maps, h_shape[1] * h_shape[2]
    return Blocks(size, (rows, h_shape[0]), np.array(found, int).reshape(-1, 3))


def row_starts(matrix: Array) -> list[int]:
    """The column of the first number in each row that is not zero; -1 for a row of zeros.

    Parameters
    ----------
    matrix : (rows, columns)
        Any one.

    Returns
    -------
    starts : list of int
        One for each row.
    """
    return [int(row.argmax()) if row.any() else -1 for row in matrix != 0]


def is_block_toeplitz(conv: Convolution, matrix: Array, h_shape: Sequence[int]) -> bool:
    """Whether blocks are alike along each diagonal of blocks, and numbers along each diagonal inside a block.

    With several channels "a number" is the small block of D x C weights that joins two pixels.

    Parameters
    ----------
    conv : Convolution
        Gives the sizes.
    matrix : (H' W' D, H W C)
        Its matrix, or any of that shape.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    bool
    """
    six = matrix.reshape(*conv.e_shape(h_shape), *h_shape).transpose(0, 3, 1, 4, 2, 5)  # m, i, n, j, d, c
    same_blocks = np.array_equal(six[1:, 1:], six[:-1, :-1])
    return same_blocks and np.array_equal(six[:, :, 1:, 1:], six[:, :, :-1, :-1])
