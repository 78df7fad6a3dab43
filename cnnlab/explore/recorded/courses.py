"""Which positions of a control are recorded, and how the control looks on a page that has only these."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Cell, Choice, Handle, Matrix, Slider

FEWEST = 3  # positions of a side that are worth being moved between
FREE = ("pad", "microphone")  # kinds of control whose values nobody can list

Place = tuple[int, int] | None  # of one cell of a matrix


@dataclass(frozen=True)
class Course:
    """The positions of one control that are recorded.

    Parameters
    ----------
    control : Control
        As the explorer has it.
    present : object
        Its value where the recording begins, which is always among the positions of a slider, a choice or a cell.
    every : int
        Of its positions, the how manieth is recorded; of cells and points in both directions. Of a choice, words are
        left out from the end, one less than this.
    """

    control: Control
    present: Any
    every: int = 1

    @property
    def places(self) -> list[Place]:
        """What is moved: one thing, or each cell of a matrix by itself."""
        return list(np.ndindex(np.shape(self.present))) if self.control.kind == "matrix" else [None]

    def values(self) -> list[Any]:
        """What the control (or one cell of a matrix) can be set to on the page, in its order there."""
        control = self.control
        if isinstance(control, Slider):
            return [control.all[i] for i in self._line(len(control.all), self._nearest(control.all))]
        if isinstance(control, Choice):
            return [control.options[i] for i in self._some(control)]
        if isinstance(control, Cell):
            rows, columns = self.stops()
            return [(row, column) for row in rows for column in columns]
        if isinstance(control, Handle):
            coarse = self._coarse(control)
            return [coarse.at(i) for i in range(coarse.rows * coarse.columns)]
        if isinstance(control, Matrix):
            return [self._level(control, i) for i in range(self._levels(control))]
        return control.positions()

    def stops(self) -> tuple[list[int], list[int]]:
        """Rows and columns of the cells."""
        control: Any = self.control
        return self._line(control.rows, self.present[0]), self._line(control.columns, self.present[1])

    def count(self) -> int:
        """How many frames all positions make."""
        control = self.control
        if isinstance(control, Cell):
            rows, columns = self.stops()
            return len(rows) * len(columns)
        if isinstance(control, Handle):
            coarse = self._coarse(control)
            return coarse.rows * coarse.columns
        if isinstance(control, Matrix):
            return len(self.places) * self._levels(control)
        if isinstance(control, Slider):
            return len(self._line(len(control.all), self._nearest(control.all)))
        return len(self._some(control)) if isinstance(control, Choice) else len(control.positions())

    def thinner(self, most: int) -> "Course | None":
        """The same control with so many frames at most; None if it cannot do with so few."""
        return next((course for course in self._thinned() if course.count() <= most), None)

    def thinnest(self) -> "Course":
        """The same control with as few positions as are worth being moved through."""
        *_, last = self._thinned()
        return last

    def spec(self) -> dict[str, Any]:
        """What the page has to know of the control: `Control.spec`, with these positions."""
        control, spec = self.control, self.control.spec()
        if self.every == 1:
            return spec
        if isinstance(control, Slider | Choice):
            return spec | {"all" if isinstance(control, Slider) else "options": self.values()}
        if isinstance(control, Cell):
            return spec | {"stops": list(self.stops())}
        if isinstance(control, Handle):
            return self._coarse(control).spec()
        return spec | {"step": self.every * spec["step"]}

    # ---- inside ----

    def _thinned(self) -> Iterator["Course"]:
        """The same control, thinner and thinner, as long as enough is left."""
        yield self
        control: Any = self.control
        line = len(control.all if isinstance(control, Slider) else getattr(control, "options", ()))
        levels = self._levels(control) if isinstance(control, Matrix) else 0
        longest = max(getattr(control, "rows", 0), getattr(control, "columns", 0), line, levels)
        for every in range(self.every + 1, longest):
            course = replace(self, every=every)
            if course._is_enough() and course._keeps_zero():
                yield course

    def _is_enough(self) -> bool:
        """Whether there is still something to be moved through."""
        control = self.control
        if isinstance(control, Cell):
            sides = zip(self.stops(), (control.rows, control.columns), strict=True)
            return min((len(stops) for stops, full in sides if full >= FEWEST), default=0) >= FEWEST
        if isinstance(control, Handle):
            coarse = self._coarse(control)
            return max(coarse.rows, coarse.columns) >= FEWEST
        if isinstance(control, Matrix):
            return self._levels(control) >= FEWEST
        if isinstance(control, Choice):
            return self.count() > 1
        return isinstance(control, Slider) and self.count() >= FEWEST

    def _keeps_zero(self) -> bool:
        """Whether 0, if a cell of a matrix can be that at all, is among its positions: weights are switched off so."""
        control = self.control
        if not isinstance(control, Matrix) or not control.lo < 0 < control.hi:
            return True
        return any(abs(self._level(control, i)) < 1e-9 for i in range(self._levels(control)))

    def _line(self, count: int, present: int) -> list[int]:
        """Every how manieth of so many, its ends and the present one among them."""
        return sorted({*range(0, count, self.every), count - 1, present})

    def _some(self, control: Choice) -> list[int]:
        """Which of the options: the first ones, as many as there may be, and the present one."""
        count, present = len(control.options), list(control.options).index(self.present)
        kept = count + 1 - self.every
        return sorted({*range(kept), present} if present < kept else {*range(kept - 1), present})

    def _nearest(self, numbers: list[Any]) -> int:
        return int(np.argmin(np.abs(np.asarray(numbers, float) - self.present)))

    def _coarse(self, control: Handle) -> Handle:
        return replace(control, step=self.every * control.step) if self.every > 1 else control

    def _levels(self, control: Matrix) -> int:
        """How many positions the page counts (positionsOf of positions.js), which rounds halves up."""
        return int(np.floor((control.hi - control.lo) / (self.every * control.step) + 0.5)) + 1

    def _level(self, control: Matrix, index: int) -> float:
        """As the page rounds it (`edit` of hands.js)."""
        return min(control.hi, float(f"{control.lo + index * self.every * control.step:.6f}"))
