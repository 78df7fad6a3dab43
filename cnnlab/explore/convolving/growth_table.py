"""How a receptive field grows, as a table with its formula in numbers."""

from collections.abc import Sequence
from itertools import pairwise

from cnnlab.analysis.receptive import Field, Growth
from cnnlab.explore.toolkit.scene import Table

ROWS = 8  # of the table


def growth_table(steps: Sequence[Growth], fields: Sequence[Field]) -> Table:
    """r_l = r_{l-1} + (k - 1) jump_{l-1}, one line per layer that changes it; of many the last ones.

    Parameters
    ----------
    steps : list of Growth
        The input first, then one for each layer.
    fields : list of Field
        What one unit looks at, in the input and in the output of each of these layers.
    """
    rows = [["x", "1", "1", _span(fields[0])]]
    for (before, step), field in zip(pairwise(steps), fields[1:], strict=True):
        if step.whole and not before.whole:
            rows.append([step.name, "all of its input", "−", _span(field)])
        elif not step.whole and (step.k != (1, 1) or step.stride != (1, 1) or step is steps[-1]):
            rows.append([step.name, _formula(before, step), _both(step.jump), _span(field)])
    if len(rows) > ROWS:
        rows = [rows[0], ["…", "", "", ""], *rows[len(rows) - ROWS + 2 :]]
    return Table(
        name="path",
        title="side of the field: r + (k − 1) · jump",
        rows=rows,
        align="llcl",
        header=["layer", "r", "jump", "looked at here"],
        size=13,
        width=1.35,
        height=240,
    )


def _both(pair):
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}, {pair[1]}"


def _span(field):
    """Rows and columns of a part of a layer, in words; the places of a vector."""
    spans = [f"{axis[0]}" if len(axis) == 1 else f"{axis[0]}–{axis[-1]}" for axis in field.axes if len(axis)]
    return "only border" if not field.size else ", ".join(spans[:2] if len(field.axes) == 3 else spans)


def _formula(before, step):
    """r = before + (k - 1) jump, of rows, and of columns where they differ."""
    if step.k == (1, 1):
        return _both(step.r)
    lines = [
        f"{r} + ({k} − 1) · {jump} = {now}"
        for r, k, jump, now in zip(before.r, step.k, before.jump, step.r, strict=True)
    ]
    return lines[0] if lines[0] == lines[1] else "; ".join(lines)
