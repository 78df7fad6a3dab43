"""What an explorer shows, as plain data: a scene of panels.

A scene is made new for every position of the controls and painted twice from the same description: live on a canvas
(the .js files) and as a still picture (still.py). Nothing here computes or paints; items.py has what lies in a
panel.
"""

from dataclasses import dataclass, field

import numpy as np

from cnnlab.explore.toolkit.items import Arrow, Link, Map, _colour, _numbers, _pair, _scale


@dataclass(kw_only=True)
class Panel:
    """What every panel has.

    name : how arrows, links and tests call it.  title : shown above it.
    width : its share of the row (1.0 each by default). height : pixels, the same for every position of the controls,
    so that nothing jumps; a row is as high as its highest panel.
    """

    name: str
    title: str = ""
    width: float = 1.0
    height: float = 280.0


@dataclass(kw_only=True)
class Curves(Panel):
    """Axes with lines, points, bars and marks.

    items : list of Line, Points, Bars, Mark, Border, Vector, Label; painted in this order.
    x, y : (low, high) of the axes; give fixed ranges wherever you can, so that the eye sees the curve move and not
    the axes. Lines that leave the range are cut at the frame.
    x_ticks, y_ticks : [(place, words), ...] in place of numbers: names under bars. x_log, y_log : logarithmic axes.
    legend : show the labels. background : a `Map`, painted first.
    """

    items: list = field(default_factory=list)
    x: tuple = (0.0, 1.0)
    y: tuple = (0.0, 1.0)
    x_label: str = ""
    y_label: str = ""
    x_ticks: list | None = None
    y_ticks: list | None = None
    x_log: bool = False
    y_log: bool = False
    legend: bool = True
    background: Map | None = None

    def __post_init__(self):
        self.x, self.y = _pair(self.name, "x", self.x), _pair(self.name, "y", self.y)
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
    """A matrix of numbers: each cell coloured by its value, the value printed in it (where the cell is large
    enough).

    values : (rows, columns); NaN leaves a cell empty.
    symbol : what a value is called when one points at it, e.g. "e" gives "e[3, 4] = 1.25".
    digits : decimals printed; by default as many as are needed, 2 at most.
    texts : strings of the same shape, printed in place of the numbers.
    colours : "diverging" (blue - 0 - orange), "ink" (paper to ink), "grey" (black to white), "none" (no colour).
    scale : fixed scale of the colours: one number (largest magnitude), (low, high), or None: from these values. Give
    it when the values move with the controls; otherwise the colours do not follow them.
    highlights, rectangles : lists of `Highlight` and `Rectangle`.
    row_label, column_label : words along the sides ("m", "n").  indices : print the row and column numbers;
    row_offset, column_offset : the number of the first row and column (kernels may count from -1).
    capacity : (rows, columns) the panel keeps room for, where the shape depends on the controls: cells keep their
    size.
    cell : largest side of a cell in pixels.
    click : name of a `Cell` control set by clicking a cell (or arrow keys).  edit : name of a `Matrix` control whose
    values are changed by dragging a cell up and down (or by keys).
    """

    values: np.ndarray
    symbol: str = ""
    digits: int | None = None
    texts: list | None = None
    colours: str = "diverging"
    scale: float | tuple | None = None
    highlights: list = field(default_factory=list)
    rectangles: list = field(default_factory=list)
    row_label: str = ""
    column_label: str = ""
    indices: bool = True
    row_offset: int = 0
    column_offset: int = 0
    capacity: tuple | None = None
    cell: float = 44.0
    click: str | None = None
    edit: str | None = None

    def __post_init__(self):
        self.values = _numbers(self.name, "values", self.values, 2)
        self.scale = _scale(self.name, self.values, self.colours, self.scale)
        rows, columns = self.values.shape
        self.capacity = (rows, columns) if self.capacity is None else tuple(int(v) for v in self.capacity)
        if self.capacity[0] < rows or self.capacity[1] < columns:
            raise ValueError(
                f"{self.name}: capacity {self.capacity} is too small for values of shape {self.values.shape}"
            )
        if self.digits is None:
            finite = self.values[np.isfinite(self.values)]
            self.digits = next((d for d in (0, 1) if np.allclose(finite, np.round(finite, d), rtol=0, atol=1e-6)), 2)
        if self.texts is not None:
            self.texts = [[str(text) for text in row] for row in self.texts]
            if len(self.texts) != rows or any(len(row) != columns for row in self.texts):
                raise ValueError(f"{self.name}: texts must have the shape of values, {self.values.shape}")


def screen_colours(pixels):
    """Colours (H, W, 3) in 0..1 as the screen has them, uint8: for an `Image` that many scenes share."""
    return np.round(255 * np.clip(np.nan_to_num(pixels), 0, 1)).astype(np.uint8)


