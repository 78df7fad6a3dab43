"""dL/dh as it comes together: error after error stamps its footprint, or pixel after pixel gathers its errors (lecture
topics 12 to 14).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import (
    Convolution,
    Stamped,
    first_errors,
    image_of,
    input_shape,
    shape_for,
    stamp,
    stamped,
    ways,
)
from cnnlab.analysis.own.function import OwnFunction, OwnResult, differing
from cnnlab.explore.backprop.gathering import gathered
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider, Toggle
from cnnlab.explore.toolkit.examples import LOPSIDED
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import digits_of, format_number, strongest
from cnnlab.explore.toolkit.panels import map_panel, of_h
from cnnlab.explore.toolkit.scene import Grid, Panel, Scene
from cnnlab.explore.toolkit.settings import TOP, Errors, Setting, given_errors
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

STAMPS, GATHERS = "every error stamps", "every pixel gathers"
ERRORS = [[2, -1, 1], [1, 3, -2], [-1, 1, 2]]
ABOVE, BELOW = 164, 262  # pixels of the two rows


class StampedErrors(Explorer):
    """The gradient of a convolution, played: errors stamp dL/dh together, or pixels gather it one by one.

    Parameters
    ----------
    layer : Conv2D, optional
        Its w, stride and padding are used, and channels get sliders. By default a 3 x 3 kernel that can be edited.
    image : (H, W) or (H, W, C), optional
        Only its size matters, and only beside a layer; by default the layer's own.
    de : (H', W') or (H', W', D), optional
        The errors; by default 3 x 3 that can be edited.
    function : function, optional
        The learner's own map_gradient(de, w), without padding and with stride 1: it is given the errors
        that have come so far, zeros for all others, and what it makes of them is shown.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 12 to 14.
    """

    title = "Errors stamp dL/dh together"
    longest = 190

    def __init__(
        self,
        layer: Layer | None = None,
        image: ArrayLike | None = None,
        de: ArrayLike | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        if layer is None and image is not None:
            raise ValueError("image must be left out where no layer is given: the errors decide the size of dL/dh")
        if function is not None and layer is not None:
            raise ValueError("layer must be left out for a function: it is given one map of errors and one kernel")
        self.own = None if function is None else OwnFunction(function, "map_gradient(de, w)", "dL/dh")
        errors = image_of(ERRORS if de is None else de, "de") if layer is None else None
        self.setting, self.shape = self._setting(layer, image, errors)
        e_shape = self.setting.start.e_shape(self.shape)
        if errors is None:
            errors = np.random.default_rng(0).integers(-3, 4, e_shape).astype(float)
            errors = errors if de is None else given_errors(de, e_shape, e_shape)
        if self.setting.given is False and errors.shape[2] != 1:
            raise ValueError(f"de must be one map where no layer is given; got {errors.shape[2]} channels")
        self.errors = Errors({"start": errors})
        rows, columns = errors.shape[:2]
        height, width = self._room()
        carries = ("look", "stamps", "pixels")
        free = not self.setting.given and self.own is None
        first = rows * columns if self.own else 0  # a function is looked at with all errors first
        pixels = Slider("pixels", "pixels gathered", 0, height * width, 1, value=0, when=_gathers, last=self._pixels)
        super().__init__(
            [
                *([] if self.own else [Choice("look", "look at", [STAMPS, GATHERS])]),
                Slider("stamps", "errors stamped", 0, rows * columns, 1, value=first, when=_stamps),
                *([Toggle("assign", "= in place of +=", when=_stamps)] if self.own is None else []),
                *([pixels] * (not self.own)),
                *([Slider("stride", "stride", 1, 3, 1, value=1)] if free else []),
                *self.setting.channel_controls(),
                Cell("at_e", "error", rows, columns, carries=carries[:1] * (not self.own) + carries[1:2], bare=True),
                *(
                    [Cell("at_h", "pixel of dL/dh", height, width, carries=("look", "pixels"), bare=True)]
                    * (not self.own)
                ),
                *self.setting.kernel_controls(),
                *self.errors.controls(),
            ]
        )
        self.telling = {} if self.own else {"stamps": rows * columns // 2 + 1}  # type: ignore[misc]  # of this one

    @staticmethod
    def _setting(layer, image, errors):
        """The convolution, and the shape (H, W, C) of dL/dh."""
        if layer is None:
            drawn = Convolution(np.array(LOPSIDED, float)[:, :, None, None])
            shape = input_shape(drawn, (*errors.shape[:2], 1))
        else:
            shape = shape_for(layer, image)
        return Setting(layer, shape, LOPSIDED, with_bias=False), shape

    def _room(self):
        """Rows and columns of the largest dL/dh that the controls can make."""
        largest = self.setting.start if self.setting.given else self.setting.start.but(stride=3)
        return self._h_shape(largest if self.own is None else self.setting.start)[:2]

    def _h_shape(self, conv):
        return self.shape if self.setting.given else input_shape(conv, next(iter(self.errors.starts.values())).shape)

    def convolution(self, **values: Any) -> tuple[Convolution, Array, tuple[int, int, int]]:
        """What is played at these values.

        Parameters
        ----------
        **values : object
            The values of the controls, by name.

        Returns
        -------
        conv : Convolution
        de : (H', W', D)
            All errors.
        h_shape : (H, W, C)
            Of dL/dh.
        """
        conv = self.setting.convolution(**values)
        shape = next(iter(self.errors.starts.values())).shape
        return conv, self.errors.of(values, shape), self._h_shape(conv)

    def _pixels(self, **values):
        """How many dL/dh has."""
        rows, columns, _ = self._h_shape(self.setting.convolution(**values))
        return rows * columns

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        _, de, (rows, columns, _) = self.convolution(**values)
        further: dict[str, Any] = {}
        if name == "at_e":
            further |= {"stamps": values["at_e"][0] * de.shape[1] + values["at_e"][1] + 1}
            further |= {} if self.own else {"look": STAMPS}
        if name == "at_h":
            row, column = (min(at, side - 1) for at, side in zip(values["at_h"], (rows, columns), strict=True))
            return {"at_h": (row, column), "pixels": row * columns + column + 1, "look": GATHERS}
        return further

    def scene(self, stamps: int, look: str = STAMPS, assign: bool = False, pixels: int = 0, **values: Any) -> Scene:
        conv, de, h_shape = self.convolution(**values)
        c, d = values.get("c", 0), values.get("d", 0)
        if look == GATHERS:
            kernel, scale = self._kernel(conv, c, d), self._scale(conv, de, h_shape)
            return gathered(conv, de, h_shape, pixels, (c, d), kernel, scale)
        found = stamped(conv, de, h_shape, stamps, c, assign)
        made, words = found.after, self._words(conv, de, found, stamps, assign, c)
        rings: list[Highlight] = []
        if self.own is not None:
            own = self.own(first_errors(de, stamps)[:, :, 0], conv.w[:, :, 0, 0], shape=h_shape[:2])
            made, rings, words = self._own(own, found.after, stamps, de.size)
        top = [self._errors(de, stamps, d), self._kernel(conv, c, d), self._stamp(conv, de, stamps, c)]
        panels = self._row(found, made, rings, assign, self._scale(conv, de, h_shape), stamps, c)
        links = []
        if isinstance(top[0], Grid) and isinstance(panels[2], Grid):
            links.append(Link("de", "dh", ways(conv, de.shape, h_shape)))
        return Scene([top, panels], words, links=links)

    # ---- every error stamps ----

    def _errors(self, de, count, d):
        columns, several = de.shape[1], de.shape[2] > 1
        later = [divmod(k, columns) for k in range(count, de.shape[0] * columns)]
        marks = [Highlight(later, "to come", "muted", "fade")] if later else []
        if count:
            marks.append(Highlight([divmod(count - 1, columns)], "this error", "ink", "ring"))
        hand = ", drag" if self.errors.edited else ""
        return map_panel(
            "de",
            de[:, :, d],
            f"dL/de{f'[m, n, {d}]' if several else ''} (click{hand})",
            "dL/de",
            marks=marks,
            click="at_e",
            digits=digits_of(de),
            height=ABOVE,
            **self.errors.look(d, de),
        )

    def _kernel(self, conv, c, d):
        drawn = not self.setting.given
        return Grid(
            name="w",
            title=f"w{f'[:, :, {c}, {d}]' if self.setting.several else ''}{' (drag)' if drawn else ''}",
            symbol="w",
            values=conv.used[:, :, c, d],
            edit="w" if drawn else None,
            scale=TOP if drawn else strongest(conv.used),
            digits=digits_of(conv.used),
            height=ABOVE,
        )

    def _stamp(self, conv, de, count, c):
        m, n = divmod(max(count - 1, 0), de.shape[1])
        values = stamp(conv, de, m, n)[:, :, c] if count else conv.used[::-1, ::-1, c, 0]
        each = "Σ over d of " if de.shape[2] > 1 else ""
        title = f"stamp: {each}{_number(de[m, n, 0], de)} × w turned round" if count else "w turned round"
        title = f"stamp: {each}dL/de × w turned round" if each and count else title
        return Grid(
            name="stamp",
            title=title,
            symbol="stamp",
            values=values,
            indices=False,
            scale=self._scale(conv, de, None),
            digits=digits_of(values),
            height=ABOVE,
        )

    def _scale(self, conv, de, h_shape):
        """Of everything that is stamped: nothing may change its colour while it plays."""
        stamps = 2 * strongest(conv.used) * strongest(de)
        return stamps if h_shape is None else max(stamps, strongest(conv.dh(de, h_shape)))

    def _row(
        self, found: Stamped, made: Array, rings: list[Highlight], assign: bool, scale: float, count: int, c: int
    ) -> list[Panel]:
        reach = np.argwhere(np.isfinite(found.placed))
        outline = [Highlight(reach, "this stamp", "ink")] if len(reach) else []
        both, empty = np.argwhere(found.overlap), np.argwhere(found.times == 0)
        pale = [Highlight(empty, "not reached yet", "muted", "fade")] if len(empty) else []
        lost = np.argwhere(differing(found.after, found.right))
        meets = [Highlight(both, "overwritten" if assign else "adds up", 2, "dot")] if len(both) else []
        wrong = [Highlight(lost, "not what += gives", 3, "ring")] if len(lost) else []
        sign, of = ("=" if assign else "+="), f"[m', n', {c}]" if self.setting.several else ""
        right = " (right)" * (self.own is not None)
        digits = digits_of(np.nan_to_num(np.stack([found.before, found.right, np.nan_to_num(found.placed)])))
        size: dict[str, Any] = {"height": BELOW, "scale": scale, "digits": digits}
        now = f"dL/dh{of} now (click)" if self.own is None else "dL/dh by your function"
        panels = [
            map_panel("before", found.before, f"dL/dh{of} before{right}", "dL/dh", marks=outline, width=0.9, **size),
            map_panel("placed", found.placed, f"{sign} this stamp{right}", "stamp", marks=meets, width=0.9, **size),
            map_panel(
                "dh",
                made,
                now,
                "dL/dh",
                marks=[*pale, *wrong, *outline] if self.own is None else rings,
                click="at_h" if self.own is None else None,
                width=1.2,
                **size,
            ),
        ]
        return [of_h(panel) for panel in panels]

    def _words(self, conv, de, found, count, assign, c):
        total = de.shape[0] * de.shape[1]
        if not count:
            return (
                "dL/dh is empty: zeros everywhere. Step or play: one error after another stamps w, turned round and "
                "multiplied by the error, onto the pixels that its output was computed from."
            )
        (m, n), reach, both = divmod(count - 1, de.shape[1]), np.isfinite(found.placed).sum(), int(found.overlap.sum())
        value = f" = {_number(de[m, n, 0], de)}" if de.shape[2] == 1 else ""
        words = f"Error {count} of {total}, dL/de[{m}, {n}]{value}, stamps {_pixels(reach)} of dL/dh; "
        words += f"{both or 'none'} of them had been reached before"
        lost = int(differing(found.after, found.right).sum())
        done = f" All {total} errors have stamped: this is dL/dh." if count == total else ""
        if not assign:
            return words + (": there the numbers add up, +=." if both else ".") + done
        words += ": there = wipes out what lay there." if both else "."
        if not lost:
            return words + (f" Nothing is lost: = and += agree{'' if count == total else ' so far'}.")
        return f"{words} By now {_pixels(lost)} of {found.after.size} differ{'s' * (lost == 1)} from what += gives."

    def _own(self, own: OwnResult, right: Array, count: int, total: int) -> tuple[Array, list[Highlight], str]:
        """The learner's result: what is shown, what is ringed, and the words."""
        given = f"Your function was given the first {count} of {total} errors, and 0 for the others"
        if own.value is None:
            return np.full(right.shape, np.nan), [], f"{given}. {own.trouble}"
        wrong = np.argwhere(differing(own.value, right))
        shown = np.where(np.isfinite(own.value), own.value, np.nan)
        rings = [Highlight(wrong, "differs", 3, "ring")] if len(wrong) else []
        if own.trouble:
            return shown, rings, f"{given}. {own.trouble}"
        if not len(wrong):
            return shown, rings, f"{given}: every pixel of its dL/dh is right."
        i, j = wrong[0]
        return (
            shown,
            rings,
            (
                f"{given}: {len(wrong)} of {right.size} pixels of its dL/dh differ, the first at [{i}, {j}]: it gave "
                f"{format_number(own.value[i, j])}, and {format_number(right[i, j])} belongs there."
            ),
        )


def _stamps(look: str = STAMPS, **_: Any) -> bool:
    return look == STAMPS


def _gathers(look: str = STAMPS, **_: Any) -> bool:
    return look == GATHERS


def _pixels(count):
    return "1 pixel" if count == 1 else f"{count} pixels"


def _number(value, array):
    return format_number(value, digits_of(array))
