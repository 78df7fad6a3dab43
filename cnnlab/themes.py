"""How every picture looks on light and on dark paper: style.json beside this file, which the live views read as well.

Pictures are painted for light paper. `on_dark` gives a finished figure the colours of dark paper for a while: each
colour of style.json is replaced by its partner there, so whatever paints needs to know of light paper only.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap, to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from cnnlab.style import STYLE
from cnnlab.types import Array

__all__ = ["COLOURS", "DIVERGING", "GREY", "INK", "STYLE", "THEME", "Halo", "ink_on", "on_dark"]

# Ink, paper, grid and what lies between, of a picture on white.
THEME: dict[str, Any] = STYLE["themes"]["light"]
_DARK: dict[str, Any] = STYLE["themes"]["dark"]

# The eight colours that tell things apart, on white.
COLOURS: tuple[str, ...] = tuple(STYLE["colours"]["light"])

# Blue is negative, white is zero, orange is positive; the others go from paper to ink, and from black to white.
DIVERGING = LinearSegmentedColormap.from_list("cnnlab.diverging", STYLE["maps"]["light"])
INK = LinearSegmentedColormap.from_list("cnnlab.ink", STYLE["maps"]["ink"])
GREY = LinearSegmentedColormap.from_list("cnnlab.grey", STYLE["maps"]["grey"])

_DARK_MAPS: dict[str, Colormap] = {
    DIVERGING.name: LinearSegmentedColormap.from_list("cnnlab.diverging_on_dark", STYLE["maps"]["dark"]),
    INK.name: LinearSegmentedColormap.from_list("cnnlab.ink_on_dark", [_DARK["paper"], _DARK["ink"]]),
}


def _partners() -> dict[str, str]:
    """The colour on dark paper of each colour on light paper, as #rrggbb."""
    signed = DIVERGING(np.arange(DIVERGING.N)), _DARK_MAPS[DIVERGING.name](np.arange(DIVERGING.N))
    found = {to_hex(one): to_hex(other) for one, other in zip(*signed, strict=True)}
    found |= {to_hex("black"): _DARK["ink"], to_hex("0.8"): _DARK["faint"]}  # matplotlib's own: words, a legend's frame
    found |= {THEME[name].lower(): _DARK[name] for name in ("ink", "muted", "faint", "paper")}
    return found | {one.lower(): other for one, other in zip(COLOURS, STYLE["colours"]["dark"], strict=True)}


_PARTNERS = _partners()
_WORDS_ON_COLOUR = tuple(STYLE["on_colour"][name].lower() for name in ("dark", "light"))


def ink_on(colour: Any) -> str:
    """Black or white, whichever is read more easily on a colour.

    Parameters
    ----------
    colour : str or tuple
        As matplotlib has it.

    Returns
    -------
    ink : str
        A colour of style.json.
    """
    r, g, b = to_rgb(colour)
    on = STYLE["on_colour"]
    return str(on["light"] if 255 * (0.299 * r + 0.587 * g + 0.114 * b) < on["from"] else on["dark"])


class Halo(withStroke):
    """A seam of the paper's colour around words, which lie over lines.

    Parameters
    ----------
    width : float
        Points.
    theme : dict
        Of style.json.
    """

    def __init__(self, width: float, theme: dict[str, Any] = THEME) -> None:
        super().__init__(linewidth=width, foreground=theme["halo"], alpha=theme["halo_strength"])
        self.width = width


Undo = list[Callable[[], Any]]


@contextmanager
def on_dark(figure: Figure) -> Iterator[None]:
    """As long as this lasts, the figure has the colours of dark paper.

    Photographs and other pixels that have colours of their own keep them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Painted with the colours of light paper.
    """
    undo: Undo = []
    try:
        artists = figure.findobj()
        for artist in artists:
            if isinstance(artist, ScalarMappable):
                _map(artist, undo)
        for artist in artists:
            _paint(artist, undo)
        for axes in figure.axes:
            _words_on_colour(axes, undo)
        yield
    finally:
        for step in reversed(undo):
            step()


def _set(artist: Artist, name: str, value: Any, undo: Undo) -> None:
    """Set a property, and remember how it was."""
    setter, before = getattr(artist, f"set_{name}"), getattr(artist, f"get_{name}")()
    undo.append(lambda: setter(before))
    setter(value)


