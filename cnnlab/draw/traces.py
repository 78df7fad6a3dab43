"""One training step on one page: what went forward above, what came back below (lecture topics 1 and 18)."""

import numpy as np

from cnnlab.picture import DIVERGING, Picture, new_figure

IN_A_ROW = 6


def trace(recorded, sample=0, channel=0, caption=""):
    """Every layer of a recorded step as a column: its output above, dL/d of that output below, in signed colours.

    recorded : a `Trace`, see `cnnlab.analysis.trace.record`.  sample : which one of the batch.
    channel : which map of layers that have several (the last one where there are fewer).  Vectors and signals in time
    are drawn whole. Each picture has its own scale, the largest magnitude, printed below it: gradients are often a
    thousand times smaller.
    Raises ValueError for a sample that is not there.
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


def _panel(ax, values, title, channel):
    shape = " x ".join(map(str, values.shape))
    if values.ndim == 3:
        values = values[:, :, min(channel, values.shape[2] - 1)]
    values = values[:, None] if values.ndim == 1 else values
    if values.shape[1] == 1 and values.shape[0] > 24:  # a long vector: folded into rows
        side = int(np.ceil(np.sqrt(values.size)))
        values = np.append(values.ravel(), np.full(side * side - values.size, np.nan)).reshape(side, side)
    top = float(np.nanmax(np.abs(values), initial=0.0))
    ax.imshow(values, cmap=DIVERGING, vmin=-(top or 1), vmax=top or 1, interpolation="nearest")
    ax.axis("on")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title(title, fontsize=8.5, pad=3)
    ax.set_xlabel(f"{shape}\n± {top:.2g}", fontsize=7.5, labelpad=2)
