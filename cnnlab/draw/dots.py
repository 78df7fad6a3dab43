"""Several measurements of several things, side by side."""

import numpy as np

from cnnlab.picture import COLOURS, Picture, new_figure


def dots(values, x_label, marks=None, caption="", width=6.5):
    """values : dict {name: (n,) numbers}, one row each from top to bottom: a dot for every measurement, a line at their
    mean, which is printed.  marks : dict {label: x} of vertical lines, things to compare with.
    """
    rows = {name: np.asarray(numbers, float).ravel() for name, numbers in values.items()}
    for name, numbers in rows.items():
        if not len(numbers) or not np.isfinite(numbers).all():
            raise ValueError(f"values[{name!r}] must be finite numbers, one or more; got {values[name]!r}")
    figure, axes = new_figure(width, 0.34 * len(rows) + 1.0)
    ax = axes[0, 0]
    for row, numbers in enumerate(rows.values()):
        ax.plot(numbers, np.full(len(numbers), row), "o", color=COLOURS[0], markersize=6, alpha=0.55, linewidth=0)
        ax.plot([numbers.mean()] * 2, [row - 0.3, row + 0.3], color=COLOURS[1], linewidth=3)
    for label, place in (marks or {}).items():
        ax.axvline(place, color="#777777", linewidth=1, linestyle=":")
        ax.text(place, 1.0, f" {label}", transform=ax.get_xaxis_transform(), va="top", fontsize=8, color="#555555")
    ax.set_yticks(range(len(rows)), [f"{name}  ({numbers.mean():.2f})" for name, numbers in rows.items()])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlabel(x_label)
    ax.grid(alpha=0.3, axis="x")
    means = ", ".join(f"{name} {numbers.mean():.2f}" for name, numbers in rows.items())
    return Picture(figure, caption or f"{x_label}, means: {means}")
