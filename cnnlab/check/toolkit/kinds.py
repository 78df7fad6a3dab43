"""What KIND of thing is wrong with numbers of the right shape: a sentence that is true of all of them, or none.

No sentence contains a right value.  Where several are true, the first of `KINDS` is said: the simplest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np

from cnnlab.check.toolkit.comparison import close
from cnnlab.types import Array


class Kind(NamedTuple):
    """A kind of difference: its name, for tests, and what is said to the learner."""

    name: str
    words: str


@dataclass
class Wrong:
    """Wrong results beside the right ones.

    pairs : (found, expected), of one shape, for each input that came out wrong.
    given : for each of them the arguments by name.
    """

    pairs: Sequence[tuple[Array, Array]]
    given: Sequence[Mapping[str, Any]] = ()
    tolerance: float = 1e-6
    found: Array = field(init=False)
    expected: Array = field(init=False)

    def __post_init__(self) -> None:
        self.found = np.concatenate([np.ravel(found) for found, _ in self.pairs]).astype(float)
        self.expected = np.concatenate([np.ravel(expected) for _, expected in self.pairs]).astype(float)

    def everywhere(self, change: Callable[[Array], Array | None]) -> bool:
        """Whether each result is what `change` makes of the right one."""
        changed = [(found, change(expected)) for found, expected in self.pairs]
        return all(other is not None and close(found, other, self.tolerance) for found, other in changed)

    def many(self) -> bool:
        """Whether there are values enough that a rule which holds for all of them is no accident."""
        return len(np.unique(self.expected[self.expected != 0])) >= 2


def kind(wrong: Wrong) -> Kind | None:
    """The first kind that is true of all wrong results."""
    for name, find in KINDS.items():
        words = find(wrong)
        if words:
            return Kind(name, words)
    return None


def _not_a_number(wrong: Wrong) -> str:
    if not np.isfinite(wrong.expected).all() or any(np.isfinite(found).all() for found, _ in wrong.pairs):
        return ""
    return "It holds nan or inf: exp of something large, a logarithm of 0, or 0 / 0."


def _all_zero(wrong: Wrong) -> str:
    return "" if wrong.found.any() else "Every value is 0: is anything ever written into the result?"


def _given_back(wrong: Wrong) -> str:
    for name in wrong.given[0] if wrong.given and wrong.found.size > 1 else ():
        values = [one[name] for one in wrong.given]
        if all(_equal(found, value, wrong) for (found, _), value in zip(wrong.pairs, values, strict=True)):
            return f"What comes back is `{name}`, as it was given."
    return ""


def _sign(wrong: Wrong) -> str:
    return "The sizes are right; every sign is turned round." if wrong.everywhere(np.negative) else ""


def _some_signs(wrong: Wrong) -> str:
    right = close(np.abs(wrong.found), np.abs(wrong.expected), wrong.tolerance)
    return "All sizes are right, but not all signs." if right else ""


def _rounded(wrong: Wrong) -> str:
    for digits in range(6):
        if all(close(found, np.asarray(np.round(x, digits)), wrong.tolerance) for found, x in wrong.pairs):
            return "It is rounded, or whole numbers keep no more: give all digits."
    return ""


def _cut_off(wrong: Wrong) -> str:
    if not (wrong.everywhere(np.floor) or wrong.everywhere(np.trunc)):
        return ""
    return "What stands behind the point is cut off: `//`, `int(...)`, or an array of whole numbers (its dtype)."


def _rearranged(wrong: Wrong) -> str:
    """Axes exchanged or reversed."""
    dimensions = wrong.pairs[0][1].ndim
    if any(expected.ndim != dimensions for _, expected in wrong.pairs):
        return ""
    for a, b in combinations(range(dimensions), 2):
        if wrong.everywhere(partial(np.swapaxes, axis1=a, axis2=b)):
            if dimensions == 2:
                return "It is transposed: the right numbers, but rows and columns have changed places."
            return f"The right numbers, but axes {a} and {b} are exchanged."
    for count in (1, 2):
        for axes in combinations(range(dimensions), count):
            if wrong.everywhere(partial(np.flip, axis=axes)):
                return f"The right numbers, but {_reversed(axes, dimensions)}."
    return ""


def _reversed(axes: tuple[int, ...], dimensions: int) -> str:
    if dimensions == 1:
        return "in reverse order"
    if dimensions == 2:
        return "turned round" if len(axes) == 2 else ("upside down", "with left and right exchanged")[axes[0]]
    return "flipped along " + " and ".join(f"axis {axis}" for axis in axes)


def _shifted(wrong: Wrong) -> str:
    dimensions = min(found.ndim for found, _ in wrong.pairs)
    for count in (1, 2):
        for axes in combinations(range(dimensions), count):
            for steps in (1, -1, 2, -2):
                if all(_moved(found, expected, axes, steps, wrong.tolerance) for found, expected in wrong.pairs):
                    along = " and ".join(f"axis {axis}" for axis in axes)
                    return f"The right numbers, but shifted by {_count(steps)} along {along}, to {_way(steps)} indices."
    return ""


def _moved(found: Array, expected: Array, axes: tuple[int, ...], steps: int, tolerance: float) -> bool:
    ahead, behind = [slice(None)] * found.ndim, [slice(None)] * found.ndim
    for axis in axes:
        ahead[axis], behind[axis] = slice(abs(steps), None), slice(None, -abs(steps))
    if steps < 0:
        ahead, behind = behind, ahead
    there, here = found[tuple(ahead)], expected[tuple(behind)]
    return len(np.unique(here)) >= 3 and close(there, here, tolerance)


def _count(steps: int) -> str:
    return {1: "one", 2: "two"}[abs(steps)]


def _way(steps: int) -> str:
    return "larger" if steps > 0 else "smaller"


def _factor(wrong: Wrong) -> str:
    """One factor for all values, or one for each input, which may be something that was given."""
    factors = _ratios(wrong)
    if not len(factors):
        return ""
    if np.allclose(factors, factors[0], rtol=1e-6):
        return f"Every value is {_times(factors[0])} the right one: a constant factor is wrong."
    if max(expected.size for _, expected in wrong.pairs) < 2:
        return ""  # any number is some factor of another
    return "On each input all values are wrong by one factor, another one for each input: is it a size?"


def _size_as_factor(wrong: Wrong) -> str:
    """The factor is something that was given, or a size of it, and perhaps a constant besides."""
    numbers = _ratios(wrong)
    if len(numbers) < len(wrong.pairs):
        return ""
    for constant in (True, False):  # with none besides, first
        for power, words in (
            (1, "Every value is `{}` times the right one{}: was a division by it forgotten?"),
            (-1, "Every value is the right one divided by `{}`{}: is that once too often, or a factor forgotten?"),
        ):
            name, rest = _named(numbers**power, wrong.given)
            if name and np.isclose(rest, 1) == constant:
                besides = "every sign is turned round" if np.isclose(rest, -1) else "a constant factor is wrong"
                return words.format(name, "" if constant else f", and {besides}, too")
    return ""


def _ratios(wrong: Wrong) -> Array:
    """The factor of each input that is not all zero, or none, where there is none or it may be an accident."""
    factors = [_ratio(*pair, wrong.tolerance) for pair in wrong.pairs if pair[0].any() or pair[1].any()]
    return np.array([] if None in factors or not wrong.many() else factors, float)


def _ratio(found: Array, expected: Array, tolerance: float) -> float | None:
    place = np.unravel_index(np.argmax(np.abs(expected)), expected.shape)
    if expected[place] == 0 or found[place] == 0:
        return None
    factor = float(found[place] / expected[place])
    return factor if close(found, factor * expected, tolerance) else None


def _times(factor: float) -> str:
    for number, below in product(range(1, 13), repeat=2):
        if np.isclose(abs(factor), number / below, rtol=1e-6):
            return f"{'-' if factor < 0 else ''}{number}{'' if below == 1 else f'/{below}'} times"
    return f"{factor:.4g} times"


def _named(numbers: Array, given: Sequence[Mapping[str, Any]]) -> tuple[str, float]:
    """What was given, or a size of it, that is as large as these numbers, and a constant besides."""
    found = ("", 0.0)
    sizes = [_sizes(one) for one in given]
    for name in sizes[0] if sizes and not np.allclose(numbers, numbers[0]) else ():
        values = np.array([one.get(name, 0.0) for one in sizes], float)
        if values.all() and np.allclose(numbers / values, numbers[0] / values[0]):
            if np.isclose(numbers[0], values[0]):
                return name, 1.0
            found = found if found[0] else (name, float(numbers[0] / values[0]))
    return found


def _sizes(arguments: Mapping[str, Any]) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.ndim:
            sizes |= {f"{name}.shape[{axis}]": length for axis, length in enumerate(value.shape)}
            sizes[f"{name}.size"] = value.size
            if value.ndim == 4:
                sizes[f"{name}.shape[1] * {name}.shape[2]"] = value.shape[1] * value.shape[2]
                sizes[f"{name}[..., 0].size"] = value[..., 0].size
        elif isinstance(value, (int, float)):
            sizes |= {name: value, f"{name}**2": value**2}
    return sizes


def _offset(wrong: Wrong) -> str:
    """The same is added to every value, or something that was given."""
    apart = [found - expected for found, expected in wrong.pairs]
    everything = wrong.found - wrong.expected
    whole = all(expected.dtype.kind in "iu" for _, expected in wrong.pairs)
    if whole and (np.all(everything == 1) or np.all(everything == -1)):
        return f"One too {'many' if everything[0] == 1 else 'few'}: off by one, on every input that comes out wrong."
    for name in wrong.given[0] if wrong.given and wrong.many() else ():
        for sign, words in ((-1, "is missing, everywhere: just by it the result is too small"), (1, "is in it")):
            if all(_is(far, sign, one[name], wrong) for far, one in zip(apart, wrong.given, strict=True)):
                return f"`{name}` {words}{' once too often' if sign == 1 else ''}."
    if wrong.many() and wrong.found.size > 1 and close(everything, np.full_like(everything, everything[0]), 1e-6):
        return f"Every value is too {'large' if everything[0] > 0 else 'small'} by the same amount."
    return ""


def _is(far: Array, sign: int, value: Any, wrong: Wrong) -> bool:
    """Whether results lie apart by just this argument, a number or one for each output."""
    if not isinstance(value, (int, float, np.ndarray)) or np.ndim(value) > 1 or not np.any(value):
        return False
    if np.ndim(value) and (not far.ndim or np.shape(value) != far.shape[-1:]):
        return False
    return close(far, np.broadcast_to(sign * np.asarray(value, float), far.shape), wrong.tolerance)


def _other_places(wrong: Wrong) -> str:
    sorted_pairs = [(np.sort(found, None), np.sort(expected, None)) for found, expected in wrong.pairs]
    if any(expected.size < 3 for expected, _ in sorted_pairs):
        return ""
    same = all(close(found, expected, wrong.tolerance) for found, expected in sorted_pairs)
    return "The right numbers, but not all in the right places." if same else ""


def _only_somewhere(wrong: Wrong) -> str:
    """Wrong (or right) at the edge only, or at one index of one axis only."""
    off = [~_near(found, expected, wrong.tolerance) for found, expected in wrong.pairs]
    dimensions = off[0].ndim
    if any(one.ndim != dimensions for one in off):
        return ""
    for axis in range(dimensions if all(min(one.shape, default=0) > 1 for one in off) else 0):
        where = [np.asarray(np.moveaxis(one, axis, 0).reshape(one.shape[axis], -1).any(axis=1)) for one in off]
        for index, words in ((0, "first"), (-1, "last")):
            if all(one[index] and one.sum() == 1 for one in where):
                return f"Only the {words} index along axis {axis} is wrong."
            if all(not one[index] and one.sum() == len(one) - 1 for one in where):
                return f"Only the {words} index along axis {axis} is right."
    inner = [one[_inside(dimensions)] for one in off] if dimensions in (2, 4) else []
    if inner and all(one.size for one in inner) and not any(one.any() for one in inner):
        return "It is right inside, and wrong only at the edge."
    return ""


def _one_sided(wrong: Wrong) -> str:
    off = np.concatenate([np.ravel(~_near(found, expected, wrong.tolerance)) for found, expected in wrong.pairs])
    far = (wrong.found - wrong.expected)[off]
    if far.size < 3 or not (np.all(far > 0) or np.all(far < 0)):
        return ""
    return f"Every value that differs is too {'large' if far[0] > 0 else 'small'}."


def _signs_right(wrong: Wrong) -> str:
    signs = np.sign(wrong.expected)
    both = {-1.0, 1.0} <= set(signs.tolist())
    return "All signs are right, the sizes are not." if both and (np.sign(wrong.found) == signs).all() else ""


def _inside(dimensions: int) -> tuple[slice, ...]:
    inside, whole = slice(1, -1), slice(None)
    return (inside, inside) if dimensions == 2 else (whole, inside, inside, whole)


def _near(found: Array, expected: Array, tolerance: float) -> Array:
    return np.abs(found - expected) <= tolerance * max(1.0, float(np.abs(expected).max(initial=0.0)))


def _equal(found: Array, value: Any, wrong: Wrong) -> bool:
    return isinstance(value, np.ndarray) and close(found, value, wrong.tolerance)


KINDS: dict[str, Callable[[Wrong], str]] = {
    "not a number": _not_a_number,
    "all zero": _all_zero,
    "given back": _given_back,
    "sign": _sign,
    "some signs": _some_signs,
    "rounded": _rounded,
    "cut off": _cut_off,
    "rearranged": _rearranged,
    "shifted": _shifted,
    "size as factor": _size_as_factor,
    "factor": _factor,
    "offset": _offset,
    "other places": _other_places,
    "only somewhere": _only_somewhere,
    "one-sided": _one_sided,
    "signs right": _signs_right,
}
VAGUE = {"one-sided", "signs right", "only somewhere"}  # they say where or which way, not what was done
