"""A network dealt out to two machines, and where they exchange what they have, as in figure 2 of AlexNet's paper."""

import numpy as np
from matplotlib.axes import Axes

from cnnlab import arguments
from cnnlab.draw.networks.boxes import KINDS, paint_box
from cnnlab.layers.base import Layer
from cnnlab.network import Network
from cnnlab.picture import COLOURS, THEME, Picture, new_figure

MUTED = THEME["muted"]
PITCH, LANE, LEFT = 1.1, 1.6, 0.95  # inches from box to box, from one half to the other, and before the first one


def halves(net: Network, names: tuple[str, str] = ("card 1", "card 2"), caption: str = "") -> Picture:
    """The maps and units of every layer with weights dealt out to two machines, and which halves each of them sees.

    A convolution of two groups sees the maps of its own machine; one group, and a fully-connected layer, the outputs
    of both, which then have to travel. The input is given to both, and the last layer belongs to both.

    Parameters
    ----------
    net : Network
        With an even number of maps or units in all its layers but the last, and at most two groups.
    names : (str, str)
        Of the machines.
    caption : str
        What the picture shows, in words; by default where the halves meet.

    Returns
    -------
    picture : Picture
        One machine above the other; orange arrows go from one to the other.

    Raises
    ------
    TypeError
        For anything but a Network.
    ValueError
        For one that cannot be dealt out to two.

    Source
    ------
    Lecture topic 28; Krizhevsky et al. 2012, figure 2.
    """
    arguments.of_kind("net", net, Network, "a network, such as alexnet_2012(initialiser='zeros')")
    linear = [layer for layer in net if layer.parameter_count and type(layer).__name__ in ("Conv2D", "Dense")]
    if len(linear) < 2:
        raise ValueError(f"net must have two layers with weights or more; got {len(linear)}")
    for layer in linear[:-1]:
        groups = getattr(layer, "groups", 1)
        if groups > 2 or layer.output_shape[-1] % 2:
            raise ValueError(
                f"net must have layers of at most two groups and an even number of maps; {layer.name} has {groups} "
                f"groups and {layer.output_shape[-1]} maps"
            )
    meeting = [layer.name for layer in linear[1:] if getattr(layer, "groups", 1) == 1]
    width, height = LEFT + PITCH * (len(linear) + 0.5), LANE + 2.25
    figure, axes = new_figure(width, height, layout=None)
    ax = axes[0, 0]
    ax.set_position((0, 0, 1, 1))
    ax.axis("off")
    ax.set(xlim=(0, width), ylim=(0, height))
    middle = height / 2 - 0.1
    lanes = middle + LANE / 2, middle - LANE / 2
    for name, y in zip(names, lanes, strict=True):
        ax.text(0.08, y, name, va="center", fontsize=9, color=MUTED)
    side = max(net.input_shape[:2])
    ends = [(LEFT + paint_box(ax, LEFT, middle, tuple(net.input_shape), MUTED, side), middle)]
    ax.text(LEFT, middle - 0.62, _sides(tuple(net.input_shape)), ha="center", va="top", fontsize=8)
    for place, layer in enumerate(linear):
        x, last = LEFT + PITCH * (place + 1), layer is linear[-1]
        both = getattr(layer, "groups", 1) == 1 and place > 0
        shape = tuple(layer.output_shape) if last else (*layer.output_shape[:-1], layer.output_shape[-1] // 2)
        colour = KINDS[type(layer).__name__][1]
        starts: list[tuple[float, float]] = []
        for y in (middle,) if last else lanes:
            half = paint_box(ax, x, y, shape, colour, side)
            for start in ends:
                own = last or start[1] in (y, middle)
                if own or both:
                    _arrow(ax, start, (x - half - 0.06, y), crossing=both and not own)
            starts.append((x + half + 0.03, y))
            ax.text(x, y - 0.62, _sides(shape), ha="center", va="top", fontsize=8)
        ax.text(x, height - 0.12, layer.name, ha="center", va="top", fontsize=9, weight="bold")
        ax.text(x, height - 0.32, _words(net, layer), ha="center", va="top", fontsize=8, color=MUTED)
        ends = starts
    return Picture(
        figure,
        caption
        or f"{len(linear)} layers with weights on two machines. Each half of {', '.join(meeting)} sees what both "
        "machines have; elsewhere it sees its own.",
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], crossing: bool) -> None:
    colour = COLOURS[1] if crossing else MUTED
    look = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.4 if crossing else 1.0}
    ax.annotate("", end, start, arrowprops=look)


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _words(net: Network, layer: Layer) -> str:
    """The window of a layer, and the pooling behind it."""
    size = getattr(layer, "size", None)
    words = "dense" if size is None else " x ".join(str(int(one)) for one in np.atleast_1d(size))
    for after in net.layers[net.layers.index(layer) + 1 :]:
        if after.parameter_count:
            break
        if "Pool" in type(after).__name__:
            words += ", pool"
    return words
