"""What is done of several lists of things: a row of marks for each list."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.lines import Line2D

from cnnlab import lettering
from cnnlab.picture import COLOURS, THEME, Picture, new_figure


def tally(
    rows: Mapping[str, Sequence[str]], kinds: Mapping[str, Sequence[str]], caption: str = "", width: float = 7.5
) -> Picture:
    """Rows of marks, one for each thing: its shape says what it is, its filling how it stands.

    Parameters
    ----------
    rows : dict of str to list of str
        Each row with the states of its things.
    kinds : dict of str to (4,) str
        Each shape ("o", "s") with the four states that its things have: full, half, crossed and empty.
    caption : str
        What the picture shows, in words.
    width : float
        Inches.

    Returns
    -------
    picture : Picture
        The rows, and below them a legend.

    Raises
    ------
    ValueError
        For a state of no kind.
    """
    marks = {state: (shape, number) for shape, states in kinds.items() for number, state in enumerate(states)}
    for name, states in rows.items():
        if unknown := [state for state in states if state not in marks]:
            raise ValueError(f"rows[{name!r}] must hold states of kinds; got {unknown[0]!r}")
    figure, axes = new_figure(width, 0.3 * len(rows) + 1.3)
    ax = axes[0, 0]
    start = 0.0
    for shape, known in kinds.items():  # one shape behind the other, each in columns of its own
        for row, states in enumerate(rows.values()):
            for column, state in enumerate(state for state in states if state in known):
                ax.plot(start + column, row, **_look(shape, marks[state][1]))
        start += max((sum(state in known for state in states) for states in rows.values()), default=0) + 0.6
    ax.set_xlim(-0.7, max(start, 8.0) - 0.9)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks(range(len(rows)), lettering.fitted_all(rows, 0.4 * width, 10))
    ax.tick_params(length=0)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    legend = [Line2D([], [], label=state, **_look(shape, number)) for state, (shape, number) in marks.items()]
    figure.legend(handles=legend, loc="outside lower center", ncols=len(kinds), frameon=False, fontsize=9)
    return Picture(figure, caption or "; ".join(f"{name}: {', '.join(states)}" for name, states in rows.items()))


def _look(shape: str, number: int) -> dict[str, Any]:
    """Full, half, crossed, empty: told apart without colours, too."""
    colour = (COLOURS[0], COLOURS[1], THEME["muted"], THEME["muted"])[number]
    look = {"marker": shape, "color": colour, "linestyle": "none", "markersize": 10, "markeredgewidth": 1.5}
    if number == 1:
        return look | {"fillstyle": "left", "markerfacecoloralt": "white"}
    if number == 2:
        return look | {"marker": {"o": "$\u2297$", "s": "$\u22a0$"}.get(shape, "x"), "markeredgewidth": 0.5}
    return look if number == 0 else look | {"markerfacecolor": "none", "markeredgewidth": 0.6}
