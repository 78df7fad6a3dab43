"""Lines over a common axis."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from cnnlab.picture import COLOURS, Picture, new_figure

DASHES = ("-", "--", ":", "-.")


def curves(x, ys, x_label, y_label, log=False, marks=None, caption="", width=6.5, height=3.0):
    """Lines y over x: ys is a dict {label: (n,) numbers}.  log : a logarithmic y axis.  marks : dict {label: x} of
    vertical lines.
    """
    x = np.asarray(x)
    figure, axes = new_figure(width, height)
    ax = axes[0, 0]
    for i, (label, y) in enumerate(ys.items()):
        if np.shape(y) != x.shape:
            raise ValueError(f"ys[{label!r}] must have the shape of x, {x.shape}; got {np.shape(y)}")
        ax.plot(x, y, label=label, color=COLOURS[i % 8], linestyle=DASHES[i % 4], linewidth=2)
    for label, place in (marks or {}).items():
        ax.axvline(place, color="#777777", linewidth=1, linestyle=":")
        ax.text(place, 1.0, f" {label}", transform=ax.get_xaxis_transform(), va="top", fontsize=8, color="#555555")
    if log:
        ax.set_yscale("log")
    if x.dtype.kind in "iu":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.grid(alpha=0.3)
    if len(ys) > 1:
        ax.legend(fontsize=9)
    return Picture(figure, caption or f"{y_label} over {x_label}: {', '.join(ys)}")
