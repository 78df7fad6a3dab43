"""The game of the kernel: maps are the operation's, the score is that of the maps, and every target can be found."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import ops
from cnnlab.analysis.convolution import EDGES, edge_kernel
from cnnlab.explore import KernelDesigner
from cnnlab.explore.convolving.kernel_designer import FOUND


def convolved(h, w):
    return ops.conv2d(h[None], np.array(w, float)[:, :, None, None].copy())[0, :, :, 0]


def test_the_maps_and_the_score_at_every_target():
    explorer = KernelDesigner()

    def check(scene, values):
        e, target = (convolved(explorer.image, w) for w in (values["w"], edge_kernel(values["target"])))
        assert_allclose(scene["e"].pixels, e, atol=1e-12)
        assert_allclose(scene["target"].pixels, target, atol=1e-12)
        assert_array_equal(scene["lies"].values, values["w"][::-1, ::-1])
        left = scene["left"].pixels
        score = round(100 * (1 - np.linalg.norm(left) / np.linalg.norm(target)))
        assert scene["score"].rows[0] == ["score", f"{score} %"] and f"explains {score} %" in scene.description
        assert ("Found!" in scene.description) == (score >= FOUND)
        assert ("add up to 0" in scene.description) <= (abs(values["w"].sum()) < 1e-9)

    assert sweep(explorer, check) >= 12


@pytest.mark.parametrize("target", EDGES)
def test_every_target_can_be_found_and_its_opposite_is_called_so(target):
    explorer = KernelDesigner()
    explorer.set(target=target)
    assert explorer.found().score < FOUND
    explorer.set(w=edge_kernel(target))
    assert explorer.found().score == 100 and "Found!" in explorer.current().description
    explorer.set(w=-edge_kernel(target))
    assert explorer.found().score == 0 and "its opposite" in explorer.current().description
    explorer.set(w=np.zeros((3, 3)))
    assert "All weights are 0" in explorer.current().description


def test_a_kernel_of_two_weights_is_near_but_not_there():
    explorer = KernelDesigner()
    explorer.set(w=[[0, 0, 0], [1, 0, -1], [0, 0, 0]])
    assert 50 < explorer.found().score < FOUND
    explorer.set(w=[[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    assert explorer.found().score >= FOUND, "Sobel's kernel is as good"


def test_ones_own_image_and_refusals(rng):
    explorer = KernelDesigner(rng.normal(size=(9, 12, 3)))
    assert explorer.image.shape == (9, 12, 1) and sweep(explorer) >= 12
    with pytest.raises(ValueError, match=r"image must have 3 x 3 pixels or more; got \(2, 9\)"):
        KernelDesigner(np.zeros((2, 9)))
    with pytest.raises(ValueError, match="image must hold finite numbers"):
        KernelDesigner(np.full((9, 9), np.nan))
