"""The panels of a way back through a network: all its stages in a strip, and one step from close by."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab.analysis.whole import Backward, CloseUp
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Image, Panel, Table
from cnnlab.explore.toolkit.sheets import contact_sheet
from cnnlab.layers import AveragePool2D, MaxPool2D
from cnnlab.types import Array

SLOTS = 4  # stages that stand side by side, also in a narrow window
STRIP, NEAR = 126, 142  # pixels of the two rows
WIDE = 2.4  # times as wide as high is a panel, about
READABLE = 4  # rows up to which numbers are printed
LEAST = 132.0  # pixels of a panel, so that three stand side by side also in a narrow window


def strip(back: Backward, number: int, symbol: str) -> list[Panel]:
    """Stages before the scores: their activations, or, where the errors have come, their gradient.

    Flatten is left out, since its numbers are those of the maps; of many stages those around the present one are shown.

    Parameters
    ----------
    back : Backward
    number : int
        Of the layer that was passed last; as many as there are layers before the first step.
    symbol : str
        "dS" or "dL".
    """
    stages = [one for one in back.forward.stages[:-1] if one.kind != "flatten"]
    at = next((k for k, one in enumerate(stages) if one.last >= number), len(stages))
    first = max(0, min(at - SLOTS // 2, len(stages) - SLOTS))
    return [_stage(back, one, slot, number, symbol) for slot, one in enumerate(stages[first : first + SLOTS])]


def _stage(back, stage, slot, number, symbol):
    h, e = stage.last + 1, stage.first + 1  # what it gives, and what it has before its nonlinearity
    gated = stage.gate and stage.kind in ("convolution", "fully connected")
    place = e if gated and number <= e else h
    arrived, letter = number <= place, "e" if place != h else stage.symbol
    values = back.d[place] if arrived else back.out[place]
    what = f"{symbol}/d{letter}" if arrived else letter
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    return Image(
        name=f"stage{slot}",
        title=f"{'← ' if stage.first <= number <= stage.last else ''}{stage.name}: {what}",
        pixels=_sheet(values),
        height=STRIP,
        steady=True,
        colours="diverging" if arrived else "ink",
        scale=strongest(np.nan_to_num(values)) if arrived else (low, high if high > low else low + 1),
        symbol=what,
    )


def closer(
    found: CloseUp | None, back: Backward, number: int, symbol: str, named: Sequence[tuple[int, str]]
) -> list[Panel]:
    """One step from close by: what arrives, what it meets, what goes on.

    Parameters
    ----------
    found : CloseUp or None
        None before the first step.
    back : Backward
    number : int
        Of the layer.
    symbol : str
        "dS" or "dL".
    named : sequence of (int, str)
        The classes that are asked for, and their names.
    """
    if found is None:
        start, scores = back.d[-1], back.forward.scores
        begin = _map("goes_on", start, f"{symbol}/ds: here it begins", f"{symbol}/ds")
        rows = [[f"s[{name}]", format_number(scores[k]), format_number(start[k])] for k, name in named]
        header = ["", "score", f"{symbol}/ds"]
        title = "the two scores" if len(rows) > 1 else "the score"
        look: dict[str, Any] = {"height": NEAR, "steady": True, "narrowest": LEAST}
        return [Table(name="arrives", title=title, header=header, rows=rows, align="lrr", **look), begin]
    name, c = back.forward.network[number].name, found.channel
    below = f"{symbol}/d{'x' if number == 0 else 'h'}"
    titles = {
        "convolution": (f"{symbol}/de, all maps", f"kernels w[:, :, {c}, d]", f"{below}, map {c}: added up"),
        "gate": (f"{symbol}/dh arrives", "slope of the gate", f"{symbol}/de: the product"),
        "pooling": (f"{symbol}/dh arrives, map {c}", f"what {name} had seen", f"{below}, map {c}"),
        "flatten": (f"{symbol}/dh, the vector", "h of the maps", f"{below}: maps again"),
        "fully connected": (f"{symbol}/de", "w, a row for each unit", f"{below} = w {symbol}/de"),
    }[found.kind]
    meets = found.meets.T if found.kind == "fully connected" else found.meets
    arrives = _map("arrives", found.arrives, titles[0], f"{symbol}/d")
    middle = _map("meets", meets, titles[1], "w", flat=found.kind == "fully connected")
    goes = _map("goes_on", found.goes_on, titles[2], below)
    return [arrives, middle, goes]


def step_words(found: CloseUp, layer: Any) -> str:
    """What happens in one step, in a sentence.

    Parameters
    ----------
    found : CloseUp
    layer : Layer
    """
    rest = f"{found.passed} of {found.total} numbers are not 0"
    if found.kind == "fully connected":
        return f"Through {layer.name}: each number of the vector gets its weights times the errors, added up."
    if found.kind == "flatten":
        return f"Through {layer.name}: the vector is written back into maps; no number changes."
    if found.kind == "gate":
        closed = int((found.meets == 0).sum())
        where = f" of map {found.channel}" if found.arrives.ndim == 3 else ""
        how = f"a slope of 0 lets nothing through, at {closed} of {found.meets.size} units{where}"
        how = how if closed else f"no slope{where} is 0"
        return f"Through {layer.name}: each error times the slope of its unit; {how}. Before it {rest}."
    if found.kind == "pooling":
        how = "to the corner of its window, which was kept"
        if isinstance(layer, MaxPool2D):
            how = "to the pixel that was the largest in its window"
        elif isinstance(layer, AveragePool2D):
            how = "to all pixels of its window in equal parts"
        gate = ", if it was above 0" if layer.rectify else ""
        return f"Through {layer.name}: each error goes {how}{gate}. Before it {rest}."
    maps = f"{found.arrives.shape[2]} maps of errors are" if found.arrives.shape[2] > 1 else "one map of errors is"
    return f"Through {layer.name}: {maps} correlated with the kernels, w as it is, and added up."


def _map(name: str, values: Array, title: str, symbol: str, flat: bool = False) -> Panel:
    """Maps or a vector, as numbers where they can be read, else as pixels."""
    single = not flat and (values.ndim == 1 or values.shape[2] == 1)
    shown = values if flat else _sheet(values)
    look: dict[str, Any] = {"name": name, "title": title, "symbol": symbol, "height": NEAR}
    look |= {"steady": True, "narrowest": LEAST}
    look["scale"] = strongest(np.nan_to_num(values))
    if single and max(shown.shape) <= (READABLE if values.ndim == 3 else 10) and shown.size <= 40:
        return Grid(values=shown, digits=2, cell=34.0, indices=values.ndim == 3, **look)
    return Image(pixels=shown, colours="diverging", **look)


def _sheet(values: Array) -> Array:
    """Maps side by side, as large as a panel lets them be; a vector in lines, empty places at its end."""
    if values.ndim == 3:
        count = values.shape[2]
        side = {columns: min(WIDE / columns, 1 / -(-count // columns)) for columns in range(1, count + 1)}
        return contact_sheet(values, min(side, key=lambda columns: (-side[columns], columns)))
    columns = min(len(values), max(10, int(np.ceil(np.sqrt(2 * len(values))))))
    shown = np.full(-(-len(values) // columns) * columns, np.nan)
    shown[: len(values)] = values
    return shown.reshape(-1, columns)
