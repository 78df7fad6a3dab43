"""The panels of a way back through a network: all its stages in a strip, and one step from close by."""

from typing import Any

import numpy as np

from cnnlab.analysis.whole import Backward, CloseUp
from cnnlab.explore.toolkit.numbers import strongest
from cnnlab.explore.toolkit.panels import map_panel
from cnnlab.explore.toolkit.scene import Image, Panel, Table
from cnnlab.explore.toolkit.sheets import contact_sheet
from cnnlab.layers import AveragePool2D, MaxPool2D
from cnnlab.types import Array

SLOTS = 7  # stages that stand side by side
STRIP, NEAR = 116, 150  # pixels of the two rows
READABLE = 12  # rows or columns up to which numbers are printed


def strip(back: Backward, number: int, symbol: str) -> list[Panel]:
    """Every stage but the last: its activations, or, where the errors have come, their gradient.

    Parameters
    ----------
    back : Backward
    number : int
        Of the layer that was passed last; as many as there are layers before the first step.
    symbol : str
        "dS" or "dL".
    """
    stages = back.forward.stages[:-1]
    at = next((k for k, one in enumerate(stages) if one.last >= number), len(stages))
    first = max(0, min(at - SLOTS // 2, len(stages) - SLOTS))
    return [_stage(back, k, k - first, number, symbol) for k in range(first, min(first + SLOTS, len(stages)))]


def _stage(back, k, slot, number, symbol):
    stage = back.forward.stages[k]
    h, e = stage.last + 1, stage.first + 1  # what it gives, and what it has before its nonlinearity
    gated = stage.gate and stage.kind in ("convolution", "fully connected")
    place = e if gated and number <= e else h
    arrived, letter = number <= place, "e" if place != h else stage.symbol
    values = back.d[place] if arrived else back.out[place]
    what = f"{symbol}/d{letter}" if arrived else letter
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    return Image(
        name=f"stage{slot}",
        title=f"{stage.name}: {what}",
        pixels=_sheet(values),
        height=STRIP,
        colours="diverging" if arrived else "ink",
        scale=strongest(np.nan_to_num(values)) if arrived else (low, high if high > low else low + 1),
        symbol=what,
    )


def closer(found: CloseUp | None, back: Backward, number: int, symbol: str) -> list[Panel]:
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
    """
    if found is None:
        start = back.d[-1]
        begin = _map("arrives", start, f"{symbol}/ds: here it begins", f"{symbol}/ds")
        return [begin, _empty("meets"), _empty("goes_on")]
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
        how = f"a slope of 0 lets nothing through, at {closed} of {found.meets.size} units" if closed else "none is 0"
        where = f" of map {found.channel}" if found.arrives.ndim == 3 else ""
        return f"Through {layer.name}: each error times the slope of its unit; {how}{where}. Before it {rest}."
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


def _empty(name):
    return Table(name=name, rows=[[""]], height=NEAR)


def _map(name: str, values: Array, title: str, symbol: str, flat: bool = False) -> Panel:
    """Maps or a vector, as numbers where they can be read."""
    one = values.ndim == 3 and values.shape[2] == 1
    shown = values if flat else values[:, :, 0] if one else _sheet(values)
    size: dict[str, Any] = {"height": NEAR, "scale": strongest(np.nan_to_num(values)), "digits": 2, "cell": 34.0}
    return map_panel(name, shown, title, symbol, readable=READABLE if one or values.ndim == 1 else 0, **size)


def _sheet(values: Array) -> Array:
    """Maps side by side; a vector in lines, empty places at its end."""
    if values.ndim == 3:
        count = values.shape[2]
        return contact_sheet(values, max(1, int(np.ceil(np.sqrt(1.6 * count)))))
    columns = min(len(values), max(10, int(np.ceil(np.sqrt(2 * len(values))))))
    shown = np.full(-(-len(values) // columns) * columns, np.nan)
    shown[: len(values)] = values
    return shown.reshape(-1, columns)
