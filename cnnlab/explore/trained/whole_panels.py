"""The panels of `WholeNetwork`: the image, the network made of real maps, how one number was made, and the scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from cnnlab.analysis.error_metrics import ranked
from cnnlab.analysis.whole import Forward, Made, Stage
from cnnlab.explore.toolkit.items import Arrow, Bars, Highlight, Mark, Rectangle
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.ruler import width_of
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Panel, Scene, Table
from cnnlab.explore.toolkit.sheets import Chart, Head, painted
from cnnlab.explore.trained.answers import FAINT, PROBABILITIES
from cnnlab.network import Network
from cnnlab.style import STYLE
from cnnlab.types import Array

LOOKED_AT = 2  # one colour for all that a number is made of: in the image, in the maps
READABLE = 7  # rows and columns up to which a window is shown with its numbers
TOP, LOW = 330.0, 200.0  # pixels of the two rows
WIDE = 3.6  # times as wide as the image is the network; on a page of 900 pixels it has 520 of them
LEAST = 520.0
FINE = 120  # rows of the picture of a window
CLASSES, PRINTED = 20, 12  # up to which each is named under its bar, and the heights of the bars are printed
SMALLEST = STYLE["words"]["smallest"]
FEW = 2  # products that are named in words, for and against


@dataclass(frozen=True)
class View:
    """What stays the same while one draws and points."""

    network: Network
    stages: tuple[Stage, ...]
    chart: Chart
    tops: Sequence[float]
    span: tuple[float, float]
    names: Sequence[str]

    def is_score(self, made: Made) -> bool:
        """Whether it is one of the numbers that the network gives in the end."""
        return made.stage == len(self.stages) - 1 and len(made.unit) == 1

    def called(self, made: Made) -> str:
        """The number's name: the score of a class, or h[m, n, d] of its layer."""
        part = self.stages[made.stage]
        if self.is_score(made):
            return f"the score of {self.names[made.unit[0]]}"
        return f"{part.symbol}[{', '.join(map(str, made.unit))}] of {part.name}"

    def source(self, made: Made) -> str:
        """What it looks at: the image, or a layer."""
        return "the image" if made.source < 0 else self.stages[made.source].name

    def place(self, made: Made, place: Sequence[int]) -> str:
        """The name of a number that it was made of."""
        symbol = "x" if made.source < 0 else self.stages[made.source].symbol
        return f"{symbol}[{', '.join(map(str, place))}]"


def trouble_scene(sentence: str) -> Scene:
    """In place of a picture: why there is none."""
    return Scene([[Table(name="trouble", title="There is nothing to see here:", rows=[], height=40)]], sentence)


def picture(view: View, x: Array, seen: tuple[int, int, int, int], draw: str | None) -> Image:
    """The image, and which part of it the number looks at."""
    row, column, rows, columns = seen
    whole = (rows, columns) == x.shape[:2]
    boxes = [] if whole or not rows * columns else [Rectangle(row, column, rows, columns, "", LOOKED_AT)]
    if x.shape[2] == 1:
        look: dict[str, Any] = {"pixels": x, "colours": "ink", "scale": view.span}
    elif draw:
        look = {"pixels": (x - view.span[0]) / (view.span[1] - view.span[0])}
    else:
        look = painted(x, (float(x.min()), float(max(x.max(), x.min() + 1e-6))))
    title = "draw here" if draw else "the image"
    return Image(name="image", title=title, height=TOP, symbol="x", rectangles=boxes, draw=draw, **look)


