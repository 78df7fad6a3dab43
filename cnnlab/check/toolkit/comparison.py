"""Compare a learner's numbers with the right ones, and say in words where they differ first."""

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

TOLERANCE = 1e-6
ROUNDING = 1e-5  # of a result in float32, where float64 is expected
CLOSE = 0.002  # a count that is nearly right: rounded, or one off


def same(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Whether two answers (numbers, words, arrays, or tuples of them) agree in kind, shape and value."""
    return difference(answer, expected, tolerance) == ""


def difference(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> str:
    """A sentence about the first difference: its kind, then the shape, then the dtype, then the values; empty if there
    is none.

    The sentence names what came, and where; it does not give the expected value away.
    """
    if isinstance(expected, (tuple, list)):
        if isinstance(answer, np.ndarray) and answer.ndim:
            answer = list(answer)  # values of one shape, put together in an array
        if not isinstance(answer, (tuple, list)):
            return f"The answer must be {len(expected)} values, together in a tuple; it is a {type(answer).__name__}."
        if len(answer) != len(expected):
            return f"The answer must be {len(expected)} values; it has {len(answer)}."
        for number, (one, other) in enumerate(zip(answer, expected, strict=True), start=1):
            words = difference(one, other, tolerance)
            if words:
                return f"Value {number} of {len(expected)}: {words}"
        return ""
    if isinstance(expected, str):
        if not isinstance(answer, str):
            return f"The answer must be a word in quotes; it is a {type(answer).__name__}."
        return "" if answer.strip().lower() == expected.strip().lower() else f'"{answer}" is not it.'
    if isinstance(expected, (bool, np.bool_)):
        if not isinstance(answer, (bool, np.bool_)):
            return f"The answer must be True or False; it is {answer!r}."
        return "" if bool(answer) == bool(expected) else f"{answer} is not it."
    return _numbers(answer, np.asarray(expected), tolerance)


def _numbers(answer, expected, tolerance):
    if answer is None:
        return "The answer is None: there is no value in it."
    try:
        found = np.asarray(answer)
        if found.dtype.kind == "O" and all(isinstance(value, (Real, Decimal)) for value in found.flat):
            found = found.astype(float)  # fractions and decimals
    except ValueError:
        return "The answer must be an array; its rows have different lengths."
    except Exception as error:  # whatever an __array__ of another library says, such as a tensor that keeps gradients
        return f"The answer must be an array; NumPy cannot make one of a {type(answer).__name__}: {error}"
    if found.dtype.kind not in "biuf":
        return f"The answer must be made of numbers; it is a {type(answer).__name__}."
    if found.shape != expected.shape:
        if expected.shape == ():
            return f"The answer must be one number; it is an array of shape {found.shape}."
        return f"The shape must be {expected.shape}; it is {found.shape}."
    if found.dtype.kind == "b" and expected.shape == () and expected.dtype.kind != "b":
        return f"The answer must be a number; it is {found[()]}."
    if found.dtype.kind == "b" and expected.dtype.kind in "iu":
        return "The answer must be whole numbers; it is made of True and False: .astype(int) turns them into 1 and 0."
    if expected.dtype.kind in "iub" and found.dtype.kind == "f" and (found != np.rint(found)).any() and expected.shape:
        return f"The dtype must be whole numbers ({expected.dtype}); it is {found.dtype}, and they are not whole."
    if expected.dtype == np.float64 and found.dtype == np.float32:
        tolerance = max(tolerance, ROUNDING)  # the networks of the package compute in float32, too
    elif expected.dtype.kind == "f" and expected.shape and found.dtype.kind == "f" and found.dtype != expected.dtype:
        return f"The dtype must be {expected.dtype}; it is {found.dtype}."
    scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)))
    allowed = tolerance * scale if expected.dtype.kind == "f" else min(tolerance * scale, TOLERANCE)  # counts are exact
    with np.errstate(invalid="ignore"):
        close = (np.abs(found.astype(float) - expected) <= allowed) | (found == expected)
    close |= np.isnan(found.astype(float)) & np.isnan(expected.astype(float))
    if close.all():
        return ""
    if expected.shape == ():
        if expected.dtype.kind in "iu" and abs(float(found) - float(expected)) <= CLOSE * abs(float(expected)):
            return f"{_short(found[()])} is close; the exact number, please."
        return f"{_short(found[()])} is not it."
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    return (
        f"{int((~close).sum())} of {expected.size} values differ; the first is at {list(place)}, "
        f"where you have {_short(found[place])}."
    )


def _short(value):
    """Whole numbers in full, so that off by one is seen to be off; others with four digits, or three decimals."""
    value = float(value)
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.3f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
