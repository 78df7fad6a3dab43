"""A still picture, and how every picture looks: style.json beside this file, which the live views read as well.

Matplotlib paints on its own canvas here, without pyplot: nothing is global, so no figure leaks into another cell and
the same arrays give the same picture in a notebook, in a test and on a server.
"""

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from cnnlab.lettering import as_words

__all__ = ["COLOURS", "DIVERGING", "DPI", "GREY", "INK", "STYLE", "THEME", "Picture", "new_figure"]

STYLE: dict[str, Any] = json.loads((Path(__file__).parent / "style.json").read_text(encoding="utf-8"))

# Ink, paper, grid and what lies between, of a picture on white.
THEME: dict[str, Any] = STYLE["themes"]["light"]

# The eight colours that tell things apart, on white.
COLOURS: tuple[str, ...] = tuple(STYLE["colours"]["light"])

# Blue is negative, white is zero, orange is positive; the others go from paper to ink, and from black to white.
DIVERGING = LinearSegmentedColormap.from_list("cnnlab.diverging", STYLE["maps"]["light"])
INK = LinearSegmentedColormap.from_list("cnnlab.ink", STYLE["maps"]["ink"])
GREY = LinearSegmentedColormap.from_list("cnnlab.grey", STYLE["maps"]["grey"])

DPI = 110


class Picture:
    """A finished matplotlib figure with a caption in words.

    Notebooks show the PNG, and the caption stands in for it wherever pictures are not shown (it is the deterministic
    text/plain of the output).

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is shown; it gets a canvas of its own if it has none. Its words are words: `$` begins no mathematics.
    caption : str
        What the picture shows.

    Attributes
    ----------
    figure, caption
        As given.
    """

    def __init__(self, figure: Figure, caption: str) -> None:
        self.figure, self.caption = figure, caption
        if figure.canvas is None or not isinstance(figure.canvas, FigureCanvasAgg):
            FigureCanvasAgg(figure)
        _without_hidden_ticks(figure)
        as_words(figure)

    @property
    def axes(self) -> list[Axes]:
        """All axes of the figure."""
        return self.figure.axes

    def png(self) -> bytes:
        """The picture as the bytes of a PNG file, without time stamps: the same picture gives the same bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file; the ending (.png, .svg, .pdf) chooses the format."""
        self.figure.savefig(path, dpi=DPI)

    def __repr__(self) -> str:
        return self.caption

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"image/png": self.png(), "text/plain": self.caption}


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
    width: float = 7.0, height: float = 3.0, rows: int = 1, columns: int = 1, **grid: Any
) -> tuple[Figure, np.ndarray]:
    """A white figure with a grid of axes.

    Parameters
    ----------
    width, height : float
        Inches.
    rows, columns : int
        Of the axes.
    **grid
        Passed on to `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
        With a canvas of its own, laid out by matplotlib.
    axes : (rows, columns) array of matplotlib.axes.Axes
        Row by row.
    """
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, **grid)
