"""A still picture: a finished figure with its caption, as notebooks show it on light and on dark pages.

Matplotlib paints on its own canvas here, without pyplot: nothing is global, so no figure leaks into another cell and
the same arrays give the same picture in a notebook, in a test and on a server.

What a notebook gets is three things, for nobody shows all of them (tried with JupyterLab 4.6, nbconvert 7.17 and
Chromium):

- `text/html`, which JupyterLab and nbconvert prefer: the picture on light paper, its caption as alternative text and,
  visibly, beneath it. The picture on dark paper lies in a style sheet beside it, and takes its place where the page
  says that it is dark. JupyterLab drops style sheets from notebooks that were not run on this computer yet, and GitHub
  drops them always: they show the picture on light paper, which can be read everywhere. (Two images, one of them
  hidden, would both be seen there; `prefers-color-scheme` follows the computer, not JupyterLab's theme; an image in SVG
  does the same, and has letters of another width on a phone.)
- `image/png`, the picture on light paper, for whoever shows no HTML.
- `text/plain`, the caption.

Three PNGs are hardly larger than one of matplotlib's own, for they have 256 colours: what covers much of the picture
keeps its colour exactly, the soft rims of letters and lines share the others. Photographs keep all of theirs.
"""

import base64
import hashlib
import html
import io
import os
import re
from contextlib import nullcontext
from typing import Any, Literal

import numpy as np

from cnnlab.packages import needs

