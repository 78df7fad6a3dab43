"""Convolution, position by position: the window, the flipped kernel, the products, their sum (lecture topics 8, 9)."""

import numpy as np

from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Matrix, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.windows import READABLE, Convolution, convolution_of, image_of, map_panel, padding_options

OWN = "your own"
TOP = 9.0
MIXED = [
    [1, 0, 2, -1, 3, 0, 1],
    [0, 4, 1, 0, -2, 5, 0],
    [3, -1, 0, 6, 1, 0, -3],
    [0, 2, 5, 1, -4, 2, 0],
    [-2, 0, 1, 3, 0, 1, 4],
    [1, 3, 0, -1, 2, 0, 1],
]
LETTER = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 5, 5, 5, 0, 0],
    [0, 0, 5, 0, 0, 0, 0],
    [0, 0, 5, 5, 0, 0, 0],
    [0, 0, 5, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
]
PIXEL = np.zeros((6, 7), int)
PIXEL[2, 3] = 1
PICTURES = {
    "numbers": np.array(MIXED),
    "one pixel": PIXEL,
    "letter F": np.array(LETTER),
    "an edge": np.repeat([[0, 0, 0, 6, 6, 6, 6]], 6, axis=0),
    "a slope": np.repeat([[0, 1, 2, 3, 4, 5, 6]], 6, axis=0),
}
KERNELS = {
    "lopsided": [[1, 2, 0], [0, -1, 3], [0, 0, -2]],
    "corner": [[3, 2, 1], [2, 0, 0], [1, 0, 0]],
    "edges": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "move it": [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    "symmetric": [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
    "keep it": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    OWN: None,
}


class ConvolutionStepper(Explorer):
    """One output pixel at a time: what lies under the flipped kernel, the products, and their sum e[m, n, d].

    layer : any Conv2D (its w, b, stride and padding are used; channels get sliders); by default a 3 x 3 kernel to be
    chosen or drawn.  image : (H, W) or (H, W, C), any size; by default small pictures to choose from.
    Raises TypeError or ValueError, naming the argument, for what does not fit.
    """

    title = "Convolution, step by step"

    def __init__(self, layer=None, image=None):
        self.image = None if image is None else image_of(image)
        first = self._picture("numbers")
        if layer is None and first.shape[2] != 1:
            raise ValueError(f"image has {first.shape[2]} channels: pass a Conv2D that takes them as layer, too")
        self.given = None if layer is None else convolution_of(layer, first.shape)
        start = self.given or Convolution(np.zeros((3, 3, 1, 1)))
        (channels, filters), (s, t) = start.w.shape[2:], start.stride
        self.paddings, now = padding_options(start, first.shape)
        self.room = self._room(start, first.shape)
        fixed = start.b is not None and start.b.ndim == 3  # one bias per unit: the size of e cannot change
        controls = [] if image is not None else [Choice("picture", "picture h", list(PICTURES))]
        if self.given is None:
            controls.append(Choice("kernel", "kernel w", list(KERNELS)))
        if not fixed:
            controls.append(Choice("padding", "border", list(self.paddings), now))
            if s == t:
                controls.append(Slider("stride", "stride", 1, max(3, s), 1, value=s))
        if channels > 1:
            controls.append(Slider("c", "input channel c", 0, channels - 1, 1, value=0))
        if filters > 1:
            controls.append(Slider("d", "output channel d", 0, filters - 1, 1, value=0))
        controls += [
            Toggle("flip", "flip the kernel (off: correlation)", True),
            Toggle("fill", "fill e step by step", False),
            Cell("where", "output pixel", *self.room[:2], (0, 0)),
            Button("step", "next pixel ▸", self._next, play=True, every=0.45),
        ]
        if self.given is None:
            controls.append(Matrix("w", "kernel w", np.array(KERNELS["lopsided"]), -TOP, TOP, 1.0))
        super().__init__(controls)

    def _picture(self, name):
        return self.image if self.image is not None else image_of(PICTURES[name])

    def _room(self, start, shape):
        """The largest e that any position of the controls gives."""
        found = [start.e_shape(shape)]
        for padding in self.paddings.values():
            found.append(start.but(padding=padding, stride=1).e_shape(shape))
        return tuple(int(side) for side in np.max(found, axis=0))

    def _convolution(self, padding=None, stride=None, flip=True, w=None, **_):
        """The convolution that these values describe.  Without the flip the kernel is turned first: turned twice."""
        start = self.given or Convolution(np.array(w, dtype=float)[:, :, None, None])
        if padding is not None:
            start = start.but(padding=self.paddings[padding])
        if stride is not None:
            start = start.but(stride=stride)
        return start if flip else start.but(w=np.ascontiguousarray(start.w[::-1, ::-1]))

    def _next(self, where, **values):
        rows, columns, _ = self._convolution(**values).e_shape(self._picture(values.get("picture")).shape)
        place = (where[0] * columns + where[1] + 1) % (rows * columns)
        return {"where": divmod(place, columns)}

    def consequences(self, name, values):
        further = {}
        if name == "kernel" and values["kernel"] != OWN:
            further["w"] = np.array(KERNELS[values["kernel"]], dtype=float)
        if name == "w":
            further["kernel"] = OWN
        shape = self._convolution(**(values | further)).e_shape(self._picture(values.get("picture")).shape)
        row, column = values["where"]
        return further | {"where": (min(row, shape[0] - 1), min(column, shape[1] - 1))}

    def scene(self, where, picture=None, fill=False, flip=True, c=0, d=0, w=None, **values):
        conv = self._convolution(flip=flip, w=w, **values)
        h, (m, n) = self._picture(picture), where
        e, hp = conv.e(h), conv.padded(h)
        rows, columns, channels, _ = conv.w.shape
        (s, t), (row, column) = conv.stride, conv.window(m, n)
        used = conv.w if conv.connections is None else conv.w * conv.connections
        slid = used[::-1, ::-1, :, d]
        window = hp[m * s : m * s + rows, n * t : n * t + columns]
        products = window * slid
        shown = e[:, :, d].copy()
        if fill:
            shown.ravel()[m * shown.shape[1] + n + 1 :] = np.nan
        sums = products.sum(axis=(0, 1))
        bias = 0.0 if conv.b is None else float(conv.b[d] if conv.b.ndim == 1 else conv.b[m, n, d])

        digits = 0 if np.array_equal(h, np.round(h)) and np.array_equal(used, np.round(used)) and bias == 0 else 2
        several = channels > 1 or bias != 0
        at, to = (f", {c}", f", {d}") if several or conv.w.shape[3] > 1 else ("", "")
        colours = "grey" if 0 <= h.min() and h.max() <= 1 else "diverging"
        scale = (0.0, 1.0) if colours == "grey" else float(np.abs(h).max()) or 1.0
        big, small = {"height": 300}, {"height": 184, "digits": digits, "cell": 36.0}
        box = (row, column, rows, columns, "under the kernel", 2)
        top = [
            map_panel(
                "h",
                hp[:, :, c],
                f"h{at and f'[m, n, {c}]'}",
                "h",
                border=conv.border,
                box=box,
                colours=colours,
                scale=float(np.abs(h).max()) or 1.0 if max(h.shape[:2]) <= READABLE else scale,
                digits=digits,
                width=1.25,
                **big,
            ),
            map_panel(
                "e",
                shown,
                f"e{to and f'[m, n, {d}]'} (click)",
                "e",
                marks=[Highlight([(m, n)], "this sum", 2)],
                scale=float(np.abs(e[:, :, d]).max()) or 1.0,
                digits=digits,
                click="where",
                **big,
            ),
        ]
        if several:
            top.append(self._sums(sums, bias, e[m, n, d], c, d, m, n))
        turned = "w flipped: it slides" if flip else "w as it is: correlation"
        size = {"row_offset": row, "column_offset": column, "scale": float(np.abs(h).max()) or 1.0}
        bottom = [
            Grid(
                name="w",
                title=f"w[m', n'{at}{to}]" + (" (drag)" if self.given is None else ""),
                symbol="w",
                values=self._drawn(conv, flip)[:, :, c, d],
                edit="w" if self.given is None else None,
                scale=TOP if self.given is None else None,
                row_label="m'",
                column_label="n'",
                **small,
            ),
            Grid(
                name="slid",
                title=turned,
                symbol="w",
                values=slid[:, :, c],
                indices=False,
                scale=TOP if self.given is None else None,
                **small,
            ),
            Grid(name="window", title="× window of h", symbol="h", values=window[:, :, c], **size, **small),
            Grid(
                name="products",
                title=f"= products, sum {format_number(sums[c], digits)}",
                symbol="product",
                values=products[:, :, c],
                indices=False,
                **small,
            ),
        ]
        grid = np.array(list(np.ndindex(rows, columns)))
        back = [rows - 1, columns - 1] - grid if flip else grid
        links = [Link("w", "slid", np.hstack([grid, back]))]
        links += [Link("products", other, np.hstack([grid, grid])) for other in ("slid", "window")]
        if isinstance(top[0], Grid):
            lie = grid + np.array([row + conv.border[0][0], column + conv.border[1][0]])
            links.append(Link("products", "h", np.hstack([grid, lie])))
        return Scene(
            [top, bottom], self._words(products[:, :, c], sums, bias, e, where, conv, flip, digits, c, d), links=links
        )

    def _drawn(self, conv, flip):
        """The kernel as the learner knows it."""
        return conv.w if flip else conv.w[::-1, ::-1]

    @staticmethod
    def _sums(sums, bias, value, c, d, m, n):
        """The sum over the channels, one line each; of many channels the first ones, and the one that is shown."""
        lines = sorted({*range(min(len(sums), 6)), c})
        rows = [[f"sum of products, c = {k}", format_number(sums[k])] for k in lines]
        if len(lines) < len(sums):
            rest = np.delete(sums, lines).sum()
            rows.append([f"the other {len(sums) - len(lines)} channels", format_number(rest)])
        rows += [[f"bias b[{d}]", format_number(bias)], [f"e[{m}, {n}, {d}]", format_number(value)]]
        marks = [Highlight([(lines.index(c), 0), (lines.index(c), 1)], "", 2)]
        return Table(name="sum", title="added up", rows=rows, align="lr", highlights=marks, height=300, width=0.9)

    def _words(self, products, sums, bias, e, where, conv, flip, digits, c, d):
        m, n = where
        several = len(sums) > 1 or bias != 0
        place = f"e[{m}, {n}, {d}]" if several or e.shape[2] > 1 else f"e[{m}, {n}]"
        value = format_number(e[m, n, d], digits)
        size = f"e is {e.shape[0]} × {e.shape[1]}."
        if several:
            channels = f"{len(sums)} channels" if len(sums) > 1 else "one channel"
            how = f"{products.size} products in each of {channels}, added up, plus the bias {format_number(bias)}"
            return f"{place} = {value}: {how}. {size}"
        terms = " + ".join(_signed(v, digits) for v in products.ravel() if v != 0) if products.size <= 25 else ""
        (s, t), (row, column) = conv.stride, conv.window(m, n)
        top, left = row + conv.w.shape[0] - 1, column + conv.w.shape[1] - 1
        meets = f"w[m', n'] meets h[{top} − m', {left} − n']" if flip else f"w[i, j] meets h[{row} + i, {column} + j]"
        below = "" if s == t else f", the one below {s} row{'' if s == 1 else 's'} further down"
        step = "" if s == t == 1 else f" The next window starts {t} column{'' if t == 1 else 's'} further{below}."
        return f"{place} = {terms or f'the sum of {products.size} products'} = {value}; {meets}. {size}{step}"


def _signed(value, digits):
    words = format_number(value, digits)
    return f"({words})" if value < 0 else words
