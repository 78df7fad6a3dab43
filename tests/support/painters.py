"""Two painters of one scene: whether they put everything in the same places."""

import math

PLACES = 1e-3  # pixels that they may differ by


def agree(still, live, scene):
    """Assert that what still/measure.py and paint/measure.js say of a scene is the same.

    Columns of tables are as wide as the letters of each painter: arrows to their cells are left out.
    """
    tables = {panel.name for panel in scene.panels if type(panel).__name__ == "Table"}
    assert len(still["arrows"]) == len(live["arrows"]) == len(scene.arrows)
    for arrow, mine, other in zip(scene.arrows, still["arrows"], live["arrows"], strict=True):
        if not {arrow.start[0], arrow.end[0]} & tables:
            alike(mine, other, f"arrow from {arrow.start} to {arrow.end}")
    alike(still["panels"], live["panels"], "panels")
    alike(still["height"], live["height"], "height")


def alike(mine, other, where):
    """Assert that two nests of lists and dicts hold the same words, and numbers within PLACES."""
    if isinstance(mine, dict):
        assert mine.keys() == other.keys(), where
        for name in mine:
            alike(mine[name], other[name], f"{where}, {name}")
    elif isinstance(mine, list | tuple):
        assert len(mine) == len(other), f"{where}: {mine} and {other}"
        for i, (a, b) in enumerate(zip(mine, other, strict=True)):
            alike(a, b, f"{where} {i}")
    elif isinstance(mine, float | int) and isinstance(other, float | int):
        assert math.isclose(mine, other, abs_tol=PLACES), f"{where}: {mine} and {other}"
    else:
        assert mine == other, f"{where}: {mine!r} and {other!r}"
