"""What a network makes of an image and what it says of it, as panels that several explorers show."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import datasets
from cnnlab.analysis.error_metrics import ranked
from cnnlab.analysis.layer_windows import after_convolutions
from cnnlab.analysis.receptive import activations
from cnnlab.explore.toolkit.items import Bars, Mark
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.pad import Fit
from cnnlab.explore.toolkit.scene import Curves, Image
from cnnlab.explore.toolkit.sheets import contact_sheet
from cnnlab.network import Network
from cnnlab.types import Array

PROBABILITIES = (0.0, 1.28)  # an axis from 0 to 1, with room for what is printed above a bar, and above that
FAINT = 0.005  # a probability that would be printed as 0.00
STRONG = 0.995  # of the numbers of maps, which are below the strongest colour


def run(network: Network, x: Array, maps: Collection[str]) -> dict[str, Array]:
    """What these layers, by name, and the last one ("output") give for images x."""
    _, *found = activations(network, x)
    kept = {layer.name: h for layer, h in zip(network, found, strict=True) if layer.name in maps}
    return kept | {"output": found[-1]}


def outputs_panel(
    said: Array, title: str, words: str, names: Sequence[str], span: tuple[float, float], marks: Sequence[Any] = ()
) -> Curves:
    """Bars of what a network says (K,), called `words`; each has its name, where there is room.

    Of probabilities (see `span_of`) only those are printed that are seen.
    """
    classes = np.arange(len(said))
    printed = len(said) <= 12
    bars = [Bars(classes, said, values=printed, digits=1)]
    if span == PROBABILITIES:
        seen = said >= FAINT
        bars = [Bars(classes, said), Bars(classes[seen], said[seen], values=printed)]
    return Curves(
        name="outputs",
        title=title,
        height=230,
        width=1.7,
        legend=False,
        x=(-0.6, len(said) - 0.4),
        y=span,
        x_label="class",
        x_ticks=list(zip(classes, names, strict=True)) if printed else None,
        y_label=words,
        items=[bars[0], *marks, Mark(y=0.0), *bars[1:]],
    )


def span_of(said: Array, share: float) -> tuple[float, float]:
    """The axis for what a network says: `PROBABILITIES`, where that is what they are, else with a margin of so large a
    share above and below.
    """
    low, high = min(float(said.min()), 0.0), max(float(said.max()), 0.1)
    if low >= 0 and high <= 1 and np.allclose(said.sum(axis=1), 1, atol=1e-3):
        return PROBABILITIES
    return low - share * (high - low), high + share * (high - low)


def top_of(maps: Array) -> float:
    """How strong maps are taken to be: few numbers are stronger, and the rest can be seen."""
    return float(np.quantile(np.abs(maps), STRONG)) or float(np.abs(maps).max()) or 1.0


def called(network: Network, maps: Sequence[int | str] | Mapping[int | str, str] | None) -> dict[str, str]:
    """The layers whose maps are shown, by name, and what they are called."""
    if maps is None:
        return {name: name for name in after_convolutions(network)}
    if isinstance(maps, Mapping):
        return {network[name].name: str(words) for name, words in maps.items()}
    return {network[name].name: network[name].name for name in maps}


def sheets(found: Mapping[str, Array], tops: Mapping[str, float], words: Mapping[str, str]) -> list[Image]:
    """The maps of the first image in each layer; tops : how strong they can be, which fixes their colours; words : what
    the layers are called.
    """
    return [
        Image(
            name=name,
            title=f"{words[name]}: {maps.shape[3]} maps of {maps.shape[1]} x {maps.shape[2]}",
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


def given(shape: Sequence[int], paper: float) -> Array:
    """Images to begin with: digits, where they fit, or an empty sheet."""
    if tuple(shape) in ((8, 8, 1), (16, 16, 1)) and paper == -1:
        return datasets.digits(shape[0]).x_test[:40]
    return np.full((1, *shape), paper, np.float32)


def fit_of(shape: Sequence[int], paper: float, ink: float) -> Fit | None:
    """How a picture becomes an image of this shape; None for one that is no square."""
    height, width, channels = shape
    if height != width:
        return None
    if channels == 1:
        return lambda picture: datasets.drawn_digit(picture, height, paper=paper, ink=ink)
    low, high = min(paper, ink), max(paper, ink)
    return lambda picture: low + (high - low) * datasets.square_photo(picture, height)


def _columns(count: int) -> int:
    """How many maps in a row: about twice as wide as high, and full rows where that can be."""
    wanted = round(np.sqrt(2 * count))
    full = [columns for columns in range(wanted, min(2 * wanted, count) + 1) if count % columns == 0]
    return full[0] if full else wanted
