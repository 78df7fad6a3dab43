"""The confusion matrix: what was taken for what."""

import numpy as np
from matplotlib.patches import Rectangle

from cnnlab.picture import INK, Picture, new_figure


def confusion(matrix, names=None, caption=""):
    """matrix[i, j] : how many samples of class i were taken for class j, (K, K) whole numbers.  names : K class names.

    Every number is printed; the right answers, on the diagonal, are framed, so that the ink shows the mistakes.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.dtype.kind not in "iu":
        raise ValueError(f"matrix must be (K, K) whole numbers; got shape {matrix.shape}, {matrix.dtype}")
    classes = len(matrix)
    names = [str(i) for i in range(classes)] if names is None else list(names)
    wrong = matrix * (1 - np.eye(classes, dtype=int))
    figure, axes = new_figure(0.42 * classes + 1.2, 0.38 * classes + 1.1)
    ax = axes[0, 0]
    top = max(int(wrong.max()), 1)
    ax.imshow(wrong, cmap=INK, vmin=0, vmax=1.3 * top)
    for i, j in np.ndindex(classes, classes):
        if matrix[i, j]:
            ax.text(
                j,
                i,
                str(matrix[i, j]),
                ha="center",
                va="center",
                fontsize=9,
                color="white" if i != j and wrong[i, j] > 0.6 * top else "black",
            )
    for i in range(classes):
        ax.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="#0072B2", linewidth=1.2))
    long = max(len(name) for name in names) > 3
    ax.set_xticks(range(classes), names, rotation=60 if long else 0, ha="right" if long else "center")
    ax.set_yticks(range(classes), names)
    ax.set_xlabel("answer of the network")
    ax.set_ylabel("what it is")
    right = int(np.trace(matrix))
    return Picture(
        figure,
        caption or f"Confusion matrix: {right} of {int(matrix.sum())} samples on the diagonal, the right answers",
    )
