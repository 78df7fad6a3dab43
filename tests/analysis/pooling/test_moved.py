"""How much of a pooled map changes when a feature moves, against one place after the other."""

import numpy as np
import pytest
from pooled import slowly

from cnnlab.analysis.pooling.moved import changed, changed_anywhere


@pytest.mark.parametrize("mode", ["max", "average", "decimation"])
@pytest.mark.parametrize(("size", "move"), [(2, (0, 1)), (3, (-2, 1)), (4, (1, -2))])
def test_over_all_places_is_one_after_the_other(mode, size, move, rng):
    feature = rng.integers(0, 9, (2, 3)).astype(float)
    off = whole = 0.0
    for top, left in np.ndindex(size, size):
        maps = np.zeros((2, 24, 24))
        maps[0, 4 + top : 6 + top, 4 + left : 7 + left] = feature
        maps[1, 4 + top + move[0] : 6 + top + move[0], 4 + left + move[1] : 7 + left + move[1]] = feature
        before, after = (slowly(one, None, mode, size, size, True)[0] for one in maps)
        off, whole = off + np.abs(after - before).sum(), whole + (before + after).sum()
    assert changed_anywhere(feature, mode, size, move) == pytest.approx(off / whole)


def test_nothing_changed_all_changed_and_nothing_there():
    one, other = np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]])
    assert changed(one, one) == 0 and changed(one, other) == 1 and changed(0 * one, 0 * one) == 0
