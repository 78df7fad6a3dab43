"""What lies in the panels of a scene: lines, points, borders, highlights, arrows, links. Plain data, checked.

Coordinates: cells are (row, column) counted from 0, as in the arrays; points are (x, y) in data units. Colours: an
int counts through the eight colours of cnnlab.picture.COLOURS (6 is ink: black on white, white on black); or one of
the words "ink", "muted" (grey), "positive" (orange), "negative" (blue). Every colour works in both themes.
"""

from dataclasses import dataclass

import numpy as np

from cnnlab.explore.toolkit.checked import (
    Colour,
    Given,
    Place,
    Scale,
    checked_colour,
    checked_numbers,
    checked_scale,
)

STYLES = ("box", "ring", "cross", "fade", "dot", "tint")  # of a Highlight

__all__ = [
    "Arrow",
    "Bars",
    "Border",
    "Highlight",
    "Label",
    "Line",
    "Link",
    "Map",
    "Mark",
    "Points",
    "Rectangle",
    "Vector",
]


# ---- what lies in a panel with axes ------------------------------------------------------------------------------


@dataclass
class Line:
    """A line through the points (x[i], y[i]).

    Parameters
    ----------
    x, y : (n,) arrays
        Data units; NaN breaks the line.
    label : str
        Goes to the legend.
    colour : int or str
        See the head of this file.
    width : float
        Pixels.
    dash : bool
        Whether it is broken.
    """

    x: Given
    y: Given
    label: str = ""
    colour: Colour = 0
    width: float = 2.0
    dash: bool = False

    def __post_init__(self) -> None:
        self.x, self.y = checked_numbers("Line", "x", self.x, 1), checked_numbers("Line", "y", self.y, 1)
        self.colour = checked_colour("Line", self.colour)
        if self.x.shape != self.y.shape:
            raise ValueError(f"Line: x and y must have the same length; got {len(self.x)} and {len(self.y)}")


@dataclass
class Points:
    """Dots at (x[i], y[i]).

    Parameters
    ----------
    x, y : (n,) arrays
        Data units.
    label, colour
        As for `Line`.
    size : float
        Half the width of a dot, in pixels.
    shape : str
        "dot", "ring", "square", "cross", so that classes differ by more than their colour.
    drag : str, optional
        Name of a `Handle` control: the dot (there must be one only) can be dragged, and sets that control.
    text : str
        Written beside the first dot.
    """

    x: Given
    y: Given
    label: str = ""
    colour: Colour = 0
    size: float = 4.0
    shape: str = "dot"
    drag: str | None = None
    text: str = ""

    def __post_init__(self) -> None:
        self.x = checked_numbers("Points", "x", np.atleast_1d(self.x), 1)
        self.y = checked_numbers("Points", "y", np.atleast_1d(self.y), 1)
        self.colour = checked_colour("Points", self.colour)
        if self.x.shape != self.y.shape:
            raise ValueError(f"Points: x and y must have the same length; got {len(self.x)} and {len(self.y)}")
        if self.drag is not None and len(self.x) != 1:
            raise ValueError(f"Points: a draggable point is one point; got {len(self.x)}")
        if self.shape not in ("dot", "ring", "square", "cross"):
            raise ValueError(f"Points: shape must be dot, ring, square or cross; got {self.shape!r}")


@dataclass
class Mark:
    """A thin line across the panel: a knot, a threshold, a limit.

    Parameters
    ----------
    x : float, optional
        Where a vertical line stands.
    label : str
        A short one, written beside it.
    colour : int or str
        As for `Line`.
    y : float, optional
        Where a horizontal line lies; either x or y.
    """

    x: float | None = None
    label: str = ""
    colour: Colour = "muted"
    y: float | None = None

    def __post_init__(self) -> None:
        self.colour = checked_colour("Mark", self.colour)
        if (self.x is None) == (self.y is None):
            raise ValueError("Mark: give either x (a vertical line) or y (a horizontal one)")


@dataclass
class Bars:
    """Upright bars of height y[i] at x[i].

    Parameters
    ----------
    x, y : (n,) arrays
        Data units.
    label, colour
        As for `Line`.
    width : float
        Data units.
    values : bool
        Whether the heights are printed.
    digits : int
        Decimals of what is printed.
    """

    x: Given
    y: Given
    label: str = ""
    colour: Colour = 0
    width: float = 0.8
    values: bool = False
    digits: int = 2

    def __post_init__(self) -> None:
        self.x, self.y = checked_numbers("Bars", "x", self.x, 1), checked_numbers("Bars", "y", self.y, 1)
        self.colour = checked_colour("Bars", self.colour)


