"""The gradient microscope: which pixels one unit of a trained network listens to, and how it got to them (topic 28)."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab.analysis import receptive
from cnnlab.analysis.attribution import OnTheWay, UnitGradients, felt
from cnnlab.analysis.receptive import Field
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Rectangle
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Image, Scene
from cnnlab.explore.toolkit.sheets import Maps, contact_sheet, painted
from cnnlab.layers import MaxPool2D
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

FINE = 120  # rows of that panel at least: then its height is the same for all layers, to the pixel
WIDE = 3  # times as wide as high is the panel of all maps
BLOCK = 8  # neighbouring maps whose gradients are computed together: the hand is likely to come there next
HIGH, LOWER = 188, 182  # pixels of the panels: of those whose pixels are always those of the image, and of the others
ALL, FIRST = "all colours", "the first pooling"


class GradientMicroscope(Explorer):
    """Click any unit of any map: the pixels it looks at, and its gradient on the way back to the image.

    The forward receptive field is a rectangle, the same for every image. The gradient d unit / dx belongs to this
    image: positive where brighter pixels would raise the unit, negative where they would lower it, zero where ReLU is
    off or max pooling chose another pixel.

    Parameters
    ----------
    network : Network
        A trained one that takes images; it is copied, and looked at as it is now.
    images : (N, *network.input_shape), dtype of network
        What it is shown.
    names : sequence of str, optional
        A word for each image, by default its number.
    layer : int or str, optional
        The layer to begin with, by default the last that has maps.
    classes : sequence of str, optional
        Names of the outputs of the last layer.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 28.
    """

    title = "Gradient microscope"

    def __init__(
        self,
        network: Network,
        images: ArrayLike,
        names: Sequence[Any] | None = None,
        layer: int | str | None = None,
        classes: Sequence[Any] | None = None,
    ) -> None:
        if not isinstance(network, Network) or len(network.input_shape) != 3:
            raise TypeError(f"network must be a Network that takes images (H, W, C); got {network!r}")
        self.back = UnitGradients(network, images)
        self.network, self.x = self.back.network, self.back.x
        self.names = [f"image {k}" for k in range(len(self.x))] if names is None else shortened(names)
        if len(self.names) != len(self.x):
            raise ValueError(f"names must be {len(self.x)} words, one for each image; got {len(self.names)}")
        self.classes = None if classes is None else [str(name) for name in classes]
        if self.classes is not None and network.output_shape != (len(self.classes),):
            raise ValueError(
                f"classes must be a name for each of the outputs {network.output_shape}; got {len(self.classes)}"
            )
        self.maps = Maps(self.back.out, WIDE)
        # Where every map looks at all maps below, all of them have the same receptive fields.
        self.chosen_maps = any(getattr(one, "connections", None) is not None for one in self.network)
        self.poolings = [i for i, one in enumerate(self.network) if isinstance(one, MaxPool2D)]
        shapes = [self.maps.shape(place) for place in range(len(network))]
        self.options = {f"{one.name}: {' × '.join(map(str, one.output_shape))}": i for i, one in enumerate(network)}
        deep = max((i for i, one in enumerate(network) if len(one.output_shape) == 3), default=len(network) - 1)
        chosen = deep if layer is None else network.layers.index(network[layer])
        self.tops = [float(np.abs(h).max()) or 1.0 for h in self.back.out]
        self.span = float(self.x.min()), float(max(self.x.max(), self.x.min() + 1e-6))
        self.stages = {FIRST: None} | {network[place].name: place for place in self.poolings}
        self.channels = {ALL: None, "red": 0, "green": 1, "blue": 2} if self.x.shape[3] == 3 else {ALL: None}
        # A click sets "sheet"; whatever comes next puts it beside all maps again, so that every click is something new.
        sheets = [np.multiply(self.maps.sheet_shape(place), self._each(place)) for place in range(len(network))]
        height, width = np.max(sheets, axis=0)
        self.beside = int(height), int(width)
        rows, columns, _ = np.max(shapes, axis=0)
        start = self.maps.strongest(chosen, 0)
        super().__init__(
            [
                Choice("layer", "layer", list(self.options), list(self.options)[chosen]),
                image_slider(len(self.x)),
                Slider(
                    "d",
                    "map d",
                    0,
                    max(max(shape[2] for shape in shapes) - 1, 1),
                    1,
                    value=start[1],
                    when=lambda layer, **_: self.maps.shape(self.options[layer])[2] > 1,
                    last=lambda layer, **_: self.maps.shape(self.options[layer])[2] - 1,
                ),
                Choice("colour", "gradient of", list(self.channels), ALL),
                Choice("stage", "on its way through", list(self.stages), FIRST, when=self._passes),
                Button("strongest", "its strongest unit", self._strongest_here),
                Cell("where", "unit", rows, columns, start[0]),
                Cell(
                    "sheet",
                    "in all maps",
                    self.beside[0] + 1,
                    self.beside[1] + 1,
                    self.beside,
                    carries=("where", "d"),
                    bare=True,
                ),
            ]
        )
        # Pure functions of a copy that nobody changes: computed once for every unit that is looked at.
        self._blocks = lru_cache(maxsize=160)(self._block)
        self._path = lru_cache(maxsize=1024)(lambda place, unit: receptive.path(self.network, place, unit))
        self._all_maps = lru_cache(maxsize=64)(self._side_by_side)

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import pictures
        from cnnlab.models import alexnet_lite

        return cls(alexnet_lite(rng=0), pictures(train=10, test=8).x_test)

    def _passes(self, layer: str, **_: Any) -> bool:
        """Whether there are poolings below the layer to choose from."""
        return len([place for place in self.poolings if place <= self.options[layer]]) > 1

    def _strongest_here(self, layer: str, image: int, d: int, **_: Any) -> dict[str, Any]:
        return {"where": self.maps.strongest(self.options[layer], image, d)[0], "sheet": self.beside}

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        place = self.options[values["layer"]]
        d = min(values["d"], self.maps.shape(place)[2] - 1)
        where = self.maps.inside(place, values["where"])
        if name == "sheet":
            d, where = self.maps.from_sheet(place, [int(one) // self._each(place) for one in values["sheet"]])
        where = self.maps.inside(place, where)
        return {"where": where, "d": d} | ({} if name == "sheet" else {"sheet": self.beside})

    # ---- the picture ----

    def scene(
        self,
        layer: str,
        image: int,
        d: int,
        colour: str,
        stage: str,
        where: tuple[int, int],
        sheet: tuple[int, int],
    ) -> Scene:
        place = self.options[layer]
        unit = self.maps.unit(place, where, d)
        gradient, ways = self._gradients(image, place, unit)
        fields = self._path(place, unit if self.chosen_maps else (*unit[:-1], 0) if len(unit) == 3 else unit)
        value = float(self.back.out[place][(image, *unit)])
        called = self._called(place, unit)
        top = [
            self._map(place, image, d, where),
            self._image(fields[0], image),
            self._gradient(gradient, fields[0], colour, called),
            self._way(gradient, ways, fields, stage),
        ]
        name = self.network[place].name
        words = f"{called} of {name}{self._meaning(place, unit)} is {format_number(value)}. "
        return Scene([top, [self._sheet(place, image, d, where)]], words + self._words(gradient, fields[0], image))

    def _gradients(self, image: int, place: int, unit: tuple[int, ...]) -> OnTheWay:
        """Computed together with those of its neighbours, and kept."""
        first = unit[-1] // BLOCK * BLOCK
        return self._blocks(image, place, unit[:-1], first)[unit[-1] - first]

    def _block(self, image: int, place: int, at: tuple[int, ...], first: int) -> list[OnTheWay]:
        """The gradients of the units (*at, first), (*at, first + 1), ..."""
        below = [pooling for pooling in self.poolings if pooling <= place]
        last = min(first + BLOCK, self.back.out[place].shape[-1])
        return self.back.through(image, place, [(*at, d) for d in range(first, last)], below)

    def _called(self, place: int, unit: tuple[int, ...]) -> str:
        symbol = "e" if self.network[place].connection_count else "h"
        return f"{symbol}[{', '.join(map(str, unit))}]"

    def _meaning(self, place: int, unit: tuple[int, ...]) -> str:
        if place < len(self.network) - 1 or self.classes is None:
            return ""
        return f" ({self.classes[unit[-1]]})"

    def _words(self, gradient: Array, field: Field, image: int) -> str:
        rows, columns = field.rectangle[2:]
        found = felt(gradient)
        looks = f"It looks at {rows} × {columns} pixels of {self.names[image]}"
        if not found.pixels:
            return f"{looks}, but its gradient is 0 everywhere: ReLU is off, and it feels no small change of a pixel."
        return (
            f"{looks}; {found.pixels} of these {rows * columns} have a gradient that is not 0, the largest is "
            f"{format_number(found.largest, 3)} at [{found.at[0]}, {found.at[1]}]."
        )

    def _image(self, field: Field, image: int) -> Image:
        look = painted(self.x[image], self.span)
        look |= {"height": HIGH, "steady": True}
        return Image(name="x", title=f"x: {self.names[image]}", symbol="x", rectangles=_box(field), **look)

    def _map(self, place: int, image: int, d: int, where: tuple[int, int]) -> Image:
        symbol = "e" if self.network[place].connection_count else "h"
        title = f"{symbol} (click)" if self.maps.vector(place) else f"{symbol}[m, n, {d}] (click)"
        return Image(
            name="map",
            title=title,
            pixels=self.maps.of(place, image)[:, :, d],
            symbol=symbol,
            height=LOWER,
            colours="diverging",
            scale=self.tops[place],
            click="where",
            highlights=[Highlight([where], "this unit", "ink")],
        )

    def _gradient(self, gradient: Array, field: Field, colour: str, called: str) -> Image:
        """d unit / dx of one channel, or of all of them together: the pixel becomes brighter in every colour."""
        channel = self.channels[colour]
        shown = gradient.sum(axis=2) if channel is None else gradient[:, :, channel]
        title = f"d {called} / dx"
        return Image(
            name="gradient",
            title=title if channel is None else f"{title}, {colour}",
            pixels=shown,
            symbol="dx",
            colours="diverging",
            scale=float(np.abs(shown).max()) or 1.0,
            height=HIGH,
            rectangles=_box(field),
        )

    def _room(self, place: int) -> int:
        """Rows of numbers for which the panel of all maps has room: a third of the columns, or more."""
        rows, columns = self.maps.sheet_shape(place)
        return max(rows, math.ceil(columns / WIDE))

    def _each(self, place: int) -> int:
        """Pixels of that panel, down and across, to one number."""
        return math.ceil(FINE / self._room(place))

    def _side_by_side(self, place: int, image: int) -> Array:
        each = self._each(place)
        sheet = contact_sheet(self.maps.of(place, image), self.maps.across(place))
        return sheet.repeat(each, axis=0).repeat(each, axis=1)

    def _sheet(self, place: int, image: int, d: int, where: tuple[int, int]) -> Image:
        each, (rows, columns, count) = self._each(place), self.maps.shape(place)
        row, column = (each * at for at in self.maps.on_sheet(place, d, (0, 0)))
        this = [Rectangle(row, column, each * rows, each * columns, "", "ink")] if count > 1 else []
        top, left = (each * at for at in self.maps.on_sheet(place, d, where))
        unit = Rectangle(top, left, each, each, "this unit", 2)
        room = each * self._room(place)
        return Image(
            name="maps",
            title=f"all of {self.network[place].name} (click)",
            pixels=self._all_maps(place, image),
            capacity=(room, WIDE * room),  # of one shape for all layers, so that nothing jumps
            click="sheet",
            colours="diverging",
            height=286,
            symbol="e" if self.network[place].connection_count else "h",
            scale=self.tops[place],
            rectangles=[*this, unit],
        )

    def _way(
        self, gradient: Array, ways: Mapping[int, tuple[int, Array]], fields: Sequence[Field], stage: str
    ) -> Image:
        """What comes out of a max pooling, going back: only its winners get any; below the first pooling the gradient
        of the image itself, as large as can be.
        """
        chosen = self.stages[stage]
        pooling = chosen if chosen in ways else min(ways, default=None)
        if pooling is None:
            row, column, rows, columns = fields[0].rectangle
            shown = gradient[row : row + rows, column : column + columns].sum(axis=2) if rows else np.zeros((1, 1))
            title, marks, boxes = f"enlarged: {rows} × {columns}", [], []
        else:
            c, shown = ways[pooling]
            winners = np.argwhere(shown)
            marks = [Highlight(winners, "winner", 2, "dot")] if 0 < len(winners) <= 100 else []
            title, boxes = f"through {self.network[pooling].name}, map {c}", _box(fields[pooling])
        return Image(
            name="way",
            title=title,
            pixels=shown,
            symbol="dx" if pooling is None else "de",
            colours="diverging",
            scale=float(np.abs(shown).max()) or 1.0,
            height=LOWER,
            highlights=marks,
            rectangles=boxes,
        )


def _box(field: Field) -> list[Rectangle]:
    return [Rectangle(*field.rectangle, "looked at", "ink")] if field.size else []
