"""Pooling one can touch: where the maximum comes from, and where the gradient goes (lecture topics 20 to 25)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.own import OwnFunction, differing
from cnnlab.analysis.pooling.routes import MODES, pool, seen, shares, shifted, window
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Arrow, Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.panels import SIDES
from cnnlab.explore.toolkit.scene import Grid, Scene
from cnnlab.explore.toolkit.settings import TOP, small_map
from cnnlab.types import Array, ArrayLike

SIDE = 8
OWN = "your own"

MIXED = [
    [2, -1, 0, 3, -2, 1, 4, 0],
    [5, 1, -3, 2, 0, -4, 2, 1],
    [-2, 0, 6, 1, -1, 3, -5, 2],
    [1, -4, 2, 0, 7, -2, 1, -1],
    [0, 3, -1, -2, 1, 0, 2, 5],
    [-3, 1, 4, 0, -6, 2, -1, 0],
    [2, 0, -2, 8, 1, -1, 3, -4],
    [1, -5, 0, 2, 4, 1, -2, 6],
]
TIES = np.kron([[3, 0, 2, 5], [0, 4, 4, 0], [1, 1, 0, 6], [2, 0, 5, 3]], [[1, 1], [1, 1]])
NEGATIVE = np.array(MIXED) - 8 * np.kron([[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0]], np.ones((2, 2), int))
PEAK = np.zeros((SIDE, SIDE), int)
PEAK[4, 4], PEAK[2, 2], PEAK[4, 1], PEAK[1, 5] = 9, 5, 4, 3
PRESETS = {
    "mixed signs": {"e": MIXED, "size": 2, "stride": 2},
    "ties": {"e": TIES, "size": 2, "stride": 2, "mode": "max"},
    "all-negative windows": {"e": np.clip(NEGATIVE, -9, 9), "size": 2, "stride": 2, "mode": "max", "rectify": True},
    "overlapping windows": {"e": PEAK, "size": 3, "stride": 2, "mode": "max"},
    "windows with gaps": {"e": MIXED, "size": 2, "stride": 3},
    OWN: {},
}
CALLS = {
    "max": "max_pool_gradient(e, dh, M, stride)",
    "average": "average_pool_gradient(e, dh, M, stride)",
    "decimation": "decimation_gradient(e, dh, M)",
}
NUMBERED = (
    np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 9
) + 1  # distinct neighbours: one sees which gradient went where


class PoolingRouter(Explorer):
    """Pooling forward and backward on an 8 x 8 map: drag a value of e, and see which pixel decides h and gets dL/dh.

    The panels are e, the pooled h, a dL/dh of your choice and the dL/de that the engine routes back; arrows lead from
    the chosen pooled cell (or from all) to the pixels that receive its gradient.

    Parameters
    ----------
    e : (8, 8) numbers from -9 to 9, optional
        The excitation map at the start; by default a preset.
    function : function, optional
        A gradient of your own that routes in the engine's place, with the ReLU inside:
        max_pool_gradient(e, dh, M, stride), average_pool_gradient(e, dh, M, stride) or decimation_gradient(e, dh, M),
        whose M is the stride. Pixels where it differs from the engine are ringed.
    mode : str, optional
        Of which pooling `function` is the gradient: "max", "average" or "decimation".

    Raises
    ------
    TypeError
        If function is none.
    ValueError
        For another shape, other numbers, or another mode.

    Source
    ------
    Lecture topics 20 to 25.
    """

    title = "Pooling router"
    longest = 230

    def __init__(
        self, e: ArrayLike | None = None, *, function: Callable[..., Any] | None = None, mode: str = "max"
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(map(repr, MODES))}; got {mode!r}")
        self.mode = mode
        self.own = None if function is None else OwnFunction(function, call=CALLS[mode], gives="dL/de")
        fixed = self.own is not None  # what it is the gradient of
        start = "mixed signs" if e is None else OWN
        e = small_map("e", MIXED if e is None else e, (SIDE, SIDE), (-TOP, TOP))
        super().__init__(
            [
                Choice("preset", "start from", list(PRESETS), start),
                *([] if fixed else [Choice("mode", "pooling", list(MODES), mode)]),
                Slider("size", "M", 1, 4, 1, value=2, when=lambda mode=mode, **_: mode != "decimation"),
                Slider("stride", "stride", 1, 5, 1, value=2),
                *([] if fixed else [Toggle("rectify", "ReLU inside (gate h > 0)", True)]),
                Cell("where", "pooled cell", SIDE, SIDE, (1, 1)),
                Toggle("all_arrows", "arrows from all cells", False),
                Button("right", "shift e →", lambda e, **_: {"e": shifted(e, 0, 1), "preset": OWN}),
                Button("down", "shift e ↓", lambda e, **_: {"e": shifted(e, 1, 0), "preset": OWN}),
                Matrix("e", "excitation e", e, -TOP, TOP, 1.0, carries=("preset",)),
                Matrix("dh", "dL/dh", NUMBERED, -TOP, TOP, 1.0),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further: dict[str, Any] = {}
        if name == "preset":
            further = {one: value for one, value in PRESETS[values["preset"]].items() if one in values}
        if name == "e":
            further["preset"] = OWN
        now = {"mode": self.mode, **values, **further}
        rows, columns = self._pooled(now["e"], now["mode"], now["size"], now["stride"], True)[0].shape
        r, c = now["where"]
        return further | {"where": (min(r, rows - 1), min(c, columns - 1))}

    def scene(
        self,
        preset: str,
        size: int,
        stride: int,
        where: tuple[int, int],
        all_arrows: bool,
        e: Array,
        dh: Array,
        mode: str | None = None,
        rectify: bool = True,
    ) -> Scene:
        mode = self.mode if mode is None else mode
        h, backward = self._pooled(e, mode, size, stride, rectify)
        rows, columns = h.shape
        dh = np.array(dh[:rows, :columns])
        right = de = backward(dh[None])[0]
        share = shares(backward, h.shape)  # what each pixel gets of a gradient of 1 in each pooled cell
        trouble = ""
        off: Array = np.zeros((0, 2))
        chosen = min(where[0], rows - 1), min(where[1], columns - 1)
        begun = list(np.ndindex(rows, columns)) if all_arrows else [chosen]  # where arrows begin
        if self.own is not None:
            de, trouble = self._routed(e, dh, size, stride)
            off = np.argwhere(differing(de, right)) if np.isfinite(de).any() else off
        windows = {(r, c): window(r, c, seen(mode, size), stride) for r in range(rows) for c in range(columns)}
        looked = {cell for cells in windows.values() for cell in cells}
        unseen = [cell for cell in np.ndindex(SIDE, SIDE) if cell not in looked]
        receivers = {cell: np.argwhere(share[cell]) for cell in windows}
        shut = [cell for cell in windows if not len(receivers[cell])]
        ends = receivers if self.own is None else {cell: self._sent(e, cell, h.shape, size, stride) for cell in begun}
        shared = np.argwhere((share != 0).sum(axis=(0, 1)) > 1)

        box = Highlight(windows[chosen], "window", 2)
        cell = Highlight([chosen], "chosen", 2)
        blind = [Highlight(unseen, "in no window", "muted", "fade")] if unseen else []
        gate = [Highlight(shut, "gate shut", "muted", "fade")] if shut else []
        sums = [Highlight(shared, "gradients add up", 3, "dot")] if len(shared) and self.own is None else []
        source = receivers[chosen] if mode == "max" else receivers[chosen][:0]
        taken = [Highlight(source, "maximum", 1, "ring")] if len(source) else []
        arrows = [
            Arrow(
                ("dh", *start), ("de", *end), 1 if start == chosen else "muted", width=2.0 if start == chosen else 1.2
            )
            for start in sorted(begun, key=lambda at: at == chosen)
            for end in ends[start]
        ]
        arrows += [Arrow(("e", *pixel), ("h", *chosen), 1, width=2.0) for pixel in source]
        pairs = [(*cell, *pixel) for cell, pixels in windows.items() for pixel in pixels]
        routes = [(*cell, *pixel) for cell, pixels in receivers.items() for pixel in pixels]
        same = [(*cell, *cell) for cell in windows]
        both = [(*cell, *cell) for cell in np.ndindex(SIDE, SIDE)]
        small: dict[str, Any] = {"scale": TOP, "cell": 30.0, "height": 270}
        room = (max(rows, 4), max(columns, 4))
        return Scene(
            [
                Grid(
                    name="e",
                    title="e (drag a value)",
                    symbol="e",
                    values=e,
                    edit="e",
                    width=1.5,
                    highlights=[*blind, box, *taken],
                    **small,
                    **SIDES,
                ),
                Grid(
                    name="h",
                    title="h: pooled",
                    symbol="h",
                    values=h,
                    click="where",
                    capacity=room,
                    highlights=[cell, *gate],
                    **small,
                ),
                Grid(
                    name="dh",
                    title="dL/dh (drag)",
                    symbol="dL/dh",
                    values=dh,
                    click="where",
                    edit="dh",
                    digits=0,
                    capacity=room,
                    highlights=[cell],
                    **small,
                ),
                Grid(
                    name="de",
                    title="dL/de: routed back" if self.own is None else "dL/de by your function",
                    symbol="dL/de",
                    values=de,
                    width=1.5,
                    highlights=[box, *sums, *([Highlight(off, "differs", 1, "ring")] if len(off) else [])],
                    **small,
                    **SIDES,
                ),
            ],
            self._words(mode, size, stride, h, dh, right, chosen, receivers[chosen], share[chosen], shut)
            if self.own is None
            else self._compared(mode, size, stride, de, right, off, trouble),
            arrows=arrows,
            links=[Link("h", "e", pairs), Link("dh", "de", routes), Link("h", "dh", same), Link("e", "de", both)],
        )

    @staticmethod
    def _pooled(e, mode, size, stride, rectify):
        return pool(e, mode, seen(mode, size), stride, rectify)  # a greyed M has no say, not even in how many windows

    def _routed(self, e, dh, size, stride):
        """What the learner's function gives, nothing where there is nothing; and the trouble with it, in words."""
        how = (stride,) if self.mode == "decimation" else (size, stride)
        result = self.own(e, dh, *how, shape=e.shape)
        value = np.full(e.shape, np.nan) if result.value is None else result.value
        return np.where(np.isfinite(value), value, np.nan), result.trouble

    def _sent(self, e, cell, h_shape, size, stride):
        """The pixels to which the learner's function sends a gradient of 1 in this pooled cell."""
        one = np.zeros(h_shape)
        one[cell] = 1.0
        return np.argwhere(np.nan_to_num(self._routed(e, one, size, stride)[0]))

    @staticmethod
    def _compared(mode, size, stride, de, right, off, trouble):
        """The learner's function beside the engine, in a sentence."""
        look = "" if mode == "decimation" else f"M = {size}, "
        begin = f"Your function as the way back of {mode} pooling, {look}stride {stride}: "
        if trouble:
            return begin + trouble
        if not len(off):
            return f"{begin}all {de.size} pixels get what the engine gives them. Try the other presets, too."
        r, c = off[0]
        which = (
            f"{len(off)} of {de.size} pixels differ from the engine"
            if len(off) > 1
            else "one pixel differs from the engine"
        )
        return (
            f"{begin}{which}, the first at [{r}, {c}]: {_number(de[r, c])}, not {_number(right[r, c])}. "
            f"The arrows show where your function sends the gradient of one cell alone."
        )

    @staticmethod
    def _words(mode, size, stride, h, dh, de, chosen, receivers, share, shut):
        r, c = chosen
        look = "" if mode == "decimation" else f"M = {size}, "
        what = f"{mode.capitalize()} pooling, {look}stride {stride}: h is {h.shape[0]} × {h.shape[1]}. "
        if not len(receivers):
            goes = "nowhere, because no pixel of its window lets it through (h > 0 fails)"
        elif len(receivers) == 1:
            goes = f"to the one pixel e[{receivers[0][0]}, {receivers[0][1]}]"
        else:
            goes = f"to {len(receivers)} pixels, {_number(share.max())} of it to each"
        total = f" All of dL/dh adds up to {_number(dh.sum())}, all of dL/de to {_number(de.sum())}"
        lost = "."
        if abs(dh.sum() - de.sum()) > 1e-9 and mode == "average":
            lost = ": the ReLU lets nothing through where e is not positive."
        elif shut:
            lost = f"; {len(shut)} shut {'gate stops' if len(shut) == 1 else 'gates stop'} the rest."
        return f"{what}h[{r}, {c}] = {_number(h[r, c])}; its gradient {_number(dh[r, c])} goes {goes}.{total}{lost}"


def _number(value: float) -> str:
    return format_number(value, 0 if value == np.round(value) else 2)
