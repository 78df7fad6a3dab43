"""The types that signatures of the package share; shapes and dtypes stand in the docstrings."""

from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "ArrayLike", "Padding", "Seed", "Shape", "Sides", "as_dtype"]

Array: TypeAlias = npt.NDArray[Any]
"""An array; its docstring tells shape and dtype."""

ArrayLike: TypeAlias = npt.ArrayLike
"""What NumPy can make an array of."""

Sides: TypeAlias = int | tuple[int, int]
"""Rows and columns; one number stands for both."""

Shape: TypeAlias = tuple[int, ...]
"""The shape of an array."""

Padding: TypeAlias = Literal["valid", "same", "full"] | int | tuple[int, int]
"""How a border of zeros is added before a convolution (`cnnlab.ops.pads`)."""

Seed: TypeAlias = int | np.random.Generator
"""What random numbers are drawn from: a seed, or a generator that goes on from where it stands."""


def as_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """The dtype that NumPy understands by something.

    Parameters
    ----------
    dtype : dtype, type or str
        Such as `np.float32`, or "float32".

    Returns
    -------
    np.dtype
    """
    return np.dtype(dtype)  # written once: a type checker compares all that it takes with all that NumPy can do with it
