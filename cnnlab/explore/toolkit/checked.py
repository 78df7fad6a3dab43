"""What scenes and their items are made of, checked: refused in words where it cannot be painted."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from cnnlab.types import Array, ArrayLike

COLOUR_WORDS = ("ink", "muted", "positive", "negative")
COLOUR_MAPS = ("diverging", "ink", "grey", "none")

Colour: TypeAlias = int | str
"""A number counts through the eight colours of cnnlab.picture.COLOURS; or one of COLOUR_WORDS."""

Given: TypeAlias = Any
"""What NumPy can make an array of; once the item or panel is made, the array."""

Scale: TypeAlias = Any
"""Of colours: one number (largest magnitude), (low, high), or None: from the values; once made, (low, high)."""

Place: TypeAlias = tuple[str, int, int]
"""A cell: (panel name, row, column)."""


def checked_numbers(owner: str, name: str, value: ArrayLike, rank: int | Sequence[int], kinds: str = "biuf") -> Array:
    """The value as an array of real numbers of the given rank (or ranks); NaN stands for "nothing here"."""
    array = np.asarray(value)
    ranks = (rank,) if isinstance(rank, int) else rank
    if array.dtype.kind not in kinds or array.ndim not in ranks:
        wanted = " or ".join(f"{r}-dimensional" for r in ranks)
        raise ValueError(
            f"{owner}: {name} must be a {wanted} array of real numbers; got shape {array.shape}, {array.dtype}"
        )
    return array


def checked_pair(owner: str, name: str, value: Sequence[float]) -> tuple[float, float]:
    """(low, high), checked."""
    lo, hi = (float(v) for v in value)
    if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
        raise ValueError(f"{owner}: {name} must be (low, high), finite, with low < high; got ({lo:g}, {hi:g})")
    return lo, hi


def checked_colour(owner: str, value: Colour) -> Colour:
    """A colour, checked; a number within the eight."""
    if isinstance(value, str) and value not in COLOUR_WORDS:
        raise ValueError(f"{owner}: colour must be an int or one of {', '.join(COLOUR_WORDS)}; got {value!r}")
    return value if isinstance(value, str) else int(value) % 8


def checked_scale(owner: str, values: Array, colours: str, scale: Any) -> tuple[float, float]:
    """(low, high) of the colours: given, or from the values; symmetric about 0 for diverging colours."""
    if colours not in COLOUR_MAPS:
        raise ValueError(f"{owner}: colours must be one of {', '.join(COLOUR_MAPS)}; got {colours!r}")
    if scale is not None and np.ndim(scale):
        return checked_pair(owner, "scale", scale)
    finite = values[np.isfinite(values)]
    if colours == "diverging":
        top = float(scale) if scale is not None else float(np.abs(finite).max(initial=0.0))
        return (-top, top) if top > 0 else (-1.0, 1.0)
    top = float(scale) if scale is not None else float(finite.max(initial=0.0))
    low = min(0.0, float(finite.min(initial=0.0)))
    return (low, top) if top > low else (low, low + 1.0)
