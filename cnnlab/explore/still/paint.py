"""Small things that all painters of the still picture share. Lengths are pixels of the layout, 100 to the inch."""

from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath

from cnnlab.picture import COLOURS, DIVERGING, INK

POINT = 0.72  # a pixel in points
MUTED = "#6A6E73"
FAINT = "#DADDE1"
DARK = "#1F1F1F"
MAPS = {"diverging": DIVERGING, "ink": INK, "grey": "grey"}


def has_axes(panel):
    """Whether a panel has axes (Curves, Plane) rather than cells."""
    return hasattr(panel, "x_log")


def colour_of(colour):
    """A colour of items.py as matplotlib has it."""
    words = {"ink": DARK, "muted": MUTED, "positive": COLOURS[1], "negative": COLOURS[0]}
    return words[colour] if isinstance(colour, str) else COLOURS[colour % len(COLOURS)]


def ink_on(colour):
    """Black or white, whichever is read more easily on a colour."""
    r, g, b = to_rgb(colour)
    return "white" if 0.299 * r + 0.587 * g + 0.114 * b < 0.55 else "#1A1A1A"


def write(axes, x, y, words, size, colour=DARK, halo=False, ha="center", va="center", **more):
    """Words at (x, y), `size` pixels high; va "baseline" and "center" as on a canvas."""
    va = "center_baseline" if va == "center" else va
    effects = [withStroke(linewidth=2.5, foreground="white")] if halo else None
    words = words.replace("$", r"\$")  # words are words: no mathematics is typeset
    return axes.text(x, y, words, fontsize=size * POINT, color=colour, ha=ha, va=va, path_effects=effects, **more)


def text_width(words, size, weight="normal"):
    """Pixels that words take."""
    if not words.strip():
        return 0.0
    return TextPath((0, 0), words, size=size, prop=FontProperties(weight=weight)).get_extents().width
