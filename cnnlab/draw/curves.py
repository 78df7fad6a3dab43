"""Lines over a common axis; the nonlinearities with their derivatives."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from cnnlab import arguments, lettering
from cnnlab.analysis.pieces.activations import ACTIVATIONS, LEAK, UNTRAINABLE, activation, activation_backward
from cnnlab.draw.axes import mark_places
from cnnlab.picture import COLOURS, THEME, Picture, clear_legend, new_figure
from cnnlab.types import ArrayLike

DASHES = ("-", "--", ":", "-.")
# What each nonlinearity computes, and its derivative; a step and its smooth twin stand in one column.
FORMULAS = {
    "unit step": ("1 if e > 0, else 0", "0, none at e = 0"),
    "signum": ("1 if e > 0, −1 if e < 0", "0, none at e = 0"),
    "ReLU": ("e if e > 0, else 0", "1 if e > 0, else 0"),
    "leaky ReLU": ("e if e > 0, else {leak:g} e", "1 if e > 0, else {leak:g}"),
    "sigmoid": ("1 / (1 + exp(−e))", "h (1 − h)"),
    "tanh": ("tanh(e)", "1 − h²"),
    "PReLU": ("e if e > 0, else a e", "1 if e > 0, else a"),
}
SIDES = 1e-9  # so near at 0 stands a point on either side of it: what jumps there is drawn upright


def curves(
    x: ArrayLike,
    ys: Mapping[str, ArrayLike],
    x_label: str,
    y_label: str,
    log: bool = False,
    marks: Mapping[str, float] | None = None,
    caption: str = "",
    width: float = 6.5,
    height: float = 3.0,
) -> Picture:
    """Lines y over a common x.

    Parameters
    ----------
    x : (n,) numbers
        Where the values stand.
    ys : dict of str to (n,) numbers
        Each line with its label.
    x_label, y_label : str
        What the axes show.
    log : bool
        A logarithmic y axis.
    marks : dict of str to float, or None
        Vertical lines: each label with its x.
    caption : str
        What the picture shows, in words; by default made of the numbers.
    width, height : float
        Inches.

    Returns
    -------
    picture : Picture
        The lines; where there are several a legend, in a place that no line goes through.

    Raises
    ------
    ValueError
        If a line has not the shape of x.
    """
    x = np.asarray(x)
    figure, axes = new_figure(width, height)
    ax = axes[0, 0]
    shown = lettering.fitted_all(ys, 0.45 * width, 9)
    for i, (label, y) in enumerate(ys.items()):
        if np.shape(y) != x.shape:
            raise ValueError(f"ys[{label!r}] must have the shape of x, {x.shape}; got {np.shape(y)}")
        ax.plot(x, y, label=shown[i], color=COLOURS[i % 8], linestyle=DASHES[i % 4], linewidth=2)
    mark_places(ax, marks)
    if log:
        ax.set_yscale("log")
    if x.dtype.kind in "iu":
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=lettering.fitted(x_label, width - 0.8, 10), ylabel=lettering.fitted(y_label, height - 0.5, 10))
    ax.grid(alpha=0.3)
    if len(ys) > 1:
        clear_legend(ax, fontsize=9)
    return Picture(figure, caption or f"{y_label} over {x_label}: {', '.join(ys)}")


def nonlinearities(slope: float = 0.25, caption: str = "") -> Picture:
    """The seven nonlinearities of the second topic, each with its formula and its derivative.

    Parameters
    ----------
    slope : float
        a of PReLU, which a network learns.
    caption : str
        What the picture shows, in words.

    Returns
    -------
    picture : Picture
        One pair of axes for each; what jumps is drawn upright, with a dot at the value in the jump.

    Raises
    ------
    TypeError, ValueError
        If slope is no finite number.

    Source
    ------
    Lecture topic 2.
    """
    slope = arguments.real("slope", slope)
    e = np.sort(np.append(np.linspace(-3, 3, 121), [-SIDES, SIDES]))
    figure, axes = new_figure(9.6, 5.2, 2, 4)
    assert set(FORMULAS) == set(ACTIVATIONS)
    for ax, (f, formulas) in zip(axes.ravel(), FORMULAS.items(), strict=False):
        h = activation(e[:, None], f, slope)
        rate, _ = activation_backward(np.ones_like(h), e[:, None], h, f, slope)
        ax.plot(e, h[:, 0], color=COLOURS[0], linewidth=2.4)
        ax.plot(e, rate[:, 0], color=COLOURS[1], linewidth=1.6, linestyle="--")
        if f in UNTRAINABLE:
            ax.plot(0, activation(np.zeros((1, 1)), f)[0, 0], "o", color=COLOURS[0], markersize=5)
        ax.set(xlim=(-3, 3), ylim=(-1.3, 2.3), title=f, xlabel="e", xticks=[-3, 0, 3], yticks=[-1, 0, 1, 2])
        ax.grid(alpha=0.3)
        first, second = (formula.format(leak=LEAK) for formula in formulas)
        ax.text(-2.85, 2.18, f"h = {first}", fontsize=7.5, color=COLOURS[0], va="top")
        ax.text(-2.85, 1.84, f"dh/de = {second}", fontsize=7.5, color=COLOURS[1], va="top")
    key = axes.ravel()[-1]
    key.axis("off")
    for at, words, colour, dash in ((0.8, "h = f(e)", COLOURS[0], "-"), (0.65, "dh/de", COLOURS[1], "--")):
        key.plot([0, 0.25], [at, at], color=colour, linestyle=dash, linewidth=2)
        key.text(0.32, at, words, va="center", fontsize=9)
    key.text(0, 0.45, "Below each step stands\nits smooth twin.", va="top", fontsize=9, color=THEME["muted"])
    key.text(0, 0.2, f"PReLU: a is learned,\nhere {slope:g}.", va="top", fontsize=9, color=THEME["muted"])
    key.set(xlim=(0, 1), ylim=(0, 1))
    words = "Unit step, signum, sigmoid, tanh, ReLU, leaky ReLU and PReLU, each with its derivative (broken line)"
    return Picture(figure, caption or words)
