"""What lies in the panels of a scene: lines, points, borders, highlights, arrows, links. Plain data, checked.

Coordinates: cells are (row, column) counted from 0, as in the arrays; points are (x, y) in data units. Colours: an
int counts through the eight colours of cnnlab.picture.COLOURS (6 is ink: black on white, white on black); or one of
the words "ink", "muted" (grey), "positive" (orange), "negative" (blue). Every colour works in both themes.
"""

from dataclasses import dataclass

import numpy as np

COLOUR_WORDS = ("ink", "muted", "positive", "negative")
COLOUR_MAPS = ("diverging", "ink", "grey", "none")


def _numbers(owner, name, value, rank, kinds="biuf"):
    """The value as an array of real numbers of the given rank (or ranks); NaN stands for "nothing here"."""
    array = np.asarray(value)
    ranks = (rank,) if isinstance(rank, int) else rank
    if array.dtype.kind not in kinds or array.ndim not in ranks:
        wanted = " or ".join(f"{r}-dimensional" for r in ranks)
        raise ValueError(
            f"{owner}: {name} must be a {wanted} array of real numbers; got shape {array.shape}, {array.dtype}"
        )
    return array


def _pair(owner, name, value):
    if value is None:
        return None
    lo, hi = (float(v) for v in value)
    if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
        raise ValueError(f"{owner}: {name} must be (low, high), finite, with low < high; got ({lo:g}, {hi:g})")
    return lo, hi


def _colour(owner, value):
    if isinstance(value, str) and value not in COLOUR_WORDS:
        raise ValueError(f"{owner}: colour must be an int or one of {', '.join(COLOUR_WORDS)}; got {value!r}")
    return value if isinstance(value, str) else int(value) % 8


# ---- what lies in a panel with axes ------------------------------------------------------------------------------


@dataclass
class Line:
    """A line through the points (x[i], y[i]); NaN breaks it.  `label` goes to the legend, `dash` makes it broken."""

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    colour: int | str = 0
    width: float = 2.0
    dash: bool = False

    def __post_init__(self):
        self.x, self.y = _numbers("Line", "x", self.x, 1), _numbers("Line", "y", self.y, 1)
        self.colour = _colour("Line", self.colour)
        if self.x.shape != self.y.shape:
            raise ValueError(f"Line: x and y must have the same length; got {len(self.x)} and {len(self.y)}")


@dataclass
class Points:
    """Dots at (x[i], y[i]).

    shape : "dot", "ring", "square", "cross", so that classes differ by more than their colour.
    drag : name of a `Handle` control: the dot (there must be one only) can be dragged, and sets that control.
    text : written beside the first dot.
    """

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    colour: int | str = 0
    size: float = 4.0
    shape: str = "dot"
    drag: str | None = None
    text: str = ""

    def __post_init__(self):
        self.x = _numbers("Points", "x", np.atleast_1d(self.x), 1)
        self.y = _numbers("Points", "y", np.atleast_1d(self.y), 1)
        self.colour = _colour("Points", self.colour)
        if self.x.shape != self.y.shape:
            raise ValueError(f"Points: x and y must have the same length; got {len(self.x)} and {len(self.y)}")
        if self.drag is not None and len(self.x) != 1:
            raise ValueError(f"Points: a draggable point is one point; got {len(self.x)}")
        if self.shape not in ("dot", "ring", "square", "cross"):
            raise ValueError(f"Points: shape must be dot, ring, square or cross; got {self.shape!r}")


@dataclass
class Mark:
    """A thin vertical line at x (or a horizontal one, with y instead), with a short label: a knot, a threshold, a
    limit.
    """

    x: float | None = None
    label: str = ""
    colour: int | str = "muted"
    y: float | None = None

    def __post_init__(self):
        self.colour = _colour("Mark", self.colour)
        if (self.x is None) == (self.y is None):
            raise ValueError("Mark: give either x (a vertical line) or y (a horizontal one)")


@dataclass
class Bars:
    """Upright bars of height y[i] at x[i], `width` wide in data units; `values=True` prints the heights (with
    `digits`).
    """

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    colour: int | str = 0
    width: float = 0.8
    values: bool = False
    digits: int = 2

    def __post_init__(self):
        self.x, self.y = _numbers("Bars", "x", self.x, 1), _numbers("Bars", "y", self.y, 1)
        self.colour = _colour("Bars", self.colour)


