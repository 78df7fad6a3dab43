"""What KIND of thing is wrong with results of another shape: where the right numbers are in them, what is left out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

import numpy as np

from cnnlab.check.toolkit.comparison import close
from cnnlab.check.toolkit.kinds import Kind
from cnnlab.types import Array

MOST = 4  # axes of which orders and sums are tried
LARGE = 2000  # numbers, among which a block is not looked for

Pairs = Sequence[tuple[Array, Array]]


def kind(pairs: Pairs, tolerance: float, given: Sequence[Mapping[str, Any]] = ()) -> Kind | None:
    """The first kind that is true of all (found, expected), whose shapes differ in each pair; given: the arguments."""
    if not all(found.size for found, _ in pairs):
        return Kind("empty", "It is empty, an axis has length 0: is a slice or a size wrong?")
    for name in given[0] if given else ():
        values = [(found, np.asarray(one[name])) for (found, _), one in zip(pairs, given, strict=True)]
        if all(found.ndim and value.dtype.kind in "biuf" and np.array_equal(found, value) for found, value in values):
            return Kind("given back", f"What comes back is `{name}`, as it was given.")
    for name, find in KINDS.items():
        words = find(pairs, tolerance)
        if words:
            return Kind(name, words)
    return None


def _reshaped(pairs: Pairs, tolerance: float) -> str:
    if not all(found.size == expected.size for found, expected in pairs):
        return ""
    if not all(close(found.reshape(expected.shape), expected, tolerance) for found, expected in pairs):
        return ""
    if any(expected.ndim == 0 for _, expected in pairs):
        return "The number is right; give it without brackets, not as an array."
    return "The numbers are right, and in the right order: only the shape is not."


def _axes_exchanged(pairs: Pairs, tolerance: float) -> str:
    if not all(1 < found.ndim == expected.ndim <= MOST for found, expected in pairs):
        return ""
    for order in permutations(range(pairs[0][0].ndim)):
        if all(found.ndim == len(order) for found, _ in pairs) and all(
            close(found.transpose(order), expected, tolerance) for found, expected in pairs
        ):
            return "It is transposed: the numbers are right, but the axes have changed places."
    return ""


def _sum_missing(pairs: Pairs, tolerance: float) -> str:
    for axes in _axes(pairs, 0):
        for add, words in ((np.sum, "sum"), (np.mean, "mean")):
            if all(
                close(add(found, axis=axes, keepdims=found.ndim == expected.ndim), expected, tolerance)
                for found, expected in pairs
            ):
                return f"The {words} over {_named(axes)} is still missing."
    return ""


def _summed_too_far(pairs: Pairs, tolerance: float) -> str:
    for axes in _axes(pairs, 1):
        for add, words in ((np.sum, "sum"), (np.mean, "mean")):
            if all(
                close(found, add(expected, axis=axes, keepdims=found.ndim == expected.ndim), tolerance)
                for found, expected in pairs
            ):
                return f"The {words} went over {_named(axes)} as well, which should stay."
    return ""


def _axes(pairs: Pairs, which: int) -> Iterator[tuple[int, ...]]:
    dimensions = pairs[0][which].ndim
    if dimensions <= MOST and all(pair[which].ndim == dimensions for pair in pairs):
        for count in range(1, dimensions + 1):
            yield from combinations(range(dimensions), count)


def _named(axes: tuple[int, ...]) -> str:
    return " and ".join(f"axis {axis}" for axis in axes)


def _first_only(pairs: Pairs, tolerance: float) -> str:
    if not all(found.ndim < expected.ndim and expected.size for found, expected in pairs):
        return ""
    for index, words in ((0, "first"), (-1, "last")):
        if all(close(found, _corner(expected, found.ndim, index), tolerance) for found, expected in pairs):
            return f"Only the {words} part of the result comes back: is `return` inside a loop, or is it overwritten?"
    return ""


def _corner(values: Array, dimensions: int, index: int) -> Array:
    while values.ndim > dimensions:
        values = values[index]
    return values


def _more_around(pairs: Pairs, tolerance: float) -> str:
    if not all(_inside(expected, found, tolerance) for found, expected in pairs):
        return ""
    return "All right numbers are in it, but there is more around them: a border, or rows and columns too many."


def _part_missing(pairs: Pairs, tolerance: float) -> str:
    if not all(_inside(found, expected, tolerance) for found, expected in pairs):
        return ""
    return "What is there is right, but the result is too small: places at its edges are missing."


def _inside(small: Array, large: Array, tolerance: float) -> bool:
    """Whether `small` is a block of `large`."""
    if not small.ndim == large.ndim > 0 or any(a > b for a, b in zip(small.shape, large.shape, strict=True)):
        return False
    if large.size > LARGE or len(np.unique(small)) < 2:
        return False
    for start in np.ndindex(*(b - a + 1 for a, b in zip(small.shape, large.shape, strict=True))):
        block = large[tuple(slice(i, i + a) for i, a in zip(start, small.shape, strict=True))]
        if close(small, block, tolerance):
            return True
    return False


def _every_other(pairs: Pairs, tolerance: float) -> str:
    """Every s-th of them along all long axes is right: the stride was forgotten."""
    if not all(found.ndim == expected.ndim > 0 for found, expected in pairs):
        return ""
    if not all(any(_thinned(found, expected, s, tolerance) for s in (2, 3, 4)) for found, expected in pairs):
        return ""
    return "The right numbers are in it, with others between them: only every second or third place is wanted."


def _thinned(found: Array, expected: Array, stride: int, tolerance: float) -> bool:
    step = tuple(slice(None, None, stride if a != b else 1) for a, b in zip(found.shape, expected.shape, strict=True))
    return len(np.unique(expected)) >= 2 and close(found[step], expected, tolerance)


def _one_off(pairs: Pairs, tolerance: float) -> str:
    if not all(found.ndim == expected.ndim > 0 for found, expected in pairs):
        return ""
    steps = {tuple(np.subtract(found.shape, expected.shape)) for found, expected in pairs}
    if len(steps) != 1 or set(next(iter(steps))) - {0, 1, -1}:
        return ""
    axes = [
        f"axis {axis} is one too {'long' if step > 0 else 'short'}" for axis, step in enumerate(steps.pop()) if step
    ]
    return f"Off by one: {', '.join(axes)}."


def _crossed(pairs: Pairs, tolerance: float) -> str:
    """(n,) met (n, 1), and (n, n) came out."""
    if not all(found.ndim > expected.ndim >= 0 and found.size > 1 for found, expected in pairs):
        return ""
    return "It has too many axes: a sum is missing, or two arrays met along different axes, as (n,) and (n, 1) do."


def _too_few_axes(pairs: Pairs, tolerance: float) -> str:
    if not all(found.ndim < expected.ndim for found, expected in pairs):
        return ""
    return "It has too few axes: something is summed that should stay, or only one part is computed."


def _turned_shape(pairs: Pairs, tolerance: float) -> str:
    if not all(found.shape == expected.shape[::-1] for found, expected in pairs):
        return ""
    return "The axes stand in the wrong order."


KINDS: dict[str, Callable[[Pairs, float], str]] = {
    "reshaped": _reshaped,
    "axes exchanged": _axes_exchanged,
    "sum missing": _sum_missing,
    "summed too far": _summed_too_far,
    "first only": _first_only,
    "more around": _more_around,
    "part missing": _part_missing,
    "every other": _every_other,
    "axes turned": _turned_shape,
    "one off": _one_off,
    "too many axes": _crossed,
    "too few axes": _too_few_axes,
}
