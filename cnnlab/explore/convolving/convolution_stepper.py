"""Convolution, position by position: the window, the flipped kernel, the products, their sum (lecture topics 8, 9)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, OneSum
from cnnlab.analysis.own.function import OwnFunction, differing
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Toggle
from cnnlab.explore.toolkit.examples import LOPSIDED
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import are_whole, format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED, map_panel, shades
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.settings import TOP, Pictures, Setting
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

OWN = "your own"
KERNELS = {
    "asymmetric": LOPSIDED,
    "corner": [[3, 2, 1], [2, 0, 0], [1, 0, 0]],
    "edges": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "move it": [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    "symmetric": [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
    "keep it": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    OWN: None,
}


class ConvolutionStepper(Explorer):
    """One output pixel at a time: what lies under the flipped kernel, the products, and their sum e[m, n, d].

    Parameters
    ----------
    layer : Conv2D, optional
        Its w, b, stride and padding are used, and channels get sliders.  By default a 3 x 3 kernel to be chosen or
        drawn.
    image : (H, W) or (H, W, C), optional
        Of any size; by default small pictures to choose from.
    function : function, optional
        A learner's own, called as function(h, w) with one map (H, W) and a kernel (P, Q) and giving e without padding,
        (H - P + 1, W - Q + 1): what it gives is shown in the place of e, and where it differs.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 8 and 9.
    """

    title = "Convolution, step by step"

    def __init__(
        self,
        layer: Layer | None = None,
        image: ArrayLike | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.pictures = Pictures(image)
        self.setting = setting = Setting(layer, self.pictures.named().shape, LOPSIDED)
        if function is not None and layer is not None:
            raise ValueError("function is tried with one kernel of one channel: pass function or layer, not both")
        self.own = None if function is None else OwnFunction(function, "convolve(h, w)", "e")
        changes = [
            *setting.border_controls(),
            *setting.channel_controls(),
            Toggle("flip", "flip the kernel (off: correlation)", True),
            Toggle("fill", "fill e step by step", False),
        ]
        super().__init__(
            [
                *self.pictures.controls(),
                *([] if setting.given else [Choice("kernel", "kernel w", list(KERNELS))]),
                *(changes if self.own is None else []),
                Cell("where", "output pixel", *setting.room[:2], (0, 0)),
                Button("step", "next pixel ▸", self._next, play=True, every=0.45),
                *setting.kernel_controls("kernel"),
            ]
        )

    def convolution(self, flip: bool = True, **values: Any) -> Convolution:
        """The convolution that these values describe.

        Parameters
        ----------
        flip : bool
            False for a correlation: the kernel is turned first, so that the convolution turns it back.
        **values : object
            The rest of the values of the controls.

        Returns
        -------
        conv : Convolution
            Of one image.
        """
        conv = self.setting.convolution(**values)
        return conv if flip else conv.but(w=np.ascontiguousarray(conv.w[::-1, ::-1]))

    def _next(self, where, **values):
        rows, columns, _ = self.convolution(**values).e_shape(self.pictures.named(values.get("picture")).shape)
        place = (where[0] * columns + where[1] + 1) % (rows * columns)
        return {"where": divmod(place, columns)}

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further: dict[str, Any] = {}
        if name == "kernel" and values["kernel"] != OWN:
            further["w"] = np.array(KERNELS[values["kernel"]], dtype=float)
        if name == "w":
            further["kernel"] = OWN
        shape = self.convolution(**{**values, **further}).e_shape(self.pictures.named(values.get("picture")).shape)
        row, column = values["where"]
        return further | {"where": (min(row, shape[0] - 1), min(column, shape[1] - 1))}

    def scene(
        self,
        where: tuple[int, int],
        picture: str | None = None,
        fill: bool = False,
        flip: bool = True,
        c: int = 0,
        d: int = 0,
        **values: Any,
    ) -> Scene:
        conv, h, (m, n) = self.convolution(flip, **values), self.pictures.named(picture), where
        e, one, drawn = conv.e(h), conv.one_sum(h, m, n, d), not self.setting.given
        rows, columns, channels, filters = conv.w.shape
        row, column = conv.window(m, n)
        shown = e[:, :, d].copy()
        if fill:
            shown.ravel()[m * shown.shape[1] + n + 1 :] = np.nan
        digits = 0 if are_whole(h, conv.used) and one.bias == 0 else 2
        told, rings = "", list[Highlight]()
        if self.own is not None:
            shown, told, rings = self._own(h, conv, e)
        several = channels > 1 or one.bias != 0
        at, to = (f", {c}", f", {d}") if several or filters > 1 else ("", "")
        big: dict[str, Any] = {"height": 284, "digits": digits}
        small: dict[str, Any] = {"height": 172, "digits": digits, "cell": 36.0}
        box = (row, column, rows, columns, "under the kernel", 2)
        map_h = map_panel(
            "h",
            conv.padded(h)[:, :, c],
            f"h{at and f'[m, n, {c}]'}",
            "h",
            border=conv.border,
            box=box,
            width=1.25,
            **shades(h),
            **big,
        )
        map_e = map_panel(
            "e",
            shown,
            f"e{to and f'[m, n, {d}]'} (click)" if self.own is None else "your e (click)",
            "e",
            marks=[*rings, Highlight([where], "this sum", 2)],
            scale=strongest(e[:, :, d]),
            click="where",
            **big,
        )
        top = [map_h, map_e, *([self._sums(one, e[m, n, d], c, d, m, n)] if several else [])]
        of_w: dict[str, Any] = {"symbol": "w", "scale": TOP if drawn else None}
        bottom = [
            Grid(
                name="w",
                title=f"w[m', n'{at}{to}]" + (" (drag)" if drawn else ""),
                values=(conv.w if flip else conv.w[::-1, ::-1])[:, :, c, d],  # as the learner knows it
                edit="w" if drawn else None,
                **of_w,
                **PRIMED,
                **small,
            ),
            Grid(
                name="slid",
                title="w flipped: it slides" if flip else "w as it is: correlation",
                values=one.slid[:, :, c],
                indices=False,
                **of_w,
                **small,
            ),
            Grid(
                name="window",
                title="× window of h",
                symbol="h",
                values=one.window[:, :, c],
                row_offset=row,
                column_offset=column,
                scale=strongest(h),
                **small,
            ),
            Grid(
                name="products",
                title=f"= products, sum {format_number(one.sums[c], digits)}",
                symbol="product",
                values=one.products[:, :, c],
                indices=False,
                **small,
            ),
        ]
        grid = np.array(list(np.ndindex(rows, columns)))
        back = [rows - 1, columns - 1] - grid if flip else grid
        links = [Link("w", "slid", np.hstack([grid, back]))]
        links += [Link("products", other, np.hstack([grid, grid])) for other in ("slid", "window")]
        if isinstance(map_h, Grid):
            lie = grid + np.array([row + conv.border[0][0], column + conv.border[1][0]])
            links.append(Link("products", "h", np.hstack([grid, lie])))
        words = self._words(one.products[:, :, c], one, e, where, conv, flip, digits, d) + told
        return Scene([top, bottom], words, links=links)

    def _own(self, h: Array, conv: Convolution, e: Array) -> tuple[Array, str, list[Highlight]]:
        """What the learner's function gives for this h and w: the map, what is said of it, rings where it differs."""
        assert self.own is not None
        right = e[:, :, 0]
        found = self.own(h[:, :, 0], conv.w[:, :, 0, 0], shape=right.shape)
        if found.value is None:
            return np.full(right.shape, np.nan), f" {found.trouble}", []
        off = np.argwhere(differing(found.value, right))
        shown = np.where(np.isfinite(found.value), found.value, np.nan)
        trouble = f" {found.trouble}" if found.trouble else ""
        if not len(off):
            return shown, f"{trouble} All {right.size} numbers of your e are right.", []
        m, n = off[0]
        yours = format_number(shown[m, n]) or "no number"
        words = f" {len(off)} of {right.size} numbers of your e differ, the first one e[{m}, {n}]: yours is {yours}."
        return shown, trouble + words, [Highlight(off, "differs", 1, "ring")]

    @staticmethod
    def _sums(one: OneSum, value: float, c: int, d: int, m: int, n: int) -> Table:
        """The sum over the channels, one line each; of many channels the first ones, and the one that is shown."""
        lines = sorted({*range(min(len(one.sums), 6)), c})
        rows = [[f"sum of products, c = {k}", format_number(one.sums[k])] for k in lines]
        if len(lines) < len(one.sums):
            rest = np.delete(one.sums, lines).sum()
            rows.append([f"the other {len(one.sums) - len(lines)} channels", format_number(rest)])
        rows += [[f"bias b[{d}]", format_number(one.bias)], [f"e[{m}, {n}, {d}]", format_number(value)]]
        marks = [Highlight([(lines.index(c), 0), (lines.index(c), 1)], "", 2)]
        return Table(name="sum", title="added up", rows=rows, align="lr", highlights=marks, height=284, width=0.9)

    @staticmethod
    def _words(products, one, e, where, conv, flip, digits, d):
        (m, n), count = where, len(one.sums)
        several = count > 1 or one.bias != 0
        place = f"e[{m}, {n}, {d}]" if several or e.shape[2] > 1 else f"e[{m}, {n}]"
        value = format_number(e[m, n, d], digits)
        size = f"e is {e.shape[0]} × {e.shape[1]}."
        if several:
            channels = f"{count} channels" if count > 1 else "one channel"
            how = f"{products.size} products in each of {channels}, added up, plus the bias {format_number(one.bias)}"
            return f"{place} = {value}: {how}. {size}"
        terms = " + ".join(_signed(v, digits) for v in products.ravel() if v != 0) if products.size <= 25 else ""
        (s, t), (row, column) = conv.stride, conv.window(m, n)
        top, left = conv.lag(m, 0), conv.lag(n, 1)
        rule = (
            f"e[m, n] = Σ w[m', n'] h[{counted('m', s, conv.offset[0])} − m', {counted('n', t, conv.offset[1])} − n']"
        )
        meets = f"here w[m', n'] meets h[{top} − m', {left} − n']; padding “{conv.padding}”: {rule}"
        if not flip:
            meets = f"w[i, j] meets h[{row} + i, {column} + j]"
        below = "" if s == t else f", the one below {s} row{'' if s == 1 else 's'} further down"
        step = "" if s == t == 1 else f" The next window starts {t} column{'' if t == 1 else 's'} further{below}."
        return f"{place} = {terms or f'the sum of {products.size} products'} = {value}; {meets}. {size}{step}"


def counted(letter: str, stride: int, offset: int) -> str:
    """Where the row or column of h begins to count: "m", "2 m + 1"."""
    begin = letter if stride == 1 else f"{stride} {letter}"
    return begin if not offset else f"{begin} {'+' if offset > 0 else '−'} {abs(offset)}"


def _signed(value, digits):
    words = format_number(value, digits)
    return f"({words})" if value < 0 else words