@dataclass
class Border:
    """The line w[0] x + w[1] y + b = 0 with a short arrow towards its positive side, which `shade` tints."""

    w: tuple
    b: float
    label: str = ""
    colour: int | str = 0
    width: float = 2.0
    shade: bool = False

    def __post_init__(self):
        self.w = tuple(float(v) for v in self.w)
        self.b = float(self.b)
        self.colour = _colour("Border", self.colour)


@dataclass
class Vector:
    """An arrow from (x, y) to (x + dx, y + dy)."""

    x: float
    y: float
    dx: float
    dy: float
    label: str = ""
    colour: int | str = "ink"
    width: float = 2.0

    def __post_init__(self):
        self.colour = _colour("Vector", self.colour)


@dataclass
class Label:
    """Words centred on (x, y): the code of a region, a name beside a curve."""

    x: float
    y: float
    text: str
    colour: int | str = "ink"
    size: float = 12.0

    def __post_init__(self):
        self.colour = _colour("Label", self.colour)


@dataclass
class Map:
    """A background of values: values[i, j] colours the cell whose centre is at row i from the BOTTOM, column j from
    the left.

    The map fills the panel's x and y range; colours and scale as in `Grid`. strength 0..1 fades it towards the
    paper.
    """

    values: np.ndarray
    colours: str = "diverging"
    scale: float | tuple | None = None
    strength: float = 0.6

    def __post_init__(self):
        self.values = _numbers("Map", "values", self.values, 2)
        self.scale = _scale("Map", self.values, self.colours, self.scale)


# ---- what lies on or between cells -------------------------------------------------------------------------------


@dataclass
class Highlight:
    """A set of cells with a meaning (shown in the panel's legend).

    cells : (row, column) pairs. style : "box" (outline around the whole set), "ring" (each cell on its own), "cross"
    (each cell crossed out), "fade" (each cell pale), or "dot" (a dot in each cell's corner).
    """

    cells: list
    meaning: str = ""
    colour: int | str = "ink"
    style: str = "box"

    def __post_init__(self):
        self.cells = np.asarray(self.cells, dtype=float).reshape(-1, 2)
        self.colour = _colour("Highlight", self.colour)
        if self.style not in ("box", "ring", "cross", "fade", "dot"):
            raise ValueError(f"Highlight: style must be box, ring, cross, fade or dot; got {self.style!r}")


@dataclass
class Rectangle:
    """A rectangle on an Image or Grid, from (row, column), `rows` x `columns` large; may stick out of the picture."""

    row: float
    column: float
    rows: float
    columns: float
    meaning: str = ""
    colour: int | str = 1

    def __post_init__(self):
        self.colour = _colour("Rectangle", self.colour)


@dataclass
class Arrow:
    """An arrow from a cell to a cell: start and end are (panel name, row, column). `label` is written at its middle."""

    start: tuple
    end: tuple
    colour: int | str = "ink"
    label: str = ""
    width: float = 1.5

    def __post_init__(self):
        self.colour = _colour("Arrow", self.colour)


@dataclass
class Link:
    """Cells that belong together: hovering over one lights up the others.

    panel, other : names of panels (Grid, Image, Table or Diagram; for a Diagram the cell of node i is (0, i)).
    pairs : integers of shape (n, 4), one (row, column, row in other, column in other) per pair; works in both
    directions.
    """

    panel: str
    other: str
    pairs: np.ndarray

    def __post_init__(self):
        self.pairs = np.asarray(self.pairs, dtype=np.float32).reshape(-1, 4)


def _scale(owner, values, colours, scale):
    """(low, high) of the colours: given, or from the values; symmetric about 0 for diverging colours."""
    if colours not in COLOUR_MAPS:
        raise ValueError(f"{owner}: colours must be one of {', '.join(COLOUR_MAPS)}; got {colours!r}")
    if scale is not None and np.ndim(scale):
        return _pair(owner, "scale", scale)
    finite = values[np.isfinite(values)]
    if colours == "diverging":
        top = float(scale) if scale is not None else float(np.abs(finite).max(initial=0.0))
        return (-top, top) if top > 0 else (-1.0, 1.0)
    top = float(scale) if scale is not None else float(finite.max(initial=0.0))
    low = min(0.0, float(finite.min(initial=0.0)))
    return (low, top) if top > low else (low, low + 1.0)
