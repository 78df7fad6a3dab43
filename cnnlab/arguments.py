"""Checks of what users pass in: every error names the argument, what came, and what was expected."""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from cnnlab.types import Array

Kind = TypeVar("Kind")

LARGEST = 2**31 - 1  # of sides, strides, counts: compiled code adds and multiplies them in 64 bits

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def array(name: str, value: Any, rank: int | None = None, shape_words: str = "", finite: bool = False) -> Array:
    """The value as a float32 or float64 array.

    rank : number of axes, or None for any; shape_words : how the shape is called in the message, e.g. "(N, H, W, C)".
    finite : also refuse NaN and infinity.  Raises TypeError for other dtypes, ValueError for another rank or an empty
        array.
    """
    result = even(name, value)
    if result.dtype not in FLOATS:
        hint = {
            "c": "complex numbers have no place here; pass their magnitude or their real part",
            "b": "convert it first: x.astype(np.float32)",
            "i": "convert it first: x.astype(np.float32), and scale pixels to about -1..1",
            "u": "convert it first: x.astype(np.float32), and scale pixels to about -1..1",
        }.get(result.dtype.kind, "convert it first: x.astype(np.float32)")
        raise TypeError(f"{name} must hold float32 or float64 numbers; got dtype {result.dtype} ({hint})")
    if rank is not None and result.ndim != rank:
        words = f" {shape_words}," if shape_words else ""
        raise ValueError(f"{name} must be{words} an array with {rank} axes; got an array of shape {result.shape}")
    if result.size == 0:
        raise ValueError(f"{name} must not be empty; got an array of shape {result.shape}")
    if finite and not np.isfinite(result).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        count = int((~np.isfinite(result)).sum())
        raise ValueError(
            f"{name} must hold finite numbers; got {count} NaN or infinite ones, the first at {list(place)}"
        )
    return result


def even(name: str, value: Any) -> Array:
    """The value as an array of whatever it holds, in rows of the same length."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array, or rows of the same length; got {value!r}") from None


def alike(**given: Any) -> tuple[Array, ...]:
    """Arrays of float32 or float64 that share dtype and shape -> the arrays, in the order given.

    Raises TypeError or ValueError, naming the argument.
    """
    arrays = {name: array(name, value) for name, value in given.items()}
    same_dtype(**arrays)
    (first, one), *others = arrays.items()
    for name, other in others:
        shape(name, other, one.shape, f"that of {first}")
    return tuple(arrays.values())


def same_dtype(**arrays: Array | None) -> None:
    """All arrays must share one dtype, as mixing them would silently compute in the wider one.  None is skipped."""
    kinds = {name: value.dtype for name, value in arrays.items() if value is not None}
    if len(set(kinds.values())) > 1:
        words = ", ".join(f"{name} {dtype}" for name, dtype in kinds.items())
        raise TypeError(f"{' and '.join(kinds)} must have the same dtype; got {words}")


def same_batch(**arrays: Any) -> None:
    """The first axes must agree."""
    sizes = {name: len(value) for name, value in arrays.items()}
    if len(set(sizes.values())) > 1:
        words = ", ".join(f"{size} in {name}" for name, size in sizes.items())
        raise ValueError(f"{' and '.join(sizes)} must hold the same number of samples; got {words}")


def shape(name: str, value: Array, expected: Iterable[int], why: str = "") -> None:
    """The array must have exactly this shape."""
    if value.shape != (expected := tuple(expected)):
        reason = f" ({why})" if why else ""
        raise ValueError(f"{name} must have shape {expected}{reason}; got {value.shape}")


def sides(name: str, value: Any, words: str = "") -> tuple[int, ...]:
    """A shape, given as so many whole numbers as there are words, "(N, H, W, C)"; without words, of any length."""
    try:
        found = tuple(whole(name, side) for side in value)
    except TypeError:
        raise TypeError(f"{name} must be {words or 'a shape'}, whole numbers of at least 1; got {value!r}") from None
    if words and len(found) != len(words.split(",")):
        raise ValueError(f"{name} must be {words}, whole numbers of at least 1; got {value!r}")
    return found


def real_dtype(name: str, value: Any) -> np.dtype[Any]:
    """float32 or float64."""
    try:
        found = np.dtype(value)
    except (TypeError, ValueError):
        found = np.dtype(bool)
    if found not in FLOATS:
        raise TypeError(f"{name} must be float32 or float64; got {value!r}")
    return found


def one_of(name: str, value: Kind, options: Sequence[Any]) -> Kind:
    """The value must be one of a few words."""
    if getattr(value, "ndim", 0) or isinstance(value, np.ndarray) or value not in options:  # arrays equal words in part
        raise ValueError(f"{name} must be one of {', '.join(repr(option) for option in options)}; got {value!r}")
    return value


def whole(name: str, value: Any, at_least: int = 1) -> int:
    """An integer, at least so large."""
    if type(value) is int and at_least <= value <= LARGEST:  # nearly always
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number of at least {at_least}; got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be a whole number of at least {at_least}; got {value!r}")
    if value > LARGEST:
        raise ValueError(f"{name} must be a whole number of at most {LARGEST:,}; got {_said(value)}")
    return int(value)


def flag(name: str, value: Any) -> bool:
    """The value as True or False; the numbers 1 and 0 will do, words will not: "no" would count as True."""
    if isinstance(value, bool | np.bool_) or (isinstance(value, int | np.integer) and value in (0, 1)):
        return bool(value)
    raise ValueError(f"{name} must be True or False; got {_said(value)}")


def _said(value: Any) -> str:
    """What came; Python writes no whole numbers of more than 4300 digits."""
    large = isinstance(value, int) and abs(value) >= 10**30
    return f"one of {value.bit_length()} bits" if large else repr(value)


def seed(name: str, value: Any) -> int:
    """A whole number from 0 on, as large as you like: where random numbers begin."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number of at least 0; got {value!r}")
    if value < 0:
        raise ValueError(f"{name} must be a whole number of at least 0; got {value!r}")
    return int(value)


