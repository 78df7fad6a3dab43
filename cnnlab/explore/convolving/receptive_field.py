"""What a unit sees: its receptive field, layer by layer, and what excites it most (lecture topics 10 and 20)."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import receptive
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link, Rectangle
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Image, Scene, Table
from cnnlab.explore.toolkit.sheets import GAP, Maps, contact_sheet, corner, tiled
from cnnlab.network import Network

READABLE = 10  # rows or columns up to which a map is shown with its numbers
PAIRS = 12_000  # pairs of cells that a hover may join; with more only the edge of the field lights up, or nothing
ROWS = 8  # of the table
PATCHES, ACROSS = 8, 4


class ReceptiveField(Explorer):
    """Click a unit of any map: the part of the image it depends on, how that part grows, and what excites the map most.

    network : a trained Network of layers that take images; nothing in it is changed, and it is looked at as it is now.
    images : (N, *network.input_shape), what it is shown.  names : a word for each image, by default its number.
    layer : the name of the layer to begin with, by default the first with a nonlinearity.

    Raises TypeError or ValueError, naming the argument, for what does not fit.
    """

    title = "Receptive field"

    def __init__(self, network, images, names=None, layer=None):
        if not isinstance(network, Network) or len(network.input_shape) != 3:
            raise TypeError(f"network must be a Network that takes images (H, W, C); got {network!r}")
        arguments.finite_weights("network", network.parameters | network.state)
        self.network = network
        self.x, *self.out = receptive.activations(network, network.checked(images, "images"))
        self.names = [f"image {k}" for k in range(len(self.x))] if names is None else [str(name) for name in names]
        if len(self.names) != len(self.x):
            raise ValueError(f"names must be {len(self.x)} words, one for each image; got {len(self.names)}")
        self.maps = Maps(self.out)
        shapes = [self.maps.shape(place) for place in range(len(network))]
        self.options = {f"{one.name}: {' × '.join(map(str, one.output_shape))}": i for i, one in enumerate(network)}
        first = next((i for i, one in enumerate(network) if i and len(one.output_shape) == 3), 0)
        chosen = first if layer is None else network.layers.index(network[layer])
        start = self.maps.inside(chosen, tuple(side // 2 for side in shapes[chosen][:2]))
        self.growth = receptive.growth(network)
        self.tops = [float(np.abs(h).max()) or 1.0 for h in self.out]
        self.span = float(self.x.min()), float(max(self.x.max(), self.x.min() + 1e-6))
        sheets = [self.maps.sheet_shape(place) for place in range(len(network))]
        patches = [tiled(PATCHES, self._frame(place), ACROSS) for place in range(len(network))]
        # A click sets "sheet" or "patch"; whatever comes next puts them beside it again: every click is something new,
        # and while the hand is on another control they stay as they are, so that what the view computed ahead holds.
        self.beside = {
            name: tuple(int(side) for side in np.max(sides, axis=0))
            for name, sides in (("sheet", sheets), ("patch", patches))
        }
        super().__init__(
            [
                Choice("layer", "layer", list(self.options), list(self.options)[chosen]),
                Slider("image", "image", 0, max(len(self.x) - 1, 1), 1, value=0, when=lambda **_: len(self.x) > 1),
                Slider("d", "map d", 0, max(max(shape[2] for shape in shapes) - 1, 1), 1, value=0, when=self._several),
                Button("strongest", "its strongest unit", self._strongest_here),
                Cell("where", "unit", *np.max(shapes, axis=0)[:2], start),
                *(
                    Cell(name, words, at[0] + 1, at[1] + 1, at)
                    for (name, at), words in zip(self.beside.items(), ("in all maps", "patch"), strict=True)
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
    def example(cls):
        from cnnlab.datasets import digits
        from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU

        kinds = [Conv2D(6, 5), ReLU(), MaxPool2D(2), Conv2D(12, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)]
        return cls(Network(kinds, (16, 16, 1)), digits(16).x_test[:40])

    def _several(self, layer, **_):
        return self.maps.shape(self.options[layer])[2] > 1

    def _frame(self, place):
        """(rows, columns) of a receptive field that nothing cuts, at most the image."""
        return tuple(min(r, side) for r, side in zip(self.growth[place + 1].r, self.x.shape[1:3], strict=True))

    def _strongest(self, place, d):
        return receptive.strongest(self.network, place, d, self.out[place], PATCHES)

    # ---- what follows from what ----

    def _strongest_here(self, **values):
        shown = self.maps.of(self.options[values["layer"]], values["image"])[:, :, values["d"]]
        at = tuple(int(one) for one in np.unravel_index(np.nanargmax(shown), shown.shape))
        return self.consequences("where", values | {"where": at})

    def consequences(self, name, values):
        place = self.options[values["layer"]]
        d, image = min(values["d"], self.maps.shape(place)[2] - 1), min(values["image"], len(self.x) - 1)
        where = self.maps.inside(place, values["where"])
        if name == "sheet" and (at := self.maps.from_sheet(place, values["sheet"])):
            d, where = at
        if name == "patch":
            high, wide = self._frame(place)
            line, column = values["patch"][0] // (high + GAP), values["patch"][1] // (wide + GAP)
            found = self._found(place, self._feature(place, where, d))
            if column < ACROSS and line * ACROSS + column < len(found):
                one = found[line * ACROSS + column]
                image, where = one.image, self.maps.cell(place, one.unit)
        where = self.maps.inside(place, where)
        resting = {other: at for other, at in self.beside.items() if other != name}
        return {"where": where, "d": d, "image": image, **resting}

    def _feature(self, place, where, d):
        """Which feature that is: the map, or the unit of a vector."""
        return self.maps.unit(place, where, d)[-1]

    # ---- the picture ----

    def scene(self, layer, image, d, where, sheet, patch):
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
            self._table(place, fields),
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
        look = self._look(self.x[image])
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
            **look,
        )

    def _look(self, pixels):
        """How images of any number of channels are painted: colours for three, else grey, the mean of the channels."""
        lo, hi = self.span
        if pixels.shape[2] == 3:
            inside = lo >= 0 and hi <= 1
            return {"pixels": pixels if inside else (pixels - lo) / (hi - lo)}
        return {"pixels": pixels.mean(axis=2), "colours": "ink" if lo < 0 else "grey", "scale": (lo, hi)}

    def _map(self, place, image, d, where, symbol, layer):
        maps = self.maps.of(place, image)[:, :, d]
        vector = self.maps.vector(place)
        title = f"{self.network[place].name}: {symbol}{'' if vector else f'[m, n, {d}]'} (click)"
        common = {
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
                **self._look(self.x[image]),
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
        look = {"colours": "ink" if self.span[0] < 0 else "grey", "scale": self.span} if grey else {}
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
            pixels = self._look(receptive.cut(self.x[one.image], one.rectangle, frame))["pixels"].reshape(*frame, -1)
            filled[top : top + frame[0], left : left + frame[1]] = np.nan_to_num(pixels, nan=0.5) if colour else pixels
        return filled

    def _table(self, place, fields):
        """r_l = r_{l-1} + (k - 1) jump_{l-1}, one line per layer that changes it; of many the last ones."""
        steps = self.growth[: place + 2]
        rows = [["x", "1", "1", _span(fields[0])]]
        for (before, step), field in zip(pairwise(steps), fields[1:], strict=True):
            if step.whole and not before.whole:
                rows.append([step.name, "all of its input", "−", _span(field)])
            elif not step.whole and (step.k != (1, 1) or step.stride != (1, 1) or step is steps[-1]):
                rows.append([step.name, _formula(before, step), _both(step.jump), _span(field)])
        if len(rows) > ROWS:
            rows = [rows[0], ["…", "", "", ""], *rows[len(rows) - ROWS + 2 :]]
        return Table(
            name="path",
            title="side of the field: r + (k − 1) · jump",
            rows=rows,
            align="llcl",
            header=["layer", "r", "jump", "looked at here"],
            size=13,
            width=1.35,
            height=240,
        )

    def _links(self, place):
        pairs = self._joined(place)
        return [Link("map", "x", pairs)] if len(pairs) else []

    def _pairs(self, place):
        """(row, column of a unit, row, column of a pixel it looks at), for hovering; only the field's edge if many."""
        for edge in (False, True):
            found, total = [], 0
            for m, n in np.ndindex(*self.maps.shape(place)[:2]):
                if self.maps.vector(place) and m * self.maps.shape(place)[1] + n >= self.out[place].shape[1]:
                    continue
                axes = receptive.field(self.network, place, self.maps.unit(place, (m, n), 0)).axes[:2]
                if not all(len(axis) for axis in axes):
                    continue
                i, j = (grid.ravel() for grid in np.meshgrid(*axes, indexing="ij"))
                if edge:
                    kept = np.isin(i, axes[0][[0, -1]]) | np.isin(j, axes[1][[0, -1]])
                    i, j = i[kept], j[kept]
                total += len(i)
                if total > PAIRS:
                    break
                found.append(np.stack([np.full_like(i, m), np.full_like(i, n), i, j], axis=1))
            if total <= PAIRS:
                return np.concatenate(found).astype(np.float32) if found else np.zeros((0, 4), np.float32)
        return np.zeros((0, 4), np.float32)


def _both(pair):
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}, {pair[1]}"


def _span(field):
    """Rows and columns of a part of a layer, in words; the places of a vector."""
    spans = [f"{axis[0]}" if len(axis) == 1 else f"{axis[0]}–{axis[-1]}" for axis in field.axes if len(axis)]
    return "only border" if not field.size else ", ".join(spans[:2] if len(field.axes) == 3 else spans)


def _formula(before, step):
    """r = before + (k - 1) jump, of rows, and of columns where they differ."""
    if step.k == (1, 1):
        return _both(step.r)
    lines = [
        f"{r} + ({k} − 1) · {jump} = {now}"
        for r, k, jump, now in zip(before.r, step.k, before.jump, step.r, strict=True)
    ]
    return lines[0] if lines[0] == lines[1] else "; ".join(lines)