with needs("matplotlib", "Still pictures"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.transforms import Bbox

from cnnlab.lettering import as_words
from cnnlab.paper.canvas import Canvas, letters_again
from cnnlab.paper.png import FIRM, QUICK, small
from cnnlab.themes import COLOURS, DIVERGING, GREY, INK, STYLE, THEME, on_dark

__all__ = ["COLOURS", "DIVERGING", "DPI", "GREY", "INK", "STYLE", "THEME", "Picture", "clear_legend", "new_figure"]

DPI = 110

# Where a legend may stand within its axes, the first free place: (across, up, its name), from 0 to 1 of the room.
PLACES = [
    *((1, 1, "upper right"), (0, 1, "upper left"), (0, 0, "lower left"), (1, 0, "lower right")),
    *((1, 0.5, "center right"), (0, 0.5, "center left"), (0.5, 1, "upper center"), (0.5, 0, "lower center")),
]
CLEAR = 3  # pixels between a legend and the nearest line

# The pages that say of themselves that they are dark: JupyterLab and nbconvert, Visual Studio Code, Colab.
DATA = "data:image/png;base64,"
DARK_PAGES = ('[data-jp-theme-light="false"]', ".vscode-dark", '[theme="dark"]')

# A picture as HTML: words and base64 are all that differs from one to the next.
_BASE64, _NAME = "[A-Za-z0-9+/=]+", "cnnlab-[0-9a-f]{12}"
_PAGES = re.escape(", ".join(f"{page} .NAME" for page in DARK_PAGES)).replace("NAME", _NAME)
SHEET = re.compile(
    rf'<figure style="margin: 0"><style scoped>{_PAGES} {{ content: url\("{DATA}{_BASE64}"\) }}</style>'
    rf'<img class="{_NAME}" alt="[^<>"]*" style="max-width: 100%; height: auto" src="{DATA}{_BASE64}">'
    r"<figcaption>[^<>]*</figcaption></figure>"
)


class Picture:
    """A finished matplotlib figure with a caption in words.

    Notebooks show it on the paper of their page, with the caption beneath, which stands in for the picture wherever
    pictures are not shown (it is the deterministic text/plain of the output).

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is shown, painted for light paper; it gets a canvas of its own if it has none. Its words are words: `$`
        begins no mathematics.
    caption : str
        What the picture shows.

    Attributes
    ----------
    figure, caption
        As given.
    """

    def __init__(self, figure: Figure, caption: str) -> None:
        self.figure, self.caption = figure, caption
        if not isinstance(figure.canvas, Canvas):
            Canvas(figure)
        _without_hidden_ticks(figure)
        as_words(figure)
        self._start = [(axes, axes.get_position(True), axes.get_position()) for axes in figure.axes]

    @property
    def axes(self) -> list[Axes]:
        """All axes of the figure."""
        return self.figure.axes

    def called(self, caption: str) -> "Picture":
        """The same figure with another caption.

        Parameters
        ----------
        caption : str
            What the picture shows.

        Returns
        -------
        picture : Picture
        """
        return Picture(self.figure, caption)

    def png(self, dark: bool = False) -> bytes:
        """The picture as the bytes of a PNG file, without time stamps: the same picture gives the same bytes.

        Parameters
        ----------
        dark : bool
            Whether it is painted for dark pages.

        Returns
        -------
        png : bytes
            With at most 256 colours, unless it holds photographs.
        """
        if dark and self.figure.get_layout_engine() is not None:
            self.figure.draw_without_rendering()  # all ticks that the layout brings are there to be recoloured
        with on_dark(self.figure) if dark else nullcontext():
            self._put_back()
            return self._painted(QUICK if dark else FIRM)

    def papers(self) -> tuple[bytes, bytes]:
        """The picture on both papers, in less time than one after the other: laid out once, its letters formed once.

        Returns
        -------
        light, dark : bytes
            As `png` has them.
        """
        figure, canvas = self.figure, self.figure.canvas
        assert isinstance(canvas, Canvas)
        layout, canvas.letters = figure.get_layout_engine(), {}
        try:
            light = self.png()
            if layout is not None:
                figure.set_layout_engine("none")  # everything is in its place
            with on_dark(figure), letters_again(canvas.letters):
                return light, self._painted(QUICK)
        finally:
            if layout is not None:
                figure.set_layout_engine(layout)
            canvas.letters = None

    def _painted(self, packed: int) -> bytes:
        canvas, pixels = self.figure.canvas, io.BytesIO()
        assert isinstance(canvas, Canvas)
        self.figure.savefig(pixels, format="rgba", dpi=DPI)
        height, width = np.shape(canvas.buffer_rgba())[:2]
        return small(np.frombuffer(pixels.getbuffer(), "<u4").reshape(height, width), packed)

    def html(self) -> str:
        """The picture for a page, light or dark, with its caption beneath it and as its alternative text.

        Returns
        -------
        html : str
            Without script; nothing else is asked for.
        """
        return self._html(*self.papers())

    def _html(self, *papers: bytes) -> str:
        paper, night = (base64.b64encode(png).decode() for png in papers)
        words, name = html.escape(self.caption), f"cnnlab-{hashlib.sha256(night.encode()).hexdigest()[:12]}"
        dark_page = ", ".join(f"{page} .{name}" for page in DARK_PAGES)
        return (
            f'<figure style="margin: 0"><style scoped>{dark_page} {{ content: url("{DATA}{night}") }}</style>'
            f'<img class="{name}" alt="{words}" style="max-width: 100%; height: auto" src="{DATA}{paper}">'
            f"<figcaption>{words}</figcaption></figure>"
        )

    def _put_back(self) -> None:
        """Put axes back to where they began: matplotlib's layout starts from there, and goes on a little every time."""
        for axes, original, active in self._start if self.figure.get_layout_engine() is not None else ():
            if axes.get_in_layout():  # nobody has placed it by hand
                axes.set_position(original, which="original")
                axes.set_position(active, which="active")
                axes.set_in_layout(True)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file; the ending (.png, .svg, .pdf) chooses the format."""
        self.figure.savefig(path, dpi=DPI)

    def __repr__(self) -> str:
        return self.caption

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        light, dark = self.papers()
        return {"text/html": self._html(light, dark), "image/png": light, "text/plain": self.caption}


def is_sheet(page: str) -> bool:
    """Whether HTML is that of a `Picture`, and nothing else; so it can be shown inside of other HTML.

    Parameters
    ----------
    page : str
        Any.

    Returns
    -------
    answer : bool
    """
    return SHEET.fullmatch(page) is not None


def _without_hidden_ticks(figure: Figure) -> None:
    """Where axes are switched off there are no ticks either.

    Matplotlib makes twenty for each image that is drawn, with lines and words, which nobody sees: half a megabyte an
    image, for as long as a notebook keeps the picture.
    """
    for ax in figure.axes:
        for shared, remove in ((ax.get_shared_x_axes(), ax.set_xticks), (ax.get_shared_y_axes(), ax.set_yticks)):
            if not any(other.axison for other in shared.get_siblings(ax)):
                remove([])


def new_figure(
    width: float = 7.0,
    height: float = 3.0,
    rows: int = 1,
    columns: int = 1,
    layout: Literal["constrained"] | None = "constrained",
    **grid: Any,
) -> tuple[Figure, np.ndarray]:
    """A white figure with a grid of axes.

    Parameters
    ----------
    width, height : float
        Inches.
    rows, columns : int
        Of the axes.
    layout : str or None
        None where all axes are put in their places by hand: matplotlib draws a figure that it lays out itself twice.
    **grid
        Passed on to `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
        With a canvas of its own.
    axes : (rows, columns) array of matplotlib.axes.Axes
        Row by row.
    """
    figure = Figure(figsize=(width, height), layout=layout, facecolor="white")
    Canvas(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, **grid)


def clear_legend(ax: Axes, **look: Any) -> "Legend":
    """A legend where no line, point or word of the axes is; above them, if there is no such place.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Finished, with labels, on a figure of `new_figure`; the figure grows by the legend that stands above the axes.
    **look
        Passed on to `matplotlib.axes.Axes.legend`.

    Returns
    -------
    legend : matplotlib.legend.Legend
        Of the axes, or of the figure.
    """
    figure = ax.figure
    assert isinstance(figure, Figure), "axes of a part of a figure"
    start = [(one, one.get_position(True), one.get_position()) for one in figure.axes]
    legend = ax.legend(loc="upper right", **look)
    as_words(figure)  # before anything is drawn: matplotlib would read a `$` as mathematics
    figure.draw_without_rendering()
    room, size = ax.get_window_extent(), legend.get_window_extent()
    gap = legend.borderaxespad * legend.prop.get_size_in_points() * figure.dpi / 72
    for across, up, name in PLACES:
        left = room.x0 + gap + across * (room.width - size.width - 2 * gap)
        foot = room.y0 + gap + up * (room.height - size.height - 2 * gap)
        if _is_free(ax, Bbox.from_bounds(left, foot, size.width, size.height).padded(CLEAR)):
            legend = ax.legend(**look | {"loc": name})
            break
    else:
        handles, words = ax.get_legend_handles_labels()
        each = max(size.width / figure.dpi, 1e-3)
        columns = max(1, min(len(words), int(0.95 * figure.get_figwidth() / each)))
        legend.remove()
        figure.set_figheight(figure.get_figheight() + size.height / figure.dpi * -(-len(words) // columns) / len(words))
        legend = figure.legend(handles, words, loc="outside upper center", ncols=columns, **look)
    for one, original, active in start:  # matplotlib's layout goes on from where it finds the axes
        one.set_position(original, which="original")
        one.set_position(active, which="active")
        one.set_in_layout(True)
    return legend


def _is_free(ax: Axes, box: "Bbox") -> bool:
    """Whether nothing of the axes is drawn in a box, in pixels."""
    for line in ax.lines:
        path = line.get_transform().transform_path(line.get_path())
        if box.count_contains(path.vertices) or path.intersects_bbox(box, filled=False):
            return False
    points = [one.get_offset_transform().transform(one.get_offsets()) for one in ax.collections]
    if any(len(each) and box.count_contains(each) for each in points):
        return False
    return not any(box.overlaps(text.get_window_extent()) for text in ax.texts)
