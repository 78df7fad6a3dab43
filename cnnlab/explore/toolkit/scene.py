"""What an explorer shows, as plain data: a scene of panels.

A scene is made new for every position of the controls and painted twice: live on a canvas (explore/live), and as a
still picture (explore/still). Nothing here computes or paints; items.py has what lies within.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab.explore.toolkit.checked import (
    Given,
    Scale,
    checked_colour,
    checked_numbers,
    checked_pair,
    checked_scale,
)
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.items import Arrow, Highlight, Link, Map, Rectangle
from cnnlab.explore.toolkit.nodes import Edge, Node
from cnnlab.explore.toolkit.sheets import Head, Part
from cnnlab.types import Array, ArrayLike

FINE, WIDEST = 2, 2400  # pixels of a fine screen to one of the layout; and of a page from side to side


@dataclass(kw_only=True)
class Panel:
    """What every panel has.

    Parameters
    ----------
    name, title : str
        How arrows, links and tests call it; what is shown above it.
    width : float
        Its share of the row.
    height : float
        Pixels, the same for every position of the controls, so that nothing jumps; a row is as high as its highest
        panel, and no higher than its panels can fill.
    below : bool
        Whether it stands below the panel before it in the row, in the column of that, and as wide.
    narrowest : float, optional
        Pixels that it needs in a row that is not to break.
    steady : bool
        Whether it keeps its height where it cannot fill it: for what changes its shape.
    """

    name: str
    title: str = ""
    width: float = 1.0
    height: float = 280.0
    below: bool = False
    narrowest: float | None = None
    steady: bool = False


@dataclass(kw_only=True)
class Curves(Panel):
    """Axes with lines, points, bars and marks.

    Parameters
    ----------
    name, title, width, height, below
        See `Panel`.
    items : list of Line, Points, Bars, Mark, Border, Vector, Label
        Painted in this order.
    x, y : (low, high)
        Of the axes; fixed ones, so that the curve is seen to move. Lines that leave them are cut at the frame.
    x_label, y_label : str
        What the axes are called.
    x_ticks, y_ticks : list of (place, words), optional
        In place of numbers: names under bars.
    x_log, y_log : bool
        Logarithmic axes.
    legend : bool
        Whether the labels are shown.
    background : Map, optional
        Painted first.
    """

    items: list[Any] = field(default_factory=list)
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    x_label: str = ""
    y_label: str = ""
    x_ticks: list[tuple[float, str]] | None = None
    y_ticks: list[tuple[float, str]] | None = None
    x_log: bool = False
    y_log: bool = False
    legend: bool = True
    background: Map | None = None
    lines: int = field(default=0, init=False)  # of the legend, at least: as many as in a panel beside it

    def __post_init__(self) -> None:
        self.x, self.y = checked_pair(self.name, "x", self.x), checked_pair(self.name, "y", self.y)
        if (self.x_log and self.x[0] <= 0) or (self.y_log and self.y[0] <= 0):
            raise ValueError(f"{self.name}: a logarithmic axis needs a range above 0; got x {self.x}, y {self.y}")
        for axis in ("x_ticks", "y_ticks"):
            ticks = getattr(self, axis)
            setattr(self, axis, None if ticks is None else [(float(place), str(words)) for place, words in ticks])


@dataclass(kw_only=True)
class Plane(Curves):
    """As `Curves`, but one unit is as long on x as on y: points, borders and regions of the plane."""


@dataclass(kw_only=True)
class Grid(Panel):
    """A matrix of numbers: each cell coloured by its value, which is printed in it where there is room.

    Parameters
    ----------
    name, title, width, height, below
        See `Panel`.
    values : (rows, columns) array
        NaN leaves a cell empty.
    symbol : str
        What a value is called when one points at it, e.g. "e" gives "e[3, 4] = 1.25".
    digits : int, optional
        Decimals printed; by default as many as are needed, 2 at most.
    texts : list of lists of str, optional
        Of the same shape, printed in place of the numbers.
    colours : str
        "diverging" (blue - 0 - orange), "ink" (paper to ink), "grey" (black to white), "none" (no colour).
    scale : float or (low, high), optional
        Of the colours: the largest magnitude, or both ends; by default of these values. Give it where these move.
    highlights, rectangles : lists of Highlight and Rectangle
        Painted over the cells.
    row_label, column_label : str
        Words along the sides ("m", "n").
    indices : bool
        Whether the row and column numbers are printed.
    row_offset, column_offset : int
        The number of the first row and column (kernels may count from -1).
    capacity : (rows, columns), optional
        What the panel keeps room for, where the shape depends on the controls.
    cell : float
        Largest side of a cell, in pixels.
    alone : bool
        Whether its cells are not made as large as those of grids beside it.
    click : str, optional
        Name of a `Cell` control set by clicking a cell (or arrow keys).
    edit : str, optional
        Name of a `Matrix` control whose values are changed by dragging a cell up and down (or by keys).
    """

    values: Given
    symbol: str = ""
    digits: int | None = None
    texts: list[list[str]] | None = None
    colours: str = "diverging"
    scale: Scale = None
    highlights: list[Highlight] = field(default_factory=list)
    rectangles: list[Rectangle] = field(default_factory=list)
    row_label: str = ""
    column_label: str = ""
    indices: bool = True
    row_offset: int = 0
    column_offset: int = 0
    capacity: tuple[int, ...] | None = None
    cell: float = 44.0
    alone: bool = False
    click: str | None = None
    edit: str | None = None
    head: float = field(default=0.0, init=False)  # pixels above the cells, where a panel beside it needs them

    def __post_init__(self) -> None:
        self.values = checked_numbers(self.name, "values", self.values, 2)
        self.scale = checked_scale(self.name, self.values, self.colours, self.scale)
        rows, columns = self.values.shape
        self.capacity = (rows, columns) if self.capacity is None else tuple(int(v) for v in self.capacity)
        if self.capacity[0] < rows or self.capacity[1] < columns:
            raise ValueError(
                f"{self.name}: capacity {self.capacity} is too small for values of shape {self.values.shape}"
            )
        if self.digits is None:
            finite = self.values[np.isfinite(self.values)]
            self.digits = next((d for d in (0, 1) if (np.abs(finite - np.round(finite, d)) <= 1e-6).all()), 2)
        if self.texts is not None:
            self.texts = [[str(text) for text in row] for row in self.texts]
            if len(self.texts) != rows or any(len(row) != columns for row in self.texts):
                raise ValueError(f"{self.name}: texts must have the shape of values, {self.values.shape}")


def screen_colours(pixels: ArrayLike) -> Array:
    """Colours (H, W, 3) in 0..1 as the screen has them, uint8: for an `Image` that many scenes share."""
    return np.round(255 * np.fmin(np.fmax(pixels, 0), 1)).astype(np.uint8)  # NaN is 0


def screen_sized(pixels: Array, height: float) -> Array:
    """A picture (H, W) or (H, W, 3) with as many pixels as a fine screen shows in a panel of so many, each the mean of
    the square it stands for.
    """
    rows, columns = pixels.shape[:2]
    step = max(1, int(rows // (FINE * height)), columns // WIDEST)
    if step == 1 or step > min(rows, columns):
        return pixels
    rows, columns = rows // step, columns // step  # what is left over at the edge is less than a pixel of the screen
    squares = pixels[: rows * step, : columns * step].reshape(rows, step, columns, step, *pixels.shape[2:])
    means = squares.mean(axis=(1, 3), dtype=np.float64)
    return np.round(means).astype(np.uint8) if pixels.dtype == np.uint8 and pixels.ndim == 3 else means


@dataclass(kw_only=True)
class Image(Panel):
    """A picture.

    Parameters
    ----------
    name, title, width, height, below
        See `Panel`.
    pixels : (H, W) or (H, W, 1) or (H, W, 3) array
        One channel is painted with `colours` and `scale`; three are in 0..1, or made ready by `screen_colours`.
    symbol, colours, scale, click
        As for `Grid`.
    rectangles, highlights : lists of Rectangle and Highlight
        Footprints, and single pixels.
    capacity : (H, W), optional
        As for `Grid`, in pixels.
    whole : (H, W), optional
        Of the picture that the pixels were made smaller from, which is done here where a screen shows fewer.
    draw : str, optional
        Name of a `Pad` control: the picture is its value, and can be drawn on.
    parts, heads : lists of Part and Head
        The maps of which it is made, where these are several, and what stands above them.
    follow : bool
        Whether pointing is enough for `click`, until a click holds the cell; the next click lets go of it.
    """

    pixels: Given
    symbol: str = ""
    colours: str = "grey"
    scale: Scale = None
    rectangles: list[Rectangle] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    capacity: tuple[int, ...] | None = None
    click: str | None = None
    whole: tuple[int, ...] | None = None
    draw: str | None = None
    parts: list[Part] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    follow: bool = False

    def __post_init__(self) -> None:
        pixels = checked_numbers(self.name, "pixels", self.pixels, (2, 3))
        if pixels.ndim == 3 and pixels.shape[2] not in (1, 3):
            raise ValueError(f"{self.name}: pixels must be (H, W), (H, W, 1) or (H, W, 3); got shape {pixels.shape}")
        if pixels.ndim == 3 and pixels.shape[2] == 3:
            ready = isinstance(self.pixels, np.ndarray) and self.pixels.dtype == np.uint8
            self.pixels, self.scale = self.pixels if ready else screen_colours(pixels), (0.0, 1.0)
        else:
            self.pixels = pixels.reshape(pixels.shape[:2])
            self.scale = checked_scale(self.name, self.pixels, self.colours, self.scale)
        if self.whole is None:
            self.whole, self.pixels = self.pixels.shape[:2], screen_sized(self.pixels, self.height)
        self.capacity = self.whole if self.capacity is None else tuple(int(v) for v in self.capacity)


@dataclass(kw_only=True)
class Table(Panel):
    """Rows of words and numbers in aligned columns: formulas with their values.

    Parameters
    ----------
    name, title, width, height, below
        See `Panel`.
    rows : list of lists of str or numbers
        All of the same length. Every cell can be linked and highlighted.
    header : list of str
        Or nothing.
    align : str
        One letter per column, "l", "r" or "c".
    highlights : list of Highlight
        Painted over the cells.
    colours : dict
        (row, column) -> colour, of single cells.
    size : float
        Of the letters, in pixels.
    click : str, optional
        As for `Grid`.
    """

    rows: list[list[Any]]
    header: list[str] = field(default_factory=list)
    align: str = ""
    highlights: list[Highlight] = field(default_factory=list)
    colours: Any = field(default_factory=dict)
    size: float = 14.0
    click: str | None = None

    def __post_init__(self) -> None:
        self.rows = [[str(text) for text in row] for row in self.rows]
        self.header = [str(text) for text in self.header]
        columns = max((len(row) for row in [*self.rows, self.header]), default=0)
        if any(len(row) != columns for row in [*self.rows, *([self.header] if self.header else [])]):
            raise ValueError(f"{self.name}: every row of a Table must have the same number of cells ({columns})")
        self.align = (self.align + "l" * columns)[:columns]
        self.colours = [[int(r), int(c), checked_colour(self.name, colour)] for (r, c), colour in self.colours.items()]


@dataclass(kw_only=True)
class Diagram(Panel):
    """Boxes and circles joined by arrows: a network, a chain of steps.

    Parameters
    ----------
    name, title, width, height, below
        See `Panel`.
    nodes, edges : lists of Node and Edge
        What there is to see.
    x, y : (low, high)
        Of the units; y counts downwards, as the rows of a matrix do.
    top : float
        Magnitude of the strongest node colour.
    highlights : list of Highlight
        Cell (0, i) is node i.
    click : str, optional
        Name of a `Cell` control of one row: clicking node i sets it to (0, i).
    edit : str, optional
        Name of a `Matrix` control of one row: its values are those of the first nodes, which are dragged up and down.
    """

    nodes: list[Node]
    edges: list[Edge] = field(default_factory=list)
    x: tuple[float, float] = (0.0, 10.0)
    y: tuple[float, float] = (0.0, 5.0)
    top: float = 1.0
    highlights: list[Highlight] = field(default_factory=list)
    click: str | None = None
    edit: str | None = None

    def __post_init__(self) -> None:
        self.x, self.y = checked_pair(self.name, "x", self.x), checked_pair(self.name, "y", self.y)


@dataclass
class Scene:
    """A picture: rows of panels, what they say in words, and what joins their cells.

    Parameters
    ----------
    rows : list of lists of Panel
        A list of panels is one row, an empty one none. Narrow windows break rows by themselves.
    description : str
        One to three sentences with the numbers that matter, shown under the picture and read to who does not see it.
    arrows, links : lists of Arrow and Link
        Between cells.
    sounds : list of Sound
        To listen to, as many at every position.

    Raises
    ------
    ValueError
        If panels have the same name, the description is empty, or an arrow or link leads to a panel that is not there.
    """

    rows: list[Any]
    description: str
    arrows: list[Arrow] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)

    def __post_init__(self) -> None:
        many = any(isinstance(row, list) for row in self.rows)
        rows = [row if isinstance(row, list) else [row] for row in (self.rows if many else [list(self.rows)])]
        self.rows = [row for row in rows if row]
        names = [panel.name for panel in self.panels]
        if len(set(names)) < len(names):
            raise ValueError(f"Scene: panels need different names; got {', '.join(names)}")
        if not self.description.strip():
            raise ValueError("Scene: the description must say in words what the picture shows")
        for arrow in self.arrows:
            self._known(names, arrow.start[0], "arrow")
            self._known(names, arrow.end[0], "arrow")
        for link in self.links:
            self._known(names, link.panel, "link")
            self._known(names, link.other, "link")

    @staticmethod
    def _known(names: list[str], name: str, what: str) -> None:
        if name not in names:
            raise ValueError(f"Scene: {what} to a panel {name!r} that is not there; the panels are {', '.join(names)}")

    @property
    def panels(self) -> list[Panel]:
        """All panels, row by row."""
        return [panel for row in self.rows for panel in row]

    def __getitem__(self, name: str) -> Any:
        """The panel of that name; raises KeyError if there is none."""
        for panel in self.panels:
            if panel.name == name:
                return panel
        raise KeyError(f"no panel {name!r}; the panels are {', '.join(panel.name for panel in self.panels)}")


__all__ = ["Arrow", "Curves", "Diagram", "Edge", "Grid", "Image", "Link", "Node", "Panel", "Plane", "Scene", "Table"]
