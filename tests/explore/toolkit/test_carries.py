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
    ("ReceptiveField", "sheet"),
    ("ToeplitzView", "stride"),
}


def moved_along(explorer, control):
    """Names of the other controls whose values are not the same at three positions in the middle."""
    cells = getattr(control, "rows", 0) * getattr(control, "columns", 0)
    count = cells or len(explorer.positions(control.name))
    places = sorted({count // 2, max(count // 2 - 1, 0), min(count // 2 + 1, count - 1)})
    first, *further = (explorer.after(explorer.values, control.name, control.at(i)) for i in places)
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
        if control.kind in ("slider", "cell", "handle") and (name, control.name) not in DEPENDS:
            missing = moved_along(explorer, control) - set(control.carries)
            assert not missing, f"{control.name} moves {', '.join(sorted(missing))} along, and does not carry it"
