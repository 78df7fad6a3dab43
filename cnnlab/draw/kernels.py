"""Pictures of kernels and feature maps: signed numbers, blue below zero, white at zero, orange above."""

import numpy as np

from cnnlab import arguments
from cnnlab.draw.images import show
from cnnlab.picture import DIVERGING, INK, Picture, new_figure


def kernels(w, columns=12, size=0.8, colour=None, caption=""):
    """The kernels of a convolutional layer, w (P, Q, C, D): one picture per output map d.

    With C = 1 the weights in signed colours; with C = 3 (colour=True, the default then) as colour pictures, each
    stretched to its own range around grey; otherwise every input map c in a row of its own.
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


def feature_maps(h, columns=8, size=1.0, caption="", names=None):
    """The maps of one sample, h (H, W, C), one picture each: signed colours, or ink where nothing is negative."""
    h = np.asarray(h)
    if h.ndim != 3:
        raise ValueError(f"h must be (H, W, C), the maps of one sample; got shape {h.shape}")
    top = float(np.abs(h).max()) or 1.0
    titles = [f"map {c}" for c in range(h.shape[2])] if names is None else names
    tiles = [(h[:, :, c], titles[c]) for c in range(h.shape[2])]
    words = caption or f"{h.shape[2]} feature maps of {h.shape[0]} x {h.shape[1]}, largest magnitude {top:.2g}"
    return _sheet(tiles, columns, size, top, words, signed=bool((h < 0).any()))


def _sheet(tiles, columns, size, top, caption, signed=True):
    columns = min(arguments.whole("columns", columns), len(tiles))
    rows = -(-len(tiles) // columns)
    figure, axes = new_figure(columns * size + (0.6 if top else 0), rows * (size + 0.22), rows, columns)
    painted = None
    for ax, place in zip(axes.ravel(), range(rows * columns), strict=True):
        ax.set_xticks([])
        ax.set_yticks([])
        if place >= len(tiles):
            ax.axis("off")
            continue
        values, title = tiles[place]
        if values.ndim == 3:
            show(ax, values)
        else:
            painted = ax.imshow(
                values, cmap=DIVERGING if signed else INK, vmin=-top if signed else 0, vmax=top, interpolation="nearest"
            )
        ax.set_title(title, fontsize=8, pad=2)
    if painted is not None:
        figure.colorbar(painted, ax=axes, shrink=0.9, aspect=18).ax.tick_params(labelsize=8)
    return Picture(figure, caption)
