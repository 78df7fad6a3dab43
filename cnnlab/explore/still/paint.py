"""Small things that all painters of the still picture share. Lengths are pixels of the layout, 100 to the inch."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.patches import Polygon
from matplotlib.text import Text

from cnnlab.explore.toolkit.scene import Curves, Panel
from cnnlab.picture import COLOURS, DIVERGING, GREY, INK, STYLE, THEME
from cnnlab.themes import Halo

POINT = 0.72  # a pixel in points
WORDS = STYLE["words"]
PAPER, MUTED, FAINT, DARK = (THEME[name] for name in ("paper", "muted", "faint", "ink"))
MAPS: dict[str, Colormap] = {"diverging": DIVERGING, "ink": INK, "grey": GREY}

Point = np.ndarray | tuple[float, float]


def has_axes(panel: Panel) -> bool:
    """Whether a panel has axes (Curves, Plane) rather than cells."""
    return isinstance(panel, Curves)


def colour_of(colour: int | str) -> str:
    """A colour of items.py as matplotlib has it."""
    words = {"ink": DARK, "muted": MUTED, "positive": COLOURS[1], "negative": COLOURS[0]}
    return words[colour] if isinstance(colour, str) else COLOURS[colour % len(COLOURS)]


def inks_on(colours: np.ndarray) -> np.ndarray:
    """Black or white, whichever is read more easily on each of many colours (..., 4), as an array of words."""
    on = STYLE["on_colour"]
    bright = 255 * colours[..., :3] @ np.array((0.299, 0.587, 0.114))
    return np.where(bright < on["from"], on["light"], on["dark"])


def write(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    size: float = WORDS["plain"],
    colour: str = DARK,
    halo: bool = False,
    ha: str = "center",
    va: str = "center",
    **more: Any,
) -> Text:
    """Words at (x, y), `size` pixels high; va "baseline" and "center" as on a canvas."""
    va = "center_baseline" if va == "center" else va
    effects = [Halo(WORDS["halo"] * POINT)] if halo else None
    return axes.text(x, y, words, fontsize=size * POINT, color=colour, ha=ha, va=va, path_effects=effects, **more)


def dashes(pattern: list[float], width: float) -> tuple[int, tuple[float, ...]]:
    """A broken line, its pattern in pixels, as matplotlib has it: in widths of the line."""
    return 0, tuple(length / width for length in pattern)


def arrow_head(tip: Point, angle: float, size: float, colour: str, **more: Any) -> Polygon:
    """The head of an arrow."""
    half = STYLE["arrow"]["half_angle"]
    wings = [np.asarray(tip) - size * np.array([np.cos(angle + a), np.sin(angle + a)]) for a in (-half, half)]
    return Polygon(np.array([tip, *wings]), facecolor=colour, edgecolor="none", linewidth=0, **more)


def in_pixels(axes: Axes, sheet: Axes, artist: Artist) -> None:
    """Add an artist whose coordinates are pixels of the sheet to axes, which cut it at their frame."""
    artist.set_transform(sheet.transData)
    axes.add_artist(artist)
    artist.set_clip_path(axes.patch)
