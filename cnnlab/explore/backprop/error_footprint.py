"""Back-propagation through a convolution, pixel by pixel: where an error goes, and what an error collects (lecture
topics 12 to 14).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import (
    Convolution,
    agreement,
    collected,
    collection,
    dh_by_convolution,
    dh_by_difference,
    dilated,
    footprint,
    reached,
    shape_for,
    ways,
)
from cnnlab.explore.toolkit.controls import Cell, Choice
from cnnlab.explore.toolkit.examples import LOPSIDED
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import are_whole, digits_of, format_number, strongest
from cnnlab.explore.toolkit.panels import map_panel, of_h
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.explore.toolkit.settings import TOP, Errors, Setting, given_errors
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

GOES, COLLECTS = "where one dL/de goes", "what one dL/dh collects"
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
LINES = 9  # of the table of terms


class ErrorFootprint(Explorer):
    """Where one error of dL/de goes, and what one pixel of dL/dh collects.

    Choose a pixel of dL/de and see the pixels of dL/dh it reaches, and through which weights; or choose a pixel of
    dL/dh and see the window of dL/de that it sums, through the flipped kernel.

    Parameters
    ----------
    layer : Conv2D, optional
        Its w, stride and padding are used, and channels get sliders.  By default a 3 x 3 kernel that can be edited.
    image : (H, W) or (H, W, C), optional
        Only its size matters, since dL/dh does not depend on h; by default that of the layer, or 6 x 6 pixels.
    de : (H', W') or (H', W', D), optional
        The errors at the start.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 12 to 14.
    """

    title = "The footprint of an error"
    longest = 215

    def __init__(self, layer: Layer | None = None, image: ArrayLike | None = None, de: ArrayLike | None = None) -> None:
        self.shape = shape_for(layer, image, (SIDE, SIDE, 1))
        self.setting = setting = Setting(layer, self.shape, LOPSIDED, with_bias=False)
        e_shape, (height, width, _) = setting.start.e_shape(self.shape), self.shape
        self.errors = Errors({"start": self._start(e_shape) if de is None else given_errors(de, e_shape, setting.room)})
        super().__init__(
            [
                Choice("look", "look at", [GOES, COLLECTS]),
                *setting.border_controls(),
                *setting.channel_controls(),
                Cell("at_e", "pixel of dL/de", *setting.room[:2], ((e_shape[0] - 1) // 2, (e_shape[1] - 1) // 2)),
                Cell("at_h", "pixel of dL/dh", height, width, (height // 2, width // 2)),
                *setting.kernel_controls(),
                *self.errors.controls(),
            ]
        )

    def _start(self, e_shape):
        """Errors as large as e can become: small whole numbers, many of them zero."""
        if self.setting.room == (8, 8, 1):
            return np.array(ERRORS, dtype=float)[:, :, None]
        rng = np.random.default_rng(0)
        errors = (rng.integers(-3, 4, self.setting.room) * (rng.random(self.setting.room) < 0.6)).astype(float)
        errors[(e_shape[0] - 1) // 2, (e_shape[1] - 1) // 2] = 2.0  # where the first look falls
        return errors

    def gradients(self, **values: Any) -> tuple[Convolution, Array, Array]:
        """What is shown at these values: the convolution, and both gradients.

        Parameters
        ----------
        **values : object
            The values of the controls, by name.

        Returns
        -------
        conv : Convolution
        de : (H', W', D)
            dL/de.
        dh : (H, W, C)
            dL/dh, by the engine.
        """
        conv = self.setting.convolution(**values)
        de = self.errors.of(values, conv.e_shape(self.shape))
        return conv, de, conv.dh(de, self.shape)

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        further = {"look": GOES} if name == "at_e" else {"look": COLLECTS} if name == "at_h" else {}
        rows, columns, _ = self.setting.convolution(**values).e_shape(self.shape)
        m, n = values["at_e"]
        return further | {"at_e": (min(m, rows - 1), min(n, columns - 1))}

    def scene(
        self, look: str, at_e: tuple[int, int], at_h: tuple[int, int], c: int = 0, d: int = 0, **values: Any
    ) -> Scene:
        conv, de, dh = self.gradients(**values)
        w, edited, drawn = conv.used, self.errors.edited, not self.setting.given
        in_e, in_h, in_w = (
            (f"[m, n, {d}]", f"[m', n', {c}]", f"[:, :, {c}, {d}]") if self.setting.several else ("", "", "")
        )
        if look == GOES:
            goes = reached(conv, *at_e, self.shape)
            marks_e = [Highlight([at_e], "this error", "ink", "ring")]
            marks_h = [Highlight(goes[:, 2:], "footprint", "ink")] if len(goes) else []
        else:
            summed = collected(conv, *at_h, de.shape)
            marks_e = [Highlight(summed[:, 2:], "summed", 2)] if len(summed) else []
            marks_h = [Highlight([at_h], "this pixel", 2, "ring")]
        big: dict[str, Any] = {"height": 232, "width": 1.3}
        kernel: dict[str, Any] = {
            "height": 232,
            "cell": 34.0,
            "digits": digits_of(w),
            "scale": TOP if drawn else None,
            "width": 0.85,
        }
        map_e = map_panel(
            "de",
            de[:, :, d],
            f"dL/de{in_e} (click{', drag' if edited else ''})",
            "dL/de",
            marks=marks_e,
            click="at_e",
            digits=digits_of(de),
            **self.errors.look(d, de),
            **big,
        )
        grid_w = Grid(
            name="w",
            title=f"w{in_w}",
            symbol="w",
            values=w[:, :, c, d],
            edit="w" if drawn else None,
            **kernel,
        )
        flipped = Grid(
            name="flipped",
            title="w flipped",
            symbol="w flipped",
            values=conv.flipped[:, :, d, c],
            indices=False,
            **kernel,
        )
        map_h = map_panel(
            "dh",
            dh[:, :, c],
            f"dL/dh{in_h} (click)",
            "dL/dh",
            marks=marks_h,
            click="at_h",
            scale=strongest(dh),
            digits=digits_of(dh),
            **big,
        )
        size = np.array(w.shape[:2])
        links = [Link("w", "flipped", [(p, q, *(size - 1 - (p, q))) for p, q in np.ndindex(*size)])]
        if isinstance(map_e, Grid) and isinstance(map_h, Grid):
            links.append(Link("de", "dh", ways(conv, de.shape, self.shape)))
        show = self._goes if look == GOES else self._collects
        bottom, words, more = show(conv, de, dh, at_e if look == GOES else at_h, c, d)
        return Scene([[map_e, grid_w, flipped, of_h(map_h)], bottom], words, links=links + more)

    def _goes(self, conv, de, dh, at, c, d):
        """Below: which weight leads where, and what arrives there, from this one error alone."""
        (m, n), found = at, footprint(conv, de, (*at, d), c, self.shape)
        digits, count = _fine(conv.used, de), len(found.terms)
        name = f"dL/de[{m}, {n}{f', {d}' if self.setting.several else ''}]"
        value = format_number(de[m, n, d], 0 if are_whole(de) else FINE)
        rows = [
            [f"w[{p}, {q}] × {value} → dL/dh[{i}, {j}]", format_number(found.share[i, j], digits)]
            for p, q, i, j in found.terms[:LINES]
        ]
        if count > LINES:
            rows.append([f"and {count - LINES} more", ""])
        weights = map_panel(
            "weights",
            found.weights,
            f"{name} leads through w =",
            "w",
            scale=strongest(conv.used),
            digits=digits_of(conv.used),
            height=226,
        )
        share = map_panel(
            "share",
            found.share,
            f"× {value}: this arrives",
            "from this error",
            scale=strongest(dh),
            digits=digits_of(np.nan_to_num(found.share)),
            height=226,
        )
        terms = Table(name="terms", title="one by one", rows=rows or [["nothing", ""]], align="lr", height=226, size=13)
        lines = [(i, j, k, column) for k, (_, _, i, j) in enumerate(found.terms[:LINES]) for column in (0, 1)]
        links = [Link("share", "terms", lines)] if isinstance(share, Grid) and lines else []
        one, more = count == 1, f" in each of {self.shape[2]} channels" if self.shape[2] > 1 else ""
        words = (
            f"{name} = {value}: this e was computed from {count} pixel{'' if one else 's'} of h{more}, so its "
            f"error goes back to {'this one' if one else f'these {count}'}, multiplied by the weight that led "
            f"{'there' if one else 'to each'}: dL/dh[m', n'] gets "
            f"w[{conv.lag(m, 0)} − m', {conv.lag(n, 1)} − n'] × {value}."
        )
        return [of_h(weights), of_h(share), terms], words, links

    def _collects(self, conv, de, dh, at, c, d):
        """Below: dL/de with zeros put in and around, the window under the flipped kernel, the products, their sum."""
        (i, j), (rows, columns), several = at, conv.w.shape[:2], self.setting.several
        found, other = collection(conv, de, i, j, c), dh_by_convolution(conv, de, self.shape)
        digits, sums = _fine(conv.used, de), found.sums
        name = f"dL/dh[{i}, {j}{f', {c}' if several else ''}]"
        table = [[f"sum of products, d = {k}", format_number(v, digits)] for k, v in enumerate(sums[:3])]
        if len(sums) > 3:
            table.append([f"of all other channels d ({len(sums) - 3})", format_number(sums[3:].sum(), digits)])
        table = table if several else [["sum of products", format_number(sums[0], digits)]]
        far, slope = agreement(dh, other).largest, dh_by_difference(conv, de, self.shape, (i, j, c))
        table += [
            [name, format_number(dh[i, j, c], digits)],
            ["w[−m, −n, d, c] * dL/de, there", format_number(other[i, j, c], digits)],
            ["central difference of L", format_number(slope, digits)],
            ["* and backward differ by at most", "0" if far == 0 else f"{far:.0e}".replace("-", "−")],
        ]
        holes = "zeros put in between and around" if max(conv.stride) > 1 else "zeros put around"
        errors = map_panel(
            "spread",
            found.dilated[:, :, d],
            f"dL/de, {holes}",
            "dL/de",
            border=((rows - 1,) * 2, (columns - 1,) * 2),
            box=(*found.corner, rows, columns, "summed", 2),
            width=1.25,
            height=226,
            steady=True,
            digits=digits_of(de),
            scale=self.errors.look(d, de)["scale"],
        )
        if isinstance(errors, Grid):  # a zero that was put in is no error that happens to be zero
            put_in = np.argwhere(dilated(conv, np.ones_like(de), around=True)[:, :, d] == 0)
            marks = [mark for mark in errors.highlights if mark.meaning != "padding"]
            errors = replace(errors, highlights=[Highlight(put_in, "zeros put in", "muted", "fade"), *marks])
        products = Grid(
            name="products",
            title="window × w as it is",
            symbol="product",
            values=found.products[:, :, d],
            cell=34.0,
            width=0.85,
            indices=False,
            height=226,
            digits=digits_of(found.products),
        )
        added = Table(name="sum", title="added up", rows=table, align="lr", height=226, size=13, width=1.2)
        count = len(collected(conv, i, j, de.shape))
        each = " of each channel d" if de.shape[2] > 1 else ""
        back = {0: "no output: no error comes back", 1: f"1 output{each}, whose error comes back times its weight"}
        more = f"{count} outputs{each}, and their errors come back, each times its weight"
        words = (
            f"{name} = {format_number(dh[i, j, c], digits)}: h[{i}, {j}] took part in {back.get(count, more)}. "
            f"The convolution w[−m, −n, d, c] * dL/de gives the same number here and everywhere."
        )
        return [errors, products, added], words, []


def _fine(*arrays):
    """Digits in tables and words."""
    return 0 if are_whole(*arrays) else FINE
