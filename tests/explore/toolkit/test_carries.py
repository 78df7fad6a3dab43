"""A control that moves others along says so: otherwise every move would throw away what was computed ahead."""

import numpy as np
import pytest

from cnnlab import explore

NAMES = [name for name in explore.__all__ if name != "Explorer"]
# What these move depends on where the others were, so that nothing computed ahead can hold.
DEPENDS = {
    ("FitByHand", "units"),
    ("Flattened", "H"),
    ("Flattened", "W"),
    ("Flattened", "C"),
    ("OneWeight", "chosen"),
    ("ToeplitzView", "stride"),
}


def places(explorer, control):
    """Three values from the middle of its positions; of a grid the first cell, too, for it may have fewer cells than at
    other times; of a matrix: as it is, and two values of its first cell.
    """
    if control.kind == "matrix":
        found = [np.array(explorer.values[control.name]) for _ in range(3)]
        found[1][0, 0], found[2][0, 0] = control.lo, control.hi
        return found
    grid = getattr(control, "rows", 0) * getattr(control, "columns", 0)
    count = grid or len(explorer.positions(control.name))
    found = {count // 2, max(count // 2 - 1, 0), min(count // 2 + 1, count - 1)} | ({0} if grid else set())
    return [control.at(i) for i in sorted(found)]


def moved_along(explorer, control):
    """Names of the other controls whose values are not the same at all of these places."""
    start = explorer.values
    first, *further = (explorer.after(start, control.name, place) for place in places(explorer, control))
    if control.kind == "matrix":
        first = start  # to change it at all may set a choice to "your own"
    return {
        name
        for other in further
        for name in first
        if name != control.name and not np.array_equal(first[name], other[name])
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_a_control_moves_along_it_carries(name):
    explorer = getattr(explore, name).example()
    for control in explorer.controls.values():
        if control.kind in ("slider", "cell", "handle", "matrix") and (name, control.name) not in DEPENDS:
            missing = moved_along(explorer, control) - set(control.carries)
            assert not missing, f"{control.name} moves {', '.join(sorted(missing))} along, and does not carry it"
