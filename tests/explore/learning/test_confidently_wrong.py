"""ConfidentlyWrong runs both units step by step, and what it says of them is true at every position."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.learning.race import bce, d_bce, d_mse, mse
from cnnlab.explore import ConfidentlyWrong


def number(text):
    return float(text.replace("−", "-"))


def sigmoid(e):
    return 1 / (1 + np.exp(-e))


def test_the_race_is_that_of_the_rule_at_every_position():
    def check(scene, values):
        share, eta, steps = values["share"], values["eta"], values["steps"]
        slow = fast = values["e"]
        for _ in range(steps):
            slow -= eta * 2 * (sigmoid(slow) - share) * sigmoid(slow) * (1 - sigmoid(slow))
            fast -= eta * (sigmoid(fast) - share)
        for row, e, loss, slope in zip(scene["numbers"].rows, (slow, fast), (mse, bce), (d_mse, d_bce), strict=True):
            found = [number(text) for text in row[1:]]
            assert found == pytest.approx([e, sigmoid(e), loss(e, share), slope(e, share)], abs=1e-3)
        words = scene.description
        far = {"BCE": abs(sigmoid(fast) - share), "MSE": abs(sigmoid(slow) - share)}
        if steps == 0:
            pushes = [number(text) for text in re.findall(r"pushes with ([\d.]+), MSE with ([\d.]+\d)", words)[0]]
            assert pushes == pytest.approx([abs(d_bce(fast, share)), abs(d_mse(slow, share))], abs=6e-5)
        elif "both are there" in words:
            assert max(far.values()) < 0.0051
        else:
            nearer = re.search(r": (BCE|MSE) is nearer", words)[1]
            assert far[nearer] <= min(far.values()) + 1e-12
        assert scene["race"].y == (0, 1)

    assert sweep(ConfidentlyWrong(), check) > 30


def test_from_minus_six_the_squared_error_is_stuck_and_both_end_at_the_share():
    explorer = ConfidentlyWrong()
    assert "203 times as hard" in explorer.current().description
    explorer.set(steps=100)
    assert "MSE's 0.0" in explorer.current().description and "BCE is nearer" in explorer.current().description
    explorer.set(steps=3000)
    assert "BCE's unit says 0.900, MSE's 0.900: both are there" in explorer.current().description


def test_what_leaves_the_picture_is_kept_at_its_edge():
    explorer = ConfidentlyWrong(e=-8.0, share=0.0, eta=4.0)
    explorer.set(steps=3000)
    for panel in ("losses", "slopes"):
        points = [item for item in explorer.current()[panel].items if hasattr(item, "shape")]
        assert all(abs(float(item.x[0])) <= 8 for item in points)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"e": 9.0}, "e must be a number from -8 to 8"),
        ({"e": "4"}, "e must be a number"),
        ({"share": 1.5}, "share must be a number from 0 to 1"),
        ({"share": float("nan")}, "share must be a number from 0 to 1"),
        ({"eta": 3.0}, "eta must be one of"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        ConfidentlyWrong(**arguments)
