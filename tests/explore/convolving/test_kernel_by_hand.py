"""A kernel in the hand: what lies under it, the products, their sum; the new picture is the operation's."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import datasets, ops
from cnnlab.explore.convolving.kernel_by_hand import KERNELS, OWN, KernelByHand


def test_every_sum_is_that_of_nine_products_and_the_map_is_the_convolution():
    explorer = KernelByHand(datasets.photo("chelsea", side=24))
    grey = explorer.image

    def check(scene, values):
        (m, n), w = values["where"], values["w"]
        assert 1 <= m <= 22 and 1 <= n <= 22, "all of the kernel lies on the photograph"
        window = grey[m - 1 : m + 2, n - 1 : n + 2, 0]
        assert_allclose(scene["window"].values, window)
        assert_allclose(scene["products"].values, window * w)
        e = ops.conv2d(grey[None], w[::-1, ::-1, None, None].copy())[0, :, :, 0]
        e = np.pad(e, 1)
        assert_allclose(scene["e"].pixels, e, atol=1e-12)
        assert e[m, n] == pytest.approx((window * w).sum())
        said = re.search(r"= (−?\d+\.\d+)\.$", scene.description)[1].replace("−", "-")
        assert float(said) == pytest.approx(e[m, n], abs=0.0051)
        assert f"sum {said.replace('-', '−')}" in scene["products"].title
        assert scene["h"].click == scene["e"].click == "where"

    assert sweep(explorer, check) > 20


def test_a_changed_weight_makes_the_kernel_ones_own():
    explorer = KernelByHand()
    explorer.set(w=np.eye(3))
    assert explorer.values["kernel"] == OWN and "Your own kernel" in explorer.current().description
    explorer.set(kernel="blur")
    assert_array_equal(explorer.values["w"], KERNELS["blur"])
    explorer.set(kernel=OWN)
    assert_array_equal(explorer.values["w"], KERNELS["blur"])


def test_an_even_wall_gives_no_answer_to_a_change_and_a_blur_keeps_it():
    explorer = KernelByHand(np.full((9, 9), 0.7))
    explorer.set(where=(4, 4))
    sums = {}
    for name in list(KERNELS)[:-1]:
        explorer.set(kernel=name)
        sums[name] = explorer.current()["e"].pixels[4, 4]
    assert sums == pytest.approx(
        {"brighter to the right": 0, "brighter below": 0, "bright spots": 0, "blur": 6.3}, abs=1e-12
    )


def test_all_weights_zero_say_so_and_grey_comes_out_of_weights_that_only_add():
    explorer = KernelByHand()
    explorer.set(w=np.zeros((3, 3)))
    scene = explorer.current()
    assert "all weights are 0" in scene.description and scene["e"].colours == "diverging"
    explorer.set(kernel="blur")
    scene = explorer.current()
    assert scene["e"].colours == "grey" and tuple(scene["e"].scale) == (0, 9)


@pytest.mark.parametrize("wrong", ["cat", np.zeros(3), np.zeros((2, 9)), np.full((4, 4), np.nan)])
def test_what_is_no_image_is_refused(wrong):
    with pytest.raises((TypeError, ValueError), match="image"):
        KernelByHand(wrong)