def network_panel(view: View, record: Forward, made: Made, against: int | None) -> Image:
    """The maps and vectors of all stages from left to right."""
    chart, names, texts = view.chart, [], []
    for at, part in zip(chart.stands, view.stages, strict=True):
        names.append(f"{part.symbol}[{'{i}' if len(part.shape) == 1 else '{r}, {c}, {d}'}] of {part.name}")
        shape = f"{part.shape[0]} × {part.shape[1]} × {part.shape[2]}" if len(part.shape) == 3 else f"{part.shape[0]}"
        less = f" ({at.shown} shown)" if at.shown < part.shape[-1] else ""
        texts.append((part, shape + less))
    boxes = [*_looked_at(view, made)]
    if chart.shows(made.stage, made.unit):
        row, column = chart.cell(made.stage, made.unit)
        each = chart.stands[made.stage].each
        boxes.append(Rectangle(row, column, each, each, "", "ink"))
    if against is not None and chart.shows(made.stage, (against,)):
        row, column = chart.cell(made.stage, (against,))
        boxes.append(Rectangle(row, column, each, each, "", "muted"))
    return Image(
        name="network",
        title="point at a number (a click holds it): green frames are around what it looks at",
        width=WIDE,
        height=TOP,
        pixels=chart.pixels(record.h, view.tops),
        colours="diverging",
        scale=1.0,
        parts=chart.parts(names, view.tops),
        heads=_heads(chart, texts),
        rectangles=boxes,
        click="at",
        follow=True,
    )


def _heads(chart: Chart, texts: Sequence[tuple[Stage, str]]) -> list[Head]:
    """What stands above every stage: its name, and its nonlinearity where there is room for it."""
    heads = chart.heads([(part.name, under) for part, under in texts])
    pixel = LEAST / chart.shape[1]
    for head, (part, _) in zip(heads, texts, strict=True):
        full = f"{part.name}, {part.gate}"
        if part.gate and width_of(full, SMALLEST) <= head.columns * pixel:
            head.text = full
    return heads


def arrows(chart: Chart) -> list[Arrow]:
    """From every stage to the next."""
    middle, stands = chart.shape[0] // 2, chart.stands
    ends = [(one.column + one.columns, other.column - 1) for one, other in pairwise(stands)]
    return [Arrow(("network", middle, a), ("network", middle, b), "muted", width=1.2) for a, b in ends]


def _looked_at(view: View, made: Made) -> list[Rectangle]:
    """The window of a number on the maps that it looks at, as far as it lies on them."""
    if made.source < 0 or view.stages[made.stage].kind == "fully connected":
        return []
    chart, at = view.chart, view.chart.stands[made.source]
    if len(at.shape) == 1:
        return [Rectangle(*chart.cell(made.source, made.unit), at.each, at.each, "", LOOKED_AT)]
    (row, column), (p, q) = made.corner, made.h.shape[:2]
    top, left = max(row, 0), max(column, 0)
    high, wide = min(row + p, at.shape[0]) - top, min(column + q, at.shape[1]) - left
    wired = np.any(made.w, axis=(0, 1)).tolist()  # a unit of 1989 looks at 8 of 12 maps
    maps = [d for d in range(min(at.shown, made.h.shape[2])) if wired[d]]
    if view.stages[made.stage].kind != "convolution":
        d = made.unit[2] if len(made.unit) == 3 else _channel(view, made)
        maps = [d] if d < at.shown else []
    if high <= 0 or wide <= 0:
        return []
    return [
        Rectangle(*chart.cell(made.source, (top, left, d)), high * at.each, wide * at.each, "", LOOKED_AT) for d in maps
    ]


def _channel(view: View, made: Made) -> int:
    """From which map flatten takes a number."""
    return made.unit[0] % view.stages[made.stage].input_shape[-1]


# ---- how it was made ----


