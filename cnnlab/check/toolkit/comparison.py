"""Compare a learner's numbers with the right ones, and say in words where they differ first."""

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from cnnlab.types import Array

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


def as_numbers(answer: Any) -> Array | None:
    """An answer as an array of numbers, or None where it is none."""
    try:
        found = _array(answer)
    except Exception:
        return None
    return found if found.dtype.kind in "biuf" else None


def close(found: Array, expected: Array, tolerance: float) -> bool:
    """Whether two arrays of numbers have one shape and agree, within a tolerance relative to the largest (or to 1)."""
    if found.shape != expected.shape:
        return False
    one, other = found.astype(float), expected.astype(float)
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    if found.dtype == np.float32:
        tolerance = max(tolerance, ROUNDING)
    return bool((np.abs(one - other) <= tolerance * max(1.0, float(np.abs(other).max(initial=0.0)))).all())


def _array(answer: Any) -> Array:
    found = np.asarray(answer)
    if found.dtype.kind == "O" and all(isinstance(value, (Real, Decimal)) for value in found.flat):
        found = found.astype(float)  # fractions and decimals
    return found


def _numbers(answer, expected, tolerance):
    if answer is None:
        return "The answer is None: there is no value in it. (What `print` gives back is None, too.)"
    try:
        found = _array(answer)
    except ValueError:
        return "The answer must be an array; its rows have different lengths."
    except Exception as error:  # whatever an __array__ of another library says, such as a tensor that keeps gradients
        return f"The answer must be an array; NumPy cannot make one of a {type(answer).__name__}: {error}"
    if callable(answer):
        return "The answer must be made of numbers; it is a function. Call it, with brackets."
    if isinstance(answer, str):
        return "The answer must be made of numbers; it is a str, a word: leave the quotes away."
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
            return f"{_short(found[()], expected, allowed)} is close; the exact number, please."
        return f"{_short(found[()], expected, allowed)} is not it."
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    return (
        f"{int((~close).sum())} of {expected.size} values differ; the first is at {list(place)}, "
        f"where you have {_short(found[place], expected[place], allowed)}."
    )


def _short(value: Any, expected: Any, allowed: float) -> str:
    """Whole numbers in full, so that off by one is seen to be off; others with four digits, or three decimals, and with
    as many more as it takes to tell them from the right one.
    """
    value, expected = float(value), float(expected)
    texts = [_written(value), *(f"{value:.{digits}g}" for digits in range(5, 17)), repr(value)]
    return next((text for text in texts if _told_apart(text, value, expected, allowed)), texts[-1])


def _written(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.3f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"


def _told_apart(text: str, value: float, expected: float, allowed: float) -> bool:
    """Whether what is written is not the right value, and not what would be written of it."""
    if not np.isfinite(value):
        return True
    return text != _written(expected) and abs(float(text.replace(",", "")) - expected) > allowed
