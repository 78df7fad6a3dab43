"""FitByHand: the curve runs through the points, the score is the ratio of errors, the knots keep their order."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab.explore import FitByHand


def error(explorer, knots, heights):
    x, t = explorer.task(explorer.values["target"])[0]
    return np.mean((np.interp(x, [*knots, 2.0], heights) - t) ** 2)


def lstsq(explorer, knots):
    x, t = explorer.task(explorer.values["target"])[0]
    features = np.column_stack([np.ones_like(x), *(np.maximum(x - knot, 0) for knot in knots)])
    return np.mean((features @ np.linalg.lstsq(features, t, rcond=None)[0] - t) ** 2)


def test_every_position_is_scored_by_least_squares():
    explorer = FitByHand()

    def check(scene, values):
        held = [values[f"p{j}"] for j in range(1, values["units"] + 1)]
        knots, heights = [x for x, _ in held], [*(y for _, y in held), values["end"][1]]
        assert min(np.diff([*knots, 2.0])) > 0.1 - 1e-9
        (line,) = [item for item in scene["fit"].items if getattr(item, "label", "") == "your ŷ"]
        assert_allclose(
            np.interp(np.linspace(-2, 2, 50), line.x, line.y),
            np.interp(np.linspace(-2, 2, 50), [*knots, 2.0], heights),
            atol=1e-9,
        )
        mine, same = error(explorer, knots, heights), lstsq(explorer, knots)
        said = [float(word) for word in re.findall(r"\d\.\d{4}", scene.description)]
        assert_allclose(said[:2], [mine, same], atol=6e-5)
        assert said[2] <= said[1] + 1e-4 <= said[0] + 2e-4
        parts, total = (item.y for item in scene["score"].items if type(item).__name__ == "Bars")
        assert_allclose(parts[0] * parts[1] / 100, total[0], atol=1e-6)
        assert 0 < total[0] <= 100
        least = min(explorer.task(values["target"])[2][len(knots) - 1].error, mine, same)
        assert said[2] == pytest.approx(least, abs=6e-5)
        assert total[0] == pytest.approx(100 * max(least, 1e-4) / max(mine, 1e-4), abs=0.01)
        v = [float(row[2].replace("−", "-")) for row in scene["units"].rows]
        slopes = np.diff(heights) / np.diff([*knots, 2.0])
        assert_allclose(v, np.diff(slopes, prepend=0), atol=0.0051)

    assert sweep(explorer, check, all_positions=True) > 200


def test_the_button_sets_the_best_heights_and_leaves_the_knots():
    explorer = FitByHand()
    explorer.set(p2=(0.3, -1.0))
    before = explorer.points(explorer.values)[0]
    explorer.press("level")
    knots, heights = explorer.points(explorer.values)
    assert_array_equal(knots, before)
    assert error(explorer, knots, heights) == pytest.approx(lstsq(explorer, knots))
    assert "100% for the heights" in explorer.current().description


def test_the_best_fit_gets_all_points_and_can_be_seen():
    explorer = FitByHand()
    explorer.set(target="tent", p1=(-1, 0), p2=(0, 1), p3=(1, 0), end=(2, 0))
    explorer.set(p1=(-1, 0), p2=(0, 1), p3=(1, 0), end=(2, 0))
    assert "Score: 100%" in explorer.current().description and "As good as the best" in explorer.current().description
    explorer.set(show=True)
    (best,) = [item for item in explorer.current()["fit"].items if getattr(item, "label", "") == "best fit"]
    assert_allclose(best.x, [-2, -1, 0, 1, 2], atol=1e-6)


def test_a_knot_stops_at_its_neighbours():
    explorer = FitByHand(units=3)
    explorer.set(p1=(1.9, 0.5))
    assert explorer.values["p1"] == (explorer.values["p2"][0] - 0.1, 0.5)
    explorer.set(p3=(-2.0, 0.0))
    assert explorer.values["p3"][0] == pytest.approx(explorer.values["p2"][0] + 0.1)
    explorer.set(units=5)
    assert [round(x, 2) for x in explorer.points(explorer.values)[0]] == [-1.35, -0.65, 0.0, 0.65, 1.35]


def test_any_target_can_be_fitted_and_a_wrong_one_is_refused():
    explorer = FitByHand(target=lambda x: np.where(x > 0, 0.5, -0.5), units=2)
    assert explorer.values["target"] == "your own" and "Your error is 0.25" in explorer.current().description
    line = explorer.current()["fit"].items[0]
    (at,) = np.flatnonzero(np.diff(line.y))
    assert line.x[at + 1] - line.x[at] < 1e-12, "the jump stands upright"
    with pytest.raises(ValueError, match="target must be a function of an array"):
        FitByHand(target=lambda x: 1.0)
