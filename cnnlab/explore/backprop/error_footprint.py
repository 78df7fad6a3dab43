"""Back-propagation through a convolution, pixel by pixel: where an error goes, and what an error collects (lecture
topics 12 to 14).
"""

from dataclasses import replace

import numpy as np

from cnnlab.explore.toolkit.controls import Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.windows import READABLE, Convolution, convolution_of, image_of, map_panel, padding_options

GOES, COLLECTS = "where one dL/de goes", "what one dL/dh collects"
TOP = 9.0
KERNEL = [[1, 2, 0], [0, -1, 3], [0, 0, -2]]
ERRORS = [
    [1, 0, -1, 2, 0, 1, 0, -2],
    [0, 3, 0, -2, 1, 0, 2, 0],
    [2, -1, 0, 0, 3, -1, 0, 1],
    [0, 1, 2, -3, 0, 0, 1, 0],
    [-1, 0, 1, 0, 2, -2, 0, 3],
    [0, 2, 0, 1, 0, 3, -1, 0],
    [1, 0, -2, 0, 1, 0, 2, 0],
    [0, -1, 0, 2, 0, -1, 0, 1],
]
SIDE = 6  # of the h whose gradient is computed, where none is given
FINE = 3  # digits in tables and words, where weights or errors are no whole numbers
EDITED = 3  # output channels whose dL/de can be edited


