"""What several pictures share: contact sheets, signed colours, spectrograms, frames round cells, marked places."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from cnnlab import arguments, lettering
from cnnlab.picture import DIVERGING, THEME, new_figure
from cnnlab.themes import ink_on
from cnnlab.types import Array

BESIDE = 0.7  # of the width: from here on the label of a marked place stands to the left of it


class Sheet:
    """Tiles of `size` inches in rows of at most `columns`, all on one Axes: an Axes for each would cost ten times the
    time and the memory.

    count : how many tiles.  above : inches for the title of a tile, or of each tile; a row has as much as its tallest
    one.  beside : inches for a scale of colours.  shape : rows and columns of a tile: wide ones are less high.  Places
    without a tile stay empty.
    """

    def __init__(
        self,
        count: int,
        columns: int,
        size: float,
        above: float | Sequence[float],
        beside: float = 0.0,
        shape: tuple[int, ...] = (1, 1),
    ) -> None:
        columns = min(arguments.whole("columns", columns), count)
        rows = -(-count // columns)
        heads = np.zeros(rows * columns)
        heads[:count] = above
        self.columns, self.size, self.high = columns, size, size * min(1.0, shape[0] / shape[1])
        self.bottoms = np.cumsum(self.high + heads.reshape(rows, columns).max(axis=1))  # of the rows, from above
        high = float(self.bottoms[-1])
        self.figure, axes = new_figure(columns * size + beside, high)
        self.ax = axes[0, 0]
        self.ax.axis("off")
        self.ends = {"xlim": (0, columns * size), "ylim": (high, 0)}

    def put(self, place: int, image: Array, title: str = "", fontsize: float = 9, **look: Any) -> AxesImage:
        """One tile, its pixels sharp, with a thin frame, so that an image as bright as the paper has an edge."""
        row, column = divmod(place, self.columns)
        height, width = image.shape[:2]
        each = 0.92 * min(self.size / width, self.high / height)
        left = (column + 0.5) * self.size - each * width / 2
        bottom = float(self.bottoms[row]) - (self.high - each * height) / 2
        top = bottom - each * height
        painted = self.ax.imshow(
            image, extent=(left, left + each * width, bottom, top), interpolation="nearest", aspect="equal", **look
        )
        line = {"edgecolor": THEME["muted"], "linewidth": 0.6}
        self.ax.add_patch(Rectangle((left, top), each * width, each * height, fill=False, **line))
        if title:
            middle = (column + 0.5) * self.size
            self.ax.text(middle, top - 0.02, title, ha="center", va="bottom", fontsize=fontsize, linespacing=1.1)
        self.ax.set(**self.ends)
        return painted


def without_ticks(ax: Axes) -> None:
    """A frame, but no numbers at it."""
    ax.set_xticks([])
    ax.set_yticks([])


def signed(ax: Axes, values: Array, top: float, **more: Any) -> AxesImage:
    """Values (rows, columns) in the colours of signs, which are strongest at -top and top."""
    return ax.imshow(values, cmap=DIVERGING, vmin=-top, vmax=top, **more)


def bands(ax: Axes, values: Array, top: float, **more: Any) -> AxesImage:
    """A spectrogram (frames, bands): time to the right, bands upwards."""
    return signed(ax, values.T, top, origin="lower", aspect="auto", interpolation="nearest", **more)


def frame_cell(ax: Axes, row: int, column: int, **line: Any) -> None:
    """A frame round one cell of a matrix."""
    ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, **line))


def print_in_cell(ax: Axes, row: int, column: int, words: str, painted: AxesImage) -> None:
    """Words in the middle of a cell of an image, in what is read best on its colour."""
    colour = painted.to_rgba(np.ma.asarray(painted.get_array())[row, column])
    ax.text(column, row, words, ha="center", va="center", fontsize=9, color=ink_on(colour[:3]))


def frame(ax: Axes) -> None:
    """No numbers, and a thin line around, so that an image as bright as the paper has an edge."""
    without_ticks(ax)
    for spine in ax.spines.values():
        spine.set(color=THEME["muted"], linewidth=0.6)


def mark_places(ax: Axes, marks: Mapping[str, float] | None) -> None:
    """Dotted vertical lines with their labels at the top, clear of the frame, on the side where there is room."""
    for label, place in (marks or {}).items():
        ax.axvline(place, color=THEME["muted"], linewidth=1, linestyle=":")
        words = lettering.fitted(label, 2.0, 8)
        low, high = ax.get_xlim()
        left = (place - low) / (high - low) > BESIDE
        ax.annotate(
            words,
            (place, 1.0),
            xycoords=ax.get_xaxis_transform(),
            xytext=(-4 if left else 4, -4),
            textcoords="offset points",
            ha="right" if left else "left",
            va="top",
            fontsize=8,
            color=THEME["muted"],
        )
