"""Full, same and valid: every sum in every place is that of the slow loops, whichever corner it is counted from."""

import re

import naive
import numpy as np
import pytest
from explorers import assert_allclose, sweep

from cnnlab.explore import ThreePaddings
from cnnlab.explore.convolving.three_paddings import KERNELS
from cnnlab.explore.toolkit.examples import PICTURES


def shown(explorer):
    def check(scene, values):
        h = explorer.pictures.named(values.get("picture"))
        w = np.array(explorer.kernels[values.get("kernel", "your own")], float)[:, :, None, None]
        maps = {
            padding: naive.conv2d(h[None], w, 0.0, padding, (1, 1))[0, :, :, 0] for padding in ("full", "same", "valid")
        }
        assert_allclose(scene["e"].values, maps["full"], atol=1e-12)
        where = values["where"]
        value = maps["full"][where]
        for padding, number, formula in ((row[0], row[3], row[4]) for row in scene["paddings"].rows):
            e = maps[padding]
            frame = next((box for box in scene["e"].rectangles if box.meaning == padding), None)
            if frame is not None:
                cut = (slice(frame.row, frame.row + frame.rows), slice(frame.column, frame.column + frame.columns))
                assert_allclose(scene["e"].values[cut], e, atol=1e-12)
            offset = [int(found or 0) for found in re.findall(r"[mn](?: \+ (\d+))? −", formula)]
            place = tuple(np.subtract(where, offset))
            inside = all(0 <= at < side for at, side in zip(place, e.shape, strict=True))
            assert number == (f"e[{place[0]}, {place[1]}]" if inside else "left out")
            if inside:
                assert e[place] == pytest.approx(value, abs=1e-12)
                hp = np.pad(h[:, :, 0], 9)
                terms = [
                    w[p, q, 0, 0] * hp[place[0] + offset[0] - p + 9, place[1] + offset[1] - q + 9]
                    for p, q in np.ndindex(w.shape[:2])
                ]
                assert sum(terms) == pytest.approx(value, abs=1e-12), "the formula in the table is that of the number"
            assert (f"“{padding}” it is left out" in scene.description) or inside or "and" in scene.description
        assert f"This sum, {value:.0f}, is e[".replace("-", "−") in scene.description
        assert_allclose(scene["products"].values.sum(), value, atol=1e-12)

    return check


def test_every_sum_with_every_kernel_in_every_picture():
    explorer = ThreePaddings()
    assert sweep(explorer, shown(explorer)) > 60
    for kernel in KERNELS:
        explorer.set(kernel=kernel, where=(0, 0))
        for _ in range(explorer.current()["e"].values.size):
            shown(explorer)(explorer.current(), explorer.values)
            explorer.press("step")
        assert explorer.values["where"] == (0, 0), "after the last pixel comes the first"


def test_the_table_says_how_many_zeros_are_put_around():
    explorer = ThreePaddings()
    zeros = {"3 x 3": ["2", "1", "0"], "2 x 2": ["1", "1+0, 1+0", "0"], "1 x 3": ["0+0, 2+2", "0+0, 1+1", "0"]}
    for kernel, around in zeros.items():
        explorer.set(kernel=kernel)
        assert [row[1] for row in explorer.current()["paddings"].rows] == around
    explorer.set(kernel="3 x 3")
    assert [row[2] for row in explorer.current()["paddings"].rows] == ["8 × 9", "6 × 7", "4 × 5"]


def test_ones_own_image_and_kernel_and_refusals():
    explorer = ThreePaddings(np.arange(12.0).reshape(3, 4), [[1, -1]])
    assert set(explorer.controls) == {"where", "step"}
    sweep(explorer, shown(explorer))
    tall = ThreePaddings(np.eye(3), np.ones((5, 1)))  # the kernel does not fit without padding
    assert [row[0] for row in tall.current()["paddings"].rows] == ["full", "same"]
    with pytest.raises(ValueError, match=r"image must be \(H, W\) or \(H, W, 1\) with H and W up to 14; got shape"):
        ThreePaddings(np.zeros((20, 20)))
    with pytest.raises(ValueError, match=r"kernel must be \(P, Q\) with P and Q up to 5; got shape \(6, 6\)"):
        ThreePaddings(kernel=np.ones((6, 6)))
    with pytest.raises(ValueError, match="kernel must hold finite numbers"):
        ThreePaddings(kernel=[[np.nan, 1.0]])
    assert all(picture.shape == PICTURES["numbers"].shape for picture in PICTURES.values())
