"""PoolingCheck: its table is what the nudges say, in every position; and a function of one's own beside it."""

import time

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab.analysis.pooling.checks import INPUTS, Nudged, trial
from cnnlab.analysis.pooling.gradients import GRADIENTS
from cnnlab.explore import PoolingCheck


def test_every_cell_of_the_table_is_what_the_nudges_say():
    def check(scene, values):
        row, column = values["chosen"]
        for r, (name, gradient) in enumerate(GRADIENTS.items()):
            for c, numbers in enumerate(INPUTS, start=1):
                one = nudged.setdefault((numbers, values["draw"]), Nudged(trial(numbers, values["draw"])))
                found = one.check(gradient(*one.given))
                assert scene["verdicts"].rows[r][c] == ("passes" if found.passes else "caught")
                if (r, c) != (row, column):
                    continue
                assert_array_equal(scene["e"].values, one.given.e)
                assert_array_equal(scene["de"].values, gradient(*one.given))
                assert_allclose(scene["quotients"].values, one.quotients, atol=1e-6)
                ringed = [mark.cells.tolist() for mark in scene["de"].highlights]
                assert ringed == ([np.argwhere(found.differs).tolist()] if found.differs.any() else [])
                assert f"“{name}” {'passes' if found.passes else 'is caught'}" in scene.description

    nudged = {}
    assert sweep(PoolingCheck(), check, all_positions=True) > 40


def test_the_name_of_a_gradient_chooses_its_first_check():
    explorer = PoolingCheck()
    explorer.set(chosen=(3, 0))
    assert explorer.values["chosen"] == (3, 1)


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_function_of_ones_own_is_checked_like_the_others(name):
    explorer = PoolingCheck(function=GRADIENTS[name])
    rows = {row[0]: row[1:] for row in explorer.current()["verdicts"].rows}
    assert rows["yours"] == rows[name] and explorer.current()["de"].title.endswith("yours")
    assert explorer.current().description.count("Your function passes") == 1


def raises(e, dh, M, stride):
    raise ValueError("no idea")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda e, dh, M, stride: ..., "gives back “...” still"),
        (raises, "ValueError: no idea"),
        (lambda e, dh, M, stride: dh, "dL/de has the shape (8, 8)"),
        (lambda e, dh, M, stride: np.full(e.shape, np.nan), "NaN"),
    ],
)
def test_a_function_that_gives_nothing_useful_gets_a_sentence(function, words):
    explorer = PoolingCheck(function=function)
    scene = explorer.current()
    assert words in scene.description
    assert set(scene["verdicts"].rows[-1][1:]) <= {"no result", "caught"}
    explorer.set(chosen=(0, 2))
    assert "“right” passes" in explorer.current().description, "everything else lives on"


def test_a_slow_function_is_asked_once_only():
    calls = []

    def slow(e, dh, M, stride):
        calls.append(1)
        while True:
            time.sleep(0.01)

    explorer = PoolingCheck(function=slow)
    explorer.own._allowed = explorer.own._seconds = 0.1
    assert "was stopped after" in explorer.current().description and len(calls) == 1
    assert explorer.current()["verdicts"].rows[-1] == ["yours", *["no result"] * len(INPUTS)]


def test_what_is_no_function_is_refused():
    with pytest.raises(
        TypeError, match=r"function must be a function, called as max_pool_gradient\(e, dh, M, stride\)"
    ):
        PoolingCheck(function=3)
