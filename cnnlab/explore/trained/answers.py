"""What a network makes of an image and what it says of it, as panels that several explorers show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.analysis.error_metrics import ranked
from cnnlab.analysis.receptive import activations
from cnnlab.explore.toolkit.items import Bars, Label, Mark
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Image
from cnnlab.explore.toolkit.sheets import contact_sheet
from cnnlab.network import Network
from cnnlab.types import Array


def run(network: Network, x: Array, maps: Sequence[str]) -> dict[str, Array]:
    """What these layers, by name, and the last one ("output") give for images x."""
    _, *found = activations(network, x)
    kept = {layer.name: h for layer, h in zip(network, found, strict=True) if layer.name in maps}
    return kept | {"output": found[-1]}


def outputs_panel(
    said: Array, title: str, words: str, names: Sequence[str], span: tuple[float, float], marks: Sequence[Any] = ()
) -> Curves:
    """Bars of what a network says (K,), called `words`; named, where the names are more than numbers."""
    return Curves(
        name="outputs",
        title=title,
        height=230,
        width=1.7,
        legend=False,
        x=(-0.6, len(said) - 0.4),
        y=span,
        x_label="class",
        y_label=words,
        items=[
            Bars(np.arange(len(said)), said, values=len(said) <= 12, digits=1),
            *marks,
            Mark(y=0.0),
            *_labels(names, span),
        ],
    )


def sheets(found: Mapping[str, Array], tops: Mapping[str, float]) -> list[Image]:
    """The maps of the first image in each layer; tops : how strong they can be, which fixes their colours."""
    return [
        Image(
            name=name,
            title=f"{name}: {maps.shape[3]} maps of {maps.shape[1]} x {maps.shape[2]}",
            height=190,
            pixels=contact_sheet(maps[0], _columns(maps.shape[3])),
            colours="diverging",
            scale=tops[name],
        )
        for name, maps in ((name, found[name]) for name in tops)
    ]


def second_words(said: Array, names: Sequence[str]) -> str:
    """Which answer comes second, and how high."""
    second = ranked(said)[1]
    return f"second comes {names[second]} ({format_number(said[second])})"


def _labels(names: Sequence[str], span: tuple[float, float]) -> list[Label]:
    """The names of the classes, along the foot of the axes, every second one a little lower; numbers are there."""
    if len(names) > 12 or list(names) == [str(k) for k in range(len(names))]:
        return []
    foot, line = span[0], 0.07 * (span[1] - span[0])
    return [Label(float(k), foot + line * (1.6 - k % 2), name, "muted", 10) for k, name in enumerate(names)]


def _columns(count: int) -> int:
    """How many maps in a row: about twice as wide as high, and full rows where that can be."""
    wanted = round(np.sqrt(2 * count))
    full = [columns for columns in range(wanted, min(2 * wanted, count) + 1) if count % columns == 0]
    return full[0] if full else wanted
