"""Answers on their way between two processes: plain JSON, of which the one that reads believes nothing.

Only data travel: numbers, words, arrays, and tuples and lists of them.  No function, no object, nothing that runs.
"""

import base64
import math
import re
from numbers import Real
from typing import Any

import numpy as np

LARGEST = 4 << 20  # bytes of an array
LONGEST = 10_000  # values of a tuple, letters of a word, digits of a number
DEEPEST = 6
DTYPE = re.compile(r"[|<>](b1|[iu][1248]|f[248])")


def packed(value: Any, depth: int = 0) -> Any:
    """An answer as JSON.

    Parameters
    ----------
    value : object
        The answer.
    depth : int
        How deep it lies in others.

    Returns
    -------
    parts : object
        For json.dumps.

    Raises
    ------
    ValueError
        For what is no data, or too much.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"a word of {len(value):,} letters")
        return value
    if isinstance(value, (tuple, list)):
        if depth >= DEEPEST or len(value) > LONGEST:
            raise ValueError("too many values")
        return {"tuple" if isinstance(value, tuple) else "list": [packed(one, depth + 1) for one in value]}
    if type(value) is int:
        if value.bit_length() > 1000:
            raise ValueError("a number of too many digits")
        return {"int": str(value)}
    array = np.asarray(value)
    if array.dtype.kind == "O" and all(isinstance(one, Real) for one in array.flat):
        array = array.astype(float)  # fractions
    if not DTYPE.fullmatch(array.dtype.str):
        raise ValueError(f"a {type(value).__name__}")
    if array.nbytes > LARGEST:
        raise ValueError(f"an array of {array.nbytes:,} bytes")
    return {"array": [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]}


def unpacked(parts: Any, depth: int = 0) -> Any:
    """The answer that was packed.

    Parameters
    ----------
    parts : object
        What JSON said.
    depth : int
        How deep it lies in others.

    Returns
    -------
    value : object

    Raises
    ------
    ValueError
        If it is nothing that `packed` gives.
    """
    if parts is None or isinstance(parts, bool):
        return parts
    if isinstance(parts, str) and len(parts) <= LONGEST:
        return parts
    if not isinstance(parts, dict) or len(parts) != 1 or depth > DEEPEST:
        raise ValueError("it is no answer")
    ((kind, inside),) = parts.items()
    if kind in ("tuple", "list") and isinstance(inside, list) and len(inside) <= LONGEST:
        values = [unpacked(one, depth + 1) for one in inside]
        return tuple(values) if kind == "tuple" else values
    if kind == "int" and isinstance(inside, str) and re.fullmatch(r"-?[0-9]{1,310}", inside):
        return int(inside)
    if kind == "array":
        return _array(inside)
    raise ValueError("it is no answer")


def _array(inside: Any) -> Any:
    """An array, or one of its numbers where it has no axis."""
    if not isinstance(inside, list) or len(inside) != 3:
        raise ValueError("it is no array")
    dtype, shape, text = inside
    if not isinstance(dtype, str) or not DTYPE.fullmatch(dtype) or not isinstance(text, str):
        raise ValueError("it is no array of numbers")
    if not isinstance(shape, list) or len(shape) > 16 or not all(type(side) is int and side >= 0 for side in shape):
        raise ValueError("it has no shape")
    raw = base64.b64decode(text, validate=True)
    if len(raw) > LARGEST or len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise ValueError("its shape is not that of its numbers")
    array = np.frombuffer(raw, dtype).reshape(shape).copy()
    return array if shape else array[()]
