"""One training step on one page: what went forward above, what came back below (lecture topics 1 and 18)."""

import numpy as np
from matplotlib.axes import Axes

from cnnlab import lettering
from cnnlab.analysis.trace import Trace
from cnnlab.draw.axes import signed, without_ticks
from cnnlab.picture import Picture, new_figure
from cnnlab.types import Array

IN_A_ROW = 6


def trace(recorded: Trace, sample: int = 0, channel: int = 0, caption: str = "") -> Picture:
    """Every layer of a recorded step as a column: its output above, dL/d of that output below, in signed colours.

    Parameters
    ----------
    recorded : Trace
        See `cnnlab.analysis.trace.record`.
    sample : int
        Which one of the batch.
    channel : int
        Which map of layers that have several; the last one where there are fewer.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        Vectors and signals in time are drawn whole. Each has its own scale, the largest magnitude, printed below it:
        gradients are often a thousand times smaller.

    Raises
    ------
    ValueError
        For a sample that is not there.

    Source
    ------
    Lecture topics 1 and 18.
    """
    if not 0 <= sample < len(recorded.x):
        raise ValueError(f"sample must be one of the {len(recorded.x)} of the batch, from 0; got {sample}")
    columns = [("input x", recorded.x[sample], "dL/dx", recorded.dx[sample])]
    for layer in recorded:
        what = "e" if layer.linear else "h"
        columns.append((f"{layer.name}: {what}", layer.out[sample], f"{layer.name}: dL/d{what}", layer.d_out[sample]))
    bands = -(-len(columns) // IN_A_ROW)
    wide = -(-len(columns) // bands)
    figure, axes = new_figure(1.45 * wide, 3.1 * bands, 2 * bands, wide)
    for ax in axes.ravel():
        ax.axis("off")
    for place, (forward, out, backward, gradient) in enumerate(columns):
        band, column = divmod(place, wide)
        _panel(axes[2 * band, column], out, forward, channel)
        _panel(axes[2 * band + 1, column], gradient, backward, channel)
    words = f"One training step, sample {sample}, loss {recorded.loss:.3g}: outputs above, their gradients below"
    return Picture(figure, caption or words)


def _panel(ax: Axes, values: Array, title: str, channel: int) -> None:
    shape = " x ".join(map(str, values.shape))
    if values.ndim == 3:
        values = values[:, :, min(channel, values.shape[2] - 1)]
    values = values[:, None] if values.ndim == 1 else values
    if values.shape[1] == 1 and values.shape[0] > 24:  # a long vector: folded into rows
        side = int(np.ceil(np.sqrt(values.size)))
        values = np.append(values.ravel(), np.full(side * side - values.size, np.nan)).reshape(side, side)
    top = float(np.nanmax(np.abs(values), initial=0.0))
    signed(ax, values, top or 1, interpolation="nearest")
    ax.axis("on")
    without_ticks(ax)
    ax.set_title(lettering.fitted(title, 1.3, 8.5), fontsize=8.5, pad=3)
    ax.set_xlabel(f"{shape}\n± {top:.2g}", fontsize=7.5, labelpad=2)
