"""Squashing: p is the sigmoid of the sum, and the places where it decides are those that the words name."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab import losses
from cnnlab.explore import Squashing


def curve(values, x):
    knots = [values[f"p{j}"][0] for j in (1, 2, 3)]
    heights = [values[f"p{j}"][1] for j in (1, 2, 3)]
    return np.interp(x, [*knots, 2.0], [*heights, values["end"][1]])


def check(scene, values):
    (p,) = [item for item in scene["p"].items if getattr(item, "label", "").startswith("p =")]
    assert_allclose(p.y, 1 / (1 + np.exp(-values["times"] * curve(values, p.x))), atol=1e-5)
    scaled = [item for item in scene["vh"].items if type(item).__name__ == "Line"]
    assert_allclose(sum(item.y for item in scaled), values["times"] * curve(values, scaled[0].x), atol=1e-4)
    x = np.linspace(-2, 2, 2001)
    said = re.findall(r"from ([−\d.]+) to ([−\d.]+)", scene.description)
    ends = [[float(end.replace("−", "-")) for end in pair] for pair in said]
    inside = np.any([(a < x) & (x < b) for a, b in ends] or [np.zeros(2001, bool)], axis=0)
    assert np.mean(inside != (curve(values, x) > 0)) < 0.02
    at = np.linspace(-2, 2, 21)
    truth = (-0.65 < at) & (at < 1.05)
    wrong = np.sum((np.round(curve(values, at), 9) > 0) != truth)
    assert f" {wrong} of 21 samples are decided wrongly" in scene.description
    entropy = losses.BinaryCrossEntropy()(values["times"] * curve(values, at)[:, None], truth[:, None].astype(float))
    assert float(re.search(r"entropy is ([\d.]+)\.", scene.description)[1]) == pytest.approx(entropy, abs=6e-4)


def test_every_position_shows_the_same_function_before_and_after():
    assert sweep(Squashing(), check, all_positions=True) > 80


def test_the_factor_moves_no_border_and_makes_p_steeper():
    explorer = Squashing()
    marks, slopes = [], []
    for times in explorer.positions("times"):
        explorer.set(times=times)
        scene = explorer.current()
        marks.append([item.x for item in scene["p"].items if type(item).__name__ == "Mark" and item.x is not None])
        (p,) = [item for item in scene["p"].items if getattr(item, "label", "").startswith("p =")]
        slopes.append(np.abs(np.interp(marks[-1][0] + 0.01, p.x, p.y) - 0.5))
    assert all(np.allclose(one, marks[0]) for one in marks) and len(marks[0]) == 2
    assert (np.diff(slopes) > 0).all()


def test_what_is_nowhere_above_zero_is_said():
    explorer = Squashing()
    explorer.set(p2=(0.2, -0.5))
    assert "nowhere above 0" in explorer.current().description