def generator(name: str, value: Any) -> np.random.Generator:
    """The random numbers that a seed, or what NumPy takes for one, stands for; a Generator is passed on."""
    try:
        return np.random.default_rng(value)
    except (TypeError, ValueError) as problem:
        kind = TypeError if isinstance(problem, TypeError) else ValueError
        raise kind(f"{name} must be a whole number of at least 0, or a numpy.random.Generator; got {value!r}") from None


def odd(name: str, value: Any) -> int:
    """An odd whole number: as many on each side of the middle."""
    if whole(name, value) % 2 == 0:
        raise ValueError(f"{name} must be odd, the same number on each side; got {value!r}")
    return int(value)


def real(
    name: str, value: Any, above: float | None = None, at_least: float | None = None, below: float | None = None
) -> float:
    """A finite number, in the limits that are given: greater than `above`, at least `at_least`, less than `below`."""
    limits = ((above, "greater than"), (at_least, "of at least"), (below, "less than"))
    words = " and ".join(f"{word} {limit}" for limit, word in limits if limit is not None)
    wanted = f"{name} must be a finite number{' ' * bool(words)}{words}; got {_said(value)}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(wanted)
    number = _as_float(value)
    if (
        not math.isfinite(number)
        or (above is not None and number <= above)
        or (at_least is not None and number < at_least)
        or (below is not None and number >= below)
    ):
        raise ValueError(wanted)
    return number


def _as_float(value: Real) -> float:
    """A number as float64; what is too large for it is infinite."""
    try:
        return float(value)
    except OverflowError:  # a whole number, or a fraction, of more than 308 digits
        return np.inf


def positive(name: str, value: Any) -> float:
    """A finite number greater than zero."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a positive number; got {value!r}")
    if not 0 < _as_float(value) < np.inf:
        raise ValueError(f"{name} must be a positive number; got {_said(value)}")
    return float(value)


def share(name: str, value: Any, of: str = "") -> float:
    """A number in [0, 1); of : what it is a share of, for the message."""
    number = real(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be in [0, 1){f': the share {of}' if of else ''}; got {value!r}")
    return number


def of_kind(name: str, value: Any, kind: type[Kind] | tuple[type[Kind], ...], wanted: str) -> Kind:
    """An object of this class, or of one of these; wanted : what is expected, in words.  Raises TypeError."""
    if not isinstance(value, kind):
        hint = f"; did you mean {value.__name__}()?" if isinstance(value, type) and issubclass(value, kind) else ""
        raise TypeError(f"{name} must be {wanted}; got {value!r}{hint}")
    return value


def pair(name: str, value: Any, at_least: int = 1) -> tuple[int, int]:
    """One whole number for both axes, or a pair (rows, columns)."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{name} must be one whole number or a pair of them; got {value!r}")
        return whole(name, value[0], at_least), whole(name, value[1], at_least)
    number = whole(name, value, at_least)
    return number, number


def labels(name: str, value: Any, classes: int) -> Array:
    """Class labels: whole numbers 0 ... classes - 1 in an array (N,)."""
    result = np.asarray(value)
    if result.dtype.kind not in "iu" or result.ndim != 1:
        raise TypeError(
            f"{name} must be whole-number class labels of shape (N,); got dtype {result.dtype}, shape {result.shape}"
        )
    if result.size == 0:
        raise ValueError(f"{name} must not be empty")
    if result.min() < 0 or result.max() >= classes:
        raise ValueError(
            f"{name} must lie in 0..{classes - 1}, one of {classes} classes; got labels from {result.min()} to "
            f"{result.max()}"
        )
    return result


def finite_weights(name: str, weights: Mapping[str, Array]) -> None:
    """The weights of a network, {"0.w": array, ...}, must be finite: whatever is computed from others says nothing."""
    for which, value in weights.items():
        count = int((~np.isfinite(value)).sum())
        if count:
            values = "values that are" if count > 1 else "value that is"
            raise ValueError(f"{name}: the weight {which} holds {count} {values} not finite; train or load it again")


def entry(entries: Sequence[Any], which: int | slice | str) -> Any:
    """One of several things in a row by its number, or by its `name`; several of them by a slice.

    Raises IndexError for a number that is not there, KeyError, naming those that are, for a name.
    """
    if isinstance(which, str):
        for one in entries:
            if one.name == which:
                return one
        raise KeyError(f"no layer is called {which!r}; there are {', '.join(each.name for each in entries)}")
    return entries[which]
