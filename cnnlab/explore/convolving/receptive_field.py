"""What a unit sees: its receptive field, layer by layer, and what excites it most (lecture topics 10 and 20)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import receptive
from cnnlab.explore.convolving.growth_table import growth_table
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link, Rectangle
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Image, Scene
from cnnlab.explore.toolkit.sheets import Maps, contact_sheet, corner, on_tile, painted, tiled
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import ArrayLike

READABLE = 10  # rows or columns up to which a map is shown with its numbers
PAIRS = 12_000  # pairs of cells that a hover may join; with more only the edge of the field lights up, or nothing
PATCHES, ACROSS = 8, 4


class ReceptiveField(Explorer):
    """Click a unit of any map: the part of the image it depends on, how that part grows, and what excites the map most.

    Parameters
    ----------
    network : Network
        Trained, of layers that take images (H, W, C).  Nothing in it is changed, and it is looked at as it is now.
    images : (N, H, W, C)
        What it is shown.
    names : list of str, optional
        A word for each image; by default its number.
    layer : str, optional
        The name of the layer to begin with; by default the first with a nonlinearity.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 10 and 20.
    """

    title = "Receptive field"

    def __init__(
        self,
        network: Network,
        images: ArrayLike,
        names: Sequence[str] | None = None,
        layer: str | None = None,
    ) -> None:
        if not isinstance(network, Network) or len(network.input_shape) != 3:
            raise TypeError(f"network must be a Network that takes images (H, W, C); got {network!r}")
        arguments.finite_weights("network", network.parameters | network.state)
        self.network = network
        self.x, *self.out = receptive.activations(network, network.checked(images, "images"))
        self.names = [f"image {k}" for k in range(len(self.x))] if names is None else shortened(names)
        if len(self.names) != len(self.x):
            raise ValueError(f"names must be {len(self.x)} words, one for each image; got {len(self.names)}")
        self.maps = Maps(self.out)
        shapes = [self.maps.shape(place) for place in range(len(network))]
        self.options = {f"{one.name}: {' × '.join(map(str, one.output_shape))}": i for i, one in enumerate(network)}
        first = next((i for i, one in enumerate(network) if i and len(one.output_shape) == 3), 0)
        chosen = first if layer is None else network.layers.index(network[layer])
        start = self.maps.inside(chosen, (shapes[chosen][0] // 2, shapes[chosen][1] // 2))
        self.growth = receptive.growth(network)
        self.tops = [strongest(h) for h in self.out]
        self.span = float(self.x.min()), float(max(self.x.max(), self.x.min() + 1e-6))
        sheets = [self.maps.sheet_shape(place) for place in range(len(network))]
        patches = [tiled(PATCHES, self._frame(place), ACROSS) for place in range(len(network))]
        # A click sets "sheet" or "patch"; whatever comes next puts them beside it again: every click is something new,
        # and while the hand is on another control they stay as they are, so that what the view computed ahead holds.
        self.beside: dict[str, Any] = {
            name: tuple(int(side) for side in np.max(sides, axis=0))
            for name, sides in (("sheet", sheets), ("patch", patches))
        }
        rows, columns, _ = np.max(shapes, axis=0).tolist()
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
                    value=0,
                    when=self._several,
                    last=self._last_map,
                ),
                Button("strongest", "its strongest unit", self._strongest_here),
                Cell("where", "unit", rows, columns, start),
                *(
                    Cell(name, words, at[0] + 1, at[1] + 1, at, carries=carries, bare=True)
                    for (name, at), words, carries in zip(
                        self.beside.items(), ("in all maps", "patch"), (("where", "d"), ("where", "image")), strict=True
                    )
                ),
            ]
        )
        # Pure functions of the network as it is now: computed once for each layer or map.
        self._found = lru_cache(maxsize=512)(self._strongest)
        self._joined = lru_cache(maxsize=64)(self._pairs)
        self._path = lru_cache(maxsize=4096)(lambda place, unit: receptive.path(network, place, unit))
        self._all_maps = lru_cache(maxsize=64)(
            lambda place, image: contact_sheet(self.maps.of(place, image), self.maps.across(place))
        )
        self._album = lru_cache(maxsize=64)(self._cuttings)

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import digits
        from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU

        kinds = [Conv2D(6, 5), ReLU(), MaxPool2D(2), Conv2D(12, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)]
        return cls(Network(kinds, (16, 16, 1)), digits(16).x_test[:40])

    def _last_map(self, layer, **_):
        return self.maps.shape(self.options[layer])[2] - 1

    def _several(self, **values):
        return self._last_map(**values) > 0

    def _frame(self, place):
        """(rows, columns) of a receptive field that nothing cuts, at most the image."""
        return tuple(min(r, side) for r, side in zip(self.growth[place + 1].r, self.x.shape[1:3], strict=True))

    def _strongest(self, place, d):
        return receptive.strongest(self.network, place, d, self.out[place], PATCHES)

    # ---- what follows from what ----

    def _strongest_here(self, **values):
        at, _ = self.maps.strongest(self.options[values["layer"]], values["image"], values["d"])
        return self.consequences("where", values | {"where": at})

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        place = self.options[values["layer"]]
        d, image = min(values["d"], self._last_map(**values)), values["image"]
        where = self.maps.inside(place, values["where"])
        if name == "sheet":
            d, where = self.maps.from_sheet(place, values["sheet"])
        if name == "patch":
            found = self._found(place, self._feature(place, where, d))
            on, _ = on_tile(values["patch"], PATCHES, self._frame(place), ACROSS)
            one = found[min(on, len(found) - 1)]
            image, where = one.image, self.maps.cell(place, one.unit)
        where = self.maps.inside(place, where)
        resting = {other: at for other, at in self.beside.items() if other != name}
        return {"where": where, "d": d, "image": image, **resting}

    def _feature(self, place, where, d):
        """Which feature that is: the map, or the unit of a vector."""
        return self.maps.unit(place, where, d)[-1]

    # ---- the picture ----

    def scene(
        self,
        layer: str,
        image: int,
        d: int,
        where: tuple[int, int],
        sheet: tuple[int, int],
        patch: tuple[int, int],
    ) -> Scene:
        place = self.options[layer]
        unit = self.maps.unit(place, where, d)
        fields = self._path(place, unit)
        value = float(self.out[place][(image, *unit)])
        symbol = "e" if self.network[place].connection_count else "h"
        called = f"{symbol}[{', '.join(map(str, unit))}]"
        shape = self.maps.shape(place)
        feature = f"unit {unit[0]}" if self.maps.vector(place) else f"map {d}"
        top = [
            self._image(fields[0], image),
            self._map(place, image, d, where, symbol, layer),
            growth_table(self.growth[: place + 2], fields),
        ]
        bottom = [
            self._below(place, image, fields[-2]),
            self._sheet(
                "maps",
                place,
                image,
                f"all of {self.network[place].name} (click)",
                [Highlight([self.maps.on_sheet(place, d, where)], "this unit", "ink")],
                [(d, (0, 0, *shape[:2]), "this map")] if shape[2] > 1 else [],
                "sheet",
                "muted",
            ),
            self._patches(place, self._feature(place, where, d), feature, (image, unit)),
        ]
        row, column, rows, columns = fields[0].rectangle
        looks = (
            f"looks at {rows} × {columns} pixels of {self.names[image]}, rows {row} to {row + rows - 1}, columns "
            f"{column} to {column + columns - 1}"
            if fields[0].size
            else "looks at nothing but the border"
        )
        best = self._found(place, self._feature(place, where, d))[0]
        words = (
            f"{called} of {self.network[place].name} is {format_number(value)}; it {looks}. The largest that "
            f"{feature} reaches in these images is {format_number(best.value)}, in {self.names[best.image]}."
        )
        return Scene([top, bottom], words, links=self._links(place))

    def _image(self, field, image):
        row, column, rows, columns = field.rectangle
        marks = []
        if field.size and len(field.axes[0]) * len(field.axes[1]) < rows * columns:
            cells = np.stack(np.meshgrid(*field.axes[:2], indexing="ij"), axis=-1)
            marks = [Highlight(cells, "looked at", 1, "dot")]
        boxes = [Rectangle(row, column, rows, columns, "receptive field", 1)] if field.size else []
        return Image(
            name="x",
            title=f"x: {self.names[image]}",
            symbol="x",
            rectangles=boxes,
            highlights=marks,
            height=240,
            **painted(self.x[image], self.span),
        )

    def _map(self, place, image, d, where, symbol, layer):
        maps = self.maps.of(place, image)[:, :, d]
        vector = self.maps.vector(place)
        title = f"{self.network[place].name}: {symbol}{'' if vector else f'[m, n, {d}]'} (click)"
        common: dict[str, Any] = {
            "name": "map",
            "title": title,
            "symbol": symbol,
            "scale": self.tops[place],
            "click": "where",
            "colours": "diverging",
            "height": 240,
            "highlights": [Highlight([where], "this unit", "ink")],
        }
        if max(maps.shape) > READABLE:
            return Image(pixels=maps, **common)
        return Grid(
            values=maps,
            cell=36.0,
            digits=1,
            indices=not vector,
            row_label="" if vector else "m",
            column_label="" if vector else "n",
            **common,
        )

    def _below(self, place, image, field):
        """What this layer takes in, with its window on every map it looks at."""
        row, column, rows, columns = field.rectangle
        if place == 0:
            boxes = [Rectangle(row, column, rows, columns, "its window", 2)] if field.size else []
            return Image(
                name="below",
                title=f"in: x, {rows} × {columns} of it",
                symbol="x",
                rectangles=boxes,
                height=176,
                **painted(self.x[image], self.span),
            )
        title = f"in: all of {self.network[place - 1].name}"
        if self.maps.vector(place - 1):
            at = (0, 0, *self.maps.shape(place - 1)[:2])
            if field.size < field.shape[0]:
                at = (*self.maps.cell(place - 1, field.axes[0]), 1, 1)
            return self._sheet("below", place - 1, image, title, [], [(0, at, "its window")])
        boxes = [(int(c), (row, column, rows, columns), "its window") for c in field.axes[2]] if field.size else []
        return self._sheet("below", place - 1, image, title, [], boxes)

    def _sheet(self, name, place, image, title, marks, boxes, click=None, colour=2):
        """All maps of a layer side by side; boxes : (map, (row, column, rows, columns), meaning)."""
        found = []
        for k, (row, column, rows, columns), meaning in boxes:
            top, left = self.maps.on_sheet(place, k, (row, column))
            found.append(Rectangle(top, left, rows, columns, "" if found else meaning, colour))
        return Image(
            name=name,
            title=title,
            pixels=self._all_maps(place, image),
            click=click,
            symbol="e" if self.network[place].connection_count else "h",
            colours="diverging",
            height=176,
            scale=self.tops[place],
            rectangles=found,
            highlights=marks,
        )

    def _patches(self, place, d, feature, now):
        """Where this feature is strongest, one patch of each image; now : (image, unit) that is shown."""
        frame = self._frame(place)
        boxes = []
        for k, one in enumerate(self._found(place, d)):
            meaning, colour = ("this unit", 1) if (one.image, one.unit) == now else ("", "muted")
            boxes.append(Rectangle(*corner(k, frame, ACROSS), *frame, meaning, colour))
        boxes.sort(key=lambda box: box.colour == 1)  # the one that counts is painted last
        grey = self.x.shape[3] != 3
        look: dict[str, Any] = {"colours": "ink" if self.span[0] < 0 else "grey", "scale": self.span} if grey else {}
        return Image(
            name="patches",
            title=f"what excites {feature} most (click)",
            symbol="x",
            click="patch",
            height=176,
            pixels=self._album(place, d),
            rectangles=boxes,
            **look,
        )

    def _cuttings(self, place, d):
        """The patches side by side; between colours grey, otherwise nothing."""
        frame, colour = self._frame(place), self.x.shape[3] == 3
        filled = np.full((*tiled(PATCHES, frame, ACROSS), 3 if colour else 1), 0.5 if colour else np.nan)
        for k, one in enumerate(self._found(place, d)):
            top, left = corner(k, frame, ACROSS)
            patch = receptive.cut(self.x[one.image], one.rectangle, frame)
            pixels = painted(patch, self.span)["pixels"].reshape(*frame, -1)
            filled[top : top + frame[0], left : left + frame[1]] = np.nan_to_num(pixels, nan=0.5) if colour else pixels
        return filled

    def _links(self, place):
        pairs = self._joined(place)
        return [Link("map", "x", pairs)] if len(pairs) else []

    def _pairs(self, place):
        """(row, column of a unit, row, column of a pixel it looks at), for hovering; only the field's edge if many."""
        places = [at for at in np.ndindex(*self.maps.shape(place)[:2]) if self.maps.inside(place, at) == at]
        units = [self.maps.unit(place, at, 0) for at in places]
        found = receptive.looked_at(self.network, place, units, PAIRS)
        pairs = [np.stack([*np.broadcast_arrays(*at, i), j], axis=1) for at, (i, j) in zip(places, found, strict=False)]
        return np.concatenate(pairs).astype(np.float32) if pairs else np.zeros((0, 4), np.float32)
