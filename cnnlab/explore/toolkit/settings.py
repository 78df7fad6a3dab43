"""The controls of one convolution: border, stride, channels, its kernel, its errors (lecture topics 8 to 17)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, convolution_of, image_of
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Choice, Matrix, Slider
from cnnlab.explore.toolkit.examples import PICTURES
from cnnlab.explore.toolkit.numbers import strongest
from cnnlab.explore.toolkit.panels import READABLE
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

PADDINGS = ("valid", "same", "full")
TOP = 9.0  # numbers that a hand can drag run from -9 to 9
EDITED = 3  # output channels whose dL/de can be edited


class Pictures:
    """What is convolved: an image of one's own, or small pictures to choose from.

    Parameters
    ----------
    image : (H, W) or (H, W, C), optional
        The image; without one there are `PICTURES`.
    """

    def __init__(self, image: ArrayLike | None = None) -> None:
        self.own = None if image is None else image_of(image)

    def named(self, name: str | None = None) -> Array:
        """h (H, W, C) float64: the image given, or the picture of this name, by default the first."""
        return image_of(PICTURES[name or next(iter(PICTURES))]) if self.own is None else self.own

    def controls(self) -> list[Control]:
        """Which picture, where there is a choice."""
        return [Choice("picture", "picture h", list(PICTURES))] if self.own is None else []


class Setting:
    """One convolution and what a learner may change about it: border, stride, the channels shown, its own kernel.

    Parameters
    ----------
    layer : Conv2D or None
        Without one there is a kernel of one channel, `kernel`, to be drawn.
    h_shape : (H, W, C)
        Of the images.
    kernel : (P, Q) numbers
        What is drawn at the start where no layer is given.
    with_bias : bool
        False leaves the bias out: it adds nothing to dL/dh, and one for every unit would fit one size of e only.

    Attributes
    ----------
    given : bool
        Does the kernel come from a layer?
    start : Convolution
        At the start.
    paddings : {words: padding}
        Borders that can be chosen.  border : the words of the one at the start.
    fixed : bool
        With one bias per unit the size of e cannot change, and so neither border nor stride.
    """

    def __init__(self, layer: Layer | None, h_shape: Sequence[int], kernel: ArrayLike, with_bias: bool = True) -> None:
        if layer is None and h_shape[2] != 1:
            raise ValueError(f"image has {h_shape[2]} channels: pass a Conv2D that takes them as layer, too")
        self.given = layer is not None
        start = _drawn(kernel) if layer is None else convolution_of(layer, h_shape)
        self.start = start if with_bias else start.but(b=None)
        self.h_shape = tuple(h_shape)
        self.paddings, self.border = padding_options(self.start, self.h_shape)
        self.fixed = self.start.b is not None and self.start.b.ndim == 3

    @property
    def several(self) -> bool:
        """Is there more than one channel, in or out?"""
        return self.start.w.shape[2:] != (1, 1)

    @property
    def room(self) -> tuple[int, int, int]:
        """The largest e that any position of the controls gives."""
        sizes = [self.start.e_shape(self.h_shape)]
        for padding in () if self.fixed else self.paddings.values():
            sizes.append(self.start.but(padding=padding, stride=1).e_shape(self.h_shape))
        rows, columns, filters = np.max(sizes, axis=0).tolist()
        return rows, columns, filters

    def keep(self, borders: Collection[str]) -> None:
        """Offer only these borders, the own one among them; with none of them border and stride stay as they are."""
        self.paddings = {words: padding for words, padding in self.paddings.items() if words in borders}
        self.fixed = self.fixed or not self.paddings

    def border_controls(self, fastest: int = 3) -> list[Control]:
        """Border and stride, up to `fastest`; a stride that differs in rows and columns stays as it is."""
        if self.fixed:
            return []
        s, t = self.start.stride
        stride = [Slider("stride", "stride", 1, max(fastest, s), 1, value=s)] if s == t else []
        return [Choice("padding", "padding", list(self.paddings), self.border), *stride]

    def channel_controls(self) -> list[Control]:
        """Which input and which output channel is shown, where there are several."""
        return channel_sliders(self.start.w.shape)

    def kernel_controls(self, *carries: str) -> list[Control]:
        """The kernel, where it can be drawn; `carries` are the names of the controls that it moves along."""
        w = self.start.w[:, :, 0, 0]
        return [] if self.given else [Matrix("w", "kernel w", w, -TOP, TOP, 1.0, carries=carries)]

    def convolution(
        self, padding: str | None = None, stride: int | None = None, w: ArrayLike | None = None, **_: Any
    ) -> Convolution:
        """The convolution that these values of the controls describe."""
        conv = self.start if self.given or w is None else self.start.but(w=_drawn(w).w)
        conv = conv if padding is None else conv.but(padding=self.paddings[padding])
        return conv if stride is None else conv.but(stride=stride)


class Errors:
    """dL/de as a learner may set it: given ones to start from, and, where they are few and small, a hand on each.

    Parameters
    ----------
    starts : {name: (H', W', D)}
        As large as e can become.
    """

    def __init__(self, starts: Mapping[str, Array]) -> None:
        self.starts = dict(starts)
        shape = next(iter(self.starts.values())).shape
        small = all(np.abs(errors).max() <= TOP for errors in self.starts.values())
        self.edited = shape[2] <= EDITED and max(shape[:2]) <= READABLE and small
        self.names = [f"de{d}" for d in range(shape[2])] if self.edited else []

    def controls(self, *carries: str) -> list[Control]:
        """One matrix for each output channel, where they can be edited; `carries`: what these move along, by name."""
        return [
            Matrix(name, f"dL/de, d = {d}", errors, -TOP, TOP, 1.0, carries=carries)
            for d, (name, errors) in enumerate(self.matrices(next(iter(self.starts))).items())
        ]

    def matrices(self, start: str) -> dict[str, Array]:
        """{name of the control: (H', W')} of one of the starts."""
        return {name: self.starts[start][:, :, d] for d, name in enumerate(self.names)}

    def of(self, values: Mapping[str, Any], e_shape: Sequence[int], start: str | None = None) -> Array:
        """dL/de (H', W', D) of these values, cut to the size that e has."""
        first = next(iter(self.starts)) if start is None else start
        de = np.stack([values[name] for name in self.names], axis=2) if self.edited else self.starts[first]
        return np.ascontiguousarray(de[: e_shape[0], : e_shape[1]])

    def look(self, d: int, de: Array) -> dict[str, Any]:
        """How dL/de[:, :, d] is shown: what a hand can drag is coloured as far as it can be dragged."""
        return {"edit": f"de{d}" if self.edited else None, "scale": TOP if self.edited else strongest(de)}


def given_errors(de: ArrayLike, e_shape: Sequence[int], room: Sequence[int]) -> Array:
    """Errors de (H', W') or (H', W', D) in an array of zeros as large as e can become.

    Raises
    ------
    ValueError
        If they do not have the shape of e.
    """
    de = image_of(de, "de")
    if de.shape != tuple(e_shape):
        raise ValueError(f"de must have the shape of e, {tuple(e_shape)}; got {de.shape}")
    errors = np.zeros(room)
    errors[: e_shape[0], : e_shape[1]] = de
    return errors


def small_map(name: str, value: ArrayLike, sides: tuple[int, int], span: tuple[float, float]) -> Array:
    """A map (H, W) whose numbers are looked at one by one, float64.

    name : what the messages call it; sides : the smallest and the largest number of rows and columns; span : the
    smallest and the largest value.  Raises TypeError or ValueError for anything else.
    """
    given = image_of(value, name)
    (least, most), (low, high) = sides, span
    if given.shape[2] != 1 or not all(least <= side <= most for side in given.shape[:2]):
        size = f"of {most} x {most}" if least == most else f"of up to {most} x {most}"
        raise ValueError(f"{name} must be one map {size} numbers; got an array of shape {np.shape(value)}")
    if given.min() < low or given.max() > high:
        found = f"{given.min():g} to {given.max():g}"
        raise ValueError(f"{name} must hold numbers from {low:g} to {high:g}; got some from {found}")
    return given[:, :, 0]


def _drawn(w):
    """A kernel (P, Q) drawn by hand."""
    return Convolution(np.array(w, dtype=float)[:, :, None, None])


def channel_sliders(w_shape: Sequence[int]) -> list[Control]:
    """Sliders c and d of a kernel (P, Q, C, D), where there are several channels to choose from."""
    sliders: list[Control] = []
    for name, words, count in (("c", "input", w_shape[2]), ("d", "output", w_shape[3])):
        if count > 1:
            sliders.append(Slider(name, f"{words} channel {name}", 0, count - 1, 1, value=0))
    return sliders


def padding_options(convolution: Convolution, h_shape: Sequence[int]) -> tuple[dict[str, Any], str]:
    """What a learner may choose as border of h (H, W, C), {words: padding}, and the words of the convolution's own.

    A border that leaves h too small for the kernel is no choice.
    """
    own = convolution.padding
    options = {word: word for word in PADDINGS if word == own or convolution.but(padding=word).fits(h_shape)}
    if own in options:
        return options, own
    words = f"as in the layer, {own}"
    return {words: own, **options}, words
