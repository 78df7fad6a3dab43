"""What all controls of an explorer have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

import numpy as np

__all__ = ["Control"]

PLAIN = frozenset({str, int, float, bool})  # kinds of values that know by themselves whether they are equal


@dataclass
class Control:
    """What every control has.

    Parameters
    ----------
    name : str
        Of the value in Python.
    label : str
        On the screen; by default the name.
    group : str
        Controls of one group stand together under that heading.
    when : function, optional
        Of the values (as keywords), telling whether the control matters now; it is greyed where it does not.
    carries : tuple of str
        Names of other controls whose values follow from this one, whatever it was before, the rest of them staying as
        it is: then what was computed ahead for its other positions still holds after a move.
    """

    name: str
    label: str = ""
    group: str = field(default="", kw_only=True)
    when: Callable[..., Any] | None = field(default=None, kw_only=True)
    carries: Sequence[str] = field(default=(), kw_only=True)

    kind: ClassVar[str] = ""

    def check(self, value: Any) -> Any:
        """The value in its canonical form; raises ValueError, in words for a learner, if the control cannot take it."""
        raise NotImplementedError(f"{type(self).__name__} has no value")

    def heard(self, value: Any) -> Any:
        """What a view sends for a value; raises ValueError where it means none."""
        return value

    def positions(self) -> list[Any]:
        """Every value that the hand can give it (of a Handle or Matrix a sample)."""
        return []

    def at(self, index: int) -> Any:
        """The index-th value, as the view counts them."""
        return self.positions()[index]

    def spec(self) -> dict[str, Any]:
        """What the view has to know, JSON-able."""
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.label or self.name,
            "group": self.group,
            "carries": list(self.carries),
        }

    def refuse(self, value: Any, expected: str) -> NoReturn:
        """Raise ValueError: the value is not what was expected."""
        words = repr(value)
        raise ValueError(f"{self.name} must be {expected}; got {words if len(words) <= 200 else f'{words[:199]}…'}")


def lasts_of(controls: Mapping[str, Control], values: Mapping[str, Any]) -> dict[str, float]:
    """The largest values that there are now, of the sliders whose `last` says it; by their names."""
    ends = {name: getattr(control, "last", None) for name, control in controls.items()}
    return {name: last(**values) for name, last in ends.items() if last is not None}


def within(controls: Mapping[str, Control], values: dict[str, Any]) -> dict[str, Any]:
    """The values, none of a slider beyond the last that there is."""
    return values | {name: min(values[name], last) for name, last in lasts_of(controls, values).items()}


def same(one: Any, other: Any) -> bool:
    """Whether two values of a control are the same; NumPy would make arrays even of numbers and words first."""
    if type(one) is type(other) and type(one) in PLAIN:
        return bool(one == other)
    return np.array_equal(one, other)


def is_array(value: Any, shape: Sequence[int], kinds: str) -> bool:
    """Whether a value is of this shape, and its numbers are of these kinds."""
    try:
        array = np.asarray(value)
    except Exception:  # lists of unequal lengths, and what else cannot be one
        return False
    return array.shape == tuple(shape) and array.dtype.kind in kinds


def decimals(value: float) -> int:
    """Decimals needed to print a step: 0.05 -> 2, 1 -> 0; at most 4."""
    return next((d for d in range(4) if abs(round(float(value), d) - value) < 1e-9), 4)


def few(values: Iterable[float]) -> str:
    shown = [f"{v:g}" for v in values]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:4], "...", *shown[-3:]])
