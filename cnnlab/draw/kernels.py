"""Pictures of kernels and feature maps: signed numbers, blue below zero, white at zero, orange above."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab import lettering
from cnnlab.draw.axes import Sheet
from cnnlab.draw.images import seen
from cnnlab.picture import DIVERGING, INK, Picture
from cnnlab.types import Array, ArrayLike


def kernels(
    w: ArrayLike, columns: int = 12, size: float = 0.8, colour: bool | None = None, caption: str = ""
) -> Picture:
    """The kernels of a convolutional layer: one picture for each output map d.

    Parameters
    ----------
    w : (P, Q, C, D)
        The weights.
    columns : int
        Pictures in a row.
    size : float
        Inches of one picture.
    colour : bool or None
        Whether kernels of three input maps are shown as colour pictures; None: where there are three.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        With C = 1 the weights in signed colours; colour pictures are each stretched to their own range around grey;
        otherwise every input map c has a row of its own.

    Raises
    ------
    ValueError
        If w has not four axes, or colour is asked for and C is not 3.
    """
    w = np.asarray(w)
    if w.ndim != 4:
        raise ValueError(f"w must be (P, Q, C, D), the weights of a Conv2D; got shape {w.shape}")
    channels, outputs = w.shape[2:]
    if channels == 3 if colour is None else colour:
        if channels != 3:
            raise ValueError(f"colour kernels need C = 3 input channels; got {channels}")
        top = np.abs(w).max(axis=(0, 1, 2), keepdims=True)
        tiles = [((0.5 + 0.5 * w / np.where(top > 0, top, 1))[:, :, :, d], f"d = {d}") for d in range(outputs)]
        return _sheet(tiles, columns, size, None, caption or f"{outputs} colour kernels, each stretched around grey")
    top = float(np.abs(w).max()) or 1.0
    tiles = [
        (w[:, :, c, d], f"d = {d}" if channels == 1 else f"c {c}, d {d}")
        for c in range(channels)
        for d in range(outputs)
    ]
    words = caption or f"{outputs} kernels of {channels} input maps; blue is negative, orange positive, up to {top:.2g}"
    return _sheet(tiles, columns if channels == 1 else min(outputs, 16), size, top, words)


def feature_maps(
    h: ArrayLike, columns: int = 8, size: float = 1.0, caption: str = "", names: Sequence[str] | None = None
) -> Picture:
    """The maps of one sample, one picture each.

    Parameters
    ----------
    h : (H, W, C)
        Activations or excitations.
    columns : int
        Pictures in a row.
    size : float
        Inches of one picture.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    names : list of C str, or None
        Titles; by default "map 0", "map 1", ...

    Returns
    -------
    picture : Picture
        The maps in signed colours, or in ink where nothing is negative.

    Raises
    ------
    ValueError
        If h has not three axes.
    """
    h = np.asarray(h)
    if h.ndim != 3:
        raise ValueError(f"h must be (H, W, C), the maps of one sample; got shape {h.shape}")
    top = float(np.abs(h).max()) or 1.0
    titles = [f"map {c}" for c in range(h.shape[2])] if names is None else names
    tiles = [(h[:, :, c], titles[c]) for c in range(h.shape[2])]
    words = caption or f"{h.shape[2]} feature maps of {h.shape[0]} x {h.shape[1]}, largest magnitude {top:.2g}"
    return _sheet(tiles, columns, size, top, words, with_signs=bool((h < 0).any()))


def _sheet(
    tiles: Sequence[tuple[Array, str]],
    columns: int,
    size: float,
    top: float | None,
    caption: str,
    with_signs: bool = True,
) -> Picture:
    """Tiles of (values, title); top : the strongest colour, None for colour pictures."""
    sheet = Sheet(len(tiles), columns, size, above=0.22, beside=0.6 if top else 0.0)
    painted = None
    for place, (values, title) in enumerate(tiles):
        look: dict[str, Any] = {}
        if top is None:
            values, look = seen(values)
        elif with_signs:
            look = {"cmap": DIVERGING, "vmin": -top, "vmax": top}
        else:
            look = {"cmap": INK, "vmin": 0, "vmax": top}
        painted = sheet.put(place, values, lettering.fitted(title, 0.9 * size, 8), fontsize=8, **look)
    if painted is not None and top is not None:
        sheet.figure.colorbar(painted, ax=sheet.ax, shrink=0.9, aspect=18).ax.tick_params(labelsize=8)
    return Picture(sheet.figure, caption)
