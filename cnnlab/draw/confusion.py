"""The confusion matrix: what was taken for what."""

from collections.abc import Sequence

import numpy as np

from cnnlab import lettering
from cnnlab.draw.axes import frame_cell, print_in_cell
from cnnlab.picture import COLOURS, INK, Picture, new_figure
from cnnlab.types import ArrayLike

ROOM = 1.6  # inches for a name


def confusion(matrix: ArrayLike, names: Sequence[str] | None = None, caption: str = "") -> Picture:
    """The confusion matrix: every number printed, the right answers framed, so that the ink shows the mistakes.

    Parameters
    ----------
    matrix : (K, K) integers
        matrix[i, j] samples of class i were taken for class j.
    names : list of K str, or None
        The classes; by default their numbers. Long ones are shortened in the middle.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        K x K cells, what it is downwards, the answer of the network to the right.

    Raises
    ------
    ValueError
        If matrix is no square of whole numbers, or names are not as many.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.dtype.kind not in "iu":
        raise ValueError(f"matrix must be (K, K) whole numbers; got shape {matrix.shape}, {matrix.dtype}")
    classes = len(matrix)
    names = [str(i) for i in range(classes)] if names is None else list(names)
    if len(names) != classes:
        raise ValueError(f"names must be {classes}, one for each class of matrix; got {len(names)}")
    shown = lettering.fitted_all(names, ROOM, 10)
    widest = max((lettering.inches(name, 10) for name in shown), default=0.0)
    long = max(map(len, shown), default=0) > 3
    wrong = matrix * (1 - np.eye(classes, dtype=int))
    figure, axes = new_figure(0.42 * classes + 1.1 + widest, 0.38 * classes + 1.0 + (0.9 * widest if long else 0.1))
    ax = axes[0, 0]
    top = max(int(wrong.max()), 1)
    painted = ax.imshow(wrong, cmap=INK, vmin=0, vmax=1.3 * top)
    for i, j in np.ndindex(classes, classes):
        if matrix[i, j]:
            print_in_cell(ax, i, j, str(matrix[i, j]), painted)
    for i in range(classes):
        frame_cell(ax, i, i, edgecolor=COLOURS[0], linewidth=1.2)
    ax.set_xticks(range(classes), shown, rotation=60 if long else 0, ha="right" if long else "center")
    ax.set_yticks(range(classes), shown)
    ax.set_xlabel("answer of the network")
    ax.set_ylabel("what it is")
    right = int(np.trace(matrix))
    return Picture(
        figure,
        caption or f"Confusion matrix: {right} of {int(matrix.sum())} samples on the diagonal, the right answers",
    )
