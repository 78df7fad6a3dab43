"""How numbers are printed in pictures: one rule for the still picture, the live view (numbers.js) and descriptions."""

import math
import struct
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from cnnlab.types import Array, ArrayLike

HUGE = 1e15  # beyond it a number is printed as 1.2e15: something diverges


def format_number(value: float, digits: int = 2) -> str:
    """A number with fixed decimals and a true minus sign; no minus zero; NaN ("nothing here") is empty.

    Rounds the float32 that the browser sees, halves away from zero, so that both pictures print the same.

    Parameters
    ----------
    value : float
        Beyond 1e15 it is printed as 1.2e15: something diverges.
    digits : int
        Decimals.

    Returns
    -------
    text : str
    """
    value = float(value)
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    if abs(value) >= HUGE:
        mantissa, exponent = f"{_float32(value):.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    exact = Decimal(abs(_float32(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"−{exact}" if value < 0 and exact != 0 else f"{exact}"


def cell_text(value: float, digits: int) -> str:
    """As `format_number`, but a value of exactly zero is a plain 0: one sees at once where nothing arrives."""
    return "0" if value == 0 else format_number(value, digits)


def moved_words(down: int, right: int, still: str = "not moved") -> str:
    """A move in words, "moved 12 pixels up and 1 to the left"; `still` for none."""
    ways = [(down, "down" if down > 0 else "up"), (right, "to the right" if right > 0 else "to the left")]
    sizes = [(abs(size), way) for size, way in ways if size]
    if not sizes:
        return still
    (first, way), *others = sizes
    return f"moved {first} pixel{'s' * (first > 1)} {way}" + "".join(f" and {size} {other}" for size, other in others)


def following(ascending: Array, now: int) -> int | None:
    """The next of some ascending whole numbers after `now`; after the last one, the first; None if there are none."""
    if not len(ascending):
        return None
    later = ascending[ascending > now]
    return int(later[0] if len(later) else ascending[0])


def _float32(value: float) -> float:
    """What the browser sees; large counts in descriptions keep all their digits."""
    return struct.unpack("<f", struct.pack("<f", value))[0] if abs(value) < 2**24 else value


def strongest(values: ArrayLike) -> float:
    """The largest absolute value, 1.0 where all are zero: the end of a scale of colours."""
    return float(np.abs(values).max()) or 1.0


def are_whole(*arrays: Array) -> bool:
    """Are all of these whole numbers?  Then no digits are printed."""
    return all(np.array_equal(array, np.round(array)) for array in arrays)


def digits_of(array: Array) -> int:
    """Digits behind the point in the cells of a map: as few as tell its numbers apart."""
    return 0 if are_whole(array) else 2 if np.abs(array).max() >= 0.1 else 3
