"""A still picture, and the colours that every picture shares.

Matplotlib paints on its own canvas here, without pyplot: nothing is global, so no figure leaks into another cell and
the same arrays give the same picture in a notebook, in a test and on a server.
"""

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

# Okabe and Ito's eight colours, which colour-blind readers can tell apart; yellow is last because it is weak on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442")

# Blue is negative, white is zero, orange is positive; grey levels go from paper to ink.
_BLUE_TO_ORANGE = ["#053061", "#4393C3", "#F7F7F7", "#F4A05A", "#B35806"]
DIVERGING = LinearSegmentedColormap.from_list("cnnlab.diverging", _BLUE_TO_ORANGE)
INK = LinearSegmentedColormap.from_list("cnnlab.ink", ["#FFFFFF", "#222222"])

DPI = 110


class Picture:
    """A finished matplotlib figure with a caption in words.

    figure : matplotlib Figure; caption : str, what the picture shows. Notebooks show the PNG, and the caption stands in
    for it wherever pictures are not shown (it is the deterministic text/plain of the output).
    """

    def __init__(self, figure, caption):
        self.figure, self.caption = figure, caption
        if figure.canvas is None or not isinstance(figure.canvas, FigureCanvasAgg):
            FigureCanvasAgg(figure)

    @property
    def axes(self):
        return self.figure.axes

    def png(self):
        """The picture as the bytes of a PNG file, without time stamps: the same picture gives the same bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()

    def save(self, path):
        """Write the picture to a file; the ending (.png, .svg, .pdf) chooses the format."""
        self.figure.savefig(path, dpi=DPI)

    def __repr__(self):
        return self.caption

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": self.png(), "text/plain": self.caption}


def new_figure(width=7.0, height=3.0, rows=1, columns=1, **grid):
    """A white Figure of width x height inches and its axes, as an array of shape (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, **grid)
