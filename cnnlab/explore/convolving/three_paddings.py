"""Full, same and valid: one map of sums, three frames in it, and the offset of each (lecture topics 8 and 9)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.convolution import Convolution, Padded, image_of, in_each_padding
from cnnlab.explore.toolkit.controls import Button, Cell, Choice
from cnnlab.explore.toolkit.examples import LOPSIDED
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link, Rectangle
from cnnlab.explore.toolkit.numbers import are_whole, format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED, READABLE, map_panel, shades
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.settings import TOP, Pictures
from cnnlab.types import Array, ArrayLike

KERNELS: dict[str, Any] = {
    "3 x 3": LOPSIDED,
    "2 x 2": [[1, 2], [-1, 3]],
    "3 x 2": [[1, 2], [0, -1], [3, 1]],
    "1 x 3": [[2, 0, -1]],
}
COLOURS: dict[str, int | str] = {"full": "muted", "same": 0, "valid": "ink"}
HEIGHT = 356
SMALL = 150


class ThreePaddings(Explorer):
    """All sums that the lecture's formula gives, and which of them each padding keeps, counted from which corner.

    Parameters
    ----------
    image : (H, W) or (H, W, 1), optional
        At most 14 rows and columns, so that its numbers are read; by default small pictures to choose from.
    kernel : (P, Q) numbers, optional
        By default kernels of several shapes to choose from.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 8 and 9.
    """

    title = "One map of sums, three paddings"

    def __init__(self, image: ArrayLike | None = None, kernel: ArrayLike | None = None) -> None:
        self.pictures = Pictures(image)
        shape = self.pictures.named().shape
        if shape[2] != 1 or max(shape[:2]) > READABLE:
            raise ValueError(f"image must be (H, W) or (H, W, 1) with H and W up to {READABLE}; got shape {shape}")
        self.kernels = KERNELS if kernel is None else {"your own": _kernel(kernel)}
        room, first = self._room(1), np.shape(next(iter(self.kernels.values())))
        choice = [Choice("kernel", "kernel w", list(KERNELS))] if kernel is None else []
        super().__init__(
            [
                *self.pictures.controls(),
                *choice,
                Cell("where", "output pixel (full)", room[0], room[1], (first[0] - 1, first[1] - 1)),
                Button("step", "next pixel ▸", self._next, play=True, every=0.45),
            ]
        )

    def convolution(self, kernel: str | None = None) -> Convolution:
        """The full convolution with a kernel of this name, by default the only one.

        Parameters
        ----------
        kernel : str, optional
            One of the choices.

        Returns
        -------
        conv : Convolution
        """
        w = self.kernels[kernel or next(iter(self.kernels))]
        return Convolution(np.array(w, float)[:, :, None, None], padding="full")

    def _shape(self, values: Mapping[str, Any]) -> tuple[int, int, int]:
        h = self.pictures.named(values.get("picture"))
        return self.convolution(values.get("kernel")).e_shape(h.shape)

    def _next(self, where: tuple[int, int], **values: Any) -> dict[str, Any]:
        rows, columns, _ = self._shape(values)
        return {"where": divmod((where[0] * columns + where[1] + 1) % (rows * columns), columns)}

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        rows, columns, _ = self._shape(values)
        return {"where": (min(values["where"][0], rows - 1), min(values["where"][1], columns - 1))}

    def scene(self, where: tuple[int, int], picture: str | None = None, kernel: str | None = None) -> Scene:
        conv, h, (m, n) = self.convolution(kernel), self.pictures.named(picture), where
        e, one = conv.e(h)[:, :, 0], conv.one_sum(h, m, n, 0)
        found = in_each_padding(conv, h.shape, m, n)
        rows, columns = conv.w.shape[:2]
        row, column = conv.window(m, n)
        digits = 0 if are_whole(h, conv.w) else 2
        look: dict[str, Any] = {"height": HEIGHT, "digits": digits, "cell": 40.0}
        box = (row, column, rows, columns, "window", 2)
        map_h = map_panel(
            "h", conv.padded(h)[:, :, 0], "h, with all zeros that are used", "h", border=conv.border, box=box,
            capacity=self._room(2), **shades(h), **look,
        )  # fmt: skip
        frames = [
            Rectangle(*frame.offset, *frame.shape, frame.padding, COLOURS[frame.padding])
            for frame in found
            if frame.padding != "full"
        ]
        map_e = Grid(
            name="e",
            title="e: every sum there is (click)",
            symbol="e",
            values=e,
            scale=strongest(e),
            rectangles=frames,
            highlights=[Highlight([where], "this sum", 2)],
            click="where",
            row_label="m (full)",
            column_label="n (full)",
            capacity=self._room(1),
            **look,
        )
        small: dict[str, Any] = {"height": SMALL, "digits": digits, "cell": 36.0}
        w = Grid(name="w", title="w[m', n']", symbol="w", values=conv.w[:, :, 0, 0], scale=TOP, **PRIMED, **small)
        products = Grid(
            name="products",
            title=f"w flipped × window, sum {format_number(e[m, n], digits)}",
            symbol="product",
            values=one.products[:, :, 0],
            indices=False,
            **small,
        )
        grid = np.array(list(np.ndindex(rows, columns)))
        back = [rows - 1, columns - 1] - grid
        lie = grid + np.array([row + conv.border[0][0], column + conv.border[1][0]])
        links = [Link("w", "products", np.hstack([grid, back])), Link("products", "h", np.hstack([grid, lie]))]
        words = self._words(found, conv, format_number(e[where], digits), where)
        return Scene([[map_h, map_e], [w, products, self._table(found)]], words, links=links)

    def _room(self, times: int) -> tuple[int, int]:
        """Of all choices: the largest full e (once), or the largest h with its padding (twice)."""
        shape = self.pictures.named().shape
        sides = np.max([np.shape(w) for w in self.kernels.values()], axis=0)
        rows, columns = (int(side + times * (more - 1)) for side, more in zip(shape[:2], sides, strict=True))
        return rows, columns

    @staticmethod
    def _table(found: list[Padded]) -> Table:
        rows = []
        for one in found:
            (top, below), (left, right) = one.zeros
            around = f"{top}" if top == below == left == right else f"{top}+{below}, {left}+{right}"
            place = f"e[{one.place[0]}, {one.place[1]}]" if one.inside else "left out"
            formula = f"h[{ahead('m', one.offset[0])} − m', {ahead('n', one.offset[1])} − n']"
            rows.append([one.padding, around, f"{one.shape[0]} × {one.shape[1]}", place, formula])
        return Table(
            name="paddings",
            title="the same sum, with each padding",
            header=["padding", "p", "e is", "this sum", "e[m, n] = Σ w[m', n'] ·"],
            rows=rows,
            align="lrrrl",
            colours={(k, 0): COLOURS[one.padding] for k, one in enumerate(found)},
            height=SMALL,
            width=1.9,
            size=13,
        )

    @staticmethod
    def _words(found: list[Padded], conv: Convolution, value: str, where: tuple[int, int]) -> str:
        kept = [f"e[{p.place[0]}, {p.place[1]}] with “{p.padding}”" for p in found if p.inside]
        lost = [f"“{p.padding}”" for p in found if not p.inside]
        said = f"This sum, {value}, is {', '.join(kept)}."
        if lost:
            said += f" With {' and '.join(lost)} it is left out: its window reaches too far over the edge of h."
        else:
            said += " It is one number with three names: only the corner from which one counts is another."
        top, left = conv.lag(where[0], 0), conv.lag(where[1], 1)
        return f"{said} w[m', n'] meets h[{top} − m', {left} − n']; what lies outside of h is 0."


def ahead(letter: str, offset: int) -> str:
    """ "m", or "m + 2"."""
    return letter if not offset else f"{letter} + {offset}"


def _kernel(kernel: ArrayLike) -> Array:
    shape = arguments.even("kernel", kernel).shape
    if len(shape) != 2 or max(shape) > 5:
        raise ValueError(f"kernel must be (P, Q) with P and Q up to 5; got shape {shape}")
    return image_of(kernel, "kernel")[:, :, 0]
