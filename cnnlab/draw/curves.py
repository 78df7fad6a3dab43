"""Lines over a common axis."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from cnnlab import lettering
from cnnlab.draw.axes import mark_places
from cnnlab.picture import COLOURS, Picture, new_figure
from cnnlab.types import ArrayLike

DASHES = ("-", "--", ":", "-.")


def curves(
    x: ArrayLike,
    ys: Mapping[str, ArrayLike],
    x_label: str,
    y_label: str,
    log: bool = False,
    marks: Mapping[str, float] | None = None,
    caption: str = "",
    width: float = 6.5,
    height: float = 3.0,
) -> Picture:
    """Lines y over a common x.

    Parameters
    ----------
    x : (n,) numbers
        Where the values stand.
    ys : dict of str to (n,) numbers
        Each line with its label.
    x_label, y_label : str
        What the axes show.
    log : bool
        A logarithmic y axis.
    marks : dict of str to float, or None
        Vertical lines: each label with its x.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    width, height : float
        Inches.

    Returns
    -------
    picture : Picture
        The lines; a legend where there are several.

    Raises
    ------
    ValueError
        If a line has not the shape of x.
    """
    x = np.asarray(x)
    figure, axes = new_figure(width, height)
    ax = axes[0, 0]
    shown = lettering.fitted_all(ys, 0.45 * width, 9)
    for i, (label, y) in enumerate(ys.items()):
        if np.shape(y) != x.shape:
            raise ValueError(f"ys[{label!r}] must have the shape of x, {x.shape}; got {np.shape(y)}")
        ax.plot(x, y, label=shown[i], color=COLOURS[i % 8], linestyle=DASHES[i % 4], linewidth=2)
    mark_places(ax, marks)
    if log:
        ax.set_yscale("log")
    if x.dtype.kind in "iu":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=lettering.fitted(x_label, width - 0.8, 10), ylabel=lettering.fitted(y_label, height - 0.5, 10))
    ax.grid(alpha=0.3)
    if len(ys) > 1:
        ax.legend(fontsize=9)
    return Picture(figure, caption or f"{y_label} over {x_label}: {', '.join(ys)}")