def details(view: View, made: Made, against: int | None) -> list[Panel]:
    """What came in, by what it is multiplied, and the products."""
    kind, part = view.stages[made.stage].kind, view.stages[made.stage]
    weights = {
        "convolution": "kernel turned 180°",
        "fully connected": "its weights",
        "pooling": _shares(view, made),
        "flatten": "1",
        "nonlinearity": f"1, and then {part.gate}",
    }[kind]
    if against is not None:
        weights = f"{view.names[made.unit[0]]} minus {view.names[against]}"
    source = view.source(made)
    taken = f"all of {source}" if kind == "fully connected" else f"window of {source}"
    letter = "x" if made.source < 0 else view.stages[made.source].symbol
    top = view.tops[made.source] if made.source >= 0 else None
    w_top = strongest(view.network[part.first].parameters["w"]) if kind in ("convolution", "fully connected") else 1.0
    total = format_number(float(made.products.sum()))
    plain = {"colours": "diverging"}
    ink = {"colours": "ink", "scale": view.span} if top is None and made.h.ndim == 3 else plain | {"scale": top}
    return [
        _numbers(made, "came", f"{letter}: {taken}", made.h, letter, ink),
        _numbers(made, "weights", f"w: {weights}", made.w, "w", plain | {"scale": w_top}),
        _numbers(
            made,
            "products",
            f"{letter} · w: sum {total}",
            made.products,
            f"{letter} · w",
            plain | {"scale": strongest(made.products)},
        ),
    ]


def _shares(view: View, made: Made) -> str:
    """The weights of pooling in words."""
    kind = type(view.network[view.stages[made.stage].first]).__name__
    words = {"MaxPool2D": "1 for the largest", "AveragePool2D": f"1/{made.h.size} for each"}
    return words.get(kind, "1 for the corner")


def _numbers(made: Made, name: str, title: str, values: Array, symbol: str, look: dict[str, Any]) -> Panel:
    """A window as numbers where they can be read, else as the maps that it consists of."""
    if values.ndim == 3 and values.shape[2] == 1 and max(values.shape[:2]) <= READABLE:
        outside = np.argwhere(~made.inside)
        marks = [Highlight(outside, "border", "muted", "fade")] if len(outside) and name == "came" else []
        first = name == "came"
        return Grid(
            name=name,
            title=title,
            height=LOW,
            values=values[:, :, 0],
            symbol=symbol,
            highlights=marks,
            cell=36.0,
            row_offset=made.corner[0],
            column_offset=made.corner[1],
            row_label="m" if first else "",
            column_label="n" if first else "",
            capacity=(max(values.shape[0], 3), max(values.shape[1], 3)),
            **look,
        )
    chart = _chart(values.shape)
    scale = look.get("scale")
    top = scale if isinstance(scale, float) else 1.0
    whole = made.corner == (0, 0) and made.h.ndim == 3
    named = f"{symbol} at [{{r}}, {{c}}, {{d}}]" + ("" if whole else " of the window")
    names = [named if values.ndim == 3 else f"{symbol} at [{{i}}]"]
    shown = f" ({chart.stands[0].shown} of {values.shape[-1]})" if chart.stands[0].shown < values.shape[-1] else ""
    return Image(
        name=name,
        title=title + shown,
        height=LOW,
        pixels=chart.pixels([values], [top]),
        parts=chart.parts(names, [top]),
        **look | {"scale": 1.0 if isinstance(scale, float) else scale},
    )


@lru_cache(maxsize=64)
def _chart(shape: tuple[int, ...]) -> Chart:
    return Chart([shape], lowest=FINE, gap=5)


def scores(
    view: View, said: Array, words: str, span: tuple[float, float], truth: int | None, chosen: int | None
) -> Curves:
    """The answer: a bar for every class, the chosen one in ink."""
    best, classes = int(ranked(said)[0]), np.arange(len(said))
    right = "" if truth is None else ", right" if best == truth else f", but it is {view.names[truth]}"
    printed = len(said) <= PRINTED
    seen = said >= FAINT if span == PROBABILITIES else np.ones(len(said), bool)
    bars = []
    for here, colour in ((classes != chosen, "muted"), (classes == chosen, "ink")):
        bars += [Bars(classes[here & ~seen], said[here & ~seen], colour=colour)]
        bars += [Bars(classes[here & seen], said[here & seen], values=printed, digits=1, colour=colour)]
    return Curves(
        name="scores",
        title=f"its answer: {view.names[best]}{right}" if len(said) > 1 else f"its {words}",
        height=LOW,
        width=1.6,
        legend=False,
        x=(-0.6, len(said) - 0.4),
        y=span,
        x_label="class",
        x_ticks=list(zip(classes, view.names, strict=True)) if len(said) <= CLASSES else None,
        y_label=words,
        items=[*bars, Mark(y=0.0)],
    )


