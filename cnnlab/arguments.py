"""Checks of what users pass in: every error names the argument, what came, and what was expected."""

from numbers import Real

import numpy as np

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def array(name, value, rank=None, shape_words="", finite=False):
    """The value as a float32 or float64 array.

    rank : number of axes, or None for any; shape_words : how the shape is called in the message, e.g. "(N, H, W, C)".
    finite : also refuse NaN and infinity.  Raises TypeError for other dtypes, ValueError for another rank or an empty
        array.
    """
    result = np.asarray(value)
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


def same_dtype(**arrays):
    """All arrays must share one dtype, as mixing them would silently compute in the wider one.  None is skipped."""
    kinds = {name: value.dtype for name, value in arrays.items() if value is not None}
    if len(set(kinds.values())) > 1:
        words = ", ".join(f"{name} {dtype}" for name, dtype in kinds.items())
        raise TypeError(f"{' and '.join(kinds)} must have the same dtype; got {words}")


def same_batch(**arrays):
    """The first axes must agree."""
    sizes = {name: len(value) for name, value in arrays.items()}
    if len(set(sizes.values())) > 1:
        words = ", ".join(f"{size} in {name}" for name, size in sizes.items())
        raise ValueError(f"{' and '.join(sizes)} must hold the same number of samples; got {words}")


def shape(name, value, expected, why=""):
    """The array must have exactly this shape."""
    if tuple(value.shape) != tuple(expected):
        reason = f" ({why})" if why else ""
        raise ValueError(f"{name} must have shape {tuple(expected)}{reason}; got {tuple(value.shape)}")


def one_of(name, value, options):
    """The value must be one of a few words."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(repr(option) for option in options)}; got {value!r}")
    return value


def whole(name, value, at_least=1):
    """An integer, at least so large."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number of at least {at_least}; got {value!r}")
    if value < at_least:
        raise ValueError(f"{name} must be a whole number of at least {at_least}; got {value!r}")
    return int(value)


def odd(name, value):
    """An odd whole number: as many on each side of the middle."""
    if whole(name, value) % 2 == 0:
        raise ValueError(f"{name} must be odd, the same number on each side; got {value!r}")
    return int(value)


def real(name, value, above=None, at_least=None, below=None):
    """A finite number, in the limits that are given: greater than `above`, at least `at_least`, less than `below`."""
    limits = ((above, "greater than"), (at_least, "of at least"), (below, "less than"))
    words = " and ".join(f"{word} {limit}" for limit, word in limits if limit is not None)
    wanted = f"{name} must be a finite number{' ' * bool(words)}{words}; got {value!r}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(wanted)
    if (
        not np.isfinite(value)
        or (above is not None and value <= above)
        or (at_least is not None and value < at_least)
        or (below is not None and value >= below)
    ):
        raise ValueError(wanted)
    return float(value)


def of_kind(name, value, kind, wanted):
    """An object of this class; wanted : what is expected, in words.  Raises TypeError."""
    if not isinstance(value, kind):
        hint = f"; did you mean {value.__name__}()?" if isinstance(value, type) and issubclass(value, kind) else ""
        raise TypeError(f"{name} must be {wanted}; got {value!r}{hint}")
    return value


def pair(name, value, at_least=1):
    """One whole number for both axes, or a pair (rows, columns)."""
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise ValueError(f"{name} must be one whole number or a pair of them; got {value!r}")
        return whole(name, value[0], at_least), whole(name, value[1], at_least)
    number = whole(name, value, at_least)
    return number, number


def labels(name, value, classes):
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


def finite_weights(name, weights):
    """The weights of a network, {"0.w": array, ...}, must be finite: whatever is computed from others says nothing."""
    for which, value in weights.items():
        count = int((~np.isfinite(value)).sum())
        if count:
            values = "values that are" if count > 1 else "value that is"
            raise ValueError(f"{name}: the weight {which} holds {count} {values} not finite; train or load it again")
