"""What max, average and decimation pooling keep of a feature that moves (lecture topics 20 to 25)."""

from typing import Any

import numpy as np

from cnnlab.analysis.pooling_routes import MODES, pool, seen, shifted, window
from cnnlab.explore.toolkit.controls import Choice, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.scene import Grid, Scene
from cnnlab.explore.toolkit.settings import TOP
from cnnlab.types import ArrayLike

SIDE = 8
OWN = "your own"
FEATURES = {
    "a bar": [[9, 9, 9, 9], [0, 0, 0, 0]],
    "a corner": [[6, 6, 6], [6, 0, 0], [6, 0, 0]],
    "a spot": [[2, 4, 2], [4, 9, 4], [2, 4, 2]],
    "one pixel": [[9]],
    "a checkerboard": [[7, 0, 7, 0], [0, 7, 0, 7], [7, 0, 7, 0], [0, 7, 0, 7]],
}


class ThreePoolings(Explorer):
    """What max, average and decimation keep of a feature, and of the same feature moved, side by side.

    Parameters
    ----------
    e : (8, 8) numbers from -9 to 9, optional
        An excitation map of your own, beside the features to choose from.

    Raises
    ------
    ValueError
        For another shape, or other numbers.

    Source
    ------
    Lecture topics 20 to 25.
    """

    title = "Three poolings"

    def __init__(self, e: ArrayLike | None = None) -> None:
        self.maps = {name: self._placed(np.array(feature, float)) for name, feature in FEATURES.items()}
        if e is not None:
            e = np.array(e, dtype=float)
            if e.shape != (SIDE, SIDE) or not np.abs(e).max() <= TOP:
                raise ValueError(f"e must be an {SIDE} x {SIDE} map of numbers from -9 to 9; got shape {e.shape}")
            self.maps = {OWN: e, **self.maps}
        super().__init__(
            [
                Choice("feature", "feature", list(self.maps)),
                Slider("down", "moved down by", -3, 3, 1, value=0),
                Slider("right", "moved right by", -3, 3, 1, value=1),
                Slider("size", "M = stride", 1, 4, 1, value=2),
                Toggle("rectify", "ReLU inside", True),
            ]
        )

    @staticmethod
    def _placed(feature):
        e = np.zeros((SIDE, SIDE))
        row, column = 2 * ((SIDE - feature.shape[0]) // 4), 2 * ((SIDE - feature.shape[1]) // 4)
        e[row : row + feature.shape[0], column : column + feature.shape[1]] = feature
        return e

    def scene(self, feature: str, down: int, right: int, size: int, rectify: bool) -> Scene:
        here = self.maps[feature]
        there = shifted(here, down, right)
        rows: tuple[list[Grid], list[Grid]] = [], []
        kept, links = [], []
        look: dict[str, Any] = {"scale": TOP, "colours": "diverging", "height": 236, "cell": 36.0}
        rows[0].append(Grid(name="e", title="e", symbol="e", values=here, digits=0, **look))
        rows[1].append(
            Grid(name="e moved", title=f"e moved by ({down}, {right})", symbol="e", values=there, digits=0, **look)
        )
        for mode in MODES:
            before, _ = pool(here, mode, size, size, rectify)
            after, _ = pool(there, mode, size, size, rectify)
            changed = np.argwhere(before != after)
            room = (max(4, len(before)),) * 2
            rows[0].append(Grid(name=mode, title=mode, symbol="h", values=before, capacity=room, **look))
            rows[1].append(
                Grid(
                    name=f"{mode} moved",
                    title=f"{mode}, moved",
                    symbol="h",
                    values=after,
                    capacity=room,
                    highlights=[Highlight(changed, "changed", 2, "ring")] if len(changed) else [],
                    **look,
                )
            )
            kept.append(f"{len(changed)} with {mode}")
            looked = seen(mode, size)
            pairs = [(r, c, *cell) for r, c in np.ndindex(*before.shape) for cell in window(r, c, looked, size)]
            links += [Link(mode, "e", pairs), Link(f"{mode} moved", "e moved", pairs)]
        same = "The feature has not moved" if not (down or right) else f"Moved {down} down and {right} right"
        words = f"{same}; pooled with M = {size}. So many cells of h change: {', '.join(kept)}."
        return Scene(list(rows), words, links=links)
