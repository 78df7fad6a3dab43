"""Every explorer where numba and all that paints are missing: it works, and its numbers are those of the engine."""

from functools import cache
from itertools import chain

import numpy as np
import pytest

import without
from cnnlab import explore

NAMES = [name for name in explore.__all__ if name != "Explorer"]
# they compute for seconds, numba or not
SLOW = ("MovingCat", "PhotoFilter", "FitByHand", "SpokenSyllable", "GradientMicroscope")
PARTS = 3
NEAR = 2e-4  # of the largest number of an array; both round after every sum of float32
ENDS_ELSEWHERE = {"Descent": (".rows[0][0].items[0]",)}  # contourpy begins closed lines at another place
ROUNDING = {"GradientCheck": (".rows[0]", ".rows[1][1]", ".description")}  # shows nothing but what rounding leaves


@cache
def computed(names, all_positions=False):
    """Frames of explorers, computed by a Python that has NumPy alone."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        return without.written(Path(folder) / "frames.npz", names, all_positions)


def compare(name, told, all_positions=False):
    """The frames of another Python with those of this one."""
    mine = without.frames(name, all_positions)
    assert [at for at, _ in told] == [at for at, _ in mine]
    left_out = ENDS_ELSEWHERE.get(name, ()) + ROUNDING.get(name, ())
    for (at, theirs), (_, scene) in zip(told, mine, strict=True):
        compared = without.differences(without.as_text(scene), theirs, NEAR)
        found = [one for one in compared if not one[0].startswith(left_out)]
        assert not found, f"{name} at {at}: {found[:3]}"


@pytest.mark.parametrize("part", range(PARTS))
def test_explorers_compute_the_same_without_packages(part):
    parts = [[name for name in NAMES if name not in SLOW][k::PARTS][::2] for k in range(PARTS)]
    told = computed(tuple(chain(*parts)))  # by one process, for it imports as long as it computes
    assert told["modules"] == [], "it was imported all the same"
    for name in parts[part]:
        compare(name, told[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_explorer_computes_the_same_without_packages(name):
    compare(name, computed((name,), True)[name], True)


def test_a_wrong_number_would_be_seen():
    row = [1.0, np.nan, 3.0]
    one = {"x": np.array(row), "places": [1.0, None, 3.0], "words": "loss 0.25 at 3"}
    assert not without.differences(one, dict(one, x=np.array(row)), NEAR)
    for change in (
        {"x": np.array([1.0, np.nan, 3.01])},
        {"x": np.array([1.0, 0.0, 3.0])},
        {"x": np.array([row])},
        {"x": row},
        {"places": [1.0, None, 3.01]},
        {"places": [1.0, 0.0, 3.0]},
        {"words": "loss 0.31 at 3"},
        {"words": "loss 0.25 of 3"},
    ):
        assert without.differences(one, one | change, NEAR), change
