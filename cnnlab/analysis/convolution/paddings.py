"""One sum of a convolution, with each padding: it is the same number, counted from another corner (lecture topic 8)."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnlab.analysis.convolution.terms import Convolution

PADDINGS = ("full", "same", "valid")


class Padded(NamedTuple):
    """Where one sum of the full convolution stands in e with another padding.

    Attributes
    ----------
    padding : str
        "full", "same" or "valid".
    zeros : ((int, int), (int, int))
        Rows above and below, columns to the left and right that are added to h.
    offset : (int, int)
        e[m, n] is the sum of w[m', n'] h[m + offset - m', n + offset' - n'].
    shape : (int, int)
        Rows and columns of e.
    place : (int, int)
        Row and column of the sum in e; outside of `shape` where this padding leaves it out.
    inside : bool
        Whether e has it.
    """

    padding: str
    zeros: tuple[tuple[int, int], tuple[int, int]]
    offset: tuple[int, int]
    shape: tuple[int, int]
    place: tuple[int, int]
    inside: bool


def in_each_padding(conv: Convolution, h_shape: Sequence[int], m: int, n: int) -> list[Padded]:
    """One sum of the full convolution, as each padding counts it.

    Parameters
    ----------
    conv : Convolution
        Its own padding plays no part; the stride must be 1.
    h_shape : (H, W, C)
        Of the image.
    m, n : int
        Row and column of the sum in e with padding "full", that is, in the lecture's formula.

    Returns
    -------
    found : list of Padded
        For "full", "same" and "valid", as far as the kernel fits into the image.

    Raises
    ------
    ValueError
        For another stride.

    Source
    ------
    Lecture topic 8.
    """
    if conv.stride != (1, 1):
        raise ValueError(f"conv must have stride 1, so that each padding computes the same sums; got {conv.stride}")
    found = []
    for padding in PADDINGS:
        one = conv.but(padding=padding)
        if not one.fits(h_shape):
            continue
        rows, columns, _ = one.e_shape(h_shape)
        place = m - one.offset[0], n - one.offset[1]
        inside = 0 <= place[0] < rows and 0 <= place[1] < columns
        found.append(Padded(padding, one.border, one.offset, (rows, columns), place, inside))
    return found
