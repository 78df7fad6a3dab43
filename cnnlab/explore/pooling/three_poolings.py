"""What max, average and decimation pooling keep of a feature that moves (lecture topics 20 to 25)."""

from typing import Any

import numpy as np

from cnnlab.analysis.pooling.moved import changed, changed_anywhere
from cnnlab.analysis.pooling.routes import MODES, pool, seen, window
from cnnlab.analysis.shifts import place
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Highlight, Link
from cnnlab.explore.toolkit.numbers import format_number, moved_words
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene
from cnnlab.explore.toolkit.settings import TOP, small_map
from cnnlab.types import Array, ArrayLike

SIDE, LARGEST = 12, 4  # of the map, which 2, 3 and 4 divide; of a feature
STARTS, REACH = (2, 6), 2  # of a feature, so that none is cut off wherever it begins and moves to
OWN = "your own"
FEATURES = {
    "a bar": [[9, 9, 9, 9], [0, 0, 0, 0]],
    "a corner": [[6, 6, 6], [6, 0, 0], [6, 0, 0]],
    "a spot": [[2, 4, 2], [4, 9, 4], [2, 4, 2]],
    "one pixel": [[9]],
    "a checkerboard": [[7, 0, 7, 0], [0, 7, 0, 7], [7, 0, 7, 0], [0, 7, 0, 7]],
}


class ThreePoolings(Explorer):
    """What max, average and decimation keep of a feature that moves: where it begins now, and over all beginnings.

    Parameters
    ----------
    feature : (P, Q) numbers from 0 to 9, optional
        A feature of your own, up to 4 x 4, beside those to choose from.

    Raises
    ------
    ValueError
        For another shape, or other numbers.

    Source
    ------
    Lecture topics 20 to 25.
    """

    title = "Three poolings"
    longest = 255

    def __init__(self, feature: ArrayLike | None = None) -> None:
        self.features = {name: np.array(given, float) for name, given in FEATURES.items()}
        if feature is not None:
            self.features = {OWN: small_map("feature", feature, (1, LARGEST), (0, TOP)), **self.features}
        self.anywhere: dict[Any, float] = {}
        super().__init__(
            [
                Choice("feature", "feature", list(self.features)),
                Slider("row", "begins in row", *STARTS, 1, value=4),
                Slider("column", "in column", *STARTS, 1, value=3),
                Slider("down", "moved down by", -REACH, REACH, 1, value=0),
                Slider("right", "moved right by", -REACH, REACH, 1, value=1),
                Slider("size", "M = stride", 2, 4, 1, value=2),
            ]
        )

    def placed(self, feature: str, row: int, column: int) -> Array:
        """A feature on the empty map.

        Parameters
        ----------
        feature : str
            Its name.
        row, column : int
            Where it begins.

        Returns
        -------
        e : (12, 12)
        """
        return place(self.features[feature][:, :, None], (SIDE, SIDE), row, column)[:, :, 0]

    def over_all(self, feature: str, mode: str, size: int, move: tuple[int, int]) -> float:
        """`changed_anywhere` of a feature, remembered.

        Parameters
        ----------
        feature : str
            Its name.
        mode, size, move
            As there.

        Returns
        -------
        share : float
        """
        key = feature, mode, size, move
        if key not in self.anywhere:
            self.anywhere[key] = changed_anywhere(self.features[feature], mode, size, move)
        return self.anywhere[key]

    def scene(self, feature: str, row: int, column: int, down: int, right: int, size: int) -> Scene:
        here, there = self.placed(feature, row, column), self.placed(feature, row + down, column + right)
        look: dict[str, Any] = {"scale": TOP, "colours": "diverging", "cell": 36.0}
        moved = (
            [Highlight(np.argwhere(there != 0), f"moved by ({_whole(down)}, {_whole(right)})", 2)]
            if down or right
            else []
        )
        first = Grid(
            name="e", title="e", symbol="e", values=here, digits=0, indices=False, height=250, highlights=moved, **look
        )
        maps: list[Any] = []
        now, links = [], []
        for mode in MODES:
            before, after = (pool(e, mode, size, size, True)[0] for e in (here, there))
            differs = np.argwhere(before != after)
            now.append(changed(before, after))
            room = (SIDE // 2,) * 2
            ring = [Highlight(differs, "changed", 2, "ring")] if len(differs) else []
            maps += [
                Grid(name=mode, title=mode, symbol="h", values=before, capacity=room, height=224, **look),
                Grid(
                    name=f"{mode} moved",
                    title=f"{mode}, moved",
                    symbol="h",
                    values=after,
                    capacity=room,
                    highlights=ring,
                    below=True,
                    height=224,
                    **look,
                ),
            ]
            pairs = [
                (r, c, *cell) for r, c in np.ndindex(*before.shape) for cell in window(r, c, seen(mode, size), size)
            ]
            links += [Link(mode, "e", pairs), Link(f"{mode} moved", "e", pairs)]
        everywhere = [self.over_all(feature, mode, size, (down, right)) for mode in MODES]
        return Scene(
            [[first, self._bars(now, everywhere, size), *maps]],
            self._words(down, right, size, now, everywhere),
            links=links,
        )

    @staticmethod
    def _bars(now, everywhere, size):
        places = 1 + np.arange(len(MODES))
        return Curves(
            name="change",
            title="how much of h has changed",
            height=198,
            below=True,
            x=(0.4, len(MODES) + 0.6),
            y=(0.0, 1.2),
            x_ticks=list(zip(places, MODES, strict=True)),
            y_ticks=[(0.0, "0"), (0.5, "0.5"), (1.0, "1")],
            items=[
                Bars(places - 0.2, np.array(now), "here", "muted", 0.36),  # numbers on both would not fit
                Bars(places + 0.2, np.array(everywhere), f"all {size * size} beginnings", 0, 0.36, values=True),
            ],
        )

    @staticmethod
    def _words(down, right, size, now, everywhere):
        if not (down or right):
            return f"The feature has not moved; pooled with M = {size}, nothing changes, whatever the pooling."
        each = [f"{mode} {format_number(share)}" for mode, share in zip(MODES, now, strict=True)]
        mean = [f"{mode} {format_number(share)}" for mode, share in zip(MODES, everywhere, strict=True)]
        return (
            f"{moved_words(down, right).capitalize()}; pooled with M = {size}. "
            f"So much of h changes, begun here: {', '.join(each)} (0: nothing changes; 1: nothing in common). "
            f"Over all {size * size} ways to begin in a window: {', '.join(mean)}."
        )


def _whole(number: int) -> str:
    return f"{number}".replace("-", "−")
