"""The types that signatures of the package share; shapes and dtypes stand in the docstrings."""

from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "ArrayLike", "Padding", "Seed", "Shape", "Sides"]

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
