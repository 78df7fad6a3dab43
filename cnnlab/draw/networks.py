"""A network as a row of boxes, in the manner of the figure of a typical CNN (lecture topic 11)."""

import numpy as np
from matplotlib.patches import Rectangle

from ..picture import COLOURS, Picture, new_figure

KINDS = {
    "Conv2D": ("convolution", COLOURS[0]),
    "Conv1D": ("convolution", COLOURS[0]),
    "Dense": ("fully connected", COLOURS[2]),
    "MaxPool2D": ("max pooling", COLOURS[1]),
    "AveragePool2D": ("average pooling", COLOURS[1]),
    "Decimate2D": ("decimation", COLOURS[1]),
    "SumOverTime": ("sum over time", COLOURS[2]),
}
QUIET = {"Flatten"}  # shown as a word on the arrow, as are all layers that keep the shape


def network(net, caption=""):
    """Boxes as high as the maps and as deep as there are maps, with shapes, parameters and multiply-adds under them.

    net : any Network.  Layers that keep the shape (nonlinearities, normalisation, dropout) are written on the arrow.
    """
    boxes, notes = [("input", net.input_shape, "#777777", "")], [[]]
    for layer in net.layers:
        kind = type(layer).__name__
        if layer.output_shape == layer.input_shape or kind in QUIET:
            notes[-1].append({"LocalResponseNorm": "LRN", "BatchNorm": "batch norm"}.get(kind, kind))
            continue
        words, colour = KINDS.get(kind, (kind, "#777777"))
        if hasattr(layer, "size"):
            words += "\n" + " x ".join(str(side) for side in np.atleast_1d(layer.size))
        counts = (
            f"{layer.parameter_count:,} parameters\n{layer.multiply_adds:,} multiply-adds" if layer.parameters else ""
        )
        boxes.append((words, layer.output_shape, colour, counts))
        notes.append([])
    figure, axes = new_figure(min(1.5 * len(boxes) + 0.5, 13), 3.6)
    ax = axes[0, 0]
    ax.axis("off")
    tallest = (
        max(shape[0] for _, shape, _, _ in boxes if len(shape) > 1) if any(len(s) > 1 for _, s, _, _ in boxes) else 1
    )
    for place, (words, shape, colour, counts) in enumerate(boxes):
        _box(ax, 3.0 * place, shape, colour, tallest)
        ax.text(3.0 * place, 1.85, words, ha="center", va="bottom", fontsize=8, color="black")
        ax.text(
            3.0 * place,
            -1.6,
            " x ".join(map(str, shape)) + ("\n" + counts if counts else ""),
            ha="center",
            va="top",
            fontsize=7.5,
        )
        if place:
            ax.annotate(
                "", (3.0 * place - 0.9, 0), (3.0 * place - 2.1, 0), arrowprops={"arrowstyle": "->", "color": "#555555"}
            )
        if notes[place]:
            ax.text(
                3.0 * place + 1.5, 0.12, "\n".join(notes[place]), ha="center", va="bottom", fontsize=7, color="#555555"
            )
    ax.set_xlim(-1.6, 3.0 * len(boxes) - 1.0)
    ax.set_ylim(-2.6, 2.7)
    return Picture(figure, caption or f"{net!r}: " + ", ".join(" x ".join(map(str, shape)) for _, shape, _, _ in boxes))


def _box(ax, x, shape, colour, tallest):
    """Sheets for maps, a column of units for a vector."""
    if len(shape) == 1:
        height = 0.4 + 1.0 * np.log10(max(shape[0], 1)) / 3
        ax.add_patch(Rectangle((x - 0.14, -height), 0.28, 2 * height, facecolor=colour, edgecolor="white", alpha=0.85))
        return
    height = 0.25 + 1.0 * (shape[0] / tallest) ** 0.7
    width = height * (shape[1] / shape[0]) ** 0.5 if len(shape) == 3 else 0.35
    sheets = min(1 + int(np.log2(max(shape[-1], 1))), 7) if len(shape) == 3 else 1
    for sheet in reversed(range(sheets)):
        shift = 0.07 * (sheet - (sheets - 1) / 2)
        ax.add_patch(
            Rectangle(
                (x - width * 0.6 + shift, -height + shift),
                1.2 * width,
                2 * height,
                facecolor=colour,
                edgecolor="white",
                linewidth=0.8,
                alpha=0.55 if sheet else 0.9,
            )
        )
