"""The nine places of many images that excite one map most, in any layer of a trained network (topic 28)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab.analysis import receptive
from cnnlab.analysis.asking import BestPlaces, Unit
from cnnlab.analysis.receptive import Strongest
from cnnlab.explore.asked.given import images_of, names_of
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Mark, Rectangle
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.explore.toolkit.sheets import corner, on_tile, painted
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

ACROSS = 3  # patches in a row, and rows
COUNT = ACROSS * ACROSS


class BestPatches(Explorer):
    """For any map of any layer: the nine images that excite it most, each cut to what the strongest unit looks at.

    Click a patch, or choose its number: its image, a frame around what the unit looks at, and the gradient of the unit.

    Parameters
    ----------
    network : Network
        A trained one that takes images, as it is now.
    images : (N, *network.input_shape), N at least 2
        Many, best of all some that it was not trained on.
    names : sequence of str, optional
        A word for each image, by default its number.
    layer : int or str, optional
        The layer to begin with, by default the last that has maps.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks"; lecture topic 28.
    """

    title = "Nine best patches"

    def __init__(
        self,
        network: Network,
        images: ArrayLike,
        names: Sequence[Any] | None = None,
        layer: int | str | None = None,
    ) -> None:
        self.x = images_of(network, images)
        self.names, self.network = names_of(len(self.x), names), network
        self.places = BestPlaces(network, self.x)
        self.options = {f"{one.name}: {' × '.join(map(str, one.output_shape))}": i for i, one in enumerate(network)}
        deep = max((i for i, one in enumerate(network) if len(one.output_shape) == 3), default=len(network) - 1)
        chosen = deep if layer is None else network.layers.index(network[layer])
        self.span = float(self.x.min()), float(max(self.x.max(), self.x.min() + 1e-6))
        self.best = lru_cache(maxsize=512)(self._best)
        self.gradient = lru_cache(maxsize=256)(self._gradient)
        most = max(one.output_shape[-1] for one in network)
        # A click sets "patch"; whatever comes next puts it beside all patches again: every click is something new.
        self.beside = ACROSS * (self.x.shape[1] + 1), ACROSS * (self.x.shape[2] + 1)
        super().__init__(
            [
                Choice("layer", "layer", list(self.options), list(self.options)[chosen]),
                Slider("d", "map d", 0, max(most - 1, 1), 1, value=0, last=self._last_map),
                Slider("number", "number", 1, max(min(COUNT, len(self.x)), 2), 1, value=1),
                Cell(
                    "patch",
                    "patch",
                    self.beside[0] + 1,
                    self.beside[1] + 1,
                    self.beside,
                    carries=("number",),
                    bare=True,
                ),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import pictures
        from cnnlab.models import alexnet_tiny

        return cls(alexnet_tiny(rng=0), pictures(train=10, test=40).x_test, layer="conv2")

    def _last_map(self, layer: str, **_: Any) -> int:
        return self.network[self.options[layer]].output_shape[-1] - 1

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        place = self.options[values["layer"]]
        d = min(values["d"], self._last_map(**values))
        found, shape = self.best(place, d)
        number = 1 if name in ("layer", "d") else min(values["number"], len(found))  # of another map the best one again
        if name == "patch":
            number = min(on_tile(values["patch"], COUNT, shape, ACROSS)[0], len(found) - 1) + 1
        return {"number": number} | ({} if name == "patch" else {"patch": self.beside})

    def _best(self, place: int, d: int) -> tuple[list[Strongest], tuple[int, int]]:
        """The nine, and the sides of the largest of their patches."""
        found = self.places.of(place, d, COUNT)
        return found, (max(1, *(one.rectangle[2] for one in found)), max(1, *(one.rectangle[3] for one in found)))

    def _gradient(self, place: int, image: int, unit: tuple[int, ...]) -> Array:
        return Unit(self.network, place, unit).gradient(self.x[image])

    def scene(self, layer: str, d: int, number: int, patch: tuple[int, int]) -> Scene:
        place = self.options[layer]
        found, shape = self.best(place, d)
        rank = number - 1
        one, name = found[rank], self.network[place].name
        symbol = "e" if self.network[place].connection_count else "h"
        called = f"{symbol}[{', '.join(map(str, one.unit))}]"
        dx = self.gradient(place, one.image, one.unit).sum(axis=2)
        frame = [Rectangle(*one.rectangle, "looked at", "ink")] if one.rectangle[2] else []
        values = np.array([each.value for each in found])
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max())) or 1.0
        order = np.arange(1, len(found) + 1)
        panels = [
            self._sheet(found, shape, rank, f"map {d}: nine best (click)"),
            Image(
                name="x",
                title=f"number {number}: {self.names[one.image]}",
                symbol="x",
                height=290,
                rectangles=frame,
                **painted(self.x[one.image], self.span),
            ),
            Image(
                name="gradient",
                title=f"d {called} / dx",
                pixels=dx,
                symbol="dx",
                colours="diverging",
                scale=float(np.abs(dx).max()) or 1.0,
                height=290,
                rectangles=frame,
            ),
            Curves(
                name="values",
                title=f"{symbol} of the nine",
                height=290,
                width=0.9,
                legend=False,
                x=(0.3, COUNT + 0.7),
                y=(1.1 * low, 1.1 * high),
                x_label="number",
                x_ticks=[(float(k), str(k)) for k in order],
                y_label=symbol,
                items=[
                    Bars(order, values),
                    Bars(order[rank : rank + 1], values[rank : rank + 1], colour=1),
                    Mark(y=0),
                ],
            ),
        ]
        rows, columns = one.rectangle[2:]
        among = f"Among {len(self.x)} images, {self.names[one.image]} excites map {d} of {name} "
        much = "most" if rank == 0 else f"as number {number}"
        return Scene(
            [panels],
            f"{among}{much}: {called} = {one.value:.2f}. The unit looks at {rows} × {columns} pixels, and "
            f"{int((dx != 0).sum())} of them have a gradient that is not 0.",
        )

    def _sheet(self, found: Sequence[Strongest], shape: tuple[int, int], rank: int, title: str) -> Image:
        """The patches side by side, paper between them."""
        (rows, columns), channels = shape, self.x.shape[3]
        low, high = self.span
        sheet = np.full((ACROSS * (rows + 1) - 1, ACROSS * (columns + 1) - 1, channels), np.nan, np.float32)
        for k, one in enumerate(found):
            if not one.rectangle[2]:
                continue
            top, left = corner(k, shape, ACROSS)
            cut = receptive.cut(self.x[one.image], one.rectangle, shape)
            sheet[top : top + rows, left : left + columns] = cut
        where = corner(rank, shape, ACROSS)
        look: dict[str, Any] = {"pixels": sheet[:, :, 0], "colours": "grey", "scale": self.span}
        if channels == 3:
            light = sheet if low >= 0 and high <= 1 else (sheet - low) / (high - low)
            look = {"pixels": np.nan_to_num(light, nan=0.5)}
        return Image(
            name="patches",
            title=title,
            symbol="x",
            height=290,
            click="patch",
            rectangles=[Rectangle(*where, rows, columns, "number " + str(rank + 1), "ink")],
            **look,
        )