# ---- in words ----


def words(view: View, record: Forward, made: Made, against: int | None, said: Array, truth: int | None) -> str:
    """What the network answers, and how the chosen number was made."""
    begin = ""
    if len(view.names) > 1:
        first, second = ranked(said)[:2]
        is_so = "" if truth is None else ", right" if first == truth else f", but it is {view.names[truth]}"
        begin = (
            f"It reads {view.names[first]} ({format_number(said[first])}){is_so}; second is "
            f"{view.names[second]} ({format_number(said[second])}). "
        )
    return begin + _how(view, made, against)


def _how(view: View, made: Made, against: int | None) -> str:
    part = view.stages[made.stage]
    total, count = format_number(float(made.products.sum())), made.h.size
    called, letter = view.called(made), "x" if made.source < 0 else view.stages[made.source].symbol
    upper = called[0].upper() + called[1:] if called.startswith("the ") else called
    if against is not None:
        one, other = view.names[made.unit[0]], view.names[against]
        more, what = "above" if made.e >= 0 else "below", "excitation" if part.gate else "score"
        return (
            f"The {what} of {one} is {format_number(abs(made.e))} {more} that of {other}: {count} products add up to "
            f"{total}, the biases differ by {format_number(made.b)}. "
            f"{_strongest(view, made, f'for {one}', f'for {other}')}"
        )
    if part.kind == "pooling":
        return f"{upper} is {format_number(made.out)}: {_pooled(view, made)}"
    if part.kind == "flatten":
        (place, _), *_rest = made.strongest(1) or [((*made.corner, 0), 0.0)]
        place = (*place[:2], _channel(view, made)) if len(place) == 3 else made.unit
        taken = f"{view.place(made, place)} of {view.source(made)}"
        return f"{upper} is {format_number(made.out)}: flatten has put {taken} there."
    if part.kind == "nonlinearity":
        return f"{upper} is {format_number(made.out)}: {part.gate} makes it of {format_number(made.e)}."
    gate = f"{part.gate} of {format_number(made.e)}, " if part.gate else ""
    bias = f" and the bias ({format_number(made.b)})" if made.b else ""
    begin = f"{upper} is {format_number(made.out)}: {gate}the sum of {_products(count)} {letter} · w ({total}){bias}. "
    return (begin + (_strongest(view, made, "for it", "against it") if view.is_score(made) else "")).strip()


def _products(count: int) -> str:
    return "one product" if count == 1 else f"{count} products"


def _pooled(view: View, made: Made) -> str:
    kind = type(view.network[view.stages[made.stage].first]).__name__
    gate = " of ReLU" if view.stages[made.stage].gate else ""
    if kind == "MaxPool2D":
        return f"the largest{gate} of the {made.h.size} numbers in its window."
    return f"the mean{gate} of its window." if kind == "AveragePool2D" else f"the corner{gate} of its window."


def _strongest(view: View, made: Made, for_one: str, for_other: str) -> str:
    """Which products speak for it, and which against it."""
    found = []
    for sign, whom in ((1, for_one), (-1, for_other)):
        best = made.strongest(FEW, sign)
        if best:
            named = " and ".join(f"{view.place(made, place)} ({format_number(product)})" for place, product in best)
            found.append(f"{named} {whom}")
    return f"In {view.source(made)} speak most {', '.join(found)}." if found else ""
