"""The gradient of one weight: two windows, their products, their sum, and the flip that the one-line form hides
(lecture topics 16 and 17).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab import ops
from cnnlab.analysis.convolution import (
    Convolution,
    agreement,
    dw_by_convolution,
    dw_by_correlation,
    dw_by_difference,
    input_indices,
    slid_products,
    summed_products,
)
from cnnlab.analysis.own import OwnFunction, differing
from cnnlab.explore.toolkit.controls import Cell, Choice
from cnnlab.explore.toolkit.examples import LOPSIDED
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import are_whole, format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED, READABLE, map_panel, shades
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.settings import Errors, Pictures, Setting, given_errors
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

SUM, FLIPPED, FORGOTTEN = "sum of products", "convolution with h flipped", "convolution, flip forgotten"
LOOKS = (SUM, FLIPPED, FORGOTTEN)
NUMBERS, ONE, ALIKE, OWN = "numbers", "one error", "all errors 1", "your own"
CALL = "weight_gradient(h, de, P, Q)"


class WeightGradient(Explorer):
    """The two windows whose products the gradient of one weight sums: dL/de, and the part of h that this weight met.

    The same numbers as a convolution: with h flipped, and wrong without the flip.

    Parameters
    ----------
    layer : Conv2D, optional
        Its w, stride and padding are used, and channels get sliders.  By default a 3 x 3 kernel.
    image : (H, W) or (H, W, C), optional
        Of any size; by default small pictures to choose from.
    de : (H', W') or (H', W', D), optional
        The errors at the start.
    function : function, optional
        A gradient of your own, weight_gradient(h, de, P, Q) for a batch, no padding and stride 1, whose dL/dw stands in
        the place of the engine's; weights where the two differ are ringed.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 16 and 17.
    """

    title = "The gradient of one weight"
    longest = 265

    def __init__(
        self,
        layer: Layer | None = None,
        image: ArrayLike | None = None,
        de: ArrayLike | None = None,
        *,
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.pictures = Pictures(image)
        if layer is not None and image is None:
            raise ValueError("image must be given with a layer: the gradient of a weight depends on h")
        self.setting = setting = Setting(layer, self.pictures.named().shape, LOPSIDED)
        self.own = None if function is None else OwnFunction(function, call=CALL, gives="dL/dw")
        if self.own is not None:
            if setting.start.stride != (1, 1) or setting.start.connections is not None:
                raise ValueError("function is called for stride 1 and without connections; layer has others")
        rows, columns = setting.start.w.shape[:2]
        self.errors = Errors(self._starts(de))
        if self.own is not None:
            setting.keep(())  # a border is handed over with h; another one, or a stride, it does not know
        super().__init__(
            [
                Choice("look", "read as", list(LOOKS)),
                *self.pictures.controls(),
                Choice("errors", "errors dL/de", [*self.errors.starts, *([OWN] if self.errors.edited else [])]),
                *setting.border_controls(),
                *setting.channel_controls(),
                Cell("weight", "weight w[m', n']", rows, columns, (0, min(1, columns - 1)), carries=("turned",)),
                Cell("turned", "turned round", rows, columns, (rows - 1, max(columns - 2, 0)), carries=("weight",)),
                *self.errors.controls("errors"),
            ]
        )

    def _starts(self, de):
        """{name: dL/de as large as it can become}: the given one, or small whole numbers; one error; all alike."""
        room, wanted = self.setting.room, self.setting.start.e_shape(self.setting.h_shape)
        if de is None:
            rng = np.random.default_rng(2)
            first = (rng.integers(-3, 4, room) * (rng.random(room) < 0.7)).astype(float)
        else:
            first = given_errors(de, wanted, room)
        one = np.zeros(room)
        one[min(1, wanted[0] - 1), min(1, wanted[1] - 1)] = 1.0
        return {NUMBERS if de is None else "as given": first, ONE: one, ALIKE: np.ones(room)}

    def gradients(
        self, picture: str | None = None, errors: str = NUMBERS, **values: Any
    ) -> tuple[Convolution, Array, Array, Array]:
        """What is shown at these values.

        Parameters
        ----------
        picture : str, optional
            The name of h, where there is a choice.
        errors : str
            Which errors dL/de begins from.
        **values : object
            The rest of the values of the controls.

        Returns
        -------
        conv : Convolution
        h : (H, W, C)
        de : (H', W', D)
            dL/de.
        dw : (P, Q, C, D)
            dL/dw, by the engine.
        """
        conv, h = self.setting.convolution(**values), self.pictures.named(picture)
        de = self.errors.of(values, conv.e_shape(h.shape), errors)
        return conv, h, de, conv.dw(de, h)

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further: dict[str, Any] = {}
        rows, columns = self.setting.start.w.shape[:2]
        if name in ("weight", "turned"):
            other = "turned" if name == "weight" else "weight"
            further[other] = (rows - 1 - values[name][0], columns - 1 - values[name][1])
        if name == "errors" and values["errors"] != OWN:
            further |= self.errors.matrices(values["errors"])
        if name in self.errors.names:
            further["errors"] = OWN
        return further

    def scene(self, look: str, weight: tuple[int, int], c: int = 0, d: int = 0, **values: Any) -> Scene:
        conv, h, de, dw = self.gradients(**values)
        digits, flip, several = 0 if are_whole(h, de) else 2, look == FLIPPED, self.setting.several
        size, place = conv.w.shape[:2], (*weight, c, d)
        if look == SUM:
            other = dw_by_correlation(conv, de, h)
            called, click, at = "h correlated with dL/de", "turned", (size[0] - 1 - weight[0], size[1] - 1 - weight[1])
        else:
            other = dw_by_convolution(conv, de, h, flip)
            called, click, at = "dL/de * h flipped" if flip else "dL/de * h", "weight", weight
        in_h, in_e, in_w = (f"[m, n, {c}]", f"[m, n, {d}]", f"[m', n', {c}, {d}]") if several else ("", "", "")
        small: dict[str, Any] = {
            "cell": 40.0,
            "digits": digits,
            "scale": strongest(dw[:, :, c, d]),
            "width": 0.85,
            "height": 244,
        }
        map_h = map_panel(
            "h",
            conv.padded(h)[:, :, c],
            f"h{in_h}",
            "h",
            border=conv.border,
            digits=digits,
            width=1.35,
            height=244,
            **self._window_of(conv, h, de, weight),
            **shades(h),
        )
        map_e = map_panel(
            "de",
            de[:, :, d],
            f"dL/de{in_e}" + (" (drag)" if self.errors.edited else ""),
            "dL/de",
            digits=0 if are_whole(de) else 2,
            width=1.1,
            height=244,
            **self.errors.look(d, de),
        )
        shown, trouble = dw, ""
        off: Array = np.zeros((0, 4), int)
        if self.own is not None:
            shown, trouble = self._by_own(conv, h, de)
            off = np.argwhere(differing(shown, dw)) if np.isfinite(shown).any() else off
        here = [place[:2] for place in off if tuple(place[2:]) == (c, d)]
        grid_w = Grid(
            name="dw",
            title=f"dL/dw{in_w} (click)" if self.own is None else f"your dL/dw{in_w} (click)",
            symbol="dL/dw",
            values=shown[:, :, c, d],
            click="weight",
            highlights=[
                *([Highlight(here, "differs", 1, "ring")] if here else []),
                Highlight([weight], "this weight", 2, "ring"),
            ],
            **PRIMED,
            **small | {"digits": 0 if are_whole(shown[np.isfinite(shown)]) else 2},
        )
        again = Grid(
            name="other",
            title=called,
            symbol=called,
            values=other[:, :, c, d],
            click=click,
            highlights=[Highlight([at], "", 2, "ring")],
            **PRIMED,
            **small,
        )
        if look == SUM:
            bottom, total = self._summed(conv, h, de, place, digits)
        else:
            bottom, total = self._slid(conv, h, de, place, digits, flip)
        fine = 2 * digits
        bottom.append(self._numbers(look, conv, h, de, (dw, shown, other), place, total, fine))
        top = [map_h, map_e, grid_w, again]
        links = self._links(look, conv, de, weight, [*top, *bottom])
        words = self._words(look, conv, de, dw, other, place, total, fine)
        if self.own is not None:
            words = self._compared(shown, dw, off, trouble)
        return Scene([top, bottom], words, links=links)

    def _by_own(self, conv, h, de):
        """dL/dw by the learner's function, nothing where there is no number; and the trouble with it, in words."""
        result = self.own(conv.padded(h)[None], de[None], *conv.w.shape[:2], shape=conv.w.shape)
        value = np.full(conv.w.shape, np.nan) if result.value is None else result.value
        return np.where(np.isfinite(value), value, np.nan), result.trouble

    def _compared(self, mine, dw, off, trouble):
        """The learner's function beside the engine, in a sentence."""
        if trouble:
            return f"dL/dw by your function {CALL}: {trouble}"
        if not len(off):
            return (
                f"All {dw.size} gradients of your function are those of the engine. Try other pictures and errors, too."
            )
        first = tuple(int(i) for i in off[0])
        index = ", ".join(map(str, first if self.setting.several else first[:2]))
        values = " not ".join(
            f"{format_number(array[first], 0 if are_whole(mine, dw) else 2)}," for array in (mine, dw)
        )
        which = f"{len(off)} of {dw.size} gradients differ" if len(off) > 1 else f"One of {dw.size} gradients differs"
        return f"{which} from the engine's. The first: your dL/dw[{index}] is {values[:-1]}."

    @staticmethod
    def _window_of(conv, h, de, weight):
        """The pixels of h that this weight met: a window, or every few pixels of one."""
        (rows, columns), words = input_indices(conv, de.shape, *weight), "met by this weight"
        if max(conv.stride) > 1 and max(h.shape[:2]) <= READABLE:
            return {"marks": [Highlight([(i, j) for i in rows for j in columns], words, 2, "ring")]}
        return {"box": (rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1, words, 2)}

    def _summed(self, conv, h, de, place, digits):
        """Below: the part of h that the weight met, dL/de, their products; and the sum."""
        window, products = summed_products(conv, de, h, place)
        rows, columns = input_indices(conv, de.shape, *place[:2])
        where = f"h[m {_plus(rows[0])}, n {_plus(columns[0])}]"
        if max(conv.stride) > 1:
            where = f"every {_nth(max(conv.stride))} pixel of h"
        first = map_panel("window", window, where, "h", digits=digits, height=216, **shades(h))
        return self._factors(first, de[:, :, place[3]], "× dL/de", products, h, de, digits)

    def _slid(self, conv, h, de, place, digits, flip):
        """Below: h (turned or not) with the window of this weight, dL/de turned as it slides, their products."""
        over, slid, products = slid_products(conv, de, h, place, flip)
        first = map_panel(
            "window",
            over,
            "h flipped" if flip else "h as it is",
            "h flipped" if flip else "h",
            box=(*place[:2], *slid.shape, "under dL/de", 2),
            digits=digits,
            width=1.15,
            height=216,
            **shades(h),
        )
        return self._factors(first, slid, "dL/de turned: it slides", products, h, de, digits)

    def _factors(self, first, slid, called, products, h, de, digits):
        """The panels of two factors and their products; and the sum of these."""
        total = float(products.sum())
        second = map_panel(
            "slid",
            slid,
            called,
            "dL/de",
            scale=self.errors.look(0, de)["scale"],
            digits=0 if are_whole(de) else 2,
            height=216,
        )
        third = map_panel(
            "products",
            products,
            f"= products, sum {format_number(total, 2 * digits)}",
            "product",
            digits=digits,
            scale=strongest(h) * strongest(de),
            height=216,
        )
        return [first, second, third], total

    def _numbers(self, look, conv, h, de, gradients, place, total, digits):
        p, q, c, d = place
        name = f"dL/dw[{p}, {q}{f', {c}, {d}' if self.setting.several else ''}]"
        bias = ops.conv2d_bias_gradient(de[None], (de.shape[2],))[d]
        right, shown, other = gradients
        found = agreement(right, other[::-1, ::-1] if look == SUM else other)
        rows = [
            ["sum of products", format_number(total, digits)],
            [name if self.own is None else f"{name}, yours", format_number(shown[place], digits) or "–"],
            ["central difference of L", format_number(dw_by_difference(conv, de, h, place), digits)],
            ["dL/db, of the bias", format_number(bias, digits)],
            ["both readings differ by", "0" if found.everywhere else f"{found.largest:.3g}"],
        ]
        colours = {(4, 1): 1} if rows[4][1] != "0" else {}
        return Table(
            name="sum", title="added up", rows=rows, align="lr", height=216, size=13, width=1.05, colours=colours
        )

    @staticmethod
    def _links(look, conv, de, weight, panels):
        """Hovering over a product lights up its two factors."""
        grids = {panel.name: panel for panel in panels if isinstance(panel, Grid)}
        if look != SUM or not {"products", "slid", "window", "de", "h"} <= set(grids):
            return []
        ((top, _), (left, _)), (rows, columns) = conv.border, input_indices(conv, de.shape, *weight)
        same = [(m, n, m, n) for m, n in np.ndindex(*de.shape[:2])]
        lie = [(m, n, rows[m] + top, columns[n] + left) for m, n in np.ndindex(*de.shape[:2])]
        return [*(Link("products", name, same) for name in ("slid", "window", "de")), Link("products", "h", lie)]

    def _words(self, look, conv, de, dw, other, place, total, digits):
        p, q, c, d = place
        index = f"{p}, {q}{f', {c}, {d}' if self.setting.several else ''}"
        value, count = format_number(dw[place], digits), de.shape[0] * de.shape[1]
        if conv.connections is not None and not conv.connections[c, d]:
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
        return (
            f"dL/dw[{index}] = {value}, but the convolution of dL/de with h as it is gives "
            f"{format_number(total, digits)}: {agreement(dw, other).alike} of {dw.size} gradients are right. "
            f"The lecture's one line needs the flip that it does not write."
        )


def _plus(offset):
    return f"+ {offset}" if offset >= 0 else f"− {-offset}"


def _nth(stride):
    return {2: "2nd", 3: "3rd"}.get(stride, f"{stride}th")
