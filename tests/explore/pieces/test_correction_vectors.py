"""CorrectionVectors shows the sum of the scaled vectors, and says the truth about it, at every position."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab.explore import CorrectionVectors


def yhat(values, z, units=3):
    plain = {
        "ReLU": lambda e: max(e, 0.0),
        "unit step": lambda e: float(e > 0),
        "sigmoid": lambda e: 1 / (1 + np.exp(-e)),
    }
    total = np.array(values["v0"], dtype=float)
    for j in range(1, units + 1):
        total = total + plain[values["f"]](z - values[f"knot{j}"][0]) * np.array(values[f"v{j}"])
    return total


def numbers(words):
    return np.array([float(one.replace("−", "-")) for one in re.findall(r"[−\d.]+", words)])


def check(scene, values):
    z = values["z"]
    here = yhat(values, z)
    (now,) = [item for item in scene["yhat"].items if getattr(item, "text", "") == "ŷ"]
    assert_allclose([now.x[0], now.y[0]], here, atol=1e-9)
    vectors = [item for item in scene["yhat"].items if type(item).__name__ == "Vector"]
    end = np.array(values["v0"]) + sum(np.array([item.dx, item.dy]) for item in vectors)
    assert_allclose(end, here, atol=1e-9)
    assert_allclose(numbers(scene["sum"].rows[-1][3]), here, atol=0.051)
    assert_allclose(numbers(re.search(r"ŷ = v0.*?= \(([^)]*)\)", scene.description)[1]), here, atol=0.051)
    way = scene["yhat"].items[0]
    assert any(np.allclose([x, y], yhat(values, -2.0)) for x, y in zip(way.x, way.y, strict=True))
    if values["f"] == "ReLU":
        moves = (yhat(values, z + 1e-6) - here) / 1e-6
        said = re.search(r"goes along .*?= \(([^)]*)\)", scene.description)
        if said:
            assert_allclose(numbers(said[1]), moves, atol=0.051)
        else:
            assert np.abs(moves).max() < 1e-6, scene.description


def test_every_position_shows_the_sum_and_says_where_it_goes():
    assert sweep(CorrectionVectors(), check, all_positions=True) > 200


def test_when_the_vectors_of_all_units_cancel_the_point_stands_still():
    explorer = CorrectionVectors()
    explorer.set(v1=(1.0, 0.4), v2=(-0.8, 0.9), v3=(-0.2, -1.3), z=1.4)
    assert "v1 + v2 + v3 = (0.0, 0.0): ŷ stands still" in explorer.current().description
    before = explorer.current()["yhat"].items[-1]
    explorer.set(z=1.9)
    after = explorer.current()["yhat"].items[-1]
    assert (before.x[0], before.y[0]) == pytest.approx((after.x[0], after.y[0]))


def test_steps_jump_by_one_vector_at_each_knot():
    explorer = CorrectionVectors()
    explorer.set(f="unit step")
    jumps = []
    values = explorer.values
    for knot in (values[f"knot{j}"][0] for j in (1, 2, 3)):
        jumps.append(yhat(values, knot + 1e-9) - yhat(values, knot))
    assert_allclose(jumps, [explorer.values[f"v{j}"] for j in (1, 2, 3)])
    assert "piece-wise constant" in explorer.current().description


def test_what_leaves_the_map_is_said():
    explorer = CorrectionVectors()
    explorer.set(v1=(1.5, 0.0), v2=(1.5, 0.0), z=2.0, v0=(2.3, 0.0))
    (label,) = [item.text for item in explorer.current()["yhat"].items if type(item).__name__ == "Label"]
    assert label.startswith("ŷ is off this map, at (")


@pytest.mark.parametrize(("units", "error"), [(0, ValueError), (5, ValueError), (2.5, TypeError)])
def test_another_number_of_units_is_refused(units, error):
    with pytest.raises(error, match="units must be"):
        CorrectionVectors(units)
