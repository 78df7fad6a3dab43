"""What a time-delay network makes of a syllable, as panels over one axis of time."""

import math
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.generated.syllables import BANDS, FRAMES
from cnnlab.datasets.generated.synthesis import CONSONANTS
from cnnlab.explore.toolkit.controls import Handle
from cnnlab.explore.toolkit.items import Bars, Line, Map
from cnnlab.explore.toolkit.scene import Curves
from cnnlab.network import Network
from cnnlab.types import Array

FRAME = 10  # milliseconds of a frame


def checked(name: str, network: Any) -> Network:
    """A network from (15, 16) to (3,) without broken weights; anything else is refused by its name."""
    if not isinstance(network, Network):
        raise TypeError(f"{name} must be a Network from (15, 16) to (3,); got a {type(network).__name__}")
    if network.input_shape != (15, 16) or network.output_shape != (3,):
        raise ValueError(f"{name} must go from (15, 16) to (3,); got {network.input_shape} to {network.output_shape}")
    arguments.finite_weights(name, network.parameters)
    return network


def hidden_layers(name: str, network: Network) -> tuple[list[int], list[tuple[int, ...]]]:
    """Where the hidden layers of a time-delay network end, and their shapes; refused where there are none."""
    hidden = [k for k, layer in enumerate(network) if type(layer).__name__ == "Sigmoid"][:-1]
    shapes = [network[k].output_shape for k in hidden]
    if len(shapes) < 2 or any(len(shape) != 2 for shape in shapes[:2]):
        raise ValueError(f"{name} must have two hidden layers of steps x units with sigmoids; got {shapes}")
    return hidden, shapes


def unit_of(name: str, label: str, shape: tuple[int, ...]) -> Handle:
    """(frame, unit) over the picture of a layer (steps, units), at first its middle step."""
    steps, units = shape
    first = (FRAMES - steps) / 2
    return Handle(name, label, (first, first + steps - 1), (0, units - 1), (first + steps // 2, 0), 1)


def axes(
    name: str,
    title: str,
    height: float,
    y: tuple[float, float],
    ticks: list[tuple[float, str]],
    y_label: str,
    **more: Any,
) -> Curves:
    """Axes whose x are the frames of the input, with milliseconds at the ticks: the same in all of them."""
    places = [(float(k), str(FRAME * (k - FRAMES // 2)).replace("-", "−")) for k in range(1, FRAMES, 2)]
    return Curves(
        name=name,
        title=title,
        height=height,
        x=(-0.5, FRAMES - 0.5),
        y=y,
        x_ticks=places,
        y_ticks=ticks,
        y_label=y_label,
        narrowest=420.0,
        **more,
    )


def input_panel(x: Array, height: float, items: list[Any], **more: Any) -> Curves:
    """What the network sees, (15, 16)."""
    return axes(
        "input",
        f"input: {FRAMES} frames x {BANDS} bands",
        height,
        (-0.5, BANDS - 0.5),
        [(float(band), str(band)) for band in range(1, BANDS, 4)],
        "mel band",
        background=Map(x.T, "diverging", 1.0, 1.0),
        items=items,
        **more,
    )


def layer_panel(k: int, h: Array, height: float, items: list[Any], of: str = "", **more: Any) -> Curves:
    """Hidden layer k, h (steps, units), of the network whose name stands before it in the title."""
    names = unit_names(k, h)
    said = "units b, d, g" if names[0] in CONSONANTS else f"{len(names)} units"
    return axes(
        f"layer{k}",
        f"{of}hidden layer {k}: {said} x {h.shape[0]} steps",
        height,
        (-0.5, h.shape[1] - 0.5),
        [(float(unit), name) for unit, name in enumerate(names)],
        "unit",
        background=Map(over_frames(h), "ink", (0.0, 1.0), 1.0),
        items=items,
        below=True,
        **more,
    )


def unit_names(k: int, h: Array) -> list[str]:
    """The units of hidden layer k: those of the second bear the names of the consonants, if there are so many."""
    named = k == 2 and h.shape[1] == len(CONSONANTS)
    return list(CONSONANTS) if named else [str(unit) for unit in range(h.shape[1])]


def outputs(name: str, title: str, yhat: Array, height: float, truth: int | None = None, below: bool = False) -> Curves:
    """The three outputs as bars; with what is right, where that is known."""
    best = int(np.argmax(yhat))
    verdict = "" if truth is None else f", {'right' if best == truth else 'wrong'}"
    return Curves(
        name=name,
        title=f"{title}: {CONSONANTS[best]}{verdict}",
        height=height,
        below=below,
        legend=False,
        x=(0.4, 3.6),  # not around 0, where an axis would cross the bars
        y=(0.0, 1.0),
        y_label="yhat, 0 to 1",
        x_ticks=[(k + 1, f"true: {c}" if k == truth else c) for k, c in enumerate(CONSONANTS)],
        items=[Bars(np.arange(1, 4), yhat, values=True)],
    )


def lost(h: Array) -> float:
    """Frames before the one over whose middle the first of the steps of h (steps, units) stands."""
    return (FRAMES - len(h)) / 2


def over_frames(h: Array) -> Array:
    """h (steps, units) as a map (units, 2 x frames), each step over the middle of the frames that it sees."""
    before = round(2 * lost(h))
    shown = np.full((h.shape[1], 2 * FRAMES), np.nan, np.float32)
    shown[:, before : before + 2 * len(h)] = h.T.repeat(2, axis=1)
    return shown


def chosen(at: tuple[float, float], h: Array) -> tuple[int, int]:
    """The (step, unit) of h (steps, units) that is nearest to a point of its picture."""
    places = (at[0] - lost(h), at[1])
    step, unit = (min(max(math.floor(v + 0.5), 0), n - 1) for v, n in zip(places, h.shape, strict=True))
    return step, unit


def framed(start: float, columns: float, rows: int, colour: int, label: str = "") -> Line:
    """A frame around columns of a map that has so many rows."""
    left, right = start - 0.5, start + columns - 0.5
    low, high = -0.5, rows - 0.5
    return Line([left, right, right, left, left], [low, low, high, high, low], label, colour, width=3.0)
