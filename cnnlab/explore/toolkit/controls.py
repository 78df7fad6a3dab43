"""The controls of an explorer.

Each knows the values it can take (`positions`; `at(i)` is the i-th, as the view counts them), and refuses others in
plain words (`check`, which returns the value in its canonical form).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, ClassVar

import numpy as np

from cnnlab.explore.toolkit.control import Control, decimals, few, is_array
from cnnlab.types import Array

__all__ = ["Button", "Cell", "Choice", "Handle", "Matrix", "Slider", "Toggle", "image_slider"]


@dataclass
class Slider(Control):
    """A number from lo to hi in steps; or one of `choices`.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    lo, hi, step : int or float
        The value is an int where all three are, a float otherwise.
    value : int or float
        At first. Python may set what lies between two steps, where they are floats.
    choices : list, optional
        Ascending numbers in place of lo, hi and step, e.g. a geometric series.
    digits : int, optional
        Decimals shown; by default as many as the steps need.
    glide : bool, optional
        Whether the picture may glide between two positions while it plays: by default where the values are floats.
    last : function, optional
        Of the values (as keywords): the largest now, such as the last map of the chosen layer. No value lies beyond it.

    Attributes
    ----------
    all : list
        Every position, ascending.

    Raises
    ------
    ValueError
        If lo is not below hi, the step not above 0, or the choices do not ascend.
    """

    lo: float = 0.0
    hi: float = 1.0
    step: float = 0.1
    value: float = 0.0
    choices: Sequence[float] | None = None
    digits: int | None = None
    glide: bool | None = None
    last: Callable[..., float] | None = field(default=None, kw_only=True)

    kind: ClassVar[str] = "slider"

    def __post_init__(self) -> None:
        if self.choices is None:
            if not (self.lo < self.hi and self.step > 0):
                raise ValueError(
                    f"{self.name}: a slider needs lo < hi and step > 0; got {self.lo}, {self.hi}, {self.step}"
                )
            count = int(np.floor((self.hi - self.lo) / self.step + 1e-9)) + 1
            whole = all(isinstance(v, (int, np.integer)) for v in (self.lo, self.hi, self.step))
            places = 12 - int(np.floor(np.log10(max(abs(self.lo), abs(self.hi), self.step))))
            ticks = [self.lo + i * self.step for i in range(count)]
            self.all = ticks if whole else [round(float(v), places) for v in ticks]
        else:
            self.all = [v.item() if isinstance(v, np.generic) else v for v in self.choices]
            if sorted(set(self.all)) != self.all or not self.all:
                raise ValueError(f"{self.name}: choices must ascend; got {self.choices}")
        if self.digits is None:
            self.digits = max(decimals(v) for v in (self.all if len(self.all) < 3 else [*self.all[:3], self.all[-1]]))
        if self.glide is None:
            self.glide = not all(isinstance(v, int) for v in self.all)
        self.value = self.check(self.value)

    def check(self, value: Any) -> int | float:
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
            self.refuse(value, f"a number from {self.all[0]:g} to {self.all[-1]:g}")
        if not self.all[0] - 1e-9 <= value <= self.all[-1] + 1e-9:  # false for NaN too
            self.refuse(value, f"a number from {self.all[0]:g} to {self.all[-1]:g}")
        i = int(np.argmin(np.abs(np.asarray(self.all) - value)))
        tolerance = 1e-6 * (self.all[-1] - self.all[0] + 1e-300)
        if self.choices is None and not isinstance(self.all[0], int) and abs(self.all[i] - value) > tolerance:
            return float(value)  # between two steps: Python may be finer than the hand
        if abs(self.all[i] - value) > tolerance:
            self.refuse(value, f"one of {few(self.all)}")
        return self.all[i]

    def positions(self) -> list[int | float]:
        return list(self.all)

    def at(self, index: int) -> int | float:
        return self.all[index]

    def spec(self) -> dict[str, Any]:
        small = 0.5 * 10.0 ** -(self.digits or 0)  # what would be printed as a zero, and is none
        said = [f"{v:g}" for v in self.all] if any(0 < abs(v) < small for v in self.all) else None
        return super().spec() | {"all": self.all, "digits": self.digits, "said": said, "glide": self.glide}


def image_slider(count: int, name: str = "image", label: str = "image") -> Slider:
    """The slider that chooses one of several images (or of what else), and rests where there is only one.

    Parameters
    ----------
    count : int
        Of the images, at least 1.
    name, label : str
        See `Control`.

    Returns
    -------
    slider : Slider
        From 0 to count - 1; it rests at 0 where there is a single image.
    """
    return Slider(name, label, 0, max(count - 1, 1), 1, value=0, when=lambda **_: count > 1, last=lambda **_: count - 1)


@dataclass
class Choice(Control):
    """A drop-down list of words.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    options : list of str
        The words.
    value : str, optional
        At first; by default the first option.
    ordered : bool
        Whether one option leads to the next, so that they can be stepped through and played.
    """

    options: Sequence[str] = ()
    value: str | None = None
    ordered: bool = False

    kind: ClassVar[str] = "choice"

    def __post_init__(self) -> None:
        self.options = list(self.options)
        self.value = self.check(self.options[0] if self.value is None else self.value)

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:  # an array equals words, one by one
            self.refuse(value, f"one of {', '.join(map(repr, self.options))}")
        return str(value)

    def positions(self) -> list[str]:
        return list(self.options)

    def at(self, index: int) -> str:
        return self.options[index]

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"options": self.options, "ordered": self.ordered}


@dataclass
class Toggle(Control):
    """A box to tick.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    value : bool
        At first.
    """

    value: bool = False

    kind: ClassVar[str] = "toggle"

    def check(self, value: Any) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            self.refuse(value, "True or False")
        return bool(value)

    def positions(self) -> list[bool]:
        return [False, True]

    def at(self, index: int) -> bool:
        return bool(index)


@dataclass
class Button(Control):
    """Something to press.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    action : function
        action(**values) -> dict of the values it changes, or None; it may also change the explorer's own state.
    play : bool
        The button starts and stops a repetition of the action (training, animation), which also stops as soon as `when`
        says no.
    every : float
        Seconds between two repetitions, at least.
    """

    action: Callable[..., dict[str, Any] | None] | None = None
    play: bool = False
    every: float = 0.0

    kind: ClassVar[str] = "button"
    value: ClassVar[None] = None

    def positions(self) -> list[Any]:
        return []

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"play": self.play, "every": self.every}


@dataclass
class Cell(Control):
    """A cell of a grid, chosen by clicking it (see Grid.click) or by typing.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    rows, columns : int
        Of the grid.
    value : (row, column)
        At first; counted from 0.
    row_offset, column_offset : int
        The number of the first row and column as shown.
    bare : bool
        Whether it is chosen on the picture only, and has no fields for its numbers: where they mean nothing.
    """

    rows: int = 1
    columns: int = 1
    value: tuple[int, int] = (0, 0)
    row_offset: int = 0
    column_offset: int = 0
    bare: bool = False

    kind: ClassVar[str] = "cell"

    def __post_init__(self) -> None:
        self.value = self.check(self.value)

    def check(self, value: Any) -> tuple[int, int]:
        wanted = f"(row, column) with 0 <= row < {self.rows} and 0 <= column < {self.columns}"
        if not is_array(value, (2,), "iu"):
            self.refuse(value, wanted)
        row, column = (int(v) for v in value)
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            self.refuse(value, wanted)
        return row, column

    def positions(self) -> list[tuple[int, int]]:
        return list(product(range(self.rows), range(self.columns)))

    def at(self, index: int) -> tuple[int, int]:
        return divmod(index, self.columns)

    def spec(self) -> dict[str, Any]:
        names = ("rows", "columns", "row_offset", "column_offset", "bare")
        return super().spec() | {name: getattr(self, name) for name in names}


@dataclass
class Handle(Control):
    """A point of a Plane that can be dragged (see Points.drag).

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    x, y : (low, high)
        Where it can be.
    value : (x, y)
        At first.
    step : float
        Of the raster that the hand keeps to; Python may be finer.

    Attributes
    ----------
    rows, columns : int
        Of the raster.
    digits : int
        Decimals of the step.
    """

    x: tuple[float, float] = (-1.0, 1.0)
    y: tuple[float, float] = (-1.0, 1.0)
    value: tuple[float, float] = (0.0, 0.0)
    step: float = 0.05

    kind: ClassVar[str] = "handle"

    def __post_init__(self) -> None:
        self.digits = decimals(self.step)
        self.rows, self.columns = (self._multiple(side[1]) - self._multiple(side[0]) + 1 for side in (self.y, self.x))
        self.value = self.check(self.value)

    def check(self, value: Any) -> tuple[float, float]:
        wanted = f"(x, y) with {self.x[0]:g} <= x <= {self.x[1]:g} and {self.y[0]:g} <= y <= {self.y[1]:g}"
        if not is_array(value, (2,), "iuf"):
            self.refuse(value, wanted)
        x, y = (float(v) for v in value)
        if not (self.x[0] - 1e-9 <= x <= self.x[1] + 1e-9 and self.y[0] - 1e-9 <= y <= self.y[1] + 1e-9):
            self.refuse(value, wanted)
        return x, y

    def positions(self) -> list[tuple[float, float]]:
        """The corners, the middles of the sides, the centre, and every ninth of the way along both diagonals."""
        (x0, x1), (y0, y1) = self.x, self.y
        grid = [(x0 + a * (x1 - x0), y0 + b * (y1 - y0)) for a, b in product((0, 0.5, 1), repeat=2)]
        return grid + [(x0 + t * (x1 - x0), y0 + u * (y1 - y0)) for t in np.linspace(0.1, 0.9, 9) for u in (t, 1 - t)]

    def at(self, index: int) -> tuple[float, float]:
        """The index-th crossing of the raster, row by row from the lowest y on."""
        row, column = divmod(index, self.columns)
        return self._tick(self.x, column), self._tick(self.y, row)

    def _multiple(self, value: float) -> int:
        return int(np.floor(value / self.step + 0.5))

    def _tick(self, side: tuple[float, float], k: int) -> float:
        """The k-th multiple of the step on a side, as the hand gives it: at the ends, the ends themselves."""
        return min(max(round((self._multiple(side[0]) + k) * self.step, 6), side[0]), side[1])

    def spec(self) -> dict[str, Any]:
        names = ("x", "y", "step", "digits", "rows", "columns")
        return super().spec() | {name: getattr(self, name) for name in names}


@dataclass
class Matrix(Control):
    """A matrix whose cells the learner changes by dragging (see Grid.edit) or by typing.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    value : (rows, columns) float64
        At first. Arrays handed out are read-only copies.
    lo, hi, step : float
        Of every cell.

    Attributes
    ----------
    shape : (rows, columns)
        Of the value.
    digits : int
        Decimals of the step.
    """

    value: Array = field(default_factory=lambda: np.zeros((1, 1)))
    lo: float = -9.0
    hi: float = 9.0
    step: float = 1.0

    kind: ClassVar[str] = "matrix"

    def __post_init__(self) -> None:
        self.shape: tuple[int, ...] = np.shape(self.value)
        self.digits = decimals(self.step)
        self.value = self.check(self.value)

    def check(self, value: Any) -> Array:
        wanted = f"an array of shape {self.shape} with values from {self.lo:g} to {self.hi:g}"
        if not is_array(value, self.shape, "iuf"):
            self.refuse(value, wanted)
        array = np.array(value, dtype=float)
        if not ((array >= self.lo - 1e-9) & (array <= self.hi + 1e-9)).all():
            self.refuse(value, wanted)
        array.flags.writeable = False
        return array

    def positions(self) -> list[Array]:
        """The first value, all low, all high, all alike, a checkerboard, and a ramp: a sample, not all."""
        rows, columns = self.shape
        checks = np.indices(self.shape).sum(0) % 2
        ramp = np.linspace(self.lo, self.hi, rows * columns).reshape(self.shape)
        filled = [np.full(self.shape, v) for v in (self.lo, self.hi, np.clip(0.0, self.lo, self.hi))]
        return [self.value.copy(), *filled, np.where(checks, self.lo, self.hi), ramp]

    def at(self, index: int) -> float:
        """The index-th value that one cell can take."""
        return min(self.lo + index * self.step, self.hi)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"lo": self.lo, "hi": self.hi, "step": self.step, "digits": self.digits}