@dataclass
class Border:
    """The line w[0] x + w[1] y + b = 0 with a short arrow towards its positive side.

    Parameters
    ----------
    w : (float, float)
        Nothing is drawn where both are 0.
    b : float
        The bias.
    label : str
        Written at the arrow.
    colour, width
        As for `Line`.
    shade : bool
        Whether the positive side is tinted.
    arrow : bool
        Whether the arrow is drawn; without it a `Vector` may show the normal at its true length.
    """

    w: tuple[float, float]
    b: float
    label: str = ""
    colour: Colour = 0
    width: float = 2.0
    shade: bool = False
    arrow: bool = True

    def __post_init__(self) -> None:
        self.w = (float(self.w[0]), float(self.w[1]))
        self.b = float(self.b)
        self.colour = checked_colour("Border", self.colour)


@dataclass
class Vector:
    """An arrow from (x, y) to (x + dx, y + dy).

    Parameters
    ----------
    x, y, dx, dy : float
        Data units.
    label : str
        Written at the tip.
    colour, width
        As for `Line`.
    """

    x: float
    y: float
    dx: float
    dy: float
    label: str = ""
    colour: Colour = "ink"
    width: float = 2.0

    def __post_init__(self) -> None:
        self.colour = checked_colour("Vector", self.colour)


@dataclass
class Label:
    """Words: the code of a region, a name beside a curve.

    Parameters
    ----------
    x, y : float
        Their middle, in data units.
    text : str
        The words.
    colour : int or str
        As for `Line`.
    size : float
        Of the letters, in pixels.
    """

    x: float
    y: float
    text: str
    colour: Colour = "ink"
    size: float = 12.0

    def __post_init__(self) -> None:
        self.colour = checked_colour("Label", self.colour)


@dataclass
class Map:
    """A background of values, which fills the panel's x and y range.

    Parameters
    ----------
    values : (rows, columns) array
        values[i, j] colours the cell whose centre is at row i from the BOTTOM, column j from the left.
    colours, scale
        As for `Grid`.
    strength : float
        0..1; less than 1 fades it towards the paper.
    light : (rows, columns) array, optional
        What makes a surface of the map: from -1, in the shade, to 1, in the sun; 0 leaves the colour as it is.
    """

    values: Given
    colours: str = "diverging"
    scale: Scale = None
    strength: float = 0.6
    light: Given = None

    def __post_init__(self) -> None:
        self.values = checked_numbers("Map", "values", self.values, 2)
        self.scale = checked_scale("Map", self.values, self.colours, self.scale)
        if self.light is not None:
            self.light = checked_numbers("Map", "light", self.light, 2)
            if self.light.shape != self.values.shape:
                raise ValueError(
                    f"Map: light must have the shape of values, {self.values.shape}; got {self.light.shape}"
                )


# ---- what lies on or between cells -------------------------------------------------------------------------------


@dataclass
class Highlight:
    """A set of cells with a meaning.

    Parameters
    ----------
    cells : (n, 2) array
        (row, column) pairs.
    meaning : str
        Shown in the panel's legend.
    colour : int or str
        As for `Line`.
    style : str
        "box" (outline around the whole set), "ring" (each cell on its own), "cross" (each cell crossed out), "fade"
        (each cell pale), "dot" (a dot in each cell's corner), or "tint" (each cell of a Grid filled, under its number).
    """

    cells: Given
    meaning: str = ""
    colour: Colour = "ink"
    style: str = "box"

    def __post_init__(self) -> None:
        self.cells = np.asarray(self.cells, dtype=float).reshape(-1, 2)
        self.colour = checked_colour("Highlight", self.colour)
        if self.style not in STYLES:
            raise ValueError(f"Highlight: style must be one of {', '.join(STYLES)}; got {self.style!r}")


@dataclass
class Rectangle:
    """A rectangle on an Image or Grid; may stick out of the picture.

    Parameters
    ----------
    row, column : float
        Its first corner.
    rows, columns : float
        How large it is.
    meaning, colour
        As for `Highlight`.
    """

    row: float
    column: float
    rows: float
    columns: float
    meaning: str = ""
    colour: Colour = 1

    def __post_init__(self) -> None:
        self.colour = checked_colour("Rectangle", self.colour)


@dataclass
class Arrow:
    """An arrow from a cell to a cell.

    Parameters
    ----------
    start, end : (panel name, row, column)
        The cells.
    colour : int or str
        As for `Line`.
    label : str
        Written at its middle.
    width : float
        Pixels; thin arrows let the numbers under them show through.
    """

    start: Place
    end: Place
    colour: Colour = "ink"
    label: str = ""
    width: float = 1.5

    def __post_init__(self) -> None:
        self.colour = checked_colour("Arrow", self.colour)


@dataclass
class Link:
    """Cells that belong together: hovering over one lights up the others, in both directions.

    Parameters
    ----------
    panel, other : str
        Names of panels (Grid, Image, Table or Diagram; for a Diagram the cell of node i is (0, i)).
    pairs : (n, 4) integers
        One (row, column, row in other, column in other) per pair.
    """

    panel: str
    other: str
    pairs: Given

    def __post_init__(self) -> None:
        self.pairs = np.asarray(self.pairs, dtype=np.float32).reshape(-1, 4)
