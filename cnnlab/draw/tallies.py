"""Things side by side: a row of marks for each list, a bar for each number."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

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


def bars(
    values: Mapping[str, float],
    label: str,
    marked: Sequence[str] = (),
    hollow: Sequence[str] = (),
    legend: Mapping[str, str] | None = None,
    caption: str = "",
    width: float = 7.5,
) -> Picture:
    """Horizontal bars, one for each number, with the number at its end.

    Parameters
    ----------
    values : dict of str to float
        Name and number of each bar, from above.
    label : str
        What the numbers are, with their unit.
    marked : sequence of str
        Names of bars in orange.
    hollow : sequence of str
        Names of bars that are drawn as an outline.
    legend : dict of str to str, optional
        The meaning of "marked" and of "hollow", where one is told.
    caption : str
        What the picture shows, in words; by default all names and numbers.
    width : float
        Inches.

    Returns
    -------
    picture : Picture

    Raises
    ------
    ValueError
        For no bars, and for a marked or hollow bar that is not there.
    """
    unknown = [name for name in (*marked, *hollow) if name not in values]
    if unknown or not values:
        raise ValueError(f"values must hold every bar that is marked or hollow, and at least one; got {unknown}")
    figure, axes = new_figure(width, 0.34 * len(values) + (1.2 if legend else 0.8))
    ax = axes[0, 0]
    for row, (name, value) in enumerate(values.items()):
        colour = COLOURS[1 if name in marked else 0]
        face = "none" if name in hollow else colour
        ax.barh(row, value, height=0.62, facecolor=face, edgecolor=colour, linewidth=1.4)
        ax.annotate(f"{value:g}", (value, row), (4, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(range(len(values)), lettering.fitted_all(values, 0.5 * width, 10))
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.set_xlim(0, 1.1 * max(values.values()))
    ax.set_xlabel(label)
    ax.spines[["top", "right"]].set_visible(False)
    if legend:
        colours = {"marked": (COLOURS[1], COLOURS[1]), "hollow": ("none", COLOURS[0])}
        keys = [
            Patch(facecolor=colours[kind][0], edgecolor=colours[kind][1], label=words) for kind, words in legend.items()
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False, fontsize=9)
    return Picture(figure, caption or f"{label}: " + "; ".join(f"{name} {value:g}" for name, value in values.items()))


def _look(shape: str, number: int) -> dict[str, Any]:
    """Full, half, crossed, empty: told apart without colours, too."""
    colour = (COLOURS[0], COLOURS[1], THEME["muted"], THEME["muted"])[number]
    look = {"marker": shape, "color": colour, "linestyle": "none", "markersize": 10, "markeredgewidth": 1.5}
    if number == 1:
        return look | {"fillstyle": "left", "markerfacecoloralt": "white"}
    if number == 2:
        return look | {"marker": {"o": "$\u2297$", "s": "$\u22a0$"}.get(shape, "x"), "markeredgewidth": 0.5}
    return look if number == 0 else look | {"markerfacecolor": "none", "markeredgewidth": 0.6}
