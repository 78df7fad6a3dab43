"""Matrices of numbers, printed and coloured."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cnnlab import lettering
from cnnlab.draw.axes import frame_cell, print_in_cell, signed
from cnnlab.picture import COLOURS, Picture, new_figure
from cnnlab.types import Array, ArrayLike

Cells = Iterable[tuple[int, int]]

TINT = 0.4  # of a colour under words
GAP, LEFT, TOP, BOTTOM = 0.42, 0.28, 0.34, 0.26  # inches around and between the matrices


def grid(
    values: ArrayLike | Mapping[str, ArrayLike],
    title: str = "",
    digits: int | None = None,
    scale: float | None = None,
    boxes: Cells | Mapping[str, Cells] = (),
    caption: str = "",
    cell: float = 0.5,
    tints: Mapping[str, ArrayLike] | None = None,
) -> Picture:
    """A matrix in signed colours with every number printed, or several side by side; NaN leaves a cell empty.

    Parameters
    ----------
    values : (rows, columns) numbers, or dict of str to such matrices
        One matrix, or several with their titles.
    title : str
        Of the one matrix.
    digits : int or None
        Decimals; 2 at most where none are asked for.
    scale : float or None
        Magnitude of the strongest colour; by default the largest of all values.
    boxes : list of (row, column), or dict of str to such lists
        Cells framed in black, in every matrix, or in the one with this title.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    cell : float
        Inches of a cell's side.
    tints : dict of str to (rows, columns) whole numbers
        Cells of one number have one of the eight colours, in the matrices of these titles, in place of that of their
        sign: windows, and what becomes of them.

    Returns
    -------
    picture : Picture
        The matrices, with cells of one size.

    Raises
    ------
    ValueError
        For anything but matrices of numbers, or tints of another shape.
    """
    tinted = {name: np.asarray(numbers) for name, numbers in (tints or {}).items()}
    named = values if isinstance(values, Mapping) else {title: values}
    arrays = {name: _matrix(name, array) for name, array in named.items()}
    framed = boxes if isinstance(boxes, Mapping) else dict.fromkeys(arrays, boxes)
    rows = max(array.shape[0] for array in arrays.values())
    words = dict(zip(arrays, lettering.fitted_all(arrays, 4.0, 10), strict=True))
    wide_title = {name: max(0.085 * len(words[name]), lettering.inches(words[name], 10)) for name in arrays}
    titles = {name: max(array.shape[1] * cell, wide_title[name]) for name, array in arrays.items()}
    width = LEFT + sum(titles.values()) + GAP * (len(arrays) - 1) + 0.15
    height = TOP + rows * cell + BOTTOM
    figure, axes = new_figure(width, height, 1, len(arrays), layout=None)
    top = scale or max(float(np.nanmax(np.abs(array), initial=0)) for array in arrays.values()) or 1.0
    left = LEFT
    for ax, (name, array) in zip(axes[0], arrays.items(), strict=True):
        high, wide = array.shape
        bottom = BOTTOM + (rows - high) * cell / 2
        ax.set_position([left / width, bottom / height, wide * cell / width, high * cell / height])
        left += titles[name] + GAP
        painted = signed(ax, array * 0 if name in tinted else array, top, aspect="auto")
        if name in tinted:
            _tint(ax, name, tinted[name], array.shape)
        for (i, j), number in _printed(array, digits):
            print_in_cell(ax, i, j, number, painted)
        for i, j in framed.get(name, ()):
            frame_cell(ax, i, j, edgecolor="black", linewidth=2.2, zorder=3)
        ax.set_xticks(range(wide))
        ax.set_yticks(range(high))
        ax.set_xticks(np.arange(wide - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(high - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=1)
        ax.tick_params(which="both", labelsize=7, length=0, pad=2)
        ax.set_title(words[name], fontsize=10, pad=5, loc="left" if wide_title[name] > wide * cell else "center")
    shapes = "; ".join(f"{name}: {a.shape[0]} x {a.shape[1]} numbers" for name, a in arrays.items())
    return Picture(figure, caption or shapes)


def _tint(ax: Axes, name: str, numbers: Array, shape: tuple[int, ...]) -> None:
    """Each cell in the colour of its number, pale enough for words."""
    if numbers.shape != shape or numbers.dtype.kind not in "iu":
        raise ValueError(f"tints of {name} must be whole numbers of shape {shape}; got shape {numbers.shape}")
    for (i, j), number in np.ndenumerate(numbers):
        colour = COLOURS[number % len(COLOURS)]
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, alpha=TINT, linewidth=0))


def _matrix(name: str, array: ArrayLike) -> Array:
    try:
        array = np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"values must be matrices of numbers; {name or 'it'} is none") from None
    if array.ndim != 2 or not array.size:
        raise ValueError(f"values must be a matrix (rows, columns); {name or 'it'} has shape {array.shape}")
    return array


def _printed(array: Array, digits: int | None) -> Iterator[tuple[tuple[int, ...], str]]:
    """((row, column), words) of every cell that holds a number; true minus signs."""
    finite = array[np.isfinite(array)]
    if digits is None:
        digits = next((d for d in (0, 1) if np.allclose(finite, np.round(finite, d), rtol=0, atol=1e-9)), 2)
    for place, value in np.ndenumerate(array):
        if np.isfinite(value):
            words = f"{value:.{digits}f}"
            yield place, words[1:] if words.startswith("-") and not words.strip("-0.") else words.replace("-", "−")
