"""Several things side by side: their measurements as dots, or one number each as bars."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Patch

from cnnlab import arguments, lettering
from cnnlab.draw.axes import mark_places
from cnnlab.picture import COLOURS, Picture, new_figure
from cnnlab.types import ArrayLike


def dots(
    values: Mapping[str, ArrayLike],
    x_label: str,
    marks: Mapping[str, float] | None = None,
    caption: str = "",
    width: float = 6.5,
    log: bool = False,
) -> Picture:
    """Measurements of several things: a dot for each, a line at their mean, which is printed.

    Parameters
    ----------
    values : dict of str to (n,) numbers
        Each thing with its measurements, one row each from top to bottom.
    x_label : str
        What was measured.
    marks : dict of str to float, or None
        Vertical lines, things to compare with: each label with its x.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    width : float
        Inches.
    log : bool
        A logarithmic axis for what differs by powers of ten; the means are geometric ones then.

    Returns
    -------
    picture : Picture
        The rows of dots.

    Raises
    ------
    ValueError
        If a row holds no number, or one that is not finite, or, with a logarithmic axis, not above 0.
    """
    rows = {name: np.asarray(numbers, float).ravel() for name, numbers in values.items()}
    for name, numbers in rows.items():
        if not len(numbers) or not np.isfinite(numbers).all():
            raise ValueError(f"values[{name!r}] must be finite numbers, one or more; got {values[name]!r}")
        if log and not (numbers > 0).all():
            raise ValueError(f"values[{name!r}] must be above 0 on a logarithmic axis; got {values[name]!r}")
    means = {name: float(np.exp(np.log(row).mean()) if log else row.mean()) for name, row in rows.items()}
    said = {
        name: f"{mean:,.3g}" if log and mean < 1000 else f"{mean:,.{0 if log else 2}f}" for name, mean in means.items()
    }
    figure, axes = new_figure(width, 0.34 * len(rows) + (1.2 if marks else 1.0))
    ax = axes[0, 0]
    for row, (name, numbers) in enumerate(rows.items()):
        ax.plot(numbers, np.full(len(numbers), row), "o", color=COLOURS[0], markersize=6, alpha=0.55, linewidth=0)
        ax.plot([means[name]] * 2, [row - 0.3, row + 0.3], color=COLOURS[1], linewidth=3)
    mark_places(ax, marks)
    shown = lettering.fitted_all(rows, 0.35 * width, 10)
    words = [f"{name}  ({mean})" for name, mean in zip(shown, said.values(), strict=True)]
    ax.set_yticks(range(len(rows)), words)
    ax.set_ylim(len(rows) - 0.5, -1.1 if marks else -0.5)  # the labels of marks stand above the rows
    ax.set_xlabel(lettering.fitted(x_label, 0.6 * width, 10))
    ax.grid(alpha=0.3, axis="x")
    if log:
        ax.set_xscale("log")
    return Picture(figure, caption or f"{x_label}, means: {', '.join(f'{name} {mean}' for name, mean in said.items())}")


def bars(
    values: Mapping[str, float],
    x_label: str,
    log: bool = False,
    digits: int = 3,
    caption: str = "",
    width: float = 6.5,
    marked: Sequence[str] = (),
    hollow: Sequence[str] = (),
    legend: Mapping[str, str] | None = None,
) -> Picture:
    """One number of each of several things: a bar from 0, or from 1 on a logarithmic axis, and the number behind it.

    Parameters
    ----------
    values : dict of str to number
        Each thing with its number, from top to bottom; not below 0, on a logarithmic axis 1 or more.
    x_label : str
        What was measured.
    log : bool
        A logarithmic axis for what differs by powers of ten.
    digits : int
        Of the printed numbers, those that count.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    width : float
        Inches.
    marked : sequence of str
        Things whose bars are orange.
    hollow : sequence of str
        Things whose bars are outlines.
    legend : dict of str to str, optional
        The meaning of "marked" and of "hollow", where one is told.

    Returns
    -------
    picture : Picture
        The bars.

    Raises
    ------
    ValueError
        If there is no number, or one that is not finite or too small, or a marked or hollow bar that is not there.
    """
    least, digits = (1.0 if log else 0.0), arguments.whole("digits", digits)
    for name, value in values.items():
        if not np.isfinite(value) or value < least:
            raise ValueError(f"values[{name!r}] must be a finite number of at least {least:g}; got {value!r}")
    if not values:
        raise ValueError("values must hold at least one number; got none")
    if unknown := [name for name in (*marked, *hollow) if name not in values]:
        raise ValueError(f"marked and hollow must name bars; got {unknown[0]!r}, the bars are {', '.join(values)}")
    figure, axes = new_figure(width, 0.34 * len(values) + (1.3 if legend else 0.9))
    ax, said = axes[0, 0], [f"{float(f'{value:.{digits}g}'):,.10g}" for value in values.values()]
    numbers = np.array([*values.values()], float)
    edges = [COLOURS[1 if name in marked else 0] for name in values]
    faces = ["none" if name in hollow else edge for name, edge in zip(values, edges, strict=True)]
    look: dict[str, Any] = {"color": faces, "edgecolor": edges, "linewidth": 1.4 if hollow else 0.0}
    ax.barh(range(len(values)), numbers - least, left=least, height=0.6, **look)
    for row, (number, words) in enumerate(zip(numbers, said, strict=True)):
        ax.annotate(words, (number, row), (4, 0), textcoords="offset points", va="center", fontsize=10)
    ax.set_yticks(range(len(values)), lettering.fitted_all(values, 0.4 * width, 10))
    ax.set_ylim(len(values) - 0.5, -0.5)
    most = max(float(numbers.max()), 10.0 if log else 1e-300)
    if log:
        ax.set_xscale("log")
    ax.set_xlim(least, most**1.2 if log else 1.15 * most)
    ax.set_xlabel(lettering.fitted(x_label, 0.6 * width, 10))
    ax.grid(alpha=0.3, axis="x")
    ax.set_axisbelow(True)
    colours = {"marked": (COLOURS[1], COLOURS[1]), "hollow": ("none", COLOURS[0])}
    if legend:
        keys = [Patch(fc=colours[kind][0], ec=colours[kind][1], label=words) for kind, words in legend.items()]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False, fontsize=9)
    return Picture(
        figure, caption or f"{x_label}: {', '.join(f'{name} {one}' for name, one in zip(values, said, strict=True))}"
    )
