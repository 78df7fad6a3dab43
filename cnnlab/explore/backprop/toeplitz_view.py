"""The convolution as a matrix W, beside its transpose (lecture topic 15)."""

import numpy as np

from cnnlab import ops
from cnnlab.explore.toolkit.controls import Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Scene
from cnnlab.explore.toolkit.windows import Convolution, convolution_of, image_of, padding_options

TOP = 9.0
KERNEL = [[1, 2], [-1, 3]]
H = [[1, 0, 2, -1], [3, 1, 0, 2], [0, -2, 1, 4], [2, 1, 0, 1]]
ERRORS = [[1, 0, -2, 1, 0], [0, 3, 1, 0, 1], [2, -1, 0, 1, -1], [0, 1, 2, 0, 1], [1, 0, -1, 2, 0]]
LARGEST = 80  # rows or columns of W that can still be seen
FOUR = ("entry", "entry_t", "at_h", "at_e")  # places that are chosen together


class ToeplitzView(Explorer):
    """W and its transpose side by side: click a number of either, and the pixels that belong to it light up.

    layer : any Conv2D; by default a 2 x 2 kernel that can be edited.  image : (H, W) or (H, W, C), small: W may have at
    most 80 rows and columns.  Raises TypeError or ValueError, naming the argument, for what does not fit.
    """

    title = "The matrix of a convolution"

    def __init__(self, layer=None, image=None):
        self.h = image_of(H if image is None else image)
        if layer is None and self.h.shape[2] != 1:
            raise ValueError(f"image has {self.h.shape[2]} channels: pass a Conv2D that takes them as layer, too")
        self.given = None if layer is None else convolution_of(layer, self.h.shape).but(b=None)
        start = self.given or Convolution(np.array(KERNEL, dtype=float)[:, :, None, None])
        s, t = start.stride
        options, now = padding_options(start, self.h.shape)
        sizes = {word: start.but(padding=padding, stride=1).e_shape(self.h.shape) for word, padding in options.items()}
        own = start.e_shape(self.h.shape)
        if max(self.h.size, int(np.prod(own))) > LARGEST:
            raise ValueError(
                f"image must be small: W would be {int(np.prod(own))} x {self.h.size} numbers; {LARGEST} can be seen"
            )
        self.paddings = {
            word: padding for word, padding in options.items() if word == now or np.prod(sizes[word]) <= LARGEST
        }
        free = s == t and int(np.prod(sizes[now])) <= LARGEST  # stride 1 makes the largest e
        room = np.max([own, *(sizes[word] for word in self.paddings if free)], axis=0)
        self.room = tuple(int(side) for side in room)
        units = self.h.size
        errors = np.array(ERRORS, dtype=float)
        if self.room != (*errors.shape, 1):
            errors = np.random.default_rng(0).integers(-2, 4, self.room).astype(float)
        self.errors = errors.reshape(self.room)
        outputs = int(np.prod(self.room))
        middle = tuple(side // 2 for side in own[:2])
        _, _, i, j = start.terms(*middle)[0]
        first = self._all_four(own, self._unit(*middle, 0, own), self._unit(i, j, 0, self.h.shape))
        controls = [Choice("padding", "border", list(self.paddings), now)] if free else []
        controls += [Slider("stride", "stride", 1, max(2, s), 1, value=s)] if free else []
        controls += [
            Cell("entry", "W", outputs, units, first["entry"], carries=FOUR),
            Cell("entry_t", "Wᵀ", units, outputs, first["entry_t"], carries=FOUR),
            Cell("at_h", "h", *self.h.shape[:2], first["at_h"], carries=FOUR),
            Cell("at_e", "e", *self.room[:2], first["at_e"], carries=FOUR),
        ]
        if self.given is None:
            controls.append(Matrix("w", "kernel w", np.array(KERNEL), -TOP, TOP, 1.0))
        super().__init__(controls)

    @staticmethod
    def _unit(row, column, channel, shape):
        """The place of a pixel in the column of numbers that ravel makes: channels fastest, then columns."""
        rows, columns, channels = shape
        i, j = min(max(int(row), 0), rows - 1), min(max(int(column), 0), columns - 1)
        return (i * columns + j) * channels + channel

    def _all_four(self, e_shape, row, column):
        """The four ways to say the same: row and column of W, the same of W transposed, the pixel of e, that of h."""
        row, column = min(row, int(np.prod(e_shape)) - 1), min(column, self.h.size - 1)
        return {
            "entry": (row, column),
            "entry_t": (column, row),
            "at_e": tuple(int(k) for k in np.unravel_index(row, e_shape)[:2]),
            "at_h": tuple(int(k) for k in np.unravel_index(column, self.h.shape)[:2]),
        }

    def _convolution(self, padding=None, stride=None, w=None, **_):
        conv = self.given or Convolution(np.array(w, dtype=float)[:, :, None, None])
        changes = {"padding": self.paddings[padding]} if padding is not None else {}
        return conv.but(**changes, **({"stride": stride} if stride is not None else {}))

    def consequences(self, name, values):
        shape = self._convolution(**values).e_shape(self.h.shape)
        row, column = values["entry"]
        if name == "entry_t":
            column, row = values["entry_t"]
        elif name == "at_e":
            row = self._unit(*values["at_e"], row % shape[2], shape)
        elif name == "at_h":
            column = self._unit(*values["at_h"], column % self.h.shape[2], self.h.shape)
        elif name in ("padding", "stride"):  # the pixel of e may be another row of W now
            row = self._unit(*values["at_e"], row % shape[2], shape)
        return self._all_four(shape, row, column)

    def matrix(self, **values):
        """W of these values, (H' W' D, H W C)."""
        conv = self._convolution(**values)
        return ops.conv2d_matrix(
            conv.w, self.h.shape, padding=conv.padding, stride=conv.stride, connections=conv.connections
        )

    def scene(self, entry, at_h, at_e, entry_t, **values):
        conv, h = self._convolution(**values), self.h
        matrix = self.matrix(**values)
        e = conv.e(h)
        de = np.ascontiguousarray(self.errors[: e.shape[0], : e.shape[1]])
        dh = conv.dh(de, h.shape)
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
        digits = [0 if np.array_equal(one, np.round(one)) else 2 for one in (matrix, h, e, de, dh)]
        scale = TOP if self.given is None else float(np.abs(matrix).max()) or 1.0
        wide = {"height": 306, "cell": 34.0, "scale": scale, "digits": digits[0]}
        of_h, of_e = (f"[m, n, {c}]" if h.shape[2] > 1 else ""), (f"[m, n, {d}]" if e.shape[2] > 1 else "")
        maps = [
            ("h", h[:, :, c], f"h{of_h}", "at_h", in_h),
            ("e", e[:, :, d], f"e{of_e} = W h", "at_e", in_e),
            ("de", de[:, :, d], f"dL/de{of_e}", "at_e", in_e),
            ("dh", dh[:, :, c], f"dL/dh{of_h} = Wᵀ dL/de", "at_h", in_h),
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
                height=176,
                cell=30.0,
                digits=number,
            )
            for (name, array, title, click, marks), number in zip(maps, digits[1:], strict=True)
        ]
        share = (np.array(matrix.shape[::-1]) + 3.0) / (sum(matrix.shape) + 6)
        words = [["" if v == 0 else format_number(v, digits[0]) for v in line] for line in matrix]
        kernel = []
        if self.given is None:
            kernel = [
                Grid(
                    name="w",
                    title="w (drag)",
                    symbol="w",
                    values=conv.w[:, :, 0, 0],
                    edit="w",
                    scale=TOP,
                    height=306,
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
        return Scene(panels, self._words(matrix, e, de, dh, row, column, at_e, at_h), links=links)

    def _words(self, matrix, e, de, dh, row, column, at_e, at_h):
        """In words, with the proof: both products with W against the loops."""
        forward = ops.dense(self.h.reshape(1, -1), np.ascontiguousarray(matrix.T), np.zeros(len(matrix)))
        backward = ops.dense(de.reshape(1, -1), np.ascontiguousarray(matrix), np.zeros(matrix.shape[1]))
        far = max(np.abs(forward.ravel() - e.ravel()).max(), np.abs(backward.ravel() - dh.ravel()).max())
        differ = "exactly" if far == 0 else f"up to {far:.0e}"
        zeros, weights = 100 * float((matrix == 0).mean()), np.unique(matrix[matrix != 0]).size
        value = format_number(matrix[row, column], 0 if matrix[row, column] == round(matrix[row, column]) else 2)
        return (
            f"Row {row} of W makes e[{at_e[0]}, {at_e[1]}] from the pixels it sees; column {column} says where "
            f"h[{at_h[0]}, {at_h[1]}] goes; they cross at {value}. {zeros:.0f} % of W is zero, "
            f"and the rest repeats the same {weights} weights. W h and Wᵀ dL/de equal the loops {differ}."
        )