class ErrorFootprint(Explorer):
    """Choose a pixel of dL/de and see the pixels of dL/dh it reaches, and through which weights; or choose a pixel of
    dL/dh and see the window of dL/de that it sums, through the flipped kernel.

    layer : any Conv2D (its w, stride and padding; channels get sliders); by default a 3 x 3 kernel that can be edited.
    image : (H, W) or (H, W, C): only its size matters, since dL/dh does not depend on h; by default 6 x 6 pixels.
    de : (H', W') or (H', W', D), the errors at the start.  Raises TypeError or ValueError, naming the argument.
    """

    title = "The footprint of an error"

    def __init__(self, layer=None, image=None, de=None):
        shape = (SIDE, SIDE, 1) if image is None and layer is None else None
        if shape is None:
            shape = image_of(image).shape if image is not None else layer.input_shape
        if shape is None:
            raise ValueError("image must be given for a layer that was never built: its size decides that of dL/dh")
        if layer is None and shape[2] != 1:
            raise ValueError(f"image has {shape[2]} channels: pass a Conv2D that takes them as layer, too")
        self.shape = tuple(shape)
        # A bias adds nothing to dL/dh, and one for every unit would fit one size of e only.
        self.given = None if layer is None else convolution_of(layer, self.shape).but(b=None)
        start = self.given or Convolution(np.array(KERNEL, dtype=float)[:, :, None, None])
        (channels, filters), (s, t) = start.w.shape[2:], start.stride
        self.paddings, now = padding_options(start, self.shape)
        shapes = [start.but(padding=padding, stride=1) for padding in self.paddings.values()]
        self.room = tuple(np.max([conv.e_shape(self.shape) for conv in shapes], axis=0).tolist())
        self.errors = self._errors(de, start)
        small = float(np.abs(self.errors).max()) <= TOP  # a hand moves them between -TOP and TOP only
        self.edited = filters <= EDITED and max(self.room[:2]) <= READABLE and small
        places = [shape - 1 for shape in start.e_shape(self.shape)[:2]]
        controls = [
            Choice("look", "look at", [GOES, COLLECTS]),
            Choice("padding", "border", list(self.paddings), now),
        ]
        if s == t:
            controls.append(Slider("stride", "stride", 1, max(3, s), 1, value=s))
        if channels > 1:
            controls.append(Slider("c", "input channel c", 0, channels - 1, 1, value=0))
        if filters > 1:
            controls.append(Slider("d", "output channel d", 0, filters - 1, 1, value=0))
        controls += [
            Cell("at_e", "pixel of dL/de", *self.room[:2], (places[0] // 2, places[1] // 2)),
            Cell("at_h", "pixel of dL/dh", *self.shape[:2], (self.shape[0] // 2, self.shape[1] // 2)),
        ]
        if self.given is None:
            controls.append(Matrix("w", "kernel w", np.array(KERNEL), -TOP, TOP, 1.0))
        if self.edited:
            for d in range(filters):
                controls.append(Matrix(f"de{d}", f"dL/de, d = {d}", self.errors[:, :, d], -TOP, TOP, 1.0))
        super().__init__(controls)

    def _errors(self, de, start):
        """dL/de as large as it can become: given, or small whole numbers, many of them zero."""
        if de is None:
            if self.room == (8, 8, 1):
                return np.array(ERRORS, dtype=float)[:, :, None]
            rng = np.random.default_rng(0)
            errors = (rng.integers(-3, 4, self.room) * (rng.random(self.room) < 0.6)).astype(float)
            m, n, _ = start.e_shape(self.shape)
            errors[(m - 1) // 2, (n - 1) // 2] = 2.0  # where the first look falls
            return errors
        de = image_of(de, "de")
        wanted = start.e_shape(self.shape)
        if de.shape != wanted:
            raise ValueError(f"de must have the shape of e, {wanted}; got {de.shape}")
        errors = np.zeros(self.room)
        errors[: wanted[0], : wanted[1]] = de
        return errors

    def _convolution(self, padding, stride=None, w=None, **_):
        start = self.given or Convolution(np.array(w, dtype=float)[:, :, None, None])
        return start.but(padding=self.paddings[padding], stride=start.stride if stride is None else stride)

    def gradients(self, **values):
        """The convolution, dL/de and dL/dh of these values: (Convolution, (H', W', D), (H, W, C))."""
        conv = self._convolution(**values)
        rows, columns, filters = conv.e_shape(self.shape)
        de = self.errors
        if self.edited:
            de = np.stack([values[f"de{d}"] for d in range(filters)], axis=2)
        de = np.ascontiguousarray(de[:rows, :columns])
        return conv, de, conv.dh(de, self.shape)

    def consequences(self, name, values):
        further = {"look": GOES} if name == "at_e" else {"look": COLLECTS} if name == "at_h" else {}
        rows, columns, _ = self._convolution(**values).e_shape(self.shape)
        m, n = values["at_e"]
        return further | {"at_e": (min(m, rows - 1), min(n, columns - 1))}

    def scene(self, look, at_e, at_h, c=0, d=0, **values):
        conv, de, dh = self.gradients(**values)
        w = conv.w if conv.connections is None else conv.w * conv.connections
        several = conv.w.shape[2:] != (1, 1)
        in_e, in_h, in_w = (f"[m, n, {d}]", f"[m', n', {c}]", f"[m, n, {c}, {d}]") if several else ("", "", "")
        digits = 0 if _whole(w) and _whole(de) else FINE
        goes, collects = conv.reached(*at_e, self.shape), conv.collected(*at_h, de.shape)
        if look == GOES:
            marks_e = [Highlight([at_e], "this error", "ink", "ring")]
            marks_h = [Highlight(goes[:, 2:], "footprint", "ink")] if len(goes) else []
        else:
            marks_e = [Highlight(collects[:, 2:], "summed", 2)] if len(collects) else []
            marks_h = [Highlight([at_h], "this pixel", 2, "ring")]
        big = {"height": 232}
        scales = TOP if self.edited else float(np.abs(de).max()) or 1.0, TOP if self.given is None else None
        kernel = {"height": 232, "cell": 34.0, "digits": _digits(w), "scale": scales[1], "width": 0.85}
        top = [
            map_panel(
                "de",
                de[:, :, d],
                f"dL/de{in_e} (click{', drag' if self.edited else ''})",
                "dL/de",
                marks=marks_e,
                click="at_e",
                edit=f"de{d}" if self.edited else None,
                scale=scales[0],
                width=1.3,
                digits=_digits(de),
                **big,
            ),
            Grid(
                name="w",
                title=f"w{in_w}",
                symbol="w",
                values=w[:, :, c, d],
                row_label="m",
                column_label="n",
                edit="w" if self.given is None else None,
                **kernel,
            ),
            Grid(
                name="flipped",
                title="w flipped",
                symbol="w flipped",
                values=conv.flipped()[:, :, d, c],
                indices=False,
                **kernel,
            ),
            _of_h(
                map_panel(
                    "dh",
                    dh[:, :, c],
                    f"dL/dh{in_h} (click)",
                    "dL/dh",
                    marks=marks_h,
                    click="at_h",
                    scale=float(np.abs(dh).max()) or 1.0,
                    width=1.3,
                    digits=_digits(dh),
                    **big,
                )
            ),
        ]
        size = np.array(w.shape[:2])
        links = [Link("w", "flipped", [(p, q, *(size - 1 - (p, q))) for p, q in np.ndindex(*size)])]
        if isinstance(top[0], Grid) and isinstance(top[3], Grid):
            places = list(np.ndindex(*de.shape[:2]))
            pairs = [(m, n, i, j) for m, n in places for i, j in conv.reached(m, n, self.shape)[:, 2:]]
            links.append(Link("de", "dh", pairs))
        show = self._goes if look == GOES else self._collects
        bottom, words, more = show(conv, de, dh, w, at_e if look == GOES else at_h, c, d, digits, several)
        return Scene([top, bottom], words, links=links + more)

    def _goes(self, conv, de, dh, w, at, c, d, digits, several):
        """Below: which weight leads where, and what arrives there, from this one error alone."""
        (m, n), found = at, conv.reached(*at, self.shape)
        alone = np.zeros_like(de)
        alone[m, n, d] = de[m, n, d]
        arrives = conv.dh(alone, self.shape)[:, :, c]
        shape = self.shape[:2]
        weights, share = np.full(shape, np.nan), np.full(shape, np.nan)
        for p, q, i, j in found:
            weights[i, j], share[i, j] = w[p, q, c, d], arrives[i, j]
        error, name = de[m, n, d], f"dL/de[{m}, {n}{f', {d}' if several else ''}]"
        value = format_number(error, 0 if _whole(de) else FINE)
        size = {"height": 226}
        strongest = float(np.abs(w).max()) or 1.0
        rows = [
            [f"w[{p}, {q}] × {value} → dL/dh[{i}, {j}]", format_number(arrives[i, j], digits)]
            for p, q, i, j in found[:9]
        ]
        if len(found) > 9:
            rows.append([f"and {len(found) - 9} more", ""])
        panels = [
            _of_h(
                map_panel(
                    "weights", weights, f"{name} leads through w =", "w", scale=strongest, digits=_digits(w), **size
                )
            ),
            _of_h(
                map_panel(
                    "share",
                    share,
                    f"× {value}: this arrives",
                    "from this error",
                    scale=float(np.abs(dh).max()) or 1.0,
                    digits=_digits(arrives),
                    **size,
                )
            ),
            Table(name="terms", title="one by one", rows=rows or [["nothing", ""]], align="lr", height=226, size=13),
        ]
        lines = [(i, j, k, col) for k, (_, _, i, j) in enumerate(found[:9]) for col in (0, 1)]
        links = [Link("share", "terms", lines)] if isinstance(panels[1], Grid) and lines else []
        one, more = len(found) == 1, f" in each of {self.shape[2]} channels" if self.shape[2] > 1 else ""
        words = (
            f"{name} = {value}: this e was computed from {len(found)} pixel{'' if one else 's'} of h{more}, so its "
            f"error goes back to {'this one' if one else f'these {len(found)}'}, multiplied by the weight that led "
            f"{'there' if one else 'to each'}: dL/dh[m', n'] gets "
            f"w[{self._lag(conv, m, 0)} − m', {self._lag(conv, n, 1)} − n'] × {value}."
        )
        return panels, words, links

    @staticmethod
    def _lag(conv, m, axis):
        """The number i + p of a term: w[number - i] meets h[i]."""
        return m * conv.stride[axis] + conv.w.shape[axis] - 1 - conv.border[axis][0]

    def _collects(self, conv, de, dh, w, at, c, d, digits, several):
        """Below: dL/de with zeros put in and around, the window under the flipped kernel, the products, their sum."""
        (i, j), (rows, columns) = at, conv.w.shape[:2]
        (top, _), (left, _) = conv.border
        z = conv.spread(de)
        # a stride may leave the last rows and columns of h without a window: nothing is collected there
        window = np.zeros((rows, columns, de.shape[2]))
        part = z[i + top : i + top + rows, j + left : j + left + columns]
        window[: part.shape[0], : part.shape[1]] = part
        products = window * w[:, :, c]
        sums = products.sum(axis=(0, 1))
        other = conv.dh_by_convolution(de, self.shape)
        name = f"dL/dh[{i}, {j}{f', {c}' if several else ''}]"
        around = ((rows - 1,) * 2, (columns - 1,) * 2)
        holes = "zeros put in between and around" if max(conv.stride) > 1 else "zeros put around"
        row, column = i + top - (rows - 1), j + left - (columns - 1)
        box = (row, column, rows, columns, "summed", 2)
        size = {"height": 226, "digits": _digits(products)}
        table = [[f"sum of products, d = {k}", format_number(v, digits)] for k, v in enumerate(sums[:3])]
        if len(sums) > 3:
            table.append([f"of all other channels d ({len(sums) - 3})", format_number(sums[3:].sum(), digits)])
        table = table if several else [["sum of products", format_number(sums[0], digits)]]
        far = float(np.abs(dh - other).max())
        table += [
            [name, format_number(dh[i, j, c], digits)],
            ["w[−m, −n, d, c] * dL/de, there", format_number(other[i, j, c], digits)],
            ["central difference of L", format_number(self._difference(conv, de, i, j, c), digits)],
            ["* and backward differ by at most", "0" if far == 0 else f"{far:.0e}".replace("-", "−")],
        ]
        spread = map_panel(
            "spread",
            z[:, :, d],
            f"dL/de, {holes}",
            "dL/de",
            border=around,
            box=box,
            scale=TOP if self.edited else float(np.abs(de).max()) or 1.0,
            width=1.25,
            height=226,
            digits=_digits(de),
        )
        if isinstance(spread, Grid):  # a zero that was put in is no error that happens to be zero
            put_in = np.argwhere(conv.spread(np.ones_like(de))[:, :, d] == 0)
            marks = [mark for mark in spread.highlights if mark.meaning != "border"]
            spread = replace(spread, highlights=[Highlight(put_in, "zeros put in", "muted", "fade"), *marks])
        panels = [
            spread,
            Grid(
                name="products",
                title="window × w as it is",
                symbol="product",
                values=products[:, :, d],
                cell=34.0,
                width=0.85,
                indices=False,
                **size,
            ),
            Table(name="sum", title="added up", rows=table, align="lr", height=226, size=13, width=1.2),
        ]
        count = len(conv.collected(i, j, de.shape))
        each = " of each channel d" if de.shape[2] > 1 else ""
        back = {0: "no output: no error comes back", 1: f"1 output{each}, whose error comes back times its weight"}
        more = f"{count} outputs{each}, and their errors come back, each times its weight"
        words = (
            f"{name} = {format_number(dh[i, j, c], digits)}: h[{i}, {j}] took part in {back.get(count, more)}. "
            f"The convolution w[−m, −n, d, c] * dL/de gives the same number here and everywhere."
        )
        return panels, words, []

    def _difference(self, conv, de, i, j, c, step=0.5):
        """dL/dh[i, j, c] from the forward pass alone: L = sum of dL/de times e is linear in h, so any step is exact."""
        h = np.zeros(self.shape)
        h[i, j, c] = step
        return float((de * (conv.e(h) - conv.e(-h))).sum() / (2 * step))


def _of_h(panel):
    """A map of the input: its pixels are called m', n', since m, n are those of e."""
    return replace(panel, row_label="m'", column_label="n'") if isinstance(panel, Grid) else panel


def _digits(array):
    """Digits behind the point in the cells of a map: as few as tell its numbers apart."""
    return 0 if _whole(array) else 2 if np.abs(array).max() >= 0.1 else 3


def _whole(array):
    return np.array_equal(array, np.round(array))
