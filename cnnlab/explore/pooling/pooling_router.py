"""Pooling one can touch: where the maximum comes from, and where the gradient goes (lecture topics 20 to 25)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.pooling_routes import MODES, pool, seen, shares, shifted, window
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Arrow, Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.panels import SIDES
from cnnlab.explore.toolkit.scene import Grid, Scene
from cnnlab.explore.toolkit.settings import TOP
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

    Raises
    ------
    ValueError
        For another shape, or other numbers.

    Source
    ------
    Lecture topics 20 to 25.
    """

    title = "Pooling router"

    def __init__(self, e: ArrayLike | None = None) -> None:
        start = "mixed signs" if e is None else OWN
        e = np.array(MIXED if e is None else e, dtype=float)
        if e.shape != (SIDE, SIDE):
            raise ValueError(f"e must be an {SIDE} x {SIDE} map, one number per pixel; got shape {e.shape}")
        super().__init__(
            [
                Choice("preset", "start from", list(PRESETS), start),
                Choice("mode", "pooling", list(MODES)),
                Slider("size", "M", 1, 4, 1, value=2, when=lambda mode, **_: mode != "decimation"),
                Slider("stride", "stride", 1, 5, 1, value=2),
                Toggle("rectify", "ReLU inside (gate h > 0)", True),
                Cell("where", "pooled cell", SIDE, SIDE, (1, 1)),
                Toggle("all_arrows", "arrows from all cells", False),
                Button("right", "shift e →", lambda e, **_: {"e": shifted(e, 0, 1), "preset": OWN}),
                Button("down", "shift e ↓", lambda e, **_: {"e": shifted(e, 1, 0), "preset": OWN}),
                Matrix("e", "excitation e", e, -TOP, TOP, 1.0),
                Matrix("dh", "dL/dh", NUMBERED, -TOP, TOP, 1.0),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further = dict(PRESETS[values["preset"]]) if name == "preset" else {}
        if name == "e":
            further["preset"] = OWN
        now = {**values, **further}
        how = {name: now[name] for name in ("e", "mode", "size", "stride", "rectify")}
        rows, columns = self._pooled(**how)[0].shape
        r, c = now["where"]
        return further | {"where": (min(r, rows - 1), min(c, columns - 1))}

    def scene(
        self,
        preset: str,
        mode: str,
        size: int,
        stride: int,
        rectify: bool,
        where: tuple[int, int],
        all_arrows: bool,
        e: Array,
        dh: Array,
    ) -> Scene:
        h, backward = self._pooled(e, mode, size, stride, rectify)
        rows, columns = h.shape
        dh = np.array(dh[:rows, :columns])
        de = backward(dh[None])[0]
        share = shares(backward, h.shape)  # what each pixel gets of a gradient of 1 in each pooled cell
        windows = {(r, c): window(r, c, seen(mode, size), stride) for r in range(rows) for c in range(columns)}
        looked = {cell for cells in windows.values() for cell in cells}
        unseen = [cell for cell in np.ndindex(SIDE, SIDE) if cell not in looked]
        chosen = min(where[0], rows - 1), min(where[1], columns - 1)
        receivers = {cell: np.argwhere(share[cell]) for cell in windows}
        shut = [cell for cell in windows if not len(receivers[cell])]
        shared = np.argwhere((share != 0).sum(axis=(0, 1)) > 1)

        box = Highlight(windows[chosen], "window", 2)
        cell = Highlight([chosen], "chosen", 2)
        blind = [Highlight(unseen, "in no window", "muted", "fade")] if unseen else []
        gate = [Highlight(shut, "gate shut", "muted", "cross")] if shut else []
        sums = [Highlight(shared, "gradients add up", 3, "dot")] if len(shared) else []
        source = receivers[chosen] if mode == "max" else receivers[chosen][:0]
        taken = [Highlight(source, "maximum", 1, "ring")] if len(source) else []
        arrows = [
            Arrow(
                ("dh", *start), ("de", *end), 1 if start == chosen else "muted", width=2.0 if start == chosen else 1.2
            )
            for start in sorted(windows if all_arrows else [chosen], key=lambda at: at == chosen)
            for end in receivers[start]
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
                    title="dL/de: routed back",
                    symbol="dL/de",
                    values=de,
                    width=1.5,
                    highlights=[box, *sums],
                    **small,
                    **SIDES,
                ),
            ],
            self._words(mode, size, stride, h, dh, de, chosen, receivers[chosen], share[chosen], shut),
            arrows=arrows,
            links=[Link("h", "e", pairs), Link("dh", "de", routes), Link("h", "dh", same), Link("e", "de", both)],
        )

    @staticmethod
    def _pooled(e, mode, size, stride, rectify):
        return pool(e, mode, seen(mode, size), stride, rectify)  # a greyed M has no say, not even in how many windows

    @staticmethod
    def _words(mode, size, stride, h, dh, de, chosen, receivers, share, shut):
        def number(value):
            return format_number(value, 0 if value == round(value) else 2)

        r, c = chosen
        look = "" if mode == "decimation" else f"M = {size}, "
        what = f"{mode.capitalize()} pooling, {look}stride {stride}: h is {h.shape[0]} × {h.shape[1]}. "
        if not len(receivers):
            goes = "nowhere, because no pixel of its window lets it through (h > 0 fails)"
        elif len(receivers) == 1:
            goes = f"to the one pixel e[{receivers[0][0]}, {receivers[0][1]}]"
        else:
            goes = f"to {len(receivers)} pixels, {number(share.max())} of it to each"
        total = f" All of dL/dh adds up to {number(dh.sum())}, all of dL/de to {number(de.sum())}"
        lost = "."
        if abs(dh.sum() - de.sum()) > 1e-9 and mode == "average":
            lost = ": the ReLU lets nothing through where e is not positive."
        elif shut:
            lost = f"; {len(shut)} shut {'gate stops' if len(shut) == 1 else 'gates stop'} the rest."
        return f"{what}h[{r}, {c}] = {number(h[r, c])}; its gradient {number(dh[r, c])} goes {goes}.{total}{lost}"
