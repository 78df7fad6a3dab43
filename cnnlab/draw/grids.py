"""Matrices of numbers, printed and coloured."""

import numpy as np

from ..picture import DIVERGING, Picture, new_figure


def grid(values, title="", digits=None, scale=None, boxes=(), caption="", cell=0.5):
    """A matrix (rows, columns) as a heatmap with every number printed; NaN leaves a cell empty.

    Several matrices side by side: pass dict {title: matrix}.  boxes : (row, column) cells framed in black (one matrix
    only).
    """
    named = values if isinstance(values, dict) else {title: values}
    arrays = {name: np.asarray(array, dtype=float) for name, array in named.items()}
    for name, array in arrays.items():
        if array.ndim != 2:
            raise ValueError(f"values must be a matrix (rows, columns); {name or 'it'} has shape {array.shape}")
    widths = [array.shape[1] for array in arrays.values()]
    rows = max(array.shape[0] for array in arrays.values())
    figure, axes = new_figure(
        cell * sum(widths) + 0.55 * len(arrays), cell * rows + 0.6, 1, len(arrays), width_ratios=widths
    )
    top = scale or max(float(np.nanmax(np.abs(array), initial=0)) for array in arrays.values()) or 1.0
    for ax, (name, array) in zip(axes[0], arrays.items(), strict=True):
        ax.imshow(array, cmap=DIVERGING, vmin=-top, vmax=top)
        whole = np.array_equal(np.nan_to_num(array), np.round(np.nan_to_num(array)))
        places = digits if digits is not None else (0 if whole else 2)
        for (i, j), value in np.ndenumerate(array):
            if np.isfinite(value):
                ax.text(
                    j,
                    i,
                    f"{value:.{places}f}",
                    ha="center",
                    va="center",
                    fontsize=9,
                    color="white" if abs(value) > 0.75 * top else "black",
                )
        for i, j in boxes:
            ax.add_patch(_cell(i, j))
        ax.set_xticks(range(array.shape[1]))
        ax.set_yticks(range(array.shape[0]))
        ax.tick_params(labelsize=7, length=0)
        ax.set_title(name, fontsize=10)
    return Picture(
        figure, caption or "; ".join(f"{name}: {a.shape[0]} x {a.shape[1]} numbers" for name, a in arrays.items())
    )


def _cell(i, j):
    from matplotlib.patches import Rectangle

    return Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=2)
