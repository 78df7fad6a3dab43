"""The check of a gradient that lets three mistakes pass, and the inputs that find them (lecture topic 24)."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np

from cnnlab.analysis.own import OwnFunction
from cnnlab.analysis.pooling.checks import DRAWS, INPUTS, OVERLAPS, Checked, Nudged, trial
from cnnlab.analysis.pooling.gradients import GRADIENTS
from cnnlab.explore.toolkit.controls import Cell, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.panels import SIDES
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.types import Array

MINE = "yours"
CALL = "max_pool_gradient(e, dh, M, stride)"
PASSES, CAUGHT, NOTHING = "passes", "caught", "no result"


class PoolingCheck(Explorer):
    """Four gradients of max pooling, one right and three wrong, each checked by nudges on five kinds of numbers.

    Parameters
    ----------
    function : function, optional
        A gradient of your own, max_pool_gradient(e, dh, M, stride), which is checked beside them.

    Raises
    ------
    TypeError
        If function is none.

    Source
    ------
    Lecture topic 24.
    """

    title = "The usual check of a gradient"
    longest = 210

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        self.own = None if function is None else OwnFunction(function, call=CALL, gives="dL/de")
        self.names = [*GRADIENTS, *([MINE] if self.own else [])]
        self.trials: dict[tuple[int, int], Nudged] = {}
        self.found: dict[tuple[int, int, int], tuple[Array | None, Checked | None, str]] = {}
        for place in product(range(len(GRADIENTS)), range(1, 1 + len(INPUTS)), range(1, 1 + DRAWS)):
            self.checked(*place)  # so that no hand has to wait for it
        first = (len(self.names) - 1, 1) if self.own else (1, 1)
        super().__init__(
            [
                Slider("draw", "draw of the random numbers", 1, DRAWS, 1, value=1),
                Cell("chosen", "gradient and numbers", len(self.names), 1 + len(INPUTS), first, bare=True),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        row, column = values["chosen"]
        return {"chosen": (row, max(column, 1))}  # the name of a gradient is none of its checks

    def nudged(self, column: int, draw: int) -> Nudged:
        """The numbers of a column, nudged; remembered.

        Parameters
        ----------
        column : int
            Of the table, from 1.
        draw : int
            Of the random numbers.

        Returns
        -------
        Nudged
        """
        if (column, draw) not in self.trials:
            self.trials[column, draw] = Nudged(trial(INPUTS[column - 1], draw))
        return self.trials[column, draw]

    def checked(self, row: int, column: int, draw: int) -> tuple[Array | None, Checked | None, str]:
        """One gradient on one kind of numbers.

        Parameters
        ----------
        row, column : int
            Of the table.
        draw : int
            Of the random numbers.

        Returns
        -------
        de : (8, 8) or None
            What the function gives.
        checked : Checked or None
        trouble : str
            Of the learner's own function, a sentence; or "".
        """
        place = row, column, draw
        if place not in self.found:
            nudged, trouble = self.nudged(column, draw), ""
            if self.names[row] == MINE and self.own is not None:
                result = self.own(*nudged.given, shape=nudged.given.e.shape)
                de, trouble = result.value, result.trouble
            else:
                de = GRADIENTS[self.names[row]](*nudged.given)
            self.found[place] = de, None if de is None else nudged.check(de), trouble
        return self.found[place]

    def scene(self, draw: int, chosen: tuple[int, int]) -> Scene:
        row, column = chosen
        nudged, (de, found, trouble) = self.nudged(column, draw), self.checked(row, column, draw)
        e, dh = nudged.given[:2]
        kinks = [Highlight(np.argwhere(nudged.kinks), "a kink: not compared", "muted", "fade")]
        wrong = [] if found is None else [Highlight(np.argwhere(found.differs), "differs", 1, "ring")]
        scale = strongest(nudged.quotients)
        look: dict[str, Any] = {"cell": 30.0, "height": 300}
        shown = np.full(e.shape, np.nan) if de is None else np.where(np.isfinite(de), de, np.nan)
        grids = [
            Grid(name="e", title="e", symbol="e", values=e, width=1.4, digits=2, scale=(-3, 3), **look, **SIDES),
            Grid(name="dh", title="dL/dh", symbol="dL/dh", values=dh, digits=1, capacity=(4, 4), scale=scale, **look),
            Grid(
                name="quotients",
                title="by nudges: ΔL / Δe",
                symbol="ΔL/Δe",
                values=np.round(nudged.quotients, 6),
                digits=1,
                width=1.4,
                scale=scale,
                highlights=kinks if nudged.kinks.any() else [],
                **look,
                **SIDES,
            ),
            Grid(
                name="de",
                title=f"dL/de by this function: {self.names[row]}",
                symbol="dL/de",
                values=shown,
                digits=1,
                width=1.4,
                scale=scale,
                highlights=[mark for mark in wrong if len(mark.cells)],
                **look,
                **SIDES,
            ),
        ]
        verdicts = self._verdicts(draw, chosen)
        words = self._words(draw, row, column, nudged, found, trouble)
        return Scene([grids, [verdicts, self._measured(nudged, found)]], words)

    def _verdicts(self, draw, chosen):
        """Every gradient on every kind of numbers."""
        rows, colours = [], {}
        for row, name in enumerate(self.names):
            line = [name]
            for column in range(1, 1 + len(INPUTS)):
                waits = name == MINE and self.own.slow and column != chosen[1]  # one at a time is long enough
                found = None if waits else self.checked(row, column, draw)[1]
                line.append(NOTHING if found is None else PASSES if found.passes else CAUGHT)
                colours[row, column] = 1 if line[-1] == CAUGHT else "muted"
            rows.append(line)
        return Table(
            name="verdicts",
            title="what the check says (click a cell to see it)",
            header=["gradient", *INPUTS],
            rows=rows,
            align="lccccc",
            size=13,
            height=164,
            width=2.0,
            colours=colours,
            click="chosen",
            highlights=[Highlight([chosen], "", 2, "ring")],
        )

    @staticmethod
    def _measured(nudged, found):
        rows = [
            ["one pixel nudged: largest error", "–" if found is None else _error(found.largest)],
            ["all of e in proportion: Σ e dL/de", "–" if found is None else format_number(found.together, 3)],
            ["it must be Σ h dL/dh", format_number(nudged.together, 3)],
        ]
        return Table(name="measured", title="measured here", rows=rows, align="lr", size=13, height=164, width=1.15)

    def _words(self, draw, row, column, nudged, found, trouble):
        windows = "3 × 3 windows, stride 2" if INPUTS[column - 1] == OVERLAPS else "2 × 2 windows, stride 2"
        name = "Your function" if self.names[row] == MINE else f"“{self.names[row]}”"
        begin = f"Draw {draw}, {INPUTS[column - 1]}, {windows}. "
        if found is None or trouble:
            return f"{begin}{trouble}"
        count = int(found.differs.sum())
        if found.passes:
            what = f"{name} passes: no pixel is off by more than {_error(found.largest)}, and both sums agree."
        elif count:
            pixels = f"{count} pixel{'s' * (count > 1)}"
            what = (
                f"{name} is caught: {pixels} differ{'s' * (count == 1)} from the nudges, by up to {found.largest:.2g}."
            )
        else:
            what = (
                f"{name} is caught, but not by nudges of single pixels: where two pixels tie there is no derivative. "
                f"All of e in proportion tells: it gives {format_number(found.together, 1)}, not "
                f"{format_number(nudged.together, 1)}."
            )
        return begin + what


def _error(value: float) -> str:
    if not np.isfinite(value):  # where a function gave no number, or infinity
        return "no number"
    return "0" if value == 0 else f"{value:.1g}".replace("-", "−")
