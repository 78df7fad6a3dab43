"""The tape of a recording: the frames of positions, and the lines along which a hand can go from one to another.

A spot is a position of all controls, after certain presses of buttons; it has a frame. A line belongs to a control (of
a matrix: to one of its cells) and says which spot each of its recorded values leads to; whoever is on the line can go
to any of its other spots. A step belongs to a button, and leads from one spot to another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from cnnlab.explore.live.answers import framed
from cnnlab.explore.recorded.courses import Course, Place
from cnnlab.explore.recorded.pool import Mark, Pool
from cnnlab.explore.toolkit.explorer import Explorer

Values = Mapping[str, Any]
Presses = tuple[Any, ...]  # that led to the present state of the explorer
Key = tuple[Presses, tuple[Any, ...]]


@dataclass
class Line:
    """Where each value of a control leads to from a spot, which is on the line itself or beside it."""

    name: str
    at: Place
    start: int
    spots: list[int | None]


@dataclass
class Tape:
    """Spots with their frames, lines and chains, as they are recorded.

    Parameters
    ----------
    explorer : Explorer
        Whose frames are recorded, in the state in which it is at that time.
    """

    explorer: Explorer
    pool: Pool = field(default_factory=Pool)
    frames: list[int] = field(default_factory=list)  # of each spot, the number of its part
    lines: list[Line] = field(default_factory=list)
    steps: list[tuple[str, int, int]] = field(default_factory=list)  # button, and from which spot to which
    values: list[Values] = field(default_factory=list)
    presses: list[Presses] = field(default_factory=list)
    _keys: dict[Key, int] = field(default_factory=dict)
    _on: set[tuple[str, Place, int]] = field(default_factory=set)  # spots that are on a line of a control already

    def spot(self, values: Values, presses: Presses = (), anew: bool = False) -> int | None:
        """The number of a spot, recorded if it is not there yet.

        anew : compute its frame even so; None where that is another one, and so what led here matters.
        """
        key = self._key(values, presses)
        known = self._keys.get(key)
        if known is not None and not anew:
            return known
        frame, _ = framed(self.explorer, values)
        part = self.pool.part({name: frame[name] for name in ("scene", "error", "values", "disabled", "lasts")})
        if known is not None:
            return known if self.frames[known] == part else None
        self._keys[key] = len(self.frames)
        self.frames.append(part)
        self.values.append(dict(values))
        self.presses.append(presses)
        return self._keys[key]

    def line(self, start: int, course: Course, anew: bool = False) -> None:
        """Record all positions of a control from a spot on."""
        name = course.control.name
        for at in course.places:
            if (name, at, start) in self._on:
                continue
            spots = [self.beside(start, name, at, value, anew) for value in course.values()]
            if sum(spot is not None for spot in spots) > 1:
                self.lines.append(Line(name, at, start, spots))
                self._on |= {(name, at, spot) for spot in (start, *spots) if spot is not None}

    @property
    def entries(self) -> int:
        """Of all lines together."""
        return sum(len(line.spots) for line in self.lines)

    def reaches(self, spot: int, name: str) -> bool:
        """Whether the control can be moved there: it matters."""
        try:
            return self.explorer.enabled(name, self.values[spot])
        except Exception:  # its frame says what went wrong
            return False

    def chain(self, name: str, spots: Sequence[int]) -> None:
        """Presses of a button lead from one of these spots to the next."""
        self.steps += [(name, one, other) for one, other in pairwise(spots)]

    def known(self, values: Values, presses: Presses = ()) -> int | None:
        """The spot, if it is recorded."""
        return self._keys.get(self._key(values, presses))

    def mark(self) -> tuple[Mark, tuple[int, int, int]]:
        """This place, to come back to."""
        return self.pool.mark(), (len(self.frames), len(self.lines), len(self.steps))

    def back(self, mark: tuple[Mark, tuple[int, int, int]]) -> None:
        """Forget what came after a mark."""
        pool, (spots, lines, steps) = mark
        self.pool.back(pool)
        for key in list(self._keys)[spots:]:
            del self._keys[key]
        for line in self.lines[lines:]:
            self._on -= {(line.name, line.at, spot) for spot in (line.start, *line.spots) if spot is not None}
        del self.frames[spots:], self.values[spots:], self.presses[spots:], self.lines[lines:], self.steps[steps:]

    @staticmethod
    def _key(values: Values, presses: Presses) -> Key:
        return presses, tuple(value.tobytes() if isinstance(value, np.ndarray) else value for value in values.values())

    def beside(self, start: int, name: str, at: Place, value: Any, anew: bool = False) -> int | None:
        """The spot to which a control leads that is set to a value; None where it refuses it."""
        values, presses = self.values[start], self.presses[start]
        if at is not None:
            matrix = np.array(values[name])
            matrix[at] = value
            value = matrix
        try:
            after = self.explorer.after(values, name, value)
        except Exception:  # out of `consequences`: this position leads nowhere
            return None
        return self.spot(after, presses, anew)