def _partner(colour: Any) -> Any:
    """The colour on dark paper, as strong as before; None if it has none, or nothing is seen of it."""
    red, green, blue, strength = to_rgba(colour)
    found = _PARTNERS.get(to_hex((red, green, blue))) if strength else None
    return None if found is None else to_rgba(found, strength)


def _map(artist: Any, undo: Undo) -> None:
    """Another map of colours for what is painted by one."""
    used = artist.get_cmap()
    found = _DARK_MAPS.get(used.name)
    if found is None and isinstance(used, ListedColormap):
        found = ListedColormap([_partner(colour) or colour for colour in np.asarray(used.colors)])
    if found is not None and artist.get_array() is not None:
        _set(artist, "cmap", found, undo)


def _paint(artist: Artist, undo: Undo) -> None:
    """Other colours for lines, areas and words."""
    if isinstance(artist, Line2D):
        for name in ("color", "markerfacecolor", "markerfacecoloralt", "markeredgecolor"):
            new = _partner(getattr(artist, f"get_{name}")())  # markers that follow their line have changed with it
            if new is not None:
                _set(artist, name, new, undo)
    elif isinstance(artist, Patch):
        for name in ("facecolor", "edgecolor"):
            new = _partner(getattr(artist, f"get_{name}")())
            if new is not None:
                _set(artist, name, new, undo)
    elif isinstance(artist, Collection) and artist.get_array() is None:
        for name in ("facecolor", "edgecolor"):
            old = getattr(artist, f"get_{name}")()
            new = [_partner(colour) for colour in old]
            if any(colour is not None for colour in new):
                pairs = zip(new, old, strict=True)
                _set(artist, name, [before if colour is None else colour for colour, before in pairs], undo)
    elif isinstance(artist, Text):
        new = _partner(artist.get_color())
        if new is not None:
            _set(artist, "color", new, undo)
        effects = artist.get_path_effects() or ()
        if any(isinstance(effect, Halo) for effect in effects):
            seams = [Halo(e.width, _DARK) if isinstance(e, Halo) else e for e in effects]
            _set(artist, "path_effects", seams, undo)
        for part in (artist.get_bbox_patch(), getattr(artist, "arrow_patch", None)):
            if part is not None:
                _paint(part, undo)


def _words_on_colour(axes: Axes, undo: Undo) -> None:
    """Words on coloured cells and areas are written in what is read best on their new colour."""
    light = {to_hex(to_rgba(_PARTNERS.get(colour, colour))) for colour in _WORDS_ON_COLOUR}
    words = [text for text in axes.texts if to_hex(text.get_color()) in light]
    cells = [image for image in axes.images if np.ndim(np.ma.asarray(image.get_array())) == 2]
    areas = [patch for patch in axes.patches if patch.get_fill() and to_rgba(patch.get_facecolor())[3] > 0.9]
    if not words or not (cells or areas):
        return
    places = np.array([text.get_transform().transform(text.get_unitless_position()) for text in words])
    found: list[Any] = [None] * len(words)
    for image in cells:
        _under(axes, image, places, found)
    for patch in areas:
        path = patch.get_transform().transform_path(patch.get_path())
        (left, foot), (right, top) = path.get_extents().get_points()
        near = (places >= (left - 1, foot - 1)).all(1) & (places <= (right + 1, top + 1)).all(1)
        for k in np.flatnonzero(near):
            if patch.contains_point((places[k, 0], places[k, 1])):
                found[k] = patch.get_facecolor()
    for text, colour in zip(words, found, strict=True):
        if colour is not None:
            _set(text, "color", ink_on(colour[:3]), undo)


def _under(axes: Axes, image: AxesImage, places: Array, found: list[Any]) -> None:
    """Put the colour of an image at places in pixels of the figure among those `found`; not beside it, nor where it
    is empty.
    """
    values = image.get_array()
    if values is None:
        return
    left, right, bottom, top = image.get_extent()
    x, y = axes.transData.inverted().transform(places).T
    rows, columns = (y - top) / (bottom - top), (x - left) / (right - left)
    rows = 1 - rows if image.origin == "lower" else rows
    for k in np.flatnonzero((rows >= 0) & (rows < 1) & (columns >= 0) & (columns < 1)):
        value = values[int(rows[k] * values.shape[0]), int(columns[k] * values.shape[1])]
        if not (np.ma.is_masked(value) or np.isnan(value)):
            found[k] = image.to_rgba(value)
