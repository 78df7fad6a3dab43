"""A network as a row of boxes, in the manner of the figure of a typical CNN (lecture topic 11)."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnnlab import arguments
from cnnlab.layers.base import Layer
from cnnlab.network import Network
from cnnlab.picture import COLOURS, THEME, Picture, new_figure

KINDS = {
    "Conv2D": ("convolution", COLOURS[0]),
    "Conv1D": ("convolution", COLOURS[0]),
    "Dense": ("fully connected", COLOURS[2]),
    "MaxPool2D": ("max pooling", COLOURS[1]),
    "AveragePool2D": ("average pooling", COLOURS[1]),
    "Decimate2D": ("decimation", COLOURS[1]),
    "SumOverTime": ("sum over time", COLOURS[2]),
    "MaxOverTime": ("max over time", COLOURS[2]),
}
SHORT = {"LocalResponseNorm": "LRN", "BatchNorm": "batch norm", "Standardise": "standard-\nise", "Dropout": "dropout"}
MUTED = THEME["muted"]
PITCH, BAND = 1.42, 2.45  # inches from box to box, and from row to row
IN_A_ROW = 6
LARGEST, SMALLEST = 0.78, 0.12  # inches of the side of a map


def network(net: Network, caption: str = "") -> Picture:
    """A box for every layer that changes the shape or multiplies, with its shape, parameters and multiply-adds below.

    Parameters
    ----------
    net : Network
        Any.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        Maps are drawn as sheets (larger for more rows and columns, more of them for more maps), signals in time as
        steps x channels, vectors as columns. Layers that only change the numbers (nonlinearities, dropout,
        normalisation) and Flatten are written over the arrow.

    Raises
    ------
    TypeError
        For anything but a Network.

    Source
    ------
    Lecture topic 11.
    """
    arguments.of_kind("net", net, Network, "a network, such as Network([Dense(10)], (64,))")
    boxes = [("input", "", tuple(net.input_shape), MUTED, "")]
    notes: list[list[str]] = [[]]
    for layer in net.layers:
        kind = type(layer).__name__
        if kind not in KINDS and (layer.output_shape == layer.input_shape or kind == "Flatten"):
            notes[-1].append(SHORT.get(kind, kind))
            continue
        words, colour = KINDS.get(kind, (kind, MUTED))
        boxes.append((words, _window(layer), tuple(layer.output_shape), colour, _counts(layer)))
        notes.append([])
    rows = math.ceil(len(boxes) / IN_A_ROW)
    columns = math.ceil(len(boxes) / rows)
    width, height = PITCH * columns + 0.45, BAND * rows
    figure, axes = new_figure(width, height, layout=None)
    ax = axes[0, 0]
    ax.set_position([0, 0, 1, 1])
    ax.axis("off")
    ax.set(xlim=(0, width), ylim=(0, height))
    side = max([max(shape[:2]) for _, _, shape, _, _ in boxes if len(shape) > 1], default=1)
    for place, (words, window, shape, colour, counts) in enumerate(boxes):
        row, column = divmod(place, columns)
        x, y = PITCH * (column + 0.5), height - BAND * row - 1.15
        half = paint_box(ax, x, y, shape, colour, side)
        ax.text(x, y + 0.68, words, ha="center", va="bottom", fontsize=9)
        ax.text(x, y + 0.66, window, ha="center", va="top", fontsize=8, color=MUTED)
        ax.text(x, y - 0.66, " x ".join(map(str, shape)), ha="center", va="top", fontsize=9, weight="bold")
        ax.text(x, y - 0.84, counts, ha="center", va="top", fontsize=7.5)
        last = place == len(boxes) - 1
        if last and not notes[place]:
            continue
        following = 0.0 if last or column == columns - 1 else _extent(boxes[place + 1][2], side)[0]
        start, end = x + half + 0.05, x + PITCH - following - 0.06
        if last or column == columns - 1:
            end = max(x + PITCH / 2 + 0.35, start + 0.25)
        arrow = {"arrowstyle": "-|>", "color": MUTED, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (end, y), (start, y), arrowprops=arrow)
        over = "\n".join(notes[place])
        ax.text((start + end) / 2, y + 0.05, over, ha="center", va="bottom", fontsize=7.5, color=THEME["ink"])
    shapes = ", ".join(" x ".join(map(str, shape)) for _, _, shape, _, _ in boxes)
    return Picture(figure, caption or f"{net!r}: {shapes}")


def _window(layer: Layer) -> str:
    """The side of a kernel or of a pooling window, in words."""
    size = getattr(layer, "size", None)
    if size is None:
        return ""
    words = " x ".join(str(int(one)) for one in np.atleast_1d(size))
    steps = {int(one) for one in np.atleast_1d(getattr(layer, "stride", None) or 1)}
    return words if steps == {1} or steps == set(np.atleast_1d(size).tolist()) else f"{words}, stride {max(steps)}"


def _counts(layer: Layer) -> str:
    if not layer.parameters:
        return ""
    return f"{_count(layer.parameter_count)} parameters\n{_count(layer.multiply_adds)} multiply-adds"


def _count(number: int) -> str:
    return f"{number:,}" if number < 10_000_000 else f"{number / 1e6:,.1f} M"


def _extent(shape: tuple[int, ...], side: int) -> tuple[float, float, int]:
    """Half the width and half the height of a box, in inches, and how many sheets it has."""
    if len(shape) == 1:
        return 0.07, 0.13 + 0.12 * math.log10(max(shape[0], 1)), 1
    high, wide = (SMALLEST + (LARGEST - SMALLEST) * (one / side) ** 0.75 for one in shape[:2])
    if len(shape) == 2:  # steps go to the right, channels down
        return high / 2, wide / 2, 1
    sheets = min(1 + int(math.log2(max(shape[2], 1))), 7)
    return wide / 2 + 0.025 * (sheets - 1), high / 2 + 0.025 * (sheets - 1), sheets


def paint_box(ax: Axes, x: float, y: float, shape: tuple[int, ...], colour: str, side: int) -> float:
    """Sheets for maps, a rectangle for steps x channels, a column for a vector; returns half of its width."""
    wide, high, sheets = _extent(shape, side)
    spread = 0.025 * (sheets - 1)
    for sheet in reversed(range(sheets)):
        shift = 0.05 * (sheet - (sheets - 1) / 2)
        corner = x - wide + spread + shift, y - high + spread + shift
        sides = 2 * (wide - spread), 2 * (high - spread)
        alpha = 1.0 if sheet == 0 else 0.6
        ax.add_patch(Rectangle(corner, *sides, facecolor=colour, edgecolor="white", linewidth=0.8, alpha=alpha))
    return wide
