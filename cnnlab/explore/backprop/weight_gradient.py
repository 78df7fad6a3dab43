"""The gradient of one weight: two windows, their products, their sum, and the flip that the one-line form hides
(lecture topics 16 and 17).
"""

import numpy as np

from cnnlab import ops
from cnnlab.explore.backprop.weight_windows import apart, dw_by_convolution, dw_by_correlation, met, slid_over
from cnnlab.explore.convolving.convolution_stepper import PICTURES
from cnnlab.explore.toolkit.controls import Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.windows import READABLE, Convolution, convolution_of, image_of, map_panel, padding_options

SUM, FLIPPED, FORGOTTEN = "sum of products", "convolution with h flipped", "convolution, flip forgotten"
LOOKS = (SUM, FLIPPED, FORGOTTEN)
NUMBERS, ONE, ALIKE, OWN = "numbers", "one error", "all errors 1", "your own"
TOP = 9.0
EDITED = 3  # output channels whose dL/de can be edited


class WeightGradient(Explorer):
    """Choose a weight w[m', n', c, d] and see the two windows whose products its gradient sums: dL/de, and the part of
    h that this weight met.  The same numbers as a convolution: with h flipped, and wrong without the flip.

    layer : any Conv2D (its w, stride and padding; channels get sliders); by default a 3 x 3 kernel.
    image : (H, W) or (H, W, C), any size; by default small pictures to choose from.
    de : (H', W') or (H', W', D), the errors at the start.  Raises TypeError or ValueError, naming the argument.
    """

    title = "The gradient of one weight"

    def __init__(self, layer=None, image=None, de=None):
        self.image = None if image is None else image_of(image)
        first = self._picture(NUMBERS)
        if layer is None and first.shape[2] != 1:
            raise ValueError(f"image has {first.shape[2]} channels: pass a Conv2D that takes them as layer, too")
        if layer is not None:
            if image is None:
                raise ValueError("image must be given with a layer: the gradient of a weight depends on h")
            self.start = convolution_of(layer, first.shape)
        else:
            self.start = Convolution(np.array([[1.0, 2, 0], [0, -1, 3], [0, 0, -2]])[:, :, None, None])
        (rows, columns, channels, filters), (s, t) = self.start.w.shape, self.start.stride
        self.paddings, now = padding_options(self.start, first.shape)
        fixed = self.start.b is not None and self.start.b.ndim == 3  # one bias per unit: e keeps its size
        self.room = self._room(first.shape, fixed)
        self.errors = self._errors(de, first.shape)
        whole = all(np.abs(errors).max() <= TOP for errors in self.errors.values())
        self.edited = filters <= EDITED and max(self.room[:2]) <= READABLE and whole
        controls = [Choice("look", "read as", list(LOOKS))]
        if image is None:
            controls.append(Choice("picture", "picture h", list(PICTURES)))
        controls.append(Choice("errors", "errors dL/de", [*self.errors, *([OWN] if self.edited else [])]))
        if not fixed:
            controls.append(Choice("padding", "border", list(self.paddings), now))
            if s == t:
                controls.append(Slider("stride", "stride", 1, max(3, s), 1, value=s))
        if channels > 1:
            controls.append(Slider("c", "input channel c", 0, channels - 1, 1, value=0))
        if filters > 1:
            controls.append(Slider("d", "output channel d", 0, filters - 1, 1, value=0))
        controls.append(Cell("weight", "weight w[m', n']", rows, columns, (0, min(1, columns - 1))))
        controls.append(Cell("turned", "turned round", rows, columns, (rows - 1, max(columns - 2, 0))))
        if self.edited:
            start = next(iter(self.errors.values()))
            controls += [Matrix(f"de{d}", f"dL/de, d = {d}", start[:, :, d], -TOP, TOP, 1.0) for d in range(filters)]
        super().__init__(controls)

    def _picture(self, name):
        return self.image if self.image is not None else image_of(PICTURES[name])

    def _room(self, shape, fixed):
        """The largest e that any position of the controls gives."""
        sizes = [self.start.e_shape(shape)]
        for padding in () if fixed else self.paddings.values():
            sizes.append(self.start.but(padding=padding, stride=1).e_shape(shape))
        return tuple(np.max(sizes, axis=0).tolist())

    def _errors(self, de, h_shape):
        """{name: dL/de as large as it can become}: the given one, or small whole numbers; one error; all alike."""
        wanted = self.start.e_shape(h_shape)
        rng = np.random.default_rng(2)
        first = (rng.integers(-3, 4, self.room) * (rng.random(self.room) < 0.7)).astype(float)
        if de is not None:
            de = image_of(de, "de")
            if de.shape != wanted:
                raise ValueError(f"de must have the shape of e, {wanted}; got {de.shape}")
            first = np.zeros(self.room)
            first[: wanted[0], : wanted[1]] = de
        one = np.zeros(self.room)
        one[min(1, wanted[0] - 1), min(1, wanted[1] - 1)] = 1.0
        return {NUMBERS if de is None else "as given": first, ONE: one, ALIKE: np.ones(self.room)}

    def gradients(self, picture=None, errors=NUMBERS, padding=None, stride=None, **values):
        """Convolution, h (H, W, C), dL/de (H', W', D) and dL/dw (P, Q, C, D), the last by the engine."""
        conv, h = self.start, self._picture(picture)
        conv = conv if padding is None else conv.but(padding=self.paddings[padding])
        conv = conv if stride is None else conv.but(stride=stride)
        rows, columns, filters = conv.e_shape(h.shape)
        if self.edited:
            de = np.stack([values[f"de{d}"] for d in range(filters)], axis=2)
        else:
            de = self.errors[errors]
        de = np.ascontiguousarray(de[:rows, :columns])
        return conv, h, de, conv.dw(de, h)

    def consequences(self, name, values):
        (rows, columns, _, filters), further = self.start.w.shape, {}
        if name in ("weight", "turned"):
            other = "turned" if name == "weight" else "weight"
            further[other] = (rows - 1 - values[name][0], columns - 1 - values[name][1])
        if self.edited and name == "errors" and values["errors"] != OWN:
            further |= {f"de{d}": self.errors[values["errors"]][:, :, d] for d in range(filters)}
        if name in (f"de{d}" for d in range(filters)):
            further["errors"] = OWN
        return further

    def scene(self, look, weight, c=0, d=0, **values):
        conv, h, de, dw = self.gradients(**values)
        several, stride = conv.w.shape[2:] != (1, 1), max(conv.stride) > 1
        digits = 0 if _whole(h) and _whole(de) else 2
        (p, q), (rows, columns) = weight, met(conv, de.shape, *weight)
        flip = look == FLIPPED
        if look == SUM:
            other = dw_by_correlation(conv, de, h)
            kernel = ("h correlated with dL/de", "turned", (conv.w.shape[0] - 1 - p, conv.w.shape[1] - 1 - q))
        else:
            other = dw_by_convolution(conv, de, h, flip)
            kernel = ("dL/de * h flipped" if flip else "dL/de * h", "weight", weight)
        scales = {
            "h": float(np.abs(h).max()) or 1.0,
            "de": TOP if self.edited else float(np.abs(de).max()) or 1.0,
            "dw": float(np.abs(dw[:, :, c, d]).max()) or 1.0,
        }
        in_h, in_e, in_w = (f"[m, n, {c}]", f"[m, n, {d}]", f"[m', n', {c}, {d}]") if several else ("", "", "")
        grey = max(h.shape[:2]) > READABLE and 0 <= h.min() and h.max() <= 1
        box, marks = (rows[0], columns[0], *de.shape[:2], "met by this weight", 2), []
        if stride and max(h.shape[:2]) <= READABLE:
            cells = [(i, j) for i in rows for j in columns]
            box, marks = None, [Highlight(cells, "met by this weight", 2, "ring")]
        elif stride:
            box = (rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1, box[4], 2)
        big = {"height": 260, "readable": READABLE}
        small = {
            "height": 260,
            "cell": 40.0,
            "digits": digits,
            "scale": scales["dw"],
            "width": 0.85,
            "row_label": "m'",
            "column_label": "n'",
        }
        chosen = [Highlight([weight], "this weight", 2, "ring")]
        top = [
            map_panel(
                "h",
                conv.padded(h)[:, :, c],
                f"h{in_h}",
                "h",
                border=conv.border,
                box=box,
                marks=marks,
                colours="grey" if grey else "diverging",
                scale=(0.0, 1.0) if grey else scales["h"],
                digits=digits,
                width=1.35,
                **big,
            ),
            map_panel(
                "de",
                de[:, :, d],
                f"dL/de{in_e}" + (" (drag)" if self.edited else ""),
                "dL/de",
                edit=f"de{d}" if self.edited else None,
                scale=scales["de"],
                digits=0 if _whole(de) else 2,
                width=1.1,
                **big,
            ),
            Grid(
                name="dw",
                title=f"dL/dw{in_w} (click)",
                symbol="dL/dw",
                values=dw[:, :, c, d],
                click="weight",
                highlights=chosen,
                **small,
            ),
            Grid(
                name="other",
                title=kernel[0],
                symbol=kernel[0],
                values=other[:, :, c, d],
                click=kernel[1],
                highlights=[Highlight([kernel[2]], "", 2, "ring")],
                **small,
            ),
        ]
        size = (conv, h, de, c, d, digits, scales, grey)
        bottom, total = self._summed(*size, rows, columns) if look == SUM else self._slid(*size, weight, flip)
        fine = 2 * digits
        bottom.append(self._numbers(look, conv, h, de, dw, other, (p, q, c, d), total, fine, several))
        links = self._links(look, conv, de, rows, columns, [*top, *bottom])
        return Scene(
            [top, bottom], self._words(look, conv, de, dw, other, (p, q, c, d), total, fine, several), links=links
        )

    def _summed(self, conv, h, de, c, d, digits, scales, grey, rows, columns):
        """Below: the part of h that the weight met, dL/de, their products; and the sum."""
        (top, _), (left, _) = conv.border
        window = conv.padded(h)[np.ix_(rows + top, columns + left)][:, :, c]
        products = window * de[:, :, d] * _feeds(conv, c, d)
        total = float(products.sum())
        size = {"height": 232}
        where = f"h[m {_plus(rows[0])}, n {_plus(columns[0])}]"
        if max(conv.stride) > 1:
            where = f"every {_nth(max(conv.stride))} pixel of h"
        return [
            map_panel(
                "window",
                window,
                where,
                "h",
                colours="grey" if grey else "diverging",
                digits=digits,
                scale=(0.0, 1.0) if grey else scales["h"],
                **size,
            ),
            map_panel(
                "slid", de[:, :, d], "× dL/de", "dL/de", scale=scales["de"], digits=0 if _whole(de) else 2, **size
            ),
            map_panel(
                "products",
                products,
                f"= products, sum {format_number(total, 2 * digits)}",
                "product",
                digits=digits,
                scale=scales["h"] * (float(np.abs(de).max()) or 1.0),
                **size,
            ),
        ], total

    def _slid(self, conv, h, de, c, d, digits, scales, grey, weight, flip):
        """Below: h (turned or not) with the window of this weight, dL/de turned as it slides, their products."""
        z = apart(conv, de)[::-1, ::-1, d]
        g, (p, q) = slid_over(conv, de, h, flip)[:, :, c], weight
        products = g[p : p + z.shape[0], q : q + z.shape[1]] * z * _feeds(conv, c, d)
        total = float(products.sum())
        size = {"height": 232}
        return [
            map_panel(
                "window",
                g,
                "h flipped" if flip else "h as it is",
                "h flipped" if flip else "h",
                box=(p, q, *z.shape, "under dL/de", 2),
                colours="grey" if grey else "diverging",
                digits=digits,
                scale=(0.0, 1.0) if grey else scales["h"],
                width=1.15,
                **size,
            ),
            map_panel(
                "slid", z, "dL/de turned: it slides", "dL/de", scale=scales["de"], digits=0 if _whole(de) else 2, **size
            ),
            map_panel(
                "products",
                products,
                f"= products, sum {format_number(total, 2 * digits)}",
                "product",
                digits=digits,
                scale=scales["h"] * (float(np.abs(de).max()) or 1.0),
                **size,
            ),
        ], total

    def _numbers(self, look, conv, h, de, dw, other, place, total, digits, several):
        p, q, c, d = place
        name = f"dL/dw[{p}, {q}{f', {c}, {d}' if several else ''}]"
        bias = ops.conv2d_bias_gradient(de[None], (de.shape[2],))[d]
        if look == SUM:
            other = other[::-1, ::-1]
        far = float(np.abs(dw - other).max())
        rows = [
            ["sum of products", format_number(total, digits)],
            [name, format_number(dw[place], digits)],
            ["central difference of L", format_number(self._difference(conv, h, de, place), digits)],
            ["dL/db: the sum of dL/de", format_number(bias, digits)],
            ["both readings differ by", "0" if far < 1e-9 * max(1.0, np.abs(dw).max()) else f"{far:.3g}"],
        ]
        colours = {(4, 1): 1} if rows[4][1] != "0" else {}
        return Table(
            name="sum", title="added up", rows=rows, align="lr", height=232, size=13, width=1.05, colours=colours
        )

    @staticmethod
    def _difference(conv, h, de, place, step=0.5):
        """dL/dw from the forward pass alone: L = sum of dL/de times e is linear in w, so any step is exact."""
        up, down = conv.w.copy(), conv.w.copy()
        up[place] += step
        down[place] -= step
        return float((de * (conv.but(w=up).e(h) - conv.but(w=down).e(h))).sum() / (2 * step))

    @staticmethod
    def _links(look, conv, de, rows, columns, panels):
        """Hovering over a product lights up its two factors."""
        grids = {panel.name: panel for panel in panels if isinstance(panel, Grid)}
        if look != SUM or not {"products", "slid", "window", "de", "h"} <= set(grids):
            return []
        (top, _), (left, _) = conv.border
        same = [(m, n, m, n) for m, n in np.ndindex(*de.shape[:2])]
        lie = [(m, n, rows[m] + top, columns[n] + left) for m, n in np.ndindex(*de.shape[:2])]
        return [*(Link("products", name, same) for name in ("slid", "window", "de")), Link("products", "h", lie)]

    def _words(self, look, conv, de, dw, other, place, total, digits, several):
        p, q, c, d = place
        index = f"{p}, {q}{f', {c}, {d}' if several else ''}"
        value, count = format_number(dw[place], digits), de.shape[0] * de.shape[1]
        if not _feeds(conv, c, d):
            return f"dL/dw[{index}] = 0: input channel {c} does not feed output channel {d}, so nothing is summed."
        if look == SUM:
            return (
                f"dL/dw[{index}] = {value}: w[{p}, {q}] took part in {count} outputs, each time with another pixel of "
                f"h. The {count} products of that pixel with dL/de add up to {value}. h correlated with dL/de, "
                f"nothing flipped, has the same numbers, turned round."
            )
        if look == FLIPPED:
            return (
                f"dL/dw[{index}] = {value}: the convolution of dL/de with the flipped h gives "
                f"{format_number(total, digits)} here, and all {dw.size} gradients alike. "
                f"Two flips meet: that of h, and that of the convolution."
            )
        same = int((np.abs(dw - other) < 1e-9 * max(1.0, np.abs(dw).max())).sum())
        return (
            f"dL/dw[{index}] = {value}, but the convolution of dL/de with h as it is gives "
            f"{format_number(total, digits)}: {same} of {dw.size} gradients are right. "
            f"The lecture's one line needs the flip that it does not write."
        )


def _feeds(conv, c, d):
    """1 where input channel c feeds output channel d, else 0."""
    return 1.0 if conv.connections is None else float(conv.connections[c, d])


def _whole(array):
    return np.array_equal(array, np.round(array))


def _plus(offset):
    return f"+ {offset}" if offset >= 0 else f"− {-offset}"


def _nth(stride):
    return {2: "2nd", 3: "3rd"}.get(stride, f"{stride}th")
