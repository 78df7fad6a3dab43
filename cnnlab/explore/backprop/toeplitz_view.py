"""The convolution as a matrix W, beside its transpose (lecture topic 15)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import blocks, image_of, is_block_toeplitz, matrix, matrix_misses
from cnnlab.analysis.flattening import flat_index
from cnnlab.analysis.own.function import OwnFunction, differing
from cnnlab.explore.toolkit.controls import Cell, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link, Rectangle
from cnnlab.explore.toolkit.numbers import are_whole, format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Scene
from cnnlab.explore.toolkit.settings import TOP, Setting
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

KERNEL = [[1, 2], [-1, 3]]
H = [[1, 0, 2, -1], [3, 1, 0, 2], [0, -2, 1, 4], [2, 1, 0, 1]]
ERRORS = [[1, 0, -2, 1, 0], [0, 3, 1, 0, 1], [2, -1, 0, 1, -1], [0, 1, 2, 0, 1], [1, 0, -1, 2, 0]]
LARGEST = 80  # rows or columns of W that can still be seen
COLOURS = (3, 1, 4, 5, 0, 7)  # of the rows of a kernel
FOUR = ("entry", "entry_t", "at_h", "at_e")  # places that are chosen together


class ToeplitzView(Explorer):
    """W and its transpose side by side: click a number of either, and the pixels that belong to it light up.

    Parameters
    ----------
    layer : Conv2D, optional
        By default a 2 x 2 kernel that can be edited; its bias is left out.
    image : (H, W) or (H, W, C), optional
        Small: W may have at most 80 rows and columns.
    function : function, optional
        The learner's own matrix_gradient(W, de, h_shape), for one map in and out; what it gives is shown as dL/dh.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 15.
    """

    title = "The matrix of a convolution"
    longest = 230

    def __init__(
        self,
        layer: Layer | None = None,
        image: ArrayLike | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.h = image_of(H if image is None else image)
        self.setting = setting = Setting(layer, self.h.shape, KERNEL, with_bias=False)
        self.own = None if function is None else OwnFunction(function, "matrix_gradient(W, de, h_shape)", "dL/dh")
        if self.own is not None and setting.several:
            raise ValueError("layer must have one map in and one out for a function: it is given one map of errors")
        start, shape = setting.start, self.h.shape
        own = start.e_shape(shape)
        if max(self.h.size, int(np.prod(own))) > LARGEST:
            raise ValueError(
                f"image must be small: W would be {int(np.prod(own))} x {self.h.size} numbers; {LARGEST} can be seen"
            )
        # stride 1 makes the largest e: a border with which that cannot be seen is no choice
        count = {
            words: int(np.prod(start.but(padding=padding, stride=1).e_shape(shape)))
            for words, padding in setting.paddings.items()
        }
        free = start.stride[0] == start.stride[1] and count[setting.border] <= LARGEST
        setting.keep({words for words in setting.paddings if free and count[words] <= LARGEST})
        units, outputs = self.h.size, int(np.prod(setting.room))
        errors = np.array(ERRORS, dtype=float)
        if setting.room != (*errors.shape, 1):
            errors = np.random.default_rng(0).integers(-2, 4, setting.room).astype(float)
        self.errors = errors.reshape(setting.room)
        middle = own[0] // 2, own[1] // 2
        _, _, i, j = start.terms(*middle)[0]
        first = self._all_four(own, self._unit(middle, 0, own), self._unit((i, j), 0, shape))
        super().__init__(
            [
                *setting.border_controls(fastest=2),
                Toggle("framed", "show the blocks"),
                Cell("entry", "W", outputs, units, first["entry"], carries=FOUR),
                Cell("entry_t", "Wᵀ", units, outputs, first["entry_t"], carries=FOUR),
                Cell("at_h", "h", self.h.shape[0], self.h.shape[1], first["at_h"], carries=FOUR),
                Cell("at_e", "e", setting.room[0], setting.room[1], first["at_e"], carries=FOUR),
                *setting.kernel_controls(),
            ]
        )

    @staticmethod
    def _unit(pixel, channel, shape):
        """The place of a pixel, the nearest one inside, in the column of numbers that ravel makes."""
        i, j = (min(max(int(at), 0), side - 1) for at, side in zip(pixel, shape[:2], strict=True))
        return flat_index((i, j, channel), shape)

    def _all_four(self, e_shape, row, column):
        """The four ways to say the same: row and column of W, the same of W transposed, the pixel of e, that of h."""
        row, column = min(row, int(np.prod(e_shape)) - 1), min(column, self.h.size - 1)
        return {
            "entry": (row, column),
            "entry_t": (column, row),
            "at_e": tuple(int(k) for k in np.unravel_index(row, e_shape)[:2]),
            "at_h": tuple(int(k) for k in np.unravel_index(column, self.h.shape)[:2]),
        }

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        shape = self.setting.convolution(**values).e_shape(self.h.shape)
        row, column = values["entry"]
        if name == "entry_t":
            column, row = values["entry_t"]
        elif name == "at_e":
            row = self._unit(values["at_e"], row % shape[2], shape)
        elif name == "at_h":
            column = self._unit(values["at_h"], column % self.h.shape[2], self.h.shape)
        elif name in ("padding", "stride"):  # the pixel of e may be another row of W now
            row = self._unit(values["at_e"], row % shape[2], shape)
        return self._all_four(shape, row, column)

    def matrix(self, **values: Any) -> Array:
        """The convolution of these values as a matrix.

        Parameters
        ----------
        **values : object
            The values of the controls, by name.

        Returns
        -------
        W : (H' W' D, H W C)
            e = W h, both as columns of numbers, channels fastest.
        """
        return matrix(self.setting.convolution(**values), self.h.shape)

    def scene(
        self,
        entry: tuple[int, int],
        at_h: tuple[int, int],
        at_e: tuple[int, int],
        entry_t: tuple[int, int],
        framed: bool = False,
        **values: Any,
    ) -> Scene:
        conv, h = self.setting.convolution(**values), self.h
        matrix, e, drawn = self.matrix(**values), conv.e(h), not self.setting.given
        de = np.ascontiguousarray(self.errors[: e.shape[0], : e.shape[1]])
        dh, wrong, told = self._back(conv, matrix, de)
        row, column = entry
        c, d = column % h.shape[2], row % e.shape[2]
        seen = np.argwhere(matrix[row].reshape(h.shape)[:, :, c])
        reached = np.argwhere(matrix[:, column].reshape(e.shape)[:, :, d])

        whole_row = Highlight([(row, k) for k in range(matrix.shape[1])], "one e", 2)
        whole_column = Highlight([(k, column) for k in range(matrix.shape[0])], "one h", "ink")
        turned = [
            Highlight(mark.cells[:, ::-1], words, mark.colour)
            for mark, words in ((whole_row, "one dL/de"), (whole_column, "one dL/dh"))
        ]
        in_h = [Highlight(seen, "seen by this e", 2)] if len(seen) else []
        in_e = [Highlight(reached, "reached by this h", "ink")] if len(reached) else []
        in_h.append(Highlight([at_h], "this h", "ink", "ring"))
        in_e.append(Highlight([at_e], "this e", 2, "ring"))
        digits = [0 if are_whole(one) else 2 for one in (matrix, h, e, de, dh)]
        scale = TOP if drawn else strongest(matrix)
        wide: dict[str, Any] = {"height": 290, "cell": 34.0, "scale": scale, "digits": digits[0]}
        of_h, of_e = (f"[m, n, {c}]" if h.shape[2] > 1 else ""), (f"[m, n, {d}]" if e.shape[2] > 1 else "")
        back = f"dL/dh{of_h} = Wᵀ dL/de" if self.own is None else "dL/dh by your function"
        maps = [
            ("h", h[:, :, c], f"h{of_h}", "at_h", in_h),
            ("e", e[:, :, d], f"e{of_e} = W h", "at_e", in_e),
            ("de", de[:, :, d], f"dL/de{of_e}", "at_e", in_e),
            ("dh", dh[:, :, c], back, "at_h", in_h + wrong),
        ]
        symbols = {"h": "h", "e": "e", "de": "dL/de", "dh": "dL/dh"}
        small = [
            Grid(
                name=name,
                title=title,
                symbol=symbols[name],
                values=array,
                click=click,
                highlights=marks,
                height=168,
                cell=30.0,
                digits=number,
            )
            for (name, array, title, click, marks), number in zip(maps, digits[1:], strict=True)
        ]
        share = (np.array(matrix.shape[::-1]) + 3.0) / (sum(matrix.shape) + 6)
        words = [["" if v == 0 else format_number(v, digits[0]) for v in line] for line in matrix]
        kernel = []
        if drawn:
            kernel = [
                Grid(
                    name="w",
                    title="w (drag)",
                    symbol="w",
                    values=conv.w[:, :, 0, 0],
                    edit="w",
                    scale=TOP,
                    height=290,
                    cell=44.0,
                    width=0.31,
                )
            ]
        panels = [
            [
                Grid(
                    name="W",
                    title=f"W: {matrix.shape[0]} × {matrix.shape[1]}",
                    symbol="W",
                    values=matrix,
                    click="entry",
                    highlights=[whole_row, whole_column],
                    rectangles=self._frames(conv) if framed else [],
                    texts=words,
                    width=share[0],
                    **wide,
                ),
                Grid(
                    name="Wt",
                    title=f"Wᵀ: {matrix.shape[1]} × {matrix.shape[0]}",
                    symbol="Wᵀ",
                    values=matrix.T,
                    click="entry_t",
                    highlights=turned,
                    rectangles=self._frames(conv, turned=True) if framed else [],
                    texts=[list(line) for line in zip(*words, strict=True)],
                    width=share[1],
                    **wide,
                ),
                *kernel,
            ],
            small,
        ]
        rows, columns = np.indices(matrix.shape).reshape(2, -1)
        links = [Link("W", "Wt", np.stack([rows, columns, columns, rows], axis=1))]
        words = self._words(matrix, matrix_misses(conv, matrix, h, de), row, column, at_e, at_h)
        return Scene(panels, told or (self._blocks(conv, matrix) if framed else words), links=links)

    def _back(self, conv, matrix, de):
        """dL/dh, by the engine; or by the learner's function, with rings where it differs and a sentence."""
        right = conv.dh(de, self.h.shape)
        if self.own is None:
            return right, [], ""
        own = self.own(matrix, de[:, :, 0], self.h.shape[:2], shape=self.h.shape[:2])
        if own.value is None:
            return np.full(right.shape, np.nan), [], own.trouble
        wrong = np.argwhere(differing(own.value, right[:, :, 0]))
        shown = np.where(np.isfinite(own.value), own.value, np.nan)[:, :, None]
        if own.trouble:
            return shown, [], own.trouble
        if not len(wrong):
            return shown, [], f"Your function turns W and dL/de into dL/dh: all {right.size} numbers are right."
        (i, j), digits = wrong[0], 0 if are_whole(own.value, right) else 2
        gave, belongs = (format_number(float(one[i, j]), digits) for one in (own.value, right[:, :, 0]))
        words = f"{len(wrong)} of {right.size} numbers of your dL/dh differ, the first at [{i}, {j}]: it gave {gave}, "
        return shown, [Highlight(wrong, "differs", 3, "cross")], f"{words}and {belongs} belongs there."

    def _frames(self, conv, turned=False):
        """A frame around every block that is not zero, in the colour of its row of the kernel."""
        found = blocks(conv, self.h.shape)
        (high, wide), frames = found.size, []
        for m, i, p in found.filled.tolist():
            place = (m * high, i * wide, high, wide)
            place = (place[1], place[0], place[3], place[2]) if turned else place
            words = "" if turned else f"row {p} of w"  # said once
            frames.append(Rectangle(*place, words, COLOURS[p % len(COLOURS)]))
        return frames

    def _blocks(self, conv, matrix):
        """The blocks in words."""
        found = blocks(conv, self.h.shape)
        (high, wide), (rows, columns) = found.size, found.counts
        words = f"W has {rows} × {columns} blocks of {high} × {wide}: one for each row of e and each row of h. "
        if is_block_toeplitz(conv, matrix, self.h.shape):
            return words + (
                "Along each diagonal of blocks they are alike, and inside a block the numbers along each diagonal: "
                "W is a block Toeplitz matrix with Toeplitz blocks."
            )
        return words + (
            f"With stride {' and '.join(map(str, sorted(set(conv.stride))))} they move on faster than by one, so the "
            "diagonals are not alike: no Toeplitz matrix, but the same kernel rows all the same."
        )

    @staticmethod
    def _words(matrix, far, row, column, at_e, at_h):
        """In words, with the proof: by how much both products with W differ from the loops."""
        differ = "exactly" if far == 0 else f"up to {far:.0e}"
        zeros, weights = 100 * float((matrix == 0).mean()), np.unique(matrix[matrix != 0]).size
        value = format_number(matrix[row, column], 0 if are_whole(matrix[row, column]) else 2)
        return (
            f"Row {row} of W makes e[{at_e[0]}, {at_e[1]}] from the pixels it sees; column {column} says where "
            f"h[{at_h[0]}, {at_h[1]}] goes; they cross at {value}. {zeros:.0f} % of W is zero, "
            f"and the rest repeats the same {weights} weights. W h and Wᵀ dL/de equal the loops {differ}."
        )
