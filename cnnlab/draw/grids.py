"""Matrices of numbers, printed and coloured."""

import numpy as np
from matplotlib.patches import Rectangle

from cnnlab.picture import DIVERGING, Picture, new_figure

GAP, LEFT, TOP, BOTTOM = 0.42, 0.28, 0.34, 0.26  # inches around and between the matrices


def grid(values, title="", digits=None, scale=None, boxes=(), caption="", cell=0.5):
    """A matrix (rows, columns) as a heatmap with every number printed; NaN leaves a cell empty.

    Several matrices side by side: pass dict {title: matrix}.  digits : decimals, 2 at most where none are asked for.
    scale : magnitude of the strongest colour.  boxes : (row, column) cells framed in black, in every matrix; or a dict
    {title: cells}.  cell : inches of a cell's side.  Raises ValueError for anything but matrices of numbers.
    """
    named = values if isinstance(values, dict) else {title: values}
    arrays = {name: _matrix(name, array) for name, array in named.items()}
    framed = boxes if isinstance(boxes, dict) else dict.fromkeys(arrays, boxes)
    rows = max(array.shape[0] for array in arrays.values())
    titles = {name: max(array.shape[1] * cell, 0.085 * len(name)) for name, array in arrays.items()}
    width = LEFT + sum(titles.values()) + GAP * (len(arrays) - 1) + 0.15
    height = TOP + rows * cell + BOTTOM
    figure, axes = new_figure(width, height, 1, len(arrays))
    figure.set_layout_engine("none")
    top = scale or max(float(np.nanmax(np.abs(array), initial=0)) for array in arrays.values()) or 1.0
    left = LEFT
    for ax, (name, array) in zip(axes[0], arrays.items(), strict=True):
        high, wide = array.shape
        bottom = BOTTOM + (rows - high) * cell / 2
        ax.set_position([left / width, bottom / height, wide * cell / width, high * cell / height])
        left += titles[name] + GAP
        ax.imshow(array, cmap=DIVERGING, vmin=-top, vmax=top, aspect="auto")
        for (i, j), words in _printed(array, digits):
            ink = "white" if abs(array[i, j]) > 0.75 * top else "black"
            ax.text(j, i, words, ha="center", va="center", fontsize=9, color=ink)
        for i, j in framed.get(name, ()):
            ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=2.2, zorder=3))
        ax.set_xticks(range(wide))
        ax.set_yticks(range(high))
        ax.set_xticks(np.arange(wide - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(high - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=1)
        ax.tick_params(which="both", labelsize=7, length=0, pad=2)
        ax.set_title(name, fontsize=10, pad=5, loc="left" if 0.085 * len(name) > wide * cell else "center")
    shapes = "; ".join(f"{name}: {a.shape[0]} x {a.shape[1]} numbers" for name, a in arrays.items())
    return Picture(figure, caption or shapes)


def _matrix(name, array):
    try:
        array = np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"values must be matrices of numbers; {name or 'it'} is none") from None
    if array.ndim != 2 or not array.size:
        raise ValueError(f"values must be a matrix (rows, columns); {name or 'it'} has shape {array.shape}")
    return array


def _printed(array, digits):
    """((row, column), words) of every cell that holds a number; true minus signs."""
    finite = array[np.isfinite(array)]
    if digits is None:
        digits = next((d for d in (0, 1) if np.allclose(finite, np.round(finite, d), rtol=0, atol=1e-9)), 2)
    for place, value in np.ndenumerate(array):
        if np.isfinite(value):
            words = f"{value:.{digits}f}"
            yield place, words[1:] if words.startswith("-") and not words.strip("-0.") else words.replace("-", "−")