@dataclass(kw_only=True)
class Image(Panel):
    """A picture: pixels (H, W) or (H, W, 1) painted with `colours` and `scale` as in `Grid` (default "grey"), or (H,
    W, 3) in 0..1, or (H, W, 3) made ready by `screen_colours`.

    rectangles : list of `Rectangle` (footprints). highlights : list of `Highlight` (single pixels). click : name of
    a `Cell` control set by clicking a pixel. symbol : as in `Grid`. capacity : as in `Grid`, in pixels.
    """

    pixels: np.ndarray
    symbol: str = ""
    colours: str = "grey"
    scale: float | tuple | None = None
    rectangles: list = field(default_factory=list)
    highlights: list = field(default_factory=list)
    capacity: tuple | None = None
    click: str | None = None

    def __post_init__(self):
        pixels = _numbers(self.name, "pixels", self.pixels, (2, 3))
        if pixels.ndim == 3 and pixels.shape[2] not in (1, 3):
            raise ValueError(f"{self.name}: pixels must be (H, W), (H, W, 1) or (H, W, 3); got shape {pixels.shape}")
        if pixels.ndim == 3 and pixels.shape[2] == 3:
            ready = isinstance(self.pixels, np.ndarray) and self.pixels.dtype == np.uint8
            self.pixels, self.scale = self.pixels if ready else screen_colours(pixels), (0.0, 1.0)
        else:
            self.pixels = pixels.reshape(pixels.shape[:2])
            self.scale = _scale(self.name, self.pixels, self.colours, self.scale)
        self.capacity = self.pixels.shape[:2] if self.capacity is None else tuple(int(v) for v in self.capacity)


@dataclass(kw_only=True)
class Table(Panel):
    """Rows of words and numbers in aligned columns: formulas with their values. Every cell can be linked and
    highlighted.

    rows : list of lists of strings (or numbers). header : list of strings, or nothing. align : one letter per
    column, "l", "r" or "c". colours : {(row, column): colour} of single cells. size : of the letters, in pixels.
    """

    rows: list
    header: list = field(default_factory=list)
    align: str = ""
    highlights: list = field(default_factory=list)
    colours: dict = field(default_factory=dict)
    size: float = 14.0
    click: str | None = None

    def __post_init__(self):
        self.rows = [[str(text) for text in row] for row in self.rows]
        self.header = [str(text) for text in self.header]
        columns = max((len(row) for row in [*self.rows, self.header]), default=0)
        if any(len(row) != columns for row in [*self.rows, *([self.header] if self.header else [])]):
            raise ValueError(f"{self.name}: every row of a Table must have the same number of cells ({columns})")
        self.align = (self.align + "l" * columns)[:columns]
        self.colours = [[int(r), int(c), _colour(self.name, colour)] for (r, c), colour in self.colours.items()]


@dataclass
class Node:
    """A box or circle of a Diagram, centred on (x, y), width x height in the diagram's units, with up to two lines
    of words.

    value : colours the node as a cell of a Grid with scale (-top, top) of its Diagram; None leaves it plain.
    """

    x: float
    y: float
    text: str = ""
    under: str = ""
    shape: str = "box"
    width: float = 1.0
    height: float = 1.0
    value: float | None = None
    colour: int | str = "ink"
    depth: int = 0

    def __post_init__(self):
        self.colour = _colour("Node", self.colour)
        if self.shape not in ("box", "circle"):
            raise ValueError(f"Node: shape must be box or circle; got {self.shape!r}")


@dataclass
class Edge:
    """An arrow from node `start` to node `end` (their places in the list of nodes), with a label at its middle."""

    start: int
    end: int
    label: str = ""
    colour: int | str = "muted"
    width: float = 1.5

    def __post_init__(self):
        self.colour = _colour("Edge", self.colour)


@dataclass(kw_only=True)
class Diagram(Panel):
    """Boxes and circles joined by arrows: a network, a chain of steps. y counts downwards, as the rows of a matrix
    do.

    nodes, edges : lists of `Node` and `Edge`. x, y : (low, high) of the units. top : magnitude of the strongest node
    colour.
    click : name of a `Cell` control of one row: clicking node i sets it to (0, i). `Node.depth` draws so many sheets
    behind a box.
    """

    nodes: list
    edges: list = field(default_factory=list)
    x: tuple = (0.0, 10.0)
    y: tuple = (0.0, 5.0)
    top: float = 1.0
    highlights: list = field(default_factory=list)
    click: str | None = None

    def __post_init__(self):
        self.x, self.y = _pair(self.name, "x", self.x), _pair(self.name, "y", self.y)


@dataclass
class Scene:
    """A picture: rows of panels, what they say in words, and what joins their cells.

    rows : list of lists of panels (a list of panels is one row).  Narrow windows break rows by themselves.
    description : one to three sentences, with the numbers that matter, for people who do not see the picture and for
    all who want to know what to look at; it is shown under the picture and follows the controls.
    arrows : list of `Arrow` between cells.  links : list of `Link`.
    """

    rows: list
    description: str
    arrows: list = field(default_factory=list)
    links: list = field(default_factory=list)

    def __post_init__(self):
        self.rows = (
            [row if isinstance(row, list) else [row] for row in self.rows]
            if any(isinstance(row, list) for row in self.rows)
            else [list(self.rows)]
        )
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
    def _known(names, name, what):
        if name not in names:
            raise ValueError(f"Scene: {what} to a panel {name!r} that is not there; the panels are {', '.join(names)}")

    @property
    def panels(self):
        """All panels, row by row."""
        return [panel for row in self.rows for panel in row]

    def __getitem__(self, name):
        """The panel of that name."""
        for panel in self.panels:
            if panel.name == name:
                return panel
        raise KeyError(f"no panel {name!r}; the panels are {', '.join(panel.name for panel in self.panels)}")


__all__ = ["Arrow", "Curves", "Diagram", "Edge", "Grid", "Image", "Link", "Node", "Panel", "Plane", "Scene", "Table"]
