"""Flatten: where each unit of the maps goes in the vector, with the index formula in numbers (lecture topic 10)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import flattening
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Scene, Table
from cnnlab.types import Array, ArrayLike

HERE, OTHER = "channel last (here)", "channel first (PyTorch)"
AXES = {HERE: (0, 1, 2), OTHER: (2, 0, 1)}  # in which order rows, columns and channels are read
LARGEST = (3, 3, 3)  # of the block that the sliders make
ROOM = (4, 4, 4)  # of a block that is given


class Flattened(Explorer):
    """A block of maps (H, W, C) and the vector it becomes: click a cell of either and see its place in the other.

    Parameters
    ----------
    h : (H, W, C) numbers, optional
        What a layer gave for one image, at most 4 x 4 x 4; by default a block to be chosen, whose numbers spell their
        own place: 120 is at m = 1, n = 2, c = 0.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 10.
    """

    title = "Flatten"

    def __init__(self, h: ArrayLike | None = None) -> None:
        self.h = None
        if h is not None:
            self.h = arguments.even("h", h)
            if self.h.dtype.kind not in "iuf" or self.h.ndim != 3 or not np.isfinite(self.h).all():
                raise TypeError(f"h must be finite numbers (H, W, C); got {self.h.dtype} of shape {self.h.shape}")
            if not self.h.size or any(side > most for side, most in zip(self.h.shape, ROOM, strict=True)):
                raise ValueError(f"h must have at most {' x '.join(map(str, ROOM))} numbers; got shape {self.h.shape}")
        self.room = LARGEST if self.h is None else self.h.shape
        first = (2, 3, 3) if self.h is None else self.h.shape
        size, (rows, columns, channels) = int(np.prod(self.room)), self.room
        sliders = (
            []
            if self.h is not None
            else [
                Slider(name, words, 1, LARGEST[axis], 1, value=first[axis], group="block")
                for axis, (name, words) in enumerate({"H": "rows H", "W": "columns W", "C": "channels C"}.items())
            ]
        )
        self.start = self._everywhere(tuple(side // 2 for side in first), first, HERE)
        maps = [f"map{c}" for c in range(channels)]
        super().__init__(
            [
                *sliders,
                Slider(
                    "i",
                    "i",
                    0,
                    max(size - 1, 1),
                    1,
                    value=self.start["i"],
                    group="place",
                    carries=(*maps, "c", "vector"),
                    last=lambda **values: int(np.prod(self._shape(values))) - 1,
                ),
                Slider(
                    "c",
                    "c",
                    0,
                    max(channels - 1, 1),
                    1,
                    value=self.start["c"],
                    group="place",
                    carries=("i", "vector"),
                    last=lambda **values: self._shape(values)[2] - 1,
                ),
                Choice("order", "order", [HERE, OTHER]),
                Button("next", "next i ▸", self._next, play=True, every=0.4),
                *(
                    Cell(
                        name,
                        f"map {c}",
                        rows,
                        columns,
                        self.start[name],
                        carries=(*(other for other in maps if other != name), "i", "c", "vector"),
                        bare=True,
                    )
                    for c, name in enumerate(maps)
                ),
                Cell("vector", "vector", 1, size, self.start["vector"], carries=(*maps, "i", "c"), bare=True),
            ]
        )

    def _shape(self, values):
        return tuple(values[name] for name in "HWC") if self.h is None else self.h.shape

    def _next(self, i, **values):
        shape = self._shape(values)
        place = self.place((i + 1) % int(np.prod(shape)), shape, values["order"])
        return self._everywhere(place, shape, values["order"])

    def index(self, place: Sequence[int], shape: Sequence[int], order: str) -> int:
        """Where a unit goes in the vector.

        Parameters
        ----------
        place : (m, n, c)
            Of the unit.
        shape : (H, W, C)
            Of the block.
        order : str
            In which order rows, columns and channels are read, one of `AXES`.

        Returns
        -------
        i : int
            Its index.
        """
        axes = AXES[order]
        return flattening.flat_index(tuple(place[a] for a in axes), tuple(shape[a] for a in axes))

    def place(self, i: int, shape: Sequence[int], order: str) -> tuple[int, int, int]:
        """Where a number of the vector comes from: `index` backwards.

        Parameters
        ----------
        i : int
            Index in the vector.
        shape, order : as in `index`
            Of the block, and how it is read.

        Returns
        -------
        m, n, c : int
            The place in the block.
        """
        axes = AXES[order]
        found = flattening.place_of(i, tuple(shape[a] for a in axes))
        m, n, c = (found[axes.index(a)] for a in range(3))
        return m, n, c

    def _everywhere(self, place, shape, order):
        """All controls that show this place."""
        i = self.index(place, shape, order)
        return {"i": i, "c": place[2], "vector": (0, i)} | {f"map{c}": tuple(place[:2]) for c in range(self.room[2])}

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        shape, order = self._shape(values), values["order"]
        if name in ("i", "vector"):
            i = values["vector"][1] if name == "vector" else values["i"]
            place = self.place(min(i, int(np.prod(shape)) - 1), shape, order)
        else:  # the place stays, as far as it is still there, and its index follows
            clicked = name.startswith("map")
            place = (*values[name if clicked else "map0"], int(name[3:]) if clicked else values["c"])
            place = tuple(min(at, side - 1) for at, side in zip(place, shape, strict=True))
        return self._everywhere(place, shape, order)

    def block(self, shape: Sequence[int]) -> Array:
        """The numbers of the block.

        Parameters
        ----------
        shape : (H, W, C)
            As the sliders have it.

        Returns
        -------
        h : (H, W, C)
            Those given, or 100 m + 10 n + c.
        """
        return self.h if self.h is not None else np.tensordot([100, 10, 1], np.indices(shape), axes=1)

    def scene(self, i: int, c: int, order: str, map0: tuple[int, int], vector: tuple[int, int], **values: Any) -> Scene:
        shape, (m, n) = self._shape(values), map0
        h, axes = self.block(shape).astype(float), AXES[order]
        flat = flattening.flattened(h, axes)
        places = [self.place(k, shape, order) for k in range(len(flat))]
        spelled = self.h is None
        look: dict[str, Any] = {
            "symbol": "h",
            "colours": "none" if spelled else "diverging",
            "digits": 0 if spelled else 1,
            "scale": None if spelled else strongest(h),
        }

        def words(cells):
            return [[f"{row}{column}{channel}" for row, column, channel in line] for line in cells] if spelled else None

        form = "tint" if spelled else "dot"  # a channel's colour fills its cells, unless their values colour them
        places_of = [[at for at, place in enumerate(places) if place[2] == k] for k in range(shape[2])]
        maps, links = [], []
        for k in range(shape[2]):
            marks = [Highlight(list(np.ndindex(shape[:2])), f"channel {k}", k, form)]
            marks += [Highlight([(m, n)], "this unit", "ink")] if k == c else []
            cells = [[(row, column, k) for column in range(shape[1])] for row in range(shape[0])]
            maps.append(
                Grid(
                    name=f"map{k}",
                    title=f"h[m, n, {k}]",
                    values=h[:, :, k],
                    texts=words(cells),
                    cell=54.0,
                    highlights=marks,
                    capacity=self.room[:2],
                    row_label="m",
                    column_label="n",
                    width=self.room[2] / shape[2],  # so that the table keeps its place
                    narrowest=160,
                    height=232,
                    click=f"map{k}",
                    **look,
                )
            )
            links.append(Link(f"map{k}", "vector", [(*places[at][:2], 0, at) for at in places_of[k]]))
        marks = [Highlight([(0, at) for at in places_of[k]], "", k, form) for k in range(shape[2])]
        line = Grid(
            name="vector",
            title=f"the vector: h[i], read {'pixel by pixel' if order == HERE else 'map by map'}",
            values=flat[None],
            texts=words([places]),
            highlights=[*marks, Highlight([(0, i)], "this unit", "ink")],
            click="vector",
            capacity=(1, int(np.prod(self.room))),
            column_label="i",
            cell=54.0,
            height=106,
            **look,
        )
        formula, numbers, back = self._formulas((m, n, c), i, shape, order)
        rows = [["index", ""], [f"  {formula}", numbers], ["and back", ""], *back]
        table = Table(name="formula", title="", rows=rows, align="lr", size=14, height=232, width=2.2, narrowest=160)
        value = format_number(h[m, n, c], look["digits"])
        said = (
            f"h[{m}, {n}, {c}] = {value} becomes h[{i}]: {formula} = {numbers}. The block is "
            f"{' × '.join(map(str, shape))}, the vector has {len(flat)} numbers."
        )
        return Scene([[*maps, table], [line]], said, links=links)

    @staticmethod
    def _formulas(place, i, shape, order):
        """The index as a formula and in numbers, and the way back: three lines of (formula, numbers)."""
        (m, n, c), (H, W, C) = place, shape
        if order == HERE:
            back = [
                ["  c = i mod C", f"{i} mod {C} = {c}"],
                ["  n = (i div C) mod W", f"{i // C} mod {W} = {n}"],
                ["  m = i div (W · C)", f"{i} div {W * C} = {m}"],
            ]
            return "i = (m · W + n) · C + c", f"({m} · {W} + {n}) · {C} + {c} = {i}", back
        back = [
            ["  n = i mod W", f"{i} mod {W} = {n}"],
            ["  m = (i div W) mod H", f"{i // W} mod {H} = {m}"],
            ["  c = i div (H · W)", f"{i} div {H * W} = {c}"],
        ]
        return "i = (c · H + m) · W + n", f"({c} · {H} + {m}) · {W} + {n} = {i}", back
